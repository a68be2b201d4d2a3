"""Items to one ordered, grouped archive: order, sections, life cycle, neighbours, translations, terms."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csto_site.archive import Archive, neighbours, term_slug
from csto_site.model import Item, State
from desk import desk
from newsroom import Newsroom, instant

NESTED = """\
-- site.yaml --
title: Gazette
url: https://news.example.org/
id_authority: news.example.org,2024
timezone: Europe/Moscow
languages: {ru: {title: Газета}}
sections:
  news: {title: News, sections: {regional: Regional}}
  speeches: Speeches
"""


def written(path: str, date: str, more: str = "") -> str:
    """Write an item with a title like its file's name."""
    title = path.rpartition("/")[2].removesuffix(".md")
    return f"-- content/{path} --\n---\ntitle: {title}\ndate: {date}\n{more}---\nThe text of {title}.\n"


def assembled(*items: str, site: str = NESTED, as_of: str = "2024-12-31") -> Archive:
    """Assemble items as of an instant (UTC)."""
    return desk(Newsroom(site + "".join(items)), as_of).archive


def titles(items: tuple[Item, ...]) -> list[str]:
    return [item.title for item in items]


class TestOrder:
    def test_by_civil_date_then_time_then_path(self) -> None:
        """Of one day, what has no time comes first, then what is earlier, then what has the smaller path."""
        archive = assembled(
            written("news/f.md", "2024-05-02"),
            written("news/e.md", "2024-05-01 18:30"),
            written("news/d.md", "2024-05-01 09:00"),
            written("news/c.md", "2024-05-01 09:00"),
            written("news/b.md", "2024-05-01"),
            written("news/a.md", "2024-05-01 00:00"),
        )

        assert ["b", "a", "c", "d", "e", "f"] == titles(archive.items)

    def test_a_time_with_a_zone_counts_on_the_day_that_it_has_on_the_site(self) -> None:
        """22:00 in London is already the next day in Moscow: the item belongs there, before a later one of that day."""
        archive = assembled(
            written("news/late.md", "2024-05-02 02:00"), written("news/london.md", "2024-05-01 22:00 +00:00")
        )

        assert ["london", "late"] == titles(archive.items)
        assert [dt.date(2024, 5, 2)] * 2 == [item.date.date for item in archive.items]

    @given(st.permutations([f"news/{name}.md" for name in "abcdefgh"]))
    def test_the_order_of_the_files_changes_nothing(self, paths: list[str]) -> None:
        """Whatever the order in which sources are read, the archive is the same."""
        items = {path: written(path, f"2024-05-0{1 + n // 2}", "tags: [x]\n") for n, path in enumerate(sorted(paths))}

        assert assembled(*items.values()) == assembled(*(items[path] for path in paths))


class TestSections:
    def test_a_section_lists_those_below_it(self) -> None:
        """An item of `news/regional` stands in `news` and in all news, and not the other way round."""
        listings = assembled(
            written("news/a.md", "2024-05-01"),
            written("news/regional/b.md", "2024-05-02"),
            written("speeches/c.md", "2024-05-03"),
        ).listings

        assert ["a", "b", "c"] == titles(listings["en", ""].items)
        assert ["a", "b"] == titles(listings["en", "news"].items)
        assert ["b"] == titles(listings["en", "news/regional"].items)
        assert ["c"] == titles(listings["en", "speeches"].items)

    def test_a_language_has_listings_of_its_own(self) -> None:
        """Each language lists its own items; a section without any is there and empty."""
        listings = assembled(written("news/a.md", "2024-05-01"), written("news/b.ru.md", "2024-05-02")).listings

        assert (["a"], ["b.ru"]) == (titles(listings["en", ""].items), titles(listings["ru", ""].items))
        assert [] == titles(listings["ru", "speeches"].items)

    def test_months_and_years_are_counted(self) -> None:
        """Months group the items of a listing, oldest first; years count them."""
        listing = assembled(
            written("news/a.md", "2023-12-31"),
            written("news/b.md", "2024-01-01"),
            written("news/c.md", "2024-01-31 23:59"),
            written("news/d.md", "2024-02-01"),
        ).listings["en", "news"]

        expected = [((2023, 12), ["a"]), ((2024, 1), ["b", "c"]), ((2024, 2), ["d"])]
        assert expected == [(month, titles(items)) for month, items in listing.months.items()]
        assert {2023: 1, 2024: 3} == listing.years


