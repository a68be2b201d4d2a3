"""Reading HTML as people write it, unclosed tags and all, to say what cleaning took away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from csto_site.markup.guard import DEEPEST, TooDeepError


class Tag(NamedTuple):
    """An opening tag as written; one without a name is never closed and swallows all that follows it."""

    text: str
    name: str
    attributes: str


# Quotes count only after `=`, as in a browser. Nothing here backtracks: hostile HTML is read once.
_TAG = re.compile(
    r"<!--(?:-?>|.*?--!?>)|<[?!](?!--)[^>]*+>"
    r"|</[a-zA-Z][^>]*+>"
    r"""|<([a-zA-Z][^\s/>]*+)((?:=\s*+"[^"]*+"|=\s*+'[^']*+'|=(?!\s*+["'])|[^>=])*+)>"""
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
_NAMES = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")


def tags(html: str) -> Iterator[Tag]:
    """Give the opening tags of HTML in order, without comments and without what only looks like a tag."""
    match = _TAG.search(html)
    while match:
        position = match.end()
        if match[1]:
            name = match[1].lower()
            yield Tag(match[0], name, match[2])
            position = _text_end(html, name, position)
        elif match[0] == "<":
            yield Tag(html[match.start() : match.start() + _SHOWN].partition("\n")[0], "", "")
            return
        match = _TAG.search(html, position)


def _text_end(html: str, name: str, position: int) -> int:
    """Say where an element ends that holds text alone, such as a script; others are looked into."""
    if name not in _TEXT_ENDS:
        return position
    end = _TEXT_ENDS[name].search(html, position)
    return end.start() if end else len(html)


def attributes(text: str) -> Iterator[tuple[str, str]]:
    """Give the attributes of a tag, names in lower case, values decoded."""
    for name, *values in _ATTRIBUTE.findall(text):
        yield name.lower(), unescape("".join(values))


def check_depth(html: str) -> None:
    """Refuse what is nested too deeply, or opened so often without an end; a short text does no harm."""
    if html.count("<") <= 4 * DEEPEST:
        return
    opened: Counter[str] = Counter()
    depth = 0
    for is_end, name in _NAMES.findall(html):
        if name in _CLOSE_THEMSELVES:
            continue
        if not is_end:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > DEEPEST:
            raise TooDeepError
