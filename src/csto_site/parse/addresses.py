"""What editors write as addresses: slugs, permalinks, former addresses. Held decoded and in NFC."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from csto_site.model import Alias, Permalink
from csto_site.parse.reading import Placed, Reading, quoted

LONGEST = 255
"""How many bytes file systems take for one part of a path."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SIMPLE = re.compile(r"[a-z0-9-]{1,255}").fullmatch
_DIGITS = re.compile(r"[0-9/]+").fullmatch


def decoded(text: str) -> str | None:
    """Decode percent-encoded UTF-8 once, and normalise; None if its bytes are not UTF-8."""
    if text.isascii() and "%" not in text:
        return text
    try:
        plain = unquote_to_bytes(text).decode() if "%" in text else text
    except UnicodeDecodeError:
        return None
    return unicodedata.normalize("NFC", plain)


def is_digits(path: str) -> bool:
    """Tell whether an address says nothing but numbers, like those of years and months."""
    return _DIGITS(path) is not None


def flaws(path: str) -> Iterator[tuple[str, str]]:
    """Say what keeps a path (segments with slashes between) from being an address, with the code.

    The code is "" where it depends on what the path is for.
    """
    for char in dict.fromkeys(_CONTROL.findall(path)):
        yield "", f"holds the control character U+{ord(char):04X}"
    for char in dict.fromkeys(re.findall(r"[\\?#]", path)):
        yield "", f"holds {char!r}"
    for segment in path.split("/"):
        yield from _segment_flaws(segment)


def _segment_flaws(segment: str) -> Iterator[tuple[str, str]]:
    if not segment:
        yield "", "has an empty part"
    elif segment in {".", ".."}:
        yield "", f"has the part {segment!r}"
    elif segment != segment.strip():
        yield "", "has a blank at the beginning or end of a part"
    size = len(segment.encode())
    if size > LONGEST:
        yield "address/too-long", f"has a part of {size} bytes, {LONGEST} are the most"


def slug(text: str, at: Placed, reading: Reading) -> str | None:
    """Read a slug; None if it cannot be an address."""
    return _checked(text, at, reading, "address/slug", "slug")


def _checked(text: str, at: Placed, reading: Reading, code: str, what: str) -> str | None:
    if _SIMPLE(text):
        return text
    found = decoded(text)
    if found is None:
        reading.problem(code, at, f"{what} {quoted(text)} is not UTF-8 where it is percent-encoded", "write it decoded")
        return None
    problems = list(flaws(found))
    for own in dict.fromkeys(own for own, _ in problems):
        why = " and ".join(dict.fromkeys(why for each, why in problems if each == own))
        reading.problem(own or code, at, f"{what} {quoted(found)} {why}", _HELP[own or code])
    return None if problems else found


_HELP = {
    "address/slug": "write `slug:` with words and hyphens: slug: storm-warning",
    "address/unreadable": "write a path from the top of the site: /news/2024/storm/",
    "address/too-long": "write a shorter one",
}


def permalink(text: str, at: Placed, reading: Reading) -> Permalink | None:
    """Read a whole address: a path that gets its trailing slash unless its last part has a dot."""
    if not text.startswith("/"):
        message = f"address {quoted(text)} does not begin with a slash"
        reading.problem("address/unreadable", at, message, _HELP["address/unreadable"])
        return None
    inner = text[1:].removesuffix("/")
    found = _checked(inner, at, reading, "address/unreadable", "address")
    return None if found is None else Permalink(folded(f"/{found}" + "/" * text.endswith("/")))


def folded(path: str) -> str:
    """Write an address in its one form: a folder's has a slash at the end and no `index.html`."""
    path = path.removesuffix("index.html") if path.endswith("/index.html") else path
    return path if path.endswith("/") or "." in path.rpartition("/")[2] else f"{path}/"


def alias(text: str, at: Placed, reading: Reading, url: str) -> Alias | None:
    """Read a former address: a path on this site, perhaps with a query, perhaps with the site's URL before it."""
    path, _, query = _without_site(text, url).partition("?")
    if not path.startswith("/"):
        message = f"address {quoted(text)} does not begin with a slash"
        reading.problem("address/unreadable", at, message, _HELP["address/unreadable"])
        return None
    inner = path[1:].removesuffix("/")
    found = inner if path == "/" else _checked(inner, at, reading, "address/unreadable", "address")
    if found is None or "#" in query:
        if "#" in query:
            reading.problem("address/unreadable", at, f"address {quoted(text)} holds '#'", _HELP["address/unreadable"])
        return None
    return Alias(Permalink(f"/{found}" + "/" * (path.endswith("/") and path != "/")), query, *reading.mark(at))


def _without_site(text: str, url: str) -> str:
    return text[len(url) - 1 :] if url and text.startswith(url) else text
