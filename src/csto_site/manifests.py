"""The manifest: every other output with its SHA-256 and size, which is also the site's list of its own files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from csto_site.model import Digest, OutPath


class File(msgspec.Struct, frozen=True):
    """What a file holds: the SHA-256 of its bytes, and how many there are."""

    sha256: Annotated[Digest, msgspec.Meta(min_length=64, max_length=64)]
    size: Annotated[int, msgspec.Meta(ge=0)]


class _Manifest(msgspec.Struct, frozen=True):
    version: Literal[1]
    files: dict[OutPath, File]


_decode = msgspec.json.Decoder(_Manifest).decode
_encode = msgspec.json.Encoder().encode


def manifest(files: Mapping[OutPath, File]) -> bytes:
    """Write the manifest, a line for each file, in the order of their paths."""
    lines = b",\n".join(_encode(path) + b":" + _encode(files[path]) for path in sorted(files))
    return b'{"version":1,"files":{\n' + lines + b"\n}}\n"


def read_manifest(data: bytes) -> Mapping[OutPath, File] | None:
    """Read a manifest back; None when it is damaged, foreign, or names a file that lies elsewhere.

    What is listed may be removed, so a path that leads out of the output makes all of it suspect.
    """
    try:
        files = _decode(data).files
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return None if any(map(is_stray, files)) else files


def is_stray(path: str) -> bool:
    """Tell whether a path is none below the output; plain searches, since there may be 100,000 paths."""
    steps = f"/{path}/"
    return "//" in steps or "/./" in steps or "/../" in steps or "\\" in steps or "\0" in steps
