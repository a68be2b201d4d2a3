"""The dialect `commonmark`: CommonMark with GitHub's extensions, by comrak, a compiled library."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comrak import ExtensionOptions, RenderOptions


def html(body: str) -> str:
    """Convert a body to HTML that is not cleaned yet: raw HTML and any address pass the engine."""
    from comrak import markdown_to_html

    extensions, rendering = _options()
    return _boxed(markdown_to_html(body, extension_options=extensions, render_options=rendering))


@lru_cache(maxsize=1)
def _options() -> tuple[ExtensionOptions, RenderOptions]:
    from comrak import ExtensionOptions, RenderOptions

    extensions = ExtensionOptions(
        table=True, strikethrough=True, autolink=True, tasklist=True, footnotes=True, description_lists=True
    )
    return extensions, RenderOptions(unsafe_=True)


def _boxed(rendered: str) -> str:
    """Show a task's state by a character: a form field without a label tells a screen reader nothing."""
    if "<input" not in rendered:
        return rendered
    done = rendered.replace('<input type="checkbox" checked="" disabled="" />', "☑")
    return done.replace('<input type="checkbox" disabled="" />', "☐")
