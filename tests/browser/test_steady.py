"""Pages that stay where they are, complain of nothing, and can be walked with the keyboard, or without script."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from browser.demo import KINDS, largest
from browser.test_walk import heard, is_at, to_an_item, watched

pytestmark = pytest.mark.browser

SIZES = ((360, 740), (1280, 800))
SHIFTS = """\
window.shifted = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) {
    const moved = each.sources.map((source) => source.node && source.node.outerHTML?.slice(0, 80));
    window.shifted.push(`${each.value.toFixed(4)} ${moved}`);
  }
}).observe({type: "layout-shift", buffered: true});
"""
"""Notes every shift of the layout that the reader did not ask for."""


def late(route: Route) -> None:
    """Answer when the page has long been shown."""
    time.sleep(0.3)
    route.continue_()


ARRIVED = """\
() => {
  const rail = document.querySelector(".rail[data-latest]");
  return document.readyState === "complete" && (!rail || rail.querySelector("h2").textContent === rail.dataset.title);
}"""
"""Tells whether all is there, the latest news in the rail as well."""
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"


def settled(page: Page) -> list[str]:
    """Give what has moved, once everything has arrived and been painted."""
    page.wait_for_function(ARRIVED)
    page.evaluate(PAINTED)
    found: list[str] = page.evaluate("shifted")
    return found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a reader whose browser notes shifts, and to whom pictures and the latest news come late."""
    with browser.new_context() as context:
        context.add_init_script(SHIFTS)
        for slow in ("**/latest.html", "**/assets/pictures/*"):
            context.route(slow, late)
        yield context


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_moves_and_nothing_complains(context: BrowserContext, built: Path, address: str, kind: str) -> None:
    """On a phone and on a wide screen no page moves under its reader, and none has anything to complain of."""
    (path,) = largest(built, kind, 1)
    watch = watched(context, address)
    for width, height in SIZES:
        watch.page.set_viewport_size({"width": width, "height": height})
        watch.page.goto(address + path)

        assert [] == settled(watch.page), width
    assert [] == heard(watch)


def test_what_moves_is_noticed(context: BrowserContext, address: str) -> None:
    """Something that comes in above the text is a shift."""
    page = context.new_page()
    page.goto(address)
    settled(page)
    page.evaluate("document.body.prepend(Object.assign(document.createElement('p'), {textContent: 'Late news'}))")

    assert [] != settled(page)


@pytest.mark.parametrize(
    "planted",
    [
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://elsewhere.example.org/x.png'}))",
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))",
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">Red</p>')",
        "setTimeout(() => { throw new Error('planted') })",
        "fetch('nowhere.json')",
    ],
)
def test_a_complaint_is_heard(context: BrowserContext, address: str, planted: str) -> None:
    """A foreign picture, a script or a style in the page, an error, a missing file: none of them goes unnoticed."""
    watch = watched(context, address)
    watch.page.goto(address)
    watch.page.evaluate(f"{{ {planted}; }}")
    watch.page.evaluate(PAINTED)

    assert [] != heard(watch)


FOCUS = """\
() => {
  const it = document.activeElement, box = it.getBoundingClientRect(), style = getComputedStyle(it);
  const at = it.getClientRects()[0] || box;
  const above = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
  return {
    name: it.outerHTML.slice(0, 90),
    index: window.stops.indexOf(it),
    marked: style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2,
    shown: !!above && (it.contains(above) || above.contains(it)),
  };
}"""
STOPS = """\
window.stops = [...document.querySelectorAll("a[href], button, summary, input, select, [tabindex='0']")]
  .filter((each) => each.checkVisibility() && each.tabIndex >= 0);
window.stops.length"""


class TestKeyboard:
    @pytest.mark.parametrize("kind", ["home", "head", "month", "item", "search"])
    def test_every_stop_is_marked_and_in_sight(
        self, context: BrowserContext, built: Path, address: str, kind: str
    ) -> None:
        """Tab goes through all links in the order of the text; each shows that it is there, and nothing hides it."""
        page = context.new_page()
        page.goto(address + largest(built, kind, 1)[0])
        page.wait_for_function(ARRIVED)
        count = page.evaluate(STOPS)
        for index in range(count):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUS)

            assert (index, True, True) == (stop["index"], stop["marked"], stop["shown"]), stop["name"]
        assert count > 20

    def test_the_first_stop_skips_to_the_text(self, context: BrowserContext, address: str) -> None:
        """It is seen when it is reached, and the next stop after it is in the text."""
        page = context.new_page()
        page.goto(address + "news/")
        skip = page.get_by_role("link", name="Skip to the text")
        expect(skip).not_to_be_in_viewport()
        page.keyboard.press("Tab")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport(ratio=1)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")

        assert page.evaluate("document.activeElement.closest('main') !== null")

    def test_a_walk(self, context: BrowserContext, address: str) -> None:
        """Home, section, item, `Go back`, all of it with Tab and Enter."""
        page = context.new_page()
        page.goto(address)
        followed(page, "nav[aria-label=Sections] a[href$='news/']")
        expect(page).to_have_url(address + "news/")
        followed(page, ".list .teaser a")
        expect(page.locator("article.item h1")).to_be_visible()
        followed(page, "a[data-back]")
        expect(page).to_have_url(address + "news/")


def followed(page: Page, selector: str) -> None:
    """Press Tab until an element is reached that a selector knows, then Enter."""
    page.wait_for_function(ARRIVED)
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            page.keyboard.press("Enter")
            page.wait_for_load_state()
            return
    pytest.fail(f"{selector} was not reached")


class TestWithoutScript:
    def test_the_archive(self, browser: Browser, address: str) -> None:
        """All news, a year, a month, a day of the calendar, an item, its tag, and back to its place."""
        with browser.new_context(java_script_enabled=False) as context:
            watch = watched(context, address)
            page = watch.page
            page.goto(address)
            page.get_by_role("navigation", name="Sections").get_by_role("link", name="All news").click()
            page.locator(".chart a", has_text="2023").click()
            expect(page).to_have_url(address + "all/2023/")
            page.locator(".chart a, .group h2 a").first.click()
            expect(page.locator("table.calendar")).to_be_visible()
            page.locator(".calendar a").first.click()
            expect(page.locator(":target")).to_be_in_viewport()
            title = page.locator(".teaser a").first.inner_text()
            page.locator(".teaser a").first.click()
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
            page.get_by_role("link", name="Back to the section").click()
            is_at(page, title)
            assert [] == heard(watch)

    def test_languages_tags_and_undated_pages(self, browser: Browser, address: str) -> None:
        """The other language, a tag and a page of the footer are reached by links alone."""
        with browser.new_context(java_script_enabled=False) as context:
            watch = watched(context, address)
            page = watch.page
            to_an_item(page, address)
            page.locator(".tags a").first.click()
            expect(page.locator(".teaser").first).to_be_visible()
            page.get_by_role("navigation", name="About this site").get_by_role("link").first.click()
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.goto(address)
            page.get_by_role("navigation", name="Languages").get_by_role("link").first.click()
            expect(page.locator("html")).to_have_attribute("lang", "ru")
            assert [] == heard(watch)
