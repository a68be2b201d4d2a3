"""Footnotes whose ways to and fro must hold: what engines make of odd ones, and what is said of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from csto_site.diagnostics import Diagnostic, problem
from csto_site.markup.places import Places

_BACK = re.compile(r'(?:&#160;)?<a class="footnote-backref" href="#([^"]*)"[^>]*>[^<]*</a>')
_IDS = re.compile(r' id="(fnref[^"]*)"').findall


def mended(html: str) -> str:
    """Take out the ways back to where nothing refers to a footnote: Python-Markdown writes them all the same."""
    if "footnote-backref" not in html:
        return html
    ids = set(_IDS(html))
    return _BACK.sub(lambda match: match[0] if match[1] in ids else "", html)


_WRITTEN = re.compile(
    r"^[ \t]*(?P<fence>```+|~~~+)(?:.*?\n[ \t]*(?P=fence)|.*)|^ {0,3}(?P<name>\[\^[^\]\n]{1,300}\]):",
    re.MULTILINE | re.DOTALL,
)
"""Finds where footnotes are written; fenced code is passed over."""
_NAMES = re.compile(r"\[\^[^\]\n]{1,300}\]").findall


def warnings(places: Places) -> Iterator[Diagnostic]:
    """Warn of footnotes that readers cannot reach: one that is written twice, one that nothing refers to."""
    body = places.body
    if "]:" not in body or "[^" not in body:
        return
    found = [match for match in _WRITTEN.finditer(body) if match["name"]]
    counts, uses = Counter(match["name"] for match in found), Counter(_NAMES(body))
    seen: set[str] = set()
    for match in found:
        name = match["name"]
        if name in seen:
            message = f"the footnote {name} is written a second time, and readers can reach only one of the two"
            advice = "give it another name, here and where the text refers to it"
        elif uses[name] <= counts[name]:
            message = f"nothing in the text refers to the footnote {name}"
            advice = f"write {name} where it belongs, or take it out"
        else:
            message = advice = ""
        seen.add(name)
        if message:
            yield problem("markup/footnote", places.span(match.start("name"), len(name)), message, advice)
