"""Dates: what is one, what is none, and that a civil date never moves."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csto_site.model import Moment
from csto_site.parse import dates

ZONES = (
    "Europe/Moscow",
    "America/New_York",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "Pacific/Pago_Pago",
    "Australia/Lord_Howe",
    "UTC",
)
_EPOCH = dt.datetime.fromisoformat("1970-01-01T00:00")
MOSCOW = dates.zone("Europe/Moscow")


def read(text: str, zone: str = "Europe/Moscow") -> Moment:
    """Read a date that must be one."""
    found = dates.moment(text, dates.zone(zone))
    assert found is not None

    return found


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024-5-1", "2024-05-01"),
        ("01.05.2024", "2024-05-01"),
        ("1.5.2024", "2024-05-01"),
        ("0001-01-01", "0001-01-01"),
        ("31.12.9999", "9999-12-31"),
        ("2024-02-29", "2024-02-29"),
        ("2024-05-01 18:30", "2024-05-01T18:30:00+03:00"),
        ("2024-05-01T18:30", "2024-05-01T18:30:00+03:00"),
        ("2024-05-01   8:30", "2024-05-01T08:30:00+03:00"),
        ("1.5.2024 8:30:15", "2024-05-01T08:30:15+03:00"),
        ("2024-05-01T18:30:15.123", "2024-05-01T18:30:15+03:00"),
        ("2024-05-01 18:30Z", "2024-05-01T21:30:00+03:00"),
        ("2024-05-01 18:30 Z", "2024-05-01T21:30:00+03:00"),
        ("2024-05-01 18:30 +05:00", "2024-05-01T16:30:00+03:00"),
        ("2024-05-01 18:30:00 -0400", "2024-05-02T01:30:00+03:00"),
        ("2024-05-01T00:30:00+0545", "2024-04-30T21:45:00+03:00"),
    ],
)
def test_what_a_date_looks_like(text: str, iso: str) -> None:
    """Both orders, one digit or two, with or without time and zone, shown in the site's zone."""
    assert iso == read(text).iso


@pytest.mark.parametrize(
    "text",
    [
        "next tuesday",
        "2024",
        "2024-05",
        "2024-13-01",
        "2024-02-30",
        "30.02.2024",
        "2023-02-29",
        "0000-01-01",
        "24-05-01",
        "01.05.24",
        "2024/05/01",
        "1 May 2024",
        "05-01-2024",
        "20240501",
        "2024-05-01 24:00",
        "2024-05-01 18:60",
        "2024-05-01 18:30:60",
        "2024-05-01 18",
        "2024-05-01 18:3",
        "2024-05-01T",
        "2024-05-01 18:30 MSK",
        "2024-05-01 18:30 +3",
        "2024-05-01 18:30 +24:00",
        "2024-05-01 18:30 +03:60",
        "2024-05-01 +03:00",
        "2024-05-01Z",
        "2024-05-01 18:30 sharp",
        "0001-01-01 00:00 +14:00",
        "9999-12-31 23:59 -12:00",
        "\u0662\u0660\u0662\u0664-\u0660\u0665-\u0660\u0661",
        "",
    ],
)
def test_what_is_no_date(text: str) -> None:
    """Impossible days and hours, two-digit years, words, other orders, and what leaves the years 1 to 9999."""
    assert dates.moment(text, MOSCOW) is None


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("date", ["2024-01-01", "2024-03-10", "2024-03-31", "2024-11-03", "2011-12-30"])
def test_a_civil_date_never_moves(zone: str, date: str) -> None:
    """A date alone is the same date in every zone, on days when clocks change and on a day that was left out."""
    assert (dt.date.fromisoformat(date), None) == (read(date, zone).date, read(date, zone).time)


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("Europe/Moscow", "2024-07-25T21:00:00+00:00"),
        ("America/New_York", "2024-07-26T04:00:00+00:00"),
        ("Pacific/Kiritimati", "2024-07-25T10:00:00+00:00"),
        ("Asia/Kathmandu", "2024-07-25T18:15:00+00:00"),
        ("Pacific/Pago_Pago", "2024-07-26T11:00:00+00:00"),
    ],
)
def test_a_civil_date_begins_at_midnight_in_the_sites_zone(zone: str, instant: str) -> None:
    """An embargo on a date alone ends at 00:00 where the site is at home."""
    assert int(dt.datetime.fromisoformat(instant).timestamp()) == read("26.07.2024", zone).instant


@pytest.mark.parametrize(
    ("zone", "iso"),
    [
        ("Europe/Moscow", "2024-07-27T01:30:00+03:00"),
        ("America/New_York", "2024-07-26T18:30:00-04:00"),
        ("Pacific/Kiritimati", "2024-07-27T12:30:00+14:00"),
        ("Asia/Kathmandu", "2024-07-27T04:15:00+05:45"),
        ("Pacific/Pago_Pago", "2024-07-26T11:30:00-11:00"),
    ],
)
def test_a_time_with_a_zone_is_an_instant(zone: str, iso: str) -> None:
    """It is shown on the date and at the time that the site's zone has then."""
    assert iso == read("2024-07-26 22:30Z", zone).iso


