"""Where references lead: internal links resolved and checked, files published when something names them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest

from newsroom import Newsroom
from sites import small_site, tree_of

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
            ("#", "#"),
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

    def test_files_of_the_site_itself_are_addresses(self) -> None:
        """What lies in `static/` may be linked where it will be published."""
        room, page = storm("[x](/plain.txt) [x](../../../plain.txt)")
        built = room.edit("-- static/plain.txt --\nPlain.\n").build()

        assert [] == built.codes
        assert 2 == built.page(page).count('<a href="../../../plain.txt">x</a>')

    def test_a_query_stays(self) -> None:
        """A link keeps its query: a script of the page may read it."""
        assert ["../../../news/?view=list#newest"] == hrefs("[Read this](/news/?view=list#newest).")

    def test_a_former_address_leads_to_the_present_one(self) -> None:
        """A link to an alias goes straight to the page."""
        assert ["../../../news/2024/storm/"] == hrefs("[Read this](/old/storm.html).")

    def test_a_former_address_with_a_query_is_no_place(self) -> None:
        """Only the server's map tells `/o.php?i=1` and `/o.php?i=2` apart: a link to neither leads to some item."""
        room, _ = storm("[x](/o.php?i=1) [x](/o.php)")
        aliases = "aliases: ['/o.php?i=1', '/o.php?i=2']\n"
        room = room.edit(f"-- content/news/tide.md --\n---\ntitle: Tide\ndate: 2024-05-03\n{aliases}---\nText.\n")

        assert ["link/broken", "link/broken"] == room.build().codes

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
            "correct the link; did you mean 'calm.md'?",
            "headings give the places; did you mean #what-remains?",
        ] == [each.help for each in room.build().diagnostics]

    @pytest.mark.parametrize(
        ("count", "listed"),
        [(0, "none"), (1, "#a0"), (3, "#a0, #a1, #a2"), (4, "#a0, #a1, #a2 and more")],
    )
    def test_the_places_of_a_page_are_offered(self, count: int, listed: str) -> None:
        """Where none is like what was written, the first three are named, and whether there are more."""
        room, _ = storm("[x](quiet.md#nowhere)")
        body = "Text.\n\n" + "".join(f"## A{n}\n\n" for n in range(count))
        room = room.edit(f"-- content/news/2024/quiet.md --\n---\ntitle: Quiet\ndate: 2024-05-03\n---\n{body}")

        assert [f"headings give the places; it has {listed}"] == [each.help for each in room.build().diagnostics]

    def test_words_without_a_link_stand_for_what_is_not_published(self) -> None:
        """Of a link to an embargoed item only its words are shown; once it is due, it is a link."""
        room, page = storm("Read [the speech](../../speeches/late.md).")

        assert "<p>Read <a>the speech</a>.</p>" in room.build().page(page)
        assert '<p>Read <a href="../../../speeches/2025/late/">the speech</a>.</p>' in room.build("2025-06-01").page(
            page
        )


SOON = """\
-- content/speeches/later.md --
---
title: Later still
date: 2026-01-01
aliases: [/speeches/promised/]
---
{}

## Why

So.
-- content/speeches/draft.md --
---
title: A draft
date: 2024-01-01
draft: true
---
[x](nope.md)
"""
WITHDRAWN_LATER = """\
---
title: Later still
date: 2026-01-01
withdrawn: {reason: It is wrong., replaced_by: nope.md}
---
Text.
"""


def later(body: str) -> Newsroom:
    """Give a site with an item of that body that falls due after another one."""
    return storm("Text.")[0].edit(SOON.replace("{}", body))


