"""A reader who fetches pages, each with all that it loads, while builds replace every page and its style sheet."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages import addresses, place
from sites import DiskSite, change_style, small_site

FETCHES = 1000
INSIDE = 100


class Reader(threading.Thread):
    """Fetches one page after another, each with what it loads, for as long as it is wanted.

    `missed` names what was not there, `counts` how many fetches lay in a switch and how many did not.
    """

    def __init__(self, out: Path, journal: Path, pages: list[str]) -> None:
        super().__init__()
        self._out = out
        self._journal = journal
        self._pages = pages
        self._loaded: dict[bytes, list[str]] = {}
        self.missed: list[str] = []
        self.counts: Counter[str] = Counter()
        self.is_wanted = True

    def run(self) -> None:
        """Fetch."""
        while self.is_wanted:
            for page in self._pages:
                began_inside = self._journal.exists()
                self._fetch(page)
                self.counts["inside" if began_inside and self._journal.exists() else "outside"] += 1

    def _fetch(self, page: str) -> None:
        data = (self._out / page).read_bytes()
        for path in self._loads(page, data):
            try:
                (self._out / path).read_bytes()
            except FileNotFoundError:
                self.missed.append(f"{page}: {path}")

    def _loads(self, page: str, data: bytes) -> list[str]:
        """List what a page loads; pages that were read before are not parsed again, which would take long."""
        if data not in self._loaded:
            found = (place(address, page) for address in addresses(data))
            self._loaded[data] = sorted({each.path for each in found if each and _is_loaded(each.path)})
        return self._loaded[data]


def _is_loaded(path: str) -> bool:
    return path.endswith((".css", ".js", ".svg", ".png", ".ico"))


@pytest.fixture
def site(tmp_path: Path) -> DiskSite:
    """Give a site that has been built."""
    site = small_site(tmp_path / "site")
    site.build()
    return site


@pytest.fixture
def reader(site: DiskSite) -> Iterator[Reader]:
    """Give someone who reads the site while a test goes on."""
    pages = sorted(path.relative_to(site.out).as_posix() for path in site.out.rglob("*.html"))
    reader = Reader(site.out, site.root / ".public.journal", pages)
    reader.start()
    yield reader
    reader.is_wanted = False
    reader.join()


def test_reader(site: DiskSite, reader: Reader) -> None:
    """No page is met whose style sheet, script or image is missing."""
    number = 0
    while reader.counts.total() < FETCHES or reader.counts["inside"] < INSIDE or number < 2:
        number += 1
        change_style(site, number)
        command = [sys.executable, "-m", "csto_site", "build", "--root", str(site.root), "--as-of", "2025-01-01"]
        subprocess.run(command, check=True, capture_output=True)
    print(dict(reader.counts))

    assert reader.missed == []
    assert reader.is_alive()
    assert len(list((site.out / "assets").glob("site.*.css"))) == 1
