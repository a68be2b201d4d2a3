"""The output folder: whole or untouched.

What is made lies in a staging folder beside the output until all of it is made. A journal then names every step
of the switch, so that whoever comes next completes what was cut off. New assets come first, pages next,
removals last: a reader who comes in between never meets a page whose style sheet is missing.

    public/            the output; its manifest lists which files are ours
    .public.stage/     what will be moved into it
    .public.journal    the steps of a switch that has begun
    .public.lock       held by the build that works on it
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from csto_site.codec import digest_bytes
from csto_site.hands import Made
from csto_site.model import Digest, OutPath
from csto_site.pipeline import MANIFEST
from csto_site.records import read_manifest
from csto_site.shell import memo
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Written, stamp_of

PATIENCE = 60
"""How many seconds a build waits for another one."""


class Switch(msgspec.Struct, frozen=True):
    """The steps from one output to the next: files of ours in the way, files to move in, files to remove.

    `is_whole`: the staging folder is the whole new output, and there is no old one.
    """

    is_whole: bool
    cleared: tuple[OutPath, ...]
    moved: tuple[OutPath, ...]
    removed: tuple[OutPath, ...]


class Folder:
    """An output folder with what lies beside it."""

    def __init__(self, out: Path) -> None:
        self.out = Path(os.path.abspath(out))
        beside = self.out.parent
        if self.out.is_dir() and beside.stat().st_dev != self.out.stat().st_dev:
            beside = self.out  # a disk of its own: renames must not leave it
        self.stage = beside / f".{self.out.name}.stage"
        self.journal = beside / f".{self.out.name}.journal"
        self._lock = beside / f".{self.out.name}.lock"

    @contextmanager
    def locked(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the output alone; raises `SiteError` that names the holder when another build does not end."""
        end = time.monotonic() + patience
        while (file := self._taken()) is None:
            if time.monotonic() >= end:
                holder = self._lock.read_text() if self._lock.exists() else ""
                raise SiteError(f"another build works on {self.out} ({holder or 'unknown'})")
            time.sleep(0.1)
        with file:
            file.truncate(0)
            file.write(f"process {os.getpid()}, since {time.strftime('%Y-%m-%d %H:%M:%S %z')}")
            file.flush()
            try:
                yield
            finally:
                self._lock.unlink(missing_ok=True)

    def _taken(self) -> IO[str] | None:
        """Take the lock, or give None: another process has it, or has just removed the file that we locked."""
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            file = self._lock.open("a+")
        except OSError as error:
            raise SiteError(f"cannot write {error.filename}: {error.strerror}") from error
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(file.fileno()).st_ino == self._lock.stat().st_ino:
                return file
        except (BlockingIOError, FileNotFoundError):
            pass
        file.close()
        return None

    # -- before a build

    def recover(self) -> bool:
        """Complete a switch that was cut off, and remove what a build left behind; tell whether there was one."""
        try:
            switch = _read_journal(self.journal)
            if switch is not None:
                self._apply(switch)
            self.journal.unlink(missing_ok=True)
            if self.stage.exists():
                shutil.rmtree(self.stage)
        except OSError as error:
            raise SiteError(f"cannot write {error.filename or self.out}: {error.strerror}") from error
        return switch is not None

    def left(self, known: Mapping[OutPath, Written]) -> dict[OutPath, Written]:
        """Give what lies in the output as it was left: only files that are ours and have the bytes they had.

        What the memo knows nothing of is taken from the manifest.
        """
        looked = time.time_ns()
        listed = known or {p: Written(f.digest, f.size, None) for p, f in (self._listed() or {}).items()}
        found = {}
        for path, was in listed.items():
            now = _still(f"{self.out}/{path}", was, looked)
            if now is not None:
                found[path] = now
        return found

    def _listed(self) -> Mapping[OutPath, Made] | None:
        try:
            data = (self.out / MANIFEST).read_bytes()
        except OSError:
            return None
        files = read_manifest(data)
        if files is None:
            return None
        made = {path: Made(path, Digest(file.sha256), file.size) for path, file in files.items()}
        return made | {MANIFEST: Made(MANIFEST, digest_bytes(data), len(data))}

    # -- the switch

    def switch(self, made: Mapping[OutPath, Made], known: Mapping[OutPath, Written]) -> Switch:
        """Plan the switch to what was made; `known` are the files that the memo knows to be ours.

        Raises `SiteError` when a file that is not ours stands in the way.
        """
        if not self.out.exists() or not any(self.out.iterdir()):
            return Switch(is_whole=True, cleared=(), moved=(), removed=())
        ours = set(self._listed() or ()) | known.keys()
        staged = [path for path in made if os.path.lexists(f"{self.stage}/{path}")]
        self._refuse_foreign(path for path in staged if path not in ours)
        gone = sorted(ours - made.keys())
        in_the_way = _in_the_way(gone, staged)
        return Switch(
            is_whole=False,
            cleared=tuple(path for path in gone if path in in_the_way),
            moved=_in_order(staged),
            removed=tuple(path for path in gone if path not in in_the_way),
        )

    def _refuse_foreign(self, paths: Iterable[OutPath]) -> None:
        strange = sorted(path for path in paths if os.path.lexists(f"{self.out}/{path}"))
        strange = [path for path in strange if not _is_our_folder(self.out / path)]
        if strange:
            more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
            raise SiteError(
                f"{self.out / strange[0]}{more}: not made by csto-site, and a page is to stand there: move it away"
            )

    def commit(self, switch: Switch) -> None:
        """Make the switch; from the moment its journal is on the disk it will be completed, by whomever."""
        try:
            _write_journal(self.journal, switch)
            self._apply(switch)
            self.journal.unlink()
            if self.stage.exists():
                shutil.rmtree(self.stage)
        except OSError as error:
            raise SiteError(f"cannot write {error.filename or self.out}: {error.strerror}") from error

    def _apply(self, switch: Switch) -> None:
        """Take every step that has not been taken yet."""
        if switch.is_whole:
            if self.stage.exists():
                self.stage.replace(self.out)  # an empty folder gives way
            return
        for path in switch.cleared:
            _remove(self.out, path)
        for path in switch.moved:
            _move(f"{self.stage}/{path}", f"{self.out}/{path}")
        for path in switch.removed:
            _remove(self.out, path)

    def discard(self) -> None:
        """Remove what was staged, after a build that came to nothing."""
        shutil.rmtree(self.stage, ignore_errors=True)


