"""Builds of nothing but the inside of items: what is planned anew and what is not, always as a clean build has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from csto_site import outlines
from csto_site.outlines import MonthOutline
from csto_site.shell import memo
from csto_site.shell.build import Report
from sites import AS_OF, DiskSite, small_site, tree_of

DAY = 24 * 3600
STORM = """\
---
title: Storm
date: 2024-05-20
lead: A warning.
tags: [tag-1]
---

The wind is rising.

## By the sea {#sea}

See [the first one](item-0.md).
"""
PLACE = "content/news/storm.md"


@pytest.fixture
def site(tmp_path: Path) -> DiskSite:
    """A site that was built once, with an item that all may edit."""
    site = small_site(tmp_path / "site", 12)
    site.write(PLACE, STORM)
    site.write("content/news/calm.md", STORM.replace("Storm", "Calm").replace("-20", "-19"))
    site.write("content/pages/about.md", "---\ntitle: About\n---\n\nUs.\n")
    assert site.build().written
    return site


def well(site: DiskSite, report: Report) -> None:
    """See that the output is that of a clean build, that nothing is left to do, and that nothing is left behind."""
    assert report.written
    assert site.clean() == tree_of(site.out)
    assert site.build().work.rendered == 0
    assert [] == site.rests()


INSIDE = {
    "another sentence": STORM.replace("rising", "sinking"),
    "a sentence more": STORM + "\nIt is cold.\n",
    "other lines": STORM.replace("The wind", "\n\n\nThe wind"),
    "the text of a heading": STORM.replace("By the sea", "On the coast"),
    "the text of a link": STORM.replace("the first one", "that one"),
}


@pytest.mark.parametrize("name", INSIDE)
def test_the_inside_of_an_item(site: DiskSite, name: str) -> None:
    """A build that changes it plans nothing, and prints its month, the months' records and the feeds."""
    site.write(PLACE, INSIDE[name])
    report = site.build()

    assert (False, 1, 5) == (report.work.is_planned, report.work.parsed, report.work.rendered)
    well(site, report)


def test_an_item_that_is_not_new(site: DiskSite) -> None:
    """Feeds hold the newest items alone: one that is older leaves them as they are."""
    for number in range(30):
        site.write(f"content/news/later-{number}.md", STORM.replace("05-20", "12-20"))
    site.build()
    site.write(PLACE, INSIDE["a sentence more"])
    report = site.build()

    assert (False, 3) == (report.work.is_planned, report.work.rendered)
    well(site, report)


def test_several_items(site: DiskSite) -> None:
    """Several edits are one build, and one follows the other."""
    for word in ("sinking", "turning"):
        site.write(PLACE, STORM.replace("rising", word))
        for path in site.sources()[-3:]:
            path.write_text(path.read_text() + f"\nAnd {word}.\n")
        report = site.build()

        assert (False, 4) == (report.work.is_planned, report.work.parsed)
        well(site, report)


SEEN = {
    "title": STORM.replace("Storm", "A storm"),
    "lead": STORM.replace("A warning", "No warning"),
    "date": STORM.replace("05-20", "05-21"),
    "tags": STORM.replace("tag-1", "tag-2"),
    "a key of its own": STORM.replace("lead:", "place: Sample\nlead:"),
    "lines of the front matter": STORM.replace("lead:", "\nlead:").replace("tags", "aliases: [/old/]\ntags"),
    "a place that links lead to": STORM.replace("#sea", "#coast"),
    "where a link leads": STORM.replace("item-0.md", "item-2.md"),
    "a link more": STORM + "\nAnd [another](item-2.md).\n",
    "a draft": STORM.replace("lead:", "draft: true\nlead:"),
    "a withdrawal": STORM.replace("lead:", "withdrawn: In error.\nlead:"),
}


@pytest.mark.parametrize("name", SEEN)
def test_what_others_see(site: DiskSite, name: str) -> None:
    """What bears on other pages than the item's own takes a plan."""
    site.write(PLACE, SEEN[name])
    report = site.build()

    assert report.work.is_planned
    well(site, report)


def remove(site: DiskSite) -> None:
    """Remove another source."""
    (site.root / "content/news/calm.md").unlink()


def spoil(site: DiskSite) -> None:
    """Alter an output."""
    (site.out / "news/2024/calm/index.html").write_text("other")


