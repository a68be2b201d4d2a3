"""Archive to tasks: keys that cover all that a job holds, names and addresses that are unique."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from csto_site import jobs
from csto_site.addresses import SEARCH, listing_addresses, record_addresses
from csto_site.codec import canonical
from csto_site.model import Made
from csto_site.permalinks import out_path
from desk import desk
from newsroom import SETTINGS, Newsroom
from strategies import AROUND, FILE_EDITS, START, Scene, histories, item_edits, written

SMALL = (
    jobs.HomePage,
    jobs.HeadPage,
    jobs.YearPage,
    jobs.TermsPage,
    jobs.UndatedPage,
    jobs.GonePage,
    jobs.NotFoundPage,
    jobs.LatestPart,
    jobs.RedirectsMap,
    jobs.SitemapIndex,
)
"""Kinds of jobs that are keyed by themselves."""


def jobs_of(scene: Scene) -> Iterator[tuple[tuple[str, str], bytes]]:
    """Give each task's name and key with its job in canonical form."""
    for name, task in desk(scene.newsroom, scene.as_of).tasks.items():
        yield (name, task.key), canonical(task.make())


def prints_of(scene: Scene) -> Iterator[tuple[tuple[str, str], tuple[Made, ...]]]:
    """Give each task's name and whole key, that of all it is printed with, with the outputs that it makes."""
    built = scene.newsroom.build(scene.as_of)
    if built.outcome:
        for name, kept in built.outcome.memo.kept.items():
            yield (name, kept.key), kept.made


def test_a_key_covers_what_a_job_holds() -> None:
    """Of a site and all that are one edit of an item away, one task under one key has one job.

    This is what makes an incremental build right: what a memo holds under a key is what would be made again.
    """
    seen: dict[tuple[str, str], bytes] = {}
    paths = ["news/a.md", "speeches/f.md", "speeches/f.ru.md", "speeches/g.md"]
    for scene in (START, *map(START.after, item_edits(paths)), *map(START.after, FILE_EDITS)):
        for key, job in jobs_of(scene):
            assert job == seen.setdefault(key, job)


def test_a_whole_key_covers_what_a_job_is_printed_with() -> None:
    """Of a site and all that are an edit of frame, settings, templates or clock away the same is true of outputs."""
    seen: dict[tuple[str, str], tuple[Made, ...]] = {}
    for scene in (START, *map(START.after, AROUND)):
        for key, made in prints_of(scene):
            assert made == seen.setdefault(key, made)


@settings(max_examples=settings().max_examples // 2)
@given(histories())
def test_a_whole_key_covers_any_history(scenes: list[Scene]) -> None:
    """The same over edits of every kind that follow each other."""
    seen: dict[tuple[str, str], tuple[Made, ...]] = {}
    for scene in scenes:
        for key, made in prints_of(scene):
            assert made == seen.setdefault(key, made)


def test_a_key_covers_where_an_item_is_listed() -> None:
    """With the 51st item of a year the ways back of all the others lead to their months: their keys say so."""
    seen: dict[tuple[str, str], bytes] = {}
    fifty = {f"news/a{n}.md": {"title": f"A {n}", "date": f"2024-0{5 + n // 25}-01"} for n in range(50)}
    for sources in (fifty, fifty | {"news/b.md": {"title": "B", "date": "2024-06-02"}}):
        for key, job in jobs_of(START._replace(sources=sources)):
            assert job == seen.setdefault(key, job)


@given(histories(3))
def test_equal_jobs_have_equal_keys(scenes: list[Scene]) -> None:
    """A small job is keyed by itself: what comes out the same is not printed again."""
    seen: dict[tuple[str, bytes], str] = {}
    for scene in scenes:
        for name, task in desk(scene.newsroom, scene.as_of).tasks.items():
            if issubclass(task.kind, SMALL):
                assert task.key == seen.setdefault((name, canonical(task.make())), task.key)


@given(histories(3))
def test_a_task_says_what_it_makes(scenes: list[Scene]) -> None:
    """Kind and language of a task are those of its job: its key is salted by them."""
    for task in desk(scenes[-1].newsroom, scenes[-1].as_of).tasks.values():
        job = task.make()

        assert (type(job), jobs.language_of(job)) == (task.kind, task.language)


def test_an_empty_site_has_its_frame() -> None:
    """Without a single item there are home, heads, feeds, tags, sitemap and the page for lost readers."""
    tree = Newsroom().build().tree

    assert {"index.html", "all/index.html", "news/index.html", "tags/index.html", "404.html"} <= tree.keys()
    assert {"latest.html", "feed.atom", "news/feed.json", "sitemap.xml", "robots.txt", "manifest.json"} <= tree.keys()


def test_all_that_is_made_has_a_known_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """What links may lead to and no item may take is what is made: sheets of long lists and all documents included."""
    monkeypatch.setattr(jobs, "SITEMAP", 100)
    more = "item_json: yes\nsecurity: {contact: mailto:a@example.org, expires: 2025-06-01}\n"
    items = {
        f"content/news/i{n}.md": written({"title": f"I {n}", "date": f"2024-05-{1 + n % 28:02}", "tags": "[x]"})
        for n in range(201)
    }
    room = Newsroom(files={"site.yaml": f"{SETTINGS}{more}".encode(), **items})
    site = desk(room)
    addresses = [*listing_addresses(site.archive, site.settings), *record_addresses(site.archive, site.settings)]
    made = {path for path in room.build().tree if not path.startswith("assets/") and path != "favicon.ico"}

    own = {out_path(item.permalink) for item in site.archive.items}
    known = {path if (path := each.removeprefix("/")) in made else out_path(each) for each in addresses}
    assert made == known | own
    assert {"news/2024/05/2/index.html", "tags/x/2/index.html", "sitemap-2024-3.xml"} < known
    assert {"news/2024/05/archive-4.atom", ".well-known/security.txt", "_headers"} < known


def test_the_search_has_its_addresses() -> None:
    """Its page, and the list of its bundles, which scripts fetch."""
    site = desk(Newsroom(files={"site.yaml": f"{SETTINGS}search: yes\n".encode()}))

    assert {"/search/", f"/search/{SEARCH}"} < set(record_addresses(site.archive, site.settings))
