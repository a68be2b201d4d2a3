"""Item or listing to address, address to output path, one address relative to another."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from csto_site.model import OutPath, Permalink

RESERVED = frozenset(
    {"all", "tags", "feed.atom", "feed.rss", "feed.json", "sitemap.xml", "404.html", "robots.txt"}
    | {"archive.atom", "index.json", "_headers", "nginx.conf", ".well-known"}
)
"""Names that the site needs for itself: no slug may be one of them."""

_PLAIN = re.compile(r"[A-Za-z0-9/._~-]*").fullmatch


@lru_cache(maxsize=8192)
def encoded(path: str) -> str:
    """Percent-encode a decoded path once, for an `href` (RFC 3986, section 3.3)."""
    return path if _PLAIN(path) else quote(path, safe="/._~-!$&'()*+,;=:@")


def out_path(permalink: str) -> OutPath:
    """Say which file answers at an address: folders answer with their `index.html`."""
    path = permalink.lstrip("/")
    if path.endswith("/") or not path:
        return OutPath(path + "index.html")
    is_file = "." in path.rpartition("/")[2]
    return OutPath(path if is_file else path + "/index.html")


def address_of(path: str) -> Permalink:
    """Say at which address an output answers: the inverse of `out_path`."""
    folder, slash, name = path.rpartition("/")
    return Permalink("/" + (folder + slash if name == "index.html" else path))


def root_of(permalink: str) -> str:
    """Say how a page at that address reaches the top of the site: `../../` or `./`."""
    return "../" * out_path(permalink).count("/") or "./"


def relative(root: str, permalink: str) -> str:
    """Write an address as seen from a page whose way to the top is `root`."""
    return root + encoded(permalink[1:])


def absolute(url: str, permalink: str) -> str:
    """Write an address with the site's own URL before it."""
    return url + encoded(permalink[1:])


def head(prefix: str, section: str) -> Permalink:
    """Address of the head of a section, or of all news where section is ""."""
    return Permalink(f"{prefix}/{section or 'all'}/")


def year(prefix: str, section: str, number: int) -> Permalink:
    """Address of a year of a section, or of all news where section is ""."""
    return Permalink(f"{prefix}/{section or 'all'}/{number:04d}/")


def month(prefix: str, section: str, period: tuple[int, int], sheet: int = 1) -> Permalink:
    """Address of a month (year, month) of a section or of all news; `sheet` counts the parts of a long one."""
    more = "" if sheet == 1 else f"{sheet}/"
    return Permalink(f"{prefix}/{section or 'all'}/{period[0]:04d}/{period[1]:02d}/{more}")


def archive(prefix: str, section: str, period: tuple[int, int], number: int = 1) -> Permalink:
    """Address of a part of a feed's history: `number` counts the documents of a month from the oldest on."""
    name = "archive.atom" if number == 1 else f"archive-{number}.atom"
    return Permalink(month(prefix, section, period) + name)


def record(permalink: str) -> Permalink:
    """Address of the record for machines beside the page at an address."""
    path = out_path(permalink)
    return Permalink(f"/{path.removesuffix('.html')}.json")


def sitemap(name: str, number: int) -> OutPath:
    """Path of a sitemap: that of a year, or of what has none; `number` counts the parts of a long one."""
    return OutPath(f"sitemap-{name}.xml" if number == 1 else f"sitemap-{name}-{number}.xml")


def search(prefix: str, name: str = "") -> Permalink:
    """Address of a language's search page, or of what lies below it: a bundle's folder ends with a slash."""
    return Permalink(f"{prefix}/search/{name}")


def home(prefix: str) -> Permalink:
    """Address of a language's home page."""
    return Permalink(f"{prefix}/")


def top(prefix: str, section: str) -> Permalink:
    """Address below which a section's feeds lie, or where section is "" those of the whole language."""
    return head(prefix, section) if section else home(prefix)


def taxonomy(prefix: str, name: str) -> Permalink:
    """Address of the list of a taxonomy's terms."""
    return Permalink(f"{prefix}/{name}/")


def term(prefix: str, name: str, slug: str, sheet: int = 1) -> Permalink:
    """Address of one term's items; `sheet` counts the parts of a long list."""
    more = "" if sheet == 1 else f"{sheet}/"
    return Permalink(f"{prefix}/{name}/{slug}/{more}")
