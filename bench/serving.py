"""From saving an item to its page in a preview server."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from bench import sites
from bench.corpus import Head
from bench.measuring import HAS_PROC, MIB, end, last_words, memory, start
from bench.results import Served
from bench.rounds import Plan, made, theme
from bench.sites import Site

T = TypeVar("T")
STEP = 0.005
"""Seconds between two looks at a page."""
REST = 1.5
"""Seconds between two saves: a server is at rest when something is saved."""


class LateError(Exception):
    """A server did not answer, or not show what was saved, in time."""


def measure(plan: Plan, tell: Callable[[str], None]) -> Iterator[Served | str]:
    """Measure the preview servers of all programs that have one, one after another; a note says which failed."""
    (size,) = plan.sizes
    try:
        common = made(plan.folder / "content", size, plan.seed)
        for program in (each for each in plan.programs if each.serve):
            site = Site(program, common, plan.folder / program.name, plan.installed.get(program.name))
            sites.lay_out(site, theme())
            try:
                yield _serve(site, plan, tell)
            except LateError as late:
                yield f"{program.title} is left out: {late}"
    finally:
        if not plan.keep:
            shutil.rmtree(plan.folder, ignore_errors=True)


def _serve(site: Site, plan: Plan, tell: Callable[[str], None]) -> Served:
    with _server(site, plan.limit) as (address, ready, session):
        tell(f"{site.program.title} is ready after {ready:.2f} s")
        edits, news, peak = [], [], 0
        for number in range(1, plan.rounds + 1):
            edits.append(_after(partial(_edit, site, number), address, plan.limit))
            news.append(_after(partial(_add, site, number), address, plan.limit))
            peak = max(peak, memory(session) if HAS_PROC else 0)
            tell(f"{site.program.name:15} edit {edits[-1]:.3f} s, new item {news[-1]:.3f} s")
    return Served(site.program.name, site.corpus.size, ready, tuple(edits), tuple(news), peak / MIB)


@contextmanager
def _server(site: Site, limit: float) -> Iterator[tuple[str, float, int]]:
    """Run a server; gives its address, the seconds until it was ready, and its session."""
    began = time.perf_counter()
    with site.log.open("ab") as log:
        command = site.filled(site.program.serve, port=str(_free_port()))
        process = start(command, folder=site.src, environment=site.environment, log=log)
    try:
        address = _until(lambda: _address(site, process), limit, "it does not answer")
        yield address.rstrip("/"), time.perf_counter() - began, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        end(process.pid)


def _address(site: Site, process: subprocess.Popen[bytes]) -> str:
    if process.poll() is not None:
        raise LateError(f"it ended with status {process.returncode}: {last_words(site.log)}")
    found = re.search(site.program.ready, site.log.read_text(encoding="utf-8", errors="replace"))
    return found[1] if found else ""


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def _edit(site: Site, number: int) -> tuple[Head, str]:
    sentence = sites.SENTENCE.format(number)
    sites.edit(site, sentence)
    return site.corpus.edited, sentence


def _add(site: Site, number: int) -> tuple[Head, str]:
    first = site.corpus.added
    title = f"New item number {number}"
    item = replace(first, slug=f"{first.slug}-{number}", title=title, date=first.date + timedelta(minutes=number))
    sites.add(site, item)
    return item, title


def _after(save: Callable[[], tuple[Head, str]], address: str, limit: float) -> float:
    """Save something and give the seconds until its page shows it."""
    time.sleep(REST)
    began = time.perf_counter()
    item, words = save()
    _until(lambda: words in _get(address + item.address), limit, f"{item.address} does not show {words!r}")
    return time.perf_counter() - began


def _until(claim: Callable[[], T], limit: float, otherwise: str) -> T:
    last = time.perf_counter() + limit
    while time.perf_counter() < last:
        if value := claim():
            return value
        time.sleep(STEP)
    raise LateError(f"{otherwise} within {limit:,.0f} s")


def _get(url: str) -> str:
    """Get a page; "" while there is none."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - the server started here
            return str(answer.read().decode(errors="replace"))
    except (urllib.error.URLError, OSError):
        return ""
