"""Search: how the archive is cut into bundles, what is indexed again, and that its files are like all others."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from csto_site import indexes, jobs, pipeline, search
from csto_site.hands import Printed, Serial, made_of
from csto_site.manifests import read_manifest
from csto_site.model import Item, Moment, OutPath, Output, Permalink, Settings, Slug
from csto_site.remembered import Memo
from csto_site.shell import search as shell
from csto_site.shell.cli import run
from desk import desk
from newsroom import SETTINGS, Built, Newsroom
from sites import DiskSite, tree_of

MOST = 5


def item(day: dt.date, number: int) -> Item:
    """Give an item of a day; its path says which one."""
    moment = Moment(date=day, time=None, offset=0, instant=0)
    name = f"{day}-{number}"
    return Item(
        path=f"{name}.md",
        language="en",
        section="news",
        title=name,
        date=moment,
        publish=moment,
        lead=(),
        slug=Slug(name),
        permalink=Permalink(f"/{name}/"),
        id=name,
        translation=name,
    )


days = st.dates(dt.date(1995, 1, 1), dt.date(2024, 12, 31)) | st.dates(dt.date(2024, 3, 1), dt.date(2024, 3, 5))
rows = st.lists(st.tuples(days, st.integers(0, 999)), max_size=60, unique=True)


def cut(row: Iterable[tuple[dt.date, int]]) -> list[search.Period]:
    """Cut a row of days into periods of at most five items."""
    items = sorted((item(*each) for each in row), key=lambda each: each.order)
    return list(search.periods(items, MOST))


class TestPeriods:
    """The archive cut by the calendar."""

    @given(rows)
    def test_every_item_is_in_one_period_of_bounded_size(self, row: list[tuple[dt.date, int]]) -> None:
        """Nothing is lost, doubled or out of order, and no two periods have one name."""
        found = cut(row)
        flat = [each.path for period in found for each in period.items]

        assert [item(*each).path for each in sorted(row, key=lambda each: item(*each).order)] == flat
        assert all(0 < len(period.items) <= MOST for period in found)
        assert len(found) == len({period.name for period in found})

    @given(rows, days)
    def test_a_new_item_touches_one_period(self, row: list[tuple[dt.date, int]], day: dt.date) -> None:
        """Wherever it lands: of the old bundles at most one is another now."""
        before, after = cut(row), cut([*row, (day, 1000)])
        touched = [period for period in before if period not in after]

        is_one_day = len({each.date.date for period in touched for each in period.items}) == 1
        assert len(touched) <= 1 or is_one_day

    @given(rows)
    def test_a_new_newest_item_touches_the_newest_period(self, row: list[tuple[dt.date, int]]) -> None:
        """All others stay as they are."""
        before, after = cut(row), cut([*row, (dt.date(2025, 1, 1), 1000)])

        assert before[:-1] == after[: len(before[:-1])]

    @pytest.mark.parametrize(
        ("name", "expected"),
        [("all", True), ("2020-2029", True), ("2020", True), ("2020-05", False), ("2020-q1", False)],
    )
    def test_whole_years_are_told_from_parts(self, *, name: str, expected: bool) -> None:
        """Their names say it."""
        assert expected == bool(search.is_whole_years(name))


class TestOneOrder:
    """Pagefind's files, whose order differs from run to run."""

    @staticmethod
    def files(order: int) -> dict[str, bytes]:
        """Make an index of one language with two filters, in one of two orders."""
        filters: dict[str, list[Any]] = {"section": [["news", [0, 300]], ["a", [1]]], "year": [["2024", [0, 1, 70000]]]}
        names = {name: f"en_{name}{order}" for name in list(filters)[::order]}
        meta: Any = ["1", [["en_p", 3]], [], [[name, file] for name, file in names.items()], [], ["title"]]
        entry = {"languages": {"en": {"hash": f"en_{order}", "wasm": "en", "page_count": 3}}}
        return {
            **{
                f"filter/{file}.pf_filter": indexes.packed([name, filters[name][::order]])
                for name, file in names.items()
            },
            f"pagefind.en_{order}.pf_meta": indexes.packed(meta),
            indexes.ENTRY: json.dumps(entry).encode(),
        }

    def test_two_orders_become_one(self) -> None:
        """The same filters give the same bytes under the same names."""
        assert indexes.ordered(self.files(1)) == indexes.ordered(self.files(-1))

    def test_names_lead_to_what_was_renamed(self) -> None:
        """The entry names the list, and the list the filters."""
        made = indexes.ordered(self.files(1))
        name = json.loads(made[indexes.ENTRY])["languages"]["en"]["hash"]
        meta = gzip.decompress(made[f"pagefind.{name}.pf_meta"])
        filters = [path for path in made if path.startswith("filter/")]

        assert 2 == len(filters)
        assert all(Path(path).stem.encode() in meta for path in filters)

    def test_a_strange_file_is_refused(self) -> None:
        """Another version of Pagefind may write another form: that is said, not guessed."""
        files = self.files(1) | {"pagefind.en_1.pf_meta": gzip.compress(b"something else")}

        with pytest.raises(indexes.StrangeIndexError):
            indexes.ordered(files)


