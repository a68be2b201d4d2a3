"""What the tasks that show whole items are made of: items by their paths, and all that planning found out about them.

What an item says is looked up only when an outline becomes a key or a job. So an item of which nothing but the body
has changed needs no planning: the outlines that name it, which the memo keeps, become keys and jobs once more.

    plan ── outline ──► key      with the digests of all items that it names
                   ├──► job      with these items
                   └──► packed   kept in the memo
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from csto_site import jobs, permalinks
from csto_site.archive import Month, upwards
from csto_site.codec import fingerprint
from csto_site.links import Href, Media
from csto_site.model import Digest, Ids, Item, Settings, Small, Teaser

V_co = TypeVar("V_co", covariant=True)


class Lookup(Protocol[V_co]):
    """What gives something by the path of an item."""

    def __getitem__(self, path: str, /) -> V_co:
        """Give it, or raise a KeyError."""


class Contents(NamedTuple):
    """What items say, by their paths: the items themselves, and their digests."""

    items: Lookup[Item]
    ids: Lookup[Ids]
    settings: Settings


class Told(Small, frozen=True):
    """What is told of an item wherever all of it is shown: where its references lead, its translations, its terms."""

    path: str
    links: tuple[Href, ...]
    media: tuple[Media, ...]
    replaced_by: tuple[str, Href] | None
    alternates: jobs.Alternates
    terms: tuple[tuple[str, str, str], ...]


class Beside(Small, frozen=True):
    """What an item's page shows of others, by their paths.

    `sheet` is the page of its month on which its section lists it (None: its year does).
    """

    older: str | None
    newer: str | None
    rail: tuple[str, ...]
    related: tuple[str, ...]
    earlier: jobs.Earlier
    sheet: int | None


class MonthOutline(Small, frozen=True, tag=True):
    """A month of a listing: all items `shown`, and of those with pages what is `told` and what stands `beside`."""

    language: str
    section: str
    month: Month
    shown: tuple[str, ...]
    older: Month | None
    newer: Month | None
    earlier: tuple[jobs.Earlier, ...]
    told: tuple[Told, ...]
    beside: tuple[Beside, ...]


class RecordOutline(Small, frozen=True, tag=True):
    """A month of a listing for machines; the fields are those of `jobs.RecordRun`."""

    language: str
    section: str
    month: Month
    told: tuple[Told, ...]
    documents: int
    older: Month | None
    newer: Month | None
    before: jobs.Document | None
    after: jobs.Document | None


class FeedOutline(Small, frozen=True, tag=True):
    """The feeds of a listing; the fields are those of `jobs.FeedRun`."""

    language: str
    section: str
    told: tuple[Told, ...]
    older: jobs.Document | None


Outline = MonthOutline | RecordOutline | FeedOutline

KINDS: Mapping[type[Outline], type[jobs.Job]] = {
    MonthOutline: jobs.MonthRun,
    RecordOutline: jobs.RecordRun,
    FeedOutline: jobs.FeedRun,
}
"""The kind of job that an outline becomes."""


def month_name(language: str, section: str, month: Month) -> str:
    """Name the task of a listing's month."""
    return f"month {section} {month[0]}-{month[1]} {language}"


def record_name(language: str, section: str, month: Month) -> str:
    """Name the task of a listing's month for machines."""
    return f"record {section} {month[0]}-{month[1]} {language}"


def feeds_name(language: str, section: str) -> str:
    """Name the task of a listing's feeds."""
    return f"feeds {section} {language}"


def names(item: Item) -> Iterator[str]:
    """Name the tasks that may show all of an item: its own page's first, then those of records, then feeds."""
    month = (item.date.date.year, item.date.date.month)
    yield month_name(item.language, item.section, month)
    listings = ("", *upwards(item.section))
    yield from (record_name(item.language, section, month) for section in listings)
    yield from (feeds_name(item.language, section) for section in listings)


# -- kept ------------------------------------------------------------------------------------------

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Outline).decode
_QUICK = 1
"""How hard is tried to make them small: paths have much in common, so little will do."""


def packed(outline: Outline) -> bytes:
    """Pack an outline for the memo."""
    return zlib.compress(_encode(outline), _QUICK)


def unpacked(data: bytes) -> Outline:
    """Unpack what `packed` gave."""
    outline: Outline = _decode(zlib.decompress(data))
    return outline


# -- keys ------------------------------------------------------------------------------------------


def recorded(told: tuple[Told, ...], ids: Lookup[Ids]) -> Digest:
    """Name all that is told of items, with what they say themselves."""
    return fingerprint((told, tuple([ids[each.path].own for each in told])))


