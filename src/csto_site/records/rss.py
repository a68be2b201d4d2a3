"""RSS 2.0 feeds."""

from __future__ import annotations

import datetime as dt
import html

from csto_site.records.elements import document, element, optional, parent
from csto_site.records.feeds import EPOCH, Chain, Entry, Feed

_NAMESPACES = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:fh": "http://purl.org/syndication/history/1.0",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rss_feed(feed: Feed, chain: Chain) -> bytes:
    """Write a feed in RSS 2.0."""
    head = (
        element("title", feed.title),
        element("link", feed.home_url),
        element("description", feed.description or feed.title),
        element("language", feed.language),
        optional("lastBuildDate", _last_change(feed)),
        *(_link(relation, url) for relation, url in (("self", chain.self_url), *chain.links)),
        element("atom:link", attributes={"rel": "hub", "href": chain.hub}) if chain.hub else "",
        element("fh:archive") if chain.current else "",
    )
    channel = parent("channel", (*head, *(_item(entry) for entry in feed.entries)))
    return document(parent("rss", [channel], {"version": "2.0", **_NAMESPACES}))


def rfc_822(stamp: str) -> str:
    """Write an RFC 3339 date and time as mail does, in English wherever the site is built."""
    at = dt.datetime.fromisoformat(stamp)
    day = f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at.year:04d}"
    return f"{day} {at:%H:%M:%S %z}"


def _last_change(feed: Feed) -> str:
    """When the content last changed, which is what the specification means by the date of the last build."""
    return "" if feed.newest == EPOCH else rfc_822(feed.newest)


def _item(entry: Entry) -> str:
    parts = (
        element("title", entry.title),
        element("link", entry.url),
        element("guid", entry.id, {"isPermaLink": "false"}),
        element("pubDate", rfc_822(entry.published)),
        *(element("dc:creator", name) for name in entry.authors),
        *(element("category", term) for term in entry.categories),
        optional("description", _description(entry.lead)),
        optional("content:encoded", entry.html),
        element("dc:source", entry.source.url or entry.source.name) if entry.source else "",
        element("media:content", attributes={"url": entry.image, "medium": "image"}) if entry.image else "",
    )
    return parent("item", parts)


def _description(lead: tuple[str, ...]) -> str:
    """Write the lead as HTML, which is what readers take a description for."""
    return "".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in lead)


def _link(relation: str, url: str) -> str:
    return element("atom:link", attributes={"rel": relation, "type": "application/rss+xml", "href": url})
