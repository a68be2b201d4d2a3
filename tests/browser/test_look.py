"""How pages look and are reached: accessibility, contrast, narrow screens, large letters, keyboard, right to left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browser.demo import KINDS, build_demo, largest
from browser.hosting import hosted
from csto_site.shell import build

pytestmark = pytest.mark.browser

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NARROW = 320
RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    """Name the rules of axe that a page breaks, each with the elements that break it."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:120]} {node['failureSummary']}" for each in found for node in each["nodes"]]


def width(page: Page) -> int:
    """Give how wide a page is, in pixels."""
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


def small(page: Page) -> list[str]:
    """Name the controls that are smaller than 24 pixels in one direction."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll(':is(.calendar, .months, .chart, nav, .teaser h2, .teaser h3) a')]
        .filter(each => each.checkVisibility() && Math.min(each.getBoundingClientRect().width,
                                                           each.getBoundingClientRect().height) < 23.9)
        .map(each => `${each.closest('[class]').className}: ${each.textContent}`)"""
    )
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page of the browser, 320 pixels wide."""
    with browser.new_context(viewport={"width": NARROW, "height": 700}) as context:
        yield context.new_page()


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(browser: Browser, built: Path, address: str, kind: str) -> None:
    """The largest page of each kind breaks no rule of WCAG 2.2 AA that a program can check, light and dark."""
    (path,) = largest(built, kind, 1)
    for scheme in SCHEMES:
        with browser.new_context(color_scheme=scheme) as context:
            page = context.new_page()
            page.goto(address + path)

            assert [] == violations(page), scheme


@pytest.mark.parametrize("accent", ["#ffd800", "#050505"])
def test_axe_finds_nothing_with_another_accent(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, accent: str
) -> None:
    """An accent that could not be read as it is, on white or on black, leaves every contrast in order."""
    more = f"\naccent: '{accent}'\nlogo: {{path: assets/icon.svg, alt: ''}}\n"
    other = build_demo(tmp_path_factory.mktemp("accent"), more)
    with hosted(other, "/repo/") as url:
        for scheme in SCHEMES:
            with browser.new_context(color_scheme=scheme) as context:
                page = context.new_page()
                for kind in ("home", "head", "month", "item of questions"):
                    page.goto(url + largest(other, kind, 1)[0])

                    assert [] == violations(page), (kind, scheme)


@pytest.mark.parametrize("kind", KINDS)
def test_the_narrowest_screen(page: Page, built: Path, address: str, kind: str) -> None:
    """At 320 pixels nothing scrolls sideways, and what is touched is 24 pixels wide and high."""
    for path in largest(built, kind, 2):
        page.goto(address + path)

        assert (NARROW, []) == (width(page), small(page)), path


@pytest.mark.parametrize("kind", KINDS)
def test_letters_twice_as_large(browser: Browser, built: Path, address: str, kind: str) -> None:
    """With letters of 200 % nothing scrolls sideways, and no text is cut off but the leads of the rail."""
    (path,) = largest(built, kind, 1)
    with browser.new_context(viewport={"width": 640, "height": 800}) as context:
        page = context.new_page()
        page.goto(address + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        cut: list[str] = page.evaluate(
            """[...document.querySelectorAll('main *, header *, footer *')]
            .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth
                            && getComputedStyle(each).overflowX !== 'visible'
                            && getComputedStyle(each).overflowX !== 'auto')
            .map(each => each.outerHTML.slice(0, 80))"""
        )

        assert (640, []) == (width(page), cut)


def test_a_large_screen_has_larger_letters(browser: Browser, address: str) -> None:
    """On a screen of 3840 pixels letters grow, and lines stay as short as they are elsewhere."""
    with browser.new_context(viewport={"width": 3840, "height": 2160}) as context:
        page = context.new_page()
        page.goto(address)
        size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        share = page.evaluate("document.querySelector('main').getBoundingClientRect().width / innerWidth")

    assert 22 <= size <= 28
    assert share > 0.4


class TestKeyboard:
    def test_a_day_of_the_calendar(self, page: Page, address: str) -> None:
        """A day is reached with Tab, shows that it is, and leads to its heading."""
        page.goto(address + "all/2024/07/")
        page.keyboard.press("Tab")
        for _ in range(40):
            if page.evaluate("document.activeElement.matches('.calendar a')"):
                break
            page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        day = page.evaluate("document.activeElement.getAttribute('aria-label')")
        page.keyboard.press("Enter")

        assert ("solid", "July 1, 1 item") == (outline, day)
        expect(page.locator(":target")).to_have_text("July 1")
        expect(page.locator(":target")).to_be_in_viewport()

    def test_a_bar_of_the_chart(self, page: Page, address: str) -> None:
        """A bar is one stop of the keyboard, and leads to its year."""
        page.goto(address + "news/")
        page.locator(".chart a").first.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        expect(page).to_have_url(address + "news/2023/")

    def test_a_month_of_the_table(self, page: Page, address: str) -> None:
        """A cell of the table of months leads to its month, and says in words which it is."""
        page.goto(address + "all/")
        page.get_by_role("link", name="July 2024, 5 items").press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text("All news, July 2024")

    def test_a_table_stays_a_table(self, page: Page, address: str) -> None:
        """On a narrow screen, too, the table of months has rows, cells and heads for screen readers."""
        page.goto(address + "all/")
        table = page.get_by_role("table", name="By month")

        expect(table.get_by_role("columnheader")).to_have_count(12)
        assert table.get_by_role("rowheader").count() >= 3
        assert table.get_by_role("cell").count() >= 36


def test_the_same_day_of_an_earlier_year(page: Page, address: str) -> None:
    """`On this day` leads from an item to the day's heading in the month of that year."""
    page.goto(address + "statements/2024/earthquake-readiness/")
    page.get_by_role("navigation", name="On this day").get_by_role("link", name="2022").click()

    expect(page.locator(":target")).to_have_text("April 25")
    expect(page.locator(":target")).to_be_in_viewport()


