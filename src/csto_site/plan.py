"""Archive to tasks: every page or run of pages of the site, each with its key and a way to make its job.

A task's key is a digest of all that its job holds. Small jobs are digested themselves. A month is keyed by
the *ids* of what it shows (an item's id is the digest of the whole item, a teaser's of the teaser), so that
no job has to be made to find out that nothing changed. The test of the keys is in `tests/test_plan.py`:
jobs that differ never have one key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import NamedTuple, TypeVar

import msgspec

from csto_site import almanac, jobs, outlines, permalinks, search
from csto_site.archive import (
    RAIL,
    Archive,
    Listing,
    Month,
    Neighbours,
    Term,
    neighbours,
    related,
    term_slug,
    upwards,
    years_of,
)
from csto_site.codec import Plain, digest, fingerprint
from csto_site.links import Media, References
from csto_site.model import (
    Asset,
    ChangeKind,
    Digest,
    Ids,
    Image,
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
from csto_site.outlines import Beside, Contents, FeedOutline, MonthOutline, Outline, RecordOutline, Told
from csto_site.pictures import Picture

T = TypeVar("T")


class Task(NamedTuple):
    """A job to be done: its name among all tasks of the site, its kind and language, its key, how to make it.

    Where it shows whole items it is made of an `outline`.
    """

    name: str
    kind: type[jobs.Job]
    language: str
    key: Digest
    make: Callable[[], jobs.Job]
    outline: Callable[[], Outline] | None = None

    @property
    def bare(self) -> Task:
        """The same without what it would be made of, which is large."""
        return self._replace(make=_nothing, outline=None)


def _nothing() -> jobs.Job:
    raise AssertionError("a bare task was to be made")


class Desk(Value, frozen=True, kw_only=True):
    """What planning looks things up in; `teasers` are their digests by path.

    `terms` keeps what items carry, which many have in common: taxonomy, slug and title of each term; `told` what is
    told of each item by path, which its page, its feeds and the records of several listings have in common.
    `related` are older items like one, by path; `earlier` are the days of all news by language, `below` the
    listings right below one.
    """

    archive: Archive
    references: References
    settings: Settings
    contents: Contents
    teasers: Mapping[str, Digest]
    beside: Mapping[str, Neighbours]
    titles: Mapping[tuple[str, str, str], str]
    terms: dict[tuple[str, Words], tuple[tuple[str, str, str], ...]]
    told: dict[str, Told]
    related: Mapping[str, tuple[str, ...]]
    earlier: Mapping[str, Days]
    below: Mapping[tuple[str, str], Sequence[Listing]]


Words = tuple[tuple[str, tuple[str, ...]], ...]
"""What an item says of its terms: each taxonomy with the words that were written."""
Days = Mapping[Month, Mapping[int, jobs.Earlier]]
"""The days of a listing's months that have items, each with the earlier years in which it has some."""


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
    every = {language.code: archive.listings[language.code, ""] for language in settings.languages}
    desk = Desk(
        archive=archive,
        references=references,
        settings=settings,
        contents=Contents({item.path: item for item in archive.items}, ids, settings),
        teasers={item.path: ids[item.path].teaser for item in archive.items},
        beside=_together(neighbours(archive, language.code) for language in settings.languages),
        terms={},
        told={},
        titles={(t.language, t.taxonomy, t.slug): t.title for terms in archive.terms.values() for t in terms},
        related=_together(related(listing.items) for listing in every.values()),
        earlier={code: almanac.earlier(listing) for code, listing in every.items()},
        below=_below(archive),
    )
    recorded = _recorded(desk)
    documents = {place: _documents(listing) for place, listing in archive.listings.items()}
    for language in settings.languages:
        yield _small("home", _home(desk, language.code))
        yield _small("not-found", jobs.NotFoundPage(language=language.code))
        newest = _newest(archive.listings[language.code, ""], RAIL + 1)
        yield _small("latest", jobs.LatestPart(language=language.code, teasers=_teasers(newest)))
    for listing in archive.listings.values():
        yield _small(f"head {listing.section}", _head(desk, listing))
        yield _feeds(desk, listing, documents[listing.language, listing.section])
        yield from _years(desk, listing)
        yield from _months(desk, listing, recorded)
    yield from _records(desk, documents, recorded)
    for (code, taxonomy), terms in archive.terms.items():
        yield from _terms(desk, code, taxonomy, terms)
    for page in archive.undated:
        yield _small(f"page {page.path}", _undated(desk, page))
    for item in archive.gone:
        yield _small(f"gone {item.path}", jobs.GonePage(item=item))
    yield _small("redirects", _redirects(archive, settings))
    yield _small("servers", jobs.ServerFiles(language=settings.language))
    if settings.security is not None:
        security = msgspec.structs.replace(settings.security, mark=(1, 1, 1))
        yield _small("security", jobs.SecurityText(language=settings.language, security=security))
    yield from _sitemaps(desk, as_of)
    for listing in every.values() if settings.search else ():
        yield from _search(desk, listing)


