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
    """A body would take Python-Markdown too long; says what it holds too many of. Caught by `convert`."""


def check_tags(text: str) -> None:
    """Refuse a text, stripped of code, on whose tags Python's HTML parser would hang."""
    if len(text) * text.count("<") <= COSTLIEST:
        return
    unclosed = len(_UNCLOSED.findall(text))
    if unclosed * len(text) > COSTLIEST * 4:
        raise TooComplexError(f"{unclosed:,} tags that are never closed")


def check_paragraphs(text: str) -> None:
    """Refuse a text, stripped of code and raw HTML, on which Python-Markdown would hang."""
    if len(text) > _LONG:
        check_marks(text)
    if len(text) * (text.count("[") + text.count("<") + text.count("\n")) <= COSTLIEST:
        return
    check_notes(text)
    for part in _parts(text):
        brackets = part.count("[") + part.count("<") // 4
        if brackets * len(part) > COSTLIEST:
            raise TooComplexError(f"{brackets:,} brackets")
        headings = len(_HEADING.findall(part))
        if headings * len(part) > COSTLIEST * 4:
            raise TooComplexError(f"{headings:,} headings or rules")


def check_marks(text: str) -> None:
    """Refuse a paragraph with very many marks within it: Python-Markdown copies it all for each."""
    for part in _parts(text):
        marks = len(_MARKS.findall(part)) if len(part) > _LONG else 0
        if marks * len(part) > _LONG**2:
            raise TooComplexError(f"{marks:,} marks such as * and `")


def check_notes(text: str) -> None:
    """Refuse a text that refers to one footnote so often that numbering its references would hang."""
    notes = Counter(_NOTE.findall(text)).most_common(1)
    if notes and notes[0][1] > _MOST_REFERENCES:
        raise TooComplexError(f"{notes[0][1]:,} references to one footnote")


_MARKS = re.compile(r"\*+|_+|~+|`+|[\\&:]")
_LONG = 100_000
"""So long a paragraph may be whatever stands in it: were all of it marks, it would take a second or two."""
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
