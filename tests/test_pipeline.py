"""The whole program in one function: errors, keeping going, the clock, and what is not done again."""

from __future__ import annotations

import pytest

from csto_site.model import OutPath, Work
from newsroom import SETTINGS, Built, Newsroom, instant
from pages import teasers

THREE = """\
-- content/news/a.md --
---
title: A
date: 2024-05-01
---
Text of a.
-- content/news/b.md --
---
title: B
date: 2024-06-01
---
Text of b.
-- content/speeches/c.md --
---
title: C
date: 2024-07-01
---
Text of c.
"""
BAD = "-- content/news/bad.md --\n---\ntitle: Bad\ndate: some day\n---\nText.\n"


def work(built: Built) -> Work:
    assert built.outcome
    return built.outcome.work


def again(room: Newsroom, before: Built) -> Built:
    """Build with what a build before remembered."""
    assert before.outcome
    return room.build(memo=before.outcome.memo)


class TestErrors:
    def test_errors_write_nothing(self) -> None:
        """With an error in one file there is no tree; all problems of all files are told, in the order of files."""
        built = Newsroom(THREE + BAD).edit("-- content/news/a.md --\n---\ntitle: A\n---\n[x](nowhere.md)\n").build()

        assert {} == built.tree
        assert ["date/missing", "date/unreadable"] == built.codes

    def test_templates_are_checked_with_the_content(self) -> None:
        """Problems of templates and of content are told in one run."""
        built = Newsroom(THREE + BAD).edit("-- templates/gone.html --\n{{ page.nothing }}\n").build()

        assert ["date/unreadable", "template/name"] == built.codes

    def test_a_template_that_fails_names_its_line(self) -> None:
        """What a template cannot cope with is an error with a place, and nothing is written."""
        room = Newsroom(THREE).edit("-- templates/latest.html --\n{{ site.title }}\n{{ 1 // 0 }}\n")
        built = room.build()

        assert ["templates/latest.html:2:1: error[template/failed]"] == [
            line.partition("]")[0] + "]" for line in built.report.splitlines() if line.startswith("templates/")
        ]

    def test_a_failed_page_is_tried_again(self) -> None:
        """What failed is not remembered as done: the next build fails in the same way."""
        room = Newsroom(THREE).edit("-- templates/latest.html --\n{{ 1 // 0 }}\n")
        first = room.build()

        assert first.codes == again(room, first).codes == ["template/failed"]

    def test_lowered_rules_do_not_stop(self) -> None:
        """A site may lower a rule to a warning, or turn it off."""
        room = Newsroom(THREE + "-- content/news/d.md --\n---\ntitle: D\ndate: 2024-05-01\n---\n[x](nowhere.md)\n")
        lowered = {
            level: Newsroom(
                files={
                    **room.files,
                    "site.yaml": room.files["site.yaml"] + f"diagnostics: {{link/broken: {level}}}\n".encode(),
                }
            ).build()
            for level in ("warning", "off")
        }

        assert (["link/broken"], []) == (lowered["warning"].codes, lowered["off"].codes)
        assert '<a href="nowhere.md">x</a>' in lowered["off"].page("news/2024/d/index.html")


