"""Who works: this process, or a pool of processes of this machine."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from multiprocessing import parent_process
from threading import Thread
from typing import Any, TypeVar

from csto_site.model import Digest, OutPath
from csto_site.shell.aside import is_fork_safe

B = TypeVar("B")


class Inline(Executor):
    """Does what it is given at once, in this process."""

    def submit(self, fn: Callable[..., B], /, *args: Any, **kwargs: Any) -> Future[B]:  # noqa: ANN401 - as its base
        """Run a call and give its finished future."""
        future: Future[B] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - a future carries whatever was raised
            future.set_exception(error)
        return future


def pool(jobs: int, left: Mapping[OutPath, Digest]) -> Executor:
    """Make a pool of that many processes, all of which know what is `left` in the output.

    They are forked where that is safe, which spares them a third of a second of imports: on Linux, and not in the
    preview, which has threads that a fork would tear.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    context = get_context("fork" if is_fork_safe() else "spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_attend, initargs=(left,))


lying: dict[OutPath, Digest] = {}
"""In a worker: what lay in the output when it began; to send that with each chunk would take longer than it saves."""


def _attend(left: Mapping[OutPath, Digest]) -> None:
    """Begin a worker: it ends when its parent does, however that ends."""
    lying.update(left)
    gc.disable()  # `_sweep` collects after each chunk
    gc.freeze()
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=follow, daemon=True).start()


@contextmanager
def deaf() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: a process that is started meanwhile never hears of it, from its first line on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
