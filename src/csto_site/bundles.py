"""A language to what its readers search: the page, the list of bundles, and each bundle under its key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from csto_site import jobs, permalinks, search
from csto_site.archive import Listing
from csto_site.codec import Plain, fingerprint
from csto_site.desk import Desk, terms_of
from csto_site.model import Digest, Item, Language
from csto_site.task import Task, small


def search_tasks(desk: Desk, listing: Listing) -> Iterator[Task]:
    """Plan a language's search page, the list of its bundles, and each bundle, keyed by what its records say."""
    code = listing.language
    pages = tuple((each.code, permalinks.search(each.prefix)) for each in desk.settings.languages)
    years = tuple(sorted({item.date.date.year for item in listing.newest}, reverse=True))
    page = jobs.SearchPage(language=code, years=years, alternates=pages if len(pages) > 1 else ())
    yield small("search", page)
    bundles = [
        (period, fingerprint(_bundle_parts(desk, code, period)))
        for period in search.periods(tuple(reversed(tuple(listing.newest))), search.MOST)
    ]
    parts = tuple(_search_part(period, key) for period, key in reversed(bundles))
    yield small("search bundles", jobs.SearchParts(language=code, parts=parts))
    for period, key in bundles:
        make = partial(_bundle, desk, code, period)
        yield Task(f"search {period.name} {code}", jobs.SearchBundle, code, key, make)
    yield small("search engine", jobs.SearchBundle(language=code, name=search.ENGINE, entries=()))


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
        tuple([(desk.contents.ids[item.path].own, terms_of(desk, item)) for item in period.items]),
    )


def _section_title(desk: Desk, language: Language, name: str) -> str:
    return language.sections.get(name) or desk.settings.section_of(name).title


def _bundle(desk: Desk, code: str, period: search.Period) -> jobs.SearchBundle:
    entries = tuple(_search_entry(desk, item) for item in period.items)
    return jobs.SearchBundle(language=code, name=period.name, entries=entries)


def _search_entry(desk: Desk, item: Item) -> jobs.SearchEntry:
    rows: dict[str, list[str]] = defaultdict(list)
    for taxonomy, _, title in terms_of(desk, item):
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
