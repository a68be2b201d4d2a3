"""Archive to tasks: every page or run of pages of the site, each with its key and a way to make its job.

A task's key is a digest of all that its job holds. Small jobs are digested themselves. A month is keyed by
the *ids* of what it shows (an item's id is the digest of the whole item, a teaser's of the teaser), so that
no job has to be made to find out that nothing changed. The test of the keys is in `tests/test_plan.py`:
jobs that differ never have one key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from csto_site import jobs, permalinks
from csto_site.archive import RAIL, Archive, Listing, Month, Neighbours, Term, neighbours, term_slug
from csto_site.codec import Plain, digest, fingerprint
from csto_site.links import Href, References
from csto_site.model import (
    ChangeKind,
    Digest,
    Ids,
    Item,
    Language,
    Moment,
    OutPath,
    Permalink,
    Settings,
    Teaser,
    Undated,
    Value,
)


class Task(NamedTuple):
    """A job to be done: its name among all tasks of the site, its kind and language, its key, how to make it."""

    name: str
    kind: type[jobs.Job]
    language: str
    key: Digest
    make: Callable[[], jobs.Job]


class Desk(Value, frozen=True, kw_only=True):
    """What planning looks things up in; `ids` are those of items by path."""

    archive: Archive
    references: References
    settings: Settings
    ids: Mapping[str, Ids]
    beside: Mapping[str, Neighbours]
    titles: Mapping[tuple[str, str, str], str]


def frames(archive: Archive, settings: Settings) -> Mapping[str, jobs.Frame]:
    """Give each language what stands on all of its pages."""
    return {language.code: _frame(archive, language) for language in settings.languages}


def _frame(archive: Archive, language: Language) -> jobs.Frame:
    pages = [page for page in archive.undated if page.language == language.code]
    menu, footer = (tuple((p.title, p.permalink) for p in pages if p.menu == place) for place in ("menu", "footer"))
    return jobs.Frame(language=language.code, menu=menu, footer=footer)


def tasks(
    archive: Archive, references: References, settings: Settings, ids: Mapping[str, Ids], as_of: int
) -> Iterator[Task]:
    """Plan every output that is not a file copied, as of an instant (seconds since 1970 UTC)."""
    desk = Desk(
        archive=archive,
        references=references,
        settings=settings,
        ids=ids,
        beside={p: each for lang in settings.languages for p, each in neighbours(archive, lang.code).items()},
        titles={(t.language, t.taxonomy, t.slug): t.title for terms in archive.terms.values() for t in terms},
    )
    for language in settings.languages:
        yield _small("home", _home(desk, language.code))
        yield _small("not-found", jobs.NotFoundPage(language=language.code))
        newest = _newest(archive.listings[language.code, ""], RAIL + 1)
        yield _small("latest", jobs.LatestPart(language=language.code, teasers=_teasers(newest)))
    for listing in archive.listings.values():
        yield _small(f"head {listing.section}", _head(desk, listing))
        yield _feeds(desk, listing)
        yield from _years(listing)
        yield from _months(desk, listing)
    for (code, taxonomy), terms in archive.terms.items():
        yield from _terms(desk, code, taxonomy, terms)
    for page in archive.undated:
        yield _small(f"page {page.path}", _undated(desk, page))
    for item in archive.gone:
        yield _small(f"gone {item.path}", jobs.GonePage(item=item))
    yield _small("redirects", _redirects(archive, settings))
    yield from _sitemaps(desk, as_of)


def _small(name: str, job: jobs.Job) -> Task:
    language = jobs.language_of(job)
    return Task(f"{name} {language}", type(job), language, digest(job), lambda: job)


def _newest(listing: Listing, count: int) -> tuple[Item, ...]:
    return tuple(islice(listing.newest, count))


def _teasers(items: Iterable[Item]) -> tuple[Teaser, ...]:
    return tuple(item.teaser for item in items)


# -- listings --------------------------------------------------------------------------------------


def _home(desk: Desk, language: str) -> jobs.HomePage:
    listing = desk.archive.listings[language, ""]
    top = [section.name for section in desk.settings.sections if "/" not in section.name]
    blocks = [(name, _teasers(_newest(desk.archive.listings[language, name], jobs.BLOCK))) for name in top]
    homes = tuple((each.code, permalinks.home(each.prefix)) for each in desk.settings.languages)
    return jobs.HomePage(
        language=language,
        teasers=_teasers(_newest(listing, jobs.HOME)),
        blocks=tuple(block for block in blocks if block[1]),
        years=tuple(reversed(listing.years.items())),
        intro=_intro(desk, language, ""),
        alternates=homes if len(homes) > 1 else (),
    )


def _head(desk: Desk, listing: Listing) -> jobs.HeadPage:
    return jobs.HeadPage(
        language=listing.language,
        section=listing.section,
        teasers=_teasers(_newest(listing, jobs.HEAD)),
        years=tuple(reversed(listing.years.items())),
        intro=_intro(desk, listing.language, listing.section) if listing.section else jobs.IntroPart(),
    )


def _intro(desk: Desk, language: str, section: str) -> jobs.IntroPart:
    found = desk.archive.introductions.get((language, section))
    if found is None:
        return jobs.IntroPart()
    links = desk.references.body[found.path]
    return jobs.IntroPart(found.title, found.path, links, found.facts.digest, found.aliases)


def _years(listing: Listing) -> Iterator[Task]:
    for (year, count), older, newer in _with_neighbours(listing.years.items()):
        months = [(month, items) for (of, month), items in listing.months.items() if of == year]
        job = jobs.YearPage(
            language=listing.language,
            section=listing.section,
            year=year,
            months=tuple((month, len(items)) for month, items in months),
            teasers=_teasers(chain.from_iterable(items for _, items in months)) if count <= jobs.YEAR else (),
            older=older and older[0],
            newer=newer and newer[0],
        )
        yield _small(f"year {listing.section} {year}", job)


T = TypeVar("T")


def _with_neighbours(row: Iterable[T]) -> Iterator[tuple[T, T | None, T | None]]:
    each = tuple(row)
    return zip(each, (None, *each), (*each[1:], None), strict=False)


def _months(desk: Desk, listing: Listing) -> Iterator[Task]:
    """Plan a listing's months; item pages are printed with the month of their own section."""
    counts = listing.years
    for (month, items), older, newer in _with_neighbours(listing.months.items()):
        own = [
            (item, None if counts[month[0]] <= jobs.YEAR else place)
            for place, item in enumerate(items)
            if item.section == listing.section
        ]
        beside = (older and older[0], newer and newer[0])
        parts = (
            ("month", listing.language, listing.section, *month, *beside),
            tuple(desk.ids[item.path].teaser for item in items),
            tuple(_page_parts(desk, item, place) for item, place in own),
        )
        make = partial(_month, desk, listing, month, beside, own)
        name = f"month {listing.section} {month[0]}-{month[1]} {listing.language}"
        yield Task(name, jobs.MonthRun, listing.language, fingerprint(parts), make)


