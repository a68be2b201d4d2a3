"""Builds sites in children that are killed: at a step of theirs, or from outside after a while.

A program of its own, so that a child is forked from a process that has no threads. It reads an order a line, and
answers each with what became of the child.
"""

from __future__ import annotations

import mmap
import os
import select
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import msgspec

from csto_site.shell import build, work
from sites import DiskSite

STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}
"""What the interpreter calls the steps on disk; files opened for writing are steps, too."""


class Order(msgspec.Struct):
    """A build, and when it is to end: before which step, or after how many seconds.

    `in_switch` counts only renames, and only from the moment when the journal is on the disk. `is_awaited` asks for
    an answer only when the child's workers have ended, too.
    """

    root: str
    step: int = 0
    seconds: float = 0
    in_switch: bool = False
    is_parallel: bool = False
    is_awaited: bool = False


class Answer(msgspec.Struct):
    """What became of a child: the steps that it took, whether it was killed, and whether its workers have ended."""

    steps: int
    was_killed: bool
    have_workers_ended: bool


def obeyed(order: Order) -> Answer:
    """Build in a child."""
    steps = mmap.mmap(-1, 8)  # shared with the child
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 2)  # workers inherit it: the pipe ends with the last of them
        os.close(writing)
        _build(order, steps)
    os.close(writing)
    if order.seconds:
        _kill_after(child, order.seconds)
    _, status = os.waitpid(child, 0)
    was_killed = os.WIFSIGNALED(status)
    have_ended = order.is_awaited and _has_ended(reading)
    if not was_killed and os.waitstatus_to_exitcode(status):
        raise SystemExit(f"a build failed: {os.read(reading, 9999).decode()}")
    os.close(reading)
    return Answer(int.from_bytes(steps[:], "little"), was_killed, have_ended)


def _has_ended(pipe: int) -> bool:
    """Read a pipe to its end; False when that has not come after a long time."""
    while select.select([pipe], [], [], 20)[0]:
        if not os.read(pipe, 9999):
            return True
    return False


def _build(order: Order, steps: mmap.mmap) -> None:
    status = 1
    try:
        options = DiskSite(Path(order.root)).options
        if order.is_parallel:
            work.FEW, work.CHUNK = 0, 5
            options = msgspec.structs.replace(options, jobs=2)
        sys.addaudithook(_hook(order, steps))
        build.run(options)
        status = 0
    except BaseException:  # noqa: BLE001 - it is shown, and the child must not live on as its parent
        traceback.print_exc()
    finally:
        os._exit(status)


def _hook(order: Order, steps: mmap.mmap) -> Any:
    taken, has_begun, build_itself = 0, not order.in_switch, os.getpid()

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal taken, has_begun
        if os.getpid() != build_itself:  # a worker, forked with this hook in it
            return
        if has_begun and _is_step(event, arguments, only_renames=order.in_switch):
            taken += 1
            steps[:] = taken.to_bytes(8, "little")
            if taken == order.step:
                os.kill(os.getpid(), signal.SIGKILL)
        if event == "os.rename" and str(arguments[1]).endswith(".journal"):
            has_begun = True

    return hook


def _is_step(event: str, arguments: tuple[Any, ...], *, only_renames: bool) -> bool:
    if only_renames:
        return event == "os.rename"
    is_writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    return event in STEPS or bool(is_writing)


def _kill_after(child: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    for line in sys.stdin:
        print(msgspec.json.encode(obeyed(msgspec.json.decode(line, type=Order))).decode(), flush=True)