def key(outline: Outline, contents: Contents) -> Digest:
    """Name all that becomes of an outline."""
    match outline:
        case MonthOutline():
            teasers = {path: contents.ids[path].teaser for path in named_in(outline)}
            return month_key(outline, teasers, recorded(outline.told, contents.ids) if outline.told else None)
        case RecordOutline():
            return record_key(outline, _held(outline.told, contents))
        case FeedOutline():
            return feed_key(outline, contents.ids)


def month_key(outline: MonthOutline, teasers: Mapping[str, Digest], of: Digest | None) -> Digest:
    """Name a month by its outline, the digests of teasers by path, and that of what is recorded of its own items."""
    head = ("month", outline.language, outline.section, outline.month, outline.older, outline.newer)
    named = tuple(map(teasers.__getitem__, named_in(outline)))
    return fingerprint((head, outline.earlier, outline.shown, outline.beside, named, of))


def named_in(outline: MonthOutline) -> Iterable[str]:
    """Name all whose teasers a month's pages show, by their paths, each once."""
    others = chain.from_iterable(each.rail + each.related for each in outline.beside)
    near = chain.from_iterable((each.older, each.newer) for each in outline.beside)
    return filter(None, dict.fromkeys(chain(outline.shown, others, near)))


def record_key(outline: RecordOutline, held: Held) -> Digest:
    """Name a month's records by what they are made of: each section of its items, with what is recorded of those."""
    head = ("record", outline.language, outline.section, outline.month)
    beside = (outline.documents, outline.older, outline.newer, outline.before, outline.after)
    return fingerprint((head, beside, held))


def feed_key(outline: FeedOutline, ids: Lookup[Ids]) -> Digest:
    """Name feeds by their outline and the digests of their items."""
    head = ("feed", outline.language, outline.section)
    return fingerprint((head, outline.older, recorded(outline.told, ids)))


Held = tuple[tuple[str, Digest], ...]
"""What a month of a listing is made of: each section of its items, with the digest of all that is recorded of those."""


def _held(told: Iterable[Told], contents: Contents) -> Held:
    by_section: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        by_section[contents.items[each.path].section].append(each)
    return tuple(sorted((section, recorded(tuple(row), contents.ids)) for section, row in by_section.items()))


# -- jobs ------------------------------------------------------------------------------------------


def job(outline: Outline, contents: Contents) -> jobs.Job:
    """Put together all that is printed of an outline."""
    match outline:
        case MonthOutline():
            return jobs.MonthRun(
                language=outline.language,
                section=outline.section,
                month=outline.month,
                teasers=_teasers(outline.shown, contents),
                older=outline.older,
                newer=outline.newer,
                earlier=outline.earlier,
                pages=tuple(
                    _page(told, beside, contents) for told, beside in zip(outline.told, outline.beside, strict=True)
                ),
            )
        case RecordOutline():
            return jobs.RecordRun(
                language=outline.language,
                section=outline.section,
                month=outline.month,
                items=_records(outline.told, contents),
                documents=outline.documents,
                older=outline.older,
                newer=outline.newer,
                before=outline.before,
                after=outline.after,
            )
        case FeedOutline():
            entries = _records(outline.told, contents)
            return jobs.FeedRun(
                language=outline.language, section=outline.section, entries=entries, older=outline.older
            )


def _teasers(paths: Iterable[str], contents: Contents) -> tuple[Teaser, ...]:
    return tuple(contents.items[path].teaser for path in paths)


def _page(told: Told, beside: Beside, contents: Contents) -> jobs.ItemPage:
    items = contents.items
    item = items[told.path]
    return jobs.ItemPage(
        item=item,
        links=told.links,
        media=told.media,
        older=items[beside.older].teaser if beside.older else None,
        newer=items[beside.newer].teaser if beside.newer else None,
        rail=_teasers(beside.rail, contents),
        related=_teasers(beside.related, contents),
        earlier=beside.earlier,
        back=_back(item, beside.sheet, contents.settings),
        replaced_by=told.replaced_by,
        alternates=told.alternates,
        terms=told.terms,
    )


def _back(item: Item, sheet: int | None, settings: Settings) -> Href:
    """Lead to the item's place in its section: on the year, or on that sheet of the month."""
    prefix = settings.language_of(item.language).prefix
    day = item.date.date
    if sheet is None:
        address = permalinks.year(prefix, item.section, day.year)
    else:
        address = permalinks.month(prefix, item.section, (day.year, day.month), sheet)
    return permalinks.encoded(address) + "#" + permalinks.encoded(jobs.anchor(item.permalink))


def _records(told: Iterable[Told], contents: Contents) -> tuple[jobs.RecordItem, ...]:
    return tuple(
        jobs.RecordItem(
            item=contents.items[each.path],
            links=each.links,
            media=each.media,
            replaced_by=each.replaced_by,
            alternates=each.alternates,
            terms=each.terms,
        )
        for each in told
    )