def _together(of: Iterable[Mapping[str, T]]) -> Mapping[str, T]:
    """Put together what is told of the items of each language, by path."""
    found: dict[str, T] = {}
    for each in of:
        found.update(each)
    return found


def _below(archive: Archive) -> Mapping[tuple[str, str], Sequence[Listing]]:
    """Give each listing those right below it: below all news lie the sections that lie below no other."""
    below: dict[tuple[str, str], list[Listing]] = defaultdict(list)
    for listing in archive.listings.values():
        if listing.section:
            below[listing.language, listing.section.rpartition("/")[0]].append(listing)
    return below


def _small(name: str, job: jobs.Job) -> Task:
    language = jobs.language_of(job)
    return Task(f"{name} {language}", type(job), language, digest(job), lambda: job)


def _outlined(
    desk: Desk, name: str, key: Digest, outline: Outline, filled: Callable[[], Outline] | None = None
) -> Task:
    """Plan what is made of an outline; where that is large, it is `filled` only when it is needed."""
    whole = filled or (lambda: outline)
    kind = outlines.KINDS[type(outline)]
    return Task(name, kind, outline.language, key, lambda: outlines.job(whole(), desk.contents), whole)


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
        years=tuple(reversed(years_of(listing.standing).items())),
        intro=_intro(desk, language, ""),
        alternates=homes if len(homes) > 1 else (),
        picture=_leading_picture(desk, listing),
    )


def _leading_picture(desk: Desk, listing: Listing) -> tuple[Image, Media] | None:
    newest = next(iter(listing.newest), None)
    return (newest.image, desk.references.media[newest.path][0]) if newest and newest.image else None


def _head(desk: Desk, listing: Listing) -> jobs.HeadPage:
    return jobs.HeadPage(
        language=listing.language,
        section=listing.section,
        teasers=_teasers(_newest(listing, jobs.HEAD)),
        months=tuple((*month, len(items)) for month, items in listing.standing.items()),
        intro=_intro(desk, listing.language, listing.section) if listing.section else jobs.IntroPart(),
    )


def _intro(desk: Desk, language: str, section: str) -> jobs.IntroPart:
    found = desk.archive.introductions.get((language, section))
    if found is None:
        return jobs.IntroPart()
    links = desk.references.body[found.path]
    return jobs.IntroPart(found.title, found.path, links, found.facts.digest, found.aliases)


def _years(desk: Desk, listing: Listing) -> Iterator[Task]:
    below = [(each.section, frozenset(each.years)) for each in desk.below.get((listing.language, listing.section), ())]
    standing = listing.standing
    for (year, count), older, newer in _with_neighbours(listing.years.items()):
        months = [(month, items) for (of, month), items in standing.items() if of == year]
        job = jobs.YearPage(
            language=listing.language,
            section=listing.section,
            year=year,
            months=tuple((month, len(items)) for month, items in months),
            teasers=_teasers(chain.from_iterable(items for _, items in months)) if count <= jobs.YEAR else (),
            older=older and older[0],
            newer=newer and newer[0],
            below=tuple(section for section, years in below if year in years),
        )
        yield _small(f"year {listing.section} {year}", job)