def stamped(out: Path, made: Iterable[Made], left: Mapping[OutPath, Written]) -> dict[OutPath, Written]:
    """Note every file of the output for the next build; only those that were moved are looked at."""
    looked = time.time_ns()
    notes = {}
    for each in made:
        was = left.get(each.path)
        if was is None or was.digest != each.digest:
            was = Written(each.digest, each.size, memo.kept(stamp_of(os.stat(f"{out}/{each.path}")), looked))
        notes[each.path] = was
    return notes


# -- steps -----------------------------------------------------------------------------------------


def _in_order(paths: Iterable[OutPath]) -> tuple[OutPath, ...]:
    """Order files so that no page meets a missing asset: assets, pages, the manifest last."""
    return tuple(sorted(paths, key=lambda path: (path == MANIFEST, path.endswith(".html"), path)))


def _in_the_way(gone: Iterable[OutPath], staged: Iterable[OutPath]) -> set[OutPath]:
    """Find files to be removed that are folders in the new tree, or lie below what is a file there."""
    new = set(staged)
    folders = {OutPath(folder) for path in new for folder in _folders(path)}
    return {path for path in gone if path in folders or any(folder in new for folder in _folders(path))}


def _folders(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _is_our_folder(path: Path) -> bool:
    """Tell a folder, which may give way to a file once our files in it are removed."""
    return path.is_dir() and not path.is_symlink()


def _still(path: str, was: Written, looked: int) -> Written | None:
    """Give the note of a file that has the bytes it had, with its stamp of today; None for all others."""
    try:
        stamp = stamp_of(os.stat(path))
    except OSError:
        return None
    if stamp == was.stamp:
        return was
    if stamp.size != was.size:
        return None
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(was.digest, was.size, memo.kept(stamp, looked)) if digest == was.digest else None


def _move(staged: str, place: str) -> None:
    """Move a file into its place; one that is not staged any more was moved already."""
    try:
        os.replace(staged, place)
    except FileNotFoundError:
        if not os.path.lexists(staged):
            return
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.replace(staged, place)
    except (IsADirectoryError, NotADirectoryError) as error:
        raise SiteError(f"cannot write {place}: a folder or file that csto-site did not make is there") from error


def _remove(out: Path, path: OutPath) -> None:
    try:
        (out / path).unlink()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except IsADirectoryError:
        return
    folder = (out / path).parent
    while folder != out:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


# -- the journal -----------------------------------------------------------------------------------

_SEAL = 16
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Switch).decode


def _write_journal(path: Path, switch: Switch) -> None:
    body = _encode(switch)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(hashlib.blake2b(body, digest_size=_SEAL).digest() + body)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _read_journal(path: Path) -> Switch | None:
    """Read a journal; None when there is none, or one that was never finished: then no step was taken."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.blake2b(data[_SEAL:], digest_size=_SEAL).digest() != data[:_SEAL]:
        return None
    return _decode(data[_SEAL:])