class TestKeepGoing:
    def test_bad_items_are_left_out(self) -> None:
        """The rest of the site is built, and each lost source is named with its address where it has one."""
        broken = "-- content/news/d.md --\n---\ntitle: D\ndate: 2024-05-01\n---\n[x](nowhere.md)\n"
        built = Newsroom(THREE + BAD + broken).build(keep_going=True)
        assert built.outcome

        assert (("content/news/bad.md", ""), ("content/news/d.md", "/news/2024/d/")) == built.outcome.left_out
        assert ["a"] == [title.lower() for title in teasers(built.tree["news/2024/05/index.html"])]

    def test_what_leads_to_something_left_out_stays(self) -> None:
        """A link to an item with errors becomes a warning, its words stay: one bad file does not empty the site."""
        room = Newsroom(THREE + BAD).edit(
            "-- content/news/a.md --\n---\ntitle: A\ndate: 2024-05-01\n---\nRead [it](bad.md).\n"
        )
        built = room.build(keep_going=True)

        assert ["link/unpublished", "date/unreadable"] == built.codes
        assert "<p>Read <a>it</a>.</p>" in built.page("news/2024/a/index.html")

    def test_its_address_leads_to_something_left_out_too(self) -> None:
        """So is a link to the address of an item that has one, but whose body has an error."""
        broken = "-- content/news/d.md --\n---\ntitle: D\ndate: 2024-05-01\n---\n[x](nowhere.md)\n"
        room = Newsroom(THREE + broken).edit(
            "-- content/news/a.md --\n---\ntitle: A\ndate: 2024-05-01\n---\nRead [it](/news/2024/d/).\n"
        )
        built = room.build(keep_going=True)

        assert ["link/unpublished", "link/broken"] == built.codes
        assert "<p>Read <a>it</a>.</p>" in built.page("news/2024/a/index.html")

    def test_of_two_with_one_address_the_first_stays(self) -> None:
        """The second by path is left out, and what it alone collided with is then free."""
        twin = "-- content/news/x/a.md --\n---\ntitle: Twin\ndate: 2024-05-03\n---\nText.\n"
        built = Newsroom(THREE + twin).build(keep_going=True)
        assert built.outcome

        assert (("content/news/x/a.md", "/news/2024/a/"),) == built.outcome.left_out
        assert "Text of a." in built.page("news/2024/a/index.html")

    def test_what_stays_is_reported_once(self) -> None:
        """A problem whose advice changes when an item is left out is not told twice."""
        room = Newsroom(
            "-- content/news/a.md --\n---\ntitle: A\ndate: 2024-05-01\n---\nRead [it](/lost/).\n"
            "-- content/news/lost.md --\n---\ntitle: Lost\ndate: 2024-05-02\n---\n![A map](map.png)\n"
        )
        settings = room.files["site.yaml"].decode() + "diagnostics: {link/broken: warning}\n"
        built = room.edit(f"-- site.yaml --\n{settings}").build(keep_going=True)

        assert ["link/broken", "image/missing"] == built.codes

    @pytest.mark.parametrize("name", ["index.html", "news/index.html", "news", "news/2024/a/index.html", "robots.txt"])
    def test_a_file_in_the_way_of_an_output(self, name: str) -> None:
        """Of a page and a file that is copied to its place the page stays."""
        room = Newsroom(THREE)
        clean, built = room.build(), room.edit(f"-- static/{name} --\nmine\n").build(keep_going=True)
        assert built.outcome

        assert ((f"static/{name}", ""),) == built.outcome.left_out
        assert ["output/collision"] == built.codes
        assert clean.tree == built.tree

    def test_a_file_that_pages_name_in_the_way(self) -> None:
        """An item keeps its words without a link, as for sources that are left out."""
        item = "---\ntitle: D\ndate: 2024-05-01\nattachments: [{path: 2024, title: It}]\n---\n"
        room = Newsroom(THREE).edit(f"-- content/news/d.md --\n{item}-- content/news/2024 --\nmine\n")
        built = room.build(keep_going=True)
        assert built.outcome

        assert (("content/news/2024", ""),) == built.outcome.left_out
        assert ["output/collision", "link/unpublished"] == built.codes
        assert "news/2024" not in built.tree
        assert "<li>It</li>" in built.page("news/2024/d/index.html")

    @pytest.mark.parametrize("link", ["2024", "../news/2024"])
    def test_a_file_that_a_body_names_in_the_way(self, link: str) -> None:
        """Readers get its words without a link; the item is not at fault."""
        item = f"---\ntitle: D\ndate: 2024-05-01\n---\nSee [it]({link}).\n"
        room = Newsroom(THREE).edit(f"-- content/news/d.md --\n{item}-- content/news/2024 --\nmine\n")
        built = room.build(keep_going=True)
        assert built.outcome

        assert (("content/news/2024", ""),) == built.outcome.left_out
        assert "link/unpublished" in built.codes
        assert "<a>it</a>" in built.page("news/2024/d/index.html")

    def test_a_file_in_the_place_of_what_is_left_out(self) -> None:
        """It stands there: the page that would be in its way has errors of its own."""
        bad = "-- content/news/d.md --\n---\ntitle: D\ndate: 2024-05-01\n---\n[x](nowhere.md)\n"
        room = Newsroom(THREE + bad + "-- static/news/2024/d/index.html --\nmine\n")
        built = room.build(keep_going=True)
        assert built.outcome

        assert (("content/news/d.md", "/news/2024/d/"),) == built.outcome.left_out
        assert "mine\n" == built.page("news/2024/d/index.html")

    def test_errors_elsewhere_stop_all_the_same(self) -> None:
        """What is wrong with templates or settings has no file that could be left out."""
        room = Newsroom(THREE + "-- site.yaml --\n" + SETTINGS + "logo: {path: none.svg, alt: None}\n")
        built = room.build(keep_going=True)

        assert ["image/missing"] == built.codes
        assert {} == built.tree


