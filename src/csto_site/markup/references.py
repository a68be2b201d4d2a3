"""What an address in a body means: something on this site, something elsewhere, or nothing good."""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import unquote_to_bytes

SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp"})
"""Other schemes do not survive: above all not javascript, data and vbscript."""


class Internal(NamedTuple):
    """Something on this site: its target, decoded, and what stood after `#`, decoded."""

    target: str
    fragment: str


class External(NamedTuple):
    """Something elsewhere: the address to write, and its scheme ("" where it begins with `//`)."""

    address: str
    scheme: str


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):").match
_BLANK = re.compile(r"[\t\n\r]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_EDGES = "".join(map(chr, range(0x21)))


def read(written: str, base: str) -> Internal | External | None:
    """Read an address as a browser would; `base` is the site's own URL, with its slash.

    None: it must not stand in a page.
    """
    is_simple = written.isprintable() and " " not in written
    address = written if is_simple else _BLANK.sub("", written.strip(_EDGES))
    if base and (address.startswith(base) or address == base[:-1]):
        return _internal("/" + address[len(base) :])
    scheme, colon, _ = address.partition(":")
    if colon and scheme in SCHEMES:
        return External(address, scheme)
    if colon and (match := _SCHEME(address)):
        scheme = match[1].lower()
        return External(address, scheme) if scheme in SCHEMES else None
    if address[:2].replace("\\", "/") == "//":
        return External(address.replace("\\", "/"), "")
    return _internal(address)


def _internal(address: str) -> Internal | None:
    path, _, fragment = address.partition("#")
    path, mark, query = path.partition("?")
    try:
        target = _decoded(path) + mark + query
        if not target.isprintable() and _CONTROL.search(target):
            return None
        return Internal(target, anchor(_decoded(fragment)) if fragment else "")
    except UnicodeDecodeError:
        return None


def _decoded(text: str) -> str:
    return unquote_to_bytes(text).decode() if "%" in text else text


THEME = "site:"
"""How the ids of a page's own parts begin, which no body may have."""


def anchor(name: str) -> str:
    """Write an id as it stands in a page: composed, and without blanks, which no id may have."""
    return name if name.isascii() and name.isidentifier() else normalize("NFC", "-".join(name.split()))