def test_a_printed_item_is_its_text(page: Page, address: str) -> None:
    """On paper there are title, date, text and address; ways through the site are not printed."""
    page.goto(address + "news/2024/summer-school/")
    page.emulate_media(media="print")
    for shown in ("h1", ".dateline", ".text", ".address"):
        expect(page.locator(shown)).to_be_visible()
    for hidden in (".menu", ".rail", ".related", ".tags", ".neighbours", ".ways", ".foot"):
        expect(page.locator(hidden)).to_be_hidden()


ARABIC = {
    "site.yaml": (
        "title: الأخبار\nurl: https://news.example.org/\nid_authority: news.example.org,2024\nlanguage: ar\n"
        "sections: {news: الأخبار}\n"
    ),
    **{
        f"content/news/{name}.md": f"---\ntitle: نص {name}\ndate: {date}\ntags: [عينة]\n---\nنص قصير للعينة.\n"
        for name, date in (("a", "2023-05-01"), ("b", "2024-05-01"), ("c", "2024-05-02"))
    },
}


def test_from_right_to_left(browser: Browser, tmp_path: Path) -> None:
    """A site in Arabic runs from right to left, bars and dates beside their items as well; axe finds nothing."""
    for name, text in ARABIC.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    out = tmp_path / "public"
    assert build.run(build.Options(root=tmp_path, out=out, as_of=1_735_678_800, jobs=1)).written
    with hosted(out, "/") as url, browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        for path in ("", "news/", "all/2024/", "all/2024/05/", "news/2024/c/", "tags/", "404.html"):
            page.set_viewport_size({"width": NARROW, "height": 700})
            page.goto(url + path)
            assert NARROW == width(page), path
            page.set_viewport_size({"width": 1280, "height": 800})

            assert (1280, []) == (width(page), violations(page)), path
        page.goto(url + "all/2024/05/")
        place = "document.querySelector('{}').getBoundingClientRect().left"

        assert page.evaluate(place.format(".when")) > page.evaluate(place.format(".teaser"))
        assert page.evaluate(place.format(".calendar")) < page.evaluate(place.format(".list"))
