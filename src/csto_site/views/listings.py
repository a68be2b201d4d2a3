"""Pages of many items: home, the head, the years and months of a listing, terms, in the order of their addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

import msgspec
from markupsafe import Markup

from csto_site import context, jobs, permalinks, wording
from csto_site.model import Teaser
from csto_site.views import parts, periods
from csto_site.views.viewpoint import Fragments, Viewpoint


def home(at: Viewpoint, job: jobs.HomePage, fragments: Fragments) -> context.Home:
    """Show a home page."""
    shown = parts.teasers(at, job.teasers)
    return context.Home(
        kind="home",
        title=job.intro.title or at.language.title,
        description=at.language.description,
        canonical=at.absolute(permalinks.home(at.language.prefix)),
        breadcrumb=(),
        translations=parts.translations(at, job.alternates),
        x_default=parts.x_default(at, job.alternates),
        feeds=parts.feeds(at, ""),
        leading=shown[0] if shown else None,
        picture=parts.picture(at, *job.picture, permalinks.home(at.language.prefix)) if job.picture else None,
        latest=shown[1:],
        blocks=tuple(
            context.Block(section=parts.section_link(at, name), items=parts.teasers(at, items))
            for name, items in job.blocks
        ),
        years=periods.years(at, "", job.years),
        intro=parts.intro(at, job.intro, fragments),
    )


def head(at: Viewpoint, job: jobs.HeadPage, fragments: Fragments) -> context.Listing:
    """Show the head of a listing."""
    crumbs = parts.crumbs(at, job.section)[:-1]
    counts = {year: sum(each[2] for each in row) for year, row in groupby(job.months, lambda each: each[0])}
    below = [each.name for each in at.settings.sections if each.name.rpartition("/")[0] == job.section and job.section]
    return context.Listing(
        kind="head",
        title=job.intro.title or parts.section_title(at, job.section),
        description="",
        canonical=at.absolute(permalinks.head(at.language.prefix, job.section)),
        breadcrumb=crumbs,
        translations=(),
        feeds=parts.feeds(at, job.section),
        section=parts.section_link(at, job.section, current=job.section),
        is_all=not job.section,
        period="",
        intro=parts.intro(at, job.intro, fragments),
        subsections=tuple(parts.section_link(at, name) for name in below),
        groups=by_date(at, job.teasers),
        years=periods.years(at, job.section, tuple(reversed(counts.items()))),
        months=(),
        table=periods.table(at, job.section, job.months),
        month_names=wording.months(at.language.code),
        calendar=None,
        elsewhere=(),
        count=sum(counts.values()),
        older=None,
        newer=None,
        up=None,
        sheets=(),
    )


def year(at: Viewpoint, job: jobs.YearPage) -> context.Listing:
    """Show a year of a listing."""

    def link(number: int | None) -> context.LinkTo | None:
        address = permalinks.year(at.language.prefix, job.section, number or 0)
        return None if number is None else context.LinkTo(title=str(number), url=at.url(address))

    return context.Listing(
        kind="year",
        title=f"{parts.section_title(at, job.section)}, {job.year}",
        description="",
        canonical=at.absolute(permalinks.year(at.language.prefix, job.section, job.year)),
        breadcrumb=parts.crumbs(at, job.section),
        translations=(),
        feeds=None,
        section=parts.section_link(at, job.section, current=job.section),
        is_all=not job.section,
        period=str(job.year),
        intro=Markup(),
        subsections=(),
        groups=by_month(at, job.section, job.teasers),
        years=(),
        months=periods.months(at, job.section, job.year, job.months),
        table=(),
        month_names=(),
        calendar=None,
        elsewhere=_elsewhere(
            at, job.section, job.below, lambda name: permalinks.year(at.language.prefix, name, job.year)
        ),
        count=sum(count for _, count in job.months),
        older=link(job.older),
        newer=link(job.newer),
        up=parts.section_link(at, job.section),
        sheets=(),
    )


def month(at: Viewpoint, job: jobs.MonthRun, number: int) -> context.Listing:
    """Show a month of a listing, or one sheet of a long one."""
    prefix, (in_year, in_month) = at.language.prefix, job.month

    def link(period: tuple[int, int] | None) -> context.LinkTo | None:
        if period is None:
            return None
        url = at.url(permalinks.month(prefix, job.section, period))
        return context.LinkTo(title=wording.month(*period, at.language.code), url=url)

    up = context.LinkTo(title=str(in_year), url=at.url(permalinks.year(prefix, job.section, in_year)))
    return context.Listing(
        kind="month",
        title=f"{parts.section_title(at, job.section)}, {wording.month_within(in_year, in_month, at.language.code)}",
        description="",
        canonical=at.absolute(permalinks.month(prefix, job.section, job.month, number)),
        breadcrumb=(*parts.crumbs(at, job.section), up),
        translations=(),
        feeds=None,
        record=at.url(permalinks.record(permalinks.month(prefix, job.section, job.month))),
        section=parts.section_link(at, job.section, current=job.section),
        is_all=not job.section,
        period=f"{in_year:04d}-{in_month:02d}",
        intro=Markup(),
        subsections=(),
        groups=by_day(at, job, number),
        years=(),
        months=(),
        table=(),
        month_names=(),
        calendar=periods.calendar(at, job, number),
        elsewhere=_elsewhere(at, job.section, _below(at, job), lambda name: permalinks.month(prefix, name, job.month)),
        count=len(job.teasers),
        older=link(job.older),
        newer=link(job.newer),
        up=up,
        sheets=_sheets(at, len(job.teasers), number, lambda n: permalinks.month(prefix, job.section, job.month, n)),
    )


def terms(at: Viewpoint, job: jobs.TermsPage) -> context.Terms:
    """Show all terms of a taxonomy."""
    prefix = at.language.prefix
    return context.Terms(
        kind="terms",
        title=parts.taxonomy_title(at, job.taxonomy),
        description="",
        canonical=at.absolute(permalinks.taxonomy(prefix, job.taxonomy)),
        breadcrumb=(parts.home_crumb(at),),
        translations=(),
        feeds=None,
        terms=tuple(
            context.Term(title=title, url=at.url(permalinks.term(prefix, job.taxonomy, slug)), count=count)
            for title, slug, count in job.terms
        ),
    )


def term(at: Viewpoint, job: jobs.TermRun, number: int) -> context.TermPage:
    """Show the items of a term, or one sheet of a long list."""
    prefix = at.language.prefix
    taxonomy = context.LinkTo(
        title=parts.taxonomy_title(at, job.taxonomy), url=at.url(permalinks.taxonomy(prefix, job.taxonomy))
    )
    return context.TermPage(
        kind="term",
        title=job.title,
        description="",
        canonical=at.absolute(permalinks.term(prefix, job.taxonomy, job.slug, number)),
        breadcrumb=(parts.home_crumb(at), taxonomy),
        translations=(),
        feeds=None,
        taxonomy=taxonomy,
        groups=by_year(at, sheet(job.teasers, number)),
        count=len(job.teasers),
        sheets=_sheets(at, len(job.teasers), number, lambda n: permalinks.term(prefix, job.taxonomy, job.slug, n)),
    )


def latest(at: Viewpoint, job: jobs.LatestPart) -> context.Latest:
    """Show the newest items: one more than the rail holds, as an item leaves itself out."""
    return context.Latest(items=parts.teasers(at, job.teasers))


# -- items under headings --------------------------------------------------------------------------


def by_day(at: Viewpoint, job: jobs.MonthRun, number: int) -> tuple[context.Group, ...]:
    """Group a month's items, those of one sheet, under its days."""
    earlier = dict(zip(dict.fromkeys(each.date.date for each in job.teasers), job.earlier, strict=True))
    return tuple(
        _day_group(at, day, list(items), periods.same_day(at, job.section, day, earlier[day]))
        for day, items in groupby(sheet(job.teasers, number), lambda each: each.date.date)
    )


