"""A new item as an editor first sees it: where its file goes, and what stands in it."""

from __future__ import annotations

import datetime as dt
import json

import msgspec

from csto_site.model import Settings
from csto_site.parse.dates import expected, moment, zone
from csto_site.permalinks import RESERVED

_LONGEST = 80
"""Of a slug, in characters: long enough to say what the item is about."""


class Draft(msgspec.Struct, frozen=True):
    """A file to be made: its path relative to the content folder, and its text."""

    path: str
    text: str


def draft(
    title: str,
    settings: Settings,
    *,
    as_of: int,
    section: str | None = None,
    date: str | None = None,
    language: str | None = None,
) -> Draft:
    """Make an item; by default of the first section, of the day of `as_of`, in the site's own language.

    Raises ValueError with what is wrong: a title that says nothing, a date that is none, a name that `site.yaml` does
    not declare.
    """
    if not title.strip():
        raise ValueError("the title says nothing: expected the words that head the item")
    section = section or first_section(settings)
    _declared("section", section, [each.name for each in settings.sections])
    language = language or settings.language
    _declared("language", language, [each.code for each in settings.languages])
    written = date or dt.datetime.fromtimestamp(as_of, zone(settings.timezone)).date().isoformat()
    day = _day(written, settings)
    suffix = ".md" if language == settings.language else f".{language}.md"
    name = f"{day.isoformat()}-{slug_of(title, section)}{suffix}"
    return Draft(f"{section}/{day.year:04d}/{name}", _skeleton(title, written, day))


def first_section(settings: Settings) -> str:
    """Give the name of the first section, which a new item belongs to unless another is named."""
    if not settings.sections:
        raise ValueError("site.yaml declares no section")
    return settings.sections[0].name


def _declared(what: str, name: str, names: list[str]) -> None:
    if name not in names:
        raise ValueError(f"site.yaml declares no {what} {name!r}: expected one of {', '.join(names)}")


def _day(written: str, settings: Settings) -> dt.date:
    read = moment(written, zone(settings.timezone))
    if read is None:
        raise ValueError(f"not a date: {written!r}: {expected(written.strip())}")
    return read.date


def slug_of(title: str, section: str) -> str:
    """Make a slug of a title in any script; one that could be no address gets the section's name before it."""
    from slugify import slugify

    slug: str = slugify(title, max_length=_LONGEST, word_boundary=True)
    if not slug or slug.isdigit() or slug in RESERVED:
        return f"{section.rpartition('/')[2]}-{slug or 'item'}"
    return slug


def _skeleton(title: str, written: str, day: dt.date) -> str:
    return _SKELETON.format(title=json.dumps(title, ensure_ascii=False), date=written, day=day.isoformat())


_SKELETON = """\
---
title: {title}
date: {date}
# lead: One or two sentences for listings. Without a lead they show the first paragraph.
# place: Moscow
# authors: [Press service]
# tags: [a word, another one]
# publish: {day} 18:00  # embargo: the item appears at this time, not before
draft: true  # take this line out when the item may be published
---

Write the text here, in Markdown. A blank line begins a new paragraph.
"""
