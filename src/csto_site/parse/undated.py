"""A source to an undated page, or to what introduces a section or the home page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csto_site import permalinks
from csto_site.model import Form, Parsed, Permalink, Undated, UndatedKind
from csto_site.parse import addresses
from csto_site.parse.head import File, Head, body, language, no_section, permalink, slug, title
from csto_site.parse.names import Name
from csto_site.parse.reading import quoted

PAGES = "pages"
"""The folder of undated pages; no section may have its name."""

_INTRODUCTION = "_index"


def kind(name: Name) -> UndatedKind | None:
    """Tell by its path what an undated source is; None if it is an item."""
    if name.full == _INTRODUCTION:
        return UndatedKind.INTRODUCTION
    return UndatedKind.PAGE if name.folder.partition("/")[0] == PAGES else None


def page(head: Head, file: File) -> Parsed | None:
    """Make an undated page; None if an error stands in the way."""
    name, code = title(head, file), language(head, file)
    folder = file.name.folder.partition("/")[2]
    own = slug(head, file, f"{folder}/{file.name.full}" if folder else file.name.full)
    if own is not None and "permalink" not in head.values:
        _claimed(head, file, own)
    address = None if own is None else permalink(head, file, addresses.folded(f"/{own}"), code)
    more = {"title": name, "permalink": address or Permalink("")}
    return _undated(UndatedKind.PAGE, head, file, code, {"translation": f"{PAGES}/{own}", **more})


def _claimed(head: Head, file: File, own: str) -> None:
    """Refuse the addresses of sections and languages."""
    if own in file.rules.forms or f"/{own.partition('/')[0]}" in file.rules.prefixes.values():
        message = f"slug {quoted(own)} is the address of a section or language"
        file.problem("address/reserved", head.place("slug"), message, "write `slug:` with another word")


def introduction(head: Head, file: File) -> Parsed | None:
    """Make an introduction; None if its folder is no section or an error stands in the way."""
    folder, code = file.name.folder, language(head, file)
    if folder and folder not in file.rules.forms:
        no_section(head, file, f"the folder {quoted(folder)} is no section that it could introduce", folder)
        body(file, code, Form.TEXT)
        return None
    prefix = file.rules.prefixes[code]
    more = {"section": folder, "title": head.values.get("title", ""), "permalink": permalinks.top(prefix, folder)}
    return _undated(UndatedKind.INTRODUCTION, head, file, code, {"translation": f"{folder}/{_INTRODUCTION}", **more})


def _undated(what: UndatedKind, head: Head, file: File, code: str, more: Mapping[str, Any]) -> Parsed | None:
    values = head.values
    converted = body(file, code, Form.TEXT)
    if file.is_refused:
        return None
    given = ("translation", "menu", "order", "draft", "aliases")
    entry = Undated(
        kind=what,
        path=file.path,
        language=code,
        lead=values.get("lead") or converted.lead,
        lead_written="lead" in values,
        facts=converted.facts,
        mark=file.reading.mark(head.place("permalink", "slug", "title") or file.parts.opening),
        **{**more, **{key: values[key] for key in given if key in values}},
    )
    return Parsed(entry, converted.fragment)