class Indexer(Serial):
    """Hands that index by noting what they were asked for."""

    def __init__(self, sources: dict[str, bytes]) -> None:
        super().__init__(sources.__getitem__, lambda _: None)
        self.asked: list[str] = []

    def index(self, _settings: Settings, bundles: Iterable[jobs.SearchBundle]) -> Iterator[Printed]:
        """Note a bundle, and make one file of it."""
        for each in bundles:
            self.asked.append(each.name)
            path = OutPath(f"search/{each.name}/index")
            yield Printed((made_of(Output(path, b"".join(entry.title.encode() for entry in each.entries))),))


SEARCHED = Newsroom(files={"site.yaml": (SETTINGS + "search: true\n").encode()})
ITEM = "-- content/news/{0}.md --\n---\ntitle: {1}\ndate: {0}\n---\nWords.\n"


def archive() -> Newsroom:
    """Give a site with two items in each of three decades."""
    return SEARCHED.edit("".join(ITEM.format(f"{y}-03-0{n}", f"Of {y}") for y in (1999, 2009, 2019) for n in (1, 2)))


def indexed(site: Newsroom, memo: Memo) -> tuple[Sequence[str], pipeline.Outcome]:
    """Build, and say which bundles were indexed."""
    inputs = site.inputs().value
    assert inputs is not None
    hands = Indexer(site.sources)
    outcome = pipeline.build(inputs, memo, hands)
    assert not outcome.diagnostics
    return hands.asked, outcome


