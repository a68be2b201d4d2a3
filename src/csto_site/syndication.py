"""Jobs to what machines read of them: JSON-LD, feeds, records, citations, sitemaps, what servers are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from markupsafe import Markup, escape

from csto_site import context, jobs, moments, permalinks, records, wording
from csto_site.addresses import SECURITY
from csto_site.archive import Month
from csto_site.links import Media
from csto_site.model import Change, ChangeKind, Item, OutPath, Permalink, Settings, Withdrawal
from csto_site.views import parts
from csto_site.views.items import absolute_body, newest_first
from csto_site.views.viewpoint import Fragments, Viewpoint


class Told(NamedTuple):
    """What was told of items in other listings of the same month, by address."""

    entries: dict[Permalink, records.Entry]
    records: dict[Permalink, records.ItemRecord]


ALTERNATE_OF = {"feed.atom": records.atom_feed, "feed.rss": records.rss_feed, "feed.json": records.json_feed}


def json_ld(at: Viewpoint, job: jobs.ItemPage) -> Markup:
    """Describe an item to search engines."""
    item = job.item
    image = at.absolute_href(job.media[0].href, item.permalink) if item.image else ""
    article = records.Article(
        url=at.absolute(item.permalink),
        headline=item.title,
        published=item.date.iso,
        modified=moments.modified(item).iso,
        language=item.language,
        publisher=at.language.title,
        publisher_url=at.absolute(permalinks.home(at.language.prefix)),
        description=parts.description(item.lead),
        authors=item.authors,
        organizations=frozenset(at.settings.organizations),
        section=parts.section_title(at, item.section),
        dateline=f"{item.place}, {at.date(item.date).text}" if item.place else "",
        image=image,
        corrections=tuple(_corrections(at, job)),
        source=item.source,
        is_withdrawn=item.withdrawn is not None,
        expired=item.withdrawn.date.iso if item.withdrawn and item.withdrawn.date else "",
    )
    return Markup(records.json_ld(article))  # noqa: S704 - escaped for a script element


def _corrections(at: Viewpoint, job: jobs.ItemPage) -> Iterator[records.Correction]:
    """Give what was put right; that an item was withdrawn is said there, too, with what takes its place."""
    for change in job.item.changes:
        if change.kind is ChangeKind.CORRECTION:
            yield records.Correction(text=change.note, date=change.date.iso)
    withdrawn = job.item.withdrawn
    if withdrawn and withdrawn.reason:
        url = at.absolute_href(job.replaced_by[1], job.item.permalink) if job.replaced_by else ""
        date = withdrawn.date.iso if withdrawn.date else ""
        yield records.Correction(text=withdrawn.reason, date=date, url=url)


def feeds(at: Viewpoint, job: jobs.FeedRun, fragments: Fragments) -> Iterator[tuple[str, bytes]]:
    """Write the feeds of a listing: address and bytes of each format."""
    top = permalinks.top(at.language.prefix, job.section)
    feed = _feed(at, job.section, (_entry(at, each, fragments) for each in job.entries))
    head = msgspec.structs.replace(feed, entries=feed.entries[: jobs.HEAD])
    for name, write in ALTERNATE_OF.items():
        older = _document(at, job.section, job.older) if name == "feed.atom" else ""
        chain = records.Chain(self_url=at.absolute(top + name), older=older, hub=at.settings.hub)
        yield top + name, write(feed if name == "feed.atom" else head, chain)


def history(at: Viewpoint, job: jobs.RecordRun, fragments: Fragments, told: Told) -> Iterator[tuple[str, bytes]]:
    """Write the documents of a feed's history that a month has: address and bytes of each.

    Each holds its items newest first, as the feed does; the last of a month that is over may be short.
    """
    items = job.entries

    def entry(each: jobs.RecordItem) -> records.Entry:
        known = told.entries.get(each.item.permalink)
        if known is None:
            known = told.entries[each.item.permalink] = _entry(at, each, fragments)
        return known

    for number in range(1, job.documents + 1):
        part = items[(number - 1) * jobs.DOCUMENT : number * jobs.DOCUMENT]
        before = (job.month, number - 1) if number > 1 else job.before
        after = (job.month, number + 1) if number < job.documents else job.after
        chain = records.Chain(
            self_url=_document(at, job.section, (job.month, number)),
            older=_document(at, job.section, before),
            newer=_document(at, job.section, after),
            current=at.absolute(permalinks.top(at.language.prefix, job.section) + "feed.atom"),
        )
        feed = _feed(at, job.section, map(entry, reversed(part)))
        address = permalinks.archive(at.language.prefix, job.section, job.month, number)
        yield address, records.atom_feed(feed, chain)


def _feed(at: Viewpoint, section: str, entries: Iterable[records.Entry]) -> records.Feed:
    top = permalinks.top(at.language.prefix, section)
    return records.Feed(
        id=feed_id(at.settings, top),
        title=f"{at.language.title}: {parts.section_title(at, section)}" if section else at.language.title,
        home_url=at.absolute(top),
        language=at.language.code,
        author=at.language.title,
        description=at.language.description,
        entries=tuple(entries),
    )


def _document(at: Viewpoint, section: str, place: jobs.Document | None) -> str:
    """Give the address of a document of a feed's history; "" where there is none."""
    return at.absolute(permalinks.archive(at.language.prefix, section, *place)) if place else ""


