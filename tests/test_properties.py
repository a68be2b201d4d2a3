"""What holds for every archive: what an item touches, where it stands, what is never shown, what is built again."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from csto_site.remembered import Memo
from newsroom import NOTHING, Built, Newsroom
from pages import dead, ids, parsed, place
from strategies import START, Scene, archives, dates, histories, written

ARCHIVE = Newsroom(
    files={
        f"content/{section}/item-{n:02}.md": written(
            {
                "title": f"Item {n}",
                "date": (dt.date(2021, 1, 1) + dt.timedelta(days=17 * n)).isoformat(),
                "tags": f"[tag {n % 3}]",
                "": f"Text {n}.",
            }
        )
        for n in range(80)
        for section in [("news", "speeches")[n % 2]]
    }
)
"""80 items over four years in two sections."""


@cache
def before() -> Mapping[str, bytes]:
    """Give the site that they make."""
    return ARCHIVE.build("2025-06-01").tree


@cache
def order() -> list[tuple[dt.date, str, str]]:
    """Give date, source and page of each of them in their order."""
    pages = {path: _date(data) for path, data in before().items() if _is_item(path)}
    return sorted((date, _source(path), path) for path, date in pages.items())


class Touched:
    """Which outputs a new item may touch, said without the program's help."""

    def __init__(self, section: str, date: dt.date, tag: str) -> None:
        self._section, self._date, self._tag = section, date, tag

    def pages(self) -> set[str]:
        """Name them."""
        return {
            f"{self._section}/{self._date.year}/new/index.html",
            *("index.html", "latest.html", "manifest.json", "tags/index.html", f"tags/{self._tag}/index.html"),
            *("sitemap.xml", "sitemap-pages.xml", f"sitemap-{self._date.year}.xml"),
            *(f"{top}feed.{kind}" for top in ("", f"{self._section}/") for kind in ("atom", "rss", "json")),
            *self._listings(),
            *self._records(),
            *self._beside(),
            *self._like_it(),
            *self._same_days(),
        }

    def _listings(self) -> Iterator[str]:
        """Its month, its year and their heads; where one of them is new, those before and after it as well."""
        for top in ("all", self._section):
            yield f"{top}/index.html"
            for period in (self._date.strftime("%Y"), self._date.strftime("%Y/%m")):
                yield f"{top}/{period}/index.html"
                if f"{top}/{period}/index.html" not in before():
                    yield from self._next_to(top, period)

    def _next_to(self, top: str, period: str) -> Iterator[str]:
        same = [
            path.removeprefix(f"{top}/").removesuffix("/index.html")
            for path in before()
            if path.startswith(f"{top}/")
            and path.endswith(".html")
            and path.count("/") == period.count("/") + 2
            and not _is_item(path)
        ]
        yield from (f"{top}/{each}/index.html" for each in sorted(each for each in same if each < period)[-1:])
        yield from (f"{top}/{each}/index.html" for each in sorted(each for each in same if each > period)[:1])

    def _records(self) -> Iterator[str]:
        """The records of its months and of those beside them, which link to theirs; their part of the history."""
        months = [path for path in self._listings() if path.count("/") == 3]
        yield from (path.replace("index.html", name) for path in months for name in ("index.json", "archive.atom"))
        for path in months:  # where the new month is the last, that before it is closed, to which the one before leads
            top, _, period = path.removesuffix("/index.html").partition("/")
            yield from (each.replace("index.html", "archive.atom") for each in self._next_to(top, period))

    def _beside(self) -> Iterator[str]:
        """Its neighbours in the section, and the four after it among all, whose rail shows it."""
        new = (self._date, f"{self._section}/new.md")
        after = [each for each in order() if each[:2] > new]
        own_before = [path for *at, path in order() if tuple(at) < new and path.startswith(f"{self._section}/")]
        own_after = [path for *_, path in after if path.startswith(f"{self._section}/")]
        yield from (*own_before[-1:], *own_after[:1], *(path for *_, path in after[:4]))

    def _like_it(self) -> Iterator[str]:
        """The five after it that carry its tag: it may be related to them."""
        new = (self._date, f"{self._section}/new.md")
        carrying = [path for *at, path in order() if tuple(at) > new and self._tag in _tags(before()[path])]
        yield from carrying[:5]

    def _same_days(self) -> Iterator[str]:
        """The months of the next three years that have its day, in its section and all news, and the items of it."""
        for top, folder in (("all", ""), (self._section, f"{self._section}/")):
            items = [(day, path) for day, _, path in order() if path.startswith(folder)]
            same = [(day, path) for day, path in items if _is_anniversary(day, self._date)]
            years = sorted({day.year for day, _ in same})[:3]
            yield from (f"{top}/{year}/{self._date:%m}/index.html" for year in years)
            yield from (path for day, path in same if top == "all" and day.year in years)