def _month(
    desk: Desk,
    listing: Listing,
    month: Month,
    beside: tuple[Month | None, Month | None],
    own: Sequence[tuple[Item, int | None]],
) -> jobs.MonthRun:
    return jobs.MonthRun(
        language=listing.language,
        section=listing.section,
        month=month,
        teasers=_teasers(listing.months[month]),
        older=beside[0],
        newer=beside[1],
        pages=tuple(_item_page(desk, item, place) for item, place in own),
    )


def _terms(desk: Desk, language: str, taxonomy: str, terms: Iterable[Term]) -> Iterator[Task]:
    rows = sorted(((t.title, t.slug, len(t.items)) for t in terms), key=lambda row: (row[0].casefold(), row))
    yield _small(f"terms {taxonomy}", jobs.TermsPage(language=language, taxonomy=taxonomy, terms=tuple(rows)))
    for term in terms:
        parts = (
            ("term", language, taxonomy, term.slug, term.title),
            tuple(desk.ids[item.path].teaser for item in term.items),
        )
        name = f"term {taxonomy} {term.slug} {language}"
        yield Task(name, jobs.TermRun, language, fingerprint(parts), partial(_term, term))


def _term(term: Term) -> jobs.TermRun:
    return jobs.TermRun(
        language=term.language,
        taxonomy=term.taxonomy,
        slug=term.slug,
        title=term.title,
        teasers=_teasers(term.items),
    )


