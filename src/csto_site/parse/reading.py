"""One file while it is read: where it is, and the problems met so far."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

import msgspec

from csto_site.diagnostics import Diagnostic, Span, problem

_SHOWN = 60
MOST_PROPOSALS = 20
"""For so many unknown keys of a file a known one is proposed."""


class Placed(Protocol):
    """Anything with a place in a file; length 0 is the rest of the line."""

    @property
    def line(self) -> int:
        """The line, from 1."""
        ...

    @property
    def column(self) -> int:
        """The column in characters, from 1."""
        ...

    @property
    def length(self) -> int:
        """How many characters, 0 for the rest of the line."""
        ...


class Place(msgspec.Struct, frozen=True):
    """A place in a file; line 0 is the file as a whole."""

    line: int = 0
    column: int = 0
    length: int = 1


WHOLE = Place()


class Reading:
    """Gathers the problems of one file. `path` is as in spans, `text` the file's, with LF line ends.

    `zone` and `url` are the site's: what dates and addresses are read with.
    """

    __slots__ = ("path", "problems", "proposals", "text", "url", "zone")

    def __init__(self, path: str, text: str = "", zone: dt.tzinfo = dt.UTC, url: str = "") -> None:
        self.path = path
        self.text = text
        self.zone = zone
        self.url = url
        self.problems: list[Diagnostic] = []
        self.proposals = 0

    def problem(self, code: str, at: Placed, message: str, help: str = "") -> None:  # noqa: A002 - the design's word
        """Add a problem."""
        self.problems.append(problem(code, self.span(at), message, help))

    def may_propose(self) -> bool:
        """Count a search for the nearest of the known words: it takes long, and nobody mends thousands by it."""
        self.proposals += 1
        return self.proposals <= MOST_PROPOSALS

    def span(self, at: Placed) -> Span:
        """Turn a place into a span that lies inside the file."""
        return Span(self.path, *self.mark(at))

    def mark(self, at: Placed) -> tuple[int, int, int]:
        """Give a place as line, column and length, inside the file."""
        if at.line and at.length:
            return (at.line, at.column, at.length)
        if not at.line or not self.text:
            return (0, 0, 1)
        lines = self.text.split("\n")
        line = min(at.line, len(lines))
        if line > 1 and not lines[line - 1]:  # behind the last line end
            line -= 1
        width = len(lines[line - 1])
        column = at.column if line == at.line else width
        column = max(1, min(column, width))
        return (line, column, max(1, width - column + 1))


def quoted(value: str) -> str:
    """Quote a value for a message; a long one is cut."""
    return repr(value) if len(value) <= _SHOWN else repr(value[:_SHOWN]) + "…"


def nearest(word: str, known: Iterable[str]) -> str:
    """Ask for the nearest of the known words: "did you mean `title`?"; "" when none is near."""
    found = nearest_of(word, tuple(known))
    return ask(found) if found else ""


def ask(word: str) -> str:
    """Ask whether a word was meant."""
    return f"did you mean `{word}`?"


@lru_cache(maxsize=1024)
def nearest_of(word: str, known: tuple[str, ...]) -> str:
    """Give the nearest of the known words, "" when none is near."""
    by_folded = {each.casefold(): each for each in known}  # capitals are the likeliest mistake
    return next((by_folded[each] for each in difflib.get_close_matches(word.casefold(), by_folded, n=1)), "")
