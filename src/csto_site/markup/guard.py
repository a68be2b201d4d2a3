"""What keeps a hostile body from taking the whole build with it."""

from __future__ import annotations

import re
from collections import Counter

DEEPEST = 50
"""So many elements may be open at once. Python-Markdown recurses, and nh3 is quadratic in depth: at this
limit both are far from trouble, whatever stack the caller stands on."""

COSTLIEST = 5_000_000
"""Python-Markdown looks from each `[` to the end of its paragraph: 3,000 of them would take seconds."""


class TooDeepError(Exception):
    """A body is nested deeper than is converted; caught by `convert`."""


class TooComplexError(Exception):
    """A body would take an engine too long; says what it holds too many of, and where. Caught by `convert`.

    `near` are characters that stand there: what engines have set aside by then lets nobody count lines.
    """

    def __init__(self, found: str, part: str) -> None:
        super().__init__(found)
        self.near = max(_SET_ASIDE.split(part[:_NEAR].strip("\n")), key=len)


def check_tags(text: str) -> None:
    """Refuse a text, stripped of code, on whose tags Python's HTML parser would hang."""
    if len(text) * text.count("<") <= COSTLIEST:
        return
    unclosed = _UNCLOSED.findall(text)
    if len(unclosed) * len(text) > COSTLIEST * 4:
        raise TooComplexError(f"{len(unclosed):,} tags that are never closed", unclosed[0])


def check_paragraphs(text: str) -> None:
    """Refuse a text, stripped of code and raw HTML, on which Python-Markdown would hang."""
    if len(text) > _LONG:
        check_marks(text)
    check_tables(text)
    check_rows(text)
    if len(text) * (text.count("[") + text.count("<") + text.count("\n")) <= COSTLIEST:
        return
    check_notes(text)
    for part in _parts(text):
        brackets = part.count("[") + part.count("<") // 4
        if brackets * len(part) > COSTLIEST:
            check_brackets(part)
        headings = len(_HEADING.findall(part))
        if headings * len(part) > COSTLIEST * 4:
            raise TooComplexError(f"{headings:,} headings or rules", part)


def check_brackets(part: str) -> None:
    """Refuse a paragraph with too many brackets that may be open: those of plain links and names cost nothing."""
    rest = _CLOSED("", _CLOSED("", part))  # pictures may stand in links
    brackets = rest.count("[") + rest.count("<") // 4
    if brackets * len(part) > COSTLIEST:
        raise TooComplexError(f"{brackets:,} brackets", part)


def check_tables(text: str) -> None:
    """Refuse tables that would grow far beyond what is written: their rows are filled up to the width of the head."""
    if "|" not in text:
        return
    empty = 0
    for block in _BLANK_LINE.split(text):
        columns = max((line.count("|") for line in _DELIMITERS(block)), default=0)
        empty += max(columns * block.count("\n") - block.count("|"), 0)
        if empty > _MOST_EMPTY:
            raise TooComplexError(f"tables with {empty:,} empty cells", block)


def check_rows(text: str) -> None:
    """Refuse rows of tables with so much code that Python-Markdown would hang, which looks in all for each pipe."""
    if text.count("|") * text.count("`") > COSTLIEST * 4:
        for row in text.split("\n"):
            marks = row.count("`")
            if marks * row.count("|") > COSTLIEST * 4:
                raise TooComplexError(f"{marks:,} marks of code in a row of a table", row)


def check_marks(text: str) -> None:
    """Refuse a paragraph with very many marks within it: Python-Markdown copies it all for each."""
    for part in _parts(text):
        marks = len(_MARKS.findall(part)) if len(part) > _LONG else 0
        if marks * len(part) > _LONG**2:
            raise TooComplexError(f"{marks:,} marks such as * and `", part)


def check_notes(text: str) -> None:
    """Refuse a text that refers to one footnote so often that numbering its references would hang."""
    notes = Counter(_NOTE.findall(text)).most_common(1)
    if notes and notes[0][1] > _MOST_REFERENCES:
        raise TooComplexError(f"{notes[0][1]:,} references to one footnote", notes[0][0])


_MARKS = re.compile(r"\*+|_+|~+|`+|[\\&:\]]")
_LONG = 100_000
"""So long a paragraph may be whatever stands in it: were all of it marks, it would take a second or two."""
_NEAR = 500
_SET_ASIDE = re.compile(r"\x02[^\x03]*\x03")
_CLOSED = re.compile(
    r"!?\[[^][`\\]*+\](?:\(\s*+"
    r"(?:<[^][()`\\\"'<>\n]*+>)?(?:[^][()`\\\"'<>]|\([^][()`\\\"'<>]*+\))*+(?:\"[^][()`\\\"]*+\" *+)?\)|(?!\())"
).sub
"""Finds brackets of which it is plain that Python-Markdown closes them: no code and no escape hides an end."""
_MOST_EMPTY = 100_000
"""So many cells of tables may be empty that nobody wrote: to make them takes about half a second."""
_DELIMITERS = re.compile(r"^[ \t>]*+[ \t|:-]++$", re.MULTILINE).findall
_NOTE = re.compile(r"\[\^[^\[\]\n]+\]")
_MOST_REFERENCES = 500
_UNCLOSED = re.compile(r"<[a-zA-Z/!?][^<>]*+(?!>)")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_HEADING = re.compile(r"^ {0,3}(?:#|=+[ \t]*$|-[- \t]*$|\*[* \t]*$|_[_ \t]*$)", re.MULTILINE)
_LIST_ITEM = re.compile(r"\n(?=[ \t]*(?:[-*+]|\d+\.)[ \t])")
_OPENS_LIST = re.compile(r"\s*(?:[-*+]|\d+\.)[ \t]").match
_OPENS_TABLE = re.compile(r"[^\n]*\|[^\n]*\n[ \t|]*:?-+:?[ \t|]").match


def _parts(text: str) -> list[str]:
    """Part a text into what Python-Markdown reads as one run of inline text."""
    parts = []
    for block in _BLANK_LINE.split(text):
        if _OPENS_LIST(block):
            parts += _LIST_ITEM.split(block)
        elif _OPENS_TABLE(block):
            parts += block.split("\n")
        else:
            parts.append(block)
    return parts
