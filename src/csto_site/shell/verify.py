"""`--verify`: a clean build in a fresh process that cannot read the memo, held against the output byte for byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from csto_site.manifests import read_manifest
from csto_site.model import MANIFEST
from csto_site.shell.build import Options
from csto_site.shell.errors import SiteError

_DAY = 24 * 3600


def differences(options: Options) -> Iterator[str]:
    """Name every output that a clean build makes otherwise, in the order of paths.

    Raises `SiteError` when the clean build does not come about.
    """
    beside = options.out.resolve().parent
    for left in beside.glob(f".{options.out.name}.verify-*"):
        if time.time() - left.stat().st_mtime > _DAY:  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".{options.out.name}.verify-", dir=beside) as scratch:
        clean = Path(scratch) / "public"
        _build(options, clean, Path(scratch) / "cache")
        yield from _compared(options.out, clean)


def _build(options: Options, out: Path, cache: Path) -> None:
    arguments = [
        *("--root", str(options.root), "--out", str(out), "--cache", str(cache)),
        *(("--content", str(options.content)) if options.content else ()),
        *(("--keep-going",) if options.keep_going else ()),
        *(("--last-good", options.last_good) if options.last_good else ()),
        *(() if options.search is None else ("--search" if options.search else "--no-search",)),
        *(("--jobs", str(options.jobs)) if options.jobs else ()),
    ]
    done = _run(["build", *arguments], options.as_of)
    if not (out / MANIFEST).is_file():
        raise SiteError(f"the clean build to compare with came to nothing (exit status {done})")


def _run(arguments: Sequence[str], as_of: int) -> int:
    command = [sys.executable, "-m", "csto_site", *arguments]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(as_of)}
    return subprocess.run(command, capture_output=True, check=False, env=environment).returncode  # noqa: S603 - this very program


def _compared(left: Path, right: Path) -> Iterator[str]:
    old, new = _listed(left), _listed(right)
    for path in sorted(old | new):
        if path not in new:
            yield f"{path}: a clean build does not make it"
        elif path not in old:
            yield f"{path}: only a clean build makes it"
        elif (left / path).read_bytes() != (right / path).read_bytes():
            yield f"{path}: {_first_difference((left / path).read_bytes(), (right / path).read_bytes())}"


def _listed(out: Path) -> set[str]:
    files = read_manifest((out / MANIFEST).read_bytes())
    if files is None:
        raise SiteError(f"{out / MANIFEST} is damaged: build once more")
    return {path for path in (*files, MANIFEST) if os.path.lexists(out / path)}


def _first_difference(left: bytes, right: bytes) -> str:
    at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    line = left.count(b"\n", 0, at) + 1
    here, clean = (data[max(at - 20, 0) : at + 40].decode(errors="replace") for data in (left, right))
    return f"differs from line {line} on: {here!r} here, {clean!r} from a clean build"
