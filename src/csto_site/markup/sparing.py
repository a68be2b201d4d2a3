"""Python-Markdown without the parts that have nothing to do in a body: the same HTML in less time.

Each of its fifty parts reads the whole text, mostly in vain: to look for bare addresses alone takes longer
than all that really happens to plain paragraphs. What a part cannot do without stands in the table `NEEDS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from markdown import Markdown
    from markdown.util import Registry

T = TypeVar("T")
Need = str | Callable[[str], bool]
"""What must stand in a text: these characters, or what a function looks for."""


def _rule(text: str) -> bool:
    """Tell whether a line may be a rule, or underline a heading, once the marks of lists and quotes are off."""
    for line in text.split("\n"):
        before = line.rstrip("-=_* \t")
        signs = line[len(before) :]
        if signs and not signs.isspace() and (before[-1:] in ("", ">", ":") or signs[0] in " \t"):
            return True
    return False


def _meaning(text: str) -> bool:
    """Tell whether a line may begin with a colon, as a definition does, once such marks are off."""
    return ":" in text and _MEANING(text) is not None


_MEANING = re.compile(r":[ \t](?<!\w:.)").search
_INDENT = ("    ", "\t")
_WEB = ("://", "w.", "W.")
_RAW = "<"

NEEDS: Mapping[str, Mapping[str, tuple[Need, ...]]] = {
    "preprocessors": {"fenced_code_block": ("```", "~~~"), "tags": (_RAW,), "html_block": (_RAW, "&")},
    "blockprocessors": {
        "indent": _INDENT,
        "defindent": (_meaning,),
        "code": _INDENT,
        "table": ("|",),
        "hashheader": ("#",),
        "setextheader": (_rule, _RAW),  # raw HTML may end a line, since it is set aside
        "hr": (_rule, _RAW),
        "deflist": (_meaning,),
        "quote": (">",),
        "footnote": ("[^",),
        "reference": ("]:",),
    },
    "inlinePatterns": {
        "backtick": ("`",),
        "escape": ("\\",),
        "footnote": ("[^",),
        "reference": ("[",),
        "link": ("[",),
        "image_link": ("![",),
        "image_reference": ("![",),
        "short_reference": ("[",),
        "short_image_ref": ("![",),
        "autolink": (_RAW,),
        "automail": (_RAW,),
        "linebreak": ("  \n", "\t", _RAW),
        "html": (_RAW,),
        "magic-link": _WEB,
        "magic-mail": ("@",),
        "entity": ("&",),
        "em_strong": ("*", "_"),
        "delimiter": ("~",),
    },
    "treeprocessors": {
        "footnote": ("[^",),
        "footnote-duplicate": ("[^",),
        "attr_list": ("{",),
        "unescape": ("\\",),
    },
    "postprocessors": {"footnote": ("[^",)},
}
"""By registry and name: what must stand in a body, one of these, for that part to do anything at all.