def test_seconds_count() -> None:
    """An embargo ends at its second."""
    assert 45 == read("2024-05-01 18:30:45").instant - read("2024-05-01 18:30").instant


def test_an_hour_that_is_left_out_is_kept_as_written() -> None:
    """At 02:30 on the day when New York's clocks go forward no clock shows 02:30; the text still does."""
    assert "2024-03-10T02:30:00-05:00" == read("2024-03-10 02:30", "America/New_York").iso


def test_an_hour_that_comes_twice_is_the_first() -> None:
    """Without a zone, 01:30 on the day when New York's clocks go back is the one before the change."""
    assert "2024-11-03T01:30:00-04:00" == read("2024-11-03 01:30", "America/New_York").iso


def test_a_zone_tells_the_hours_that_come_twice_apart() -> None:
    """The second 01:30 has the offset of winter, and comes an hour later."""
    first, second = read("2024-11-03 01:30 -0400", "America/New_York"), read("2024-11-03 06:30Z", "America/New_York")

    assert ("2024-11-03T01:30:00-05:00", 3600) == (second.iso, second.instant - first.instant)


@given(
    at=st.integers(63_072_000, 4_000_000_000).map(lambda seconds: _EPOCH + dt.timedelta(seconds=seconds)),
    zone=st.sampled_from(ZONES),
)
def test_what_is_written_is_read_again(at: dt.datetime, zone: str) -> None:
    """Writing a moment as ISO 8601 and reading it gives the same moment, in every zone, since offsets are minutes."""
    moment = read(at.isoformat(), zone)
    again = read(moment.iso, zone)

    assert (moment.instant, moment.iso) == (again.instant, again.iso) or _is_left_out(at, zone)


@given(
    date=st.sampled_from(["2024-05-01", "2024-02-30", "0001-01-01", "9999-12-31", "1900-03-04", "0000-01-01"]),
    time=st.sampled_from(["00:00", "18:30", "23:59:59", "23:59:60", "24:00", "18:60", "18:30:15"]),
    offset=st.sampled_from(["Z", "+03:00", "-00:00", "+23:59", "+24:00", "-12:60", "+0300"]),
    zone=st.sampled_from(ZONES),
)
def test_a_blank_before_the_zone_changes_nothing(date: str, time: str, offset: str, zone: str) -> None:
    """What the standard library reads and what is read piece by piece is one moment, or none."""
    here = dates.zone(zone)

    assert dates.moment(f"{date}T{time} {offset}", here) == dates.moment(f"{date}T{time}{offset}", here)


def _is_left_out(at: dt.datetime, zone: str) -> bool:
    there = at.replace(tzinfo=dates.zone(zone))
    return there.astimezone(dt.UTC).astimezone(dates.zone(zone)).replace(tzinfo=None) != at


@given(date=st.dates(), zone=st.sampled_from(ZONES))
def test_both_orders_mean_the_same_day(date: dt.date, zone: str) -> None:
    """`Y-M-D` and `D.M.Y` are read as the same civil date, of every year from 1 to 9999."""
    assert date == read(date.isoformat(), zone).date == read(f"{date.day}.{date.month}.{date.year:04}", zone).date


@given(date=st.dates(min_value=dt.date(1, 1, 3), max_value=dt.date(9999, 12, 29)), hour=st.integers(0, 23))
def test_instants_are_ordered_as_they_happen(date: dt.date, hour: int) -> None:
    """An hour later in UTC is 3600 seconds later, whatever the calendar."""
    moments = [read(f"{date} {hour}:{minute}:00Z", "Asia/Kathmandu") for minute in ("00", "59")]

    assert 59 * 60 == moments[1].instant - moments[0].instant


def test_the_zones_come_from_the_pinned_package() -> None:
    """Whatever the machine's own tables say, the rules are those of tzdata."""
    dates.zone("Europe/Moscow")

    assert () == zoneinfo.TZPATH


@pytest.mark.parametrize("name", ["Moscow", "Europe", "../etc/passwd", "", "/etc/localtime", "Europe/Moscow\0"])
def test_what_is_no_zone(name: str) -> None:
    """Unknown names, folders of the database and paths are refused alike."""
    with pytest.raises(ValueError, match=r"^"):
        dates.zone(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2024-05-01-storm", (dt.date(2024, 5, 1), "storm")),
        ("2024-02-30-storm", (None, "2024-02-30-storm")),
        ("2024-5-1-storm", (None, "2024-5-1-storm")),
        ("storm", (None, "storm")),
    ],
)
def test_the_date_of_a_file_name(name: str, expected: tuple[dt.date | None, str]) -> None:
    """Two digits each, a day that exists, and a hyphen after it; else it is part of the name."""
    assert expected == dates.in_name(name)
