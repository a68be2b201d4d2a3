"""The instant at which a site is built."""

from __future__ import annotations

import pytest

from csto_site.parse.dates import zone
from csto_site.shell.clock import instant, now, shown

MOSCOW = zone("Europe/Moscow")
MIDNIGHT = 1721941200  # 26 July 2024, 00:00 in Moscow


@pytest.mark.parametrize(
    "written",
    ["2024-07-26", "26.07.2024", "2024-07-26 00:00", "2024-07-25T21:00:00Z", "2024-07-25T21:00:00.000Z"],
)
def test_as_of_is_read_as_front_matter_is(written: str) -> None:
    """Every form of a date is taken; without a zone it is the site's."""
    assert instant(written, MOSCOW) == MIDNIGHT


def test_a_wrong_date_is_refused() -> None:
    """What is no date is quoted, with what would be one."""
    with pytest.raises(ValueError, match=r"not a date: 'tomorrow': expected 2024-05-01"):
        instant("tomorrow", MOSCOW)


def test_source_date_epoch_stands_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that other tools know too replaces the clock."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MIDNIGHT))

    assert now() == MIDNIGHT


@pytest.mark.parametrize("wrong", ["2024-07-26", "1721941200000000"])
def test_a_wrong_source_date_epoch_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """A build with a clock that nobody meant would publish embargoed items."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)

    with pytest.raises(ValueError, match=f"SOURCE_DATE_EPOCH is not a number of seconds: '{wrong}'"):
        now()


@pytest.mark.parametrize(
    ("at", "text"),
    [(MIDNIGHT, "2024-07-25 21:00Z"), (MIDNIGHT + 1, "2024-07-25 21:00:01Z"), (-62135510400, "0001-01-02 00:00Z")],
)
def test_what_is_shown_can_be_typed_again(at: int, text: str) -> None:
    """The next instant that `build` prints is an argument of `--as-of`, whatever the site's zone."""
    assert text == shown(at)
    assert instant(text, MOSCOW) == at
