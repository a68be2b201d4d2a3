"""Hands that work in chunks over a `concurrent.futures.Executor`: this process, a pool, or a cluster's.

Chunks are sent a few at a time and answered in the order in which they were sent. Processes of this machine read
and write the site's folders themselves; to a cluster's workers bytes are sent, and what comes back is written here.
"""

from __future__ import annotations

import gc
import os
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor
from functools import lru_cache, partial
from itertools import chain, count, islice
from multiprocessing import parent_process
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from csto_site import jobs
from csto_site.hands import Printed, made_of, parsed, printed
from csto_site.model import Asset, Digest, Measured, OutPath, Output, Row, Settings, Source
from csto_site.pictures import Picture
from csto_site.render import Press, Shared, shared
from csto_site.shell import darkroom, fragments, search
from csto_site.shell.cluster import Cluster
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Stamp
from csto_site.shell.places import Bodies, Places
from csto_site.shell.pool import Inline, deaf, lying
from csto_site.shell.staging import Staged, staged

CHUNK = 400
"""How many sources, or about how many pages, go to a worker at once."""
WINDOW = 6
"""How many chunks are under way at once, or two for each worker: all of them would fill the memory."""
FEW = 500
"""Up to how many sources or pages are not worth a pool."""
_TEASERS, _RECORDED = 8, 4
"""How many entries of a listing, or items of a record, take as long as the page of an item."""

FEW_PICTURES = 20
"""Up to how many pictures are looked at in this process."""

Progress = Callable[[int, int], None]
"""Is told how many of how many pictures are ready."""

A = TypeVar("A")
B = TypeVar("B")


class Errand(NamedTuple, Generic[A, B]):
    """How a chunk is worked: `here`, in this process, or by `near` in another one of this machine.

    Else by `far`, told what `sent` gives, whose answer is then `taken`.
    """

    here: Callable[[A], B]
    near: Callable[[A], B]
    sent: Callable[[A], Any]
    far: Callable[[Any], Any]
    taken: Callable[[A, Any], B]


_Named = tuple[str, Sequence[str]]
_Told = tuple[bytes, Mapping[str, str]]


