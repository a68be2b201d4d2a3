"""Dates, months, sizes and language names in words, per language."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from csto_site.context import Column, Date
from csto_site.model import Moment


@lru_cache(maxsize=8192)
def day(date: dt.date, language: str, pattern: str) -> str:
    """Write a date in the site's style: a Babel pattern such as `dd.MM.yyyy`."""
    from babel.dates import format_date

    return format_date(date, pattern, locale=_locale(language))


@lru_cache(maxsize=4096)
def month(year: int, number: int, language: str) -> str:
    """Write a month with its year: `July 2024`, `Июль 2024` (the standalone form, `LLLL`)."""
    return _capital(month_within(year, number, language))


@lru_cache(maxsize=4096)
def month_within(year: int, number: int, language: str) -> str:
    """Write a month with its year as it stands within a line: `July 2024`, `июль 2024`."""
    from babel.dates import format_date

    return format_date(dt.date(year, number, 1), "LLLL y", locale=_locale(language))


@lru_cache(maxsize=512)
def month_name(number: int, language: str) -> str:
    """Write the name of a month alone: `July`."""
    from babel.dates import format_date

    return _capital(format_date(dt.date(2000, number, 1), "LLLL", locale=_locale(language)))


@lru_cache(maxsize=64)
def months(language: str) -> tuple[Column, ...]:
    """Give the twelve months as heads of columns."""
    from babel import Locale

    short = Locale.parse(_locale(language)).months["stand-alone"]["narrow"]
    return tuple(Column(title=month_name(each, language), short=short[each]) for each in range(1, 13))


@lru_cache(maxsize=64)
def weekdays(language: str) -> tuple[int, tuple[Column, ...]]:
    """Give the number of the first day of the week (0 is Monday), and the days of the week from that one on."""
    from babel import Locale

    locale = Locale.parse(_locale(language))
    first, (wide, short) = locale.first_week_day, (locale.days["stand-alone"][width] for width in ("wide", "short"))
    days = [(first + place) % 7 for place in range(7)]
    return first, tuple(Column(title=_capital(wide[day]), short=_capital(short[day])) for day in days)


@lru_cache(maxsize=4096)
def day_of_month(month: int, number: int, language: str) -> str:
    """Write a day as a heading: `26 July`, in the order that the language has."""
    from babel.dates import format_skeleton

    return format_skeleton("MMMMd", dt.date(2000, month, number), locale=_locale(language))


@lru_cache(maxsize=64)
def language_name(language: str) -> str:
    """Give a language's own name: `Русский`."""
    from babel import Locale

    return _capital(Locale.parse(_locale(language)).get_display_name() or language)


@lru_cache(maxsize=64)
def direction(language: str) -> str:
    """Give the direction in which a language is written: `ltr` or `rtl`."""
    from babel import Locale

    return Locale.parse(_locale(language)).text_direction


_UNITS = ((1, "B"), (1_000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB"))
_TWO_DIGITS = 9.95
"""From here on a size has two digits before the point and needs none after it."""


def size(count: int) -> str:
    """Write a number of bytes for people, in decimal units: `740 B`, `1.2 MB`."""
    factor, unit = next(pair for pair in reversed(_UNITS) if count >= pair[0] * 0.9995 or pair[0] == 1)
    value = count / factor
    return f"{value:.0f} {unit}" if value >= _TWO_DIGITS or factor == 1 else f"{value:.1f} {unit}"


@lru_cache(maxsize=4096)
def date(moment: Moment, language: str, pattern: str) -> Date:
    """Write a moment as readers and as machines read it."""
    time = f"{moment.time.hour:02d}:{moment.time.minute:02d}" if moment.time else ""
    return Date(text=day(moment.date, language, pattern), iso=moment.iso, time=time)


def _locale(language: str) -> str:
    return language.replace("-", "_")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