class TestClock:
    @pytest.mark.parametrize(
        ("as_of", "expected"),
        [
            ("2024-04-01", "2024-04-30T21:00:00"),  # the first item falls due, at midnight in Moscow
            ("2024-05-01", "2024-05-02T21:00:00"),  # it leaves the sitemap of news after 48 hours
            ("2024-05-03", "2024-05-31T21:00:00"),
            ("2024-06-02T21:00:00", "2024-06-30T21:00:00"),  # at the very instant it has left already
        ],
    )
    def test_the_next_instant(self, as_of: str, expected: str) -> None:
        """A build says when the same sources give another site."""
        built = Newsroom(THREE).build(as_of)
        assert built.outcome

        assert instant(expected) == built.outcome.next_instant

    @pytest.mark.parametrize(
        ("as_of", "expected"),
        [
            ("2024-05-02T20:59:59", "2024-04-30T21:00:00"),
            ("2024-05-02T21:00:00", "2024-05-02T21:00:00"),  # the very instant belongs to what begins with it
            ("2024-05-03", "2024-05-02T21:00:00"),
        ],
    )
    def test_since_when(self, as_of: str, expected: str) -> None:
        """A build says from when on the same sources give the same site: for a clock before that they give another."""
        built = Newsroom(THREE).build(as_of)
        assert built.outcome

        assert instant(expected) == built.outcome.since

    def test_what_never_comes(self) -> None:
        """An instant beyond the year 9999, of which no date can be written, is none."""
        room = Newsroom("-- content/news/a.md --\n---\ntitle: A\ndate: 9999-12-31 23:59\n---\nWords.\n")
        built = room.build("9999-12-31T21:00:00")
        assert built.outcome

        assert (["date/doubtful"], None) == (built.codes, built.outcome.next_instant)

    def test_a_change_that_is_yet_to_come(self) -> None:
        """Its warning holds until its instant: the clock is awaited for it as well."""
        change = "changes: [{date: 2025-03-01, note: A number., kind: correction}]\n"
        room = Newsroom(f"-- content/news/a.md --\n---\ntitle: A\ndate: 2024-05-01\n{change}---\nWords.\n")
        before, after = room.build("2025-02-28T20:59:59"), room.build("2025-02-28T21:00:00")
        assert before.outcome

        assert (["date/order"], []) == (before.codes, after.codes)
        assert instant("2025-02-28T21:00:00") == before.outcome.next_instant

    def test_nothing_changes_before_the_next_instant(self) -> None:
        """A second before that instant the tree is the same, at the instant it is not."""
        room = Newsroom(THREE)
        tree = room.build("2024-05-01").tree

        assert tree == room.build("2024-05-02T20:59:59").tree
        assert tree != room.build("2024-05-02T21:00:00").tree

    def test_in_the_end_nothing_will_change(self) -> None:
        """When all is published and old there is no next instant."""
        built = Newsroom(THREE).build("2030-01-01")
        assert built.outcome

        assert built.outcome.next_instant is None

    def test_the_clock_stands_in_no_output(self) -> None:
        """Years later the same sources give the same bytes."""
        assert Newsroom(THREE).build("2025-01-01").tree == Newsroom(THREE).build("2035-07-08T09:10:11").tree


