"""The output folder: whole or untouched.

What is made lies in a staging folder beside the output until all of it is made. A journal then names every step
of the switch, so that whoever comes next completes what was cut off.

    public/            the output; its manifest lists which files are ours
    .public.stage/…/   what will be moved into it: each build has a folder of its own in there
    .public.journal    the steps of a switch that has begun
    .public.lock       held by the build that works on it
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from csto_site.codec import digest_bytes
from csto_site.manifests import read_manifest
from csto_site.model import MANIFEST, Digest, Made, OutPath
from csto_site.shell import lock, memo, switch
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Stamp, Written, stamp_of
from csto_site.shell.switch import Switch, folders

PATIENCE = 60.0
"""For how many seconds a build waits for another one."""
GRACE = 1.0
"""For how many seconds a style sheet that is to go outlives the pages that loaded it."""

Differing = dict[OutPath, Written | None]
"""Files that are not as they were noted: with a new note, or None where they have other bytes."""


class Folder:
    """An output folder with what lies beside it; a link to it is the folder that it leads to.

    Whatever the world refuses is a `SiteError`.
    """

    def __init__(self, out: Path, *, grace: float = GRACE) -> None:
        self.out = Path(os.path.realpath(out))
        self._grace = grace
        self._begun = 0
        self._is_whole = False
        beside = self.out.parent
        if os.path.isdir(self.out) and _is_apart(self.out, beside):
            beside = self.out  # a disk of its own: renames must not leave it
        self._stages = beside / f".{self.out.name}.stage"
        # A worker that outlives its killed build goes on staging for a while: into a folder that nobody uses.
        self.stage = self._stages / f"{time.time_ns():x}"
        self.journal = beside / f".{self.out.name}.journal"
        self._lock = beside / f".{self.out.name}.lock"

    def locked(self, patience: float = PATIENCE) -> AbstractContextManager[None]:
        """Hold the output alone; another build that does not end in time is an error that names it."""
        return lock.held(self._lock, str(self.out), patience)

    # -- before a build

    def recover(self) -> bool:
        """Complete a switch that was cut off, and remove what a build left behind; tell whether there was one."""
        if os.path.lexists(self.out) and not os.path.isdir(self.out):
            raise SiteError(f"{self.out} is not a folder: move it away, or name another place with --out")
        with self._refusals("; the switch that was cut off could not be completed: mend that, and build again"):
            begun = switch.read_journal(self.journal)
            if begun is not None:
                switch.take(begun, str(self._stages / begun.stage), str(self.out), grace=self._grace)
            self.journal.unlink(missing_ok=True)
            switch.part_of(self.journal).unlink(missing_ok=True)
            shutil.rmtree(self._stages, ignore_errors=True)
        return begun is not None

    def differing(self, known: Mapping[OutPath, Written]) -> Differing:
        """Look at every file that is known to be ours: give those that are not as they were noted.

        A file with another stamp and the bytes that it had has a new note, all others have None; so has one that may
        not be read by all who may read a new one.
        """
        looked = time.time_ns()
        readable = _readable()
        top = f"{self.out}/"
        found = {}
        for path, was in known.items():
            now = _still(top + path, was, looked, readable)
            if now is not was:
                found[path] = now
        return found

    def left(self, known: Mapping[OutPath, Written], differing: Differing | None = None) -> dict[OutPath, Written]:
        """Give what lies in the output as it was left: only files that are ours and have the bytes they had.

        What the memo knows nothing of is taken from the manifest. `differing` is what a look at the known files
        came to, if that was begun before.
        """
        listed = known or {p: Written(f.digest, f.size, None) for p, f in (self._listed() or {}).items()}
        notes = {**listed, **(self.differing(listed) if differing is None else differing)}
        return {path: note for path, note in notes.items() if note is not None}

    def manifest(self) -> bytes:
        """Read the manifest, or nothing where it cannot be read."""
        try:
            return (self.out / MANIFEST).read_bytes()
        except OSError:
            return b""

    def _listed(self) -> Mapping[OutPath, Made] | None:
        data = self.manifest()
        files = read_manifest(data)
        if files is None:
            return None
        made = {path: Made(path, Digest(file.sha256), file.size) for path, file in files.items()}
        return made | {MANIFEST: Made(MANIFEST, digest_bytes(data), len(data))}

    # -- the switch

    def switch(
        self, made: Mapping[OutPath, Made], left: Mapping[OutPath, Written], known: Collection[OutPath] = ()
    ) -> Switch:
        """Plan the switch from what was `left` to what was made; `known` are files that the memo knows to be ours here.

        It is refused when a file that is not ours stands in the way, or a folder takes no files: nothing was changed.
        """
        if not os.path.lexists(self.out):
            return Switch(self.stage.name, is_whole=True, moved=tuple(made))
        is_listed = MANIFEST in known and MANIFEST in left  # then the manifest that lies there says the same
        ours = {*known} if is_listed else {*known, *(self._listed() or ())}
        planned = switch.planned(self.stage.name, made, left, ours)
        if lost := [path for path in planned.moved if not os.path.lexists(f"{self.stage}/{path}")]:
            raise SiteError(f"{self.stage / lost[0]} has vanished before it could be used: build again")
        self._refuse_foreign(planned, [path for path in planned.moved if path not in left], ours)
        self._refuse_read_only(planned)
        return planned

    def _refuse_foreign(self, planned: Switch, new: Iterable[OutPath], ours: set[OutPath]) -> None:
        ground = _Ground(str(self.out), ours, frozenset(planned.cleared))
        met = (*map(ground.foreign, new), *map(ground.leads_out, (*planned.moved, *planned.removed)))
        strange = sorted({each for each in met if each is not None})
        if strange:
            more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
            raise SiteError(
                f"{self.out / strange[0]}{more}: not made by csto-site, and a page is to stand there: move it away"
            )

    def _refuse_read_only(self, planned: Switch) -> None:
        """See that every folder takes the steps: half of them would be worse than none."""
        if not planned.has_steps:
            return
        paths = (*planned.cleared, *planned.moved, *planned.removed)
        touched = {"", *(path.rpartition("/")[0] for path in paths)}
        for folder in sorted(f"{self.out}/{path}".rstrip("/") for path in touched):
            if not os.access(folder, os.W_OK | os.X_OK) and os.path.isdir(folder):
                raise SiteError(f"cannot write into {folder}: it is read-only, or belongs to someone else")

    def commit(self, planned: Switch) -> None:
        """Make the switch; from the moment its journal is on the disk it will be completed, by whomever."""
        self._begun = time.time_ns()
        self._is_whole = planned.is_whole
        if planned.is_whole:
            with self._refusals():
                self.stage.rename(self.out)
        elif planned.has_steps:
            with self._refusals():
                switch.write_journal(self.journal, planned)
            with self._refusals(
                "; some files are of the new build already: mend that, and the next build completes it"
            ):
                switch.take(planned, str(self.stage), str(self.out), grace=self._grace)
                self.journal.unlink()
        self.discard()

    def discard(self) -> None:
        """Remove what was staged, unless a switch that has begun still needs it."""
        if not self.journal.exists():
            with suppress(OSError):
                switch.part_of(self.journal).unlink(missing_ok=True)
            shutil.rmtree(self._stages, ignore_errors=True)

    def stamped(
        self, made: Iterable[Made], left: Mapping[OutPath, Written], staged: Mapping[OutPath, Stamp]
    ) -> dict[OutPath, Written]:
        """Note every file of the output for the next build; only those that were moved are looked at.

        `staged` are the stamps that files had before: they still hold where the folder was moved as a whole.
        """
        looked = time.time_ns()
        known = staged if self._is_whole else {}
        notes = {}
        for each in made:
            was = left.get(each.path)
            if was is None or was.digest != each.digest:
                was = Written(each.digest, each.size, self._stamp(each.path, looked, known.get(each.path)))
            notes[each.path] = was
        return notes

    def _stamp(self, path: OutPath, looked: int, known: Stamp | None) -> Stamp | None:
        """Give the stamp of a file that was moved; None when someone may have written into it, or removed it, since."""
        try:
            stamp = known or stamp_of(os.stat(f"{self.out}/{path}"))
        except FileNotFoundError:
            return None
        modified, _ = memo.times_of(stamp)
        return memo.kept(stamp, looked) if modified < self._begun - memo.RACY else None

    @contextmanager
    def _refusals(self, after: str = "") -> Iterator[None]:
        try:
            yield
        except OSError as error:
            place = error.filename2 or error.filename or self.out
            raise SiteError(f"cannot write {place}: {error.strerror}{after}") from error


# -- files of the output ---------------------------------------------------------------------------


def _is_apart(folder: Path, beside: Path) -> bool:
    """Tell whether a folder is a mount: of another disk, or of a part of this one, which its device does not tell.

    To rename what is not there changes nothing; but across mounts it is refused for that reason first.
    """
    if folder.stat().st_dev != beside.stat().st_dev:
        return True
    try:
        os.rename(beside / f".{folder.name}.none", folder / f".{folder.name}.none")
    except OSError as error:
        return error.errno == errno.EXDEV
    return False


def _readable() -> int:
    """Give the rights to read that a new file has here."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o444 & ~mask


