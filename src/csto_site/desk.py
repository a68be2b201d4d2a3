"""What planning looks things up in: the archive, and what is found out once for all the tasks that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from csto_site import almanac, jobs, outlines
from csto_site.archive import Archive, Listing, Month, Neighbours, neighbours, related, term_slug
from csto_site.links import References
from csto_site.model import Digest, Ids, Item, Settings, Value
from csto_site.outlines import Contents, Told

T = TypeVar("T")

Words = tuple[tuple[str, tuple[str, ...]], ...]
"""What an item says of its terms: each taxonomy with the words that were written."""
Days = Mapping[Month, Mapping[int, jobs.Earlier]]
"""The days of a listing's months that have items, each with the earlier years in which it has some."""


class Desk(Value, frozen=True, kw_only=True):
    """What planning looks things up in; `teasers` are their digests by path.

    `terms` keeps what items carry, which many have in common: taxonomy, slug and title of each term; `told` what is
    told of each item by path, which its page, its feeds and the records of several listings have in common.
    `related` are older items like one, by path; `earlier` are the days of all news by language, `below` the
    listings right below one.
    """

    archive: Archive
    references: References
    settings: Settings
    contents: Contents
    teasers: Mapping[str, Digest]
    beside: Mapping[str, Neighbours]
    titles: Mapping[tuple[str, str, str], str]
    terms: dict[tuple[str, Words], tuple[tuple[str, str, str], ...]]
    told: dict[str, Told]
    related: Mapping[str, tuple[str, ...]]
    earlier: Mapping[str, Days]
    below: Mapping[tuple[str, str], Sequence[Listing]]


def desk_of(archive: Archive, references: References, settings: Settings, ids: Mapping[str, Ids]) -> Desk:
    """Find out what is looked up again and again; `ids` are the digests of entries by path."""
    every = {language.code: archive.listings[language.code, ""] for language in settings.languages}
    return Desk(
        archive=archive,
        references=references,
        settings=settings,
        contents=Contents({item.path: item for item in archive.items}, ids, settings),
        teasers={item.path: ids[item.path].teaser for item in archive.items},
        beside=_together(neighbours(archive, language.code) for language in settings.languages),
        terms={},
        told={},
        titles={(t.language, t.taxonomy, t.slug): t.title for terms in archive.terms.values() for t in terms},
        related=_together(related(listing.items) for listing in every.values()),
        earlier={code: almanac.earlier(listing) for code, listing in every.items()},
        below=_below(archive),
    )


def _together(of: Iterable[Mapping[str, T]]) -> Mapping[str, T]:
    """Put together what is told of the items of each language, by path."""
    found: dict[str, T] = {}
    for each in of:
        found.update(each)
    return found


def _below(archive: Archive) -> Mapping[tuple[str, str], Sequence[Listing]]:
    """Give each listing those right below it: below all news lie the sections that lie below no other."""
    below: dict[tuple[str, str], list[Listing]] = defaultdict(list)
    for listing in archive.listings.values():
        if listing.section:
            below[listing.language, listing.section.rpartition("/")[0]].append(listing)
    return below


def told_of(desk: Desk, item: Item) -> Told:
    """Give what is told of an item wherever all of it is shown."""
    path = item.path
    known = desk.told.get(path)
    if known is None:
        known = desk.told[path] = Told(
            path,
            desk.references.body[path],
            desk.references.media[path],
            desk.references.replaced_by.get(path),
            desk.archive.translations.get(path, ()),
            terms_of(desk, item),
        )
    return known


def terms_of(desk: Desk, item: Item) -> tuple[tuple[str, str, str], ...]:
    """Give taxonomy, slug and title of each term that an item carries."""
    known = desk.terms.get((item.language, item.terms))
    if known is None:
        known = desk.terms[item.language, item.terms] = tuple(
            (taxonomy, slug, desk.titles[item.language, taxonomy, slug])
            for taxonomy, words in item.terms
            for slug in dict.fromkeys(map(term_slug, words))
        )
    return known


class Records(NamedTuple):
    """What is told of a section's own items of a month, oldest first, and the digest of that and of the items."""

    told: tuple[Told, ...]
    digest: Digest


Recorded = Mapping[tuple[str, str, Month], Records]
"""What is recorded of items, by language, section and month."""


def recorded_in(desk: Desk) -> Recorded:
    """Digest the items of each month of each section once, for all the pages and records that they are in."""
    rows: dict[tuple[str, str, Month], list[Told]] = defaultdict(list)
    for item in desk.archive.items:
        day = item.date.date
        rows[item.language, item.section, (day.year, day.month)].append(told_of(desk, item))
    told = {place: tuple(row) for place, row in rows.items()}
    return {place: Records(row, outlines.recorded(row, desk.contents.ids)) for place, row in told.items()}
