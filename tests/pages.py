"""Looks into the pages of a built site, as a reader's browser would."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import html

Element = Any
"""An element of lxml, which carries no types."""

ADDRESSES = ("href", "src", "poster", "data-latest")
"""Attributes that hold an address."""


class Place(NamedTuple):
    """Where a link leads on the site: the path of a file of the tree, and an anchor in it or ""."""

    path: str
    anchor: str


def parsed(page: bytes | str) -> Element:
    """Read a page."""
    return html.document_fromstring(page if isinstance(page, str) else page.decode())


def text(element: Element) -> str:
    """Give the words of an element, blanks folded."""
    return " ".join(element.text_content().split())


def texts(page: bytes | str, path: str) -> list[str]:
    """Give the words of all elements that an XPath finds."""
    return [text(each) for each in parsed(page).xpath(path)]


def teasers(page: bytes | str) -> list[str]:
    """Give the titles of the items that a page lists, in their order."""
    return texts(page, "//article[contains(@class, 'teaser')]//*[self::h2 or self::h3]")


def addresses(page: bytes | str) -> Iterator[str]:
    """Give every address that a page refers to, those of a picture's widths as well."""
    for element in parsed(page).iter():
        yield from (element.attrib[name] for name in ADDRESSES if name in element.attrib)
        yield from (each.split()[0] for each in element.attrib.get("srcset", "").split(", ") if each)


def ids(page: bytes | str) -> list[str]:
    """Give all ids of a page."""
    return [str(each) for each in parsed(page).xpath("//@id")]


def place(address: str, at: str, base: str = "/") -> Place | None:
    """Say where an address on the page at the path `at` leads; None if it leaves the site that lives below `base`.

    A folder answers with its `index.html`, as web servers do.
    """
    host = "https://here.example"
    url = urlsplit(urljoin(host + quote(base + at), address))
    if f"{url.scheme}://{url.netloc}" != host:
        return None
    path = unquote(url.path)
    assert path.startswith(base), f"{address} on {at} leaves the site below {base}"
    path = path.removeprefix(base)
    if not path or path.endswith("/"):
        path = posixpath.join(path, "index.html")
    return Place(path, unquote(url.fragment))


def dead(tree: Mapping[str, bytes], base: str = "/") -> list[str]:
    """Name every address on every page that leads nowhere on the site, or to an anchor that is not there."""
    anchors = {path: frozenset(ids(data)) for path, data in tree.items() if path.endswith(".html")}
    found = []
    for path in anchors:
        for address in addresses(tree[path]):
            where = place(address, path, base)
            if where is None:
                continue
            is_there = where.path in tree and (not where.anchor or where.anchor in anchors.get(where.path, ()))
            if not is_there:
                found.append(f"{path}: {address}")
    return found
