"""Why an output was made again, or kept: its task's key taken apart and held against the one before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from csto_site import jobs
from csto_site.model import Item, Row, Teaser

Parts = tuple[tuple[str, str], ...]
"""What jobs of a kind are printed with: names as people know them (`templates/item.html`), each with a digest."""

NOWHERE = "no output of this site answers there"
"""What is said of an address without an output."""


def changed_parts(before: Parts, now: Parts) -> Iterator[str]:
    """Name what a job is printed with that is new, other, or no more."""
    old, new = dict(before), dict(now)
    for name, digest in new.items():
        if name not in old:
            yield f"{name} is new"
        elif old[name] != digest:
            yield f"{name} changed"
    yield from (f"{name} is gone" for name in old.keys() - new.keys())


def changed_sources(job: jobs.Job, before: Mapping[str, Row], now: Mapping[str, Row]) -> Iterator[str]:
    """Name the sources that a job shows and that changed, each with what it is to the page."""
    by_permalink: dict[str, Row] = {row.item.permalink: row for row in now.values() if row.item}
    for role, permalink in _shown(job):
        row = by_permalink.get(permalink)
        if row is None:
            continue
        old = before.get(row.path)
        if old is None:
            yield f"content/{row.path} is new ({role})"
        elif old.ids.teaser != row.ids.teaser or (role == "the item" and old.ids.own != row.ids.own):
            yield f"content/{row.path} changed ({role})"
    yield from (f"content/{row.path} is gone" for row in before.values() if row.path not in now and _met(job, row.item))


def _shown(job: jobs.Job) -> Iterator[tuple[str, str]]:
    """Give the addresses of what a job shows, each with the part that it plays."""
    match job:
        case jobs.MonthRun():
            for page in job.pages:
                yield "the item", page.item.permalink
                yield from (("its neighbour", each.permalink) for each in (page.older, page.newer) if each)
                yield from (("in its rail", each.permalink) for each in page.rail)
            yield from _listed(job.teasers)
        case jobs.FeedRun(entries=items) | jobs.RecordRun(items=items):
            yield from (("the item", each.item.permalink) for each in items)
        case jobs.UndatedPage():
            yield "the page", job.page.permalink
        case jobs.HomePage():
            yield from _listed(job.teasers)
            for _, teasers in job.blocks:
                yield from _listed(teasers)
        case jobs.HeadPage() | jobs.YearPage() | jobs.TermRun() | jobs.LatestPart():
            yield from _listed(job.teasers)


def _listed(teasers: Iterable[Teaser]) -> Iterator[tuple[str, str]]:
    return (("listed", teaser.permalink) for teaser in teasers)


def _met(job: jobs.Job, item: Item | None) -> bool:
    """Tell whether an item that is gone may have stood on a job's pages: in its language, section and period."""
    if item is None or item.language != jobs.language_of(job):
        return False
    section = getattr(job, "section", "")
    below = not section or item.section == section or item.section.startswith(f"{section}/")
    if isinstance(job, jobs.MonthRun | jobs.RecordRun):
        return below and (item.date.date.year, item.date.date.month) == job.month
    return below
