"""Where references lead: internal links resolved and checked, files published when something names them."""

from __future__ import annotations

import re

import pytest

from newsroom import Newsroom

SITE = """\
-- content/news/2024/storm.md --
---
title: Storm over the coast
date: 2024-05-01
aliases: [/old/storm.html]
---
{}

## The wind

At force ten.
-- content/news/2024/calm.md --
---
title: Calm after it
date: 2024-05-02
---
Quiet.

## What remains

Sand.
-- content/news/2024/coast.svg --
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"/>
-- content/news/2024/report (final).pdf --
report
-- content/speeches/late.md --
---
title: Not yet
date: 2025-05-02
---
Later.
-- content/pages/about/contacts.md --
---
title: Contacts
---
Call us.
"""


def storm(body: str, *, url: str = "https://news.example.org/") -> tuple[Newsroom, str]:
    """Give a site whose first item has that body, and where that item's page is."""
    room = Newsroom(SITE.replace("{}", body))
    settings = room.files["site.yaml"].replace(b"https://news.example.org/", url.encode())
    return Newsroom(files={**room.files, "site.yaml": settings}), "news/2024/storm/index.html"


def hrefs(body: str) -> list[str]:
    """Give the links and images of an item with that body, as its page has them; the site has no errors."""
    room, page = storm(body)
    built = room.build()
    shown = built.page(page).partition('<div class="body">')[2].partition("<h2")[0]

    assert [] == [code for code in built.codes if not code.endswith("alt-missing")]
    return re.findall(r'(?:href|src)="([^"]*)"', shown)


def report(body: str) -> str:
    """Give the diagnostics of a site whose item has that body, without their source lines."""
    room, _ = storm(body)
    heads = [line for line in room.build().report.splitlines() if line.startswith("content/")]
    return "\n".join(line.removeprefix("content/news/2024/") for line in heads)


