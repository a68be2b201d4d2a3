"""Entries against each other: addresses taken twice, aliases that collide, translations claimed twice."""

from __future__ import annotations

import pytest

from newsroom import Newsroom, instant

ITEM = "-- content/{path} --\n---\ntitle: A title\ndate: 2024-05-01\n{more}---\nText.\n"
PAGE = "-- content/pages/{name}.md --\n---\ntitle: A page\n{more}---\nText.\n"


def item(path: str, more: str = "") -> str:
    return ITEM.format(path=path, more=more)


def page(name: str, more: str = "") -> str:
    return PAGE.format(name=name, more=more)


def found(*files: str) -> list[str]:
    """Build a site of those files and give its diagnostics: place, code and message."""
    return [
        f"{each.span.path}:{each.span.line}:{each.span.column} {each.code}: {each.message}"
        for each in Newsroom("".join(files)).build().diagnostics
    ]


class TestAddresses:
    def test_two_items_of_one_address(self) -> None:
        """The second by path is told whose the address is."""
        expected = [
            (
                "content/news/x/storm.md:2:8 address/duplicate: the address '/news/2024/storm/' belongs to"
                " content/news/storm.md already"
            )
        ]

        assert expected == found(item("news/storm.md"), item("news/x/storm.md"))

    def test_the_place_is_that_of_the_key_that_makes_the_address(self) -> None:
        """A written slug or permalink is what has to be changed."""
        slug, permalink = "slug: storm\n", "permalink: /news/2024/storm/\n"

        assert ["content/news/b.md:4:7 address/duplicate", "content/news/c.md:4:12 address/duplicate"] == [
            each.partition(": ")[0]
            for each in found(item("news/a.md", slug), item("news/b.md", slug), item("news/c.md", permalink))
        ]

    def test_addresses_that_answer_with_one_file(self) -> None:
        """`/x` and `/x/` are one address: both are the file `x/index.html`."""
        assert ["address/duplicate"] == [
            each.split(" ")[1].rstrip(":")
            for each in found(item("news/a.md", "permalink: /x\n"), item("news/b.md", "permalink: /x/\n"))
        ]

    def test_an_address_of_the_site_itself(self) -> None:
        """A month's page is the site's own: no item may take its address."""
        expected = [
            (
                "content/news/a.md:4:12 address/duplicate: the address '/news/2024/05/' belongs to"
                " a page that the site makes itself already"
            )
        ]

        assert expected == found(item("news/a.md", "permalink: /news/2024/05/\n"))

    def test_a_page_and_an_item(self) -> None:
        """Undated pages and items share one space of addresses."""
        assert 1 == len(found(item("news/a.md", "permalink: /about/\n"), page("about")))

    def test_a_draft_claims_its_address_too(self) -> None:
        """What would collide once it is published is said at once."""
        assert 1 == len(found(item("news/storm.md"), item("news/x/storm.md", "draft: true\n")))

    def test_an_item_on_a_static_file(self) -> None:
        """An address that a file of `static/` has is a collision of outputs."""
        assert ["static/icons/index.html:0:0 output/collision: two outputs have the path 'icons/index.html'"] == found(
            "-- static/icons/index.html --\n<p>\n", item("news/a.md", "permalink: /icons/\n")
        )

    def test_a_file_where_a_folder_must_be(self) -> None:
        """`/a.b` is a file, `/a.b/c/` needs a folder of that name."""
        assert ["output/collision"] == [
            each.split(" ")[1].rstrip(":")
            for each in found(item("news/a.md", "permalink: /a.b\n"), item("news/b.md", "permalink: /a.b/c/\n"))
        ]

    @pytest.mark.parametrize("name", ["manifest.json", "robots.txt", "feed.atom", "index.html", "all/index.html"])
    def test_a_static_file_in_place_of_a_record(self, name: str) -> None:
        """What the site writes itself cannot be a static file as well."""
        assert [f"static/{name}:0:0 output/collision: two outputs have the path '{name}'"] == found(
            f"-- static/{name} --\nx\n"
        )

    @pytest.mark.parametrize("name", ["news", "sitemap-pages.xml", "sitemap-2024.xml", "tags/index.html/x"])
    def test_a_static_file_among_the_outputs_of_the_site(self, name: str) -> None:
        """A file where the site needs a folder, or below one of its files: named before anything is made."""
        room = Newsroom(f"-- static/{name} --\nx\n" + item("news/a.md"))

        assert [("output/collision", f"static/{name}")] == [(d.code, d.span.path) for d in room.check().diagnostics]
        assert room.check().diagnostics == room.build().diagnostics

    def test_an_attachment_among_the_outputs_of_the_site(self) -> None:
        """It is named before anything is made."""
        room = Newsroom("-- content/robots.txt --\nx\n" + item("news/a.md", "attachments: [../robots.txt]\n"))

        for found in (room.check(), room.build()):
            assert [("output/collision", "content/robots.txt")] == [(d.code, d.span.path) for d in found.diagnostics]
            assert {} == found.tree

    @pytest.mark.parametrize(
        ("files", "place"),
        [
            (item("news/index.html.md"), "content/news/index.html.md:2:8 output/collision"),
            (item("news/b.md", "slug: index.html\n"), "content/news/b.md:4:7 output/collision"),
            (item("news/b.md", "permalink: /news/index.html/x/\n"), "content/news/b.md:4:12 output/collision"),
            (
                item("news/a.md", "permalink: /a.html\n") + item("news/b.md", "permalink: /a.html/b/\n"),
                "content/news/b.md:4:12 output/collision",
            ),
            (
                item("news/a.md", "permalink: /a.html/b/\n") + item("news/b.md", "permalink: /a.html\n"),
                "content/news/b.md:4:12 output/collision",
            ),
            (
                item("news/b.md", "aliases: [/news/2024/good/index.html/old/]\n"),
                "content/news/b.md:4:11 alias/collision",
            ),
            (
                item("news/a.md", "permalink: /a.html\n") + item("news/b.md", "aliases: /a.html/x.html\n"),
                "content/news/b.md:4:10 alias/collision",
            ),
            (item("news/b.md", "aliases: /b.html\npermalink: /b.html/x/\n"), "content/news/b.md:4:10 alias/collision"),
            (item("news/b.md", "tags: [Index.HTML]\n"), "content/news/b.md:4:8 address/reserved"),
            (item("news/b.md", "tags: [.index.html]\n"), "content/news/b.md:2:8 address/reserved"),
            (
                "-- content/pages/p.md --\n---\ntitle: P\npermalink: /latest.html/p/\n---\nText.\n",
                "content/pages/p.md:3:12 output/collision",
            ),
        ],
    )
    def test_a_file_in_place_of_a_folder_is_left_out(self, files: str, place: str) -> None:
        """No disk holds both: the second is named where its address comes from, and the rest can be built."""
        room = Newsroom(item("news/good.md") + files)

        for found in (room.check(), room.build(), room.build(keep_going=True)):
            assert [place] == [f"{d.span.path}:{d.span.line}:{d.span.column} {d.code}" for d in found.diagnostics]
        built = room.build(keep_going=True)
        assert built.outcome
        assert (place.partition(":")[0],) == tuple(path for path, _ in built.outcome.left_out)
        assert "news/2024/good/index.html" in built.tree

    def test_addresses_that_differ_in_capitals(self) -> None:
        """They are two pages on one disk and one on another: a warning, where the address with capitals comes from."""
        a, b, c = (item(f"news/{at[1:-1]}.md", f"permalink: {at}\n") for at in ("/X/", "/x/", "/x/Y/"))
        expected = "the address '/X/' differs only in capitals from that of content/news/x.md"

        assert [f"content/news/X.md:4:12 address/case: {expected}"] == found(a, b, c)

    def test_a_long_tag_is_an_error(self) -> None:
        """A term whose address no file system can hold is told where it stands, before anything is written."""
        assert ["content/news/a.md:4:7 address/too-long"] == [
            each.partition(": ")[0] for each in found(item("news/a.md", f"tags: {'x' * 300}\n"))
        ]
        assert [] == found(item("news/a.md", f"tags: {'x' * 255}\n"))