class TestWork:
    def test_nothing_is_done_twice(self) -> None:
        """With nothing changed nothing is parsed and nothing printed."""
        room = Newsroom(THREE)
        first = room.build()
        second = work(again(room, first))

        assert (3, 3) == (work(first).items, work(first).parsed)
        assert (0, 0, 0) == (second.parsed, second.rendered, second.pages)

    def test_an_edited_body_prints_its_month_and_feeds(self) -> None:
        """Of an item with a written lead, a new body touches its own month and the feeds, no other listing."""
        room = Newsroom(THREE).edit("-- content/news/a.md --\n---\ntitle: A\nlead: L\ndate: 2024-05-01\n---\nOne.\n")
        edited = room.edit("-- content/news/a.md --\n---\ntitle: A\nlead: L\ndate: 2024-05-01\n---\nTwo.\n")
        built = again(edited, room.build())

        assert 1 == work(built).parsed
        assert {"news/2024/05/index.html", "news/2024/a/index.html"} == {p for p in built.tree if p.endswith(".html")}
        feeds = {p for p in built.tree if p.endswith(".atom")}
        assert {"feed.atom", "news/feed.atom"} == {p for p in feeds if p.endswith("feed.atom")}
        assert {"all/2024/05/archive.atom", "news/2024/05/archive.atom"} == {p for p in feeds if "archive" in p}

    def test_a_title_reaches_where_it_is_shown(self) -> None:
        """A new title is printed on the item, its listings, its neighbours and the rails that show it, nowhere else."""
        room = Newsroom(THREE)
        edited = room.edit("-- content/news/a.md --\n---\ntitle: New\ndate: 2024-05-01\n---\nText of a.\n")
        first = room.build()
        built = again(edited, first)
        changed = {path for path, data in built.tree.items() if first.tree[path] != data}

        assert {"news/2024/a/index.html", "news/2024/05/index.html", "all/2024/05/index.html"} <= changed
        assert {"news/2024/b/index.html"} <= changed
        assert not {"speeches/index.html", "speeches/2024/index.html", "speeches/2024/07/index.html"} & changed

    def test_a_template_prints_its_pages_alone(self) -> None:
        """A change of `page.html` prints undated pages again, and no item."""
        room = Newsroom(THREE + "-- content/pages/about.md --\n---\ntitle: About\n---\nText.\n")
        source = room.inputs().value
        assert source
        text = source.templates["page.html"].decode().replace("<h1>", "<h1 lang=en>")
        built = again(room.edit(f"-- templates/page.html --\n{text}"), room.build())

        assert ["about/index.html"] == [path for path in built.tree if path.endswith(".html")]
        assert (0, 1) == (work(built).parsed, work(built).rendered)

    def test_a_new_style_sheet_prints_pages_and_parses_nothing(self) -> None:
        """The fingerprint of an asset stands on every page; no source is parsed for it."""
        room = Newsroom(THREE)
        built = again(room.edit("-- static/assets/site.css --\nbody {}\n"), room.build())

        assert (0, True) == (work(built).parsed, "news/2024/a/index.html" in built.tree)
        assert not any(path.endswith(".atom") for path in built.tree)

    def test_another_title_of_the_site_parses_nothing(self) -> None:
        """What no source shows of the settings leaves the parsed sources as they are."""
        room = Newsroom(THREE)
        other = {**room.files, "site.yaml": room.files["site.yaml"].replace(b"Gazette", b"Herald")}

        assert 0 == work(again(Newsroom(files=other), room.build())).parsed

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("timezone: Europe/Moscow", "timezone: America/New_York"),
            ("https://news.example.org/", "https://example.org/repo/"),
            ("news.example.org,2024", "example.org,2023"),
            ("title: Gazette", "title: Gazette\npermalink: /{section}/{slug}/"),
            ("title: Gazette", "title: Gazette\nfront_matter: {ignore: [weight]}"),
            ("title: Gazette", "title: Gazette\nfront_matter: {rename: {summary: lead}}"),
            ("title: Gazette", "title: Gazette\ntaxonomies: {topics: Topics}"),
            ("title: Gazette", "title: Gazette\nlanguages: {ru: Газета}"),
            ("title: Gazette", "title: Gazette\nmarkdown: commonmark"),
            ("news: News", "news: {title: News, form: questions}"),
        ],
    )
    def test_what_settings_say_of_sources_is_read_anew(self, before: str, after: str) -> None:
        """Whichever setting a source is read by: another value gives what a clean build gives."""
        room = Newsroom(THREE).edit("""\
-- content/news/d.ru.md --
---
title: D
date: 2024-08-01 02:00
summary: In short
weight: 3
topics: [x]
---
1. One
3. Three

[It](https://example.org/repo/news/2024/a/)
""")
        settings = room.files["site.yaml"].decode()
        assert before in settings
        other = room.edit("-- site.yaml --\n" + settings.replace(before, after))
        built, clean = again(other, room.build()), other.build()
        assert built.outcome
        assert clean.outcome

        assert (clean.outcome.tree, clean.diagnostics) == (built.outcome.tree, built.diagnostics)

    def test_an_altered_output_is_printed_again(self) -> None:
        """What is not as it was left is made again by the task that made it, and nothing else is."""
        from msgspec.structs import replace

        room = Newsroom(THREE)
        first = room.build()
        assert first.outcome
        memo = replace(first.outcome.memo, altered=frozenset({"about/index.html", "latest.html"}))
        built = room.build(memo=memo)

        assert (1, first.tree["latest.html"]) == (work(built).rendered, built.tree["latest.html"])

    def test_one_altered_page_of_a_month_is_enough(self) -> None:
        """A task is done again when any of its outputs is not as it was left."""
        from msgspec.structs import replace

        room, page = Newsroom(THREE), "news/2024/a/index.html"
        first = room.build()
        assert first.outcome
        built = room.build(memo=replace(first.outcome.memo, altered=frozenset({OutPath(page)})))

        assert (1, first.tree[page]) == (work(built).rendered, built.tree[page])