def _with_neighbours(row: Iterable[T]) -> Iterator[tuple[T, T | None, T | None]]:
    each = tuple(row)
    return zip(each, (None, *each), (*each[1:], None), strict=False)


def _months(desk: Desk, listing: Listing, recorded: Recorded) -> Iterator[Task]:
    """Plan a listing's months; item pages are printed with the month of their own section.

    The way back from a withdrawn item leads to its month, since its year does not list it.
    """
    counts = listing.years
    days = almanac.earlier(listing) if listing.section else desk.earlier[listing.language]
    for (month, items), older, newer in _with_neighbours(listing.months.items()):
        is_listed = counts[month[0]] <= jobs.YEAR
        own = recorded.get((listing.language, listing.section, month))
        outline = MonthOutline(
            language=listing.language,
            section=listing.section,
            month=month,
            shown=tuple([item.path for item in items]),
            older=older and older[0],
            newer=newer and newer[0],
            earlier=tuple(days[month].values()),
            told=own.told if own else (),
            beside=tuple(
                [
                    _beside(desk, item, None if is_listed and item.withdrawn is None else place)
                    for place, item in enumerate(items)
                    if item.section == listing.section
                ]
            ),
        )
        name = outlines.month_name(listing.language, listing.section, month)
        key = outlines.month_key(outline, desk.teasers, own and own.digest)
        yield _outlined(desk, name, key, outline)


