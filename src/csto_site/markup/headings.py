"""Headings of a body: below the page's own, each with a stable id that is unique in any script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import category, normalize

from csto_site.markup.references import THEME, anchor
from csto_site.markup.text import plain
from csto_site.model import Heading


class Headed(NamedTuple):
    """HTML whose headings have ids, and these headings."""

    html: str
    headings: tuple[Heading, ...]


_HEADING = re.compile(r"<h([1-6])([^>]*)>((?:[^<]++|<(?!/h\1>))*+)</h\1>")
_ID = re.compile(r' id="([^"]*)"').search
_WRITTEN = re.compile(r"\s*\{#([^\s{}<>]+)\}\s*$").search
_LAST_LEVEL = 6


def headed(html: str, ids: Iterable[str]) -> Headed:
    """Give every heading an id that none of `ids` is.

    The page's `h1` is its title: a body that uses `h1` has all its headings moved down by one level,
    others keep theirs. An id that was written is kept: as an attribute, or at the end as `{#id}`.
    """
    if "</h" not in html:
        return Headed(html, ())
    shift = 1 if "<h1" in html else 0
    names = _Names(ids)
    headings: list[Heading] = []

    def replace(match: re.Match[str]) -> str:
        level = min(int(match[1]) + shift, _LAST_LEVEL)
        identity, attributes, inner = _written(match[2], match[3], names)
        text = _line(inner)
        identity = identity or names.unique(slug(text) or "section")
        headings.append(Heading(level, identity, text))
        return f'<h{level} id="{identity}"{attributes}>{inner}</h{level}>'

    return Headed(_HEADING.sub(replace, html), tuple(headings))


def slug(text: str) -> str:
    """Make an id of a heading's text as GitHub does: lower case, no punctuation, hyphens for blanks."""
    lower = text.lower()
    if text.isascii():
        return _PUNCTUATION.sub("", lower).replace(" ", "-")
    kept = (char for char in normalize("NFC", lower) if char in "-_ " or _is_letter(char))
    return "".join(kept).replace(" ", "-")


_PUNCTUATION = re.compile(r"[^\w\- ]")


def _is_letter(char: str) -> bool:
    return char.isalnum() or category(char).startswith("M")  # the marks are vowels in Indic scripts


def _written(attributes: str, inner: str, names: _Names) -> tuple[str, str, str]:
    """Say which id was written in a heading, and what is left of its attributes and of its content."""
    if attributes and (found := _ID(attributes)):
        return found[1], attributes.replace(found[0], "", 1), inner
    if "{#" in inner and (written := _WRITTEN(inner)):
        name = anchor(written[1])
        return "" if name.startswith(THEME) else names.unique(name), attributes, inner[: written.start()]
    return "", attributes, inner


def _line(inner: str) -> str:
    return plain(inner).replace("\n", " ") if "<" in inner or "&" in inner else " ".join(inner.split())


class _Names:
    """Ids in use, and how often each wish for one was made."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.wishes: dict[str, int] = {}

    def unique(self, wish: str) -> str:
        """Give the wish itself, or the wish with a number."""
        count = self.wishes.get(wish, 0)
        name = f"{wish}-{count}" if count else wish
        while name in self.taken:
            count += 1
            name = f"{wish}-{count}"
        self.wishes[wish] = count + 1
        self.taken.add(name)
        return name
