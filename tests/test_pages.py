"""What pages show: heads, years, months, terms, items, tombstones, redirects, undated pages, the latest."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from newsroom import Built, Newsroom
from pages import dead, ids, parsed, place, teasers, text, texts

SITE = """\
title: Gazette
url: https://news.example.org/repo/
id_authority: news.example.org,2024
timezone: Europe/Moscow
description: A sample site.
languages: {ru: {title: Газета, sections: {news: Новости}}}
sections:
  news: {title: News, sections: {regional: Regional}}
  speeches: Speeches
  talks: {title: Talks, form: questions}
"""


def item(path: str, date: str, more: str = "", body: str = "") -> dict[str, bytes]:
    """Write an item whose title is like its file's name."""
    title = path.rpartition("/")[2].removesuffix(".md")
    written = f"---\ntitle: {title}\ndate: {date}\n{more}---\n{body or f'The text of {title}.'}\n"
    return {f"content/{path}": written.encode()}


def built(*items: dict[str, bytes], site: str = SITE, as_of: str = "2024-12-31") -> Built:
    """Build a site that has no errors and no dead links."""
    files = {"site.yaml": site.encode()} | {path: data for each in items for path, data in each.items()}
    found = Newsroom(files=files).build(as_of)

    assert "" == found.report
    assert [] == dead(found.tree, "/repo/")
    return found


def many(count: int, month: str = "2024-05", section: str = "news") -> Iterable[dict[str, bytes]]:
    """Write so many items, spread over a month, in the order of their numbers."""
    for n in range(count):
        minutes = n // 28
        yield item(f"{section}/i{n:03}.md", f"{month}-{1 + n % 28:02} {minutes // 60:02}:{minutes % 60:02}")


class TestHeads:
    def test_the_newest_twenty(self) -> None:
        """A head shows the newest 20, newest first, and counts all."""
        page = built(*many(25)).tree["news/index.html"]

        assert [f"i{n:03}" for n in range(24, 4, -1)] == teasers(page)
        assert "25 items" in text(parsed(page))

    def test_withdrawn_items_leave_the_head(self) -> None:
        """A withdrawn item is not among the newest, nor on the home page or in the fragment of the latest."""
        site = built(item("news/a.md", "2024-05-01"), item("news/b.md", "2024-05-02", "withdrawn: Wrong.\n"))

        assert ["a"] == teasers(site.tree["news/index.html"]) == teasers(site.tree["index.html"])
        assert "The text of b." not in site.page("latest.html")

    def test_the_years_are_linked(self) -> None:
        """Every year is linked from the head with its count, newest first."""
        site = built(item("news/a.md", "2022-05-01"), item("news/b.md", "2024-05-02"), item("news/c.md", "2024-05-03"))

        assert ["2024 2 items", "2022 1 item"] == texts(site.tree["news/index.html"], "//ul[@class='chart']/li")

    def test_a_section_above_shows_what_lies_below(self) -> None:
        """The head of `news` lists items of `news/regional` and leads to that section."""
        site = built(item("news/regional/a.md", "2024-05-01"))

        assert ["a"] == teasers(site.tree["news/index.html"]) == teasers(site.tree["news/regional/index.html"])
        assert ["Regional"] == texts(site.tree["news/index.html"], "//nav[@class='subsections']//a")

    def test_sections_below_stand_as_they_were_written(self) -> None:
        """In the order of `site.yaml`, like those of the menu."""
        site = SITE.replace("{regional: Regional}", "{regional: Regional, abroad: Abroad}")
        page = built(item("news/a.md", "2024-05-01"), site=site).tree["news/index.html"]

        assert ["Regional", "Abroad"] == texts(page, "//nav[@class='subsections']//a")

    def test_an_empty_section_has_a_head(self) -> None:
        """A declared section is never a dead link, whatever it has to show."""
        assert [] == teasers(built(item("news/a.md", "2024-05-01")).tree["speeches/index.html"])

    def test_an_introduction_opens_its_head(self) -> None:
        """`_index.md` gives the head its title and text."""
        intro = {"content/news/_index.md": b"---\ntitle: All our news\n---\nWhat **happened**.\n"}
        page = built(item("news/a.md", "2024-05-01"), intro).tree["news/index.html"]

        assert ["All our news"] == texts(page, "//h1")
        assert ["happened"] == texts(page, "//main//strong")