A part that is not named here is never left out. Tabs stand for the blanks that they become.
"""

_ALL = tuple(dict.fromkeys(need for parts in NEEDS.values() for needs in parts.values() for need in needs))
_KEPT = 256


class Sparing:
    """An instance of Python-Markdown that gets, for each body, only the parts that have something to do."""

    def __init__(self, whole: Markdown) -> None:
        self._markdown = cast("Any", whole)  # which takes tuples where it has registries
        self._whole: dict[str, Registry[Any]] = {
            "preprocessors": whole.preprocessors,
            "blockprocessors": whole.parser.blockprocessors,
            "inlinePatterns": whole.inlinePatterns,
            "treeprocessors": whole.treeprocessors,
            "postprocessors": whole.postprocessors,
        }
        self._chosen = lru_cache(maxsize=_KEPT)(self._choose)
        self._markdown.block_level_elements = frozenset(whole.block_level_elements)  # asked for every element
        _hasten(whole.inlinePatterns, whole.parser.blockprocessors)

    def convert(self, body: str) -> str:
        """Convert a body to the HTML that the whole instance makes of it."""
        markdown = self._markdown.reset()
        chosen = self._chosen(tuple([_holds(body, need) for need in _ALL]))
        markdown.treeprocessors = chosen["treeprocessors"]  # some are asked for by name
        markdown.treeprocessors["inline"].inlinePatterns = tuple(chosen["inlinePatterns"])
        markdown.parser.blockprocessors = tuple(chosen["blockprocessors"])
        markdown.preprocessors = tuple(chosen["preprocessors"])
        markdown.postprocessors = tuple(chosen["postprocessors"])
        return str(markdown.convert(body))

    def _choose(self, are_there: tuple[bool, ...]) -> dict[str, Registry[Any]]:
        """Leave out of each registry the parts of which nothing is there."""
        there = {need for need, is_there in zip(_ALL, are_there, strict=True) if is_there}
        return {name: _without(registry, NEEDS[name], there) for name, registry in self._whole.items()}


def _holds(text: str, need: Need) -> bool:
    if isinstance(need, str):
        return need[0] in text and need in text  # C finds one character far faster than several
    return need(text)


def _without(registry: Registry[T], parts: Mapping[str, Iterable[Need]], there: set[Need]) -> Registry[T]:
    kept = registry[:]
    for name, needs in parts.items():
        if there.isdisjoint(needs):
            kept.deregister(name, strict=False)
    return kept


# -- within a body -----------------------------------------------------------------------------------


def _hasten(patterns: Registry[Any], blocks: Registry[Any]) -> None:
    """Let the slowest expressions look only into texts in which they can find something."""
    for pattern in patterns:
        faster = _FASTER.get(pattern.pattern, pattern.pattern).replace(*_SHORTER_MAIL)
        if faster != pattern.pattern:
            pattern.compiled_re = re.compile(faster, pattern.compiled_re.flags)
    for name in _SLOW_PATTERNS:
        if name in patterns:
            patterns[name].compiled_re = _Held(patterns[name].compiled_re, NEEDS["inlinePatterns"][name])
    if "backtick" in patterns:
        patterns["backtick"].find_code_spans = _code_span
    for name in _SLOW_BLOCKS:
        if name in blocks:
            blocks[name].RE = _Held(blocks[name].RE, NEEDS["blockprocessors"][name])


_FASTER = {r"(?<!\!)\[": r"\[(?<!!\[)"}
"""Expressions that mean the same, but begin with a character, which `re` finds at once."""
_SHORTER_MAIL = (r"|\.(?!\.))*)", r"|\.(?!\.)){0,254})")
"""What stands before the @ of an address is no longer than a whole one may be (RFC 5321): else each of its dots
would begin a search to its end."""
_SLOW_PATTERNS = ("backtick", "magic-link", "magic-mail", "em_strong")
_SLOW_BLOCKS = ("hashheader", "quote", "footnote", "reference")


_TICKS = re.compile("`+")


def _code_span(start: int, text: str) -> tuple[int, int | None]:
    """Find where code in backticks begins and ends, as Python-Markdown does it, which goes through all characters.

    Where no run as long follows, the longest that is shorter ends it; else there is none, and the first number says
    where to go on: Python-Markdown counts the run twice.
    """
    opening = _TICKS.match(text, start)
    begin = opening.end() if opening else start
    ticks = begin - start
    longest, end = 0, 0
    for run in _TICKS.finditer(text, begin):
        length = run.end() - run.start()
        if length == ticks:
            return begin, run.start()
        if length > longest:
            longest, end = length, run.end()
    if 0 < longest < ticks:
        return begin - (ticks - longest), end - longest
    return begin + ticks, None


class _Held:
    """A regular expression that looks only into a text that holds what it needs; it finds the same."""

    def __init__(self, pattern: re.Pattern[str], needs: tuple[Need, ...]) -> None:
        self.pattern = pattern
        self.needs = needs
        self.match = pattern.match

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if self._is_held(text) else None

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text, start) if self._is_held(text) else iter(())

    def _is_held(self, text: str) -> bool:
        for need in self.needs:  # noqa: SIM110 - `any` takes twice as long, and this runs for each paragraph
            if _holds(text, need):
                return True
        return False
