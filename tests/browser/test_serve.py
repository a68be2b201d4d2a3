"""Saving a file in `serve`, seen in a real browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from serving import DEADLINE

pytestmark = pytest.mark.browser

SETTINGS = """\
title: Sample news
url: https://news.example.org/repo/
id_authority: news.example.org,2024
sections: {news: News}
"""
ITEM = """\
---
title: Storm over the sample coast
date: 2024-05-01
---

The wind is {text}.
"""
EARLIER = ITEM.replace("Storm", "Calm").replace("2024-05-01", "2024-04-01")


class Served(NamedTuple):
    """A site, its server's address, and a page of the browser."""

    root: Path
    url: str
    page: Page

    def save(self, text: str, name: str = "storm.md") -> None:
        """Save an item of the section."""
        (self.root / "content/news" / name).write_text(text, encoding="utf-8")


@pytest.fixture
def served(browser: Browser, tmp_path: Path) -> Iterator[Served]:
    """Give a site of two items below `csto-site serve`, which must stop cleanly at the end."""
    (tmp_path / "content/news").mkdir(parents=True)
    (tmp_path / "site.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "content/news/calm.md").write_text(EARLIER.format(text="still"), encoding="utf-8")
    (tmp_path / "content/news/storm.md").write_text(ITEM.format(text="rising"), encoding="utf-8")
    command = [sys.executable, "-m", "csto_site", "serve", "--root", str(tmp_path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[0]
        page = browser.new_page()
        page.set_default_timeout(DEADLINE * 1000)
        yield Served(tmp_path, url, page)
        page.close()
        process.terminate()
        assert process.wait(DEADLINE) == 0


def has_text(page: Page, text: str) -> None:
    """Wait until the page shows the text."""
    expect(page.get_by_role("main")).to_contain_text(text, timeout=DEADLINE * 1000)


def test_a_save_shows(served: Served) -> None:
    """Saving an item shows in an open page, without a request for it and without a complaint of the browser."""
    complaints: list[ConsoleMessage] = []
    served.page.on("console", lambda message: complaints.append(message))  # noqa: PLW0108 - Playwright marks what it gets
    served.page.goto(served.url + "news/2024/storm/")
    has_text(served.page, "The wind is rising.")
    served.save(ITEM.format(text="falling"))

    has_text(served.page, "The wind is falling.")
    assert [each.text for each in complaints if "favicon" not in each.location["url"]] == []


def test_quick_saves_show_the_last(served: Served) -> None:
    """Of three saves within a moment the last one stays on the screen."""
    served.page.goto(served.url + "news/2024/storm/")
    for text in ("at force 8", "at force 9", "at force 10"):
        served.save(ITEM.format(text=text))

    has_text(served.page, "The wind is at force 10.")


def test_saves_one_after_the_other_all_show(served: Served) -> None:
    """A save right after a reload reloads again."""
    served.page.goto(served.url + "news/2024/storm/")
    for text in ("at force 8", "at force 9", "at force 10"):
        served.save(ITEM.format(text=text))

        has_text(served.page, f"The wind is {text}.")


def test_broken_and_mended(served: Served) -> None:
    """Broken front matter shows its diagnostic with line and caret; mending it brings the page back."""
    served.page.goto(served.url + "news/2024/storm/")
    served.save(ITEM.format(text="rising").replace("2024-05-01", "next tuesday"))

    has_text(served.page, "content/news/storm.md:3:7: error[date/unreadable]")
    has_text(served.page, "3 | date: next tuesday\n    |       ^^^^^^^^^^^^")
    served.save(ITEM.format(text="back"))
    has_text(served.page, "The wind is back.")


def test_a_draft_is_shown_and_nothing_is_written(served: Served) -> None:
    """A new draft has a page and stands in its section, while nothing else in the folder changes."""
    (served.root / "public").mkdir()
    (served.root / "public/index.html").write_text("built before", encoding="utf-8")
    before = {path for path in served.root.rglob("*") if "news" not in path.parts}
    served.page.goto(served.url + "news/")
    served.save(ITEM.replace("---\n\n", "draft: true\n---\n\n").replace("Storm", "Tide").format(text="wet"), "tide.md")
    served.page.get_by_role("main").get_by_role("link", name="Tide over the sample coast").click()

    has_text(served.page, "The wind is wet.")
    assert {path for path in served.root.rglob("*") if "news" not in path.parts} == before
    assert (served.root / "public/index.html").read_text(encoding="utf-8") == "built before"


def test_an_unknown_address(served: Served) -> None:
    """An address that is none shows the site's own page, with its style, and becomes the item once it is saved."""
    response = served.page.goto(served.url + "news/2024/tide/")
    assert response

    assert (response.status, served.page.get_by_role("link", name="Sample news").count() > 0) == (404, True)
    served.save(ITEM.replace("Storm", "Tide").format(text="wet"), "tide.md")
    has_text(served.page, "The wind is wet.")
