"""An incremental build is the clean build: after every step of every history, byte for byte.

make test      the same 64 histories each time
make proof     1,000 others: pytest tests/proof/test_histories.py --histories=1000
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from proof.histories import LENGTH, Card, Table, dealt, proved, take
from proof.history import world
from proof.steps import STEPS

SEED = 1
HISTORIES = 64
PARTS = 6
"""Into how many tests the histories are parted, which several processes share."""


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=pytest.mark.xdist_group(f"histories {part}")) for part in range(PARTS)]
)
def test_histories(
    part: int, table: Table, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    """After each step the output and the diagnostics are those of a build that remembers nothing."""
    asked = int(request.config.getoption("--histories"))
    seed = secrets.randbits(32) if asked else SEED
    print(f"seed {seed}, every {PARTS}th history from {part} on")
    histories = tuple(islice(dealt(seed), part, asked or HISTORIES, PARTS))
    counts = proved(table, histories)
    record_property("histories", dict(counts))

    assert len(histories) * LENGTH == sum(counts[kind] for kind in STEPS)


SEARCHED = (
    *("add newest", "add back dated", "edit body", "edit title", "edit date", "edit section", "edit tags", "withdraw"),
    *("rename", "delete", "set section", "set dates", "set taxonomies", "clock on", "alter outputs", "lose outputs"),
    *("damage memo", "kill", "new program"),
)
"""What happens to the site that has search: to what bundles say, to their files, to what is known of them."""


@pytest.mark.xdist_group("histories with search")
def test_a_history_with_search(table: Table) -> None:
    """The same holds where bundles of an index are outputs, too: one history, as each step indexes some."""
    cards = [Card(kind, number) for number, kind in enumerate(SEARCHED)]
    table.play(cards, search="yes")

    assert len(cards) == table.taken


def test_every_kind_of_step_is_taken() -> None:
    """Each kind of step is taken at least 20 times in the histories of `make test`."""
    taken = Counter(card.kind for cards in islice(dealt(SEED), HISTORIES) for card in cards)

    assert {kind: taken[kind] for kind in STEPS if taken[kind] < 20} == {}


class Machine(RuleBasedStateMachine):
    """The same steps in the order that Hypothesis chooses."""

    table: ClassVar[Table]

    def __init__(self) -> None:
        super().__init__()
        self.history = self.table.begun()
        self.world = world(self.history)
        self.world.__enter__()

    @rule(kind=st.sampled_from(sorted(STEPS)), number=st.integers(0, 10**6))
    def step(self, kind: str, number: int) -> None:
        """Take a step; the next build must be a clean one."""
        take(self.history, Card(kind, number))

    def teardown(self) -> None:
        """Let the world be as it was."""
        self.world.__exit__(None, None, None)


def test_state_machine(table: Table, request: pytest.FixtureRequest) -> None:
    """The same holds for histories that Hypothesis makes up, and shrinks where one fails."""
    asked = int(request.config.getoption("--histories"))
    Machine.table = table
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=asked // 10 or 5,
            stateful_step_count=LENGTH,
            derandomize=not asked,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
