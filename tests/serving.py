"""A preview server inside the test's process, stopped at the end of the `with`."""

from __future__ import annotations

import asyncio
import http.client
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

from csto_site.shell import reload
from csto_site.shell.preview import Preview

T = TypeVar("T")
DEADLINE = 30.0
"""Seconds after which a test that waits has failed; all waits end as soon as they can."""


class Response(NamedTuple):
    """What an address gave."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Response:
    """Ask once, follow nothing."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=DEADLINE)
    connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), headers=dict(headers or {}))
    answer = connection.getresponse()
    response = Response(answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read())
    connection.close()
    return response


def until(claim: Callable[[], T | None], what: str) -> T:
    """Ask again until the claim gives something true, at most until the deadline."""
    end = time.monotonic() + DEADLINE
    pause = threading.Event()
    while time.monotonic() < end:
        if value := claim():
            return value
        pause.wait(0.02)
    raise AssertionError(f"in vain for {DEADLINE:.0f} s: {what}")


@contextmanager
def serving(rebuild: Callable[[], Preview], watch: Sequence[Path] = ()) -> Iterator[str]:
    """Serve in a thread (Playwright keeps a running loop in the main one) and give the address."""
    told: list[str] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    work = reload.run(rebuild, watch=watch, port=0, announce=told.append, stop=stop)
    thread = threading.Thread(target=loop.run_until_complete, args=(work,))
    thread.start()
    try:
        yield until(lambda: told[0] if told else None, "the server's address")
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
