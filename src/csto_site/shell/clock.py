"""The instant at which a site is built: the only look at the clock."""

from __future__ import annotations

import datetime as dt
import os
import time


def instant(written: str, here: dt.tzinfo) -> int:
    """Give as-of as it was written, in seconds since 1970 UTC.

    A date or time without a zone is one of the zone `here`. Raises ValueError with what is wrong.
    """
    from csto_site.parse.dates import EXPECTED, moment  # with all of `parse`: most builds take the clock's word

    read = moment(written.strip(), here)
    if read is None:
        raise ValueError(f"not a date: {written!r}: {EXPECTED}")
    return read.instant


def now() -> int:
    """Give as-of where it was not written: SOURCE_DATE_EPOCH, else now. Raises ValueError with what is wrong."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return int(time.time())
    if not seconds.isascii() or not seconds.isdigit():
        raise ValueError(f"SOURCE_DATE_EPOCH is not a number of seconds: {seconds!r}")
    return int(seconds)


def shown(instant: int) -> str:
    """Write an instant in a form that `--as-of` reads again; in UTC, since a quick build reads no settings."""
    return dt.datetime.fromtimestamp(instant, dt.UTC).strftime("%Y-%m-%d %H:%M:%SZ").replace(":00Z", "Z")
