"""Clean the HTML of a body by an allow-list, collecting its references on the way.

nh3 calls the filter for every attribute that it keeps, in document order: there references become tokens.
What cleaning takes away is found by looking through the HTML from before, and only where that can matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from csto_site.markup import raw
from csto_site.markup.references import SCHEMES, THEME, External, Internal, anchor, read
from csto_site.model import LinkKind

if TYPE_CHECKING:
    from nh3 import Cleaner

TAGS = frozenset(
    "a abbr address aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt"
    " em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small"
    " source span strong sub summary sup table tbody td tfoot th thead time tr u ul var video wbr".split()
)
"""What prose, tables, images and sound consist of; landmarks and headings of the page are not the body's."""

_CELL = frozenset({"align", "colspan", "rowspan", "scope"})
ATTRIBUTES = {
    "*": frozenset({"id", "class", "lang", "dir", "title"}),
    "a": frozenset({"href", "hreflang", "rel", "aria-label"}),
    "audio": frozenset({"src", "controls", "preload", "loop", "muted"}),
    "blockquote": frozenset({"cite"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "del": frozenset({"cite", "datetime"}),
    "details": frozenset({"open"}),
    "img": frozenset({"src", "alt", "width", "height", "loading"}),
    "ins": frozenset({"cite", "datetime"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "q": frozenset({"cite"}),
    "source": frozenset({"src", "type"}),
    "td": _CELL,
    "th": _CELL,
    "time": frozenset({"datetime"}),
    "video": frozenset({"src", "controls", "preload", "loop", "muted", "width", "height", "poster", "playsinline"}),
}
_ADDRESSES = frozenset({"href", "src", "poster", "cite"})
_PLAYER = {"preload": "none"}  # nothing is fetched before a click
_FORCED = {"img": {"loading": "lazy"}, "audio": _PLAYER, "video": _PLAYER}
"""One for each tag: the cleaner would set two in an order that differs from process to process."""
_BARE_PLAYER = re.compile(r'<(?:audio|video)(?=[ >])(?!(?: [\w-]+="[^"]*")*? controls=)')
_MEDIA = frozenset({"audio", "video", "source"})
_CLASSES = frozenset({"footnotes", "footnote", "footnote-ref", "footnote-backref"})
_BARE = "p|li|a|em|strong|ul|h[1-6]|code|t[dhr]|" + "|".join(sorted(TAGS))  # the frequent ones first
_ODD = re.compile(
    rf"<(?=[a-zA-Z/!?])(?!/?(?:{_BARE}) ?/?>"
    r'|(?:a|img|audio|th|td|ol|sup|li|section|code class="language-[\w+#.-]+")'
    r"(?: (?:href|src|alt|title|align|start|id|preload|width|height|rel|lang|dir|aria-label|data-footnote[\w-]*"
    r'|class="footnotes?(?:-\w+)?")(?:="[^"]*")?)*+ ?/?>)'
).search
"""Finds a tag that is not as both engines write them, so that cleaning may take something away."""
_LANGUAGE = re.compile(r"language-[\w+#.-]+").fullmatch


class Found(NamedTuple):
    """A reference to this site: what it means, what it is, and the address that was written."""

    reference: Internal
    kind: LinkKind
    written: str


class Refused(NamedTuple):
    """Something that cleaning takes away: which tag, as written, what in it, in words, what was expected."""

    number: int
    tag: str
    part: str
    what: str
    expected: str


class Cleaned(NamedTuple):
    """Clean HTML, the references behind its tokens, its ids, and what was taken away."""

    html: str
    found: tuple[Found, ...]
    ids: tuple[str, ...]
    refused: tuple[Refused, ...]


def cleaned(html: str, url: str, *, is_own: bool) -> Cleaned:
    """Clean HTML; `url` is the site's own, and `is_own` says that the engine wrote all tags by itself."""
    raw.check_depth(html)
    cleaner, attributes = _cleaner()
    if is_own and "=" not in html:  # no tag has attributes: nothing refers to anything, and nothing is taken away
        return Cleaned(cleaner.clean(html), (), (), ())
    attributes.begin(url)
    clean = _BARE_PLAYER.sub(r'\g<0> controls=""', cleaner.clean(_named(html)))
    is_whole = attributes.kept_all(html) and (is_own or not _ODD(html))
    refused = () if is_whole else tuple(_refused(raw.tags(html), attributes.kept))
    return Cleaned(clean, tuple(attributes.found), tuple(attributes.ids), refused)


# -- the filter --------------------------------------------------------------------------------------


class _Attributes:
    """What nh3 asks about each attribute; it is begun anew for each body and keeps nothing of the last."""

    def __init__(self) -> None:
        self.begin("")

    def begin(self, url: str) -> None:
        self.base = url.rstrip("/") + "/" if url else ""
        self.found: list[Found] = []
        self.ids: dict[str, None] = {}
        self.kept: list[str] = []
        self.has_refused = False

    def __call__(self, tag: str, name: str, value: str) -> str | None:
        """Keep an attribute, with the value to write, or take it away (None)."""
        if name in _ADDRESSES:
            return self._address(tag, name, value)
        if name == "id":
            return self._id(value)
        if name == "class":
            return self._classes(value)
        return value

    def kept_all(self, html: str) -> bool:
        """Tell, by counting alone, whether every address was kept; wrong only where there are odd tags."""
        written = html.count(' href="') + html.count(' src="') if "=" in html else 0
        return not self.has_refused and written == len(self.kept)

    def _address(self, tag: str, name: str, value: str) -> str | None:
        reference = read(value, self.base)
        if reference is None or "\x04" in value or not _is_fit(reference, tag, name):
            self.has_refused = True
            return None
        self.kept.append(value)
        if isinstance(reference, External):
            return reference.address
        self.found.append(Found(reference, _kind(tag, name), value))
        return f"\x02{len(self.found) - 1}\x03"

    def _id(self, value: str) -> str | None:
        value = anchor(value)
        if value.startswith(THEME):
            self.has_refused = True
            return None
        if not value or value in self.ids:
            return None
        self.ids[value] = None
        return value

    def _classes(self, value: str) -> str | None:
        names = value.split()
        kept = [name for name in names if _is_class(name)]
        self.has_refused |= len(kept) < len(names)
        return " ".join(kept) or None


def _is_fit(reference: Internal | External, tag: str, name: str) -> bool:
    """Tell whether an address may stand there: sound and pictures load by themselves, links do not."""
    if name == "href":
        return True
    if isinstance(reference, Internal):
        return name != "cite"
    if name == "cite":
        return reference.scheme in {"http", "https"}
    if name == "poster":  # it is fetched before a click
        return False
    if tag in _MEDIA:
        return reference.scheme == "https"
    return reference.scheme in {"", "http", "https"}


def _kind(tag: str, name: str) -> LinkKind:
    if tag == "img" or name == "poster":
        return LinkKind.IMAGE
    return LinkKind.LINK if tag == "a" else LinkKind.FILE


def _is_class(name: str) -> bool:
    return name in _CLASSES or _LANGUAGE(name) is not None


@lru_cache(maxsize=1)
def _cleaner() -> tuple[Cleaner, _Attributes]:
    """Make the one cleaner of this process: to build one costs three times as much as to use it."""
    from nh3 import Cleaner

    attributes = _Attributes()
    cleaner = Cleaner(
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=attributes,
        set_tag_attribute_values=_FORCED,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    return cleaner, attributes


_NAMED = re.compile(r"(<a\b[^<>]{0,300}?\s)name(?=\s*=)", re.IGNORECASE)


def _named(html: str) -> str:
    """Write `<a name=…>`, the old way to make an anchor, as `<a id=…>`."""
    return _NAMED.sub(r"\1id", html) if "=" in html and "name=" in html else html


# -- what is taken away ------------------------------------------------------------------------------


def _refused(tags: Iterable[raw.Tag], kept: Iterable[str]) -> Iterator[Refused]:
    """Say in document order what of these tags the cleaner did not keep."""
    left = Counter(kept)
    for number, tag in enumerate(tags):
        if tag.name in TAGS:
            for name, value in raw.attributes(tag.attributes):
                for part, what, expected in _lost(tag.name, name, value, left):
                    yield Refused(number, tag.text, part, f"{what} of '<{tag.name}>' was taken away", expected)
        elif tag.name:
            what = f"'<{tag.text[1 : len(tag.name) + 1]}>' was taken away"
            yield Refused(number, tag.text, "", what, "prose, tables, images or sound")
        else:
            yield Refused(number, tag.text, "", f"'{tag.text}' is never closed", "a '>' at its end")


def _lost(tag: str, name: str, value: str, left: Counter[str]) -> Iterator[tuple[str, str, str]]:
    """Say what of an attribute was not kept: the part, in words, what was expected."""
    if name not in _allowed(tag):
        if not name.startswith("data-footnote"):  # comrak's own, of no use here
            yield name, f"the attribute '{name}'", "a style sheet to do what it does"
    elif name == "class":
        for each in value.split():
            if not _is_class(each):
                yield each, f"the class '{each}'", "'language-…' on code alone"
    elif name == "id" and anchor(value).startswith(THEME):
        yield value, f"the id '{value}'", f"one that does not begin with '{THEME}'"
    elif name in _ADDRESSES and not _ticked(value, left):
        yield value, f"the address '{value}'", _expected(tag, name)


def _ticked(value: str, left: Counter[str]) -> bool:
    """Tell whether an address is one of those that were kept, and tick it off."""
    is_kept = left[value] > 0
    left[value] -= is_kept
    return is_kept


def _expected(tag: str, name: str) -> str:
    if name == "poster":
        return "a path"
    return "a path or https" if tag in _MEDIA else "a path, http, https, mailto or tel"


@lru_cache(maxsize=128)
def _allowed(tag: str) -> frozenset[str]:
    old = {"name"} if tag == "a" else set()
    return ATTRIBUTES["*"] | ATTRIBUTES.get(tag, frozenset()) | old
