"""A reader who searches: in one bundle a year, so that older years have to be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browser.hosting import hosted
from browser.test_walk import Watch, heard, watched
from csto_site import search
from csto_site.shell import build

pytestmark = pytest.mark.browser

SETTINGS = """\
title: Gazette
url: https://news.example.org/repo/
id_authority: news.example.org,2024
timezone: Europe/Moscow
search: true
languages: {ru: {title: Вестник, sections: {news: Новости, speeches: Выступления}}}
sections: {news: News, speeches: Speeches}
"""
YEARS = (2021, 2022, 2023, 2024)
A_YEAR = 14


def item(year: int, number: int) -> str:
    """Write an item: one in two speaks of exercises, one a year of a lighthouse, those of 2021 of a comet."""
    words = ["The council met and adopted a plan."]
    words += ["Exercises began in the mountains <b>today</b>."] if number % 2 else []
    words += ["A lighthouse was lit."] if number == 3 else []
    words += ["A comet was seen."] if year == 2021 and number < 3 else []
    tag = "tags: [Mountains]\n" if number % 4 == 1 else ""
    return (
        f"---\ntitle: Report {number} of {year}\ndate: {year}-{number % 12 + 1:02d}-{number + 1:02d}\n{tag}---\n\n"
        + ("\n\n".join(words) + "\n")
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a site whose bundles hold a year each, and are asked one by one."""
    root = tmp_path_factory.mktemp("searched")
    (root / "site.yaml").write_text(SETTINGS)
    for year in YEARS:
        for number in range(A_YEAR):
            section = "speeches" if number % 3 == 0 else "news"
            path = root / f"content/{section}/{year}/{year}-report-{number}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(item(year, number))
    russian = root / "content/news/2024/exercise.ru.md"
    russian.write_text("---\ntitle: Учения\ndate: 2024-05-05\n---\n\nИсследователи проводили эксперименты в горах.\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MOST", A_YEAR)
        patch.setattr(search, "ENOUGH", 1)
        report = build.run(build.Options(root=root, out=root / "public", as_of=1_735_678_800, jobs=1))

    assert report.written
    return root / "public"


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    """Serve the site where it was built for."""
    with hosted(built, "/repo/") as url:
        yield url


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Page]:
    """Give a reader's page; at the end it must have had nothing to complain of, the policy included."""
    with browser.new_context() as context:
        watch: Watch = watched(context, address)
        yield watch.page

        assert [] == heard(watch)


def asked(page: Page, address: str, words: str, more: str = "") -> None:
    """Search for words, by an address that holds them, and wait for the answer."""
    page.goto(f"{address}search/?q={words}{more}")
    answered(page)


def answered(page: Page) -> None:
    """Wait until the search says what it has found."""
    expect(page.get_by_role("status")).to_have_text(re.compile("^(Found|Nothing found|Найдено|Ничего)"))


def status(page: Page) -> str:
    """Give what is announced."""
    return page.get_by_role("status").inner_text()


def found(page: Page) -> list[str]:
    """Give the titles of the results."""
    return page.locator(".found h2").all_inner_texts()


def dates(page: Page) -> list[str]:
    """Give the dates of the results, as machines read them."""
    return [each.get_attribute("datetime") or "" for each in page.locator(".found time").all()]


def older(page: Page) -> None:
    """Ask for older years, once."""
    page.get_by_role("button", name="Search older years").click()
    answered(page)