def test_assets_carry_their_fingerprint() -> None:
    """A file below `static/assets/` is published under a name with its digest, others under their own."""
    tree = Newsroom("-- static/assets/a.b.css --\nx\n-- static/b.txt --\ny\n").build().tree

    assert [b"x\n"] == [data for path, data in tree.items() if path.startswith("assets/a.b.") and path.endswith(".css")]
    assert b"y\n" == tree["b.txt"]


def test_a_site_overrides_the_theme_file_by_file() -> None:
    """A template or asset of the site's own stands in for the theme's of the same name."""
    room = Newsroom(THREE).edit("-- templates/gone.html --\n<!doctype html><title>{{ page.title }}</title>\n")
    built = room.edit("-- content/news/a.md --\n---\ntitle: A\ndate: 2024-05-01\ngone: Ruled.\n---\n").build()

    assert "<!doctype html><title>This item was removed</title>\n" == built.page("news/2024/a/index.html")


def test_the_manifest_names_every_other_file() -> None:
    """The manifest has each output with the SHA-256 of its bytes."""
    import hashlib
    import json

    tree = Newsroom(THREE).build().tree
    listed = json.loads(tree["manifest.json"])["files"]

    assert {p: hashlib.sha256(data).hexdigest() for p, data in tree.items() if p != "manifest.json"} == {
        path: each["sha256"] for path, each in listed.items()
    }
