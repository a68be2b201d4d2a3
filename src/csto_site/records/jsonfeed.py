"""JSON feeds (JSON Feed 1.1)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from csto_site.records.feeds import Chain, Entry, Feed


def json_feed(feed: Feed, chain: Chain) -> bytes:
    """Write a feed in JSON; `older` is where its reading goes on."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": chain.self_url,
        "description": feed.description,
        "next_url": chain.older,
        "language": feed.language,
        "authors": _authors((feed.author,)),
        "hubs": [{"type": "WebSub", "url": chain.hub}] if chain.hub else [],
    }
    items = [_item(entry) for entry in feed.entries]
    return msgspec.json.format(msgspec.json.encode({**_filled(head), "items": items}), indent=2) + b"\n"


def _item(entry: Entry) -> Mapping[str, object]:
    """List what a reader is told of an entry: not its source, since it would open an `external_url` in its place."""
    optional = {
        "summary": entry.summary,
        "image": entry.image,
        "authors": _authors(entry.authors),
        "tags": entry.categories,
        "language": entry.language,
    }
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": entry.published,
        "date_modified": entry.updated,
        **_filled(optional),
    }


def _authors(names: tuple[str, ...]) -> list[Mapping[str, str]]:
    return [{"name": name} for name in names]


def _filled(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Leave out the fields that say nothing."""
    return {name: value for name, value in fields.items() if value}
