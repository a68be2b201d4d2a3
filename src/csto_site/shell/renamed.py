"""Files that have their names only when all is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def renamed(part: Path, place: Callable[[], Path]) -> Iterator[BinaryIO]:
    """Give a new file, `part`, which is moved to its `place` once all has been written; raises `OSError`.

    Nothing is left of one that fails, after Ctrl-C either, which comes to workers too. Nobody waits for the disk: what
    a power cut damages has to be told by a seal.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        with part.open("wb") as file:
            yield file
        part.replace(place())
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
