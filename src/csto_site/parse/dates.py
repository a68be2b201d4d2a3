"""Dates as editors write them: `Y-M-D` or `D.M.Y`, then perhaps a time of day, then perhaps a zone.

A civil date is not an instant: it stays the date that was written. A time with a zone is an instant,
shown in the zone of the site.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache

from csto_site.model import Moment

EXPECTED = "expected 2024-05-01, 01.05.2024 or 2024-05-01 18:30 +03:00"

_written = re.compile(
    r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))"
    r"(?:(?:T|[ \t]+)(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?"
    r"(?:[ \t]*(?:(Z)|([+-])(\d\d):?(\d\d)))?)?",
    re.ASCII,
).fullmatch
_standard = re.compile(  # of these the commonest, which the standard library reads in a tenth of the time
    r"\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?", re.ASCII
).fullmatch
_prefix = re.compile(r"(\d{4}-\d\d-\d\d)-", re.ASCII).match
LAST = 253402300799
"""The last second of the year 9999 in UTC: no date says a later instant, though there are some west of Greenwich."""
_EPOCH = dt.date(1970, 1, 1).toordinal()
_DAY = 86400
_REMEMBERED = 4096  # dates repeat, and those of one chunk of sources lie close together


@lru_cache(maxsize=16)
def zone(name: str) -> dt.tzinfo:
    """Give a time zone; raises ValueError if there is none of that name.

    The rules come from the pinned package tzdata and never from the machine, whose own may be older or
    newer: the same sources must give the same bytes. Hence the empty search path, set before first use.
    """
    import zoneinfo

    zoneinfo.reset_tzpath(to=())
    try:
        return zoneinfo.ZoneInfo.no_cache(name)
    except (KeyError, ValueError, OSError) as error:  # unknown; not a key at all; a folder such as `Europe`
        raise ValueError(name) from error


def zone_names() -> tuple[str, ...]:
    """Give the names of all time zones."""
    import zoneinfo

    return tuple(sorted(zoneinfo.available_timezones()))


@lru_cache(maxsize=_REMEMBERED)
def moment(text: str, here: dt.tzinfo) -> Moment | None:
    """Read a date or time as the site's zone has it; None if it is not one."""
    try:
        found = dt.datetime.fromisoformat(text) if _standard(text) else _as_written(text)
        if found is None or not isinstance(found, dt.datetime):
            return None if found is None else civil(found, here)
        return _placed(found.astimezone(here) if found.tzinfo else found.replace(tzinfo=here))
    except (ValueError, OverflowError):  # no such day, hour or offset; beyond the years 1 to 9999
        return None


def expected(text: str) -> str:
    """Say what was expected of a text that is no moment: a form, or where that is right, what there can be."""
    match = _written(text)
    if match is None:
        return EXPECTED
    year, month, day, day2, month2, year2, hour, minute, second, _, _, hours, minutes = match.groups()
    y, m, d = int(year or year2), int(month or month2), int(day or day2)
    if y < 1:
        return "years begin with 0001"
    if not 1 <= m <= 12:  # noqa: PLR2004 - months of a year
        return "months go from 1 to 12"
    days = calendar.monthrange(y, m)[1]
    if not 1 <= d <= days:
        return f"{calendar.month_name[m]} {y} has {days} days"
    limits = (
        *((hour, 23, "hours go"), (minute, 59, "minutes go"), (second, 59, "seconds go")),
        *((hours, 23, "hours of an offset go"), (minutes, 59, "minutes of an offset go")),
    )
    found = next((f"{what} from 0 to {most}" for part, most, what in limits if int(part or 0) > most), None)
    return found or "the years go from 1 to 9999, in the site's zone as well"


def _as_written(text: str) -> dt.date | None:
    """Read a date, or a time with or without its zone; raises ValueError if there is none such."""
    match = _written(text)
    if match is None:
        return None
    year, month, day, day2, month2, year2, hour, minute, second, utc, sign, hours, minutes = match.groups()
    date = dt.date(int(year or year2), int(month or month2), int(day or day2))
    if hour is None:
        return date
    zone = dt.UTC if utc else _fixed(sign, hours, minutes) if sign else None
    return dt.datetime.combine(date, dt.time(int(hour), int(minute), int(second or 0), tzinfo=zone))


@lru_cache(maxsize=_REMEMBERED)
def civil(date: dt.date, here: dt.tzinfo) -> Moment:
    """Give a date without time: it begins at 00:00 in the site's zone."""
    midnight = dt.datetime(date.year, date.month, date.day, tzinfo=here)
    return Moment(date, None, 0, _instant(date, 0, _seconds(midnight)))


def in_name(name: str) -> tuple[dt.date | None, str]:
    """Take the date off the beginning of a file's name."""
    match = _prefix(name)
    if match is None:
        return None, name
    try:
        return dt.date.fromisoformat(match[1]), name[match.end() :]
    except ValueError:
        return None, name


_LIKELY = range(1500, 2201)


def doubt(date: dt.date) -> str:
    """Say what is odd about a date that can be read; "" if nothing is. Archives are of printed matter at the oldest."""
    if date.year in _LIKELY:
        return ""
    return f"the year {date.year:04} is hardly meant: expected one from {_LIKELY[0]} to {_LIKELY[-1]}"


def looks_dated(name: str) -> bool:
    """Tell whether a file's name begins as with a date, whether or not there is such a day."""
    return _prefix(name) is not None


def _fixed(sign: str, hours: str, minutes: str) -> dt.tzinfo:
    if int(minutes) >= 60:  # noqa: PLR2004 - minutes of an hour
        raise ValueError(minutes)
    east = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return dt.timezone(-east if sign == "-" else east)


def _placed(at: dt.datetime) -> Moment:
    """Make a moment of a local time; in the hour that a change of clocks repeats, `fold` tells which.

    A time that a change of clocks leaves out is kept as written, with the offset from before the change.
    Offsets with seconds (local mean time, until 1972) are cut to minutes, as RFC 3339 has them; the instant is exact.
    """
    offset = _seconds(at)
    since_midnight = at.hour * 3600 + at.minute * 60 + at.second
    time = at.time() if at.fold == 0 else at.time().replace(fold=0)
    return Moment(at.date(), time, offset // 60, _instant(at, since_midnight, offset))


def _seconds(at: dt.datetime) -> int:
    offset = at.utcoffset()
    return 0 if offset is None else offset.days * _DAY + offset.seconds


def _instant(date: dt.date, since_midnight: int, offset: int) -> int:
    return (date.toordinal() - _EPOCH) * _DAY + since_midnight - offset
