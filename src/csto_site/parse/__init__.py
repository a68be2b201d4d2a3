"""One source to one entry with its body's fragment, or to diagnostics that point into it."""

from __future__ import annotations

from csto_site.diagnostics import Checked
from csto_site.model import Form, Parsed, Settings, Source, UndatedKind
from csto_site.parse import front_matter, head
from csto_site.parse.head import File
from csto_site.parse.item import item
from csto_site.parse.names import taken_apart
from csto_site.parse.reading import Reading
from csto_site.parse.rules import rules_of
from csto_site.parse.undated import PAGES, introduction, kind, page

__all__ = ["PAGES", "source"]


def source(source: Source, settings: Settings) -> Checked[Parsed | None]:
    """Read a source: its entry, or at least one error that says where and why there is none.

    Rules that a site may lower (an unknown section, a missing `alt`) are errors beside an entry, so that there
    is one if the site does so. All problems are found at once, those of the body as well.
    """
    rules = rules_of(settings)
    reading = Reading(f"content/{source.path}", zone=rules.zone, url=settings.url)
    text = front_matter.text(source.data, reading)
    parts = None if text is None else front_matter.split(text, reading)
    if parts is None:
        return Checked(None, tuple(reading.problems))
    file = File(source.path, taken_apart(source.path, rules.languages), parts, rules, reading)
    return Checked(_parsed(file), tuple(reading.problems))


def _parsed(file: File) -> Parsed | None:
    what = kind(file.name)
    if what is None:
        found, make = head.read(file, file.rules.item), item
    elif what is UndatedKind.PAGE:
        found, make = head.read(file, file.rules.page), page
    else:
        found, make = head.read(file, file.rules.introduction, may_be_empty=True), introduction
    if found is not None:
        return make(found, file)
    head.body(file, file.rules.settings.language, Form.TEXT)  # for its problems
    return None
