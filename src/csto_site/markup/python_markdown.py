"""The dialect `python-markdown`: Python-Markdown with the extensions that news items need."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from csto_site.markup.guard import check_paragraphs, check_tags
from csto_site.markup.sparing import Sparing

if TYPE_CHECKING:
    from markdown import Markdown
    from markdown.extensions import Extension


def html(body: str) -> str:
    """Convert a body to HTML that is not cleaned yet."""
    engine = _engine()
    try:
        return engine.convert(body)
    except BaseException:
        _engine.cache_clear()  # `reset` does not empty the parser's own stack, so this one is spoilt
        raise


@lru_cache(maxsize=1)
def _engine() -> Sparing:
    """Make the one engine of this process."""
    return Sparing(whole())


def whole() -> Markdown:
    """Make an instance of Python-Markdown with all its parts; it carries state and is reset before each body."""
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

    engine = Markdown(extensions=[*_EXTENSIONS, _footnotes()], extension_configs=_EXTENSIONS)
    engine.preprocessors.register(Guard(check_tags), "tags", _AFTER_CODE)
    engine.preprocessors.register(Guard(check_paragraphs), "paragraphs", _LAST)
    return engine


_AFTER_CODE = 22  # fenced code is set aside at 25, raw HTML at 20
_LAST = -1

_EXTENSIONS: dict[str, dict[str, object]] = {
    "tables": {"use_align_attribute": True},  # else `style=`, which cleaning drops and the CSP blocks
    "fenced_code": {},
    "def_list": {},
    "attr_list": {},
    "sane_lists": {},
    "pymdownx.tilde": {"subscript": False},
    "pymdownx.magiclink": {},  # its social shortcuts are off unless asked for
}


def _footnotes() -> Extension:
    """Make the extension for footnotes, so that a note may stand in another: the original stumbles over these."""
    from markdown.extensions.footnotes import FootnoteExtension

    class Notes(OrderedDict[str, str]):
        """Notes by name; who goes through their names comes to those that are added meanwhile."""

        def __init__(self) -> None:
            super().__init__()
            self.names: list[str] = []

        def __setitem__(self, name: str, text: str) -> None:
            if name not in self:
                self.names.append(name)
            super().__setitem__(name, text)

        def keys(self) -> list[str]:  # type: ignore[override] # the extension wants no more than a list can do
            return self.names

    class Footnotes(FootnoteExtension):
        def reset(self) -> None:
            super().reset()
            self.footnotes = Notes()

        def makeFootnoteId(self, id: str) -> str:  # noqa: N802, A002 - the extension's own names
            return str(super().makeFootnoteId(_fit(id)))

        def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: N802, A002, FBT001, FBT002 - as above
            return str(super().makeFootnoteRefId(_fit(id), found))

    return Footnotes(SEPARATOR="-", BACKLINK_TITLE="", BACKLINK_TEXT="↩")  # ids as in commonmark


def _fit(label: str) -> str:
    """Write a label as an id to which an address leads: there `%20` is a blank."""
    return label.replace("%", "-")