class TestYears:
    def test_an_address_with_a_blank_has_a_place_without(self) -> None:
        """No id may hold a blank; the way back leads there all the same."""
        site = built(item("news/a.md", "2024-05-01", "permalink: '/a b/'\n"))

        assert b' id="a%20b"' in site.tree["news/2024/index.html"]
        assert b'href="../news/2024/#a%2520b"' in site.tree["a b/index.html"]

    def test_up_to_fifty_items_are_listed(self) -> None:
        """A year of 50 lists them all, oldest first, under the headings of its months."""
        site = built(*many(25, "2024-03"), *(item(f"news/z{n}.md", "2024-05-01") for n in range(25)))
        page = site.tree["news/2024/index.html"]

        assert 50 == len(teasers(page))
        assert ["March", "May"] == texts(page, "//section[@class='group']//h2")
        assert "i000" == teasers(page)[0]

    def test_more_than_fifty_are_counted_by_month(self) -> None:
        """A year of 51 lists its months with their counts."""
        site = built(*many(25, "2024-03"), *(item(f"news/z{n}.md", "2024-05-01") for n in range(26)))
        page = site.tree["news/2024/index.html"]

        assert [] == teasers(page)
        assert ["March 25 items", "May 26 items"] == texts(page, "//ul[@class='chart']/li")

    def test_years_lead_to_those_that_have_items(self) -> None:
        """Earlier and later skip years without items."""
        site = built(*(item(f"news/a{year}.md", f"{year}-05-01") for year in (2001, 2007, 2024)))
        page = parsed(site.tree["news/2007/index.html"])
        links = [each.get("href") for each in page.xpath("(//nav[@class='periods'])[1]//a")]

        assert ["../../news/2001/", "../../news/", "../../news/2024/"] == links

    def test_the_year_is_that_of_the_civil_date(self) -> None:
        """New Year's Eve at 23:00 in Moscow is 20:00 in UTC: it belongs to the old year there, whatever the zone."""
        site = built(
            item("news/old.md", "2023-12-31 23:00"),
            item("news/new.md", "2024-01-01"),
            item("news/utc.md", "2023-12-31T21:30:00Z"),
        )

        assert ["old"] == teasers(site.tree["news/2023/index.html"])
        assert ["new", "utc"] == teasers(site.tree["news/2024/index.html"])


class TestMonths:
    def test_items_stand_under_their_days(self) -> None:
        """A month lists all its items, oldest first, under headings of days."""
        site = built(*(item(f"news/{n}.md", f"2024-05-{d:02}") for n, d in (("c", 9), ("a", 1), ("b", 1))))
        page = site.tree["news/2024/05/index.html"]

        assert ["a", "b", "c"] == teasers(page)
        assert ["May 1", "May 9"] == texts(page, "//section[@class='group']//h2")

    def test_a_long_month_is_cut_from_the_oldest_on(self) -> None:
        """Of 401 items 200 stand on the first sheet, 200 on the second, the newest one on the third."""
        site = built(*many(401))
        sheets = [teasers(site.tree[f"news/2024/05/{sheet}index.html"]) for sheet in ("", "2/", "3/")]

        assert [200, 200, 1] == [len(each) for each in sheets]
        assert ("i000", "i400") == (sheets[0][0], max(t for each in sheets for t in each))
        assert ["1", "2", "3"] == texts(site.tree["news/2024/05/2/index.html"], "//nav[@class='sheets']//a")
        assert ["2"] == texts(site.tree["news/2024/05/2/index.html"], "//nav[@class='sheets']//a[@aria-current]")
        assert "news/2024/05/4/index.html" not in site.tree

    def test_two_hundred_are_one_page(self) -> None:
        """A month of 200 is not cut."""
        site = built(*many(200))

        assert 200 == len(teasers(site.tree["news/2024/05/index.html"]))
        assert "news/2024/05/2/index.html" not in site.tree

    def test_withdrawn_items_stay_marked(self) -> None:
        """In its month a withdrawn item stands with a mark."""
        site = built(item("news/a.md", "2024-05-01", "withdrawn: Wrong.\n"))
        page = site.tree["news/2024/05/index.html"]

        assert ["a"] == teasers(page)
        assert ["Withdrawn"] == texts(page, "//article//strong[@class='mark']")

    def test_all_news_lists_every_section(self) -> None:
        """Under `/all/` items of all sections stand together and say where they belong."""
        site = built(item("news/a.md", "2024-05-01"), item("speeches/b.md", "2024-05-02"))
        page = site.tree["all/2024/05/index.html"]

        assert ["a", "b"] == teasers(page)
        assert ["News", "Speeches"] == texts(page, "//article/p[@class='meta']/a")


