"""The addresses of all that has no source of its own: what links may lead to, and no item may take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from csto_site import jobs, permalinks
from csto_site.archive import Archive, Listing, Month
from csto_site.model import OutPath, Permalink, Settings

FEEDS = ("feed.atom", "feed.rss", "feed.json")
SERVERS = ("redirects.map", "_headers", "nginx.conf")
RECORDS = ("sitemap.xml", "sitemap-news.xml", "robots.txt", "manifest.json", *SERVERS)
SEARCH = "bundles.json"
SECURITY = OutPath(".well-known/security.txt")


def listing_addresses(archive: Archive, settings: Settings) -> Iterator[Permalink]:
    """Name the addresses of all pages that have no source of their own."""
    yield from (permalinks.home(language.prefix) for language in settings.languages)
    for listing in archive.listings.values():
        prefix = settings.language_of(listing.language).prefix
        yield permalinks.head(prefix, listing.section)
        yield from (permalinks.year(prefix, listing.section, year) for year in listing.years)
        for month, items in listing.months.items():
            yield from (permalinks.month(prefix, listing.section, month, s) for s in jobs.sheet_numbers(len(items)))
    for (code, taxonomy), terms in archive.terms.items():
        prefix = settings.language_of(code).prefix
        yield permalinks.taxonomy(prefix, taxonomy)
        for term in terms:
            yield from (permalinks.term(prefix, taxonomy, term.slug, s) for s in jobs.sheet_numbers(len(term.items)))


def record_addresses(archive: Archive, settings: Settings) -> Iterator[Permalink]:
    """Name the addresses of what is no page to be listed: feeds, sitemaps, the page for lost readers."""
    yield from (Permalink(f"/{name}") for name in RECORDS)
    yield from (Permalink(f"/{path}") for path in _sheets(archive, settings))
    for language in settings.languages:
        yield from (Permalink(f"{language.prefix}/{name}") for name in ("404.html", "latest.html"))
    for listing in archive.listings.values():
        prefix = settings.language_of(listing.language).prefix
        top = permalinks.top(prefix, listing.section)
        yield from (Permalink(top + name) for name in FEEDS)
        for month, count in documents(listing).items():
            yield from (permalinks.archive(prefix, listing.section, month, n + 1) for n in range(count))
        yield from (permalinks.record(permalinks.month(prefix, listing.section, month)) for month in listing.months)
    if settings.security is not None:
        yield Permalink(f"/{SECURITY}")
    if settings.item_json:
        yield from (permalinks.record(item.permalink) for item in archive.items)
    if settings.search:
        for language in settings.languages:
            yield from (permalinks.search(language.prefix, name) for name in ("", SEARCH))


Documents = Mapping[Month, int]
"""How many documents of a feed's history each month has, oldest first."""


def documents(listing: Listing) -> Documents:
    """Count the documents of a feed's history in each month that has something for feeds, oldest first.

    A month is closed once a later one has items; what has been in a document stays in it. Of the month that is
    open only full documents are part of the history: its rest is in the feed itself.
    """
    shown = {month: len(items) for month, items in listing.standing.items()}
    counts = {month: -(-count // jobs.DOCUMENT) for month, count in shown.items() if count}
    for month in tuple(counts)[-1:]:
        counts[month] = shown[month] // jobs.DOCUMENT
    return counts


def _sheets(archive: Archive, settings: Settings) -> Iterator[OutPath]:
    """Name the sitemaps that will be planned, without the items of each."""
    counts = Counter(f"{item.date.date.year:04d}" for item in archive.items if item.withdrawn is None)
    counts["pages"] = len(archive.undated) + sum(1 for _ in listing_addresses(archive, settings))
    for name, count in counts.items():
        yield from (permalinks.sitemap(name, n + 1) for n in range(-(-count // jobs.SITEMAP)))
