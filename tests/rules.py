"""What the specifications of feeds and sitemaps ask for, as functions from a document to its faults, in words."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
_W3C = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MEDIA = re.compile(r"[\w.+-]+/[\w.+-]+")

_ATOM_ONCE = ("id", "title", "updated")
_ATOM_AT_MOST_ONCE = ("subtitle", "generator", "icon", "logo", "rights", "published", "summary", "content", "source")
_RSS_CHANNEL = frozenset(
    "title link description language copyright managingEditor webMaster pubDate lastBuildDate category generator docs"
    " cloud ttl image rating textInput skipHours skipDays item".split()
)
_RSS_ITEM = frozenset("title link description author category comments enclosure guid pubDate source".split())

Element = Any
"""An element of lxml, which carries no types."""


def is_absolute(address: str | None) -> bool:
    """Tell whether an address names a scheme, as an IRI does, and holds nothing that stands in none."""
    url = urlsplit(address or "")
    return bool(url.scheme) and bool(url.netloc or url.path) and not re.search(r'[\s<>"{}|\\^`]', address or "")


def wrong(*claims: tuple[bool, str]) -> Iterator[str]:
    """Give the words of those claims that hold."""
    yield from (words for holds, words in claims if holds)


def _is_date(text: str | None, form: re.Pattern[str]) -> bool:
    if not text or not form.fullmatch(text):
        return False
    try:
        parsedate_to_datetime(text) if form is _RFC822 else dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


# -- Atom, RFC 4287 and 5005 ---------------------------------------------------------------------------


def atom(data: bytes, url: str) -> Iterator[str]:
    """Name what a feed at this address breaks of RFC 4287, and of RFC 5005 where it is a part of a history."""
    feed = etree.fromstring(data)
    if feed.tag != f"{ATOM}feed":
        yield f"the root is {feed.tag}"
    entries = feed.findall(f"{ATOM}entry")
    for each in (feed, *entries):
        yield from _atom_part(each)
    if not feed.findall(f"{ATOM}author") and not all(each.findall(f"{ATOM}author") for each in entries):
        yield "neither the feed nor each entry has an author"
    yield from (f"two entries are {each}" for each in _repeated(each.findtext(f"{ATOM}id") for each in entries))
    links = {each.get("rel", "alternate"): each.get("href") for each in feed.findall(f"{ATOM}link")}
    if links.get("self") != url:
        yield f"it calls itself {links.get('self')}"
    if feed.find(f"{HISTORY}archive") is not None and "current" not in links:
        yield "a document of the history does not lead to the current feed"
    if feed.find(f"{HISTORY}archive") is None and {"current", "next-archive"} & links.keys():
        yield "the current feed says that it is of the history"


def _atom_part(part: Element) -> Iterator[str]:
    """Name what the feed or an entry itself breaks."""
    name = part.findtext(f"{ATOM}id")
    count = Counter(each.tag.removeprefix(ATOM) for each in part)
    yield from (f"{name} has {count[each]} {each}" for each in _ATOM_ONCE if count[each] != 1)
    yield from (f"{name} has {count[each]} {each}" for each in _ATOM_AT_MOST_ONCE if count[each] > 1)
    dates = [each.text for tag in ("updated", "published") for each in part.findall(ATOM + tag)]
    yield from (f"{each} is no date" for each in dates if not _is_date(each, _RFC3339))
    authors, categories = part.findall(f"{ATOM}author"), part.findall(f"{ATOM}category")
    content = part.find(f"{ATOM}content")
    kind = "text" if content is None else content.get("type", "text")
    yield from wrong(
        (not is_absolute(name), f"the id {name} is no IRI"),
        (not all(each.findtext(f"{ATOM}name") for each in authors), f"an author of {name} has no name"),
        (not all(each.get("term") for each in categories), f"a category of {name} has no term"),
        (kind not in {"text", "html", "xhtml"}, f"the content of {name} is {kind}"),
        (not _LANGUAGE.fullmatch(part.get(LANG, "en")), f"{part.get(LANG)} is no language"),
    )
    yield from _atom_links(part, name, is_bare=part.tag == f"{ATOM}entry" and content is None)


def _atom_links(part: Element, name: str, *, is_bare: bool) -> Iterator[str]:
    links = part.findall(f"{ATOM}link")
    yield from (f"a link of {name} leads to {e.get('href')}" for e in links if not is_absolute(e.get("href")))
    yield from (f"{e.get('type')} is no media type" for e in links if not _MEDIA.fullmatch(e.get("type", "a/b")))
    alternates = [f"{e.get('type')} {e.get('hreflang')}" for e in links if e.get("rel", "alternate") == "alternate"]
    yield from (f"{name} has two alternates of {each}" for each in _repeated(alternates))
    if is_bare and not alternates:
        yield f"{name} has neither content nor an alternate"


# -- RSS 2.0 -------------------------------------------------------------------------------------------


def rss(data: bytes, url: str) -> Iterator[str]:
    """Name what a feed at this address breaks of RSS 2.0, and of what its advisory board recommends."""
    root = etree.fromstring(data)
    channels = root.findall("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or len(root) != 1 or len(channels) != 1:
        yield "it is not one channel of RSS 2.0"
        return
    (channel,) = channels
    items = channel.findall("item")
    yield from (f"the channel has no {each}" for each in ("title", "link", "description") if not channel.findtext(each))
    yield from (f"{e.tag} is unknown" for e in channel if e.tag[0] != "{" and e.tag not in _RSS_CHANNEL)
    yield from (f"{e.tag} is unknown" for item in items for e in item if e.tag[0] != "{" and e.tag not in _RSS_ITEM)
    once = [*(_RSS_CHANNEL - {"category", "item"})]
    yield from (f"the channel has two {each}" for each in once if len(channel.findall(each)) > 1)
    for item in items:
        yield from _rss_item(item)
    yield from (f"two items are {each}" for each in _repeated(each.findtext("guid") for each in items))
    for e in channel.iter("pubDate", "lastBuildDate"):
        if not _is_date(e.text, _RFC822):
            yield f"{e.text} is no date"
    own = [e.get("href") for e in channel.findall(f"{ATOM}link") if e.get("rel") == "self"]
    if own != [url]:
        yield f"it calls itself {own}"


def _rss_item(item: Element) -> Iterator[str]:
    if not item.findtext("title") and not item.findtext("description"):
        yield "an item has neither title nor description"
    once = [*(_RSS_ITEM - {"category", "enclosure"}), f"{CONTENT}encoded"]
    yield from (f"an item has two {each}" for each in once if len(item.findall(each)) > 1)
    if not is_absolute(item.findtext("link")):
        yield f"an item leads to {item.findtext('link')}"
    guid = item.find("guid")
    if guid is None or (guid.get("isPermaLink", "true") == "true" and not (guid.text or "").startswith("http")):
        yield "an item has no guid, or one that is no address and does not say so"
    for e in item.findall("enclosure"):
        if not (is_absolute(e.get("url")) and (e.get("length") or "").isdigit() and _MEDIA.fullmatch(e.get("type"))):
            yield f"the enclosure {e.get('url')} lacks something"


# -- JSON Feed 1.1 -------------------------------------------------------------------------------------


def json_feed(data: bytes, url: str) -> Iterator[str]:
    """Name what a feed at this address breaks of JSON Feed 1.1."""
    feed = json.loads(data)
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not isinstance(feed.get("items"), list):
        yield "it is no JSON Feed 1.1"
        return
    if not feed.get("title"):
        yield "it has no title"
    if feed.get("feed_url") != url:
        yield f"it calls itself {feed.get('feed_url')}"
    for name in ("home_page_url", "next_url", "icon", "favicon"):
        if name in feed and not is_absolute(feed[name]):
            yield f"{name} is {feed[name]}"
    yield from _json_names(feed)
    yield from (f"two items are {each}" for each in _repeated(str(each.get("id")) for each in feed["items"]))
    for item in feed["items"]:
        yield from _json_item(item)


def _json_item(item: dict[str, Any]) -> Iterator[str]:
    name = item.get("id")
    addresses = [item[each] for each in ("url", "external_url", "image", "banner_image") if each in item]
    dates = [item[each] for each in ("date_published", "date_modified") if each in item]
    yield from (f"{name} names {each}" for each in addresses if not is_absolute(each))
    yield from (f"{each} is no date" for each in dates if not _is_date(each, _RFC3339))
    yield from (f"{name} has the file {each}" for each in item.get("attachments", []) if not _is_file(each))
    yield from wrong(
        (not isinstance(name, str) or not name, f"an item is {name}"),
        (not isinstance(item.get("content_html", item.get("content_text")), str), f"{name} has no content"),
        (not all(isinstance(tag, str) for tag in item.get("tags", [])), f"a tag of {name} is no text"),
    )
    yield from _json_names(item)


def _is_file(attachment: dict[str, Any]) -> bool:
    return is_absolute(attachment.get("url")) and _MEDIA.fullmatch(attachment.get("mime_type", "")) is not None


def _json_names(part: dict[str, Any]) -> Iterator[str]:
    """Name what the feed or an item breaks of what both may have."""
    if "author" in part:
        yield "`author` is of version 1.0"
    if not all(each.get("name") or each.get("url") or each.get("avatar") for each in part.get("authors", [])):
        yield "an author is nobody"
    if "language" in part and not _LANGUAGE.fullmatch(part["language"]):
        yield f"{part['language']} is no language"
    yield from (f"{name} is null" for name, value in part.items() if value is None)


# -- sitemaps ------------------------------------------------------------------------------------------


def sitemap(data: bytes, url: str) -> Iterator[str]:
    """Name what a sitemap, an index of sitemaps or a sitemap of news at this address breaks of its schema."""
    root = etree.fromstring(data)
    kinds = {f"{SITEMAP}urlset": f"{SITEMAP}url", f"{SITEMAP}sitemapindex": f"{SITEMAP}sitemap"}
    if root.tag not in kinds:
        yield f"the root is {root.tag}"
        return
    if len(root) > 50_000 or len(data) > 50 * 1024 * 1024:
        yield f"it has {len(root)} addresses and {len(data)} bytes"
    if not data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n'):
        yield "it does not say that it is UTF-8"
    yield from (f"{each.tag} is unknown" for each in root if each.tag != kinds[root.tag])
    for each in root:
        yield from _sitemap_entry(each, url)
    yield from (f"{each} stands twice" for each in _repeated(each.findtext(f"{SITEMAP}loc") for each in root))
    if len(root.findall(f".//{NEWS}news")) > 1000:
        yield "it has more than 1,000 news"


_ORDER = [f"{SITEMAP}{name}" for name in ("loc", "lastmod", "changefreq", "priority")]


def _sitemap_entry(entry: Element, url: str) -> Iterator[str]:
    own = [each.tag for each in entry if each.tag.startswith(SITEMAP)]
    place = entry.findtext(f"{SITEMAP}loc") or ""
    is_below = place.startswith(url.rpartition("/")[0]) and place.isascii() and len(place) < 2048
    dates = [each.text for each in entry.findall(f"{SITEMAP}lastmod")]
    yield from (f"{each} is no date" for each in dates if not _is_date(each, _W3C))
    yield from wrong(
        (own != [each for each in _ORDER if each in own] or own[:1] != _ORDER[:1], f"{place} has {own}, in this order"),
        (entry.tag == f"{SITEMAP}sitemap" and len(own) < len(entry), f"{place} has more than an address and a date"),
        (not is_absolute(place) or not is_below, f"{place} is not below the place of the sitemap"),
    )
    for each in entry.findall(LINK):
        code = each.get("hreflang", "")
        yield from wrong(
            (each.get("rel") != "alternate", f"{each.get('href')} is {each.get('rel')}"),
            (not is_absolute(each.get("href")), f"a link of {place} leads to {each.get('href')}"),
            (not _LANGUAGE.fullmatch(code) and code != "x-default", f"{code} is no language"),
        )
    for each in entry.findall(f"{NEWS}news"):
        yield from _news(each, place)


def _news(news: Element, place: str) -> Iterator[str]:
    parts = [each.tag.removeprefix(NEWS) for each in news]
    publication = [each.tag.removeprefix(NEWS) for each in news.findall(f"{NEWS}publication/*")]
    language = news.findtext(f"{NEWS}publication/{NEWS}language") or ""
    date = news.findtext(f"{NEWS}publication_date")
    yield from wrong(
        (parts != ["publication", "publication_date", "title"], f"the news of {place} has {parts}"),
        (publication != ["name", "language"], f"the publication of {place} has {publication}"),
        (not news.findtext(f"{NEWS}title"), f"the news of {place} has no title"),
        (not _is_date(date, _W3C), f"{date} is no date"),
        (not re.fullmatch("[a-z]{2,3}|zh-(cn|tw)", language), f"{language} is no language of news"),
    )
