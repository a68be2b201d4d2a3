"""Who does the work of the two stages that take time, parsing and rendering: here one after another, in this process.

    pipeline ── paths ──► parse ──► rows            pipeline ── jobs ──► render ──► what was printed

`shell.work` has hands that do the same in many processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from csto_site import jobs, parse
from csto_site.codec import digest_bytes, digest_struct
from csto_site.diagnostics import Diagnostic
from csto_site.model import Asset, Digest, Ids, Item, Made, Measured, Output, Row, Settings, Source, Undated
from csto_site.render import Press, Shared, render, shared
from csto_site.templates import TemplateFailed


class Printed(NamedTuple):
    """What became of a job: its outputs, or why there are none."""

    made: tuple[Made, ...]
    problems: tuple[Diagnostic, ...] = ()


class Hands(Protocol):
    """Parses sources and renders jobs, and answers in the order in which it was asked."""

    def parse(self, settings: Settings, paths: Sequence[str]) -> Iterable[Row]:
        """Give the row of each source; its fragment is kept for `render`."""

    def render(self, press: Press, tasks: Iterable[jobs.Job]) -> Iterable[Printed]:
        """Print jobs; where their outputs go was settled beforehand."""

    def index(self, settings: Settings, bundles: Iterable[jobs.SearchBundle]) -> Iterable[Printed]:
        """Index bundles of the search, each into its files."""

    def measure(self, files: Sequence[Asset]) -> Iterable[Measured]:
        """Look at pictures; nothing at all where there is nobody who can."""

    def develop(self, runs: Sequence[jobs.PictureRun]) -> Iterable[Printed]:
        """Make the renditions of pictures."""


class Darkroom(Protocol):
    """Looks at pictures and makes their renditions, which needs a machine (`shell.darkroom`)."""

    def measured(self, file: Asset) -> Measured:
        """Look at a picture."""

    def developed(self, run: jobs.PictureRun) -> Iterable[Output]:
        """Make the renditions of a picture."""


class Serial:
    """Does everything in this process: `read` gives a source's bytes, `emit` takes outputs as they are made.

    Without a `darkroom` pictures stay as they are.
    """

    def __init__(
        self,
        read: Callable[[str], bytes],
        emit: Callable[[Iterable[Output]], None],
        darkroom: Darkroom | None = None,
    ) -> None:
        self._read = read
        self._emit = emit
        self._darkroom = darkroom
        self._fragments: dict[str, str] = {}

    def parse(self, settings: Settings, paths: Sequence[str]) -> Iterator[Row]:
        """Parse sources one after another."""
        for path in paths:
            row, self._fragments[path] = parsed(Source(path, self._read(path)), settings)
            yield row

    def render(self, press: Press, tasks: Iterable[jobs.Job]) -> Iterator[Printed]:
        """Render jobs one after another."""
        common = shared()
        for job in tasks:
            for path, _ in jobs.fragments_of(job):
                if path not in self._fragments:
                    self._fragments[path] = parsed(Source(path, self._read(path)), press.settings)[1]
            outputs, printed_job = printed(press, job, self._fragments, common)
            self._emit(outputs)
            yield printed_job

    def index(self, _settings: Settings, bundles: Iterable[jobs.SearchBundle]) -> Iterator[Printed]:
        """Leave the bundles out: indexing needs a machine."""
        yield from (Printed(()) for _ in bundles)

    def measure(self, files: Sequence[Asset]) -> Iterator[Measured]:
        """Look at pictures one after another."""
        room = self._darkroom
        return (room.measured(file) for file in files) if room else iter(())

    def develop(self, runs: Sequence[jobs.PictureRun]) -> Iterator[Printed]:
        """Make renditions one after another."""
        for run in runs:
            outputs = tuple(self._darkroom.developed(run)) if self._darkroom else ()
            self._emit(outputs)
            yield Printed(tuple(made_of(output) for output in outputs))


def parsed(source: Source, settings: Settings) -> tuple[Row, str]:
    """Parse one source: its row and its fragment ("" when it has errors)."""
    value, diagnostics = parse.source(source, settings)
    entry = None if value is None else value.entry
    row = Row(
        path=source.path,
        digest=digest_bytes(source.data),
        item=entry if isinstance(entry, Item) else None,
        undated=entry if isinstance(entry, Undated) else None,
        ids=_ids(entry),
        diagnostics=diagnostics,
    )
    return row, "" if value is None else value.fragment


def unread(path: str, digest: Digest, why: Diagnostic) -> Row:
    """Give the row of a source that cannot be read; `digest` stands for its bytes."""
    return Row(path=path, digest=digest, item=None, undated=None, ids=_ids(None), diagnostics=(why,))


def _ids(entry: Item | Undated | None) -> Ids:
    if isinstance(entry, Item):
        return Ids(digest_struct(entry), digest_struct(entry.teaser))
    return Ids(digest_struct(entry) if entry else Digest(""), Digest(""))


def printed(
    press: Press, job: jobs.Job, fragments: Mapping[str, str], common: Shared
) -> tuple[tuple[Output, ...], Printed]:
    """Print one job: its outputs, and what is noted of them."""
    try:
        outputs = tuple(render(press, job, fragments, common))
    except TemplateFailed as failure:
        return (), Printed((), (failure.diagnostic,))
    return outputs, Printed(tuple(made_of(output) for output in outputs))


def made_of(output: Output) -> Made:
    """Note what an output holds."""
    data = output.data
    if isinstance(data, bytes):
        return Made(output.path, digest_bytes(data), len(data))
    return Made(output.path, data.digest, data.size)
