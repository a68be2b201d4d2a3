"""A Dask cluster as an executor: calls go to its workers by value, and answers come back by value.

    this process ── call, as bytes ──► scheduler ──► a worker
                 ◄── answer, as bytes ──         ◄──

A worker reads no file of the site and writes none. So it needs none of our disks and may have any folder as its own,
it may die at any time, and what two of them are asked for is the same.
"""

from __future__ import annotations

import logging
import pickle
import platform
import re
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, suppress
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from csto_site import __version__
from csto_site.shell.engine import engine
from csto_site.shell.errors import SiteError

PATIENCE = 10.0
"""For how many seconds a scheduler may be silent, or a cluster be without a worker."""
LOOK = 1.0
"""After how many seconds without an answer we look whether there are workers at all."""

_ADDRESS = re.compile(r"[a-z]+://[^\s/]+:(\d{1,5})")
B = TypeVar("B")


def place_of(executor: str) -> str:
    """Give the address in `dask:ADDRESS`; raises `SiteError` when it is none."""
    kind, _, place = executor.partition(":")
    found = _ADDRESS.fullmatch(place)
    if kind != "dask" or not found or not 0 < int(found[1]) < 1 << 16:
        raise SiteError(f"no such executor: {executor!r}, expected dask:ADDRESS, such as dask:tcp://127.0.0.1:8786")
    return place


class Cluster(Executor):
    """The workers of a scheduler at `dask:ADDRESS`.

    Raises `SiteError` when it cannot be reached, when its workers are not like us, and when all of them are gone.
    """

    def __init__(self, executor: str) -> None:
        self._place = place_of(executor)
        self._client = _client(self._place)
        self._seen = monotonic()
        self.threads = 0
        try:
            self._refuse_strangers()
            self.look()
            self._executor: Executor = self._client.get_executor(pure=False)
        except BaseException:
            self.shutdown()
            raise

    def submit(self, fn: Callable[..., B], /, *args: Any, **kwargs: Any) -> Future[B]:  # noqa: ANN401 - as its base
        """Send a call, as bytes: Dask would look through its arguments for the results of other calls."""
        call = pickle.dumps((fn, args, kwargs), pickle.HIGHEST_PROTOCOL)
        return _Awaited(self, lambda: self._executor.submit(_obey, _card(), call))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - as its base
        """Leave the cluster, which drops what it still has of us."""
        with suppress(OSError, RuntimeError):  # the scheduler may have gone first
            self._client.close(timeout=PATIENCE)

    def look(self) -> None:
        """See that there is a worker, or was one a moment ago: where one died, another one often begins."""
        with self.answering(OSError):
            self.threads = sum(self._client.nthreads(callback_timeout=PATIENCE).values())
        if self.threads:
            self._seen = monotonic()
        elif monotonic() - self._seen > PATIENCE:
            raise SiteError(f"the cluster at {self._place} has no worker: begin some, and build again")

    @contextmanager
    def answering(self, *losses: type[Exception]) -> Iterator[None]:
        """Say in one line what it means that all who took a call died, or that the scheduler is lost."""
        from distributed import KilledWorker

        try:
            yield
        except KilledWorker as error:
            raise SiteError(
                f"all workers that were given the same work died of it ({error.last_worker.address} was the last),"
                " perhaps for want of memory: give them more"
            ) from error
        except Exception as error:
            if isinstance(error, SiteError) or not (isinstance(error, losses) or self._client.status != "running"):
                raise
            raise SiteError(
                f"the scheduler at {self._place} has gone, or does not answer: see to it, and build again"
            ) from error

    def _refuse_strangers(self) -> None:
        with self.answering(OSError):
            cards = self._client.run(_card, on_error="return", callback_timeout=PATIENCE)
        for address, card in sorted(cards.items()):
            if not isinstance(card, OSError):  # that one has just gone
                _refuse(address, difference(_card(), card))


def _client(place: str) -> Any:  # noqa: ANN401 - distributed has no types
    """Connect to a scheduler, after a knock: a client that was never connected is hard to get rid of."""
    import asyncio

    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise SiteError("the executor dask needs the extra `cluster`: pip install 'csto-site[cluster]'") from error
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong we say ourselves
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"})  # a call holds hundreds of sources
    try:
        with ThreadPoolExecutor(1) as aside:  # where nobody else's loop can be running
            # `connect` itself waits for an answer for ever
            aside.submit(asyncio.run, asyncio.wait_for(_knock(place), PATIENCE + LOOK)).result()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions on the other side: ours are compared, and refused
            return Client(place, timeout=PATIENCE, set_as_default=False)
    except (OSError, TypeError, ValueError, ImportError) as error:
        raise SiteError(f"no Dask scheduler at {place}: {str(error) or 'nothing answers there'}") from error


async def _knock(place: str) -> None:
    from distributed.comm import connect
    from distributed.security import Security

    comm = await connect(place, timeout=PATIENCE, **Security().get_connection_args("client"))
    await comm.close()


class _Awaited(Future[B]):
    """What a worker will answer; whoever waits for it also watches that there are workers."""

    def __init__(self, cluster: Cluster, send: Callable[[], Future[bytes]]) -> None:
        super().__init__()
        self._cluster = cluster
        self._send = send
        self._sent = send()

    def result(self, timeout: float | None = None) -> B:
        """Wait for the answer; raises `SiteError` when the cluster can give none."""
        end = None if timeout is None else monotonic() + timeout
        try:
            answer = self._waited(end)
        except ValueError:
            # Dask's own, where a worker dies in the moment in which its answer comes; ours would be raised again.
            self._sent = self._send()
            answer = self._waited(end)
        made: B = pickle.loads(answer)  # noqa: S301 - the workers run our program, and nobody else is to reach them
        return made

    def _waited(self, end: float | None) -> bytes:
        while not wait_for([self._sent], LOOK).done:
            self._cluster.look()
            if end is not None and monotonic() > end:
                raise TimeoutError
        with self._cluster.answering(CancelledError):
            return self._sent.result()


# -- in the workers --------------------------------------------------------------------------------


class Card(NamedTuple):
    """Who someone is: workers whose card is another one may make other bytes."""

    python: str
    program: str
    distributed: str
    engine: str


@lru_cache
def _card() -> Card:
    """Say who we are, as of the first time: what is installed may be replaced while we run."""
    import distributed

    return Card(platform.python_version(), __version__, distributed.__version__, engine())


def difference(ours: Card, theirs: Card | Exception) -> str:
    """Say what keeps a worker from making our bytes; "" when it is like us."""
    if isinstance(theirs, Exception):
        return f"cannot run csto-site: {theirs}"
    for name, our, their in zip(("Python", "csto-site", "distributed"), ours, theirs, strict=False):
        if our != their:
            return f"has {name} {their}, and we have {our}"
    return "" if ours == theirs else "has other libraries, or another csto-site of the same version"


def _refuse(address: str, reason: str) -> None:
    if reason:
        raise SiteError(f"the worker {address} {reason}: install there what is installed here")


_AT_WORK = Lock()
"""Held while a call is obeyed: a worker may have several threads, templates and caches are for one."""


def _obey(asker: Card, call: bytes) -> bytes:
    """Do what another process asks for, if we are like it: we may have come when others had been looked at."""
    from distributed import get_worker

    _refuse(get_worker().address, difference(asker, _card()))
    with _AT_WORK:
        fn, args, kwargs = pickle.loads(call)  # noqa: S301 - as above
        return pickle.dumps(fn(*args, **kwargs), pickle.HIGHEST_PROTOCOL)