def _is_anniversary(day: dt.date, of: dt.date) -> bool:
    return day.year > of.year and (day.month, day.day) == (of.month, of.day)


def _tags(page: bytes) -> set[str]:
    return {each.rsplit("/", 2)[1] for each in parsed(page).xpath("//a[@rel='tag']/@href")}


def _source(page: str) -> str:
    """Give the source of an item's page: `news/2024/item-1/index.html` is made of `news/item-1.md`."""
    section, _, name, _ = page.split("/")
    return f"{section}/{name}.md"


def _is_item(path: str) -> bool:
    return "/item-" in path


def _date(page: bytes) -> dt.date:
    return dt.date.fromisoformat(parsed(page).xpath("//main//time/@datetime")[0])


@example(section="news", date=dt.date(2025, 5, 1), tag="new")
@example(section="news", date=dt.date(2020, 5, 1), tag="tag-1")
@example(section="speeches", date=dt.date(2022, 12, 31), tag="tag-0")
@given(section=st.sampled_from(["news", "speeches"]), date=dates(2019, 2025), tag=st.sampled_from(["tag-1", "new"]))
def test_a_new_item_touches_what_shows_it(section: str, date: dt.date, tag: str) -> None:
    """The newest item, or a back-dated one, changes its periods, heads, neighbours, rails, feeds and maps only."""
    assume(date < dt.date(2025, 5, 28))
    new = {"title": "New", "date": date.isoformat(), "tags": f"[{tag.replace('-', ' ')}]", "": "New text."}
    room = Newsroom(files={**ARCHIVE.files, f"content/{section}/new.md": written(new)})
    after = room.build("2025-06-01")
    changed = {path for path, data in after.tree.items() if before().get(path) != data}

    assert set() == changed - Touched(section, date, tag).pages()
    assert {f"{section}/{date.year}/new/index.html", f"all/{date:%Y/%m}/index.html", "manifest.json"} <= changed
    assert len(changed) <= 40
    assert set() == before().keys() - after.tree.keys()


@given(archives())
def test_every_item_stands_once(files: dict[str, bytes]) -> None:
    """Each visible item has one page, stands on one month of all news, and on one of its section."""
    tree = Newsroom(files={**START.newsroom.files, **files}).build().tree
    listed = {top: Counter(_listed(tree, top)) for top in ("all", "news", "speeches")}
    pages = [path for path in tree if "/item-" in path and not _is_gone(tree[path])]

    assert dict.fromkeys(pages, 1) == {path: count for path, count in listed["all"].items() if "/item-" in path}
    for top in ("news", "speeches"):
        mine = [path for path in pages if path.startswith(f"{top}/")]
        assert dict.fromkeys(mine, 1) == {path: count for path, count in listed[top].items() if "/item-" in path}


def _listed(tree: Mapping[str, bytes], top: str) -> Iterator[str]:
    """Give the pages of the items on all months of a listing."""
    for path, data in tree.items():
        parts = path.split("/")
        if parts[0] == top and [part.isdigit() for part in parts[1:3]] == [True, True] and path.endswith(".html"):
            for link in parsed(data).xpath("//article[contains(@class, 'teaser')]//h3/a/@href"):
                where = place(link, path)
                assert where
                yield where.path


def _is_gone(page: bytes) -> bool:
    return b"This item was removed" in page


@given(archives())
def test_listings_are_in_order(files: dict[str, bytes]) -> None:
    """On every month of all news dates go up, and times with them."""
    tree = Newsroom(files={"site.yaml": START.newsroom.files["site.yaml"], **files}).build().tree
    for path, data in tree.items():
        if path.startswith("all/") and path.count("/") == 3 and path.endswith(".html"):
            times = parsed(data).xpath("//section[@class='group']//time/@datetime")

            assert sorted(times) == times


