"""A call in a process of its own, while this one goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from threading import active_count
from typing import TypeVar

import msgspec

T = TypeVar("T")


def is_fork_safe() -> bool:
    """Tell whether this process may fork: on Linux, and while it has no threads, which a fork would tear."""
    return sys.platform == "linux" and active_count() == 1


def aside(call: Callable[[], T], give: type[T], *, is_worth: bool) -> Callable[[], T]:
    """Begin a call aside, if that is safe and worth it, and give what waits for its answer, of the type `give`.

    The call must only look: what it changes is lost. Where it comes to grief aside, it is made again here.
    """
    if not is_worth or not is_fork_safe() or (os.cpu_count() or 1) == 1:
        return call
    receiver, sender = os.pipe()
    child = os.fork()
    if not child:
        _answer(call, sender)
    os.close(sender)

    def answer() -> T:
        with open(receiver, "rb") as file:
            said = file.read()
        failed = os.waitpid(child, 0)[1]
        return call() if failed else msgspec.msgpack.decode(said, type=give)

    return answer


def _answer(call: Callable[[], object], sender: int) -> None:
    """Say what a call comes to, and end without a word more: whatever was begun here belongs to the parent."""
    status = 1
    try:
        with open(sender, "wb") as file:
            file.write(msgspec.msgpack.encode(call()))
        status = 0
    finally:
        os._exit(status)