class TestSearching:
    """What is found, and in which order."""

    def test_the_newest_bundle_first(self, reader: Page, address: str) -> None:
        """A word is looked for in the newest year, by its stem, and is marked."""
        reader.goto(address)
        reader.get_by_role("link", name="Search").click()
        reader.get_by_label("Words to look for").fill("exercise lighthouse")
        reader.keyboard.press("Enter")
        answered(reader)

        assert "Found: 1, from 2024" == status(reader)
        assert ["Report 3 of 2024"] == found(reader)
        assert {"Exercises", "lighthouse"} == set(reader.locator(".found mark").all_inner_texts())

    def test_older_years_on_request(self, reader: Page, address: str) -> None:
        """Each step asks one older bundle and appends what it has; the order by date is right across them."""
        asked(reader, address, "lighthouse")
        for _ in range(3):
            older(reader)

        assert [f"Report 3 of {year}" for year in reversed(YEARS)] == found(reader)
        assert "Found: 4, from 2021 – 2024" == status(reader)
        assert reader.get_by_role("button", name="Search older years").is_hidden()

    def test_the_order_by_date_is_exact(self, reader: Page, address: str) -> None:
        """Newest first, within a bundle and across two, page after page."""
        asked(reader, address, "council")
        reader.get_by_role("button", name="More results").click()
        expect(reader.locator(".found li")).to_have_count(A_YEAR)
        older(reader)

        assert sorted(dates(reader), reverse=True) == dates(reader)
        assert A_YEAR + 10 == len(dates(reader))

    def test_best_match_first(self, reader: Page, address: str) -> None:
        """The order may be by relevance instead."""
        asked(reader, address, "lighthouse council", "&order=best")

        assert ["Report 3 of 2024"] == found(reader)

    def test_nothing_found(self, reader: Page, address: str) -> None:
        """That nothing was found is said, with the period, and older years are offered."""
        asked(reader, address, "comet")

        assert "Nothing found from 2024" == status(reader)
        assert reader.get_by_role("button", name="Search older years (2023)").is_visible()

    def test_a_result_leads_to_its_item(self, reader: Page, address: str) -> None:
        """And back leads to the same results."""
        asked(reader, address, "lighthouse")
        reader.locator(".found a").click()
        expect(reader.get_by_role("heading", level=1)).to_have_text("Report 3 of 2024")
        reader.go_back()
        answered(reader)

        assert ["Report 3 of 2024"] == found(reader)


def choices(page: Page, facet: str) -> list[str]:
    """Give what a facet offers, beside all."""
    return page.get_by_label(facet, exact=True).locator("option").all_inner_texts()[1:]


class TestMarking:
    """What a result leads to shows where the words stand."""

    MARKED = "CSS.highlights.has('found') ? [...CSS.highlights.get('found')].map(String) : null"

    def test_the_words_that_were_found_are_marked(self, reader: Page, address: str) -> None:
        """In the forms in which they stand there; the page is not changed by it, and nothing moves."""
        asked(reader, address, "exercise lighthouses")
        reader.locator(".found a").click()
        expect(reader.get_by_role("heading", level=1)).to_have_text("Report 3 of 2024")

        assert ["Exercises", "lighthouse"] == reader.evaluate(self.MARKED)
        assert 0 == reader.locator("article.item mark").count()
        marked = reader.locator("article.item").inner_html()
        reader.goto(reader.url.partition("#")[0] + "?plain")
        assert reader.evaluate(self.MARKED) is None
        assert marked == reader.locator("article.item").inner_html()

    def test_russian_words(self, reader: Page, address: str) -> None:
        """Letters of any script are letters: no part of a word is marked."""
        asked(reader, f"{address}ru/", "эксперимент")
        reader.locator(".found a").click()
        expect(reader.get_by_role("heading", level=1)).to_have_text("Учения")

        assert ["эксперименты"] == reader.evaluate(self.MARKED)

    def test_a_strange_address_is_no_harm(self, reader: Page, address: str) -> None:
        """Whatever stands after the mark, the page is there and says nothing; the fixture looks at that."""
        for number, words in enumerate(["", "%", "(", ",", "report,%D0", "a" * 3000]):
            reader.goto(f"{address}news/2024/2024-report-1/?{number}#site:found={words}")

            assert not reader.evaluate(self.MARKED)