class TestLifeCycle:
    def test_drafts_are_hidden(self) -> None:
        """A draft is nowhere; its path and address are known, so that links to it can be explained."""
        archive = assembled(written("news/a.md", "2024-05-01", "draft: true\n"))

        assert ((), dict.fromkeys(["news/a.md", "/news/2024/a/"], State.DRAFT)) == (archive.items, archive.hidden)

    def test_a_draft_page_is_hidden(self) -> None:
        """An undated page that is a draft is hidden like an item."""
        archive = assembled("-- content/pages/about.md --\n---\ntitle: About\ndraft: true\n---\nText.\n")

        assert ((), dict.fromkeys(["pages/about.md", "/about/"], State.DRAFT)) == (archive.undated, archive.hidden)

    @pytest.mark.parametrize(
        ("as_of", "state"),
        [("2024-04-30T20:59:59", State.SCHEDULED), ("2024-04-30T21:00:00", None)],
    )
    def test_a_date_falls_due_at_midnight_in_the_sites_zone(self, as_of: str, state: State | None) -> None:
        """1 May in Moscow begins at 21:00 of 30 April in UTC, to the second."""
        archive = assembled(written("news/a.md", "2024-05-01"), as_of=as_of)

        assert state == archive.hidden.get("news/a.md")

    def test_an_embargo_counts_instead_of_the_date(self) -> None:
        """`publish` holds an item back beyond its date, and may let it out before."""
        items = (
            written("news/a.md", "2024-05-01", "publish: 2024-06-01 12:00\n"),
            written("news/b.md", "2024-07-01", "publish: 2024-05-01\n"),
        )

        assert ["b"] == titles(assembled(*items, as_of="2024-06-01T08:59:59").items)
        assert ["a", "b"] == titles(assembled(*items, as_of="2024-06-01T09:00:00").items)

    def test_the_next_instant_is_when_something_falls_due(self) -> None:
        """Of all that is scheduled the first counts; drafts never fall due."""
        archive = assembled(
            written("news/a.md", "2024-07-01"),
            written("news/b.md", "2024-06-01"),
            written("news/c.md", "2024-05-15", "draft: true\n"),
            as_of="2024-05-01",
        )

        assert instant("2024-05-31T21:00:00") == archive.next_instant

    def test_withdrawn_items_stay_in_listings_and_are_not_among_the_newest(self) -> None:
        """A withdrawn item keeps its place in its month; heads, rails and feeds leave it out."""
        listing = assembled(
            written("news/a.md", "2024-05-01"), written("news/b.md", "2024-05-02", "withdrawn: An error.\n")
        ).listings["en", "news"]

        assert (["a", "b"], ["a"]) == (titles(listing.items), titles(tuple(listing.newest)))

    def test_gone_items_are_in_no_listing(self) -> None:
        """What is gone has a tombstone and stands in no listing, term or translation."""
        archive = assembled(written("news/a.md", "2024-05-01", "gone: A court ruled so.\ntags: [x]\n"))

        assert (["a"], (), ()) == (titles(archive.gone), archive.items, archive.terms["en", "tags"])


class TestNeighbours:
    def test_neighbours_are_of_the_same_section(self) -> None:
        """Older and newer are those of the item's own section, not of one above or below it."""
        archive = assembled(
            written("news/a.md", "2024-05-01"),
            written("news/regional/b.md", "2024-05-02"),
            written("news/c.md", "2024-05-03"),
            written("speeches/d.md", "2024-05-04"),
            written("news/e.md", "2024-05-05"),
        )
        beside = neighbours(archive, "en")["news/c.md"]

        assert ("news/a.md", "news/e.md") == (beside.older, beside.newer)

    def test_the_rail_holds_the_four_before_among_all_news(self) -> None:
        """The four before an item, newest first, whatever their section; withdrawn ones are left out."""
        archive = assembled(
            *(written(f"news/{name}.md", f"2024-05-0{day}") for day, name in enumerate("abc", 1)),
            written("speeches/d.md", "2024-05-04"),
            written("news/e.md", "2024-05-05", "withdrawn: An error.\n"),
            written("news/f.md", "2024-05-06"),
            written("news/g.md", "2024-05-07"),
        )
        rails = {path: beside.rail for path, beside in neighbours(archive, "en").items()}

        assert ("news/f.md", "speeches/d.md", "news/c.md", "news/b.md") == rails["news/g.md"]
        assert ("speeches/d.md", "news/c.md", "news/b.md", "news/a.md") == rails["news/f.md"] == rails["news/e.md"]
        assert () == rails["news/a.md"]


