"""Sitemaps: the index, its sheets with hreflang, and the sitemap of the latest news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from csto_site.model import OutPath, Value
from csto_site.records.elements import document, element, optional, parent

MAX_URLS = 50_000
"""How many addresses a sitemap may hold (https://www.sitemaps.org/protocol.html)."""

MAX_BYTES = 50_000_000
"""How large the elements of a sitemap may grow: a little less than the 50 MiB of the protocol."""

MAX_NEWS = 1_000
"""How many addresses a sitemap of news may hold."""

_SITEMAP = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}
_LANGUAGES = {"xmlns:xhtml": "http://www.w3.org/1999/xhtml"}
_NEWS = {"xmlns:news": "http://www.google.com/schemas/sitemap-news/0.9"}
_CHINESE = frozenset({"zh-cn", "zh-tw"})
_DEFAULT = "x-default"


class Alternate(Value, frozen=True, kw_only=True):
    """A language version of a page, at its absolute URL."""

    language: str
    url: str


class SitemapUrl(Value, frozen=True, kw_only=True):
    """A page at its absolute URL; `modified` is a date, or date, time and offset, or "" where unknown."""

    url: str
    modified: str = ""
    alternates: tuple[Alternate, ...] = ()


class NewsUrl(Value, frozen=True, kw_only=True):
    """An item of the last 48 hours; `publication` is the site's title in its language, `published` as `modified`."""

    url: str
    publication: str
    title: str
    published: str
    language: str


class Sheet(Value, frozen=True, kw_only=True):
    """One sitemap as a file; `modified` is the newest among its addresses, or ""."""

    path: OutPath
    data: bytes
    modified: str


def alternates(versions: Sequence[Alternate], language: str) -> tuple[Alternate, ...]:
    """List all versions of a page and the one for everybody else: that in `language`, or the first.

    Every version carries the same list, itself included, since search engines ignore links that are not
    returned. A page without translations has none.
    """
    if len(versions) < 2:  # noqa: PLR2004 - one version has no other
        return ()
    default = next((each for each in versions if each.language == language), versions[0])
    return (*versions, Alternate(language=_DEFAULT, url=default.url))


def sitemap(urls: Iterable[SitemapUrl]) -> bytes:
    """Write a sitemap of at most `MAX_URLS` addresses."""
    return _urlset(_url(each) for each in urls)


def sitemap_sheets(name: str, urls: Sequence[SitemapUrl]) -> tuple[Sheet, ...]:
    """Write as many sitemaps as some addresses need: `sitemap-2024.xml`, then `sitemap-2024-2.xml` and so on."""
    return tuple(
        Sheet(
            path=OutPath(f"sitemap-{name}.xml" if number == 1 else f"sitemap-{name}-{number}.xml"),
            data=_urlset(text for _, text in sheet),
            modified=max(filter(None, (url.modified for url, _ in sheet)), key=_instant, default=""),
        )
        for number, sheet in enumerate(_cut(urls), start=1)
    )


def sitemap_index(sitemaps: Iterable[SitemapUrl]) -> bytes:
    """Write the index of sitemaps."""
    entries = (parent("sitemap", _location(each)) for each in sitemaps)
    return document(parent("sitemapindex", entries, _SITEMAP))


def news_sitemap(items: Sequence[NewsUrl]) -> bytes:
    """Write the sitemap of the latest news; of more than `MAX_NEWS` items the newest are kept."""
    newest = sorted(items, key=lambda each: (_instant(each.published), each.url), reverse=True)
    entries = (_news(each) for each in newest[:MAX_NEWS])
    return document(parent("urlset", entries, {**_SITEMAP, **_NEWS}))


def _urlset(entries: Iterable[str]) -> bytes:
    return document(parent("urlset", entries, {**_SITEMAP, **_LANGUAGES}))


def _cut(urls: Iterable[SitemapUrl]) -> Iterator[list[tuple[SitemapUrl, str]]]:
    """Part addresses, each with its element, so that no sheet is too long or too large."""
    sheet: list[tuple[SitemapUrl, str]] = []
    size = 0
    for url in urls:
        text = _url(url)
        length = len(text.encode()) + 1
        if sheet and (len(sheet) == MAX_URLS or size + length > MAX_BYTES):
            yield sheet
            sheet, size = [], 0
        sheet.append((url, text))
        size += length
    if sheet:
        yield sheet


def _url(url: SitemapUrl) -> str:
    return parent("url", (*_location(url), *(_alternate(each) for each in url.alternates)))


def _location(url: SitemapUrl) -> tuple[str, str]:
    return (element("loc", url.url), optional("lastmod", url.modified))


def _alternate(version: Alternate) -> str:
    return element("xhtml:link", attributes={"rel": "alternate", "hreflang": version.language, "href": version.url})


def _news(item: NewsUrl) -> str:
    publisher = (element("news:name", item.publication), element("news:language", _news_language(item.language)))
    news = (
        parent("news:publication", publisher),
        element("news:publication_date", item.published),
        element("news:title", item.title),
    )
    return parent("url", (element("loc", item.url), parent("news:news", news)))


def _news_language(code: str) -> str:
    """Write a language as news sitemaps know it: two or three letters, but for the two of Chinese."""
    lower = code.lower()
    return lower if lower in _CHINESE else lower.partition("-")[0]


def _instant(modified: str) -> dt.datetime:
    """Give what dates of both forms are compared by: one without a time begins at midnight UTC."""
    at = dt.datetime.fromisoformat(modified)
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
