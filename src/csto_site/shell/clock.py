"""The instant at which a site is built: the only look at the clock."""

from __future__ import annotations

import datetime as dt
import os
import time


def instant(written: str, here: dt.tzinfo) -> int:
    """Give as-of as it was written, in seconds since 1970 UTC.

    A date or time without a zone is one of the zone `here`. Raises ValueError with what is wrong.
    """
    from csto_site.parse.dates import expected, moment  # with all of `parse`: most builds take the clock's word

    read = moment(written.strip(), here)
    if read is None:
        raise ValueError(f"not a date: {written!r}: {expected(written.strip())}")
    return read.instant


def now() -> int:
    """Give as-of where it was not written: SOURCE_DATE_EPOCH, else now. Raises ValueError with what is wrong."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return int(time.time())
    if not seconds.isascii() or not seconds.isdigit() or len(seconds) > _DIGITS:
        raise ValueError(f"SOURCE_DATE_EPOCH is not a number of seconds: {seconds!r}, expected up to {_DIGITS} digits")
    return int(seconds)


_DIGITS = 11
"""More than these lead beyond what a date can say."""


def shown(instant: int) -> str:
    """Write an instant in a form that `--as-of` reads again; in UTC, since a quick build reads no settings."""
    at = dt.datetime.fromtimestamp(max(instant, _FIRST), dt.UTC)
    return at.isoformat(" ").replace("+00:00", "Z").replace(":00Z", "Z")


_FIRST = -62135596800
"""The first second of the year 1, before which it was in UTC when that year began in Asia."""
