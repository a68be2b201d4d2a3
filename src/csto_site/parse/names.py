"""What the path of a source says: its folder, date, language and slug."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping

import msgspec

from csto_site.parse import dates


class Name(msgspec.Struct, frozen=True):
    """A path taken apart. `full` is the file's name without language and suffix; `slug` has no date either."""

    folder: str
    full: str
    slug: str
    date: dt.date | None
    language: str


def taken_apart(path: str, languages: Mapping[str, str]) -> Name:
    """Take a source's path apart; `languages` are the declared codes by their lower-case form.

    A part before the suffix that is no declared language belongs to the name: `swift.5.md`.
    """
    folder, _, file = unicodedata.normalize("NFC", path).rpartition("/")
    stem = file.rpartition(".")[0] or file
    before, _, code = stem.rpartition(".")
    language = languages.get(code.lower(), "") if before else ""
    full = before if language else stem
    date, slug = dates.in_name(full)
    return Name(folder, full, slug, date, language)


def is_language(part: str) -> bool:
    """Tell whether a part of a name is the code of a language, of two letters."""
    if len(part) != 2 or not (part.isascii() and part.isalpha() and part.islower()):  # noqa: PLR2004 - ISO 639-1
        return False
    from babel.localedata import exists

    return exists(part)