# -- items -----------------------------------------------------------------------------------------


def _page_parts(desk: Desk, item: Item, place: int | None) -> Plain:
    """Name all that `_item_page` puts together, part for part."""
    beside, ids, path = desk.beside[item.path], desk.ids, item.path
    return (
        ids[path].own,
        desk.references.body[path],
        tuple((media.href, media.size) for media in desk.references.media[path]),
        ids[beside.older.path].teaser if beside.older else None,
        ids[beside.newer.path].teaser if beside.newer else None,
        tuple(ids[each.path].teaser for each in beside.rail),
        place if place is None else place // jobs.SHEET,
        desk.references.replaced_by.get(path),
        desk.archive.translations.get(path, ()),
        _item_terms(desk, item),
    )


def _item_page(desk: Desk, item: Item, place: int | None) -> jobs.ItemPage:
    beside = desk.beside[item.path]
    return jobs.ItemPage(
        item=item,
        links=desk.references.body[item.path],
        media=desk.references.media[item.path],
        older=beside.older.teaser if beside.older else None,
        newer=beside.newer.teaser if beside.newer else None,
        rail=_teasers(beside.rail),
        back=_back(desk, item, place),
        replaced_by=desk.references.replaced_by.get(item.path),
        alternates=desk.archive.translations.get(item.path, ()),
        terms=_item_terms(desk, item),
    )


def _back(desk: Desk, item: Item, place: int | None) -> Href:
    """Lead to the item's place in its section: on the year, or on the month's sheet that has that place."""
    prefix = desk.settings.language_of(item.language).prefix
    day = item.date.date
    if place is None:
        address = permalinks.year(prefix, item.section, day.year)
    else:
        address = permalinks.month(prefix, item.section, (day.year, day.month), place // jobs.SHEET + 1)
    return permalinks.encoded(address) + "#" + permalinks.encoded(jobs.anchor(item.permalink))


def _item_terms(desk: Desk, item: Item) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (taxonomy, slug, desk.titles[item.language, taxonomy, slug])
        for taxonomy, words in item.terms
        for slug in dict.fromkeys(map(term_slug, words))
    )


def _undated(desk: Desk, page: Undated) -> jobs.UndatedPage:
    alternates = desk.archive.translations.get(page.path, ())
    return jobs.UndatedPage(page=page, links=desk.references.body[page.path], alternates=alternates)


# -- for machines ----------------------------------------------------------------------------------


def _feeds(desk: Desk, listing: Listing) -> Task:
    """Plan a listing's feeds; their entries show no neighbours, so a new item elsewhere leaves them alone."""
    items = _newest(listing, jobs.HEAD)
    parts = (
        ("feed", listing.language, listing.section),
        tuple((desk.ids[i.path].own, desk.references.body[i.path], _item_terms(desk, i)) for i in items),
        tuple(tuple((m.href, m.size) for m in desk.references.media[i.path]) for i in items),
    )
    name = f"feeds {listing.section} {listing.language}"
    return Task(name, jobs.FeedRun, listing.language, fingerprint(parts), partial(_feed, desk, listing, items))


def _feed(desk: Desk, listing: Listing, items: Iterable[Item]) -> jobs.FeedRun:
    entries = tuple(
        jobs.FeedItem(
            item=item,
            links=desk.references.body[item.path],
            media=desk.references.media[item.path],
            terms=tuple(title for _, _, title in _item_terms(desk, item)),
        )
        for item in items
    )
    return jobs.FeedRun(language=listing.language, section=listing.section, entries=entries)


def _redirects(archive: Archive, settings: Settings) -> jobs.RedirectsMap:
    entries: tuple[Item | Undated, ...] = (*archive.items, *archive.gone, *archive.undated)
    entries += tuple(archive.introductions.values())
    aliases = tuple((alias, entry.permalink) for entry in entries for alias in entry.aliases)
    return jobs.RedirectsMap(language=settings.language, aliases=aliases)