def feed_id(settings: Settings, top: Permalink) -> str:
    """Name a feed for good: a tag URI (RFC 4151) that survives a change of host."""
    return f"tag:{settings.id_authority}:{permalinks.encoded(top)}feed"


def _entry(at: Viewpoint, job: jobs.RecordItem, fragments: Fragments) -> records.Entry:
    item = job.item
    return records.Entry(
        id=item.id,
        url=at.absolute(item.permalink),
        title=item.title,
        published=item.date.stamp,
        updated=moments.modified(item).stamp,
        lead=item.lead,
        html=absolute_body(at, job, fragments) + _changes(at, item),
        authors=item.authors,
        terms=tuple(title for _, _, title in job.terms),
        section=parts.section_title(at, item.section),
        language=item.language,
        image=at.absolute_href(job.media[0].href, item.permalink) if item.image else "",
        source=item.source,
    )


def _changes(at: Viewpoint, item: Item) -> str:
    """Write an item's public history as its page has it: a feed's readers may never come there again."""
    if not item.changes:
        return ""
    rows = "".join(
        f"<li>{escape(at.date(each.date).text)}{_kind(at, each)} {escape(each.note)}</li>"
        for each in newest_first(item.changes)
    )
    return f"<h2>{escape(at.text('What was changed'))}</h2><ul>{rows}</ul>"


def _kind(at: Viewpoint, change: Change) -> str:
    return f" <strong>{escape(at.text('Correction'))}</strong>" if change.kind is ChangeKind.CORRECTION else ""


# -- records of items and months -------------------------------------------------------------------


def item_record(at: Viewpoint, page: jobs.ItemPage, fragments: Fragments) -> bytes:
    """Write the record of an item, which lies beside its page."""
    job = jobs.RecordItem(
        item=page.item,
        links=page.links,
        media=page.media,
        replaced_by=page.replaced_by,
        alternates=page.alternates,
        terms=page.terms,
    )
    body = records.Text(
        value=absolute_body(at, job, fragments), content_type="text/html", word_count=page.item.facts.words
    )
    return records.json_record(
        msgspec.structs.replace(_item_record(at, job), representation_type="full", bodies=(body,))
    )


def month_record(at: Viewpoint, job: jobs.RecordRun, told: Told) -> bytes:
    """Write the record of a month of a listing."""

    def record(each: jobs.RecordItem) -> records.ItemRecord:
        known = told.records.get(each.item.permalink)
        if known is None:
            known = told.records[each.item.permalink] = _item_record(at, each)
        return known

    def address(month: Month | None) -> str:
        return at.absolute(permalinks.record(permalinks.month(at.language.prefix, job.section, month))) if month else ""

    return records.json_record(
        records.MonthRecord(
            period=f"{job.month[0]:04d}-{job.month[1]:02d}",
            language=at.language.code,
            title=parts.section_title(at, job.section),
            url=at.absolute(permalinks.month(at.language.prefix, job.section, job.month)),
            section=job.section,
            older=address(job.older),
            newer=address(job.newer),
            items=tuple(map(record, job.items)),
        )
    )


def _item_record(at: Viewpoint, job: jobs.RecordItem) -> records.ItemRecord:
    """Say of an item all but its body."""
    item = job.item
    people = [name for name in item.authors if not _is_organization(at, name)]
    return records.ItemRecord(
        uri=item.id,
        type="text",
        representation_type="partial",
        pub_status="usable" if item.withdrawn is None else "canceled",
        language=item.language,
        first_created=item.date.iso,
        version_created=moments.modified(item).iso,
        headlines=(records.Text(value=item.title),),
        descriptions=tuple(records.Text(value=each, content_type="text/plain") for each in item.lead),
        by=", ".join(item.authors),
        located=item.place,
        people=tuple(records.Party(name=name, rel="author") for name in people),
        organisations=tuple(records.Party(name=name, rel="author") for name in item.authors if name not in people),
        info_sources=(records.Party(name=item.source.name, uri=item.source.url),) if item.source else (),
        subjects=tuple(_subjects(at, job)),
        renditions=tuple(_renditions(at, job)),
        associations=tuple(_associations(at, job)),
        changes=tuple(
            records.Alteration(date=each.date.iso, kind=each.kind.value, note=each.note)
            for each in newest_first(item.changes)
        ),
        withdrawn=_withdrawn(item.withdrawn) if item.withdrawn else None,
    )