class TestFacets:
    """What results are narrowed by."""

    def test_each_choice_says_how_many_it_would_find(self, reader: Page, address: str) -> None:
        """Counts are those of the years that were asked, with the other facets as they are."""
        asked(reader, address, "exercise")
        expect(reader.get_by_label("Tags")).to_contain_text("Mountains (4)")

        assert ["News (5)", "Speeches (2)"] == choices(reader, "Section")
        assert ["2024 (7)", "2023", "2022", "2021"] == choices(reader, "Year")

        reader.get_by_label("Tags").select_option("Mountains")
        expect(reader.get_by_role("status")).to_have_text("Found: 4, from 2024")
        expect(reader.get_by_label("Section", exact=True)).to_contain_text("Speeches (1)")
        assert ["Mountains (4)"] == choices(reader, "Tags")

        reader.get_by_label("Section", exact=True).select_option("speeches")
        expect(reader.get_by_role("status")).to_have_text("Found: 1, from 2024")
        expect(reader.get_by_label("Tags")).to_contain_text("Mountains (1)")
        assert ["News (3)", "Speeches (1)"] == choices(reader, "Section")

    def test_counts_grow_with_the_years(self, reader: Page, address: str) -> None:
        """Older years bring theirs; without words nothing is counted."""
        asked(reader, address, "lighthouse")
        older(reader)
        expect(reader.get_by_label("Section", exact=True)).to_contain_text("Speeches (2)")
        assert ["2024 (1)", "2023 (1)", "2022", "2021"] == choices(reader, "Year")

        reader.get_by_label("Words to look for").fill("")
        reader.keyboard.press("Enter")
        assert ["News", "Speeches"] == choices(reader, "Section")

    def test_a_year_opens_its_bundle_alone(self, reader: Page, address: str) -> None:
        """No other bundle is asked for."""
        requests: list[str] = []
        reader.on("request", lambda each: requests.append(each.url.removeprefix(address)))
        asked(reader, address, "comet", "&year=2021")

        assert 3 == len(found(reader))
        assert {"2021", "engine"} == {m[1] for each in requests if (m := re.match(r"search/(\w+)/", each))}

    def test_a_section(self, reader: Page, address: str) -> None:
        """A section is chosen from the list, which searches again."""
        asked(reader, address, "council")
        reader.get_by_label("Section", exact=True).select_option("speeches")
        expect(reader.get_by_role("status")).to_have_text("Found: 5, from 2024")

        assert {"Speeches"} == {each.split()[-1] for each in reader.locator(".found .meta").all_inner_texts()}

    def test_a_tag_without_a_word(self, reader: Page, address: str) -> None:
        """Tags come from the bundles that were asked; a facet alone lists all that it has."""
        asked(reader, address, "council")
        reader.get_by_label("Words to look for").fill("")
        reader.get_by_label("Tags").select_option("Mountains")
        expect(reader.get_by_role("status")).to_have_text("Found: 4, from 2024")

    def test_a_language(self, reader: Page, address: str) -> None:
        """The other language has bundles, stems and a page of its own; the words are carried over."""
        asked(reader, address, "исследователь эксперимент")
        reader.locator("[data-carry]").click()
        answered(reader)

        assert f"{address}ru/search/" == reader.url.partition("?")[0]
        assert ["Учения"] == found(reader)


def test_by_keyboard(reader: Page, address: str) -> None:
    """Words, results and older years can be reached without a mouse; focus goes on at the first new result."""
    asked(reader, address, "lighthouse")
    reader.get_by_label("Words to look for").focus()
    for _ in range(12):
        reader.keyboard.press("Tab")
        if reader.evaluate("document.activeElement.closest('.found') !== null"):
            break
    reader.keyboard.press("Tab")
    assert "older" == reader.evaluate("document.activeElement.dataset.do")
    reader.keyboard.press("Enter")
    expect(reader.locator(".found a").nth(1)).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(browser: Browser, address: str, scheme: str) -> None:
    """Axe finds nothing, before and after a search, on a wide screen and on a phone."""
    with browser.new_context(color_scheme=scheme) as context:  # type: ignore[arg-type]  # one of its two names
        page = context.new_page()
        asked(page, address, "council")

        assert [] == [each["id"] for each in Axe().run(page).response["violations"]]

        page.set_viewport_size({"width": 320, "height": 700})
        assert 320 == page.evaluate("document.documentElement.scrollWidth")


def test_without_script(browser: Browser, address: str) -> None:
    """No dead form: the page says so and leads to years and sections."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}search/")

        assert page.locator("form").is_hidden()
        assert page.get_by_text("switch JavaScript on").is_visible()
        page.get_by_role("main").get_by_role("link", name="2022").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("2022")


def test_what_cannot_be_loaded_is_said(browser: Browser, address: str) -> None:
    """A search whose files do not come says so instead of waiting for ever."""
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/bundles.json", lambda route: route.fulfill(status=503))
        page.goto(f"{address}search/?q=council")

        expect(page.get_by_role("status")).to_contain_text("could not be loaded")
