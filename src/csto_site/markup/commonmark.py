"""The dialect `commonmark`: CommonMark with GitHub's extensions, by comrak, a compiled library."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from csto_site.markup.guard import check_tables

if TYPE_CHECKING:
    from collections.abc import Callable


def html(body: str) -> str:
    """Convert a body to HTML that is not cleaned yet: raw HTML and any address pass the engine."""
    check_tables(body)
    rendered = _engine()(body)
    return _noted(_boxed(rendered)) if "[" in body or "<" in body else rendered


@lru_cache(maxsize=1)
def _engine() -> Callable[[str], str]:
    """Make the one engine of this process: its options are read once."""
    from comrak import ExtensionOptions, RenderOptions, markdown_to_html

    extensions = ExtensionOptions(
        table=True, strikethrough=True, autolink=True, tasklist=True, footnotes=True, description_lists=True
    )
    return partial(markdown_to_html, extension_options=extensions, render_options=RenderOptions(unsafe_=True))


def _boxed(rendered: str) -> str:
    """Show a task's state by a character: a form field without a label tells a screen reader nothing."""
    if "<input" not in rendered:
        return rendered
    done = rendered.replace('<input type="checkbox" checked="" disabled="" />', "☑")
    return done.replace('<input type="checkbox" disabled="" />', "☐")


_ID = re.compile(r' id="(fn(?:ref)?-[^"]*%[^"]*)"').sub


def _noted(rendered: str) -> str:
    """Write the ids of footnotes decoded, as all others are: comrak encodes them as it does the way to them."""
    if "%" not in rendered or "data-footnotes" not in rendered:
        return rendered
    return _ID(lambda match: f' id="{escape(unquote(match[1]))}"', rendered)