NEWS = 48 * 3600
"""For how many seconds an item stays in the sitemap of news."""


def _sitemaps(desk: Desk, as_of: int) -> Iterator[Task]:
    """Plan a sitemap for each year, one for what has no date, and their index."""
    archive, language = desk.archive, desk.settings.language
    pages = [
        jobs.Place(permalink=page.permalink, alternates=archive.translations.get(page.path, ()))
        for page in archive.undated
    ]
    pages += [jobs.Place(permalink=address) for address in listing_addresses(archive, desk.settings)]
    index: list[tuple[OutPath, str]] = []
    for number, sheet in enumerate(_cut(pages), 1):
        index.append((_sitemap_path("pages", number), ""))
        yield _small(f"sitemap pages {number}", _sheet(language, index[-1][0], sheet))
    years: dict[int, list[Item]] = defaultdict(list)
    for item in archive.items:
        years[item.date.date.year].append(item)
    for year, items in sorted(years.items()):
        for number, cut in enumerate(_cut(items), 1):
            path = _sitemap_path(f"{year:04d}", number)
            index.append((path, max(modified(item).date for item in cut).isoformat()))
            yield _sitemap(desk, path, cut)
    news = tuple(item for item in reversed(archive.items) if is_news(item, as_of))
    yield _small("sitemaps", jobs.SitemapIndex(language=language, sheets=tuple(index), news=news))


def _cut(row: Sequence[T]) -> Iterator[Sequence[T]]:
    return (row[start : start + jobs.SITEMAP] for start in range(0, len(row), jobs.SITEMAP))


def _sitemap_path(name: str, number: int) -> OutPath:
    return OutPath(f"sitemap-{name}.xml" if number == 1 else f"sitemap-{name}-{number}.xml")


def _sitemap(desk: Desk, path: OutPath, items: Sequence[Item]) -> Task:
    translations = desk.archive.translations
    parts = (path, tuple((desk.ids[i.path].own, translations.get(i.path, ())) for i in items))
    make = partial(_year_sheet, desk, path, items)
    return Task(f"sitemap {path}", jobs.SitemapSheet, desk.settings.language, fingerprint(parts), make)


def _year_sheet(desk: Desk, path: OutPath, items: Iterable[Item]) -> jobs.SitemapSheet:
    places = [
        jobs.Place(
            permalink=item.permalink,
            modified=modified(item).iso,
            alternates=desk.archive.translations.get(item.path, ()),
        )
        for item in items
    ]
    return _sheet(desk.settings.language, path, places)


def _sheet(language: str, path: OutPath, places: Iterable[jobs.Place]) -> jobs.SitemapSheet:
    return jobs.SitemapSheet(language=language, path=path, places=tuple(places))


def is_news(item: Item, as_of: int) -> bool:
    """Tell whether an item belongs into the sitemap of news at an instant."""
    return item.withdrawn is None and as_of - NEWS < item.publish.instant <= as_of


def modified(item: Item) -> Moment:
    """Give the moment that `dateModified` names: the newest major change or correction, else the date."""
    moments = [change.date for change in item.changes if change.kind is not ChangeKind.MINOR]
    if item.updated and not item.changes:
        moments.append(item.updated)
    return max([item.date, *moments], key=lambda moment: moment.order)


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


FEEDS = ("feed.atom", "feed.rss", "feed.json")
RECORDS = ("sitemap.xml", "sitemap-news.xml", "robots.txt", "redirects.map", "manifest.json")


def record_addresses(archive: Archive, settings: Settings) -> Iterator[Permalink]:
    """Name the addresses of what is no page to be listed: feeds, sitemaps, the page for lost readers."""
    yield from (Permalink(f"/{name}") for name in RECORDS)
    for language in settings.languages:
        yield from (Permalink(f"{language.prefix}/{name}") for name in ("404.html", "latest.html"))
    for listing in archive.listings.values():
        prefix = settings.language_of(listing.language).prefix
        top = permalinks.head(prefix, listing.section) if listing.section else permalinks.home(prefix)
        yield from (Permalink(top + name) for name in FEEDS)
