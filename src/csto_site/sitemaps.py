"""The archive to sitemaps: one a year, one for what has no date, that of news, and their index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from csto_site import jobs, permalinks
from csto_site.addresses import listing_addresses
from csto_site.codec import fingerprint
from csto_site.desk import Desk
from csto_site.model import Item, Moment, OutPath, Permalink
from csto_site.moments import is_news, modified
from csto_site.task import Task, small

T = TypeVar("T")


def sitemap_tasks(desk: Desk, as_of: int) -> Iterator[Task]:
    """Plan a sitemap for each year, one for what has no date, and their index; none names what was withdrawn."""
    archive, language = desk.archive, desk.settings.language
    pages = [
        jobs.Place(permalink=page.permalink, alternates=archive.translations.get(page.path, ()))
        for page in archive.undated
    ]
    pages += [jobs.Place(permalink=address) for address in listing_addresses(archive, desk.settings)]
    index: list[tuple[OutPath, str]] = []
    for number, sheet in enumerate(_cut(pages), 1):
        index.append((permalinks.sitemap("pages", number), ""))
        yield small(f"sitemap pages {number}", _sheet(language, index[-1][0], sheet))
    years: dict[int, list[Item]] = defaultdict(list)
    for item in archive.items:
        if item.withdrawn is None:
            years[item.date.date.year].append(item)
    for year, items in sorted(years.items()):
        for number, cut in enumerate(_cut(items), 1):
            path = permalinks.sitemap(f"{year:04d}", number)
            index.append((path, max(modified(item).date for item in cut).isoformat()))
            yield _sitemap(desk, path, cut)
    news = tuple(
        jobs.News(permalink=item.permalink, title=item.title, date=item.date, language=item.language)
        for item in reversed(archive.items)
        if is_news(item, as_of)
    )
    yield small("sitemaps", jobs.SitemapIndex(language=language, sheets=tuple(index), news=news))


def _cut(row: Sequence[T]) -> Iterator[Sequence[T]]:
    return (row[start : start + jobs.SITEMAP] for start in range(0, len(row), jobs.SITEMAP))


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
