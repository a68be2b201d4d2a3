"""A build from disk to disk: a look at everything, and what has changed since the last one.

Often nothing has: then this module is all that runs, and nothing heavy is imported. `making` does the rest.
"""

from __future__ import annotations

import gc
import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from csto_site.codec import digest
from csto_site.diagnostics import Diagnostic
from csto_site.model import OutPath, Value, Work
from csto_site.shell import look, memo, output
from csto_site.shell.aside import aside
from csto_site.shell.engine import engine as engine_of
from csto_site.shell.errors import SiteError
from csto_site.shell.look import Index
from csto_site.shell.memo import Patch, Record, Rest, State, Written
from csto_site.shell.output import Differing, Folder
from csto_site.shell.scan import UnreadableError

CACHE = ".cache"
_MANY = 2000
"""From how many outputs on it is worth a process to look at them while this one looks at the sources."""


class Options(Value, frozen=True, kw_only=True):
    """What a build is asked for; `as_of` in seconds since 1970 UTC, `last_good` a git revision or "".

    `cache` is where the memo lies (None: below the root), `explain` an address of the site or "", `executor`
    who does the work (`dask:ADDRESS`, or "": processes of this machine);
    `search` says whether the site has search (None: what `site.yaml` says);
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
    search: bool | None = None
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


def run(options: Options, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Report:
    """Build the site; `progress` is told how many of how many pictures are made.

    Raises `SiteError` when the world refuses: a disk, a lock, a missing revision.
    """
    folder = Folder(options.out, grace=options.grace)
    with folder.locked(options.patience), without_collector():
        start = Start(options, folder)
        start.progress = progress
        try:
            start.look()
        except UnreadableError as error:
            return start.report(diagnostics=error.diagnostics)
        unchanged = start.unchanged()
        if unchanged is not None:
            return unchanged
        from csto_site.shell.making import made  # all that is heavy comes with it

        return made(start)


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the cycle collector from walking over a memo of a million values that has no cycles."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        gc.unfreeze()  # into the oldest generation, which the next collection does not walk over


class Start:
    """How a build begins: its options, what the last one left, what lies on the disk now, the time that stages took."""

    def __init__(self, options: Options, folder: Folder) -> None:
        self.options = options
        self.folder = folder
        self.site = look.site_at(options.root, options.content)
        self.cache = options.cache or options.root / CACHE
        _refuse_overlap(self.site, folder.out, Path(os.path.realpath(self.cache)))
        self.place = os.path.relpath(folder.out, os.path.realpath(self.cache))  # which two sites may share
        self.engine = engine_of()
        self.stages: dict[str, float] = {}
        self.notes: list[str] = []
        self.record: Record | None = None
        self.index: Index = {}
        self.unread: Mapping[str, Diagnostic] = {}
        self.differing: Differing = {}
        self.progress: Callable[[int, int], None] = lambda _done, _all: None

    def look(self) -> None:
        """Complete what an earlier build left undone, read what it remembered, and look at every file."""
        if self.folder.recover():
            self.notes.append("an earlier build was cut off while it wrote: its work has been completed")
        memo.tidy(self.cache)
        with self.timed("look"):
            self.record = self.remembered()
            count = self.record.count if self.record else 0
            differing = aside(lambda: self.folder.differing(self.outputs), Differing, is_worth=count > _MANY)
            self.index, self.unread = look.look(self.site, self.record.index if self.record else {})
            if self.options.last_good:  # what is read of a source may not be what lies there
                self.index = look.digested(self.site, self.index)
            self.differing = differing() if count else {}

    @cached_property
    def outputs(self) -> Mapping[OutPath, Written]:
        """The files that the last build wrote, as it noted them."""
        return memo.outputs_of(self.record)

    @cached_property
    def left(self) -> dict[OutPath, Written]:
        """What lies in the output as it was left."""
        with self.timed("look"):
            return self.folder.left(self.outputs, self.differing if self.outputs else None)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add to the seconds of a stage."""
        start = time.perf_counter()
        yield
        self.stages[name] = self.stages.get(name, 0) + time.perf_counter() - start

    def remembered(self) -> Record | None:
        """Read what the last build left."""
        if self.options.clean:
            return None
        record, note = memo.read(self.cache, self.engine)
        self.notes += [note] if note else []
        return record

    @property
    def patch(self) -> Patch:
        """What differs from the other file of the memo."""
        return self.record.patch if self.record else Patch()

    def rest(self) -> Rest | None:
        """Read the part of what the last build left that is needed only when something changed: once, it is large."""
        if self.record is None:
            return None
        rest = memo.rest_of(self.cache, self.record)
        if rest is None:
            self.notes.append("half of the memo is missing or damaged: building anew")
        return rest

    def unchanged(self) -> Report | None:
        """Report what the last build said, if nothing that it depended on has changed, nor its output."""
        record = self.record
        state = record.state if record else None
        if record is None or state is None or self.options.explain or not self.holds(record, state):
            return None
        if self.differing:
            record = memo.with_outputs(record, self.left)
        if self.differing or self.index != record.index:
            self.save(msgspec.structs.replace(record, index=dict(self.index)))
        return self.report(
            diagnostics=state.diagnostics,
            left_out=state.left_out,
            work=Work(items=state.items, runs=state.tasks, pages_kept=state.pages),
            next_instant=state.until,
            written=Switched(written=0, removed=0, kept=record.count),
        )

    def retouched(self) -> tuple[str, ...]:
        """Name the sources that have other bytes than the last build saw, if nothing else has changed since."""
        record = self.record
        if record is None or record.state is None or self.options.explain or not self.lasts(record.state):
            return ()
        if self.unread or record.index.keys() != self.index.keys():
            return ()
        names = [name for name, each in self.index.items() if record.index[name].digest != each.digest]
        return tuple(name.removeprefix(look.CONTENT) for name in names) if all(map(look.is_source, names)) else ()

    def holds(self, record: Record, state: State) -> bool:
        """Tell whether what the last build said still holds."""
        return self.lasts(state) and _same_bytes(record.index, self.index)

    def lasts(self, state: State) -> bool:
        """Tell whether what the last build said would still hold if no file that it read had changed."""
        return (
            not self.options.last_good  # a revision may be called by a name that moves
            and state.options == self.named_options()
            and state.since <= self.options.as_of
            and (state.until is None or self.options.as_of < state.until)
            and None not in self.differing.values()
        )

    def named_options(self) -> str:
        """Name the options that change what is built."""
        return digest(self.options.keep_going, self.options.last_good, self.options.search)

    def report(self, **said: Any) -> Report:  # noqa: ANN401 - the fields of a report
        """Report with what every build can say: its notes, times and memory."""
        return Report(notes=tuple(self.notes), stages=self.stages, peak=_peak(), **said)

    def save(self, record: Record, rest: Callable[[], bytes] | None = None) -> None:
        """Keep what the next build may reuse; a cache that cannot be written costs time and nothing else.

        `rest` writes the other file of the memo, where the one that there is does not serve.
        """
        try:
            if rest:
                record = msgspec.structs.replace(record, rest=rest(), patch=Patch())
            memo.write(self.cache, record)
        except OSError as error:
            memo.sweep_rests(self.cache, self.record)
            self.notes.append(
                f"the memo cannot be written ({error.strerror}): the next build does this one's work again"
            )


