"""The box that says how an item is cited, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from browser.demo import largest


@pytest.fixture
def item(built: Path, address: str) -> str:
    """Give the address of an item of the demo."""
    return address + largest(built, "item", 1)[0]


@pytest.fixture
def page(browser: Browser, item: str) -> Iterator[Page]:
    """Open an item of the demo in a browser that may write to the clipboard."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(item)
    yield page
    context.close()


def test_a_citation_is_copied_and_that_is_announced(page: Page) -> None:
    """By keyboard: open the box, press the first button; what is announced, and what the clipboard has."""
    page.locator(".cite summary").press("Enter")
    page.locator(".cite button").first.press("Enter")
    page.locator(".cite [role=status]:has-text('Copied')").wait_for()

    assert page.locator("[id='site:cite']").inner_text() == page.evaluate("navigator.clipboard.readText()")


def test_the_open_box_is_accessible(page: Page) -> None:
    """Axe finds nothing in it."""
    page.locator(".cite summary").click()
    found = Axe().run(page, ".cite").response["violations"]
    box = page.locator(".cite button").first.bounding_box()

    assert [] == [each["id"] for each in found]
    assert box is not None
    assert box["height"] >= 24


def test_without_script_the_box_opens_and_has_no_dead_buttons(browser: Browser, item: str) -> None:
    """The text is there to be selected."""
    page = browser.new_page(java_script_enabled=False)
    page.goto(item)
    page.locator(".cite summary").click()

    assert page.locator("[id='site:bibtex']").is_visible()
    assert 0 == page.locator(".cite button:visible").count()
    page.close()