BESIDE: dict[str, Callable[[DiskSite], object]] = {
    "a new source": lambda site: site.write("content/news/new.md", STORM.replace("Storm", "New")),
    "a source that is gone": remove,
    "an undated page": lambda site: site.write("content/pages/about.md", "---\ntitle: About\n---\n\nAll of us.\n"),
    "an introduction": lambda site: site.write("content/news/_index.md", "---\ntitle: News\n---\n\nThe news.\n"),
    "a picture": lambda site: site.write(
        "content/news/picture-0.png", (site.root / "content/news/picture-6.png").read_bytes()
    ),
    "a template": lambda site: site.write(
        "templates/parts/head.html", (site.root / "templates/parts/head.html").read_text() + "<!-- other -->\n"
    ),
    "the settings": lambda site: site.write(
        "site.yaml", (site.root / "site.yaml").read_text().replace("Sample news", "Other news")
    ),
    "an output": spoil,
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_changes_beside(site: DiskSite, name: str) -> None:
    """Together with anything but the inside of items, an edit takes a plan."""
    site.write(PLACE, INSIDE["a sentence more"])
    BESIDE[name](site)
    report = site.build()

    assert report.work.is_planned
    well(site, report)


def test_what_falls_due(site: DiskSite) -> None:
    """An edit that is built when an item has fallen due takes a plan."""
    site.write("content/news/due.md", STORM.replace("Storm", "Due").replace("2024-05-20", "2025-01-03"))
    site.build()
    site.write(PLACE, INSIDE["a sentence more"])
    report = site.build(as_of=AS_OF + 3 * DAY)

    assert report.work.is_planned
    assert (site.out / "news/2025/due/index.html").exists()


def test_what_the_parser_says(site: DiskSite) -> None:
    """Warnings of an item come, go, and name their lines as they are now, without a plan."""
    picture = "\n![](picture-0.png)\n"
    site.write("content/news/calm.md", STORM.replace("Storm", "Calm").replace("-20", "-19") + picture)
    site.write(PLACE, STORM + picture)
    assert ["image/alt-missing"] * 2 == [each.code for each in site.build().diagnostics]
    for text, lines in ((STORM.replace("The wind", "\n\nThe wind"), (14, 16)), (STORM, (14, 14))):
        site.write(PLACE, text + picture)
        report = site.build()

        assert not report.work.is_planned
        assert list(lines) == [each.span.line for each in report.diagnostics]
        assert report.diagnostics == site.build(clean=True).diagnostics


def test_what_is_said_of_a_link(site: DiskSite) -> None:
    """A warning of where a link leads stands where that link stands now, without a plan."""
    site.write("site.yaml", (site.root / "site.yaml").read_text() + "diagnostics: {link/broken: warning}\n")
    site.write(PLACE, STORM.replace("item-0", "nowhere"))
    site.build()
    site.write(PLACE, STORM.replace("item-0", "nowhere").replace("The wind", "\n\nThe wind"))
    report = site.build()

    assert not report.work.is_planned
    assert [("link/broken", 14)] == [(each.code, each.span.line) for each in report.diagnostics]
    assert report.diagnostics == site.build(clean=True).diagnostics


def test_what_is_said_of_the_item(site: DiskSite) -> None:
    """What was said of an item beside others and has no place in the body takes a plan."""
    change = "changes: [{date: 2025-02-01, note: Sample}]\nlead:"
    site.write("site.yaml", (site.root / "site.yaml").read_text() + "diagnostics: {date/order: warning}\n")
    site.write(PLACE, STORM.replace("lead:", change))
    assert ["date/order"] == [each.code for each in site.build().diagnostics]
    site.write(PLACE, INSIDE["a sentence more"].replace("lead:", change))

    assert site.build().work.is_planned


def test_a_diagnostic_after(site: DiskSite) -> None:
    """What is wrong with an edit is said, and nothing is written."""
    before = tree_of(site.out)
    site.write(PLACE, STORM.replace("item-0.md", "nowhere.md"))
    report = site.build()

    assert ["link/broken"] == [each.code for each in report.diagnostics]
    assert (None, before) == (report.written, tree_of(site.out))


def test_an_error_before(site: DiskSite) -> None:
    """After a build that came to nothing the next one is planned."""
    site.write(PLACE, STORM.replace("2024-05-20", "some day"))
    site.build()
    site.write(PLACE, INSIDE["a sentence more"])
    report = site.build()

    assert report.work.is_planned
    well(site, report)


def test_beside_what_is_left_out(site: DiskSite) -> None:
    """With errors elsewhere, which are left out, an edit needs no plan; one that has errors itself does."""
    site.write("content/news/bad.md", STORM.replace("2024-05-20", "some day"))
    first = site.build(keep_going=True)
    site.write(PLACE, INSIDE["a sentence more"])
    report = site.build(keep_going=True)

    assert (True, False) == (first.work.is_planned, report.work.is_planned)
    assert (first.left_out, first.diagnostics) == (report.left_out, report.diagnostics) != ((), ())
    before = tree_of(site.out)
    site.build(keep_going=True, clean=True)
    assert before == tree_of(site.out)
    site.write(PLACE, STORM.replace("item-0", "nowhere"))
    report = site.build(keep_going=True)
    assert report.work.is_planned
    assert ["content/news/bad.md", PLACE] == [path for path, _ in report.left_out]


def test_search(tmp_path: Path) -> None:
    """Where readers can search, the index shows bodies too: an edit is planned."""
    site = small_site(tmp_path / "site", 4)
    site.write("site.yaml", (site.root / "site.yaml").read_text() + "search: true\n")
    site.write(PLACE, STORM)
    site.build()
    site.write(PLACE, INSIDE["a sentence more"])

    assert site.build().work.is_planned


def test_an_outline_that_no_longer_holds(site: DiskSite) -> None:
    """An outline that the memo's key does not belong to is not used: a bug there costs time, and no page."""
    forge(site.root / ".cache")
    site.write(PLACE, INSIDE["a sentence more"])
    report = site.build()

    assert report.work.is_planned
    well(site, report)


def forge(cache: Path) -> None:
    """Let the outline of the newest month in a memo say that its first item has no neighbours."""
    record = memo.read(cache, engine_in(cache / "memo"))[0]
    assert record
    rest = memo.rest_of(cache, record)
    assert rest
    fields = msgspec.msgpack.decode(rest.memo)
    task = next(task for name, task in fields[3].items() if name == "month news 2024-5 en")
    outline = outlines.unpacked(task[2])
    assert isinstance(outline, MonthOutline)
    bare = [msgspec.structs.replace(each, older=None, newer=None) for each in outline.beside]
    task[2] = outlines.packed(msgspec.structs.replace(outline, beside=tuple(bare)))
    forged = memo.write_rest(cache, rest.where, [msgspec.msgpack.encode(fields)])
    memo.write(cache, msgspec.structs.replace(record, rest=forged))


def engine_in(path: Path) -> str:
    """Read which program wrote a memo."""
    engine: str = msgspec.msgpack.decode(path.read_bytes()[32:])[0]
    return engine
