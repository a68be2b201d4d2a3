"""One page of each kind, byte for byte: `make golden` writes them anew, and `git diff` is the review."""

from __future__ import annotations

import difflib
from functools import lru_cache
from pathlib import Path

import pytest

from newsroom import Built, Newsroom
from pages import dead

GOLDEN = Path(__file__).parent / "golden"
AS_OF = "2024-07-28"
"""So that the sitemap of news has something in it."""

PAGES = {
    "home.html": "index.html",
    "home.ru.html": "ru/index.html",
    "head.html": "news/index.html",
    "year.html": "all/2024/index.html",
    "month.html": "news/2024/07/index.html",
    "terms.html": "tags/index.html",
    "term.html": "tags/weather/index.html",
    "item.html": "news/2024/storm/index.html",
    "item.ru.html": "ru/news/2024/storm/index.html",
    "item-questions.html": "interviews/2024/harbour-master/index.html",
    "item-withdrawn.html": "news/2024/count/index.html",
    "gone.html": "news/2024/list/index.html",
    "page.html": "about/index.html",
    "404.html": "404.html",
    "redirect.html": "old/storm.html",
    "latest.html": "latest.html",
    "feed.atom": "news/feed.atom",
    "feed.rss": "news/feed.rss",
    "feed.json": "news/feed.json",
    "archive.atom": "all/2023/11/archive.atom",
    "month.json": "news/2024/07/index.json",
    "item.json": "news/2024/storm/index.json",
    "_headers": "_headers",
    "nginx.conf": "nginx.conf",
    "security.txt": ".well-known/security.txt",
    "sitemap.xml": "sitemap.xml",
    "sitemap-pages.xml": "sitemap-pages.xml",
    "sitemap-2024.xml": "sitemap-2024.xml",
    "sitemap-news.xml": "sitemap-news.xml",
    "robots.txt": "robots.txt",
    "redirects.map": "redirects.map",
}
"""Golden files, and the outputs that they are."""


@lru_cache
def built() -> Built:
    return Newsroom((GOLDEN / "site.txt").read_text(encoding="utf-8")).build(AS_OF)


def compared(name: str, data: bytes, request: pytest.FixtureRequest) -> None:
    """Compare bytes with a golden file and show what differs; or write it, where that is asked for."""
    path = GOLDEN / name
    if request.config.getoption("--update-golden"):
        path.write_bytes(data)
    golden = path.read_bytes() if path.exists() else b""
    if golden != data:
        old, new = (text.decode().splitlines(keepends=True) for text in (golden, data))
        lines = difflib.unified_diff(old, new, f"tests/golden/{name}", "as the program writes it now")
        pytest.fail("".join(lines) + "\nIf that is meant: `make golden`.", pytrace=False)


@pytest.mark.parametrize("name", PAGES)
def test_golden(name: str, request: pytest.FixtureRequest) -> None:
    """The output is the golden file."""
    compared(name, built().tree[PAGES[name]], request)


def test_golden_tree(request: pytest.FixtureRequest) -> None:
    """The site has these files and no others."""
    compared("tree.txt", "".join(f"{path}\n" for path in sorted(built().tree)).encode(), request)


def test_the_golden_site_is_sound() -> None:
    """It has no diagnostic and no dead link, so that each golden page shows how things should be."""
    assert ("", []) == (built().report, dead(built().tree, "/repo/"))


def test_no_golden_file_is_left_over() -> None:
    """Every file of the folder is compared with something."""
    assert {*PAGES, "tree.txt", "site.txt"} == {path.name for path in GOLDEN.iterdir()}
