"""A test of the test: every bug that is planted into the program turns histories red, and without it they are not."""

from __future__ import annotations

from itertools import islice

import pytest

from proof.histories import Table, dealt
from proof.planted import BUGS, planted

HISTORIES = 3
"""Within how many histories a bug must be found."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.xdist_group(f"planted {at % 4}")) for at, name in enumerate(BUGS)],
)
def test_planted(name: str, table: Table) -> None:
    """A history finds the bug; the same steps are well without it."""
    for cards in islice(dealt(1, BUGS[name].kinds), HISTORIES):
        with planted(name):
            error = table.failure(cards)
        if error is not None:
            break
    else:
        pytest.fail(f"{HISTORIES} histories do not find it")

    assert table.failure(cards[: table.taken + 1]) is None
