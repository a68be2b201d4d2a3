"""A reader's walk through the demo: from a host, below a path, without script, and from a disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.demo import KINDS, largest
from browser.hosting import hosted

pytestmark = pytest.mark.browser

PHONE = 360


class Watch(NamedTuple):
    """A page of the browser and what it had to complain of: console, errors, failed or foreign requests."""

    page: Page
    complaints: list[str]


def watched(context: BrowserContext, origin: str) -> Watch:
    """Open a page whose every complaint is noted."""
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error.message}"))
    page.on("requestfailed", lambda each: complaints.append(f"{each.failure}: {each.url}"))
    page.on("request", lambda each: None if each.url.startswith(origin) else complaints.append(f"foreign: {each.url}"))
    return Watch(page, complaints)


def heard(watch: Watch) -> list[str]:
    """Give the complaints, but for requests that ended because the reader had gone on."""
    return [each for each in watch.complaints if not each.startswith("net::ERR_ABORTED")]


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Page]:
    """Give a reader's page; at the end it must have had nothing to complain of."""
    with browser.new_context() as context:
        watch = watched(context, address)
        yield watch.page

        assert [] == heard(watch)


@pytest.fixture
def plain_reader(browser: Browser, address: str) -> Iterator[Page]:
    """Give a page of a reader whose browser runs no script."""
    with browser.new_context(java_script_enabled=False) as context:
        watch = watched(context, address)
        yield watch.page

        assert [] == heard(watch)


def to_an_item(page: Page, start: str) -> str:
    """Walk from the home page to the section News and on to its newest item but two; give the item's title."""
    page.goto(start)
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="News", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    link = page.get_by_role("article").nth(2).get_by_role("link").first
    title = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return title


def is_at(page: Page, title: str) -> None:
    """Assert that the reader has landed at the place of an item: the target of the address, in view."""
    target = page.locator(":target")
    expect(target.get_by_role("heading", name=title)).to_be_in_viewport()


class TestWalk:
    def test_back_to_the_section_lands_at_the_item(self, reader: Page, address: str) -> None:
        """Home, section, item, `Back to the section`: the reader stands at the item's own place in its period."""
        title = to_an_item(reader, address)
        reader.get_by_role("link", name="Back to the section").click()

        is_at(reader, title)
        assert re.fullmatch(re.escape(address) + r"news/\d{4}/(\d{2}/)?#.+", reader.url)

    def test_back_to_all_news(self, reader: Page, address: str) -> None:
        """The third way out leads to all news."""
        to_an_item(reader, address)
        reader.get_by_role("link", name="Back to the all news").click()

        expect(reader).to_have_url(address + "all/")

    def test_every_way_of_the_item_can_be_walked(self, reader: Page, address: str) -> None:
        """Each link of an item page leads to a page that is there."""
        to_an_item(reader, address)
        here = reader.url
        hrefs = reader.get_by_role("link").evaluate_all("links => [...new Set(links.map(link => link.href))]")
        for href in hrefs:
            if href.startswith(address) and not href.startswith(here + "#") and ".atom" not in href:
                assert reader.request.get(href).ok, href


class TestGoBack:
    def test_to_where_the_reader_came_from(self, reader: Page, address: str) -> None:
        """Who came from a page of this site goes back to that page, as with the browser's own button."""
        to_an_item(reader, address)
        reader.get_by_role("link", name="Go back").click()

        expect(reader).to_have_url(address + "news/")

    def test_past_places_of_the_page_itself(self, reader: Page, address: str) -> None:
        """Who followed a link within the page still goes back to the page before it."""
        to_an_item(reader, address)
        reader.evaluate("location.hash = 'site:main'")
        reader.get_by_role("link", name="Go back").click()

        expect(reader).to_have_url(address + "news/")

    def test_to_the_section_when_there_is_no_way_back(self, reader: Page, address: str) -> None:
        """Who opened the item itself goes to its place in the section."""
        title = to_an_item(reader, address)
        with reader.context.browser.new_context() as context:  # type: ignore[union-attr]  # it is no persistent one
            page = context.new_page()
            page.goto(reader.url)
            page.get_by_role("link", name="Go back").click()

            is_at(page, title)

    def test_to_the_section_from_elsewhere(self, reader: Page, address: str) -> None:
        """Who came from another site is not sent back there."""
        title = to_an_item(reader, address)
        reader.goto(reader.url, referer="https://elsewhere.example.org/")
        reader.get_by_role("link", name="Go back").click()

        is_at(reader, title)


class TestRail:
    def test_latest_with_script(self, reader: Page, address: str) -> None:
        """A script brings today's latest and says so; the item itself is not among them."""
        to_an_item(reader, address)
        rail = reader.get_by_role("complementary", name="Latest")

        expect(rail.get_by_role("listitem")).to_have_count(4)
        hrefs = rail.get_by_role("link").evaluate_all("links => links.map(link => link.href)")
        assert reader.url not in hrefs
        assert all(reader.request.get(href).ok for href in hrefs)

    def test_earlier_without_script(self, plain_reader: Page, address: str) -> None:
        """As baked the rail shows the four before the item, and says so."""
        to_an_item(plain_reader, address)

        expect(plain_reader.get_by_role("complementary", name="Earlier").get_by_role("listitem")).to_have_count(4)


class TestWithoutScript:
    def test_the_whole_walk(self, plain_reader: Page, address: str) -> None:
        """Home, section, item, `Go back`: all of it works without script."""
        title = to_an_item(plain_reader, address)
        plain_reader.get_by_role("link", name="Go back").click()

        is_at(plain_reader, title)

    def test_the_text_is_there(self, plain_reader: Page, address: str) -> None:
        """An item can be read: its date, its text, and what to read next."""
        to_an_item(plain_reader, address)

        expect(plain_reader.get_by_role("article").locator("time").first).to_be_visible()
        expect(plain_reader.get_by_role("article").locator(".body p").last).to_be_visible()


def test_a_lost_reader_finds_the_way(browser: Browser, address: str) -> None:
    """The page for addresses that do not exist has its style and working links, at any depth."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address + "no/such/page/at/all/")
        page.get_by_role("navigation", name="Sections").get_by_role("link", name="News", exact=True).click()

        expect(page).to_have_url(address + "news/")


def test_at_the_top_of_a_host(browser: Browser, built: Path) -> None:
    """The same files work where they were not built for: the site moves without a rebuild."""
    with hosted(built, "/") as url, browser.new_context() as context:
        watch = watched(context, url)
        title = to_an_item(watch.page, url)
        watch.page.get_by_role("link", name="Back to the section").click()

        is_at(watch.page, title)
        assert [] == heard(watch)


def test_from_a_disk(browser: Browser, built: Path) -> None:
    """Opened from a folder, links of the site lead on to its pages, and the walk ends at the item's place."""
    with browser.new_context() as context:
        watch = watched(context, "file:///")
        title = to_an_item(watch.page, (built / "index.html").as_uri())
        watch.page.get_by_role("link", name="Back to the section").click()

        is_at(watch.page, title)
        assert [] == heard(watch)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways_on_a_phone(browser: Browser, built: Path, address: str, kind: str) -> None:
    """At 360 pixels the largest pages of each kind are no wider than the screen; all that they ask for is there."""
    with browser.new_context(viewport={"width": PHONE, "height": 740}) as context:
        watch = watched(context, address)
        for path in largest(built, kind, 3):
            watch.page.goto(address + path)

            assert watch.page.evaluate("document.documentElement.scrollWidth") <= PHONE, path
        assert [] == heard(watch)