class TestLinks:
    @pytest.mark.parametrize(
        ("written", "href"),
        [
            ("calm.md", "../../../news/2024/calm/"),
            ("./calm.md", "../../../news/2024/calm/"),
            ("../2024/calm.md", "../../../news/2024/calm/"),
            ("/news/2024/calm.md", "../../../news/2024/calm/"),
            ("../../pages/about/contacts.md", "../../../about/contacts/"),
            ("/news/2024/calm/", "../../../news/2024/calm/"),
            ("/news/2024/calm", "../../../news/2024/calm/"),
            ("/news/2024/calm/index.html", "../../../news/2024/calm/"),
            ("../calm/", "../../../news/2024/calm/"),
            ("https://news.example.org/news/2024/calm/", "../../../news/2024/calm/"),
            ("/", "../../../"),
            ("/news/", "../../../news/"),
            ("/news/2024/05/", "../../../news/2024/05/"),
            ("/feed.atom", "../../../feed.atom"),
            ("../../", "../../../news/"),
        ],
    )
    def test_links_lead_to_addresses(self, written: str, href: str) -> None:
        """A source beside the item, a path from the top, an address: all become relative links to the page."""
        assert [href] == hrefs(f"[Read this]({written}).")

    @pytest.mark.parametrize(
        ("written", "href"),
        [
            ("calm.md#what-remains", "../../../news/2024/calm/#what-remains"),
            ("/news/2024/calm/#what-remains", "../../../news/2024/calm/#what-remains"),
            ("#the-wind", "#the-wind"),
            ("storm.md#the-wind", "../../../news/2024/storm/#the-wind"),
            ("#top", "#top"),
            ("/news/2024/#news/2024/calm", "../../../news/2024/#news/2024/calm"),
        ],
    )
    def test_anchors_are_kept(self, written: str, href: str) -> None:
        """A link may lead to a heading of another page or of its own."""
        assert [href] == hrefs(f"[Read this]({written}).")

    @pytest.mark.parametrize(
        "written", ["https://example.org/news/", "mailto:desk@example.org", "//example.org/x", "tel:+70000000000"]
    )
    def test_links_elsewhere_stay(self, written: str) -> None:
        """What leads out of the site is left as it was written."""
        assert [written] == hrefs(f"[Read this]({written}).")

    def test_a_query_stays(self) -> None:
        """A link keeps its query: a script of the page may read it."""
        assert ["../../../news/?view=list#newest"] == hrefs("[Read this](/news/?view=list#newest).")

    def test_a_former_address_leads_to_the_present_one(self) -> None:
        """A link to an alias goes straight to the page."""
        assert ["../../../news/2024/storm/"] == hrefs("[Read this](/old/storm.html).")

    def test_a_page_that_is_a_file_resolves_beside_itself(self) -> None:
        """Of `/notes/a.html` the address `b.html` is `/notes/b.html`, as in a browser."""
        built = Newsroom("""\
-- content/news/a.md --
---
title: A
date: 2024-05-01
permalink: /notes/a.html
---
[To b](b.html)
-- content/news/b.md --
---
title: B
date: 2024-05-02
permalink: /notes/b.html
---
Text.
""").build()

        assert [] == built.codes
        assert '<a href="../notes/b.html">To b</a>' in built.page("notes/a.html")

    def test_an_introduction_resolves_beside_its_head(self) -> None:
        """Addresses and anchors in `_index.md` are read from the section's head, where it is shown."""
        room, _ = storm("Text.")
        built = room.edit("""\
-- content/news/_index.md --
---
title: News
---
[The storm](2024/storm/), [the same](2024/storm.md), [below](#more).

## More
""").build()

        assert [] == built.codes
        head = built.page("news/index.html")
        assert re.findall(r'href="([^"]*)">(?:The storm|the same|below)<', head) == [
            "../news/2024/storm/",
            "../news/2024/storm/",
            "#more",
        ]

    def test_a_link_to_an_introduction_leads_to_the_head(self) -> None:
        """`../news/_index.md` is the section's head."""
        room, page = storm("[All news of it](../_index.md)")
        built = room.edit("-- content/news/_index.md --\n---\ntitle: News\n---\nText.\n").build()

        assert [] == built.codes
        assert '<a href="../../../news/">All news of it</a>' in built.page(page)

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (
                "[x](clam.md)",
                "storm.md:6:5: error[link/broken]: a link leads to 'clam.md', which is nowhere on this site",
            ),
            (
                "[x](/news/1999/)",
                "storm.md:6:5: error[link/broken]: a link leads to '/news/1999/', which is nowhere on this site",
            ),
            (
                "[x](calm.md#what-remain)",
                "storm.md:6:5: error[link/anchor]: a link leads to the place 'what-remain' that its page does not have",
            ),
            (
                "[x](#nowhere)",
                "storm.md:6:5: error[link/anchor]: a link leads to the place 'nowhere' that its page does not have",
            ),
            ("![a picture](cost.png)", "storm.md:6:14: error[image/missing]: there is no image 'cost.png'"),
            (
                "[x](../../../../etc/passwd.md)",
                (
                    "storm.md:6:5: error[path/outside]: '../../../../etc/passwd.md' leads out of the content folder,"
                    " a path below it was expected"
                ),
            ),
            (
                "[x](../../speeches/late.md)",
                (
                    "storm.md:6:5: warning[link/unpublished]: '../../speeches/late.md' leads to an item that is not"
                    " published: it is scheduled"
                ),
            ),
            (
                "[x](/speeches/2025/late/)",
                (
                    "storm.md:6:5: warning[link/unpublished]: '/speeches/2025/late/' leads to an item that is not"
                    " published: it is scheduled"
                ),
            ),
        ],
    )
    def test_what_leads_nowhere_is_named(self, body: str, expected: str) -> None:
        """Each broken reference is a diagnostic at its place."""
        assert expected == report(body)

    def test_the_nearest_name_is_offered(self) -> None:
        """A misspelt link is told what was probably meant."""
        room, _ = storm("[x](clam.md) [y](calm.md#what-remain)")

        assert [
            "correct the link; did you mean 'news/2024/calm.md'?",
            "headings give the places; did you mean #what-remains?",
        ] == [each.help for each in room.build().diagnostics]

    def test_words_without_a_link_stand_for_what_is_not_published(self) -> None:
        """Of a link to an embargoed item only its words are shown; once it is due, it is a link."""
        room, page = storm("Read [the speech](../../speeches/late.md).")

        assert "<p>Read <a>the speech</a>.</p>" in room.build().page(page)
        assert '<p>Read <a href="../../../speeches/2025/late/">the speech</a>.</p>' in room.build("2025-06-01").page(
            page
        )


