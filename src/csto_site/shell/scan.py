"""The stat index: every file that a build depends on, read only where it may have changed.

Git does the same: a file with the stamp that it had when it was read surely has the same bytes. In doubt the
digest of its bytes decides. Nobody asks which of two files is newer.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from csto_site.diagnostics import Diagnostic, Span, problem
from csto_site.model import Digest
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Known, kept, stamp_of

_PIECE = 1 << 16
"""How much is read at once: memory for all of it is set aside at each call, and most sources are far smaller."""


class Strange(NamedTuple):
    """What can be neither read nor looked into, by its path; why, and what to do."""

    path: str
    why: str
    advice: str = "see that it may be read, or move it away"

    def below(self, folder: str) -> Diagnostic:
        """Tell of it as diagnostics do; `folder` stands before its path there."""
        path = (folder + self.path).rstrip("/").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return problem("source/unreadable", Span(path), f"cannot be read: {self.why}", self.advice)


class UnreadableError(SiteError):
    """All that can be neither read nor looked into in the folders of a site."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{each.span.path} {each.message}" for each in self.diagnostics))


def walk(
    folder: Path, strange: list[Strange], within: Iterable[Path] | None = None, endings: tuple[str, ...] = (".md",)
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """List the files below a folder by path with slashes; hidden ones and editors' leavings are left out.

    Noted in `strange` is what can be neither read nor looked into: nothing is passed over in silence. So are links
    that lead out of the folder and of those that they must stay `within`, unless this is None; and folders whose names
    have the `endings` of files that are read.
    """
    top = os.fspath(folder)
    realm = None if within is None else (folder, *within)
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        for entry in _entries(top, inside, strange):
            name = entry.name
            if name[0] == "." or name[-1] == "~":
                continue
            is_plain = entry.is_file(follow_symlinks=False)  # as nearly all are: they are asked nothing more
            if not (is_plain and name.isascii()) and (flaw := _flaw(entry, realm)):
                strange.append(Strange(inside + name, *flaw))
            elif is_plain or os.path.isfile(entry.path):
                yield inside + name, entry
            elif entry.is_dir(follow_symlinks=False) and not name.endswith(endings):
                waiting.append(f"{inside}{name}/")
            else:
                strange.append(Strange(inside + name, *_otherwise(entry)))


def _entries(top: str, inside: str, strange: list[Strange]) -> Sequence[os.DirEntry[str]]:
    """List what lies in a folder; nothing when it is the top one and does not exist."""
    try:
        return list(os.scandir(f"{top}/{inside}"))
    except OSError as error:
        if inside or not isinstance(error, FileNotFoundError):
            strange.append(Strange(inside, str(error.strerror)))
        return ()


def _flaw(entry: os.DirEntry[str], realm: Iterable[Path] | None) -> tuple[str, str] | None:
    """Say why a file or folder may not be taken, and what to do."""
    if not _is_text(entry.name):
        return "its name is not UTF-8", "give it another name"
    if realm is not None and entry.is_symlink() and os.path.isfile(entry.path) and not _lies_in(entry.path, realm):
        return _OUTSIDE
    return None


_OUTSIDE = ("a link out of the site, which is not followed", "put a copy there")


def refuse_outside(path: str | Path, within: Iterable[Path]) -> None:
    """Refuse a link that leads out of these folders: what lies there may be another's secret."""
    if not _lies_in(path, within):
        raise SiteError(f"cannot read {path}: {': '.join(_OUTSIDE)}")


def _lies_in(path: str | Path, within: Iterable[Path]) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(os.path.realpath(folder)) for folder in within)


def _is_text(name: str) -> bool:
    """Tell a name from bytes that are no text, for which Python puts in halves of surrogate pairs."""
    return name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name)


def _otherwise(entry: os.DirEntry[str]) -> tuple[str, str]:
    """Say why an entry is neither a file nor a folder to look into, and what to do."""
    try:
        is_folder = stat.S_ISDIR(os.stat(entry.path).st_mode)
    except OSError as error:
        return f"a link that leads to no file ({error.strerror})", "mend the link, or remove it"
    if not is_folder:
        return "it is not a file", "move it away"
    if entry.is_symlink():
        return "a link to a folder, which is not followed", "put the folder itself there"
    ending = os.path.splitext(entry.name)[1]
    return f"a folder with the name of a {_READ[ending]}", f"give it a name that does not end with {ending}"


_READ = {".md": "source", ".html": "template", ".po": "catalogue"}
_TEMPLATES = (".html", ".po")


def scan(
    folder: Path,
    before: str,
    known: Mapping[str, Known],
    strange: list[Strange],
    *,
    put_off: Callable[[str], bool] = lambda _: False,
    within: Iterable[Path] | None = None,
) -> dict[str, Known]:
    """Look at every file below a folder; `before` stands before its path in `known` and in the result.

    A file whose bytes may have changed is digested, unless `put_off` says of its name that someone will read
    it anyway: then its digest is "". What may not be read is noted in `strange`, beside what `walk` notes there.
    """
    looked = time.time_ns()
    found = {}
    endings = _TEMPLATES if before.endswith("templates/") else (".md",)
    for path, entry in walk(folder, strange, within, endings):
        name = before + path
        was = known.get(name)
        try:
            status = entry.stat()
        except OSError as error:
            strange.append(Strange(path, str(error.strerror)))
            continue
        stamp = stamp_of(status)
        if was is not None and was.stamp == stamp:
            found[name] = was
        elif not os.access(entry.path, os.R_OK):
            strange.append(Strange(path, os.strerror(errno.EACCES)))
        elif put_off(name):
            found[name] = Known(kept(stamp, looked), Digest(""), status.st_size)
        else:
            found[name] = Known(kept(stamp, looked), digest_of(entry.path), status.st_size)
    return found


def look_at(path: Path, was: Known | None) -> Known:
    """Look at one file as `scan` does; raises `SiteError` when it cannot be read."""
    looked = time.time_ns()
    try:
        status = path.stat()
    except OSError as error:
        raise SiteError(f"cannot read {path}: {error.strerror}") from error
    stamp = stamp_of(status)
    if was is not None and was.stamp == stamp:
        return was
    return Known(kept(stamp, looked), digest_of(str(path)), status.st_size)


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
