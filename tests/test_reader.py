"""Readers who fetch pages, and then what these load, while builds replace every page and its style sheet."""

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


class Readers(threading.Thread):
    """As many readers as there are pages: each fetches its page, and when all have theirs, what it loads.

    `missed` names what was not there, `counts` how many fetches lay in a switch and how many did not.
    """

    def __init__(self, site: DiskSite) -> None:
        super().__init__()
        self._out = site.out
        self._journal = site.root / ".public.journal"
        self._pages = sorted(path.relative_to(site.out).as_posix() for path in site.out.rglob("*.html"))
        self._loaded: dict[bytes, list[str]] = {}
        self.missed: list[str] = []
        self.counts: Counter[str] = Counter()
        self.are_wanted = True

    def run(self) -> None:
        """Fetch."""
        while self.are_wanted:
            was_inside = self._journal.exists()
            fetched = [(page, (self._out / page).read_bytes()) for page in self._pages]
            for page, data in fetched:
                self.missed += [f"{page}: {path}" for path in self._loads(page, data) if not self._fetch(path)]
            self.counts["inside" if was_inside and self._journal.exists() else "outside"] += len(fetched)

    def _fetch(self, path: str) -> bool:
        try:
            (self._out / path).read_bytes()
        except FileNotFoundError:
            return False
        return True

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
def readers(site: DiskSite) -> Iterator[Readers]:
    """Give people who read the site while a test goes on."""
    readers = Readers(site)
    readers.start()
    yield readers
    readers.are_wanted = False
    readers.join()


def test_readers(site: DiskSite, readers: Readers) -> None:
    """No page is met whose style sheet, script or image is missing."""
    number = 0
    while readers.counts.total() < FETCHES or readers.counts["inside"] < INSIDE or number < 3:
        number += 1
        change_style(site, number)
        command = [sys.executable, "-m", "csto_site", "build", "--root", str(site.root), "--as-of", "2025-01-01"]
        subprocess.run(command, check=True, capture_output=True)
    print(dict(readers.counts))

    assert readers.missed == []
    assert readers.is_alive()
    assert len(list((site.out / "assets").glob("site.*.css"))) == 1