def _terms(desk: Desk, language: str, taxonomy: str, terms: Iterable[Term]) -> Iterator[Task]:
    rows = sorted(((t.title, t.slug, len(t.items)) for t in terms if t.items), key=lambda row: (row[0].casefold(), row))
    yield _small(f"terms {taxonomy}", jobs.TermsPage(language=language, taxonomy=taxonomy, terms=tuple(rows)))
    for term in terms:
        parts = (
            ("term", language, taxonomy, term.slug, term.title),
            tuple([desk.teasers[item.path] for item in term.items]),
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


def _beside(desk: Desk, item: Item, place: int | None) -> Beside:
    """Say what an item's page shows of others; `place` is its own in its month (None: its year lists it)."""
    path, day = item.path, item.date.date
    return Beside(
        *desk.beside[path],
        desk.related.get(path, ()),
        desk.earlier[item.language][day.year, day.month][day.day],
        place if place is None else jobs.sheet_of(place),
    )


def _told(desk: Desk, item: Item) -> Told:
    path = item.path
    known = desk.told.get(path)
    if known is None:
        known = desk.told[path] = Told(
            path,
            desk.references.body[path],
            desk.references.media[path],
            desk.references.replaced_by.get(path),
            desk.archive.translations.get(path, ()),
            _item_terms(desk, item),
        )
    return known


def _item_terms(desk: Desk, item: Item) -> tuple[tuple[str, str, str], ...]:
    known = desk.terms.get((item.language, item.terms))
    if known is None:
        known = desk.terms[item.language, item.terms] = tuple(
            (taxonomy, slug, desk.titles[item.language, taxonomy, slug])
            for taxonomy, words in item.terms
            for slug in dict.fromkeys(map(term_slug, words))
        )
    return known


def _undated(desk: Desk, page: Undated) -> jobs.UndatedPage:
    alternates = desk.archive.translations.get(page.path, ())
    return jobs.UndatedPage(page=page, links=desk.references.body[page.path], alternates=alternates)


# -- for machines ----------------------------------------------------------------------------------


Documents = Mapping[Month, int]
"""How many documents of a feed's history each month has, oldest first."""


def _feeds(desk: Desk, listing: Listing, documents: Documents) -> Task:
    """Plan a listing's feeds; their entries show no neighbours, so a new item elsewhere leaves them alone.

    They begin after the last document of the history: in its newest month that holds full documents only.
    """
    months = tuple(documents)
    newest = listing.standing[months[-1]] if months else ()
    items = _newest(listing, max(jobs.HEAD, len(newest) % jobs.DOCUMENT))
    older = next(((month, documents[month]) for month in reversed(months) if documents[month]), None)
    told = tuple(_told(desk, item) for item in items)
    outline = FeedOutline(listing.language, listing.section, told, older)
    name = outlines.feeds_name(listing.language, listing.section)
    key = outlines.feed_key(outline, desk.contents.ids)
    return _outlined(desk, name, key, outline)


def _documents(listing: Listing) -> Documents:
    """Count the documents of a feed's history in each month that has something for feeds, oldest first.

    A month is closed once a later one has items; what has been in a document stays in it. Of the month that is
    open only full documents are part of the history: its rest is in the feed itself.
    """
    shown = {month: len(items) for month, items in listing.standing.items()}
    counts = {month: -(-count // jobs.DOCUMENT) for month, count in shown.items() if count}
    for month in tuple(counts)[-1:]:
        counts[month] = shown[month] // jobs.DOCUMENT
    return counts


class Records(NamedTuple):
    """What is told of a section's own items of a month, oldest first, and the digest of that and of the items."""

    told: tuple[Told, ...]
    digest: Digest


Recorded = Mapping[tuple[str, str, Month], Records]
"""What is recorded of items, by language, section and month."""


def _recorded(desk: Desk) -> Recorded:
    """Digest the items of each month of each section once, for all the pages and records that they are in."""
    rows: dict[tuple[str, str, Month], list[Told]] = defaultdict(list)
    for item in desk.archive.items:
        day = item.date.date
        rows[item.language, item.section, (day.year, day.month)].append(_told(desk, item))
    told = {place: tuple(row) for place, row in rows.items()}
    return {place: Records(row, outlines.recorded(row, desk.contents.ids)) for place, row in told.items()}


Held = Mapping[tuple[str, str, Month], outlines.Held]
"""What the months of listings are made of."""


def _held(recorded: Recorded) -> Held:
    held: dict[tuple[str, str, Month], list[tuple[str, Digest]]] = defaultdict(list)
    for (language, section, month), of in recorded.items():
        for name in ("", *upwards(section)):
            held[language, name, month].append((section, of.digest))
    return {place: tuple(sorted(row)) for place, row in held.items()}


def _records(desk: Desk, documents: Mapping[tuple[str, str], Documents], recorded: Recorded) -> Iterator[Task]:
    """Plan what machines read, month by month: listings have items in common, which are then told of once."""
    held = _held(recorded)
    by_month: dict[tuple[str, Month], list[Task]] = defaultdict(list)
    for place, listing in desk.archive.listings.items():
        for month, task in _records_of(listing, desk, documents[place], held):
            by_month[listing.language, month].append(task)
    return chain.from_iterable(by_month.values())


def _records_of(listing: Listing, desk: Desk, documents: Documents, held: Held) -> Iterator[tuple[Month, Task]]:
    """Plan a record of each of a listing's months, and the history of its feed."""
    last = {month: (month, count) for month, count in documents.items() if count}
    first = {month: (month, 1) for month in last}
    after = _following(first, tuple(reversed(tuple(listing.months))))
    before = _following(last, tuple(listing.months))
    for month, older, newer in _with_neighbours(listing.months):
        bare = RecordOutline(
            language=listing.language,
            section=listing.section,
            month=month,
            told=(),
            documents=documents.get(month, 0),
            older=older,
            newer=newer,
            before=before[month],
            after=after[month],
        )
        name = outlines.record_name(listing.language, listing.section, month)
        key = outlines.record_key(bare, held[listing.language, listing.section, month])
        yield month, _outlined(desk, name, key, bare, partial(_filled, desk, listing, bare))


def _filled(desk: Desk, listing: Listing, bare: RecordOutline) -> RecordOutline:
    return msgspec.structs.replace(bare, told=tuple(_told(desk, item) for item in listing.months[bare.month]))


def _following(
    documents: Mapping[Month, jobs.Document], months: Iterable[Month]
) -> Mapping[Month, jobs.Document | None]:
    """Give each month the document of the nearest month before it in that order that has one."""
    found: dict[Month, jobs.Document | None] = {}
    near: jobs.Document | None = None
    for month in months:
        found[month] = near
        near = documents.get(month, near)
    return found


def _redirects(archive: Archive, settings: Settings) -> jobs.RedirectsMap:
    entries: tuple[Item | Undated, ...] = (*archive.items, *archive.gone, *archive.undated)
    entries += tuple(archive.introductions.values())
    aliases = tuple((alias, entry.permalink) for entry in entries for alias in entry.aliases)
    gone = tuple(item.permalink for item in archive.gone)
    return jobs.RedirectsMap(language=settings.language, aliases=aliases, gone=gone)


# -- search ----------------------------------------------------------------------------------------


def _search(desk: Desk, listing: Listing) -> Iterator[Task]:
    """Plan a language's search page, the list of its bundles, and each bundle, keyed by what its records say."""
    code = listing.language
    pages = tuple((each.code, permalinks.search(each.prefix)) for each in desk.settings.languages)
    years = tuple(sorted({item.date.date.year for item in listing.newest}, reverse=True))
    page = jobs.SearchPage(language=code, years=years, alternates=pages if len(pages) > 1 else ())
    yield _small("search", page)
    bundles = [
        (period, fingerprint(_bundle_parts(desk, code, period)))
        for period in search.periods(tuple(reversed(tuple(listing.newest))), search.MOST)
    ]
    parts = tuple(_search_part(period, key) for period, key in reversed(bundles))
    yield _small("search bundles", jobs.SearchParts(language=code, parts=parts))
    for period, key in bundles:
        make = partial(_bundle, desk, code, period)
        yield Task(f"search {period.name} {code}", jobs.SearchBundle, code, key, make)
    yield _small("search engine", jobs.SearchBundle(language=code, name=search.ENGINE, entries=()))


_MARK = 12
"""How many letters of a bundle's key browsers see, so that they keep what it says until it says something else."""


def _search_part(period: search.Period, key: Digest) -> jobs.SearchPart:
    dates = (period.items[0].date, period.items[-1].date)
    return jobs.SearchPart(period.name, *dates, len(period.items), key[:_MARK])


def _bundle_parts(desk: Desk, code: str, period: search.Period) -> Plain:
    """Name all that `_bundle` puts together, and the form of dates that its records show."""
    language = desk.settings.language_of(code)
    titles = {name: _section_title(desk, language, name) for name in {item.section for item in period.items}}
    return (
        ("search", code, period.name, language.dates, language.prefix),
        tuple(sorted(titles.items())),
        tuple([(desk.contents.ids[item.path].own, _item_terms(desk, item)) for item in period.items]),
    )


def _section_title(desk: Desk, language: Language, name: str) -> str:
    return language.sections.get(name) or desk.settings.section_of(name).title


def _bundle(desk: Desk, code: str, period: search.Period) -> jobs.SearchBundle:
    entries = tuple(_search_entry(desk, item) for item in period.items)
    return jobs.SearchBundle(language=code, name=period.name, entries=entries)


def _search_entry(desk: Desk, item: Item) -> jobs.SearchEntry:
    rows: dict[str, list[str]] = defaultdict(list)
    for taxonomy, _, title in _item_terms(desk, item):
        rows[taxonomy].append(title)
    return jobs.SearchEntry(
        path=item.path,
        digest=item.facts.digest,
        permalink=item.permalink,
        title=item.title,
        lead=item.lead if item.lead_written else (),
        date=item.date,
        section=item.section,
        section_title=_section_title(desk, desk.settings.language_of(item.language), item.section),
        terms=tuple((taxonomy, tuple(titles)) for taxonomy, titles in rows.items()),
    )


def picture_tasks(made: Mapping[Picture, Asset], language: str) -> Iterator[Task]:
    """Plan the renditions of pictures, each keyed by its address, which says of which bytes it is made and how."""
    for picture, file in made.items():
        key = fingerprint((picture.address, file.digest))
        make = partial(jobs.PictureRun, language=language, picture=picture, file=file)
        yield Task(f"picture {picture.path}", jobs.PictureRun, language, key, make)


NEWS = 48 * 3600
"""For how many seconds an item stays in the sitemap of news."""


def _sitemaps(desk: Desk, as_of: int) -> Iterator[Task]:
    """Plan a sitemap for each year, one for what has no date, and their index; none names what was withdrawn."""
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
        if item.withdrawn is None:
            years[item.date.date.year].append(item)
    for year, items in sorted(years.items()):
        for number, cut in enumerate(_cut(items), 1):
            path = _sitemap_path(f"{year:04d}", number)
            index.append((path, max(modified(item).date for item in cut).isoformat()))
            yield _sitemap(desk, path, cut)
    news = tuple(
        jobs.News(permalink=item.permalink, title=item.title, date=item.date, language=item.language)
        for item in reversed(archive.items)
        if is_news(item, as_of)
    )
    yield _small("sitemaps", jobs.SitemapIndex(language=language, sheets=tuple(index), news=news))


def _cut(row: Sequence[T]) -> Iterator[Sequence[T]]:
    return (row[start : start + jobs.SITEMAP] for start in range(0, len(row), jobs.SITEMAP))


def _sitemap_path(name: str, number: int) -> OutPath:
    return OutPath(f"sitemap-{name}.xml" if number == 1 else f"sitemap-{name}-{number}.xml")


def _sitemap(desk: Desk, path: OutPath, items: Sequence[Item]) -> Task:
    translations = desk.archive.translations
    parts = (path, tuple([(i.permalink, modified(i), translations.get(i.path, ())) for i in items]))
    make = partial(_year_sheet, desk, *parts)
    return Task(f"sitemap {path}", jobs.SitemapSheet, desk.settings.language, fingerprint(parts), make)


def _year_sheet(
    desk: Desk, path: OutPath, places: Iterable[tuple[Permalink, Moment, jobs.Alternates]]
) -> jobs.SitemapSheet:
    row = (jobs.Place(permalink=address, modified=at.iso, alternates=others) for address, at, others in places)
    return _sheet(desk.settings.language, path, row)


def _sheet(language: str, path: OutPath, places: Iterable[jobs.Place]) -> jobs.SitemapSheet:
    return jobs.SitemapSheet(language=language, path=path, places=tuple(places))


def is_news(item: Item, as_of: int) -> bool:
    """Tell whether an item belongs into the sitemap of news at an instant."""
    return item.withdrawn is None and as_of - NEWS < item.publish.instant <= as_of


def instants(items: Iterable[Item | None]) -> set[int]:
    """Give the instants at which a site changes by itself: items fall due, and leave the sitemap of news.

    Those of changes are among them, since one that is yet to come has a warning.
    """
    shown = [item for item in items if item is not None and not item.draft]
    due = {item.publish.instant for item in shown}
    return due | {each + NEWS for each in due} | {change.date.instant for item in shown for change in item.changes}


def modified(item: Item) -> Moment:
    """Give the moment that `dateModified` names: the newest major change or correction, else the date."""
    if not item.changes and item.updated is None:
        return item.date
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
SERVERS = ("redirects.map", "_headers", "nginx.conf")
RECORDS = ("sitemap.xml", "sitemap-news.xml", "robots.txt", "manifest.json", *SERVERS)
SEARCH = "bundles.json"
SECURITY = OutPath(".well-known/security.txt")


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
        for month, count in _documents(listing).items():
            yield from (permalinks.archive(prefix, listing.section, month, n + 1) for n in range(count))
        yield from (permalinks.record(permalinks.month(prefix, listing.section, month)) for month in listing.months)
    if settings.security is not None:
        yield Permalink(f"/{SECURITY}")
    if settings.item_json:
        yield from (permalinks.record(item.permalink) for item in archive.items)
    if settings.search:
        for language in settings.languages:
            yield from (permalinks.search(language.prefix, name) for name in ("", SEARCH))


def _sheets(archive: Archive, settings: Settings) -> Iterator[OutPath]:
    """Name the sitemaps that `_sitemaps` plans."""
    counts = Counter(f"{item.date.date.year:04d}" for item in archive.items if item.withdrawn is None)
    counts["pages"] = len(archive.undated) + sum(1 for _ in listing_addresses(archive, settings))
    for name, count in counts.items():
        yield from (_sitemap_path(name, n + 1) for n in range(-(-count // jobs.SITEMAP)))
