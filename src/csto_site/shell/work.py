"""Hands that work in chunks over a `concurrent.futures.Executor`: this process, a pool, or a cluster's.

Chunks are sent a few at a time and answered in the order in which they were sent. Workers are told everything
by value, but for two folders that they must reach: where fragments are kept and where outputs are staged.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from csto_site import jobs
from csto_site.hands import Printed, parsed, printed
from csto_site.model import Asset, Digest, OutPath, Output, Row, Settings, Source
from csto_site.render import Press, shared
from csto_site.shell import fragments, scan
from csto_site.shell.errors import SiteError
from csto_site.shell.fragments import Packs

CHUNK = 400
"""How many sources, or about how many pages, go to a worker at once."""
WINDOW = 6
"""How many chunks are under way at once: all of them would fill the memory."""
FEW = 200
"""Up to how many sources or pages are not worth a pool."""

A = TypeVar("A")
B = TypeVar("B")


class Inline(Executor):
    """Does what it is given at once, in this process."""

    def submit(self, fn: Callable[..., B], /, *args: Any, **kwargs: Any) -> Future[B]:  # noqa: ANN401 - as its base
        """Run a call and give its finished future."""
        future: Future[B] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - a future carries whatever was raised
            future.set_exception(error)
        return future


def pool(jobs: int) -> Executor:
    """Make a pool of that many processes, spawned: the preview has threads, which a fork would tear."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))


class Places(NamedTuple):
    """Where workers find sources and leave what they make; `instead` are bytes in place of a source's own."""

    content: Path
    packs: Path
    stage: Path
    instead: Mapping[str, bytes]

    def read(self, path: str) -> Source:
        """Read a source; raises `SiteError` when it cannot be read."""
        return Source(path, self.instead[path] if path in self.instead else scan.read(self.content / path))


class Desk:
    """Hands over an executor, made when it is first worth one; `where` says which pack holds whose fragment.

    `left` are outputs as they lie in the output folder: what is made again with the same bytes is not staged.
    """

    def __init__(
        self,
        places: Places,
        executor: Callable[[], Executor],
        *,
        where: Mapping[str, str],
        left: Mapping[OutPath, Digest],
        name: str,
    ) -> None:
        self._places = places
        self._make = executor
        self._executor: Executor | None = None
        self._left = left
        self._name = name
        self.where = dict(where)
        self.read_errors: list[str] = []

    def close(self) -> None:
        """Let the workers go."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def parse(self, settings: Settings, paths: Sequence[str]) -> Iterator[Row]:
        """Parse sources, whose fragments go into packs."""
        chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
        names = [f"{self._name}-{number}" for number in range(len(chunks))]
        for name, chunk in zip(names, chunks, strict=True):
            self.where.update(dict.fromkeys(chunk, name))
        call = partial(_parse_chunk, self._places, _sealed(settings))
        for answer in self._mapped(call, zip(names, chunks, strict=True), len(paths)):
            yield from _decode_rows(answer)

    def render(self, press: Press, tasks: Iterable[jobs.Job]) -> Iterator[Printed]:
        """Print jobs, whose outputs are staged."""
        first = list(islice(tasks, FEW))
        size = sum(map(_size, first))
        chunks = _chunks((*first, *tasks) if len(first) < FEW else _chain(first, tasks))
        call = partial(_render_chunk, self._places, _sealed(press))
        for answer in self._mapped(call, map(self._told, chunks), FEW + 1 if len(first) == FEW else size):
            yield from answer

    def _told(
        self, chunk: Sequence[jobs.Job]
    ) -> tuple[Sequence[jobs.Job], Mapping[str, str], Mapping[OutPath, Digest]]:
        """Give a chunk with the packs that its fragments lie in."""
        left = {} if self._executor else self._left  # too much to send away for what little it saves there
        packs = {path: self.where[path] for job in chunk for path, _ in jobs.fragments_of(job) if path in self.where}
        return chunk, packs, left

    def _mapped(self, call: Callable[[A], B], work: Iterable[A], count: int) -> Iterator[B]:
        executor: Executor = Inline()
        if count > FEW:
            self._executor = executor = self._executor or self._make()
        waiting: deque[Future[B]] = deque()
        for each in work:
            waiting.append(executor.submit(call, each))
            if len(waiting) >= WINDOW:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _chain(first: Iterable[A], rest: Iterable[A]) -> Iterator[A]:
    yield from first
    yield from rest


def _size(job: jobs.Job) -> int:
    return 1 + len(job.pages) if isinstance(job, jobs.MonthRun) else 1


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


# -- in the workers --------------------------------------------------------------------------------

_encode_rows = msgspec.msgpack.Encoder().encode
_decode_rows = msgspec.msgpack.Decoder(list[Row]).decode


def _sealed(tools: Settings | Press) -> bytes:
    """Pack what all chunks of a stage are worked with, so that a worker unpacks it once."""
    return pickle.dumps(tools)


@lru_cache(maxsize=4)
def _unsealed(tools: bytes) -> Any:  # noqa: ANN401 - what was sealed, which the two callers know
    """Unpack what this very program packed; templates are compiled once in a process, too."""
    return pickle.loads(tools)  # noqa: S301 - it comes from the parent process, never from a file


def _parse_chunk(places: Places, tools: bytes, work: tuple[str, Sequence[str]]) -> bytes:
    settings: Settings = _unsealed(tools)
    name, paths = work
    rows, kept = [], {}
    for path in paths:
        row, fragment = parsed(places.read(path), settings)
        rows.append(row)
        kept[path] = fragment
    fragments.write(places.packs, name, kept)
    return _encode_rows(rows)


def _render_chunk(
    places: Places,
    tools: bytes,
    work: tuple[Sequence[jobs.Job], Mapping[str, str], Mapping[OutPath, Digest]],
) -> list[Printed]:
    press: Press = _unsealed(tools)
    chunk, where, left = work
    bodies = Bodies(places, press.settings, where)
    common = shared()
    answers = []
    for job in chunk:
        outputs, answer = printed(press, job, bodies.of(job), common)
        answers.append(answer)
        for output, made in zip(outputs, answer.made, strict=True):
            if left.get(made.path) != made.digest:
                stage(places.stage, output)
    return answers


class Bodies:
    """Finds fragments in packs, or makes them again from their sources."""

    def __init__(self, places: Places, settings: Settings, where: Mapping[str, str]) -> None:
        self._places = places
        self._settings = settings
        self._where = where
        self._packs = Packs(places.packs)

    def of(self, job: jobs.Job) -> Mapping[str, str]:
        """Give the fragments that a job's pages show."""
        return {path: self._fragment(path, digest) for path, digest in jobs.fragments_of(job)}

    def _fragment(self, path: str, digest: Digest) -> str:
        pack = self._where.get(path)
        found = self._packs.fragment(pack, path, digest) if pack else None
        return parsed(self._places.read(path), self._settings)[1] if found is None else found


def stage(folder: Path, output: Output) -> None:
    """Write an output into the staging folder; raises `SiteError` when the disk refuses."""
    path = f"{folder}/{output.path}"
    data = output.data
    try:
        if isinstance(data, Asset):
            data = Path(data.origin).read_bytes()
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        except FileNotFoundError:
            _make_folder(path.rpartition("/")[0])
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            file.write(data)
    except OSError as error:
        raise SiteError(f"cannot write {error.filename or path}: {error.strerror}") from error


def _make_folder(path: str) -> None:
    """Make a folder; the one above it is mostly there, which `makedirs` would ask first."""
    try:
        os.mkdir(path)
    except FileNotFoundError:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        pass