class TestWhatIsDueLater:
    @pytest.mark.parametrize("as_of", ["2024-12-31", "2026-06-01"])
    def test_it_is_judged_today(self, as_of: str) -> None:
        """Links, anchors and pictures are errors before an item falls due as they are afterwards."""
        built = later("[x](nope.md) ![q](nope.jpg) [an](late.md#nope)").build(as_of)

        assert (["link/broken", "image/missing", "link/anchor"], {}) == (built.codes, built.tree)

    def test_what_is_to_replace_it_is_judged_today(self) -> None:
        """An item that falls due withdrawn leads readers on: to nowhere is an error before, too."""
        room = later("Text.").edit(f"-- content/speeches/later.md --\n{WITHDRAWN_LATER}")

        assert ["link/broken"] == room.build().codes == room.build("2026-06-01").codes

    @pytest.mark.parametrize(
        "target",
        [
            "late.md",
            "/speeches/2025/late/",
            "#why",
            "later.md#why",
            "/speeches/promised/",
            "/speeches/2026/",
            "/speeches/2026/01/index.json",
            "/all/2025/05/",
            "../news/2024/calm.md#what-remains",
        ],
    )
    def test_what_stands_by_then_may_be_linked(self, target: str) -> None:
        """It may lead to what falls due before it, to its own address, and to the lists that will name it."""
        room = later(f"[x]({target})")

        assert ([], []) == (room.build().codes, room.build("2026-06-01").codes)

    @pytest.mark.parametrize("path", ["later.md", "draft.md"])
    def test_what_does_not_stand_by_then_is_named(self, path: str) -> None:
        """A link to what falls due after it, and one to a draft, are as those of what is published."""
        room = later("Text.").edit(f"""\
-- content/speeches/late.md --
---
title: Not yet
date: 2025-05-02
---
[x]({path})
""")

        assert ["link/unpublished"] == room.build().codes == room.build("2025-06-01").codes

    def test_links_to_it_are_judged(self) -> None:
        """What is published may name it, but no place in it that will not be there."""
        room, _ = storm("[x](../../speeches/later.md#why) [y](../../speeches/later.md#gone)")

        assert ["link/unpublished", "link/anchor", "link/unpublished"] == room.edit(SOON).build().codes

    def test_lists_that_will_name_it_are_not_there_yet(self) -> None:
        """What is published may not lead to a list that is made for what falls due later."""
        room, _ = storm("[x](/speeches/2026/)")

        assert ["link/broken"] == room.edit(SOON).build().codes

    def test_its_pictures_are_looked_at(self) -> None:
        """A damaged picture is found before the item falls due, and a whole one stays unpublished."""
        whole = later("![The coast](../news/2024/coast.svg)")
        broken = Newsroom(files={**whole.files, "content/news/2024/coast.svg": b"none"})

        assert ["image/unreadable"] == broken.build().codes
        assert ([], []) == (whole.build().codes, [path for path in whole.build().tree if "coast" in path])

    def test_it_is_left_out(self) -> None:
        """Where building goes on, an item that is due later and has errors is named as left out."""
        built = later("[x](nope.md)").build(keep_going=True)

        assert built.outcome
        assert built.tree
        assert (("content/speeches/later.md", "/speeches/2026/later/"),) == built.outcome.left_out


def test_what_is_proposed_can_be_typed() -> None:
    """A name that is offered for one with other capitals is read there as it stands: from the item, or from the top."""
    written = (
        "Calm.md",
        "../../speeches/A%20note.md",
        "/news/2024/Calm/",
        "Report (final).pdf",
        "/news/2024/Coast.svg",
    )

    def site(each: str) -> Newsroom:
        note = "-- content/speeches/a note.md --\n---\ntitle: A note\ndate: 2024-01-01\n---\nText.\n"
        return storm(f"[x](<{each}>) ![The coast](<{each}>)" if "svg" in each else f"[x](<{each}>)")[0].edit(note)

    advice = [site(each).build().diagnostics[-1].help for each in written]
    proposed = [each.partition("did you mean '")[2].removesuffix("'?") for each in advice]

    assert [
        "calm.md",
        "../../speeches/a%20note.md",
        "/news/2024/calm/",
        "report%20%28final%29.pdf",
        "coast.svg",
    ] == proposed
    assert [[]] * len(written) == [site(each).build().codes for each in proposed]


