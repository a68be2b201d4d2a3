"""Listings to what machines follow: feeds, and month by month a record and the history that feeds leave behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, islice

import msgspec

from csto_site import jobs, outlines
from csto_site.addresses import Documents
from csto_site.archive import Listing, Month, upwards, with_neighbours
from csto_site.desk import Desk, Recorded, told_of
from csto_site.model import Digest
from csto_site.outlines import FeedOutline, RecordOutline
from csto_site.task import Task, outlined


def feed_task(desk: Desk, listing: Listing, documents: Documents) -> Task:
    """Plan a listing's feeds; their entries show no neighbours, so a new item elsewhere leaves them alone.

    They begin after the last document of the history: in its newest month that holds full documents only.
    """
    months = tuple(documents)
    newest = listing.standing[months[-1]] if months else ()
    items = islice(listing.newest, max(jobs.HEAD, len(newest) % jobs.DOCUMENT))
    older = next(((month, documents[month]) for month in reversed(months) if documents[month]), None)
    told = tuple(told_of(desk, item) for item in items)
    outline = FeedOutline(listing.language, listing.section, told, older)
    name = outlines.feeds_name(listing.language, listing.section)
    key = outlines.feed_key(outline, desk.contents.ids)
    return outlined(desk.contents, name, key, outline)


def record_tasks(desk: Desk, documents: Mapping[tuple[str, str], Documents], recorded: Recorded) -> Iterator[Task]:
    """Plan what machines read, month by month: listings have items in common, which are then told of once."""
    held = _held(recorded)
    by_month: dict[tuple[str, Month], list[Task]] = defaultdict(list)
    for place, listing in desk.archive.listings.items():
        for month, task in _records_of(listing, desk, documents[place], held):
            by_month[listing.language, month].append(task)
    return chain.from_iterable(by_month.values())


def _records_of(listing: Listing, desk: Desk, documents: Documents, held: Held) -> Iterator[tuple[Month, Task]]:
    """Plan a record of each of a listing's months, and the history of its feed."""
    last = {month: (month, count) for month, count in documents.items() if count}
    first = {month: (month, 1) for month in last}
    after = _following(first, tuple(reversed(tuple(listing.months))))
    before = _following(last, tuple(listing.months))
    for month, older, newer in with_neighbours(listing.months):
        bare = RecordOutline(
            language=listing.language,
            section=listing.section,
            month=month,
            told=(),
            documents=documents.get(month, 0),
            older=older,
            newer=newer,
            before=before[month],
            after=after[month],
        )
        name = outlines.record_name(listing.language, listing.section, month)
        key = outlines.record_key(bare, held[listing.language, listing.section, month])
        yield month, outlined(desk.contents, name, key, bare, partial(_filled, desk, listing, bare))


Held = Mapping[tuple[str, str, Month], outlines.Held]
"""What the months of listings are made of."""


def _held(recorded: Recorded) -> Held:
    held: dict[tuple[str, str, Month], list[tuple[str, Digest]]] = defaultdict(list)
    for (language, section, month), of in recorded.items():
        for name in ("", *upwards(section)):
            held[language, name, month].append((section, of.digest))
    return {place: tuple(sorted(row)) for place, row in held.items()}


def _filled(desk: Desk, listing: Listing, bare: RecordOutline) -> RecordOutline:
    return msgspec.structs.replace(bare, told=tuple(told_of(desk, item) for item in listing.months[bare.month]))


def _following(
    documents: Mapping[Month, jobs.Document], months: Iterable[Month]
) -> Mapping[Month, jobs.Document | None]:
    """Give each month the document of the nearest month before it in that order that has one."""
    found: dict[Month, jobs.Document | None] = {}
    near: jobs.Document | None = None
    for month in months:
        found[month] = near
        near = documents.get(month, near)
    return found
