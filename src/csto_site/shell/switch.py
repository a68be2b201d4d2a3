"""The steps from one output to the next: planned, journalled, and taken so that a second time does no harm.

    cleared     files of ours where a folder is to be, or in a folder where a file is to be
    moved       from the staging folder into the output: what pages load, pages, the manifest
    removed     pages, and after a pause what they loaded

A reader who comes in between therefore meets old pages or new ones, and what they load is there.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from csto_site.manifests import is_stray
from csto_site.model import MANIFEST, Made, OutPath
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Written


class Switch(msgspec.Struct, frozen=True):
    """The steps of a switch; `stage` is the name of the folder that holds what is to be moved.

    `is_whole`: there was no output, the folder as a whole becomes it, in one step that needs no journal.
    """

    stage: str
    is_whole: bool = False
    cleared: tuple[OutPath, ...] = ()
    moved: tuple[OutPath, ...] = ()
    removed: tuple[OutPath, ...] = ()

    @property
    def has_steps(self) -> bool:
        """Whether anything is to be done at all."""
        return self.is_whole or bool(self.cleared or self.moved or self.removed)


def planned(
    stage: str, made: Mapping[OutPath, Made], left: Mapping[OutPath, Written], ours: Collection[OutPath]
) -> Switch:
    """Plan the steps: `left` are files of the output with their bytes, `ours` all that may be removed from it."""
    moved = [path for path, each in made.items() if path not in left or left[path].digest != each.digest]
    gone = sorted(path for path in set(ours) - made.keys() if not is_stray(path))
    in_the_way = _in_the_way(gone, moved)
    return Switch(
        stage=stage,
        cleared=tuple(path for path in gone if path in in_the_way),
        moved=tuple(sorted(moved, key=lambda path: (path == MANIFEST, _is_page(path), path))),
        removed=tuple(sorted((p for p in gone if p not in in_the_way), key=lambda path: (not _is_page(path), path))),
    )


def take(switch: Switch, stage: str, out: str, *, grace: float) -> None:
    """Take every step that has not been taken yet; raises `OSError`.

    `grace` is for how many seconds what the old pages load outlives them: a reader who has just fetched one of
    those is still to ask for it.
    """
    for path in switch.cleared:
        _remove(out, path)
    for path in switch.moved:
        _move(f"{stage}/{path}", f"{out}/{path}")
    loaded = [path for path in switch.removed if _is_loaded(path)]
    for path in switch.removed:
        if not _is_loaded(path):
            _remove(out, path)
    if loaded and any(map(_is_page, (*switch.moved, *switch.removed))):
        time.sleep(grace)
    for path in loaded:
        _remove(out, path)


def folders(path: str) -> Iterator[str]:
    """Name the folders that a path lies in, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


# -- order -----------------------------------------------------------------------------------------

_READ_ALONE = (".html", ".json", ".atom", ".rss", ".xml", ".txt", ".map")
"""Pages and records for machines: nobody loads them as part of a page."""


def _is_page(path: str) -> bool:
    return path.endswith(".html")


def _is_loaded(path: str) -> bool:
    """Tell whether a page may load the file, as it does a style sheet or an image."""
    return not path.endswith(_READ_ALONE)


def _in_the_way(gone: Iterable[OutPath], moved: Iterable[OutPath]) -> set[OutPath]:
    """Find files to be removed that are folders in the new tree, or lie below what is a file there."""
    new = set(moved)
    parents = {folder for path in new for folder in folders(path)}
    return {path for path in gone if path in parents or any(folder in new for folder in folders(path))}


# -- steps -----------------------------------------------------------------------------------------


def _move(staged: str, place: str) -> None:
    """Move a file into its place; one that is not staged any more was moved already."""
    try:
        os.replace(staged, place)
    except FileNotFoundError:
        if not os.path.lexists(staged):
            return
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.replace(staged, place)
    except IsADirectoryError:
        for folder, _, _ in os.walk(place, topdown=False):
            os.rmdir(folder)  # empty, or it would have been refused
        os.replace(staged, place)


def _remove(out: str, path: OutPath) -> None:
    """Remove a file, and the folders that it leaves empty."""
    try:
        os.unlink(f"{out}/{path}")
    except (FileNotFoundError, NotADirectoryError):
        pass  # the step was taken before, but perhaps not for the folders
    except OSError:
        if not os.path.isdir(f"{out}/{path}"):
            raise
        return
    for folder in folders(path):
        try:
            os.rmdir(f"{out}/{folder}")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return


# -- the journal -----------------------------------------------------------------------------------

_SEAL = 16
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Switch).decode


def part_of(path: Path) -> Path:
    """Give the file that a journal is written to before it takes its name."""
    return path.with_name(path.name + ".part")


def write_journal(path: Path, switch: Switch) -> None:
    """Write a journal by rename, onto the disk itself; raises `OSError`."""
    body = _encode(switch)
    part = part_of(path)
    with part.open("wb") as file:
        file.write(hashlib.blake2b(body, digest_size=_SEAL).digest() + body)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_journal(path: Path) -> Switch | None:
    """Read a journal; None when there is none, or one whose bytes never all came to the disk: no step was taken.

    Raises `OSError`, and `SiteError` for a journal of another version of the program.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.blake2b(data[_SEAL:], digest_size=_SEAL).digest() != data[:_SEAL]:
        return None
    try:
        switch = _decode(data[_SEAL:])
    except msgspec.DecodeError:
        switch = None
    if switch is None or any(map(is_stray, (switch.stage, *switch.cleared, *switch.moved, *switch.removed))):
        raise SiteError(f"{path} is of another version of csto-site: remove it and the output, and build again")
    return switch
