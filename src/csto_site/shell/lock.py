"""A lock that ends with its holder, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from csto_site.shell.errors import SiteError

_PAUSE = 0.1
_held: set[int] = set()


def _let_go() -> None:
    """Close the locks in a child: it must not hold them any longer than its parent does."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_let_go)


@contextmanager
def held(path: Path, what: str, patience: float) -> Iterator[None]:
    """Hold a lock file; raises `SiteError` that names the holder when it is not free within `patience` seconds."""
    end = time.monotonic() + patience
    while (descriptor := _taken(path)) is None:
        if time.monotonic() >= end:
            raise SiteError(f"another build works on {what} ({_holder(path)}): try again when it has ended")
        time.sleep(_PAUSE)
    _held.add(descriptor)
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        _held.discard(descriptor)
        os.close(descriptor)


def _taken(path: Path) -> int | None:
    """Take the lock, or give None: someone has it, or has just removed the file that we locked."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise SiteError(f"cannot write {error.filename or path}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_ino == path.stat().st_ino:
            _sign(descriptor)
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError as error:
        os.close(descriptor)
        raise SiteError(f"cannot lock {path}: {error.strerror}") from error
    os.close(descriptor)
    return None


def _sign(descriptor: int) -> None:
    """Say who holds the lock; on a full disk it holds unsigned."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()}, since {time.strftime('%Y-%m-%d %H:%M:%S %z')}".encode())


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") or "unknown"
    except OSError:
        return "unknown"
