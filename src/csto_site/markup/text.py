"""Plain text out of HTML, and text into HTML."""

from __future__ import annotations

import re

_FORBIDDEN = frozenset({*range(0x20), 0xFFFE, 0xFFFF}) - {0x09, 0x0A, 0x0D}
_CONTROLS = "".join(map(chr, sorted(_FORBIDDEN)))
_CONTROL = re.compile(f"[{_CONTROLS}]")
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{1,8})|0*([0-9]{1,9}));?")


def without_controls(text: str) -> str:
    """Take out the characters that XML forbids; some of them mark our tokens."""
    # Thirty searches for one character take a third of the time that one for a set takes.
    return _CONTROL.sub("", text) if any(char in text for char in _CONTROLS) else text


def without_control_references(html: str) -> str:
    """Take out what stands for such a character: `&#2;`, which a parser would turn into it."""
    return _CONTROL_BUT_TAGS.sub("", _REFERENCE.sub(_checked, html))


_CONTROL_BUT_TAGS = re.compile("[\x00-\x03\x07\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Without 4 to 6: they are the marks of `tags`."""


def _checked(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    is_forbidden = number in _FORBIDDEN or number > _LAST
    return "" if is_forbidden else match[0]


_LAST = 0x10FFFF


def escaped(text: str) -> str:
    """Write text as HTML, fit for content and for an attribute in double quotes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def plain(fragment: str) -> str:
    """Say what a fragment says, as plain text: its blocks are parted by newlines."""
    if "footnote-" in fragment:
        fragment = _NOTE_LINK.sub("", fragment)
    if "<br>" in fragment:
        fragment = fragment.replace("<br>", " ")
    text = _TAG.sub("", _BLOCK.sub("\x00", fragment))
    if "&" in text:
        text = _unescaped(text)
    lines = (line.strip() for line in _single_blanks(text).split("\x00"))
    return "\n".join([line for line in lines if line])


def _single_blanks(text: str) -> str:
    """Write one blank for any run of blanks and line ends (faster than to split and join)."""
    for blank in "\n\t\xa0":
        text = text.replace(blank, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(
    r"</?(?:p|li|h[1-6r]|[uod]l|div|d[td]|t[dhr]|table|thead|tbody|tfoot|caption|blockquote|pre|section"
    r"|figure|figcaption|details|summary|aside|address|audio|video)(?=[ >])[^>]*>"
)
_NOTE_LINK = re.compile(
    r'<a [^>]*class="footnote-backref"[^>]*>.*?</a>'
    r'|<sup class="footnote-ref">.*?</sup>|<sup [^>]*><a [^>]*class="footnote-ref"[^>]*>.*?</sup>',
    re.DOTALL,
)


def _unescaped(text: str) -> str:
    """Undo the few escapes that cleaned HTML has."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\xa0").replace("&quot;", '"')
    return text.replace("&amp;", "&")
