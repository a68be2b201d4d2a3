"""The fragments of bodies, kept in packs of some hundred so that no body is converted twice.

A pack is one file that is written once: a map of source path to fragment. Which pack holds a source's fragment
is the build's to remember (`where`). A fragment that is missing or not the one its row names is made again.
Every edit leaves a small pack; where there are many such, they are made one.
"""

from __future__ import annotations

import os
from collections import Counter, OrderedDict
from collections.abc import Mapping
from pathlib import Path

import msgspec

from csto_site.codec import digest_bytes
from csto_site.shell.renamed import renamed

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, msgspec.Raw]).decode  # a history wants one in twenty of them
_decode_text = msgspec.msgpack.Decoder(str).decode
SMALL = 40
"""Below how many fragments a pack is a small one."""
MANY = 100
"""How many small packs there may be."""
_OPEN = 6
"""How many packs are held in memory at once: a month's items lie in one or two."""


class Packs:
    """Reads packs in a folder, a few at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: OrderedDict[str, Mapping[str, msgspec.Raw]] = OrderedDict()

    def fragment(self, pack: str, path: str, digest: str) -> str | None:
        """Give the fragment of a source, or None when the pack has not the one of that digest."""
        raw = self._pack(pack).get(path)
        if raw is None:
            return None
        try:
            found = _decode_text(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        return found if digest_bytes(found.encode()) == digest else None

    def _pack(self, name: str) -> Mapping[str, msgspec.Raw]:
        if name not in self._open:
            self._open[name] = _read(self._folder / name)
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)
        self._open.move_to_end(name)
        return self._open[name]


def write(folder: Path, name: str, fragments: Mapping[str, str | msgspec.Raw]) -> None:
    """Write a pack by rename; raises `OSError`."""
    with renamed(folder / f"{name}.{os.getpid()}.part", lambda: folder / name) as file:
        file.write(_encode(fragments))


def gathered(folder: Path, name: str, where: dict[str, str]) -> dict[str, str]:
    """Put small packs together into one of that name, if there are many; give where each fragment lies then."""
    held = Counter(where.values())
    small = {pack for pack, count in held.items() if count < SMALL}
    if len(small) <= MANY:
        return where
    packs = {pack: _read(folder / pack) for pack in small}
    moved = {path: packs[pack][path] for path, pack in where.items() if pack in small and path in packs[pack]}
    try:
        write(folder, name, moved)
    except OSError:
        return where
    return {**where, **dict.fromkeys(moved, name)}


def _read(path: Path) -> Mapping[str, msgspec.Raw]:
    try:
        return _decode(path.read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}
