"""A build from disk to disk: read, make, and only when all of it is well, write."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from csto_site import pipeline
from csto_site.codec import digest_bytes
from csto_site.diagnostics import Checked, Diagnostic, ordered
from csto_site.hands import Serial
from csto_site.model import Value
from csto_site.pipeline import Memo, Outcome, stops
from csto_site.shell import disk
from csto_site.shell.disk import Loaded
from csto_site.shell.errors import SiteError


class Options(Value, frozen=True, kw_only=True):
    """What a build is asked for; `as_of` in seconds since 1970 UTC, `last_good` a git revision or ""."""

    root: Path
    out: Path
    as_of: int
    content: Path | None = None
    keep_going: bool = False
    last_good: str = ""
    clean: bool = False


class Report(Value, frozen=True, kw_only=True):
    """What a build came to; `written` is None when nothing was, `stages` are seconds by name.

    `restored` are the sources that were read as they are in the last good revision.
    """

    diagnostics: tuple[Diagnostic, ...]
    outcome: Outcome | None = None
    written: disk.Written | None = None
    restored: tuple[str, ...] = ()
    stages: Mapping[str, float] = {}


def run(options: Options) -> Report:
    """Build the site. Raises `SiteError` when the world refuses: a disk, a missing revision."""
    stages: dict[str, float] = {}
    with _timed(stages, "read"):
        loaded, found = _load(options)
    if loaded is None:
        return Report(diagnostics=ordered(found), stages=stages)
    restored: tuple[str, ...] = ()
    if options.last_good:
        with _timed(stages, "last good"):
            loaded, restored = _last_good(options, loaded)
    staging = disk.Staging()
    with _timed(stages, "build"):
        outcome = pipeline.build(loaded.inputs, Memo(), Serial(loaded.read, staging.emit))
    diagnostics = ordered((*found, *outcome.diagnostics))
    written = None
    if not stops(diagnostics, outcome.left_out):
        with _timed(stages, "write"):
            staging.emit(outcome.extra)
            written = staging.write(options.out, outcome.tree, clean=options.clean)
    return Report(diagnostics=diagnostics, outcome=outcome, written=written, restored=restored, stages=stages)


def check(options: Options) -> Report:
    """Do all of a build that needs no rendering, for its diagnostics."""
    loaded, found = _load(options)
    if loaded is None:
        return Report(diagnostics=ordered(found))
    outcome = _checked(loaded)
    return Report(diagnostics=ordered((*found, *outcome.diagnostics)), outcome=outcome)


def _checked(loaded: Loaded) -> Outcome:
    return pipeline.check(loaded.inputs, Memo(), Serial(loaded.read, lambda _: None))


def _load(options: Options) -> Checked[Loaded | None]:
    keep_going = options.keep_going or bool(options.last_good)
    return disk.load(options.root, content=options.content, as_of=options.as_of, keep_going=keep_going)


def _last_good(options: Options, loaded: Loaded) -> tuple[Loaded, tuple[str, ...]]:
    """Read the sources that have errors as they are in the last good revision."""
    bad = sorted(path for path, _ in _checked(loaded).left_out)
    old = {path: data for path in bad if (data := _in_revision(options, path)) is not None}

    def read(path: str) -> bytes:
        return old[path] if path in old else loaded.read(path)

    content = {**loaded.inputs.content, **{path: digest_bytes(data) for path, data in old.items()}}
    return Loaded(msgspec.structs.replace(loaded.inputs, content=content), read), tuple(old)


def _in_revision(options: Options, path: str) -> bytes | None:
    folder = options.content or options.root / "content"
    command = ["git", "-C", str(folder), "show", f"{options.last_good}:./{path}"]
    shown = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git with a path of ours
    if shown.returncode == 0:
        return shown.stdout
    reason = shown.stderr.decode(errors="replace").strip()
    if "does not exist" in reason or "exists on disk, but not in" in reason:
        return None
    raise SiteError(f"cannot read {path} as of {options.last_good}: {reason}")


@contextmanager
def _timed(stages: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    stages[name] = time.perf_counter() - start
