"""Plain text out of HTML, and text into HTML."""

from __future__ import annotations

import re
from itertools import repeat
from operator import contains

_FORBIDDEN = frozenset({*range(0x20), 0xFFFE, 0xFFFF}) - {0x09, 0x0A, 0x0D}
_CONTROLS = "".join(map(chr, sorted(_FORBIDDEN)))
_CONTROL = re.compile(f"[{_CONTROLS}]")
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,8})|0*([0-9]{1,9}));?")


UNFIT = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
"""What no page may hold, as a class in an expression: controls and noncharacters (HTML, 13.1.3); XML forbids fewer."""


def without_controls(text: str) -> str:
    """Take out the characters that XML forbids; some of them mark our tokens."""
    return _CONTROL.sub("", text) if _has_controls(text) else text


def without_control_references(html: str) -> str:
    """Take out what stands for a character that no page may hold: `&#2;`, which a parser would turn into it."""
    return _UNFIT_BUT_TAGS.sub(lambda match: _meant(ord(match[0])), _REFERENCE.sub(_checked, html))


def _has_controls(text: str) -> bool:
    """Tell it by thirty searches for one character: a fifth of the time that one for a set takes."""
    return any(map(contains, repeat(text), _CONTROLS))


_UNFIT_BUT_TAGS = re.compile(f"(?![\x04-\x06])[{UNFIT}]")
"""Without 4 to 6: they are the marks of `tags`."""
_unfit = re.compile(f"[{UNFIT}]").match


def _checked(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    return _meant(number) if number > _LAST or _unfit(chr(number)) else match[0]


def _meant(number: int) -> str:
    """Give what browsers show for a reference to a character that no page may hold: `&#150;` is a dash to them."""
    return bytes([number]).decode("cp1252", "ignore") if number in _C1 else ""


_C1 = range(0x80, 0xA0)


_LAST = 0x10FFFF


def escaped(text: str) -> str:
    """Write text as HTML, fit for content and for an attribute in double quotes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def plain(fragment: str) -> str:
    """Say what a fragment says, as plain text: its blocks are parted by newlines."""
    return "\n".join(lines(fragment))


def lines(fragment: str) -> list[str]:
    """Say what a fragment says, as plain text, block by block."""
    if "=" in fragment and "footnote-" in fragment:
        fragment = _NOTE_LINK.sub("", fragment)
    parts = _TAG.split(fragment)  # text, tag, text, tag … text
    parts[1::2] = [_SIGNS.get(tag, "") for tag in parts[1::2]]
    text = "".join(parts)
    if "&" in text:
        text = _unescaped(text)
    return [*filter(None, map(str.strip, _single_blanks(text).split("\x00")))]


def _single_blanks(text: str) -> str:
    """Write one blank for any run of blanks and line ends (faster than to split and join)."""
    for blank in "\n\t\xa0":
        text = text.replace(blank, " ")
    return _BLANKS.sub(" ", text) if "  " in text else text


_BLANKS = re.compile("  +")
_TAG = re.compile("<([^ >]*)[^>]*>")
_BLOCKS = (
    "p li h1 h2 h3 h4 h5 h6 hr ul ol dl div dd dt td th tr table thead tbody tfoot caption blockquote pre section"
    " figure figcaption details summary aside address audio video"
).split()
_SIGNS = {"br": " ", **{f"{slash}{name}": "\x00" for name in _BLOCKS for slash in ("", "/")}}
"""What stands in plain text for a tag: NUL parts blocks, other tags leave nothing."""
_NOTE_LINK = re.compile(
    r'<a [^>]*class="footnote-backref"[^>]*>.*?</a>'
    r'|<sup class="footnote-ref">.*?</sup>|<sup [^>]*><a [^>]*class="footnote-ref"[^>]*>.*?</sup>',
    re.DOTALL,
)


def _unescaped(text: str) -> str:
    """Undo the few escapes that cleaned HTML has."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\xa0").replace("&quot;", '"')
    return text.replace("&amp;", "&")
