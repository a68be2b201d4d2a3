"""The site in memory, built again after each save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from csto_site.diagnostics import Diagnostic
from csto_site.model import OutPath
from csto_site.shell.errors import SiteError
from csto_site.shell.preview import Preview
from csto_site.shell.rebuild import Stand, advanced, rebuilding

AS_OF = 1_735_689_600  # 2025-01-01
SETTINGS = """\
title: Sample news
url: https://news.example.org/repo/
id_authority: news.example.org,2024
sections: {news: News}
"""
STORM = """\
---
title: Storm over the sample coast
date: 2024-05-01
lead: A warning
---

The wind is rising.
"""
CALM = STORM.replace("Storm", "Calm").replace("2024-05-01", "2020-04-01")
STORM_PAGE = OutPath("news/2024/storm/index.html")
CALM_PAGE = OutPath("news/2020/calm/index.html")


class Site(NamedTuple):
    """A site of two items, what builds it again, and all that was reported."""

    root: Path
    rebuild: Callable[[], Preview]
    reports: list[Sequence[Diagnostic] | SiteError]

    def save(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def clean(self) -> Preview:
        """Build the same sources with nothing remembered."""
        return rebuilding(self.root, as_of=lambda: AS_OF, report=lambda _: None)()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    reports: list[Sequence[Diagnostic] | SiteError] = []
    site = Site(tmp_path, rebuilding(tmp_path, as_of=lambda: AS_OF, report=reports.append), reports)
    site.save("site.yaml", SETTINGS)
    site.save("content/news/storm.md", STORM)
    site.save("content/news/calm.md", CALM)
    return site


def text(preview: Preview, path: OutPath) -> str:
    data = preview.files[path]
    assert isinstance(data, bytes)
    return data.decode()


def test_what_is_to_appear_later(site: Site) -> None:
    """It has no page yet, and its address is known, until it appears."""
    assert {} == site.rebuild().scheduled
    site.save("content/news/storm.md", STORM.replace("2024-05-01", "2030-05-01 10:00"))
    preview, path = site.rebuild(), OutPath("news/2030/storm/index.html")

    assert path not in preview.files
    assert {path: ("content/news/storm.md", "2030-05-01T10:00:00+00:00")} == preview.scheduled


def test_whole_site(site: Site) -> None:
    """A site without errors is all its outputs, below the path of its URL, and nothing is reported."""
    preview = site.rebuild()

    assert {STORM_PAGE, CALM_PAGE, "index.html", "404.html", "feed.atom"} <= preview.files.keys()
    assert (preview.problems, preview.base, site.reports) == ((), "/repo/", [()])


def test_without_search(site: Site) -> None:
    """To index the site at each save would take long: the preview has no search."""
    site.save("site.yaml", SETTINGS + "search: true\n")

    assert [] == [path for path in site.rebuild().files if path.startswith("search/")]


def test_an_error_lets_go_of_nothing(site: Site) -> None:
    """Once it is mended only what was edited is made again."""
    before, _ = advanced(Stand(), site.root, AS_OF)
    site.save("content/news/storm.md", "No front matter.")
    after, found = advanced(before, site.root, AS_OF)

    assert ["front-matter/missing"] == [each.code for each in found]
    assert before.memo.kept == after.memo.kept != {}


def test_nothing_is_written(site: Site) -> None:
    """A preview leaves the folder as it was."""
    before = sorted(site.root.rglob("*"))
    site.rebuild()

    assert sorted(site.root.rglob("*")) == before


def test_draft(site: Site) -> None:
    """A draft has its page."""
    site.save("content/news/storm.md", STORM.replace("---\n\n", "draft: true\n---\n\n"))

    assert "The wind is rising." in text(site.rebuild(), STORM_PAGE)


def test_scheduled(site: Site) -> None:
    """An item whose time has not come has none, draft or not: its embargo holds."""
    site.save("content/news/storm.md", STORM.replace("---\n\n", "publish: 2030-01-01\n---\n\n"))

    assert STORM_PAGE not in site.rebuild().files


def test_warning(site: Site) -> None:
    """A warning is reported and keeps nothing back."""
    site.save("content/news/storm.md", STORM.replace("---\n\n", "colour: grey\n---\n\n"))
    preview = site.rebuild()
    (reported,) = site.reports

    assert STORM_PAGE in preview.files
    assert not isinstance(reported, SiteError)
    assert [each.code for each in reported] == ["key/unknown"]


def test_error(site: Site) -> None:
    """An error takes the place of the site, as the terminal shows it."""
    site.save("content/news/storm.md", STORM.replace("2024-05-01", "next tuesday"))
    (problem,) = site.rebuild().problems

    assert problem.splitlines()[0].startswith("content/news/storm.md:3:7: error[date/unreadable]: ")
    assert problem.splitlines()[1] == "  3 | date: next tuesday"


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("content/news/storm.md", STORM.replace("2024-05-01", "next tuesday")),
        ("templates/item.html", "{% if %}"),
        ("templates/item.html", "{{ 1 // 0 }}"),
        ("site.yaml", "title: [\n"),
        ("site.yaml", SETTINGS.replace("news: News", "press: Press")),
    ],
)
def test_mended(site: Site, name: str, broken: str) -> None:
    """Whatever was broken, mending it gives the site that a clean build gives."""
    site.rebuild()
    before = (site.root / name).read_text(encoding="utf-8") if (site.root / name).exists() else None
    site.save(name, broken)
    assert site.rebuild().problems
    if before is None:
        (site.root / name).unlink()
    else:
        site.save(name, before)

    assert site.rebuild() == site.clean()


def test_edit(site: Site) -> None:
    """After an edit the site is that of a clean build, and a page of another year was not made again."""
    before = site.rebuild()
    site.save("content/news/storm.md", STORM.replace("rising", "falling"))
    after = site.rebuild()

    assert after == site.clean()
    assert "The wind is falling." in text(after, STORM_PAGE)
    assert after.files[CALM_PAGE] is before.files[CALM_PAGE]


def test_edit_while_broken(site: Site) -> None:
    """What was saved beside an error shows once the error is mended."""
    site.rebuild()
    site.save("content/news/calm.md", "---\ntitle: [\n---\n")
    site.save("content/news/storm.md", STORM.replace("rising", "falling"))
    assert site.rebuild().problems
    site.save("content/news/calm.md", CALM)
    after = site.rebuild()

    assert after == site.clean()
    assert "The wind is falling." in text(after, STORM_PAGE)


def test_removed(site: Site) -> None:
    """An item that was removed is gone from the site."""
    site.rebuild()
    (site.root / "content/news/storm.md").unlink()
    after = site.rebuild()

    assert after == site.clean()
    assert STORM_PAGE not in after.files


def test_unreadable(site: Site) -> None:
    """A source that cannot be read is a problem like others, and the next save mends it."""
    site.rebuild()
    link = site.root / "content/news/lost.md"
    link.symlink_to("nowhere")
    (problem,) = site.rebuild().problems

    assert problem.startswith("content/news/lost.md: error[source/unreadable]: cannot be read: a link that leads")
    link.unlink()
    assert site.rebuild() == site.clean()


def test_no_settings(site: Site) -> None:
    """Without site.yaml the page says so."""
    (site.root / "site.yaml").unlink()
    (problem,) = site.rebuild().problems

    assert problem.startswith("site.yaml: error[settings/missing]: ")