class TestItems:
    def test_back_to_the_section_finds_the_item_on_its_year(self) -> None:
        """In a year of up to 50 the way back leads to the item's place there."""
        site = built(item("news/a.md", "2024-05-01"), item("news/regional/b.md", "2024-05-02"))
        back = [lands(site, f"news/{name}/index.html") for name in ("2024/a", "regional/2024/b")]

        assert [("news/2024/index.html", "a"), ("news/regional/2024/index.html", "b")] == back

    def test_back_to_the_section_finds_the_item_on_its_month(self) -> None:
        """In a year of more than 50 it leads to the item's place in its month."""
        site = built(*many(51))

        assert ("news/2024/05/index.html", "i050") == lands(site, "news/2024/i050/index.html")

    def test_back_to_the_section_finds_the_item_on_its_sheet(self) -> None:
        """In a month of more than 200 it leads to the sheet that lists the item, those of sections below counted."""
        site = built(*many(150), *many(60, section="news/regional"))
        second = teasers(site.tree["news/2024/05/2/index.html"])

        assert 10 == len(second)
        for title in second:
            section = "news" if f"news/2024/{title}/index.html" in site.tree else "news/regional"
            where, _ = lands(site, f"{section}/2024/{title}/index.html")
            if section == "news":
                assert "news/2024/05/2/index.html" == where
            else:
                assert "news/regional/2024/05/index.html" == where

    def test_the_rail_says_earlier_and_shows_leads(self) -> None:
        """As baked the rail shows the four before, newest first: date and lead, no title."""
        site = built(*(item(f"news/{name}.md", f"2024-05-0{day}") for day, name in enumerate("abcdef", 1)))
        rail = parsed(site.tree["news/2024/f/index.html"]).xpath("//aside")[0]

        assert ["Earlier"] == [text(each) for each in rail.xpath(".//h2")]
        assert ["05.05.2024 The text of e.", "04.05.2024 The text of d."] == [
            " ".join(text(part) for part in each.xpath(".//time | .//span")) for each in rail.xpath(".//li")
        ][:2]
        assert 4 == len(rail.xpath(".//li"))

    def test_a_lead_may_have_two_paragraphs(self) -> None:
        """Each paragraph of a lead is one, in the rail and in listings."""
        lead = "lead: |\n  One.\n\n  Two.\n"
        site = built(item("news/a.md", "2024-05-01", lead), item("news/b.md", "2024-05-02"))

        assert ["One.", "Two."] == texts(site.tree["news/2024/b/index.html"], "//aside//li//span")
        assert ["One.", "Two."] == texts(site.tree["news/2024/05/index.html"], "(//article)[1]/p[not(@class)]")

    def test_the_date_is_a_time_element(self) -> None:
        """The dateline has place and date, as readers and as machines read it."""
        page = built(item("news/a.md", "26.07.2024", "place: Moscow\n")).tree["news/2024/a/index.html"]

        assert ["Moscow, 26.07.2024"] == texts(page, "//article//p[@class='dateline']")
        assert ["2024-07-26"] == parsed(page).xpath("//article//p[@class='dateline']/time/@datetime")

    def test_neighbours(self) -> None:
        """Older and newer lead to the items beside it in its section."""
        site = built(*(item(f"news/{name}.md", f"2024-05-0{day}") for day, name in enumerate("abc", 1)))
        links = parsed(site.tree["news/2024/b/index.html"]).xpath("//nav[@class='neighbours']//a")

        assert [("prev", "../../../news/2024/a/"), ("next", "../../../news/2024/c/")] == [
            (each.get("rel"), each.get("href")) for each in links
        ]

    def test_ways_out(self) -> None:
        """Three ways out, in these words."""
        page = built(item("news/a.md", "2024-05-01")).tree["news/2024/a/index.html"]

        assert ["Go back", "Back to the section", "Back to the all news"] == texts(page, "//nav[@class='ways']//a")

    def test_one_heading_of_the_first_level(self) -> None:
        """The title stands once, as the only `h1`, whatever the body says."""
        page = built(item("news/a.md", "2024-05-01", body="# A heading\n\nText.")).tree["news/2024/a/index.html"]

        assert ["a"] == texts(page, "//h1")

    def test_the_breadcrumb_leads_down(self) -> None:
        """Home, the sections above, the item's own."""
        page = built(item("news/regional/a.md", "2024-05-01")).tree["news/regional/2024/a/index.html"]

        assert ["Home", "News", "Regional"] == texts(page, "//nav[contains(@class, 'breadcrumb')]//a")

    @pytest.mark.parametrize(
        "path", ["news/2024/a/", "news/regional/", "news/regional/2024/", "news/regional/2024/05/"]
    )
    def test_the_menu_says_where_one_is(self, path: str) -> None:
        """In a section below another the one above is marked."""
        site = built(item("news/regional/a.md", "2024-05-01", "permalink: /news/2024/a/\n"))

        assert ["News"] == texts(site.tree[f"{path}index.html"], "//header//a[@aria-current]")

    def test_tags_lead_to_their_pages(self) -> None:
        """A tag is linked under its commonest spelling."""
        site = built(
            *(item(f"news/{n}.md", "2024-05-01", "tags: [Border guard]\n") for n in "ab"),
            item("news/c.md", "2024-05-02", "tags: [border Guard]\n"),
        )

        assert ["Border guard"] == texts(site.tree["news/2024/c/index.html"], "//nav[@class='tags']//a")
        assert ["a", "b", "c"] == teasers(site.tree["tags/border-guard/index.html"])

    def test_translations_are_linked_both_ways(self) -> None:
        """Each version names the other, for readers and with hreflang for search engines."""
        site = built(item("news/a.md", "2024-05-01"), item("news/a.ru.md", "2024-05-01"))
        heads = [
            sorted(
                (each.get("hreflang"), each.get("href"))
                for each in parsed(site.tree[path]).xpath("//head/link[@hreflang]")
            )
            for path in ("news/2024/a/index.html", "ru/news/2024/a/index.html")
        ]
        english, russian = "https://news.example.org/repo/news/2024/a/", "https://news.example.org/repo/ru/news/2024/a/"

        assert [("en", english), ("ru", russian), ("x-default", english)] == heads[0] == heads[1]
        assert ["Русский"] == texts(site.tree["news/2024/a/index.html"], "//article//nav[@class='translations']//a")

    def test_a_language_speaks_for_itself(self) -> None:
        """A Russian page has Russian words, headings and titles of sections."""
        page = built(item("news/a.ru.md", "2024-05-01")).tree["ru/news/2024/05/index.html"]

        assert ["Новости, май 2024"] == texts(page, "//h1")
        assert "ru" == parsed(page).get("lang")

    def test_corrections_are_told(self) -> None:
        """The public history is shown newest first, corrections marked, and moves the date of modification."""
        changes = (
            "changes:\n- {date: 2024-05-02, note: A word, kind: minor}\n"
            "- {date: 2024-05-03, note: The number was wrong, kind: correction}\n"
        )
        page = built(item("news/a.md", "2024-05-01", changes)).tree["news/2024/a/index.html"]

        assert ["03.05.2024 Correction The number was wrong", "02.05.2024 A word"] == texts(
            page, "//section[@class='history']//li"
        )
        assert ["2024-05-03"] == [
            str(each)[:10] for each in parsed(page).xpath("//meta[@property='article:modified_time']/@content")
        ]

    def test_changes_of_one_day_stand_by_their_times(self) -> None:
        """The newest first, in whatever order they were written."""
        changes = "changes: [{date: 2024-05-02 09:00, note: First}, {date: 2024-05-02 18:00, note: Then}]\n"
        page = built(item("news/a.md", "2024-05-01", changes)).tree["news/2024/a/index.html"]

        assert ["Then", "First"] == [each.split()[-1] for each in texts(page, "//section[@class='history']//li")]

    @pytest.mark.parametrize(("updated", "shown"), [("2024-05-02", "03.05.2024"), ("2024-05-04", "04.05.2024")])
    def test_the_last_of_all_updates_is_shown(self, updated: str, shown: str) -> None:
        """That of the key, or that of a change that matters."""
        changes = f"updated: {updated}\nchanges: [{{date: 2024-05-03, note: It was hail, kind: correction}}]\n"
        page = built(item("news/a.md", "2024-05-01", changes)).tree["news/2024/a/index.html"]

        assert [shown] == texts(page, "//p[@class='updated']/time")