class Desk:
    """Hands over an executor, made when it is first worth one; `where` says which pack holds whose fragment.

    `indexing` is how many seconds the search took, `developing` pictures.
    `parsed` are the digests of the sources that were parsed.
    `left` are outputs as they lie in the output folder: what is made again with the same bytes is not staged.
    `stamps` are those of what was.
    """

    def __init__(
        self,
        places: Places,
        executor: Callable[[], Executor],
        *,
        left: Mapping[OutPath, Digest],
        name: str,
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        self._places = places
        self._make = executor
        self._executor: Executor | None = None
        self._left = left
        self._name = name
        self.where: dict[str, str] = {}
        self.parsed: dict[str, Digest] = {}
        self.stamps: dict[OutPath, Stamp] = {}
        self.notes: list[str] = []
        self.indexing = 0.0
        self.developing = 0.0
        self._progress = progress

    def begin(self) -> None:
        """Let workers begin while this process is small: what a fork shares with it is copied as the two use it."""
        self._executor = self._make()
        with deaf():
            self._executor.submit(int)

    def close(self) -> None:
        """Let the workers go."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def parse(self, settings: Settings, paths: Sequence[str]) -> Iterator[Row]:
        """Parse sources, whose fragments go into packs."""
        chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
        names = [f"{self._name}-{number}" for number in range(len(chunks))]
        errand = _parsing(self._places, _sealed(settings))
        answers = self._mapped(errand, zip(names, chunks, strict=True), len(paths))
        for name, chunk, (rows, refusal) in zip(names, chunks, answers, strict=True):
            if refusal:
                self._note(f"bodies cannot be kept ({refusal}): they are converted again when they are needed")
            else:
                self.where.update(dict.fromkeys(chunk, name))
            fresh = _decode_rows(rows)
            self.parsed.update((row.path, row.digest) for row in fresh)
            yield from fresh

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def render(self, press: Press, tasks: Iterable[jobs.Job]) -> Iterator[Printed]:
        """Print jobs, whose outputs are staged."""
        rest = iter(tasks)
        first = list(islice(rest, FEW))
        size = sum(map(_size, first))
        chunks = _chunks(chain(first, rest))
        errand = _rendering(self._places, _sealed(press), Bodies(self._places, press.settings, self.where), self._left)
        for answer in self._mapped(errand, map(self._told, chunks), FEW + 1 if len(first) == FEW else size):
            yield from map(self._stamped, answer)

    def _stamped(self, staged: Staged) -> Printed:
        self.stamps.update(staged.stamps)
        return staged.printed

    def index(self, settings: Settings, bundles: Iterable[jobs.SearchBundle]) -> Iterator[Printed]:
        """Index bundles one after another, which keeps the memory low; their files are staged."""
        start = time.perf_counter()
        bodies = Bodies(self._places, settings, self.where)
        for bundle in bundles:
            outputs = tuple(search.indexed(bundle, bodies.of(bundle), settings))
            made = Printed(tuple(made_of(output) for output in outputs))
            yield from map(self._stamped, staged(self._places.stage, [(outputs, made)], self._left))
        self.indexing = time.perf_counter() - start

    def measure(self, files: Sequence[Asset]) -> Iterator[Measured]:
        """Look at pictures."""
        errand = Errand(here=_measure, near=_measure, sent=darkroom.whole, far=darkroom.measured, taken=_answer)
        return self._mapped(errand, files, _weight(files, FEW_PICTURES))

    def develop(self, runs: Sequence[jobs.PictureRun]) -> Iterator[Printed]:
        """Make the renditions of pictures, which are kept and staged."""
        errand = _developing(self._places, self._left)
        start = time.perf_counter()
        for number, answer in enumerate(self._mapped(errand, runs, _weight(runs, 1))):
            self._progress(number + 1, len(runs))
            yield self._stamped(answer)
        self.developing = time.perf_counter() - start

    def _told(self, chunk: Sequence[jobs.Job]) -> _Told:
        """Give a chunk with the packs that its fragments lie in."""
        packs = {path: self.where[path] for job in chunk for path, _ in jobs.fragments_of(job) if path in self.where}
        return _encode(chunk), packs

    def _mapped(self, errand: Errand[A, B], work: Iterable[A], count: int) -> Iterator[B]:
        executor: Executor = Inline()
        if count > FEW:
            self._executor = executor = self._executor or self._make()
        waiting: deque[Callable[[], B]] = deque()
        try:
            for each in work:
                waiting.append(_begun(executor, errand, each))
                if len(waiting) >= _window(executor):
                    yield waiting.popleft()()
            while waiting:
                yield waiting.popleft()()
        except BrokenExecutor as error:
            raise SiteError("a worker process was killed, perhaps for want of memory: try fewer --jobs") from error


def _begun(executor: Executor, errand: Errand[A, B], work: A) -> Callable[[], B]:
    """Let work be begun, and give what waits for it."""
    if isinstance(executor, Cluster):
        answer = executor.submit(errand.far, errand.sent(work)).result
        return lambda: errand.taken(work, answer())
    if isinstance(executor, Inline):
        return executor.submit(errand.here, work).result
    with deaf():  # a pool starts its workers when there is work for them
        return executor.submit(errand.near, work).result


def _window(executor: Executor) -> int:
    """Say how many chunks may be under way: one for each worker, and as many on their way there."""
    workers = executor.threads if isinstance(executor, Cluster) else os.cpu_count() or 1
    return max(WINDOW, 2 * workers)


def _size(job: jobs.Job) -> int:
    """Weigh a job by the time that it takes, in item pages: a chunk of long lists would keep all others waiting."""
    match job:
        case jobs.MonthRun():
            return 1 + len(job.pages) + len(job.teasers) // _TEASERS
        case jobs.TermRun():
            return 1 + len(job.teasers) // _TEASERS
        case jobs.RecordRun():
            return 1 + len(job.items) // _RECORDED
        case _:
            return 1


def _chunks(tasks: Iterable[jobs.Job]) -> Iterator[list[jobs.Job]]:
    chunk: list[jobs.Job] = []
    size = 0
    for job in tasks:
        chunk.append(job)
        size += _size(job)
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _parsing(places: Places, tools: bytes) -> Errand[_Named, tuple[bytes, str]]:
    """Let chunks of sources be parsed, the fragments of each kept in the pack that is named with it."""
    parse = partial(_parse_chunk, places, tools)
    return Errand(
        here=parse,
        near=parse,
        sent=lambda work: tuple(map(places.read, work[1])),
        far=partial(_parse_all, tools),
        taken=lambda work, answer: (answer[0], _kept(places, work[0], answer[1])),
    )


def _rendering(
    places: Places, tools: bytes, bodies: Bodies, left: Mapping[OutPath, Digest]
) -> Errand[_Told, list[Staged]]:
    """Let jobs be printed, and stage what they come to unless it is `left` already."""
    return Errand(
        here=partial(_render_chunk, places, tools, left=left),
        near=partial(_render_chunk, places, tools),
        sent=lambda work: tuple((job, bodies.of(job)) for job in _decode_jobs(work[0])),
        far=partial(_print_far, tools),
        taken=lambda _, prints: staged(places.stage, prints, left),
    )


def _developing(places: Places, left: Mapping[OutPath, Digest]) -> Errand[jobs.PictureRun, Staged]:
    """Let the renditions of pictures be made, and stage those that are not `left` already."""
    room = darkroom.Darkroom(places.pictures)

    def taken(run: jobs.PictureRun, made: dict[Picture, bytes]) -> Staged:
        room.keep(run, made)
        return _staged_picture(places, left, darkroom.outputs(run, {**room.kept(run), **made}))

    def sent(run: jobs.PictureRun) -> tuple[jobs.PictureRun, tuple[Picture, ...], bytes]:
        missing = darkroom.missing_of(run, room.kept(run))
        return run, missing, darkroom.whole(run.file) if missing else b""

    here = partial(_develop, places, left=left)
    return Errand(here=here, near=partial(_develop, places), sent=sent, far=_develop_far, taken=taken)


def _weight(work: Sequence[object], few: int) -> int:
    """Say whether pictures are worth a pool: each of them takes as long as a hundred pages."""
    return FEW + 1 if len(work) > few else len(work)


# -- in the workers --------------------------------------------------------------------------------

_encode = msgspec.msgpack.Encoder().encode  # pickle takes five times as long
_decode_jobs = msgspec.msgpack.Decoder(list[jobs.Job]).decode
_decode_rows = msgspec.msgpack.Decoder(list[Row]).decode


def _sealed(tools: Settings | Press) -> bytes:
    """Pack what all chunks of a stage are worked with, so that a worker unpacks it once."""
    return pickle.dumps(tools)


@lru_cache(maxsize=4)
def _unsealed(tools: bytes) -> Any:  # noqa: ANN401 - what was sealed, which the two callers know
    """Unpack what this very program packed; templates are compiled once in a process, too."""
    return pickle.loads(tools)  # noqa: S301 - it comes from the parent process, never from a file


@lru_cache(maxsize=2)
def _shared(_press: bytes) -> Shared:
    """Give what pages of a press share, for as long as this process prints with it."""
    return shared()


_ended = count(1)
_SWEPT = 4


def _sweep() -> None:
    """Collect cycles after each few chunks, and only in a worker: while it works they are few and values many."""
    if parent_process() is not None and next(_ended) % _SWEPT == 0:
        gc.collect()


def _parse_all(tools: bytes, sources: Iterable[Source]) -> tuple[bytes, dict[str, str]]:
    """Give the rows of sources, and their fragments by path."""
    settings: Settings = _unsealed(tools)
    rows, kept = [], {}
    for source in sources:
        row, kept[source.path] = parsed(source, settings)
        rows.append(row)
    _sweep()
    return _encode(rows), kept


def _parse_chunk(places: Places, tools: bytes, work: _Named) -> tuple[bytes, str]:
    """Give the rows of a chunk, and why its fragments could not be kept, or ""."""
    name, paths = work
    rows, kept = _parse_all(tools, map(places.read, paths))
    return rows, _kept(places, name, kept)


def _kept(places: Places, name: str, made: Mapping[str, str]) -> str:
    try:
        fragments.write(places.packs, name, made)
    except OSError as error:
        return error.strerror or "unknown"
    return ""


def _print_all(
    tools: bytes, work: Iterable[tuple[jobs.Job, Mapping[str, str]]]
) -> Iterator[tuple[tuple[Output, ...], Printed]]:
    """Print jobs, each given with the fragments that it shows."""
    press: Press = _unsealed(tools)
    common = _shared(tools)
    for job, bodies in work:
        yield printed(press, job, bodies, common)
    common.forget()
    _sweep()


def _print_far(
    tools: bytes, work: Iterable[tuple[jobs.Job, Mapping[str, str]]]
) -> list[tuple[tuple[Output, ...], Printed]]:
    return list(_print_all(tools, work))


def _render_chunk(places: Places, tools: bytes, work: _Told, left: Mapping[OutPath, Digest] = lying) -> list[Staged]:
    chunk, where = work
    press: Press = _unsealed(tools)
    bodies = Bodies(places, press.settings, where)
    return staged(places.stage, _print_all(tools, ((job, bodies.of(job)) for job in _decode_jobs(chunk))), left)


def _measure(file: Asset) -> Measured:
    return darkroom.measured(darkroom.whole(file))


def _answer(_: object, answer: Measured) -> Measured:
    return answer


def _develop(places: Places, run: jobs.PictureRun, left: Mapping[OutPath, Digest] = lying) -> Staged:
    return _staged_picture(places, left, darkroom.Darkroom(places.pictures).developed(run))


def _develop_far(work: tuple[jobs.PictureRun, Sequence[Picture], bytes]) -> dict[Picture, bytes]:
    run, missing, data = work
    return dict(darkroom.renditions(data, run.picture, missing)) if missing else {}


def _staged_picture(places: Places, left: Mapping[OutPath, Digest], outputs: tuple[Output, ...]) -> Staged:
    made = Printed(tuple(made_of(output) for output in outputs))
    (answer,) = staged(places.stage, [(outputs, made)], left)
    return answer
