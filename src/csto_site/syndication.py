"""Jobs to what machines read of them: JSON-LD, feeds, sitemaps, the map of redirects."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from csto_site import jobs, permalinks, plan, records, views
from csto_site.model import ChangeKind, Item, OutPath, Permalink, Settings
from csto_site.views import Fragments, Viewpoint

ALTERNATE_OF = {"feed.atom": records.atom_feed, "feed.rss": records.rss_feed, "feed.json": records.json_feed}


def json_ld(at: Viewpoint, job: jobs.ItemPage) -> Markup:
    """Describe an item to search engines."""
    item = job.item
    image = at.absolute_href(job.media[0].href, item.permalink) if item.image else ""
    article = records.Article(
        url=at.absolute(item.permalink),
        headline=item.title,
        published=item.date.stamp,
        modified=plan.modified(item).stamp,
        language=item.language,
        publisher=at.language.title,
        publisher_url=at.absolute(permalinks.home(at.language.prefix)),
        description=views.description(item.lead),
        authors=item.authors,
        section=views.section_title(at, item.section),
        dateline=f"{item.place}, {at.date(item.date).text}" if item.place else "",
        image=image,
        corrections=tuple(
            records.Correction(text=change.note, date=change.date.iso)
            for change in item.changes
            if change.kind is ChangeKind.CORRECTION
        ),
        source=item.source,
    )
    return Markup(records.json_ld(article))  # noqa: S704 - escaped for a script element


def feeds(at: Viewpoint, job: jobs.FeedRun, fragments: Fragments) -> Iterator[tuple[str, bytes]]:
    """Write the feeds of a listing: file name and bytes of each format."""
    prefix = at.language.prefix
    top = permalinks.head(prefix, job.section) if job.section else permalinks.home(prefix)
    title = views.section_title(at, job.section)
    feed = records.Feed(
        id=feed_id(at.settings, top),
        title=f"{at.language.title}: {title}" if job.section else at.language.title,
        home_url=at.absolute(top),
        language=at.language.code,
        author=at.language.title,
        description=at.settings.description,
        entries=tuple(_entry(at, page, fragments) for page in job.entries),
    )
    for name, write in ALTERNATE_OF.items():
        yield name, write(feed, records.Chain(self_url=at.absolute(top + name)))


def feed_id(settings: Settings, top: Permalink) -> str:
    """Name a feed for good: a tag URI (RFC 4151) that survives a change of host."""
    return f"tag:{settings.id_authority}:{permalinks.encoded(top)}feed"


def _entry(at: Viewpoint, job: jobs.FeedItem, fragments: Fragments) -> records.Entry:
    item = job.item
    return records.Entry(
        id=item.id,
        url=at.absolute(item.permalink),
        title=item.title,
        published=item.date.stamp,
        updated=plan.modified(item).stamp,
        lead=item.lead,
        html=views.absolute_body(at, job, fragments),
        authors=item.authors,
        terms=job.terms,
        section=views.section_title(at, item.section),
        language=item.language,
        image=at.absolute_href(job.media[0].href, item.permalink) if item.image else "",
        source=item.source,
    )


def sitemap(job: jobs.SitemapSheet, settings: Settings) -> bytes:
    """Write one sitemap."""
    return records.sitemap(_sitemap_url(place, settings) for place in job.places)


def sitemap_index(job: jobs.SitemapIndex, settings: Settings) -> Iterator[tuple[OutPath, bytes]]:
    """Write the sitemap of the latest news, and the index of all sitemaps."""
    news = [_news_url(item, settings) for item in job.news]
    yield OutPath("sitemap-news.xml"), records.news_sitemap(settings.title, news)
    newest = max((item.date.date.isoformat() for item in job.news), default="")
    sheets = (*job.sheets, (OutPath("sitemap-news.xml"), newest))
    index = [records.SitemapUrl(url=settings.url + path, modified=modified) for path, modified in sheets]
    yield OutPath("sitemap.xml"), records.sitemap_index(index)


def _sitemap_url(url: jobs.Place, settings: Settings) -> records.SitemapUrl:
    versions = [
        records.Alternate(language=code, url=permalinks.absolute(settings.url, address))
        for code, address in url.alternates
    ]
    return records.SitemapUrl(
        url=permalinks.absolute(settings.url, url.permalink),
        modified=url.modified,
        alternates=records.alternates(versions, settings.language) if versions else (),
    )


def _news_url(item: Item, settings: Settings) -> records.NewsUrl:
    return records.NewsUrl(
        url=permalinks.absolute(settings.url, item.permalink),
        title=item.title,
        published=item.date.stamp,
        language=item.language,
    )


def redirects(job: jobs.RedirectsMap, settings: Settings) -> bytes:
    """Write the map of former addresses for a web server."""
    rows = [records.Redirect(old=alias.path, query=alias.query, new=new) for alias, new in job.aliases]
    return records.redirects_map(rows, settings.base)


def robots(settings: Settings) -> bytes:
    """Write what crawlers are told."""
    return records.robots_txt([settings.url + "sitemap.xml", settings.url + "sitemap-news.xml"])