def _day_group(
    at: Viewpoint, day: dt.date, items: Sequence[Teaser], earlier: tuple[context.LinkTo, ...]
) -> context.Group:
    iso, title = day.isoformat(), wording.day_of_month(day.month, day.day, at.language.code)
    return context.Group(id=iso, title=title, url="", items=parts.teasers(at, items), iso=iso, earlier=earlier)


def by_date(at: Viewpoint, values: Sequence[Teaser]) -> tuple[context.Group, ...]:
    """Group the newest items under their dates, in the site's style."""
    groups = _groups(at, values, lambda each: each.date.date.isoformat(), lambda first: (at.date(first.date).text, ""))
    return tuple(msgspec.structs.replace(group, iso=group.id) for group in groups)


def by_month(at: Viewpoint, section: str, values: Sequence[Teaser]) -> tuple[context.Group, ...]:
    """Group a year's items under its months."""

    def heading(first: Teaser) -> tuple[str, str]:
        day = first.date.date
        address = permalinks.month(at.language.prefix, section, (day.year, day.month))
        return wording.month_name(day.month, at.language.code), address

    return _groups(at, values, lambda each: each.date.date.isoformat()[:7], heading)


def by_year(at: Viewpoint, values: Sequence[Teaser]) -> tuple[context.Group, ...]:
    """Group a term's items under their years."""
    return _groups(at, values, lambda each: str(each.date.date.year), lambda first: (str(first.date.date.year), ""))


def _groups(
    at: Viewpoint, values: Sequence[Teaser], key: Callable[[Teaser], str], heading: Callable[[Teaser], tuple[str, str]]
) -> tuple[context.Group, ...]:
    """Group teasers that have one key; `heading` gives title and address of a group by its first teaser."""
    groups = []
    for name, row in groupby(values, key):
        group = list(row)
        title, address = heading(group[0])
        groups.append(
            context.Group(id=name, title=title, url=address and at.url(address), items=parts.teasers(at, group))
        )
    return tuple(groups)


# -- the ways from a listing -----------------------------------------------------------------------


def _sheets(at: Viewpoint, count: int, current: int, address: Callable[[int], str]) -> tuple[context.LinkTo, ...]:
    numbers = jobs.sheet_numbers(count)
    if len(numbers) == 1:
        return ()
    return tuple(context.LinkTo(title=str(n), url=at.url(address(n)), is_current=n == current) for n in numbers)


def sheet(values: Sequence[Teaser], number: int) -> Sequence[Teaser]:
    """Cut out what one page of a long list shows, from the oldest on."""
    return values[(number - 1) * jobs.SHEET : number * jobs.SHEET]


def _below(at: Viewpoint, job: jobs.MonthRun) -> tuple[str, ...]:
    """Name the sections right below a listing that have items in its month."""
    depth = job.section.count("/") + 1 if job.section else 0
    found = {"/".join(each.section.split("/")[: depth + 1]) for each in job.teasers} - {job.section}
    return tuple(each.name for each in at.settings.sections if each.name in found)


def _elsewhere(
    at: Viewpoint, section: str, below: Iterable[str], address: Callable[[str], str]
) -> tuple[context.LinkTo, ...]:
    """Link to a period of all news and of the sections below, for a listing of `section`."""
    names = below if not section else ("", *below)
    return tuple(context.LinkTo(title=parts.section_title(at, name), url=at.url(address(name))) for name in names)
