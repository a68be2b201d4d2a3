"""A build from disk to disk: look, make what is missing, and only when all of it is well, switch over."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import msgspec

from csto_site import permalinks, pipeline
from csto_site.codec import digest, digest_bytes
from csto_site.diagnostics import Checked, Diagnostic, ordered
from csto_site.hands import Serial
from csto_site.model import OutPath, Row, Value
from csto_site.pipeline import Inputs, Memo, Outcome, Work, stops
from csto_site.shell import disk, fragments, memo, output, work
from csto_site.shell.disk import CONTENT, Index
from csto_site.shell.engine import engine as engine_of
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Record, State, Written
from csto_site.shell.output import Folder

CACHE = ".cache"


class Options(Value, frozen=True, kw_only=True):
    """What a build is asked for; `as_of` in seconds since 1970 UTC, `last_good` a git revision or "".

    `cache` is where the memo lies (None: below the root), `explain` an address of the site or "", `executor`
    who does the work (`dask:ADDRESS`, or "": processes of this machine);
    `jobs` is how many processes may work at once, `patience` and `grace` are what `output` says of them.
    """

    root: Path
    out: Path
    as_of: int
    content: Path | None = None
    keep_going: bool = False
    last_good: str = ""
    clean: bool = False
    jobs: int = 0
    cache: Path | None = None
    explain: str = ""
    executor: str = ""
    patience: float = output.PATIENCE
    grace: float = output.GRACE


class Switched(Value, frozen=True, kw_only=True):
    """How many files of the output were written, removed, and kept as they were."""

    written: int
    removed: int
    kept: int


class Report(Value, frozen=True, kw_only=True):
    """What a build came to; `written` is None when nothing was, `stages` are seconds by name.

    `restored` are the sources that were read as they are in the last good revision, `left_out` those that were
    left out, `notes` what the cache or an earlier build had to say, `peak` the memory of the largest process in
    bytes.
    """

    diagnostics: tuple[Diagnostic, ...]
    work: Work = Work()
    left_out: tuple[tuple[str, str], ...] = ()
    next_instant: int | None = None
    written: Switched | None = None
    restored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    explanation: tuple[str, ...] = ()
    stages: Mapping[str, float] = {}
    peak: int = 0


def run(options: Options) -> Report:
    """Build the site. Raises `SiteError` when the world refuses: a disk, a lock, a missing revision."""
    folder = Folder(options.out, grace=options.grace)
    with folder.locked(options.patience), _without_collector():
        return _Build(options, folder).run()


def check(options: Options) -> Report:
    """Do all of a build that needs no rendering, for its diagnostics."""
    site = disk.site_at(options.root, options.content)
    keep_going = options.keep_going or bool(options.last_good)
    index = disk.digested(site, disk.look(site, {}))
    inputs, found = disk.inputs(site, index, as_of=options.as_of, keep_going=keep_going)
    if inputs is None:
        return Report(diagnostics=ordered(found))
    outcome = pipeline.check(inputs, Memo(), Serial(site.read, lambda _: None))
    return Report(diagnostics=ordered((*found, *outcome.diagnostics)), work=outcome.work, left_out=outcome.left_out)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the cycle collector from walking over a memo of a million values that has no cycles."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Build:
    """One build: its options, what the last one left, and the time that its stages took."""

    def __init__(self, options: Options, folder: Folder) -> None:
        self.options = options
        self.folder = folder
        self.site = disk.site_at(options.root, options.content)
        self.cache = options.cache or options.root / CACHE
        self.place = os.path.relpath(folder.out, os.path.realpath(options.root))
        self.engine = engine_of()
        self.stages: dict[str, float] = {}
        self.notes: list[str] = []

    def run(self) -> Report:
        if self.folder.recover():
            self.notes.append("an earlier build was cut off while it wrote: its work has been completed")
        memo.tidy(self.cache)
        with self.timed("look"):
            record = self.record()
            index = disk.look(self.site, record.index if record else {})
            left = self.folder.left(record.outputs if record else {})
        state = self.standing(record, index, left) if record else None
        if record and state and not self.options.explain:
            return self.unchanged(record, state, index, left)
        inputs, found = self.inputs(index)
        if inputs is None:
            return Report(diagnostics=ordered(found), notes=tuple(self.notes), stages=self.stages)
        return self.build(record, index, left, inputs, found)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.stages[name] = self.stages.get(name, 0) + time.perf_counter() - start

    # -- what the last build left

    def record(self) -> Record | None:
        if self.options.clean:
            return None
        record, note = memo.read(self.cache / "memo", self.engine)
        self.notes += [note] if note else []
        return record

    def standing(self, record: Record, index: Index, left: Mapping[OutPath, Written]) -> State | None:
        """Give what the last build said if it still holds: nothing that it depended on changed, nor its output."""
        state = record.state
        holds = (
            state is not None
            and state.options == self.named_options()
            and state.since <= self.options.as_of
            and (state.until is None or self.options.as_of < state.until)
            and len(left) == len(record.outputs)
            and _same_bytes(record.index, index)
        )
        return state if holds else None

    def named_options(self) -> str:
        return digest(self.options.keep_going, self.options.last_good)

    def unchanged(self, record: Record, state: State, index: Index, left: dict[OutPath, Written]) -> Report:
        if index != record.index or left != record.outputs:
            new = msgspec.structs.replace(record, index=dict(index), outputs=left)
            self.save(new)
        return Report(
            diagnostics=state.diagnostics,
            work=Work(items=state.items, runs=state.tasks),
            next_instant=state.until,
            written=Switched(written=0, removed=0, kept=len(left)),
            notes=tuple(self.notes),
            stages=self.stages,
            peak=_peak(),
        )

    # -- what this build is of

    def inputs(self, index: Index) -> Checked[Inputs | None]:
        options = self.options
        keep_going = options.keep_going or bool(options.last_good)
        return disk.inputs(self.site, index, as_of=options.as_of, engine=self.engine, keep_going=keep_going)

    # -- the build itself

    def build(
        self,
        record: Record | None,
        index: Index,
        left: Mapping[OutPath, Written],
        inputs: Inputs,
        found: tuple[Diagnostic, ...],
    ) -> Report:
        with self.timed("memo"):
            remembered, where = self.remembered(record, left)
        inputs, restored = self.last_good(inputs)
        places = work.Places(self.site.content, self.cache / "fragments", self.folder.stage, restored)
        desk = work.Desk(
            places,
            self.executor,
            where=where,
            left={path: each.digest for path, each in left.items()},
            name=f"{time.time_ns():x}",
        )
        try:
            with self.timed("make"):
                outcome = pipeline.build(inputs, remembered, desk, asked=self.asked(inputs))
            diagnostics = ordered((*found, *outcome.diagnostics))
            written = None
            if not stops(diagnostics, outcome.left_out):
                with self.timed("write"):
                    written = self.switch(record, outcome, left)
            with self.timed("memo"):
                outputs = None if written is None else output.stamped(self.folder.out, outcome.made.values(), left)
                self.remember(record, index, outcome, desk.where, outputs=outputs, diagnostics=diagnostics)
        finally:
            desk.close()
            self.folder.discard()
            self.notes += desk.notes
        return Report(
            diagnostics=diagnostics,
            work=outcome.work,
            left_out=outcome.left_out,
            next_instant=outcome.next_instant,
            written=written,
            restored=tuple(restored),
            explanation=outcome.explanation,
            notes=tuple(self.notes),
            stages=self.stages,
            peak=_peak(),
        )

    def last_good(self, inputs: Inputs) -> tuple[Inputs, dict[str, bytes]]:
        """Take the sources that have errors as they are in the last good revision."""
        if not self.options.last_good:
            return inputs, {}
        checked = pipeline.check(inputs, Memo(), Serial(self.site.read, lambda _: None))
        bad = sorted(path for path, _ in checked.left_out)
        old = {path: data for path in bad if (data := _in_revision(self.options, path)) is not None}
        content = {**inputs.content, **{path: digest_bytes(data) for path, data in old.items()}}
        return msgspec.structs.replace(inputs, content=content), old

    def remembered(self, record: Record | None, left: Mapping[OutPath, Written]) -> tuple[Memo, Mapping[str, str]]:
        if record is None:
            return Memo(), {}
        kept = memo.memo_of(record)
        altered = frozenset(record.outputs.keys() - left.keys())
        return msgspec.structs.replace(kept, altered=altered), memo.where_of(record)

    def asked(self, inputs: Inputs) -> OutPath | None:
        """Give the output that `--explain` asks about: of an address with or without the site's URL before it."""
        if not self.options.explain:
            return None
        address = self.options.explain.removeprefix(inputs.settings.url.rstrip("/"))
        return permalinks.out_path(unquote(address.partition("#")[0].partition("?")[0]))

    def executor(self) -> Executor:
        if self.options.executor:
            return work.cluster(self.options.executor)
        jobs = self.options.jobs or os.cpu_count() or 1
        if jobs == 1:
            return work.Inline()
        return work.pool(jobs)

    def switch(self, record: Record | None, outcome: Outcome, left: Mapping[OutPath, Written]) -> Switched:
        for extra in outcome.extra:
            made = outcome.made[extra.path]
            if extra.path not in left or left[extra.path].digest != made.digest:
                work.stage(self.folder.stage, extra)
        known = record.outputs.keys() if record and record.out == self.place else ()
        switch = self.folder.switch(outcome.made, left, known)
        self.folder.commit(switch)
        moved, removed = len(switch.moved), len(switch.removed) + len(switch.cleared)
        return Switched(written=moved, removed=removed, kept=len(outcome.made) - moved)

    def remember(
        self,
        record: Record | None,
        index: Index,
        outcome: Outcome,
        packs: Mapping[str, str],
        *,
        outputs: dict[OutPath, Written] | None,
        diagnostics: tuple[Diagnostic, ...],
    ) -> None:
        """Keep what the next build may reuse; after errors (no outputs) that is what was parsed."""
        rows = outcome.memo.rows
        where = {path: pack for path, pack in packs.items() if path in rows}
        state, new, place = None, outcome.memo, self.place
        if outputs is None:
            outputs, place = (record.outputs, record.out) if record else ({}, place)
            new = msgspec.structs.replace(new, kept=memo.memo_of(record).kept if record else {})
        elif not outcome.left_out:
            work = outcome.work
            state = State(self.named_options(), outcome.since, outcome.next_instant, diagnostics, work.items, work.runs)
        known = {name: _with_digest(name, each, rows) for name, each in index.items()}
        self.save(Record(self.engine, place, known, outputs, state, memo.raw(where), memo.raw(new)))
        fragments.sweep(self.cache / "fragments", where.values())

    def save(self, record: Record) -> None:
        try:
            memo.write(self.cache / "memo", record)
        except OSError as error:
            self.notes.append(f"the memo cannot be written ({error.strerror}): the next build begins anew")


def _with_digest(name: str, known: memo.Known, rows: Mapping[str, Row]) -> memo.Known:
    """Note of a source that its parser read what it read."""
    if known.digest:
        return known
    row = rows.get(name.removeprefix(CONTENT))
    return known._replace(digest=row.digest) if row else known


def _same_bytes(old: Index, new: Index) -> bool:
    if old == new:
        return True
    return old.keys() == new.keys() and all(old[name].digest == each.digest for name, each in new.items())


def _peak() -> int:
    """Give the memory of the largest process so far, in bytes (Linux counts in KiB)."""
    own, workers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(own, workers) * 1024


def _in_revision(options: Options, path: str) -> bytes | None:
    """Read a source as it is in the last good revision; None where it is not in it."""
    folder = options.content or options.root / "content"
    command = ["git", "-C", str(folder), "show", f"{options.last_good}:./{path}"]
    shown = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git with a path of ours
    if shown.returncode == 0:
        return shown.stdout
    reason = shown.stderr.decode(errors="replace").strip()
    if "does not exist" in reason or "exists on disk, but not in" in reason:
        return None
    raise SiteError(f"cannot read {path} as of {options.last_good}: {reason}")
