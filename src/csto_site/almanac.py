"""The days of a listing: which have items, on which page each stands, and how they make weeks."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from functools import lru_cache

from csto_site.archive import Listing, Month
from csto_site.jobs import Earlier, sheet_of

YEARS = 3
"""In how many earlier years a day is looked up."""


def earlier(listing: Listing) -> Mapping[Month, Mapping[int, Earlier]]:
    """Give the days of each month that have items, each with the earlier years in which it has some, newest first.

    Only earlier ones: what is new changes no page that stands. A day is not named for what was withdrawn.
    """
    seen: dict[tuple[int, int], Earlier] = {}
    found = {}
    for (year, month), items in listing.months.items():
        sheets: dict[int, int] = {}
        standing = set()
        for place, item in enumerate(items):
            sheets.setdefault(item.date.date.day, sheet_of(place))
            if item.withdrawn is None:
                standing.add(item.date.date.day)
        found[year, month] = {day: seen.get((month, day), ()) for day in sheets}
        for day, sheet in sheets.items():
            if day in standing:
                seen[month, day] = ((year, sheet), *found[year, month][day][: YEARS - 1])
    return found


@lru_cache(maxsize=1024)
def weeks(year: int, month: int, first: int) -> tuple[tuple[int, ...], ...]:
    """Give the weeks of a month as days, 0 for those of other months; the day `first` opens a week (0 is Monday)."""
    return tuple(map(tuple, calendar.Calendar(first).monthdayscalendar(year, month)))
