"""What readers search: the items of a language cut into periods, and each item as a record for the indexer.

The cut is by the calendar: all, decades, five years, years, halves, quarters, months, days. A period that has more
items than a bundle may hold is cut into those below it, and no other period feels it. So a new item, a back-dated
one as well, changes one bundle, or cuts one in pieces.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import msgspec

from csto_site import jobs, permalinks
from csto_site.markup import text
from csto_site.model import Item, Moment

MOST = 3000
"""How many items a bundle holds at most: it is indexed in some seconds and half a gigabyte."""
ENOUGH = 1000
"""How many items the bundles hold together that a reader asks at once: a new small one alone would find little."""
ENGINE = "engine"
"""The name of the bundle that holds no item, but the program that searches the others."""


class Period(NamedTuple):
    """A part of the calendar with its items, oldest first; its name is the folder of its bundle."""

    name: str
    items: tuple[Item, ...]


def _all(_day: dt.date) -> str:
    return "all"


def _years(width: int) -> Callable[[dt.date], str]:
    def name(day: dt.date) -> str:
        first = day.year // width * width
        return f"{first:04d}" if width == 1 else f"{first:04d}-{first + width - 1:04d}"

    return name


def _part(letter: str, months: int) -> Callable[[dt.date], str]:
    return lambda day: f"{day.year:04d}-{letter}{(day.month - 1) // months + 1}"


_CUTS: tuple[Callable[[dt.date], str], ...] = (
    _all,
    _years(10),
    _years(5),
    _years(1),
    _part("h", 6),
    _part("q", 3),
    lambda day: f"{day.year:04d}-{day.month:02d}",
    dt.date.isoformat,
)
"""How the calendar is cut, coarser before finer: each cut names the part that a day lies in."""


def periods(items: Sequence[Item], most: int = MOST) -> Iterator[Period]:
    """Cut a row of items, oldest first, into periods of at most so many, oldest first."""
    yield from _cut(items, most, 0)


def _cut(items: Sequence[Item], most: int, depth: int) -> Iterator[Period]:
    if depth == len(_CUTS):
        yield from _numbered(items, most)
        return
    for name, part in groupby(items, key=lambda item: _CUTS[depth](item.date.date)):
        row = tuple(part)
        if len(row) <= most:
            yield Period(name, row)
        else:
            yield from _cut(row, most, depth + 1)


def _numbered(items: Sequence[Item], most: int) -> Iterator[Period]:
    """Cut a single day that has too many from the oldest on."""
    day = items[0].date.date.isoformat()
    for number, start in enumerate(range(0, len(items), most), 1):
        yield Period(f"{day}-{number}", tuple(items[start : start + most]))


is_whole_years: Callable[[str], object] = re.compile(r"all|(\d{4}-)?\d{4}").fullmatch
"""Tells a period of whole years by its name from one that is a part of a year."""


# -- records ---------------------------------------------------------------------------------------


class Record(msgspec.Struct, frozen=True):
    """An item as the indexer takes it: address, text, what is shown of it, what it is filtered and sorted by."""

    url: str
    content: str
    language: str
    meta: Mapping[str, str]
    filters: Mapping[str, tuple[str, ...]]
    sort: Mapping[str, str]


def records(job: jobs.SearchBundle, fragments: Mapping[str, str], date: Callable[[Moment], str]) -> Iterator[Record]:
    """Give the records of a bundle, oldest first; `date` writes a date as readers see it."""
    for place, entry in enumerate(job.entries):
        yield Record(
            url=permalinks.encoded(entry.permalink),
            content="\n".join((*entry.lead, text.plain(fragments[entry.path]))),
            language=job.language,
            meta={
                "title": entry.title,
                "date": date(entry.date),
                "iso": entry.date.iso,
                "section": entry.section_title,
            },
            filters=dict(_filters(entry)),
            sort={"date": f"{place:06d}"},
        )


def _filters(entry: jobs.SearchEntry) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "year", (f"{entry.date.date.year:04d}",)
    yield "section", tuple(_upwards(entry.section))
    for taxonomy, titles in entry.terms:
        yield filter_of(taxonomy), titles


def filter_of(taxonomy: str) -> str:
    """Name the filter of a taxonomy so that it is never one of ours."""
    return f"term {taxonomy}"


def _upwards(section: str) -> Iterable[str]:
    """Name a section and those above it: whoever filters by one of those finds what lies below, too."""
    while section:
        yield section
        section = section.rpartition("/")[0]


NOTHING = Record("/", "nothing", "", {}, {}, {})
"""What the engine's own bundle holds, since it may not be empty; it lacks the mark by which items are found."""
