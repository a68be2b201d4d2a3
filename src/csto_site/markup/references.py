"""What an address in a body means: something on this site, something elsewhere, or nothing good."""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import unquote_to_bytes, urlsplit

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


def read(written: str, url: str) -> Internal | External | None:
    """Read an address as a browser would; `url` is the site's own. None: it must not stand in a page."""
    address = _BLANK.sub("", written.strip(_EDGES))
    base = url.rstrip("/") + "/"
    if url and (address + "/" == base or address.startswith(base)):
        return _internal("/" + address[len(base) :])
    if match := _SCHEME(address):
        return _external(address, match[1].lower())
    if address[:2].replace("\\", "/") == "//":
        return _external(address.replace("\\", "/"), "")
    return _internal(address)


def _external(address: str, scheme: str) -> External | None:
    if scheme and scheme not in SCHEMES:
        return None
    try:
        urlsplit(address)
    except ValueError:
        return None
    return External(address, scheme)


def _internal(address: str) -> Internal | None:
    path, _, fragment = address.partition("#")
    path, mark, query = path.partition("?")
    try:
        target = unquote_to_bytes(path).decode() + mark + query
        return None if _CONTROL.search(target) else Internal(target, anchor(unquote_to_bytes(fragment).decode()))
    except UnicodeDecodeError:
        return None


def anchor(name: str) -> str:
    """Write an id as it stands in a page: composed, and without blanks, which no id may have."""
    return normalize("NFC", "-".join(name.split()))
