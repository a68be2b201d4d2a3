"""Atom feeds (RFC 4287), and their history as archive documents (RFC 5005)."""

from __future__ import annotations

from functools import lru_cache

from csto_site.records.elements import document, element, optional, parent
from csto_site.records.feeds import Chain, Entry, Feed

_NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:fh": "http://purl.org/syndication/history/1.0",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}


def atom_feed(feed: Feed, chain: Chain) -> bytes:
    """Write a feed in Atom."""
    head = (
        element("id", feed.id),
        element("title", feed.title),
        optional("subtitle", feed.description),
        element("updated", feed.newest),
        _link("self", chain.self_url, "application/atom+xml"),
        _link("alternate", feed.home_url, "text/html"),
        *(_link(relation, url, "application/atom+xml") for relation, url in chain.links),
        _link("hub", chain.hub) if chain.hub else "",
        element("fh:archive") if chain.current else "",
        _author(feed.author),
    )
    entries = (_entry(entry, feed.language) for entry in feed.entries)
    return document(parent("feed", (*head, *entries), {**_NAMESPACES, "xml:lang": feed.language}))


@lru_cache(maxsize=1024)
def _entry(entry: Entry, language: str) -> str:
    """Write an entry; the histories of a section and of all news have the same ones, month by month."""
    parts = (
        element("id", entry.id),
        element("title", entry.title),
        element("published", entry.published),
        element("updated", entry.updated),
        _link("alternate", entry.url, "text/html"),
        _via(entry),
        *(_author(name) for name in entry.authors),
        *(element("category", attributes={"term": term}) for term in entry.categories),
        optional("summary", entry.summary),
        element("content", entry.html, {"type": "html"}),
        _picture(entry.image),
    )
    return parent("entry", parts, {"xml:lang": entry.language if entry.language != language else ""})


def _link(relation: str, url: str, kind: str = "", title: str = "") -> str:
    return element("link", attributes={"rel": relation, "type": kind, "href": url, "title": title})


def _via(entry: Entry) -> str:
    return _link("via", entry.source.url, title=entry.source.name) if entry.source and entry.source.url else ""


def _author(name: str) -> str:
    return parent("author", [element("name", name)])


def _picture(url: str) -> str:
    return element("media:content", attributes={"url": url, "medium": "image"}) if url else ""