def _refuse_overlap(site: look.Site, out: Path, cache: Path) -> None:
    """See that the output is no part of what is read, nor the other way round; that the cache is part of neither."""
    read = (site.content, *(site.root / name for name in (look.TEMPLATES, look.STATIC)))
    for made, option in ((out, "--out"), (cache, "--cache")):
        for folder in (Path(os.path.realpath(each)) for each in (*read, site.root)):
            if made == folder or made in folder.parents:
                raise SiteError(f"{made} holds the site's own files: name another place with {option}")
            if folder in made.parents and folder != Path(os.path.realpath(site.root)):
                raise SiteError(f"{made} lies in {folder}, a folder that is read: name another place with {option}")
        if ".git" in {*made.parts} - {*Path(os.path.realpath(site.root)).parts}:
            raise SiteError(f"{made} lies in git's own folder: name another place with {option}")
    if cache == out or out in cache.parents:
        raise SiteError(f"{cache} would be published with {out}: name another place with --cache")


def _same_bytes(old: Index, new: Index) -> bool:
    if old == new:
        return True
    return old.keys() == new.keys() and all(old[name].digest == each.digest for name, each in new.items())


def _peak() -> int:
    """Give the memory of the largest process so far, in bytes (Linux counts in KiB)."""
    own, workers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(own, workers) * 1024
