"""Archive to tasks: every page or run of pages of the site, and all that machines read beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, islice

import msgspec

from csto_site import almanac, jobs, outlines, permalinks
from csto_site.addresses import documents
from csto_site.archive import RAIL, Archive, Listing, Term, with_neighbours, years_of
from csto_site.bundles import search_tasks
from csto_site.codec import fingerprint
from csto_site.desk import Desk, Recorded, desk_of, recorded_in
from csto_site.feeds import feed_task, record_tasks
from csto_site.links import Media, References
from csto_site.model import Asset, Ids, Image, Item, Language, Settings, Teaser, Undated
from csto_site.outlines import Beside, MonthOutline
from csto_site.pictures import Picture
from csto_site.sitemaps import sitemap_tasks
from csto_site.task import Task, outlined, small


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
    desk = desk_of(archive, references, settings, ids)
    recorded = recorded_in(desk)
    counts = {place: documents(listing) for place, listing in archive.listings.items()}
    for language in settings.languages:
        yield small("home", _home(desk, language.code))
        yield small("not-found", jobs.NotFoundPage(language=language.code))
        newest = _newest(archive.listings[language.code, ""], RAIL + 1)
        yield small("latest", jobs.LatestPart(language=language.code, teasers=_teasers(newest)))
    for listing in archive.listings.values():
        yield small(f"head {listing.section}", _head(desk, listing))
        yield feed_task(desk, listing, counts[listing.language, listing.section])
        yield from _years(desk, listing)
        yield from _months(desk, listing, recorded)
    yield from record_tasks(desk, counts, recorded)
    for (code, taxonomy), terms in archive.terms.items():
        yield from _terms(desk, code, taxonomy, terms)
    for page in archive.undated:
        yield small(f"page {page.path}", _undated(desk, page))
    for item in archive.gone:
        yield small(f"gone {item.path}", jobs.GonePage(item=item))
    yield small("redirects", _redirects(archive, settings))
    yield small("servers", jobs.ServerFiles(language=settings.language))
    if settings.security is not None:
        security = msgspec.structs.replace(settings.security, mark=(1, 1, 1))
        yield small("security", jobs.SecurityText(language=settings.language, security=security))
    yield from sitemap_tasks(desk, as_of)
    for language in settings.languages if settings.search else ():
        yield from search_tasks(desk, archive.listings[language.code, ""])


def picture_tasks(made: Mapping[Picture, Asset], language: str) -> Iterator[Task]:
    """Plan the renditions of pictures, each keyed by its address, which says of which bytes it is made and how."""
    for picture, file in made.items():
        key = fingerprint((picture.address, file.digest))
        make = partial(jobs.PictureRun, language=language, picture=picture, file=file)
        yield Task(f"picture {picture.path}", jobs.PictureRun, language, key, make)


def _redirects(archive: Archive, settings: Settings) -> jobs.RedirectsMap:
    entries: tuple[Item | Undated, ...] = (*archive.items, *archive.gone, *archive.undated)
    entries += tuple(archive.introductions.values())
    aliases = tuple((alias, entry.permalink) for entry in entries for alias in entry.aliases)
    gone = tuple(item.permalink for item in archive.gone)
    return jobs.RedirectsMap(language=settings.language, aliases=aliases, gone=gone)


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
    for (year, count), older, newer in with_neighbours(listing.years.items()):
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
        yield small(f"year {listing.section} {year}", job)


def _months(desk: Desk, listing: Listing, recorded: Recorded) -> Iterator[Task]:
    """Plan a listing's months; item pages are printed with the month of their own section.

    The way back from a withdrawn item leads to its month, since its year does not list it.
    """
    counts = listing.years
    days = almanac.earlier(listing) if listing.section else desk.earlier[listing.language]
    for (month, items), older, newer in with_neighbours(listing.months.items()):
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
        yield outlined(desk.contents, name, key, outline)


def _terms(desk: Desk, language: str, taxonomy: str, terms: Iterable[Term]) -> Iterator[Task]:
    rows = sorted(((t.title, t.slug, len(t.items)) for t in terms if t.items), key=lambda row: (row[0].casefold(), row))
    yield small(f"terms {taxonomy}", jobs.TermsPage(language=language, taxonomy=taxonomy, terms=tuple(rows)))
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


def _undated(desk: Desk, page: Undated) -> jobs.UndatedPage:
    alternates = desk.archive.translations.get(page.path, ())
    return jobs.UndatedPage(page=page, links=desk.references.body[page.path], alternates=alternates)
