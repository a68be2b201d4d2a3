"""Reading HTML as people write it, unclosed tags and all, to say what cleaning took away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape
from typing import NamedTuple

from csto_site.markup.guard import DEEPEST, TooDeepError


class Tag(NamedTuple):
    """A tag as written; one without a name is never closed and swallows all that follows it."""

    text: str
    name: str
    attributes: str = ""
    is_end: bool = False


# Quotes count only after `=`, as in a browser. Nothing here backtracks: hostile HTML is read once.
_TAG = re.compile(
    r"<!--(?:-?>|.*?--!?>)|<[?!](?!--)[^>]*+>"
    r"|</(?P<end>[a-zA-Z][^\s/>]*+)[^>]*+>"
    r"""|<(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:=\s*+"[^"]*+"|=\s*+'[^']*+'|=(?!\s*+["'])|[^>=])*+)>"""
    r"|<(?=[a-zA-Z/!?])",
    re.DOTALL,
)
_TEXT_ENDS = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext")
}
_ATTRIBUTE = re.compile(r"""([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]*)))?""")
_SHOWN = 40

_CLOSE_THEMSELVES = frozenset(
    "p li dt dd tr td th thead tbody tfoot colgroup option rp rt"
    " area base br col embed hr img input link meta source track wbr".split()
)
_NESTING = ("<ul", "<ol", "<dl", "<blockquote", "<em", "<strong", "<del", "<sup", "<sub")


def tags(html: str) -> Iterator[Tag]:
    """Give the tags of HTML in order, without comments and without what only looks like a tag."""
    match = _TAG.search(html)
    while match:
        name = (match["name"] or match["end"] or "").lower()
        if name:
            yield Tag(match[0], name, match["attributes"] or "", is_end=match["end"] is not None)
        elif match[0] == "<":
            yield Tag(html[match.start() : match.start() + _SHOWN].partition("\n")[0], "")
            return
        end = _TEXT_ENDS[name].search(html, match.end()) if match["name"] and name in _TEXT_ENDS else match
        match = end and _TAG.search(html, end.start() if end is not match else end.end())


def attributes(text: str) -> Iterator[tuple[str, str]]:
    """Give the attributes of a tag, names in lower case, values decoded."""
    for name, *values in _ATTRIBUTE.findall(text):
        yield name.lower(), unescape("".join(values))


def may_be_deep(html: str) -> bool:
    """Tell whether HTML made by an engine alone could be nested too deeply."""
    return sum(map(html.count, _NESTING)) > DEEPEST


def check_depth(found: Iterable[Tag]) -> None:
    """Refuse what is nested too deeply, or opened so often without an end."""
    opened: Counter[str] = Counter()
    for tag in found:
        if tag.name in _CLOSE_THEMSELVES:
            continue
        opened[tag.name] += -(opened[tag.name] > 0) if tag.is_end else 1
        if opened[tag.name] > DEEPEST or (not tag.is_end and opened.total() > DEEPEST):
            raise TooDeepError
