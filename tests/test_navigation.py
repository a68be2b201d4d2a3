"""The ways through the archive: charts, calendars, days and periods of earlier years, related items; and the look."""

from __future__ import annotations

import gzip
from pathlib import Path

from newsroom import Newsroom
from pages import parsed, place, teasers, text, texts
from test_pages import SITE, built, item, many

STYLE = Path(__file__).parent.parent / "static/assets/site.css"


def links(page: bytes, path: str) -> list[tuple[str, str]]:
    """Give words (or the label) and address of all links below an XPath."""
    return [(each.get("aria-label") or text(each), each.get("href")) for each in parsed(page).xpath(f"{path}//a")]


class TestCalendar:
    def test_days_with_items_lead_to_their_headings(self) -> None:
        """Each day that has items is a link that says how many, and leads to the day's heading on the page."""
        site = built(*(item(f"news/{n}.md", f"2024-05-{d:02}") for n, d in (("a", 1), ("b", 9), ("c", 9))))
        page = site.tree["news/2024/05/index.html"]

        assert [("May 1, 1 item", "#site:2024-05-01"), ("May 9, 2 items", "#site:2024-05-09")] == links(
            page, "//table[@class='calendar']"
        )
        assert ["May 2024"] == texts(page, "//table[@class='calendar']/caption")

    def test_the_weeks_are_those_of_the_month(self) -> None:
        """May 2024 begins on a Wednesday and has five weeks, which begin on Monday."""
        page = built(item("news/a.md", "2024-05-01")).tree["news/2024/05/index.html"]
        rows = parsed(page).xpath("//table[@class='calendar']//tr")

        assert "Mo Tu We Th Fr Sa Su".split() == [text(each) for each in rows[0]]
        assert [["", "", "1", "2", "3", "4", "5"], ["27", "28", "29", "30", "31", "", ""]] == [
            [text(each) for each in row] for row in (rows[1], rows[5])
        ]

    def test_a_long_month_leads_to_its_sheets(self) -> None:
        """Of a month that is cut each sheet has the whole calendar; days on another sheet lead there."""
        first, second = (
            dict(links(built(*many(201)).tree[f"news/2024/05/{sheet}index.html"], "//table[@class='calendar']"))
            for sheet in ("", "2/")
        )

        assert 28 == len(first) == len(second)
        assert "#site:2024-05-01" == first["May 1, 8 items"]
        assert "../../../../news/2024/05/#site:2024-05-01" == second["May 1, 8 items"]
        assert [] == [url for url in first.values() if "/2/" in url]
        assert "../../../../news/2024/05/#site:2024-05-28" == second["May 28, 7 items"]  # where it begins


class TestCharts:
    def test_a_bar_is_a_link(self) -> None:
        """Each row of a chart is one link with its words, its bar and its count; the picture itself is not read out."""
        page = built(item("news/a.md", "2022-05-01"), *many(3)).tree["news/index.html"]

        assert [("2024 3 items", "../news/2024/"), ("2022 1 item", "../news/2022/")] == links(
            page, "//ul[@class='chart']"
        )
        assert ["100", "33"] == parsed(page).xpath("//ul[@class='chart']//a/svg[@aria-hidden='true']/rect/@width")

    def test_no_bar_is_too_short_to_be_seen(self) -> None:
        """One of hundreds is still something."""
        page = built(item("news/a.md", "2022-05-01"), *many(201)).tree["news/index.html"]

        assert ["100", "1"] == parsed(page).xpath("//ul[@class='chart']//rect/@width")

    def test_the_home_page_has_the_years(self) -> None:
        """All years of all news are linked from the home page."""
        page = built(item("news/a.md", "2022-05-01"), item("talks/b.md", "2024-05-02")).tree["index.html"]

        assert [("2024 1 item", "./all/2024/"), ("2022 1 item", "./all/2022/")] == links(page, "//ul[@class='chart']")

    def test_the_table_of_months_links_each(self) -> None:
        """A head shows every month that has items in a table of years and months, the newest year first."""
        site = built(item("news/a.md", "2022-12-01"), *many(3), item("talks/b.md", "2023-05-02"))
        page = site.tree["news/index.html"]
        (table,) = parsed(page).xpath("//table[@class='months']")

        assert ["2024", "2022"] == [text(each) for each in table.xpath(".//th[@scope='row']")]
        assert [("May 2024, 3 items", "../news/2024/05/"), ("December 2022, 1 item", "../news/2022/12/")] == [
            each for each in links(page, "//table[@class='months']") if "item" in each[0]
        ]
        assert {12} == {len(row.xpath("./td")) for row in table.xpath("./tbody/tr")}


