"""The persistent memo: two files, each written by rename.

What lies in `memo`, in the order of need:

    engine          the program that wrote it
    index           every file that was read: its stamp and the digest of its bytes
    out, outputs    every file that was written and where: digest, size, stamp
    state           what the build said, for the case that nothing changed
    rest            the digest of the other file, after which it is named; it is read only when something did change
    patch           what was changed since that was written: an edit writes that alone

and in the other, which is several times as large:

    packs           which pack holds the fragments of which sources
    memo            rows and tasks (`remembered.Memo`)

A memo that is damaged, old or foreign is none: the build is then a clean one.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, NewType

import msgspec

from csto_site.diagnostics import Diagnostic
from csto_site.model import Digest, OutPath
from csto_site.shell.renamed import renamed

Stamp = NewType("Stamp", bytes)
"""What the file system says of a file: size in bytes, times in nanoseconds, inode; packed, since there are so many.

Equal stamps mean surely the same bytes, but for the racy rule: a file that is as new as the look at it
may still change without a new stamp, so its stamp is not kept (git's index does the same).
"""
_STAMP = struct.Struct("<4Q")
_WORD = (1 << 64) - 1

RACY = 20_000_000
"""How many nanoseconds a file must be older than the look at it: the grain of a file system's clock."""
_COARSE = 2_000_000_000
"""The same where the file system counts in whole seconds, or in two of them."""


class Known(NamedTuple):
    """A file that was read: its stamp (None: look again) and the SHA-256 of its bytes."""

    stamp: Stamp | None
    digest: Digest
    size: int


class Written(NamedTuple):
    """A file that was written: the SHA-256 of its bytes, how many there are, and its stamp."""

    digest: Digest
    size: int
    stamp: Stamp | None


class State(msgspec.Struct, frozen=True, array_like=True):
    """What a build said, and for which `as_of` (seconds since 1970 UTC; `until` None: for good) it says the same."""

    options: str
    since: int
    until: int | None
    diagnostics: tuple[Diagnostic, ...]
    items: int
    tasks: int
    left_out: tuple[tuple[str, str], ...] = ()
    pages: int = 0


_PLACE = 50
"""About how many bytes it takes to say in which pack a fragment lies."""


class Patch(NamedTuple):
    """What differs from the other file: in which packs fragments lie; rows by path and tasks by name, encoded."""

    where: Mapping[str, str] = {}
    rows: Mapping[str, msgspec.Raw] = {}
    kept: Mapping[str, msgspec.Raw] = {}

    @property
    def size(self) -> int:
        """About how many bytes it adds to what each build reads and writes."""
        encoded = (*self.rows.values(), *self.kept.values())
        return sum(memoryview(each).nbytes for each in encoded) + _PLACE * len(self.where)


class Record(msgspec.Struct, frozen=True, array_like=True):
    """Everything that a build leaves for the next one; `out` is where its outputs lie, seen from the cache.

    The outputs are as they are encoded (`outputs_of`), and `count` says how many they are.
    """

    engine: str
    out: str
    index: dict[str, Known]
    state: State | None = None
    outputs: msgspec.Raw = msgspec.Raw(b"\x80")
    count: int = 0
    rest: bytes = b""
    patch: Patch = Patch()


class Rest(NamedTuple):
    """The other file: the sources whose fragments a pack holds, by its name; rows and tasks as they are encoded."""

    packs: dict[str, list[str]]
    memo: msgspec.Raw

    @property
    def where(self) -> dict[str, str]:
        """Which pack holds whose fragment."""
        return {path: pack for pack, paths in self.packs.items() for path in paths}


_PAIR, _ARRAY, _SHORT = b"\x92", 0x90, 16
"""How an array of two begins in MessagePack, and one of fewer than sixteen; a map of fewer says so in one byte."""
_MAP = b"\xdf"
"""How a map begins that says in four bytes how many entries it has."""
_AT_ONCE = 1000
_DIGEST = 32
_decode = msgspec.msgpack.Decoder(Record).decode
_decode_outputs = msgspec.msgpack.Decoder(dict[OutPath, Written]).decode
_decode_rest = msgspec.msgpack.Decoder(Rest).decode
encode = msgspec.msgpack.Encoder().encode


def read(cache: Path, engine: str) -> tuple[Record | None, str]:
    """Read the record that this engine left; else None and a note that says why there is none."""
    path = cache / "memo"
    try:
        data = memoryview(path.read_bytes())
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        return None, f"the memo {path} cannot be read ({error.strerror}): building anew"
    seal, body = data[:_DIGEST], data[_DIGEST:]
    if _seal(body) != seal:
        return None, f"the memo {path} is damaged: building anew"
    try:
        record = _decode(body)
    except msgspec.DecodeError:
        return None, f"the memo {path} has another form: building anew"
    if record.engine != engine:
        return None, "another version of the program made the memo: building anew"
    return record, ""


def outputs_of(record: Record | None) -> Mapping[OutPath, Written]:
    """Decode every file that was written; they are many, and where nothing has changed only a look at them needs it."""
    return _decode_outputs(record.outputs) if record else {}


def with_outputs(record: Record, outputs: Mapping[OutPath, Written]) -> Record:
    """Note every file that was written."""
    return msgspec.structs.replace(record, outputs=msgspec.Raw(encode(outputs)), count=len(outputs))


def rest_of(cache: Path, record: Record) -> Rest | None:
    """Read the other file as it belongs to a record; None when it is damaged, or no more."""
    try:
        body = (cache / _name(record.rest)).read_bytes()
    except OSError:
        return None
    return _decode_rest(body) if _seal(body) == record.rest else None


def write(cache: Path, record: Record) -> None:
    """Write a record, and remove the files that older ones named; raises `OSError`."""
    body = encode(record)
    with renamed(cache / "memo.part", lambda: cache / "memo") as file:
        file.writelines((_seal(body), body))
    sweep_rests(cache, record)


def sweep_rests(cache: Path, record: Record | None) -> None:
    """Remove the files that a record does not name: they are of older ones, or of one that could not be written."""
    with suppress(OSError):
        for entry in os.scandir(cache):
            if _REST.fullmatch(entry.name) and not (record and entry.name == _name(record.rest)):
                os.unlink(entry.path)


def write_rest(cache: Path, where: Mapping[str, str], memo: Iterable[bytes | memoryview]) -> bytes:
    """Write the other file, and give the digest by which a record names it; raises `OSError`.

    `memo` comes in pieces: all of it at once would take as much memory as a sixth of what it tells of.
    """
    seal = hashlib.sha256()
    with renamed(cache / "memo.rest.part", lambda: cache / _name(seal.digest())) as file:
        for piece in chain((_PAIR, encode(_by_pack(where))), memo):  # as `encode(rest)`
            seal.update(piece)
            file.write(piece)
    return seal.digest()


def _name(rest: bytes) -> str:
    return f"memo.{rest.hex()[:16]}"


_REST = re.compile(r"memo\.[0-9a-f]{16}")


def _by_pack(where: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    packs: dict[str, list[str]] = defaultdict(list)
    for path, pack in where.items():
        packs[pack].append(path)
    return packs


def pieces(value: msgspec.Struct, field: str) -> Iterator[bytes | memoryview]:
    """Encode a Struct that is written as an array, piece by piece where its `field` holds a large mapping."""
    names = value.__struct_fields__
    yield bytes([_ARRAY | len(names)])
    for name in names:
        of = getattr(value, name)
        if name != field:
            yield encode(of)
            continue
        yield _MAP + len(of).to_bytes(4, "big")
        entries = iter(of.items())
        while some := dict(islice(entries, _AT_ONCE)):
            yield memoryview(encode(some))[1 if len(some) < _SHORT else 3 :]  # without how many these are


def _seal(data: bytes | memoryview) -> bytes:
    """Give what tells damage; processors have instructions for SHA-256, which makes it twice as fast as BLAKE2."""
    return hashlib.sha256(data).digest()


def tidy(cache: Path) -> None:
    """Remove what a killed build had not finished writing, here and among the fragments."""
    for folder in (cache, cache / "fragments", cache / "pictures"):
        with suppress(OSError):
            for entry in os.scandir(folder):
                if entry.name.endswith(".part"):
                    os.unlink(entry.path)


def sweep(folder: Path, used: Iterable[str]) -> None:
    """Remove from a folder of the cache what nothing uses any more; what cannot be removed stays."""
    keep = set(used)
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name not in keep:
                os.unlink(entry.path)


def stamp_of(status: os.stat_result) -> Stamp:
    """Give what is compared of a file's status."""
    times = (status.st_mtime_ns & _WORD, status.st_ctime_ns & _WORD)  # those before 1970 are negative
    return Stamp(_STAMP.pack(status.st_size, *times, status.st_ino))


def times_of(stamp: Stamp) -> tuple[int, int]:
    """Give when a file was modified, and when anything of it was changed."""
    _, modified, changed, _ = _STAMP.unpack(stamp)
    return modified, changed


def kept(stamp: Stamp, looked: int) -> Stamp | None:
    """Give a stamp as it may be kept by someone who looked at that time (nanoseconds since 1970)."""
    modified, changed = times_of(stamp)
    is_fine = changed % 1_000_000_000 != 0  # the file system sets it itself; `modified` anyone may set
    grain = RACY if is_fine else _COARSE
    return stamp if max(modified, changed) < looked - grain else None