class TestAliases:
    def test_an_alias_that_is_an_address(self) -> None:
        """A former address may not be anybody's present one."""
        expected = [
            "content/news/a.md:4:10 alias/collision: the former address '/news/2024/b/' belongs to content/news/b.md"
        ]

        assert expected == found(item("news/a.md", "aliases: /news/2024/b/\n"), item("news/b.md"))

    def test_an_alias_of_two(self) -> None:
        """A former address leads to one page only."""
        alias = "aliases: [/old/]\n"

        assert [
            "content/news/b.md:4:11 alias/collision: the former address '/old/' belongs to content/news/a.md"
        ] == found(item("news/a.md", alias), item("news/b.md", alias))

    def test_an_alias_on_a_page_of_the_site(self) -> None:
        """A head or feed is nobody's former address."""
        assert 2 == len(found(item("news/a.md", "aliases: [/speeches/, /feed.rss]\n")))

    def test_an_alias_of_an_introduction(self) -> None:
        """The former address of a section is checked like any other."""
        intro = "-- content/news/_index.md --\n---\naliases: /news/2024/a/\n---\nText.\n"

        assert ["content/news/_index.md:2:10 alias/collision"] == [
            each.partition(": ")[0] for each in found(item("news/a.md"), intro)
        ]

    def test_an_item_goes_before_an_introduction(self) -> None:
        """Of two that claim a former address the item keeps it: an introduction may claim a section's whole past."""
        intro = "-- content/news/_index.md --\n---\naliases: /old/\n---\nText.\n"

        assert [
            "content/news/_index.md:2:10 alias/collision: the former address '/old/' belongs to content/news/a.md"
        ] == found(item("news/a.md", "aliases: /old/\n"), intro)

    def test_queries_part_aliases(self) -> None:
        """`/old.php?ID=1` and `?ID=2` are two former addresses, one of them twice is a collision."""
        assert [] == found(item("news/a.md", "aliases: ['/o.php?ID=1', '/o.php?ID=2']\n"))
        assert [] == found(item("news/a.md", "aliases: '/o.php?ID=1'\n"), item("news/b.md", "aliases: '/o.php?ID=2'\n"))
        assert 1 == len(
            found(item("news/a.md", "aliases: '/o.php?ID=1'\n"), item("news/b.md", "aliases: '/o.php?ID=1'\n"))
        )

    def test_an_alias_twice_in_one_item_is_no_harm(self) -> None:
        """Repeating oneself is not a collision."""
        assert [] == found(item("news/a.md", "aliases: [/old/, /old/]\n"))