def _withdrawn(withdrawal: Withdrawal) -> records.Withdrawn:
    return records.Withdrawn(date=withdrawal.date.iso if withdrawal.date else "", reason=withdrawal.reason)


def _is_organization(at: Viewpoint, name: str) -> bool:
    return name in at.settings.organizations or name == at.language.title


def _subjects(at: Viewpoint, job: jobs.RecordItem) -> Iterator[records.Subject]:
    prefix, section = at.language.prefix, job.item.section
    uri = at.absolute(permalinks.head(prefix, section))
    yield records.Subject(name=parts.section_title(at, section), rel="section", uri=uri, literal=section)
    for taxonomy, slug, title in job.terms:
        uri = at.absolute(permalinks.term(prefix, taxonomy, slug))
        yield records.Subject(name=title, rel=taxonomy, uri=uri, literal=slug)


def _renditions(at: Viewpoint, job: jobs.RecordItem) -> Iterator[records.Rendition]:
    """Name what there is to fetch; a file that is not there has no address."""
    item, media = job.item, iter(job.media)
    yield records.Rendition(name="page", href=at.absolute(item.permalink), content_type="text/html")
    for image in (*filter(None, [item.image]), *item.gallery):
        file = next(media)
        if href := at.absolute_href(file.href, item.permalink):
            yield records.Rendition(name="image", href=href, title=image.alt, size_in_bytes=file.size)
    for attachment in item.attachments:
        file = next(media)
        if href := at.absolute_href(file.href, item.permalink):
            yield records.Rendition(name="attachment", href=href, title=attachment.title, size_in_bytes=file.size)
    if item.video:
        if item.video.poster:
            next(media)
        own = next(media) if item.video.link else Media(item.video.url, 0)
        if href := at.absolute_href(own.href, item.permalink):
            yield records.Rendition(name="video", href=href, title=item.video.title, size_in_bytes=own.size)


def _associations(at: Viewpoint, job: jobs.RecordItem) -> Iterator[records.Association]:
    for code, address in job.alternates:
        if code != job.item.language:
            yield records.Association(
                name=wording.language_name(code), uri=at.absolute(address), rel="translation", language=code
            )
    if job.replaced_by:
        title, href = job.replaced_by
        yield records.Association(name=title, uri=at.absolute_href(href, job.item.permalink), rel="replacement")


# -- citations -------------------------------------------------------------------------------------


def citation(at: Viewpoint, item: Item) -> context.Citation:
    """Say how an item is cited."""
    cited = records.Cited(
        authors=item.authors,
        title=item.title,
        site=at.language.title,
        date=item.date.date,
        shown=at.date(item.date).text,
        url=at.absolute(item.permalink),
        name=item.slug,
    )
    return context.Citation(text=records.citation(cited), bibtex=records.bibtex(cited))


# -- for crawlers and servers ----------------------------------------------------------------------


def sitemap(job: jobs.SitemapSheet, settings: Settings) -> bytes:
    """Write one sitemap."""
    return records.sitemap(_sitemap_url(place, settings) for place in job.places)


def sitemap_index(job: jobs.SitemapIndex, settings: Settings) -> Iterator[tuple[OutPath, bytes]]:
    """Write the sitemap of the latest news, and the index of all sitemaps."""
    news = [_news_url(item, settings) for item in job.news]
    yield OutPath("sitemap-news.xml"), records.news_sitemap(news)
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


def _news_url(item: jobs.News, settings: Settings) -> records.NewsUrl:
    return records.NewsUrl(
        url=permalinks.absolute(settings.url, item.permalink),
        publication=settings.language_of(item.language).title,
        title=item.title,
        published=item.date.iso,
        language=item.language,
    )


def redirects(job: jobs.RedirectsMap, settings: Settings) -> bytes:
    """Write the map of former addresses for a web server."""
    rows = [records.Redirect(old=alias.path, query=alias.query, new=new) for alias, new in job.aliases]
    return records.redirects_map(rows, settings.base, job.gone)


def servers(settings: Settings) -> Iterator[tuple[OutPath, bytes]]:
    """Write what web servers are told of headers, caching and redirects."""
    yield OutPath("_headers"), records.headers_file(settings.base, searches=settings.search, embeds=settings.embeds)
    prefixes = (each.prefix for each in settings.languages)
    conf = records.nginx_conf(settings.base, prefixes, searches=settings.search, embeds=settings.embeds)
    yield OutPath("nginx.conf"), conf


def security_txt(job: jobs.SecurityText, settings: Settings) -> bytes:
    """Write whom to tell of a flaw."""
    canonical = permalinks.absolute(settings.url, f"/{SECURITY}")
    return records.security_txt(job.security, canonical, (each.code for each in settings.languages))


def robots(settings: Settings) -> bytes:
    """Write what crawlers are told."""
    return records.robots_txt([settings.url + "sitemap.xml", settings.url + "sitemap-news.xml"])