def lands(site: Built, page: str) -> tuple[str, str]:
    """Follow `Back to the section` from an item's page: the file it leads to, and the title at its anchor."""
    (way,) = parsed(site.tree[page]).xpath("//a[text()='Back to the section']/@href")
    where = place(way, page)
    assert where
    (there,) = [each for each in parsed(site.tree[where.path]).iter() if each.get("id") == where.anchor]
    return where.path, text(there.xpath(".//*[self::h2 or self::h3]")[0])


class TestLifeCycle:
    def test_withdrawn_items_have_a_banner(self) -> None:
        """The page of a withdrawn item stays, says why, and leads to what replaces it."""
        more = "withdrawn: {date: 2024-05-03, reason: Numbers were wrong., replaced_by: b.md}\n"
        site = built(item("news/a.md", "2024-05-01", more), item("news/b.md", "2024-05-02"))
        (banner,) = parsed(site.tree["news/2024/a/index.html"]).xpath("//section[@class='notice']")

        assert "Withdrawn, 03.05.2024 Numbers were wrong. Replaced by: b" == text(banner)
        assert ["../../../news/2024/b/"] == [each.get("href") for each in banner.xpath(".//a")]

    def test_gone_items_have_a_tombstone(self) -> None:
        """What is gone leaves its address with the reason, and nothing of its text anywhere."""
        site = built(item("news/a.md", "2024-05-01", "gone: {reason: A court ruled so.}\nlead: Secret lead.\n"))

        assert "A court ruled so." in text(parsed(site.tree["news/2024/a/index.html"]))
        assert [] == [path for path, data in site.tree.items() if b"Secret lead" in data or b"text of a" in data]
        assert [] == teasers(site.tree["news/index.html"])

    def test_an_item_appears_when_it_falls_due(self) -> None:
        """Before its instant an item is nowhere; then it has its page, its place in listings, and a feed entry."""
        news = item("news/a.md", "2024-05-01 12:00", "aliases: /old/\ntags: [x]\n")
        places = {"news/2024/a/index.html", "old/index.html", "tags/x/index.html", "news/2024/05/index.html"}

        assert set() == places & built(news, as_of="2024-05-01T08:59:59").tree.keys()
        assert places == places & built(news, as_of="2024-05-01T09:00:00").tree.keys()

    def test_drafts_are_shown_on_request_only(self) -> None:
        """A draft is in no output, except in a preview."""
        room = Newsroom(files=item("news/a.md", "2024-05-01", "draft: true\n"))

        assert "news/2024/a/index.html" not in room.build().tree
        assert "news/2024/a/index.html" in room.build(drafts=True).tree


