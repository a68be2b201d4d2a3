"""Links to years, months and days, and the calendar and the table that are made of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import groupby

from csto_site import almanac, context, jobs, permalinks, wording
from csto_site.archive import Month
from csto_site.views.viewpoint import Viewpoint


def years(at: Viewpoint, section: str, counts: Sequence[tuple[int, int]]) -> tuple[context.Period, ...]:
    """Link to years with their counts."""
    return _periods(at, counts, str, lambda year: permalinks.year(at.language.prefix, section, year))


def months(at: Viewpoint, section: str, year: int, counts: Sequence[tuple[int, int]]) -> tuple[context.Period, ...]:
    """Link to the months of a year with their counts."""
    return _periods(
        at,
        counts,
        lambda month: wording.month_name(month, at.language.code),
        lambda month: permalinks.month(at.language.prefix, section, (year, month)),
    )


def _periods(
    at: Viewpoint, counts: Sequence[tuple[int, int]], title: Callable[[int], str], address: Callable[[int], str]
) -> tuple[context.Period, ...]:
    most = max((count for _, count in counts), default=0) or 1
    return tuple(_period(at, title(number), address(number), count, most) for number, count in counts)


def _period(at: Viewpoint, title: str, address: str, count: int, most: int) -> context.Period:
    """Link to a period with its count, whose bar is a share of that of the one with the `most` items."""
    return context.Period(title=title, url=at.url(address), count=count, share=max(1, round(100 * count / most)))


def table(at: Viewpoint, section: str, counts: Sequence[tuple[int, int, int]]) -> tuple[context.MonthsOfYear, ...]:
    """Link to all months, given as year, month and count from the oldest on; the newest year comes first."""
    most = max((count for _, _, count in counts), default=0) or 1
    rows = []
    for year, row in groupby(counts, lambda each: each[0]):
        link = context.LinkTo(title=str(year), url=at.url(permalinks.year(at.language.prefix, section, year)))
        months = {month: _month_of_table(at, section, (year, month), count, most) for _, month, count in row}
        rows.append(context.MonthsOfYear(year=link, months=tuple(map(months.get, range(1, 13)))))
    return tuple(reversed(rows))


def _month_of_table(at: Viewpoint, section: str, month: Month, count: int, most: int) -> context.Period:
    address = permalinks.month(at.language.prefix, section, month)
    return _period(at, wording.month(*month, at.language.code), address, count, most)


_BARE = tuple(context.Day(number=str(number or "")) for number in range(32))
"""Days without items, by their number; 0 is a day of another month."""


def calendar(at: Viewpoint, job: jobs.MonthRun, number: int) -> context.Calendar:
    """Show a month as a calendar whose days lead to their headings, on this sheet (`number`) or another."""
    counts: dict[int, int] = {}
    sheets: dict[int, int] = {}
    for place, each in enumerate(job.teasers):
        day = each.date.date.day
        counts[day] = counts.get(day, 0) + 1
        sheets.setdefault(day, jobs.sheet_of(place))
    days = list(_BARE)
    for day, sheet in sheets.items():
        url = _day_url(at, job.section, (*job.month, day), sheet, here=number)
        title = wording.day_of_month(job.month[1], day, at.language.code)
        days[day] = context.Day(number=str(day), title=title, url=url, count=counts[day])
    first, weekdays = wording.weekdays(at.language.code)
    return context.Calendar(
        title=wording.month(*job.month, at.language.code),
        weekdays=weekdays,
        weeks=tuple([tuple([days[day] for day in week]) for week in almanac.weeks(*job.month, first)]),
    )


def _day_url(at: Viewpoint, section: str, date: tuple[int, int, int], sheet: int, *, here: int = 0) -> str:
    """Lead to a day's heading; a day on the sheet that is `here` is not left."""
    anchor = f"#site:{date[0]:04d}-{date[1]:02d}-{date[2]:02d}"
    return anchor if sheet == here else at.url(permalinks.month(at.language.prefix, section, date[:2], sheet)) + anchor


def same_day(at: Viewpoint, section: str, date: dt.date, years: jobs.Earlier) -> tuple[context.LinkTo, ...]:
    """Link to a day's headings in earlier years."""
    return tuple(
        context.LinkTo(title=str(year), url=_day_url(at, section, (year, date.month, date.day), sheet))
        for year, sheet in years
    )