class TestTranslations:
    def test_one_slug_in_one_section_is_one_text(self) -> None:
        """`name.md` and `name.ru.md` are one text; each knows both."""
        archive = assembled(written("news/a.md", "2024-05-01"), written("news/a.ru.md", "2024-05-03"))
        versions = (("en", "/news/2024/a/"), ("ru", "/ru/news/2024/a/"))

        assert {"news/a.md": versions, "news/a.ru.md": versions} == archive.translations

    def test_a_key_brings_together_what_has_other_names(self) -> None:
        """`translation` joins items of other slugs and sections."""
        archive = assembled(
            written("news/a.md", "2024-05-01", "translation: storm\n"),
            written("speeches/b.ru.md", "2024-05-01", "translation: storm\n"),
        )

        assert {"news/a.md", "speeches/b.ru.md"} == archive.translations.keys()

    def test_a_slug_that_comes_back_meets_its_own_date(self) -> None:
        """A yearly report in two languages: each year's versions find each other."""
        archive = assembled(
            written("news/2023/report.md", "2023-05-01"),
            written("news/2023/report.ru.md", "2023-05-01"),
            written("news/2024/report.md", "2024-05-01"),
            written("news/2024/report.ru.md", "2024-05-01"),
        )

        assert "/ru/news/2023/report/" == dict(archive.translations["news/2023/report.md"])["ru"]
        assert "/ru/news/2024/report/" == dict(archive.translations["news/2024/report.md"])["ru"]

    def test_two_of_one_name_and_day_are_nobodys_versions(self) -> None:
        """Which of two items of a language the other language's is a version of, nobody can tell: each stands alone."""
        archive = assembled(
            written("news/report.md", "2024-05-01"),
            written("news/x/report.md", "2024-05-01", "permalink: /special/\n"),
            written("news/report.ru.md", "2024-05-01"),
        )

        assert {} == archive.translations

    def test_an_item_is_no_version_of_a_page(self) -> None:
        """A key that both have by chance does not bring them together."""
        page = "-- content/pages/about.ru.md --\n---\ntitle: О сайте\ntranslation: about\n---\nТекст.\n"
        archive = assembled(written("news/a.md", "2024-05-01", "translation: about\n"), page)

        assert {} == archive.translations

    def test_an_embargoed_translation_is_not_linked(self) -> None:
        """A version that is not due is not named by the other one."""
        archive = assembled(written("news/a.md", "2024-05-01"), written("news/a.ru.md", "2025-05-01"))

        assert {} == archive.translations


class TestTerms:
    def test_spellings_meet_and_the_commonest_is_shown(self) -> None:
        """Case and blanks part no term; its title is as most items write it."""
        terms = assembled(
            written("news/a.md", "2024-05-01", "tags: [Border Guard, border  guard]\n"),
            written("news/b.md", "2024-05-02", "tags: [border guard]\n"),
            written("news/c.md", "2024-05-03", "tags: border guard\n"),
        ).terms["en", "tags"]

        assert [("border-guard", "border guard", ["a", "b", "c"])] == [
            (term.slug, term.title, titles(term.items)) for term in terms
        ]

    def test_languages_have_terms_of_their_own(self) -> None:
        """A tag of a Russian item is a term of the Russian site alone."""
        terms = assembled(written("news/a.ru.md", "2024-05-01", "tags: [Штаб]\n")).terms

        assert ([], ["штаб"]) == ([t.slug for t in terms["en", "tags"]], [t.slug for t in terms["ru", "tags"]])

    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("C++", "c++"),
            ("C#", "c#"),
            ("UN  Security Council", "un-security-council"),
            ("Организация", "организация"),
            ("a/b", "a-b"),
            ("..", "-"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Und\u00fcr", "undür"),
            ("Undu\u0308r", "und\u00fcr"),
        ],
    )
    def test_slugs(self, title: str, slug: str) -> None:
        """A term's address is its words, folded; nothing leads out of its folder."""
        assert slug == term_slug(title)


class TestUndated:
    def test_pages_stand_in_their_order(self) -> None:
        """Pages are sorted by `order`, then title; drafts are left out."""
        pages = "".join(
            f"-- content/pages/page-{number}.md --\n---\ntitle: {name}\n{more}---\nText.\n"
            for number, (name, more) in enumerate(
                (("b", ""), ("a", ""), ("z", "order: -1\n"), ("d", "draft: true\n")), 1
            )
        )

        assert ["z", "a", "b"] == [page.title for page in assembled(pages).undated]

    def test_introductions_are_found_by_language_and_section(self) -> None:
        """`_index.md` introduces its folder's section, at the top the home page."""
        archive = assembled(
            "-- content/_index.md --\n---\ntitle: Welcome\n---\nText.\n",
            "-- content/news/regional/_index.ru.md --\n---\ntitle: Регионы\n---\nТекст.\n",
        )

        assert [("en", ""), ("ru", "news/regional")] == sorted(archive.introductions)
