"""Pagefind's files in one order: the same records give the same bytes.

Pagefind 1.5.2 writes its filters and their values in the order of a hash table, another one in each run. Filters and
the list of them are CBOR; here they are read, sorted, written again, and named by what they hold then.

    pagefind-entry.json ──hash──► pagefind.LANG_HASH.pf_meta ──names──► filter/LANG_HASH.pf_filter, index/…, fragment/…
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Union

Node = Union[int, str, Sequence["Node"]]  # noqa: UP007 - a recursive alias needs the old spelling
Files = Mapping[str, bytes]

ENTRY = "pagefind-entry.json"
_MAGIC = b"pagefind_dcd"
_FILTERS = 3
"""Which part of the list holds the filters, as name and file: after version, pages and index chunks."""


class StrangeIndexError(ValueError):
    """What Pagefind wrote has another form than this module knows."""


def ordered(files: Files) -> dict[str, bytes]:
    """Bring what differs from run to run into one order; the files of one language, by path."""
    entry = json.loads(files[ENTRY])
    made = dict(files)
    for language, index in entry["languages"].items():
        old = index["hash"]
        name, meta = f"pagefind.{old}.pf_meta", _node(made.pop(f"pagefind.{old}.pf_meta"))
        if not isinstance(meta, list) or not isinstance(filters := meta[_FILTERS], list):
            raise StrangeIndexError(f"{name} has another form")
        meta[_FILTERS] = sorted(_renamed(language, filters, made), key=str)
        data = packed(meta)
        index["hash"] = f"{language}_{_name(data)}"
        made[f"pagefind.{index['hash']}.pf_meta"] = data
    made[ENTRY] = json.dumps(entry, separators=(",", ":"), sort_keys=True).encode()
    return made


def _renamed(language: str, filters: list[Node], made: dict[str, bytes]) -> Iterator[Node]:
    """Sort each filter's values, and give the filters with their files' new names."""
    for each in filters:
        if not isinstance(each, list) or not isinstance(each[1], str):
            raise StrangeIndexError("the list of filters has another form")
        held = _node(made.pop(f"filter/{each[1]}.pf_filter"))
        if not isinstance(held, list) or not isinstance(values := held[1], list):
            raise StrangeIndexError(f"filter {each[0]} has another form")
        data = packed([held[0], sorted(values, key=str), *held[2:]])
        name = f"{language}_{_name(data)}"
        made[f"filter/{name}.pf_filter"] = data
        yield [each[0], name, *each[2:]]


def _name(data: bytes) -> str:
    return sha256(data).hexdigest()[:10]


def _node(data: bytes) -> Node:
    plain = gzip.decompress(data)
    if not plain.startswith(_MAGIC):
        raise StrangeIndexError("a file of the index has another beginning")
    node, end = _read(plain, len(_MAGIC))
    if end != len(plain):
        raise StrangeIndexError("a file of the index has another end")
    return node


def packed(node: Node) -> bytes:
    """Write a file of the index, as `ordered` reads it."""
    return gzip.compress(_MAGIC + b"".join(_written(node)), mtime=0)


# -- CBOR (RFC 8949): whole numbers, texts and arrays ----------------------------------------------

_UNSIGNED, _NEGATIVE, _TEXT, _ARRAY = 0, 1, 3, 4
_SIZES = {24: 1, 25: 2, 26: 4, 27: 8}


def _read(data: bytes, at: int) -> tuple[Node, int]:
    """Read what begins at a place, and say where it ends."""
    kind, value = data[at] >> 5, data[at] & 31
    at += 1
    if size := _SIZES.get(value, 0):
        value = int.from_bytes(data[at : at + size], "big")
        at += size
    if kind == _UNSIGNED:
        return value, at
    if kind == _NEGATIVE:
        return -1 - value, at
    if kind == _TEXT:
        return data[at : at + value].decode(), at + value
    if kind != _ARRAY:
        raise StrangeIndexError(f"a file of the index holds something of kind {kind}")
    row: list[Node] = []
    for _ in range(value):
        each, at = _read(data, at)
        row.append(each)
    return row, at


def _written(node: Node) -> Iterator[bytes]:
    if isinstance(node, int):
        yield _opening(_UNSIGNED, node) if node >= 0 else _opening(_NEGATIVE, -1 - node)
    elif isinstance(node, str):
        data = node.encode()
        yield _opening(_TEXT, len(data)) + data
    else:
        yield _opening(_ARRAY, len(node))
        for each in node:
            yield from _written(each)


def _opening(kind: int, value: int) -> bytes:
    if value < min(_SIZES):
        return bytes([kind << 5 | value])
    code, size = next((code, size) for code, size in _SIZES.items() if value < 1 << 8 * size)
    return bytes([kind << 5 | code]) + value.to_bytes(size, "big")