def test_names_in_front_matter_are_proposed_as_typed_there() -> None:
    """There a blank stands as it is."""
    room, _ = storm("Text.")

    def codes(name: str) -> list[str]:
        written = room.files["content/news/2024/calm.md"].replace(b"date:", f"attachments: [{name}]\ndate:".encode())
        built = Newsroom(files={**room.files, "content/news/2024/calm.md": written}).build()
        return [f"{each.code} {each.help}" for each in built.diagnostics]

    assert ["attachment/missing put the file beside the item; did you mean 'report (final).pdf'?"] == codes(
        "Report (final).pdf"
    )
    assert [] == codes("report (final).pdf")


_FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")


class TestComposition:
    def test_files_are_published_composed(self, tmp_path: Path) -> None:
        """As pages are: servers compare bytes, and what people type is composed; also once the form changes."""
        site, whole = small_site(tmp_path / "site", 1), "\u00fcber"
        apart = unicodedata.normalize("NFD", whole)
        site.write("content/news/a.md", f"---\ntitle: A\ndate: 2024-05-01\n---\n[x]({whole}.pdf) [y](/{whole}.txt)\n")
        old = [site.write(each, "x") for each in (f"content/news/{apart}.pdf", f"static/{apart}.txt")]

        assert () == site.build().diagnostics
        assert [f"news/{whole}.pdf", f"{whole}.txt"] == [path for path in tree_of(site.out) if not path.isascii()]
        for path in old:
            path.rename(path.with_name(unicodedata.normalize("NFC", path.name)))
        assert () == site.build().diagnostics
        assert site.clean() == tree_of(site.out)

    def test_two_files_of_one_name(self, tmp_path: Path) -> None:
        """Which of the two would be published? That is said, and neither is lost in silence."""
        site = small_site(tmp_path / "site", 1)
        for form in _FORMS:
            site.write(f"content/news/{unicodedata.normalize(form, 'über')}.pdf", form)

        assert ["output/collision"] == [each.code for each in site.build().diagnostics]

    @pytest.mark.parametrize(("stored", "linked"), [("NFD", "NFC"), ("NFC", "NFD")])
    def test_names_are_compared_composed(self, stored: Literal["NFC", "NFD"], linked: Literal["NFC", "NFD"]) -> None:
        """A Mac may write letters and their accents apart: sources and files are found in either form."""
        md, svg, pdf = (unicodedata.normalize(stored, each) for each in ("grüße.md", "grün.svg", "über.pdf"))
        a, b, c, d = (unicodedata.normalize(linked, each) for each in ("grüße.md", "grün.svg", "über.pdf", "grüße"))
        built = Newsroom(f"""\
-- content/news/{md} --
---
title: Greetings
date: 2024-05-01
---
Text.
-- content/news/{svg} --
<svg viewBox="0 0 1 1"/>
-- content/news/{pdf} --
3
-- content/news/a.md --
---
title: A
date: 2024-05-02
attachments: [{c}]
image: {{path: {b}, alt: Green}}
---
[x]({a}) [x](<{a}>) [x]({quote(a)}) [x](/news/{a}) [x](/news/2024/{d}/) ![Green]({b}) [x]({c}) [x](/news/{c})
""").build()

        assert [] == built.codes
        assert 5 == built.page("news/2024/a/index.html").count(f'href="../../../news/2024/{quote("grüße")}/">x</a>')

    def test_two_names_that_differ_in_form_only_are_an_error(self) -> None:
        """On a Mac they are one file: said once, for sources and for other files."""
        names = [unicodedata.normalize(form, f"{name}") for name in ("é.md", "é.svg") for form in _FORMS]
        text = "---\ntitle: E\ndate: 2024-05-01\n---\nText.\n"
        built = Newsroom("".join(f"-- content/news/{each} --\n{text}" for each in names)).build()

        assert ["output/collision", "output/collision"] == built.codes


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

    def test_a_scheme_may_have_capitals(self) -> None:
        """What is elsewhere is elsewhere, however its scheme is written."""
        built = Newsroom("""\
-- content/news/a.md --
---
title: A
date: 2024-05-01
attachments: [{path: "HTTPS://example.org/two.pdf", title: Two}]
---
Text.
""").build()

        assert [] == built.codes
        assert 'href="HTTPS://example.org/two.pdf"' in built.page("news/2024/a/index.html")

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
