"""The dialect `python-markdown`: Python-Markdown with the extensions that news items need."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from csto_site.markup.guard import check_paragraphs, check_tags

if TYPE_CHECKING:
    from markdown import Markdown


def html(body: str) -> str:
    """Convert a body to HTML that is not cleaned yet."""
    engine = _engine()
    try:
        return engine.reset().convert(body)
    except BaseException:
        _engine.cache_clear()  # `reset` does not empty the parser's own stack, so this one is spoilt
        raise


@lru_cache(maxsize=1)
def _engine() -> Markdown:
    """Make the one instance of this process; it carries state and is reset before each body."""
    from markdown import Markdown
    from markdown.preprocessors import Preprocessor

    class Guard(Preprocessor):
        """Hands the text to a check, at a point where some of it is set aside and costs nothing any more."""

        def __init__(self, check: Callable[[str], None]) -> None:
            super().__init__()
            self.check = check

        def run(self, lines: list[str]) -> list[str]:
            self.check("\n".join(lines))
            return lines

    engine = Markdown(extensions=list(_EXTENSIONS), extension_configs=_EXTENSIONS)
    engine.preprocessors.register(Guard(check_tags), "tags", _AFTER_CODE)
    engine.preprocessors.register(Guard(check_paragraphs), "paragraphs", _LAST)
    return engine


_AFTER_CODE = 22  # fenced code is set aside at 25, raw HTML at 20
_LAST = -1

_EXTENSIONS: dict[str, dict[str, object]] = {
    "tables": {"use_align_attribute": True},  # else `style=`, which cleaning drops and the CSP blocks
    "footnotes": {"SEPARATOR": "-", "BACKLINK_TITLE": "", "BACKLINK_TEXT": "↩"},  # ids as in commonmark
    "fenced_code": {},
    "def_list": {},
    "attr_list": {},
    "sane_lists": {},
    "pymdownx.tilde": {"subscript": False},
    "pymdownx.magiclink": {},  # its social shortcuts are off unless asked for
}