class TestPeriods:
    def test_a_period_of_all_news_leads_to_that_of_the_sections(self) -> None:
        """Month and year of all news name the sections that have them, in the order of the menu."""
        site = built(
            item("talks/a.md", "2024-05-01"),
            item("news/regional/b.md", "2024-05-02"),
            item("speeches/c.md", "2024-06-02"),
        )

        assert [("News", "../../../news/2024/05/"), ("Talks", "../../../talks/2024/05/")] == links(
            site.tree["all/2024/05/index.html"], "//nav[@class='elsewhere']"
        )
        assert ["News", "Speeches", "Talks"] == texts(site.tree["all/2024/index.html"], "//nav[@class='elsewhere']//a")

    def test_a_period_of_a_section_leads_to_that_of_all_news_and_of_those_below(self) -> None:
        """Month and year of a section name all news, and the sections right below it that have them."""
        site = built(item("news/a.md", "2024-05-01"), item("news/regional/b.md", "2024-05-02"))
        for path in ("2024/05", "2024"):
            there = links(site.tree[f"news/{path}/index.html"], "//nav[@class='elsewhere']")

            assert ["All news", "Regional"] == [name for name, _ in there]
        assert ["All news"] == texts(site.tree["news/regional/2024/05/index.html"], "//nav[@class='elsewhere']//a")

    def test_heads_have_day_headings(self) -> None:
        """The newest items stand under their dates, in the site's style; the items need not say them again."""
        page = built(
            item("news/a.md", "2024-05-01"), item("news/b.md", "2024-05-02"), item("news/c.md", "2024-05-02 09:30")
        ).tree["news/index.html"]

        assert ["02.05.2024", "01.05.2024"] == texts(page, "//section[@class='group']//h2/time")
        assert ["c", "b", "a"] == teasers(page)
        assert ["09:30"] == texts(page, "//article//time")


class TestOnThisDay:
    def test_a_day_leads_to_itself_in_earlier_years(self) -> None:
        """A month's day names the nearest three years that have items of that day, newest first."""
        site = built(*(item(f"news/a{year}.md", f"{year}-05-01") for year in (2010, 2013, 2014, 2019, 2024)))
        page = site.tree["news/2024/05/index.html"]

        assert [(f"May 1, {y}", f"../../../news/{y}/05/#site:{y}-05-01") for y in (2019, 2014, 2013)] == links(
            page, "//div[@class='when']"
        )
        assert [] == links(site.tree["news/2010/05/index.html"], "//div[@class='when']")

    def test_a_section_has_its_own_days(self) -> None:
        """In a section only its own items count, in all news those of all sections."""
        site = built(item("talks/a.md", "2023-05-01"), item("news/b.md", "2024-05-01"))

        assert ["2023"] == texts(site.tree["all/2024/05/index.html"], "//div[@class='when']//a")
        assert [] == texts(site.tree["news/2024/05/index.html"], "//div[@class='when']//a")

    def test_an_item_leads_to_its_day_in_earlier_years(self) -> None:
        """An item's page names the same day of earlier years, of all news; later years never change it."""
        site = built(item("talks/a.md", "2023-05-01"), item("news/b.md", "2024-05-01"), item("news/c.md", "2024-05-02"))
        days = [links(site.tree[f"news/2024/{name}/index.html"], "//nav[@class='days']") for name in "bc"]

        assert [[("2023", "../../../all/2023/05/#site:2023-05-01")], []] == days
        assert [] == links(site.tree["talks/2023/a/index.html"], "//nav[@class='days']")

    def test_the_sheet_that_has_the_day(self) -> None:
        """Where that month is cut, the way leads to the sheet on which the day begins."""
        site = built(*many(201, "2023-05"), item("news/b.md", "2024-05-28"))
        ((_, url),) = links(site.tree["news/2024/b/index.html"], "//nav[@class='days']")

        assert ("all/2023/05/index.html", "site:2023-05-28") == place(url, "news/2024/b/index.html")


