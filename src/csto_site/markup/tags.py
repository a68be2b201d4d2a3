r"""Template tags of other systems: `{{< … >}}`, `{{ … }}`, `{% … %}` stay as visible text, with a warning.

They are hidden from the engine, which would take `<`, `_` or `|` in them for Markdown, and shown again
after cleaning. `\x04N\x05` stands for the tag with number N.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from csto_site.diagnostics import Diagnostic, problem
from csto_site.markup.places import Places
from csto_site.markup.text import escaped


class Hidden(NamedTuple):
    """A body whose template tags are hidden: what to convert, and the tags with their offsets."""

    body: str
    tags: tuple[tuple[str, int], ...] = ()


# A tag ends before the next one begins and holds no blank line, so an unclosed one costs nothing.
_TAG = re.compile(
    r"\{\{(?:[^{}\n]++|\{(?!\{)|\}(?!\})|\n(?![ \t]*\n))*+\}\}"
    r"|\{%(?:[^{%\n]++|\{(?!%)|%(?!\})|\n(?![ \t]*\n))*+%\}"
)
_DESTINATION = re.compile(r"\](?=[(:][^()\n]*\x04)")
_MARK = re.compile("(?:⁅\x04|\x04)([0-9]{1,9})\x05⁆?")  # faster to find than what may begin with either
_LEFT = re.compile("[\x04-\x06]")
_CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
_NAME = re.compile(r"[{%<\s/!#-]*([^\s{}%<>|(]*)")
_SHOWN = 60


def hidden(body: str) -> Hidden:
    """Hide the template tags of a body."""
    if "{" not in body or ("{{" not in body and "{%" not in body):
        return Hidden(body)
    found: list[tuple[str, int]] = []

    def hide(match: re.Match[str]) -> str:
        found.append((match[0], match.start()))
        return f"⁅\x04{len(found) - 1}\x05⁆"

    marked = _TAG.sub(hide, body)
    # A tag as an address makes no link: the brackets stay visible too.
    return Hidden(_DESTINATION.sub("]\x06", marked), tuple(found))


def text(html: str, source: Hidden) -> str:
    """Put the hidden tags back as they were written."""
    return _MARK.sub(lambda match: _tag(match, source), html).replace("\x06", "") if source.tags else html


def shown(html: str, source: Hidden) -> str:
    """Show the hidden tags again, as text of a page."""
    if source.tags:
        html = _MARK.sub(lambda match: escaped(_tag(match, source)), html)
    may_be_left = source.tags or "&" in source.body
    return _LEFT.sub("", html) if may_be_left and any(mark in html for mark in "\x04\x05\x06") else html


def _tag(match: re.Match[str], source: Hidden) -> str:
    """Give a hidden tag; a mark with another number was written as `&#4;9&#5;` and means nothing."""
    number = int(match[1])
    return source.tags[number][0] if number < len(source.tags) else ""


def is_alone(paragraph: str) -> bool:
    """Tell whether a text consists of template tags only."""
    return "{" in paragraph and not _TAG.sub("", paragraph).strip()


def warnings(html: str, source: Hidden, places: Places) -> Iterator[Diagnostic]:
    """Warn of each tag that readers will see, once for each name; code may show what it likes."""
    if not source.tags:
        return
    seen = {int(number) for number in _MARK.findall(_CODE.sub("", html))} & set(range(len(source.tags)))
    names: set[str] = set()
    for number in sorted(seen):
        tag, offset = source.tags[number]
        name = _name(tag)
        if name not in names:
            names.add(name)
            yield _warning(tag, offset, places)


def _name(tag: str) -> str:
    match = _NAME.match(tag)
    return match[1] if match else ""


def _warning(tag: str, offset: int, places: Places) -> Diagnostic:
    shortened = " ".join(tag.split())
    if len(shortened) > _SHOWN:
        shortened = shortened[: _SHOWN - 1] + "…"
    message = f"a template tag of another system: '{shortened}', expected Markdown"
    length = len(tag.partition("\n")[0])
    return problem("markup/template-tag", places.span(offset, length), message, "it is shown as it stands: replace it")
