"""The browser that the other tests of this folder drive."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from browser import chromium

pytestmark = pytest.mark.browser


def test_a_page_is_shown(browser: Browser) -> None:
    """Chromium starts and shows text in Latin and Cyrillic letters."""
    page = browser.new_page()
    page.set_content("<h1>News · Новости</h1>")

    assert page.inner_text("h1") == "News · Новости"
    page.close()


def test_a_named_browser_that_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """CHROMIUM is taken at its word: no other browser stands in for it."""
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    assert chromium.find() is None


def test_a_missing_browser_fails_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The step before the tests says what to do, in one line, and fails."""
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    assert chromium.main() == 1
    assert capsys.readouterr().err == f"make: {chromium.MISSING}\n"
