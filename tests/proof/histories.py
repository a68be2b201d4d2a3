"""Histories: series of steps, dealt so that every kind comes up equally often, played, and shrunk where one fails."""

from __future__ import annotations

import gc
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from proof import steps, writing
from proof.history import History, Rows, world

LENGTH = 19
"""How many steps a history has."""
MOST_ROWS = 10_000
"""Of how many sources it is remembered how they were parsed."""


class Card(NamedTuple):
    """A step to be taken: its kind, and the number that decides everything that is left to chance in it."""

    kind: str
    number: int


def dealt(seed: int, kinds: Iterable[str] = steps.STEPS) -> Iterator[tuple[Card, ...]]:
    """Deal histories without end, from shuffled decks that hold every kind once."""
    cards = _cards(random.Random(seed), sorted(kinds))
    while True:
        yield tuple(next(cards) for _ in range(LENGTH))


def _cards(rng: random.Random, kinds: list[str]) -> Iterator[Card]:
    while True:
        rng.shuffle(kinds)
        yield from (Card(kind, rng.randrange(10**6)) for kind in kinds)


def begin(folder: Path) -> Path:
    """Write and build the site that every history begins with."""
    history = History(folder, writing.beginning(), {})
    for name, data in history.site.tree().items():
        steps.put(history.place(name), data)
    with world(history):
        history.check()
    return folder


class Table:
    """Where histories are played: in a folder, each with a copy of the site that was built at the beginning."""

    def __init__(self, folder: Path, beginning: Path) -> None:
        self._folder = folder
        self._beginning = beginning
        self._rows: Rows = {}
        self.taken = 0
        """How many steps were taken in the history that was played last."""

    def begun(self) -> History:
        """Give a history in which nothing has happened yet; the one before is forgotten."""
        shutil.rmtree(self._folder, ignore_errors=True)
        root = self._folder / "site"
        shutil.copytree(self._beginning, root)
        return History(root, writing.beginning(), self._rows)

    def play(self, cards: Sequence[Card], counts: Counter[str] | None = None, **settings: str) -> None:
        """Play a history: after each step the build must be a clean one, and at the end also one on disk.

        It begins with a change of these settings.
        """
        gc.collect()  # builds leave cycles in the oldest generation, and a thousand histories gigabytes of them
        if len(self._rows) > MOST_ROWS:
            self._rows.clear()
        history = self.begun()
        history.site.settings |= settings
        history.counts = Counter() if counts is None else counts
        self.taken = 0
        with world(history):
            for card in cards:
                take(history, card)
                self.taken += 1
            history.check_on_disk()

    def failure(self, cards: Sequence[Card]) -> Exception | None:
        """Play a history and give what went wrong."""
        try:
            self.play(cards)
        except Exception as error:  # noqa: BLE001 - a traceback of the program is a failure like a difference
            return error
        return None

    def shrunk(self, cards: Sequence[Card], tries: int = 60) -> tuple[Card, ...]:
        """Leave steps out of a history that fails for as long as it still does."""
        kept = tuple(cards)
        for place in reversed(range(len(kept))):
            fewer = kept[:place] + kept[place + 1 :]
            tries -= 1
            if tries and self.failure(fewer) is not None:
                kept = fewer
        return kept


def take(history: History, card: Card) -> None:
    """Take one step, and check."""
    rng = random.Random(f"{card.kind} {card.number}")
    history.past = [*history.past[-5:], steps.copied(history.site)]
    steps.STEPS[card.kind](history, rng)
    history.check()
    history.counts[card.kind] += 1


def proved(table: Table, histories: Sequence[Sequence[Card]], tell: Callable[[str], None] = print) -> Counter[str]:
    """Play histories and count steps; one that fails is shrunk, and its steps are in the error."""
    counts: Counter[str] = Counter()
    for cards in histories:
        try:
            table.play(cards, counts)
        except Exception:
            tell(f"A history fails. The steps that are needed for it:\n{list(table.shrunk(cards))}")
            raise
        counts["histories"] += 1
    return counts
