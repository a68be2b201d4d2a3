"""The stat index: every file that a build depends on, read only where it may have changed.

Git does the same: a file with the stamp that it had when it was read surely has the same bytes. In doubt the
digest of its bytes decides. Nobody asks which of two files is newer.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from csto_site.model import Digest
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Known, kept, stamp_of

_PIECE = 1 << 16
"""How much is read at once: memory for all of it is set aside at each call, and most sources are far smaller."""


def walk(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """List the files below a folder by path with slashes; hidden ones and editors' leavings are left out.

    Raises `SiteError` for what can be neither read nor looked into: nothing is passed over in silence.
    """
    top = os.fspath(folder)
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        for entry in _entries(f"{top}/{inside}", is_top=not inside):
            if entry.is_file(follow_symlinks=False) or os.path.isfile(entry.path):
                yield inside + entry.name, entry
            elif entry.is_dir(follow_symlinks=False) and not entry.name.endswith(".md"):
                waiting.append(f"{inside}{entry.name}/")
            else:
                raise SiteError(f"cannot read {entry.path}: {_strange(entry)}")


def _entries(folder: str, *, is_top: bool) -> Iterator[os.DirEntry[str]]:
    """List what a folder shows; nothing when it is the top one and does not exist."""
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        if is_top and isinstance(error, FileNotFoundError):
            return
        raise SiteError(f"cannot read {error.filename}: {error.strerror}") from error
    for entry in entries:
        if entry.name[0] == "." or entry.name[-1] == "~":
            continue
        if not _is_text(entry.name):
            raise SiteError(f"cannot read {entry.path}: its name is not UTF-8")
        yield entry


def _is_text(name: str) -> bool:
    """Tell a name from bytes that are no text, for which Python puts in halves of surrogate pairs."""
    return name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name)


def _strange(entry: os.DirEntry[str]) -> str:
    """Say why an entry is neither a file nor a folder to look into."""
    try:
        is_folder = stat.S_ISDIR(os.stat(entry.path).st_mode)
    except OSError as error:
        return error.strerror or "unreadable"
    if not is_folder:
        return "it is not a file"
    return "a link to a folder, which is not followed" if entry.is_symlink() else "a folder with the name of a source"


def scan(
    folder: Path, before: str, known: Mapping[str, Known], *, put_off: Callable[[str], bool] = lambda _: False
) -> dict[str, Known]:
    """Look at every file below a folder; `before` stands before its path in `known` and in the result.

    A file whose bytes may have changed is digested, unless `put_off` says of its name that someone will read
    it anyway: then its digest is "". Raises `SiteError` when a file cannot be read.
    """
    looked = time.time_ns()
    found = {}
    for path, entry in walk(folder):
        name = before + path
        was = known.get(name)
        try:
            stamp = stamp_of(entry.stat())
        except OSError as error:
            raise SiteError(f"cannot read {entry.path}: {error.strerror}") from error
        if was is not None and was.stamp == stamp:
            found[name] = was
        elif put_off(name):
            found[name] = Known(kept(stamp, looked), Digest(""), stamp.size)
        else:
            found[name] = Known(kept(stamp, looked), digest_of(entry.path), stamp.size)
    return found


def look_at(path: Path, was: Known | None) -> Known:
    """Look at one file as `scan` does; raises `SiteError` when it cannot be read."""
    looked = time.time_ns()
    try:
        stamp = stamp_of(path.stat())
    except OSError as error:
        raise SiteError(f"cannot read {path}: {error.strerror}") from error
    if was is not None and was.stamp == stamp:
        return was
    return Known(kept(stamp, looked), digest_of(str(path)), stamp.size)


def digest_of(path: str) -> Digest:
    """Digest a file; raises `SiteError` when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return Digest(hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise SiteError(f"cannot read {path}: {error.strerror}") from error


def read(path: Path | str) -> bytes:
    """Read a file, in a third of the time that `Path.read_bytes` takes; raises `SiteError` when it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return b"".join(iter(lambda: os.read(descriptor, _PIECE), b""))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SiteError(f"cannot read {path}: {error.strerror}") from error