class TestTranslations:
    def test_two_items_of_one_key_and_language(self) -> None:
        """A translation key names one text: two items of one language cannot both be it."""
        key = "translation: storm\n"
        expected = [
            (
                "content/news/b.md:2:8 translation/duplicate: the translation key 'storm' belongs to content/news/a.md"
                " in the same language"
            )
        ]

        assert expected == found(item("news/a.md", key), item("news/b.md", key))

    def test_a_key_in_the_form_of_the_default_one(self) -> None:
        """Written it names one text like any other."""
        key = "translation: news/storm\n"

        assert 1 == len(found(item("news/a.md", key), item("news/b.md", key)))

    def test_a_slug_may_come_back(self) -> None:
        """The default key, of section and slug, may be that of many years."""
        assert [] == found(item("news/a/report.md"), item("news/b/report.md").replace("2024", "2023"))


def test_two_introductions_of_one_section() -> None:
    """`_index.md` and `_index.en.md` cannot both introduce a section."""
    text = "---\ntitle: News\n---\nText.\n"
    expected = [
        (
            "content/news/_index.md:1:1 address/duplicate: content/news/_index.en.md introduces the same section in the"
            " same language"
        )
    ]

    assert expected == found(f"-- content/news/_index.md --\n{text}", f"-- content/news/_index.en.md --\n{text}")


def test_a_change_that_is_yet_to_come_is_asked_about_until_it_comes() -> None:
    """Its instant is one at which the same sources have other things said of them."""
    room = Newsroom(item("news/a.md", "changes: [{date: 2024-06-01 12:00 Z, note: Mended}]\n"))
    before, after = room.build("2024-06-01T11:59:59"), room.build("2024-06-01T12:00:00")

    assert (["date/order"], []) == (before.codes, after.codes)
    assert before.outcome
    assert instant("2024-06-01T12:00:00") == before.outcome.next_instant
