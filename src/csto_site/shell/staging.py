"""Outputs on their way: written into the staging folder, unless the output folder has them already."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from csto_site.codec import digest_bytes
from csto_site.hands import Printed
from csto_site.model import Asset, Digest, OutPath, Output
from csto_site.shell import darkroom
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Stamp, stamp_of


class Staged(NamedTuple):
    """What became of a job, and the stamps of those of its outputs that were staged."""

    printed: Printed
    stamps: Mapping[OutPath, Stamp]


def staged(
    folder: Path, prints: Iterable[tuple[tuple[Output, ...], Printed]], left: Mapping[OutPath, Digest]
) -> list[Staged]:
    """Stage what the jobs came to, but for what is `left` in the output with the same bytes."""
    answers = []
    for outputs, answer in prints:
        new = (each for each, made in zip(outputs, answer.made, strict=True) if left.get(made.path) != made.digest)
        answers.append(Staged(answer, {output.path: stage(folder, output) for output in new}))
    return answers


_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_PAGE = "/index.html"


def stage(folder: Path, output: Output) -> Stamp:
    """Write an output into the staging folder, and give its stamp; raises `SiteError` when the disk refuses."""
    path = f"{folder}/{output.path}"
    data = _copied(output.data) if isinstance(output.data, Asset) else output.data
    try:
        if path.endswith(_PAGE):  # mostly alone in a folder of its own
            _make_folder(path[: -len(_PAGE)])
        try:
            descriptor = os.open(path, _NEW, 0o666)
        except FileNotFoundError:
            _make_folder(path.rpartition("/")[0])
            descriptor = os.open(path, _NEW, 0o666)
        try:
            written = os.write(descriptor, data)
            while written < len(data):  # a disk takes what still fits, and refuses only the rest
                written += os.write(descriptor, memoryview(data)[written:])
            return stamp_of(os.fstat(descriptor))
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SiteError(f"cannot write {error.filename or path}: {error.strerror}") from error


def _copied(asset: Asset) -> bytes:
    """Read a file that is copied; it must still be the one whose digest stands in addresses and the manifest."""
    data = darkroom.published(asset)
    if digest_bytes(data) != asset.digest:
        raise SiteError(f"{asset.origin} changed while the site was built: build again")
    return data


def _make_folder(path: str) -> None:
    """Make a folder; the one above it is mostly there, which `makedirs` would ask first."""
    try:
        os.mkdir(path)
    except FileNotFoundError:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        pass
