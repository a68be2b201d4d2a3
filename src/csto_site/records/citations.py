"""How an item is cited: as a line of text, and for BibTeX."""

from __future__ import annotations

import datetime as dt
import re

from csto_site.model import Value

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: "\\" + char for char in "{}%&#$_"},
    }
)
_UNFIT = re.compile(r"[^A-Za-z0-9]+")


class Cited(Value, frozen=True, kw_only=True):
    """What a citation says; `site` stands for the authors of an item that names none, `shown` is the date in words."""

    authors: tuple[str, ...]
    title: str
    site: str
    date: dt.date
    shown: str
    url: str
    name: str


def citation(cited: Cited) -> str:
    """Write a line of text: who, what, where, when, and the address."""
    parts = (", ".join(cited.authors), cited.title, cited.site, cited.shown)
    return (
        " ".join(part if part.endswith((".", "!", "?", "…")) else f"{part}." for part in parts if part)
        + f" {cited.url}"
    )


def bibtex(cited: Cited) -> str:
    """Write an entry for BibTeX; names stand in braces, so that none is taken apart into parts of a name."""
    authors = " and ".join(f"{{{_escaped(name)}}}" for name in cited.authors or (cited.site,))
    fields = {
        "author": f"{{{authors}}}",
        "title": f"{{{{{_escaped(cited.title)}}}}}",
        "publisher": f"{{{{{_escaped(cited.site)}}}}}",
        "year": f"{{{cited.date.year:04d}}}",
        "month": _MONTHS[cited.date.month - 1],
        "day": f"{{{cited.date.day}}}",
        "url": f"{{{cited.url}}}",
    }
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    return f"@misc{{{_key(cited)},\n{lines}\n}}"


def _key(cited: Cited) -> str:
    """Name the entry by the date and what is plain in the item's name."""
    return "-".join(filter(None, (cited.date.isoformat(), _UNFIT.sub("-", cited.name).strip("-").lower())))


def _escaped(text: str) -> str:
    return text.translate(_SPECIAL)