class TestOthers:
    def test_aliases_are_redirects(self) -> None:
        """A former address is a page that leads on; one with a query stands only in the server's map."""
        site = built(item("news/a.md", "2024-05-01", "aliases: [/old/a.html, '/old.php?ID=7']\n"))
        page = parsed(site.tree["old/a.html"])

        assert ["0; url=../news/2024/a/"] == page.xpath("//meta[@http-equiv='refresh']/@content")
        assert ["https://news.example.org/repo/news/2024/a/"] == page.xpath("//link[@rel='canonical']/@href")
        assert not any("php" in path for path in site.tree)
        assert re.findall(r'"(\S+)";', site.page("redirects.map")) == ["/repo/news/2024/a/"] * 2

    def test_introductions_have_former_addresses_too(self) -> None:
        """The aliases of an `_index.md` lead to the section's head, that at the top to the home page."""
        heads = {
            "content/_index.md": b"---\naliases: /start.html\n---\nText.\n",
            "content/news/_index.ru.md": b"---\naliases: [/ru/reports/, '/list.php?ID=3']\n---\n",
        }
        site = built(item("news/a.md", "2024-05-01", body="To [the start](/start.html)."), heads)

        for path, target in (("start.html", "./"), ("ru/reports/index.html", "../../ru/news/")):
            assert [f"0; url={target}"] == parsed(site.tree[path]).xpath("//meta[@http-equiv='refresh']/@content")
        assert '"/repo/list.php?ID=3" "/repo/ru/news/";' in site.page("redirects.map")
        assert '<a href="../../../">the start</a>' in site.page("news/2024/a/index.html")

    def test_undated_pages_stand_in_menu_and_footer(self) -> None:
        """A page has its address, and a link on every page of its language where it asks for one."""
        pages = {
            f"content/pages/{name}.md": f"---\ntitle: {name}\nmenu: {menu}\n---\nText.\n".encode()
            for name, menu in (("about", "menu"), ("terms", "footer"), ("hidden", "none"))
        }
        site = built(item("news/a.md", "2024-05-01"), pages)
        page = site.tree["news/2024/a/index.html"]

        assert ["about"] == texts(page, "//header//nav[@class='menu']//a[contains(@href, 'about')]")
        assert ["terms"] == texts(page, "//footer//a[contains(@href, 'terms')]")
        assert "hidden/" not in site.page("news/2024/a/index.html")
        assert {"about/index.html", "terms/index.html", "hidden/index.html"} <= site.tree.keys()

    def test_the_page_for_lost_readers_works_at_any_depth(self) -> None:
        """The addresses on `404.html` begin at the host's root, path of the site included."""
        links = parsed(built(item("news/a.md", "2024-05-01")).tree["404.html"]).xpath(
            "//a[not(starts-with(@href, '#'))]"
        )

        assert {"/repo/"} == {each.get("href")[:6] for each in links}

    def test_the_latest_are_five(self) -> None:
        """The fragment has one more than the rail, as an item leaves itself out."""
        site = built(*(item(f"news/{name}.md", f"2024-05-0{day}") for day, name in enumerate("abcdefg", 1)))

        assert [f"The text of {name}." for name in "gfedc"] == texts(site.tree["latest.html"], "//li//span")

    def test_terms_are_listed_and_counted(self) -> None:
        """All terms in alphabetical order with their counts."""
        site = built(item("news/a.md", "2024-05-01", "tags: [b, A, C]\n"), item("news/b.md", "2024-05-02", "tags: b\n"))

        assert ["A", "b", "C"] == texts(site.tree["tags/index.html"], "//main//li//a")

    def test_terms_are_cut_as_months_are(self) -> None:
        """A term of 201 items has two pages."""
        site = built(
            *(each | {p: d.replace(b"---\nThe", b"tags: x\n---\nThe") for p, d in each.items()} for each in many(201))
        )

        assert [200, 1] == [len(teasers(site.tree[f"tags/x/{sheet}index.html"])) for sheet in ("", "2/")]

    def test_questions_are_marked_up(self) -> None:
        """In a section of questions and answers both are set apart."""
        body = "**Question:** Why?\n\n**Answer:** Because."
        page = built(item("talks/a.md", "2024-05-01", body=body)).tree["talks/2024/a/index.html"]

        assert [["Question: Why?"], ["Answer: Because."]] == [
            texts(page, f"//main//*[contains(@class, '{name}')]") for name in ("question", "answer")
        ]

    @pytest.mark.parametrize("url", ["https://news.example.org/", "https://news.example.org/a/b/"])
    def test_the_url_changes_absolute_addresses_only(self, url: str) -> None:
        """Where a site lives stands in canonical addresses, not in its links."""
        items = (item("news/a.md", "2024-05-01", "aliases: /old/\n"), item("news/b.md", "2024-05-02", body="[a](a.md)"))
        there = "https://news.example.org/repo/"
        one, other = (
            built(*items),
            Newsroom(files={"site.yaml": SITE.replace(there, url).encode()} | dict(items[0]) | dict(items[1])).build(),
        )

        assert [] == dead(other.tree, url.removeprefix("https://news.example.org"))
        for path in ("index.html", "news/2024/b/index.html", "news/2024/05/index.html", "tags/index.html"):
            assert one.page(path).replace(there, url) == other.page(path)

    def test_ids_are_unique_on_every_page(self) -> None:
        """No page has an id twice, whatever addresses items have."""
        site = built(
            item("news/a.md", "2024-05-01", "permalink: /2024-05/\n"),
            item("news/b.md", "2024-05-02", "permalink: /2024-05-01/\n"),
            item("news/c.md", "2024-05-03", "permalink: /newest/\n"),
            item("news/d.md", "2024-05-04", "slug: x y\n"),
            item("news/e.md", "2024-05-04", "slug: x_y\n"),
            item("news/f.md", "2024-05-05", body="## Newest\n\n## History\n\nText."),
        )

        assert [] == [path for path, data in site.tree.items() if path.endswith(".html") and repeated(ids(data))]

    def test_every_page_names_its_own_address(self) -> None:
        """The canonical address of each page is where it lies."""
        site = built(item("news/a.md", "2024-05-01", "tags: [x y]\n"), item("news/b.ru.md", "2024-05-02"))
        for path, data in site.tree.items():
            if path.endswith(".html") and path not in {"latest.html", "ru/latest.html"}:
                (canonical,) = parsed(data).xpath("//link[@rel='canonical']/@href")

                assert path == (place(canonical.removeprefix("https://news.example.org"), path, "/repo/") or ("",))[0]


def repeated(row: list[str]) -> bool:
    return len(set(row)) != len(row)
