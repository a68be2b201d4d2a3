"""Hands that work in chunks over a `concurrent.futures.Executor`: this process, a pool, or a cluster's.

Chunks are sent a few at a time and answered in the order in which they were sent. Workers are told everything
by value, but for two folders that they must reach: where fragments are kept and where outputs are staged.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import islice
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple, TypeVar

import msgspec

from csto_site import jobs
from csto_site.codec import digest_bytes
from csto_site.hands import Printed, parsed, printed
from csto_site.model import Asset, Digest, OutPath, Output, Row, Settings, Source
from csto_site.render import Press, Shared, shared
from csto_site.shell import fragments, scan
from csto_site.shell.aside import is_fork_safe
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
    """Make a pool of that many processes.

    They are forked where that is safe, which spares them a third of a second of imports: on Linux, and not in the
    preview, which has threads that a fork would tear.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    context = get_context("fork" if is_fork_safe() else "spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_attend)


def _attend() -> None:
    """Begin a worker: it ends when its parent does, however that ends."""
    gc.disable()  # `_sweep` collects after each chunk
    gc.freeze()
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=follow, daemon=True).start()


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: a process that is started meanwhile never hears of it, from its first line on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cluster(address: str) -> Executor:
    """Give the executor of a Dask cluster, `dask:tcp://host:port`; its workers must reach the site's folders."""
    kind, _, place = address.partition(":")
    if kind != "dask" or not place:
        raise SiteError(f"no such executor: {address!r}, expected dask:ADDRESS, such as dask:tcp://127.0.0.1:8786")
    try:
        from distributed import Client
    except ImportError as error:
        raise SiteError("the executor dask needs the extra `cluster`: pip install 'csto-site[cluster]'") from error
    try:
        executor: Executor = Client(place, timeout="10s", set_as_default=False).get_executor(pure=False)
    except (OSError, ValueError) as error:
        raise SiteError(f"no Dask scheduler at {place}: {error}") from error
    return executor


class Places(NamedTuple):
    """Where workers find sources and leave what they make; `instead` are bytes in place of a source's own."""

    content: Path
    packs: Path
    stage: Path
    instead: Mapping[str, bytes]

    def read(self, path: str) -> Source:
        """Read a source; raises `SiteError` when it cannot be read."""
        return Source(path, self.instead[path] if path in self.instead else scan.read(f"{self.content}/{path}"))


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
        self.notes: list[str] = []

    def close(self) -> None:
        """Let the workers go."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def parse(self, settings: Settings, paths: Sequence[str]) -> Iterator[Row]:
        """Parse sources, whose fragments go into packs."""
        chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
        names = [f"{self._name}-{number}" for number in range(len(chunks))]
        call = partial(_parse_chunk, self._places, _sealed(settings))
        answers = self._mapped(call, zip(names, chunks, strict=True), len(paths))
        for name, chunk, (rows, refusal) in zip(names, chunks, answers, strict=True):
            if refusal:
                self._note(f"bodies cannot be kept ({refusal}): they are converted again when they are needed")
            else:
                self.where.update(dict.fromkeys(chunk, name))
            yield from _decode_rows(rows)

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def render(self, press: Press, tasks: Iterable[jobs.Job]) -> Iterator[Printed]:
        """Print jobs, whose outputs are staged."""
        first = list(islice(tasks, FEW))
        size = sum(map(_size, first))
        chunks = _chunks((*first, *tasks) if len(first) < FEW else _chain(first, tasks))
        call = partial(_render_chunk, self._places, _sealed(press))
        for answer in self._mapped(call, map(self._told, chunks), FEW + 1 if len(first) == FEW else size):
            yield from answer

    def _told(self, chunk: Sequence[jobs.Job]) -> tuple[bytes, Mapping[str, str], Mapping[OutPath, Digest]]:
        """Give a chunk with the packs that its fragments lie in."""
        left = {} if self._executor else self._left  # too much to send away for what little it saves there
        packs = {path: self.where[path] for job in chunk for path, _ in jobs.fragments_of(job) if path in self.where}
        return _encode(chunk), packs, left

    def _mapped(self, call: Callable[[A], B], work: Iterable[A], count: int) -> Iterator[B]:
        executor: Executor = Inline()
        if count > FEW:
            self._executor = executor = self._executor or self._make()
        waiting: deque[Future[B]] = deque()
        try:
            for each in work:
                waiting.append(_submitted(executor, call, each))
                if len(waiting) >= WINDOW:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenExecutor as error:
            raise SiteError("a worker process was killed, perhaps for want of memory: try fewer --jobs") from error


def _submitted(executor: Executor, call: Callable[[A], B], work: A) -> Future[B]:
    if isinstance(executor, Inline):
        return executor.submit(call, work)
    with _deaf():  # a pool starts its workers when there is work for them
        return executor.submit(call, work)


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


def _sweep() -> None:
    """Collect cycles where a chunk ends, and only in a worker: while it works they are few and values many."""
    if parent_process() is not None:
        gc.collect()


def _parse_chunk(places: Places, tools: bytes, work: tuple[str, Sequence[str]]) -> tuple[bytes, str]:
    """Give the rows of a chunk, and why its fragments could not be kept, or ""."""
    settings: Settings = _unsealed(tools)
    name, paths = work
    rows, kept = [], {}
    for path in paths:
        row, fragment = parsed(places.read(path), settings)
        rows.append(row)
        kept[path] = fragment
    _sweep()
    try:
        fragments.write(places.packs, name, kept)
    except OSError as error:
        return _encode(rows), error.strerror or "unknown"
    return _encode(rows), ""


def _render_chunk(
    places: Places,
    tools: bytes,
    work: tuple[bytes, Mapping[str, str], Mapping[OutPath, Digest]],
) -> list[Printed]:
    press: Press = _unsealed(tools)
    chunk, where, left = work
    bodies = Bodies(places, press.settings, where)
    common = _shared(tools)
    answers = []
    for job in _decode_jobs(chunk):
        outputs, answer = printed(press, job, bodies.of(job), common)
        answers.append(answer)
        for output, made in zip(outputs, answer.made, strict=True):
            if left.get(made.path) != made.digest:
                stage(places.stage, output)
    common.forget()
    _sweep()
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
        if found is not None:
            return found
        made = parsed(self._places.read(path), self._settings)[1]
        if digest_bytes(made.encode()) != digest:
            raise SiteError(f"content/{path} changed while the site was built: build again")
        return made


_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_PAGE = "/index.html"


def stage(folder: Path, output: Output) -> None:
    """Write an output into the staging folder; raises `SiteError` when the disk refuses."""
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
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SiteError(f"cannot write {error.filename or path}: {error.strerror}") from error


def _copied(asset: Asset) -> bytes:
    """Read a file that is copied; it must still be the one whose digest stands in addresses and the manifest."""
    data = scan.read(Path(asset.origin))
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