class TestFiles:
    def test_a_file_is_published_when_something_names_it(self) -> None:
        """Files beside items are copied where a body or front matter refers to them, and only then."""
        room, _ = storm("[Read it](<report (final).pdf>)")
        built = room.build()

        assert b"report\n" == built.tree["news/2024/report (final).pdf"]
        assert [] == [path for path in built.tree if "coast" in path]

    def test_files_keep_their_place(self) -> None:
        """The address of a file is its path below `content/`, encoded once."""
        assert ["../../../news/2024/coast.svg", "../../../news/2024/report%20(final).pdf"] == hrefs(
            "[The coast](coast.svg) [Read it](<report (final).pdf>)"
        )

    def test_a_scheduled_items_files_are_not_published(self) -> None:
        """Attachments of what is under embargo are under embargo too."""
        room, _ = storm("Text.")
        room = room.edit("""\
-- content/news/secret.md --
---
title: Secret
date: 2025-01-01
attachments: 2024/report (final).pdf
---
[The coast](2024/coast.svg)
""")
        files = {"news/2024/coast.svg", "news/2024/report (final).pdf"}

        assert set() == files & room.build().tree.keys()
        assert files == files & room.build("2025-06-01").tree.keys()

    def test_front_matter_names_files(self) -> None:
        """Image, gallery, attachments and poster are found beside the item and published."""
        built = Newsroom("""\
-- content/news/a.md --
---
title: A
date: 2024-05-01
image: {path: one.svg, alt: One}
gallery: [{path: sub/two.svg, alt: Two}]
attachments: [{path: /shared/three.pdf, title: The report}]
video: {url: https://video.example.org/1, poster: {path: four.svg, alt: Four}}
---
Text.
-- content/news/one.svg --
<svg viewBox="0 0 1 1"/>
-- content/news/sub/two.svg --
<svg viewBox="0 0 2 2"/>
-- content/shared/three.pdf --
3
-- content/news/four.svg --
<svg viewBox="0 0 4 4"/>
""").build()

        assert [] == built.codes
        shown = {
            path.rpartition("/")[2].partition(".")[0] for path in built.tree if path.startswith("assets/pictures/")
        }
        assert ({"one", "two", "four"}, True) == (shown, "shared/three.pdf" in built.tree)

    def test_missing_files_of_front_matter_are_named(self) -> None:
        """A missing image or attachment is an error at its place in the front matter."""
        built = Newsroom("""\
-- content/news/a.md --
---
title: A
date: 2024-05-01
image: {path: one.png, alt: One}
attachments: [two.pdf]
---
Text.
""").build()

        assert ["image/missing", "attachment/missing"] == built.codes
        assert [(4, 15), (5, 15)] == [(each.span.line, each.span.column) for each in built.diagnostics]


def test_all_links_hold_under_a_path() -> None:
    """A site that lives under `/repo/` links in the same way; its own URL is recognised with that path."""
    room, page = storm("[x](https://example.org/repo/news/2024/calm/)", url="https://example.org/repo/")

    assert '<a href="../../../news/2024/calm/">x</a>' in room.build().page(page)


class TestOldArchives:
    def test_a_mistyped_address_is_a_broken_link(self) -> None:
        """What looks like an address elsewhere but for a bracket before it leads to nothing here, and that is said."""
        assert report("[x]((https://example.org/a))").startswith(
            "storm.md:6:5: error[link/broken]: a link leads to '(https://example.org/a)', which is nowhere on this site"
        )

    def test_an_image_as_seen_from_the_page(self) -> None:
        """An image whose path leaves the sources may be meant from the page's address: it is missing there."""
        assert report('<img src="../../../files/x.png" alt="x">').startswith("storm.md:6:11: error[image/missing]")

    def test_an_image_that_leaves_the_site_either_way(self) -> None:
        """A path that leads out of the site from the page's address as well is named for it."""
        assert report("![x](../../../../../x.png)").startswith("storm.md:6:6: error[path/outside]")