def _still(path: str, was: Written, looked: int, readable: int) -> Written | None:
    """Give the note of a file that has the bytes it had, with its stamp of today; None for all others."""
    try:
        status = os.stat(path)
        stamp = stamp_of(status)
        if stamp == was.stamp:
            return was
        if status.st_size != was.size or status.st_mode & readable != readable:
            return None
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return Written(was.digest, was.size, memo.kept(stamp, looked)) if digest == was.digest else None


class _Ground:
    """What stands in the output where new files are to go; a folder is looked at once."""

    def __init__(self, out: str, ours: Collection[str], cleared: Collection[str]) -> None:
        self._out = out
        self._ours = ours
        self._cleared = cleared
        self._kinds: dict[str, str] = {}

    def foreign(self, path: OutPath) -> str | None:
        """Name what is not ours and stands where the file or one of its folders is to be."""
        for folder in reversed(tuple(folders(path))):
            kind = self._kind_of_folder(folder)
            if kind in {"file", "link"} and folder not in self._cleared:
                return folder
            if kind != "folder":
                return None
        kind = self._kind(path)
        if kind == "folder" and not os.path.islink(f"{self._out}/{path}"):
            return next((each for each in self._below(path) if each not in self._cleared), None)
        return path if kind != "nothing" and path not in self._ours else None

    def leads_out(self, path: OutPath) -> str | None:
        """Name the folder on the way to a file that is a link to somewhere else: nothing there is ours."""
        return next((folder for folder in folders(path) if self._kind_of_folder(folder) == "link"), None)

    def _kind_of_folder(self, path: str) -> str:
        return self._kinds.get(path) or self._kinds.setdefault(path, self._kind(path))

    def _kind(self, path: str) -> str:
        place = f"{self._out}/{path}"
        if os.path.islink(place) and not f"{os.path.realpath(place)}/".startswith(f"{self._out}/"):
            return "link"
        if os.path.isdir(place):
            return "folder"
        return "file" if os.path.lexists(place) else "nothing"

    def _below(self, path: str) -> Iterator[str]:
        for folder, _, names in os.walk(f"{self._out}/{path}"):
            yield from (os.path.relpath(f"{folder}/{name}", self._out) for name in sorted(names))