@settings(max_examples=settings().max_examples // 3)
@given(st.randoms(use_true_random=False))
def test_the_order_of_files_changes_nothing(random: object) -> None:
    """Shuffled sources, attachments and templates give the same bytes."""
    paths = list(START.newsroom.files)
    getattr(random, "shuffle")(paths)  # noqa: B009 - its type is random.Random, which no test needs to import
    shuffled = Newsroom(files={path: START.newsroom.files[path] for path in paths})

    assert START.newsroom.build().tree == shuffled.build().tree


@given(histories())
def test_every_address_leads_somewhere(scenes: list[Scene]) -> None:
    """Whatever a site is like, each address on its pages leads to an output, each anchor to an id that is unique."""
    scene = scenes[-1]
    built = scene.newsroom.build(scene.as_of, keep_going=True)
    base = "/" + scene.settings["url"].split("/", 3)[3]

    assert [] == dead(built.tree, base)
    for path, data in built.tree.items():
        if path.endswith(".html"):
            assert [] == [name for name, count in Counter(ids(data)).items() if count > 1]


SLUGS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@example("Übung 7 (final)")
@example("новости-дня")
@example("a%20b")
@example("50%")
@example("a&b=c+d")
@example('"quoted"')
@example("e\u0301")
@example("#?:")
@example("x y")
@example("CON")
@given(SLUGS)
def test_any_slug_is_an_address_or_an_error(slug: str) -> None:
    """A slug is refused with a reason, or its page is found from every place that links to it, anchors included."""
    item = {"title": "Title", "date": "2024-05-01", "slug": json.dumps(slug), "tags": json.dumps([slug])}
    built = Newsroom(files={"content/news/a.md": written(item)}).build()

    assert built.codes if not built.tree else not [code for code in built.codes if code.startswith("address")]
    assert [] == dead(built.tree)


WORD = "zx81embargo"
SECRETS: Mapping[str, str] = {
    "title": f"A {WORD}",
    "lead": f"The {WORD}",
    "tags": f"[{WORD}]",
    "slug": WORD,
    "place": WORD,
    "authors": WORD,
    "aliases": f"/old/{WORD}/",
    "id": f"urn:{WORD}",
    "translation": WORD,
    "attachments": f"/{WORD}.pdf",
    "source": WORD,
    "updated": "2024-05-05",
    "": f"## {WORD}\n\nText {WORD}.",
}


@given(
    path=st.sampled_from(["news/new.md", "news/c.ru.md", "speeches/new.md", "news/regional/new.md"]),
    keys=st.sets(st.sampled_from(sorted(SECRETS)), min_size=1),
    hold=st.sampled_from(
        [{"publish": "2025-03-01"}, {"date": "2025-03-01"}, {"draft": "true"}, {"draft": "true", "gone": "x"}]
    ),
)
def test_no_embargo_leaks(path: str, keys: set[str], hold: dict[str, str]) -> None:
    """Nothing of a draft or a scheduled item stands in any output or its name; once it is due, it does."""
    item = {"title": "New", "date": "2024-05-01"} | hold | {key: SECRETS[key] for key in keys}
    file = {f"content/{WORD}.pdf": WORD.encode(), f"content/{path}": written(item)}
    room = Newsroom(files={**START.newsroom.files, **file})

    assert [] == showing(room.build("2025-02-28T12:00:00"))
    assert bool(showing(room.build("2025-03-01"))) == (
        "draft" not in hold and keys - {"updated", "translation"} != set()
    )


def showing(built: Built) -> list[str]:
    """Name the outputs that have the token in their path or bytes."""
    assert built.tree
    return [path for path, data in built.tree.items() if WORD in path or WORD.encode() in data]


@settings(max_examples=settings().max_examples // 2)
@given(histories(), st.data())
def test_an_incremental_build_is_the_clean_build(scenes: list[Scene], data: st.DataObject) -> None:
    """With the memo of any earlier state, errors met on the way or not, tree and diagnostics are the clean ones."""
    past: list[tuple[Memo, Mapping[str, bytes]]] = [(NOTHING, {})]
    for scene in scenes:
        clean = scene.newsroom.build(scene.as_of)
        memo, tree = data.draw(st.sampled_from(past[-3:])) if len(past) > 1 else past[0]
        built = scene.newsroom.build(scene.as_of, memo=memo)
        assert built.outcome
        assert clean.outcome

        assert clean.diagnostics == built.diagnostics
        assert clean.outcome.made == built.outcome.made
        if clean.outcome.made:
            tree = {str(path): built.tree.get(path, tree.get(path, b"")) for path in built.outcome.made}
            assert clean.tree == tree
            past.append((built.outcome.memo, tree))
        else:  # errors: the old output stays, and so does what is remembered of it
            past.append((replace(built.outcome.memo, kept=memo.kept), tree))


@given(archives(2, 12), st.data())
def test_removing_an_item_removes_what_it_made(files: dict[str, bytes], data: st.DataObject) -> None:
    """Deleting an item takes its page along, and whatever existed for it alone."""
    path = data.draw(st.sampled_from(sorted(files)))
    room = Newsroom(files={**START.newsroom.files, **files})
    with_it, rest = room.build(), room.without(path)
    assert with_it.outcome
    without_it = rest.build(memo=with_it.outcome.memo)
    assert without_it.outcome
    slug = path.rpartition("/")[2].removesuffix(".md")

    assert not [each for each in without_it.outcome.made if f"/{slug}/" in each]
    assert rest.build().outcome.made == without_it.outcome.made  # type: ignore[union-attr]  # it has no errors