class TestIncremental:
    """What is indexed again."""

    @pytest.fixture(autouse=True)
    def small_bundles(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let a decade fill a bundle."""
        monkeypatch.setattr(search, "MOST", 2)

    def test_at_first_all(self) -> None:
        """Each period and the engine, once."""
        asked, outcome = indexed(archive(), Memo())

        assert ["1990-1999", "2000-2009", "2010-2019", "engine"] == asked
        assert (4, 4) == (outcome.work.bundles, outcome.work.indexed)

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ("", []),
            (ITEM.format("2009-03-01", "Edited"), ["2000-2009"]),
            (ITEM.format("2024-03-01", "New"), ["2020-2029"]),
            ("-- static/assets/site.css --\nbody { color: red }\n", []),
            ("-- site.yaml --\n" + SETTINGS.replace("Gazette", "Herald") + "search: true\n", []),
            ("-- site.yaml --\n" + SETTINGS.replace("news: News", "news: Reports") + "search: true\n", None),
            ("-- site.yaml --\n" + SETTINGS + "dates: d MMMM yyyy\nsearch: true\n", None),
        ],
        ids=["nothing", "an edit", "a new item", "a style", "the site's title", "a section's title", "dates"],
    )
    def test_later_only_what_says_something_else(self, change: str, expected: list[str] | None) -> None:
        """An edit indexes its own period; what no record shows indexes nothing."""
        memo = indexed(archive(), Memo())[1].memo
        asked, _ = indexed(archive().edit(change), memo)

        assert (["1990-1999", "2000-2009", "2010-2019"] if expected is None else expected) == asked

    def test_a_tag_that_is_spelt_otherwise_elsewhere(self) -> None:
        """The commonest spelling is that of all items: old bundles show it as well."""
        tagged = ITEM.replace("---\nWords", "tags: [{2}]\n---\nWords")
        rows = (("1999-03-01", "sea"), ("2009-03-01", "sea"), ("2009-03-02", "x"), ("2019-03-01", "Sea"))
        site = SEARCHED.edit("".join(tagged.format(day, "One", tag) for day, tag in rows))
        memo = indexed(site, Memo())[1].memo
        asked, _ = indexed(site.edit(tagged.format("2009-03-01", "One", "Sea")), memo)

        assert ["1990-1999", "2000-2009", "2010-2019"] == asked

    def test_a_broken_file_of_a_bundle(self) -> None:
        """What was altered by hand is made again, with its bundle."""
        memo = indexed(archive(), Memo())[1].memo
        altered = frozenset([OutPath("search/2000-2009/index")])
        asked, _ = indexed(archive(), replace(memo, altered=altered))

        assert ["2000-2009"] == asked


class TestPages:
    """What a site with search has, and one without has not."""

    @staticmethod
    def built(more: str) -> Built:
        """Build a site of one item."""
        return Newsroom(ITEM.format("2024-03-01", "One") + f"-- site.yaml --\n{SETTINGS}{more}").build()

    def test_without(self) -> None:
        """There is no page, no link, no looser policy."""
        tree = self.built("").tree

        assert not [path for path in tree if path.startswith("search/")]
        assert not [path for path, data in tree.items() if path.endswith(".html") and b'rel="search"' in data]
        assert b"wasm" not in tree["_headers"] + tree["nginx.conf"]

    def test_with(self) -> None:
        """Every page links to it, and it alone lets WebAssembly run; servers' headers must not forbid it."""
        tree = self.built("search: true\n").tree
        loose = [path for path, data in tree.items() if b"wasm-unsafe-eval" in data]

        assert b'href="./search/" rel="search"' in tree["index.html"]
        assert ["_headers", "nginx.conf", "search/index.html"] == sorted(loose)

    def test_years_have_something_to_be_found(self) -> None:
        """The newest come first; one whose items were all withdrawn is not offered."""
        lost = ITEM.format("2022-03-01", "Lost").replace("---\nWords", "withdrawn: Wrong.\n---\nWords")
        items = ITEM.format("2024-03-01", "One") + ITEM.format("2023-03-01", "Two") + lost
        job = desk(SEARCHED.edit(items)).tasks["search en"].make()

        assert isinstance(job, jobs.SearchPage)
        assert (2024, 2023) == job.years

    def test_a_section_is_called_as_in_the_language(self) -> None:
        """What readers filter by has the title that it has in their language."""
        settings = SETTINGS + "search: true\nlanguages: {ru: {title: Газета, sections: {news: Новости}}}\n"
        item = ITEM.replace(".md", ".ru.md").format("2024-03-01", "One")
        job = desk(Newsroom(f"-- site.yaml --\n{settings}{item}")).tasks["search all ru"].make()

        assert isinstance(job, jobs.SearchBundle)
        assert ["Новости"] == [entry.section_title for entry in job.entries]

    def test_the_list_of_bundles(self) -> None:
        """It says where each lies, from when its items are, and how many."""
        (part,) = json.loads(self.built("search: true\n").tree["search/bundles.json"])

        assert ("all/", "2024", 2024, 2024, 1) == tuple(part[k] for k in ("path", "title", "from", "to", "count"))

    def test_a_bundle_that_says_something_else_is_marked(self) -> None:
        """Browsers keep a bundle until its mark changes: with the text of an item it does, with a style not."""
        item = ITEM.format("2024-03-01", "One")
        room = SEARCHED.edit(item)
        edits = ("", "-- static/assets/site.css --\nbody {}\n", item.replace("Words", "New words"))
        marks = [json.loads(room.edit(each).build().tree["search/bundles.json"])[0]["mark"] for each in edits]

        assert marks[0] == marks[1] != marks[2]

    @pytest.mark.parametrize(
        "line", ["withdrawn: {date: 2024-04-01, reason: wrong}", "draft: true", "publish: 2030-01-01"]
    )
    def test_what_is_not_searched(self, line: str) -> None:
        """Withdrawn, draft and scheduled items are in no bundle."""
        text = f"-- content/news/a.md --\n---\ntitle: One\ndate: 2024-03-01\n{line}\n---\nWords.\n"

        assert [] == json.loads(SEARCHED.edit(text).build().tree["search/bundles.json"])

    def test_an_item_in_its_place_is_refused(self) -> None:
        """The address of the search page is taken."""
        text = "-- content/news/a.md --\n---\ntitle: One\ndate: 2024-03-01\npermalink: /search/\n---\nWords.\n"

        assert SEARCHED.edit(text).build().codes


TEXT = "---\ntitle: One\ndate: {}\ntags: [Mountains, Sea]\n---\nExercises began.\n"


@pytest.fixture
def site(tmp_path: Path) -> DiskSite:
    """Write a site with search and an item in each of two sections."""
    made = DiskSite(tmp_path / "site")
    made.write("site.yaml", SETTINGS + "search: true\n")
    made.write("content/news/one.md", TEXT.format("2023-03-01"))
    made.write("content/speeches/two.md", TEXT.format("2024-03-01"))
    return made


class TestOnDisk:
    """With Pagefind itself."""

    def test_bundles_are_outputs_like_all_others(self, site: DiskSite) -> None:
        """They are listed in the manifest, kept when nothing changed, and the same from a clean build."""
        first = site.build()
        listed = read_manifest((site.out / "manifest.json").read_bytes()) or {}
        site.write("templates/404.html", "<p>{{ page.title }}</p>")
        second = site.build()

        assert (2, 2, 0) == (first.work.bundles, first.work.indexed, second.work.indexed)
        assert [] == [path for path in tree_of(site.out / "search") if f"search/{path}" not in listed and "." in path]
        assert tree_of(site.out) == site.clean()

    def test_after_every_change_as_from_a_clean_build(self, site: DiskSite, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever is edited, added, moved, withdrawn or set: the old bundles are those that a clean build makes."""
        monkeypatch.setattr(search, "MOST", 2)
        settings = SETTINGS + "search: true\n"
        changes = (
            ("content/news/one.md", TEXT.format("2023-03-01").replace("Exercises", "Manoeuvres")),
            ("content/news/three.md", TEXT.format("2024-05-01")),
            ("content/news/old.md", TEXT.format("1999-05-01")),
            ("content/news/three.md", TEXT.format("2024-05-01").replace("Sea", "sea")),
            ("content/news/three.md", TEXT.format("2024-05-01").replace("tags:", "withdrawn: wrong\ntags:")),
            ("content/speeches/two.md", TEXT.format("2001-03-01")),
            ("content/news/one.ru.md", TEXT.format("2023-03-01")),
            ("site.yaml", settings + "languages: {ru: Вестник}\n"),
            ("site.yaml", settings.replace("news: News", "news: Reports") + "dates: d MMMM yyyy\n"),
        )
        site.build()
        for path, text in changes:
            site.write(path, text)
            site.build()

            assert tree_of(site.out) == site.clean(), text

    def test_without_search_they_are_gone(self, site: DiskSite) -> None:
        """The option has the last word, and leaves nothing behind."""
        site.build()
        site.build(search=False)

        assert not (site.out / "search").exists()

    def test_an_error_elsewhere_indexes_nothing(self, site: DiskSite) -> None:
        """The output stays whole."""
        site.build()
        before = tree_of(site.out)
        site.write("content/news/one.md", "---\ntitle: One\ndate: never\n---\n")
        report = site.build()

        assert report.written is None
        assert before == tree_of(site.out)

    def test_where_pagefind_is_missing(
        self, site: DiskSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """One line names the extra; nothing is made."""
        monkeypatch.setitem(sys.modules, "pagefind_bin", None)

        assert 1 == run(["build", "--root", str(site.root)])
        assert f"error: {shell.MISSING}\n" == capsys.readouterr().err
        assert not site.out.exists()

    def test_where_pagefind_breaks(
        self, site: DiskSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A process that ends too early is one line, too, and the old output stands."""
        program = tmp_path / "pagefind"
        program.write_text("#!/bin/sh\nexit 3\n")
        program.chmod(0o755)
        monkeypatch.setattr(shell, "program", lambda: program)

        assert 1 == run(["build", "--root", str(site.root)])
        assert "Pagefind ended before its work was done (exit status 3)" in capsys.readouterr().err
        assert not site.out.exists()
