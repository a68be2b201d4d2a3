"""How a build ends before its time: with a last word, and with what the next one can go on from."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TERMINATED = 143
"""The exit status of what SIGTERM ended, as shells give it."""


def last_word(out: Path) -> str:
    """Say what a build that is interrupted leaves."""
    from csto_site.shell.output import Folder

    is_half = Folder(out).journal.exists()
    state = "half switched over: the next build completes that" if is_half else "whole, as it was or as it is to be"
    return f"interrupted: {out} is {state}"


@contextmanager
def terminable(out: Path) -> Iterator[None]:
    """Let SIGTERM, by which CI systems end a program, end a build at once, as a crash would, but with its last word.

    Workers end with their parent. Nobody waits for them: where they were ended as well a pool may wait for ever. What
    lies beside the output is completed or removed by the next build.
    """
    owner = os.getpid()

    def end(_number: int, _frame: object) -> None:
        if os.getpid() == owner:  # a worker was forked with this in it
            os.write(2, f"{last_word(out)}\n".encode(errors="backslashreplace"))  # `print` may be at work
        os._exit(TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