class TestRelated:
    def test_the_most_alike_come_first(self) -> None:
        """Two shared tags count more than one, then the same section, then the newer."""
        site = built(
            item("talks/two.md", "2024-05-01", "tags: [x, y]\n"),
            item("news/same.md", "2024-05-02", "tags: [x]\n"),
            item("talks/other.md", "2024-05-03", "tags: [x]\n"),
            item("speeches/none.md", "2024-05-04", "tags: [z]\n"),
            item("news/neighbour.md", "2024-05-05"),
            item("news/it.md", "2024-05-06", "tags: [X, y]\n"),
        )

        assert ["two", "same", "other"] == texts(site.tree["news/2024/it/index.html"], "//nav[@class='related']//a")

    def test_only_older_ones(self) -> None:
        """What is new changes no page that stands: nothing leads to a later item."""
        old = item("news/a.md", "2024-05-01", "tags: x\n")
        new = item("speeches/b.md", "2024-05-02", "tags: x\n")

        assert built(old).tree["news/2024/a/index.html"] == built(old, new).tree["news/2024/a/index.html"]
        assert ["a"] == texts(built(old, new).tree["speeches/2024/b/index.html"], "//nav[@class='related']//a")

    def test_neither_the_neighbour_nor_what_is_withdrawn(self) -> None:
        """The item before it in its section is named as its neighbour; withdrawn items are not recommended."""
        site = built(
            item("talks/a.md", "2024-05-01", "tags: x\nwithdrawn: Wrong.\n"),
            item("news/b.md", "2024-05-02", "tags: x\n"),
            item("news/c.md", "2024-05-03", "tags: x\n"),
        )

        assert [] == texts(site.tree["news/2024/c/index.html"], "//nav[@class='related']//a")

    def test_each_language_for_itself(self) -> None:
        """Items of another language are not related."""
        site = built(item("news/a.ru.md", "2024-05-01", "tags: x\n"), item("talks/b.md", "2024-05-02", "tags: x\n"))

        assert [] == texts(site.tree["talks/2024/b/index.html"], "//nav[@class='related']//a")

    def test_a_changed_tag_touches_few_pages(self) -> None:
        """Of sixty items that share a tag a change of one bears on the next few alone."""
        row = [item(f"{('news', 'talks')[n % 2]}/i{n:02}.md", f"2024-0{1 + n // 28}-{1 + n % 28:02}", "tags: x\n")
               for n in range(60)]  # fmt: skip
        before = built(*row).tree
        row[20] = item("news/i20.md", "2024-01-21")
        after = built(*row).tree
        changed = {path for path, data in after.items() if before.get(path) != data and "/2024/i" in path}

        assert {f"{('news', 'talks')[n % 2]}/2024/i{n:02}/index.html" for n in range(20, 26)} >= changed
        assert len(changed) >= 3


class TestHome:
    def test_one_item_leads(self) -> None:
        """The newest item leads with its lead, two more follow with theirs, then the latest by title, then sections."""
        page = built(*many(20)).tree["index.html"]

        assert [f"i{n:03}" for n in range(19, 10, -1)] == teasers(page)
        assert ["i019", "i018", "i017"] == texts(page, "//div[@class='leading']//article//h2")
        assert [] == texts(page, "//section[@class='newest']//article/p[not(@class)]")
        assert [f"i{n:03}" for n in range(19, 15, -1)] == texts(page, "//div[@class='blocks']//li/a")


class TestLook:
    def test_an_accent_has_a_style_sheet_of_its_own(self) -> None:
        """`accent` adds a style sheet with a fingerprint after the theme's; without it there is none."""
        site = Newsroom(files={"site.yaml": f"{SITE}accent: '#7A1F2B'\n".encode(), **item("news/a.md", "2024-05-01")})
        tree = site.build().tree
        (name,) = [path for path in tree if path.startswith("assets/accent.")]

        assert b"--accent:#7a1f2b" in tree[name]
        assert f"../../../{name}" == parsed(tree["news/2024/a/index.html"]).xpath("//link[@rel='stylesheet']/@href")[-1]
        assert [] == [path for path in built(item("news/a.md", "2024-05-01")).tree if "accent" in path]

    def test_the_logo_stands_beside_the_title(self) -> None:
        """`logo` shows a file of `static/`, under its fingerprint if it has one, with its size if that is said."""
        for written, expected in (
            ("{path: mark.svg, alt: A mark}", {"alt": "A mark"}),
            ("{path: assets/mark.svg, alt: '', width: 80, height: 40}", {"alt": "", "width": "80", "height": "40"}),
        ):
            files = {"static/mark.svg": b"<svg/>", "static/assets/mark.svg": b"<svg/>"}
            tree = Newsroom(files={"site.yaml": f"{SITE}logo: {written}\n".encode(), **files}).build().tree
            (image,) = parsed(tree["news/index.html"]).xpath("//a[@class='brand']/img")
            where = place(image.get("src"), "news/index.html", "/repo/")

            assert where
            assert b"<svg/>" == tree[where.path]
            assert expected == {key: value for key, value in image.attrib.items() if key != "src"}

    def test_a_logo_that_is_not_there(self) -> None:
        """A logo that no file holds is an error with its place in `site.yaml`."""
        report = Newsroom(files={"site.yaml": f"{SITE}logo: {{path: mark.svg, alt: A mark}}\n".encode()}).build().report

        assert "site.yaml:11:14: error[image/missing]: there is no file 'static/mark.svg'" in report

    def test_pages_and_style_are_light(self) -> None:
        """The largest item page of the demo's kind and the style sheet are under 14 KB together, compressed."""
        body = "\n\n".join(f"A paragraph of some length about the subject number {n} of this text." for n in range(60))
        row = [item(f"news/i{n}.md", f"20{10 + n}-05-01", "tags: [x, y, z]\n", body) for n in range(9)]
        page = built(*row).tree["news/2018/i8/index.html"]

        assert len(gzip.compress(page)) + len(gzip.compress(STYLE.read_bytes())) < 14_000
