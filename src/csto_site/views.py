"""Jobs to views: the plain values of a page turned into what its template may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from urllib.parse import urljoin, urlsplit

import msgspec
from markupsafe import Markup

from csto_site import almanac, assets, context, jobs, markup, permalinks, pictures, plan, policy, search, wording
from csto_site.archive import Month
from csto_site.links import Href, Media
from csto_site.model import Change, ChangeKind, Form, Image, Item, Language, Moment, Permalink, Settings, Teaser, Value

Texts = Callable[[str], str]
"""Translates a text of the interface into the page's language."""

Fragments = Mapping[str, str]
"""The HTML fragments of bodies, with link tokens in them, by source path."""


class Viewpoint(Value, frozen=True, kw_only=True):
    """From where pages see the site: their language and their way to the top (`../../`).

    `teasers` and `sections` keep what was made for another page of the same viewpoint, by address and name.
    """

    settings: Settings
    language: Language
    root: str
    text: Texts
    teasers: dict[Permalink, context.Teaser]
    sections: dict[str, context.LinkTo]

    def url(self, permalink: str) -> str:
        """Write an address as this page links to it."""
        return permalinks.relative(self.root, permalink)

    def href(self, href: Href) -> str:
        """Write a reference as this page links to it."""
        return self.root + href[1:] if href.startswith("/") and not href.startswith("//") else href

    def absolute(self, permalink: str) -> str:
        """Write an address with the site's URL before it."""
        return permalinks.absolute(self.settings.url, permalink)

    def absolute_href(self, href: Href, page: str) -> str:
        """Write a reference of the page at `page` so that it holds anywhere; "" stays no link."""
        if href.startswith("/") and not href.startswith("//"):
            return self.settings.url + href[1:]
        if not href or ":" in href.partition("/")[0] or href.startswith("//"):
            return href
        return urljoin(self.absolute(page), href)

    def date(self, moment: Moment) -> context.Date:
        """Write a date in the site's style."""
        return wording.date(moment, self.language.code, self.language.dates)


# -- parts -----------------------------------------------------------------------------------------


def section_title(at: Viewpoint, name: str) -> str:
    """Give a section's title in the page's language; "" is all news."""
    if not name:
        return at.text("All news")
    return at.language.sections.get(name) or at.settings.section_of(name).title


def taxonomy_title(at: Viewpoint, name: str) -> str:
    """Give a taxonomy's title in the page's language."""
    title = next(each.title for each in at.settings.taxonomies if each.name == name)
    return at.language.taxonomies.get(name) or at.text(title)


def section_link(at: Viewpoint, name: str, *, current: str | None = None) -> context.LinkTo:
    """Link to the head of a section, or of all news."""
    link = at.sections.get(name)
    if link is None:
        url = at.url(permalinks.head(at.language.prefix, name))
        link = at.sections[name] = context.LinkTo(title=section_title(at, name), url=url)
    return link if current is None or name != current else msgspec.structs.replace(link, is_current=True)


def teaser(at: Viewpoint, value: Teaser) -> context.Teaser:
    """Show an item as listings do."""
    shown = at.teasers.get(value.permalink)
    if shown is None:
        shown = at.teasers[value.permalink] = context.Teaser(
            id=jobs.anchor(value.permalink),
            title=value.title,
            url=at.url(value.permalink),
            lead=value.lead,
            date=at.date(value.date),
            section=section_link(at, value.section),
            is_withdrawn=value.is_withdrawn,
        )
    return shown


def teasers(at: Viewpoint, values: Iterable[Teaser]) -> tuple[context.Teaser, ...]:
    """Show items as listings do."""
    return tuple(teaser(at, value) for value in values)


def feeds(at: Viewpoint, section: str) -> context.Feeds:
    """Link to the feeds of a section, or of the whole site in this language."""
    top = permalinks.top(at.language.prefix, section)
    return context.Feeds(atom=at.url(top + "feed.atom"), rss=at.url(top + "feed.rss"), json=at.url(top + "feed.json"))


def translations(at: Viewpoint, alternates: jobs.Alternates) -> tuple[context.Translation, ...]:
    """Link to a page's versions in other languages."""
    return tuple(
        context.Translation(
            language=code, title=wording.language_name(code), url=at.url(address), absolute=at.absolute(address)
        )
        for code, address in alternates
        if code != at.language.code
    )


def x_default(at: Viewpoint, alternates: jobs.Alternates) -> str:
    """Give the version for readers of any other language: that in the site's own; "" where it is the page itself."""
    own = [address for code, address in alternates if code == at.settings.language != at.language.code]
    return at.absolute(own[0]) if own else ""


def _periods(
    at: Viewpoint, counts: Sequence[tuple[int, int]], title: Callable[[int], str], address: Callable[[int], str]
) -> tuple[context.Period, ...]:
    most = max((count for _, count in counts), default=0) or 1
    return tuple(_period(at, title(number), address(number), count, most) for number, count in counts)


def _period(at: Viewpoint, title: str, address: str, count: int, most: int) -> context.Period:
    """Link to a period with its count, whose bar is a share of that of the one with the `most` items."""
    return context.Period(title=title, url=at.url(address), count=count, share=max(1, round(100 * count / most)))


def years(at: Viewpoint, section: str, counts: Sequence[tuple[int, int]]) -> tuple[context.Period, ...]:
    """Link to years with their counts."""
    return _periods(at, counts, str, lambda year: permalinks.year(at.language.prefix, section, year))


def months(at: Viewpoint, section: str, year: int, counts: Sequence[tuple[int, int]]) -> tuple[context.Period, ...]:
    """Link to the months of a year with their counts."""
    return _periods(
        at,
        counts,
        lambda month: wording.month_name(month, at.language.code),
        lambda month: permalinks.month(at.language.prefix, section, (year, month)),
    )


def table(at: Viewpoint, section: str, counts: Sequence[tuple[int, int, int]]) -> tuple[context.MonthsOfYear, ...]:
    """Link to all months, given as year, month and count from the oldest on; the newest year comes first."""
    most = max((count for _, _, count in counts), default=0) or 1
    rows = []
    for year, row in groupby(counts, lambda each: each[0]):
        link = context.LinkTo(title=str(year), url=at.url(permalinks.year(at.language.prefix, section, year)))
        months = {month: _month_of_table(at, section, (year, month), count, most) for _, month, count in row}
        rows.append(context.MonthsOfYear(year=link, months=tuple(map(months.get, range(1, 13)))))
    return tuple(reversed(rows))


def _month_of_table(at: Viewpoint, section: str, month: Month, count: int, most: int) -> context.Period:
    address = permalinks.month(at.language.prefix, section, month)
    return _period(at, wording.month(*month, at.language.code), address, count, most)


_BARE = tuple(context.Day(number=str(number or "")) for number in range(32))
"""Days without items, by their number; 0 is a day of another month."""


def calendar(at: Viewpoint, job: jobs.MonthRun, number: int) -> context.Calendar:
    """Show a month as a calendar whose days lead to their headings, on this sheet (`number`) or another."""
    counts: dict[int, int] = {}
    sheets: dict[int, int] = {}
    for place, each in enumerate(job.teasers):
        day = each.date.date.day
        counts[day] = counts.get(day, 0) + 1
        sheets.setdefault(day, jobs.sheet_of(place))
    days = list(_BARE)
    for day, sheet in sheets.items():
        url = _day_url(at, job.section, (*job.month, day), sheet, here=number)
        title = wording.day_of_month(job.month[1], day, at.language.code)
        days[day] = context.Day(number=str(day), title=title, url=url, count=counts[day])
    first, weekdays = wording.weekdays(at.language.code)
    return context.Calendar(
        title=wording.month(*job.month, at.language.code),
        weekdays=weekdays,
        weeks=tuple([tuple([days[day] for day in week]) for week in almanac.weeks(*job.month, first)]),
    )


def _day_url(at: Viewpoint, section: str, date: tuple[int, int, int], sheet: int, *, here: int = 0) -> str:
    """Lead to a day's heading; a day on the sheet that is `here` is not left."""
    anchor = f"#site:{date[0]:04d}-{date[1]:02d}-{date[2]:02d}"
    return anchor if sheet == here else at.url(permalinks.month(at.language.prefix, section, date[:2], sheet)) + anchor


def same_day(at: Viewpoint, section: str, date: dt.date, years: jobs.Earlier) -> tuple[context.LinkTo, ...]:
    """Link to a day's headings in earlier years."""
    return tuple(
        context.LinkTo(title=str(year), url=_day_url(at, section, (year, date.month, date.day), sheet))
        for year, sheet in years
    )


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
    return tuple(context.LinkTo(title=section_title(at, name), url=at.url(address(name))) for name in names)


def _groups(
    at: Viewpoint, values: Sequence[Teaser], key: Callable[[Teaser], str], heading: Callable[[Teaser], tuple[str, str]]
) -> tuple[context.Group, ...]:
    """Group teasers that have one key; `heading` gives title and address of a group by its first teaser."""
    groups = []
    for name, row in groupby(values, key):
        group = list(row)
        title, address = heading(group[0])
        groups.append(context.Group(id=name, title=title, url=address and at.url(address), items=teasers(at, group)))
    return tuple(groups)


def by_day(at: Viewpoint, job: jobs.MonthRun, number: int) -> tuple[context.Group, ...]:
    """Group a month's items, those of one sheet, under its days."""
    earlier = dict(zip(dict.fromkeys(each.date.date for each in job.teasers), job.earlier, strict=True))
    return tuple(
        _day_group(at, day, list(items), same_day(at, job.section, day, earlier[day]))
        for day, items in groupby(sheet(job.teasers, number), lambda each: each.date.date)
    )


def _day_group(
    at: Viewpoint, day: dt.date, items: Sequence[Teaser], earlier: tuple[context.LinkTo, ...]
) -> context.Group:
    iso, title = day.isoformat(), wording.day_of_month(day.month, day.day, at.language.code)
    return context.Group(id=iso, title=title, url="", items=teasers(at, items), iso=iso, earlier=earlier)


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


def _sheets(at: Viewpoint, count: int, current: int, address: Callable[[int], str]) -> tuple[context.LinkTo, ...]:
    numbers = jobs.sheet_numbers(count)
    if len(numbers) == 1:
        return ()
    return tuple(context.LinkTo(title=str(n), url=at.url(address(n)), is_current=n == current) for n in numbers)


def sheet(values: Sequence[Teaser], number: int) -> Sequence[Teaser]:
    """Cut out what one page of a long list shows, from the oldest on."""
    return values[(number - 1) * jobs.SHEET : number * jobs.SHEET]


def intro(at: Viewpoint, part: jobs.IntroPart, fragments: Fragments) -> Markup:
    """Give the HTML of an introduction."""
    return body(at, fragments[part.path], part.links) if part.path else Markup()


def body(at: Viewpoint, fragment: str, links: Sequence[Href], *, is_first: bool = False) -> Markup:
    """Put a page's own links into the fragment of a body, which the markup stage has cleaned.

    `is_first` says that no picture stands before those of the body.
    """
    made = markup.resolved(markup.styled(fragment), [at.href(link) for link in links])
    return Markup(pictures.dressed(made, at.root, is_first=is_first))  # noqa: S704 - cleaned by nh3


# -- the site --------------------------------------------------------------------------------------


def site(at: Viewpoint, frame: jobs.Frame, addresses: Mapping[str, str], *, section: str | None) -> context.Site:
    """Show what is the same on every page of a language at one depth in one section (None: in none)."""
    settings, language = at.settings, at.language
    top = [each.name for each in settings.sections if "/" not in each.name]
    current = section if section is None else section.partition("/")[0]
    elsewhere = tuple((each.code, _top(each, section)) for each in settings.languages)
    return context.Site(
        title=language.title,
        csp=Markup(policy.CSP),  # noqa: S704 - our own, and apostrophes need no escape
        root=at.root,
        description=language.description,
        logo=_logo(at, addresses),
        language=language.code,
        direction=wording.direction(language.code),
        home=context.LinkTo(title=at.text("Home"), url=at.url(permalinks.home(language.prefix))),
        all=section_link(at, "", current=section),
        sections=tuple(section_link(at, name, current=current) for name in top),
        menu=tuple(context.LinkTo(title=title, url=at.url(address)) for title, address in frame.menu),
        footer=tuple(context.LinkTo(title=title, url=at.url(address)) for title, address in frame.footer),
        taxonomies=tuple(
            context.LinkTo(
                title=taxonomy_title(at, each.name), url=at.url(permalinks.taxonomy(language.prefix, each.name))
            )
            for each in settings.taxonomies
        ),
        languages=translations(at, elsewhere),
        feeds=feeds(at, ""),
        search=_search_link(at) if settings.search else None,
        card=at.settings.url + _card(section or "", addresses),
        latest=at.url(f"{language.prefix}/latest.html"),
        assets={name: at.url(address) for name, address in addresses.items()},
        head=Markup(),
        header=Markup(),
        footer_html=Markup(),
    )


def _top(language: Language, section: str | None) -> Permalink:
    """Give the page of a language to which those lead that have no version in it: their section's, or the home page."""
    return permalinks.home(language.prefix) if section is None else permalinks.head(language.prefix, section)


def switched(site: context.Site, page: context.Page) -> context.Site:
    """Let the languages of a page lead to its own versions, where it has some."""
    own = {each.language: each for each in page.translations}
    languages = tuple(own.get(each.language, each) for each in site.languages)
    return msgspec.structs.replace(site, languages=languages)


def _card(section: str, addresses: Mapping[str, str]) -> str:
    return addresses.get(assets.card(section), addresses.get(assets.card(""), "/"))[1:]


def _search_link(at: Viewpoint) -> context.LinkTo:
    return context.LinkTo(title=at.text("Search"), url=at.url(permalinks.search(at.language.prefix)))


def _logo(at: Viewpoint, assets: Mapping[str, str]) -> context.Logo | None:
    """Show the logo, whose file lies below `static/`; one of `static/assets/` has another address."""
    logo = at.settings.logo
    if logo is None:
        return None
    folder, _, name = logo.path.partition("/")
    address = assets.get(name) if folder == "assets" else f"/{logo.path}"
    if not address:
        return None
    return context.Logo(url=at.url(address), alt=logo.alt, width=logo.width, height=logo.height)


# -- pages -----------------------------------------------------------------------------------------


def _home_crumb(at: Viewpoint) -> context.LinkTo:
    return context.LinkTo(title=at.text("Home"), url=at.url(permalinks.home(at.language.prefix)))


def _crumbs(at: Viewpoint, section: str) -> tuple[context.LinkTo, ...]:
    """Lead from the home page down to a section, that section included."""
    names = section.split("/") if section else []
    paths = ["/".join(names[: depth + 1]) for depth in range(len(names))]
    return (_home_crumb(at), *(section_link(at, path) for path in paths or [""]))


def home(at: Viewpoint, job: jobs.HomePage, fragments: Fragments) -> context.Home:
    """Show a home page."""
    shown = teasers(at, job.teasers)
    return context.Home(
        kind="home",
        title=job.intro.title or at.language.title,
        description=at.language.description,
        canonical=at.absolute(permalinks.home(at.language.prefix)),
        breadcrumb=(),
        translations=translations(at, job.alternates),
        x_default=x_default(at, job.alternates),
        feeds=feeds(at, ""),
        leading=shown[0] if shown else None,
        picture=_picture(at, *job.picture, permalinks.home(at.language.prefix)) if job.picture else None,
        latest=shown[1:],
        blocks=tuple(
            context.Block(section=section_link(at, name), items=teasers(at, items)) for name, items in job.blocks
        ),
        years=years(at, "", job.years),
        intro=intro(at, job.intro, fragments),
    )


def head(at: Viewpoint, job: jobs.HeadPage, fragments: Fragments) -> context.Listing:
    """Show the head of a listing."""
    crumbs = _crumbs(at, job.section)[:-1]
    counts = {year: sum(each[2] for each in row) for year, row in groupby(job.months, lambda each: each[0])}
    below = [each.name for each in at.settings.sections if each.name.rpartition("/")[0] == job.section and job.section]
    return context.Listing(
        kind="head",
        title=job.intro.title or section_title(at, job.section),
        description="",
        canonical=at.absolute(permalinks.head(at.language.prefix, job.section)),
        breadcrumb=crumbs,
        translations=(),
        feeds=feeds(at, job.section),
        section=section_link(at, job.section, current=job.section),
        is_all=not job.section,
        period="",
        intro=intro(at, job.intro, fragments),
        subsections=tuple(section_link(at, name) for name in below),
        groups=by_date(at, job.teasers),
        years=years(at, job.section, tuple(reversed(counts.items()))),
        months=(),
        table=table(at, job.section, job.months),
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
        title=f"{section_title(at, job.section)}, {job.year}",
        description="",
        canonical=at.absolute(permalinks.year(at.language.prefix, job.section, job.year)),
        breadcrumb=_crumbs(at, job.section),
        translations=(),
        feeds=None,
        section=section_link(at, job.section, current=job.section),
        is_all=not job.section,
        period=str(job.year),
        intro=Markup(),
        subsections=(),
        groups=by_month(at, job.section, job.teasers),
        years=(),
        months=months(at, job.section, job.year, job.months),
        table=(),
        month_names=(),
        calendar=None,
        elsewhere=_elsewhere(
            at, job.section, job.below, lambda name: permalinks.year(at.language.prefix, name, job.year)
        ),
        count=sum(count for _, count in job.months),
        older=link(job.older),
        newer=link(job.newer),
        up=section_link(at, job.section),
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
        title=f"{section_title(at, job.section)}, {wording.month_within(in_year, in_month, at.language.code)}",
        description="",
        canonical=at.absolute(permalinks.month(prefix, job.section, job.month, number)),
        breadcrumb=(*_crumbs(at, job.section), up),
        translations=(),
        feeds=None,
        record=at.url(permalinks.record(permalinks.month(prefix, job.section, job.month))),
        section=section_link(at, job.section, current=job.section),
        is_all=not job.section,
        period=f"{in_year:04d}-{in_month:02d}",
        intro=Markup(),
        subsections=(),
        groups=by_day(at, job, number),
        years=(),
        months=(),
        table=(),
        month_names=(),
        calendar=calendar(at, job, number),
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
        title=taxonomy_title(at, job.taxonomy),
        description="",
        canonical=at.absolute(permalinks.taxonomy(prefix, job.taxonomy)),
        breadcrumb=(_home_crumb(at),),
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
        title=taxonomy_title(at, job.taxonomy), url=at.url(permalinks.taxonomy(prefix, job.taxonomy))
    )
    return context.TermPage(
        kind="term",
        title=job.title,
        description="",
        canonical=at.absolute(permalinks.term(prefix, job.taxonomy, job.slug, number)),
        breadcrumb=(_home_crumb(at), taxonomy),
        translations=(),
        feeds=None,
        taxonomy=taxonomy,
        groups=by_year(at, sheet(job.teasers, number)),
        count=len(job.teasers),
        sheets=_sheets(at, len(job.teasers), number, lambda n: permalinks.term(prefix, job.taxonomy, job.slug, n)),
    )


def undated(at: Viewpoint, job: jobs.UndatedPage, fragments: Fragments) -> context.Undated:
    """Show an undated page."""
    page = job.page
    return context.Undated(
        kind="page",
        title=page.title,
        description=description(page.lead),
        canonical=at.absolute(page.permalink),
        breadcrumb=(_home_crumb(at),),
        translations=translations(at, job.alternates),
        x_default=x_default(at, job.alternates),
        feeds=None,
        lead=page.lead if page.lead_written else (),
        body=body(at, fragments[page.path], job.links, is_first=True),
    )


def gone(at: Viewpoint, job: jobs.GonePage) -> context.Gone:
    """Show a tombstone: that something was here and why it was removed, and nothing of it."""
    return context.Gone(
        kind="gone",
        title=at.text("This item was removed"),
        description="",
        canonical=at.absolute(job.item.permalink),
        breadcrumb=_crumbs(at, job.item.section),
        translations=(),
        feeds=None,
        section=section_link(at, job.item.section),
        reason=job.item.gone or "",
    )


def search_page(at: Viewpoint, job: jobs.SearchPage) -> context.Search:
    """Show the page on which readers search."""
    prefix = at.language.prefix
    names = [each.name for each in at.settings.sections]
    return context.Search(
        kind="search",
        title=at.text("Search"),
        description="",
        canonical=at.absolute(permalinks.search(prefix)),
        breadcrumb=(_home_crumb(at),),
        translations=translations(at, job.alternates),
        x_default=x_default(at, job.alternates),
        feeds=None,
        csp=Markup(policy.SEARCH_CSP),  # noqa: S704 - our own, and apostrophes need no escape
        bundles=at.url(permalinks.search(prefix, plan.SEARCH)),
        engine=at.url(permalinks.search(prefix, f"{search.ENGINE}/")),
        enough=search.ENOUGH,
        sections=tuple(context.Facet(name=name, title=section_title(at, name)) for name in names),
        facets=tuple(
            context.Facet(name=search.filter_of(each.name), title=taxonomy_title(at, each.name))
            for each in at.settings.taxonomies
        ),
        years=tuple(
            context.LinkTo(title=f"{year:04d}", url=at.url(permalinks.year(prefix, "", year))) for year in job.years
        ),
    )


def search_parts(at: Viewpoint, job: jobs.SearchParts) -> list[dict[str, str | int]]:
    """Say what the script needs to know of the bundles: where each lies, and when its items are from."""
    return [
        {
            "path": f"{part.name}/",
            "title": _span(at, part),
            "from": part.first.date.year,
            "to": part.last.date.year,
            "count": part.count,
            "mark": part.mark,
        }
        for part in job.parts
    ]


def _span(at: Viewpoint, part: jobs.SearchPart) -> str:
    """Write when the items of a bundle are from: years, or within a year dates."""
    ends = [part.first, part.last]
    if search.is_whole_years(part.name):
        texts = [f"{each.date.year:04d}" for each in ends]
    else:
        texts = [at.date(each).text for each in ends]
    return " – ".join(dict.fromkeys(texts))  # noqa: RUF001 - a dash between dates


def not_found(at: Viewpoint) -> context.NotFound:
    """Show the page for addresses that do not exist."""
    return context.NotFound(
        kind="not-found",
        title=at.text("Page not found"),
        description="",
        canonical=at.absolute(f"{at.language.prefix}/404.html"),
        breadcrumb=(_home_crumb(at),),
        translations=(),
        feeds=None,
    )


def redirect(at: Viewpoint, target: str) -> context.Redirect:
    """Show what stands at a former address."""
    return context.Redirect(
        kind="redirect",
        title=at.text("This page has moved"),
        description="",
        canonical=at.absolute(target),
        breadcrumb=(),
        translations=(),
        feeds=None,
        target=at.url(target),
    )


def latest(at: Viewpoint, job: jobs.LatestPart) -> context.Latest:
    """Show the newest items: one more than the rail holds, as an item leaves itself out."""
    return context.Latest(items=teasers(at, job.teasers))


# -- the item page ---------------------------------------------------------------------------------


def description(lead: Sequence[str]) -> str:
    """Cut a lead to what search engines and previews show."""
    text = " ".join(lead)
    return text if len(text) <= _DESCRIPTION else text[:_DESCRIPTION].rsplit(" ", 1)[0] + "…"


_DESCRIPTION = 300


def _picture(at: Viewpoint, image: Image, media: Media, page: str) -> context.Picture | None:
    """Show a picture, if there is one: a file that is missing or not published has no address."""
    if not media.href:
        return None
    shown = pictures.read(media.href)
    return context.Picture(
        url=at.href(media.href),
        absolute=at.absolute_href(media.href, page),
        is_file=not media.href.lower().startswith(("http://", "https://")),
        srcset=pictures.srcset(shown.widths(), at.root) if shown and shown.is_made else "",
        sources=tuple(
            context.Source(type=kind, srcset=pictures.srcset(each, at.root))
            for kind, each in (shown.sources() if shown else ())
        ),
        sizes=pictures.sizes(shown) if shown else "",
        across=pictures.box(shown)[0] if shown else 0,
        down=pictures.box(shown)[1] if shown else 0,
        width=shown.width if shown else 0,
        height=shown.height if shown else 0,
        alt=image.alt,
        caption=image.caption,
        credit=image.credit,
    )


def _social(images: Iterable[context.Picture | None]) -> context.Picture | None:
    """Choose what other sites show beside a link: the first picture of a form that they take."""
    shown = filter(None, images)
    return next((each for each in shown if not each.url.endswith((".svg", ".gif"))), None)


def _kind(href: Href) -> str:
    name = href.rpartition("/")[2].partition("?")[0]
    return name.rpartition(".")[2].upper() if "." in name else ""


def newest_first(changes: Iterable[Change]) -> Sequence[Change]:
    """Sort a public history as it is shown."""
    return sorted(changes, key=lambda change: change.date.order, reverse=True)


def _change(at: Viewpoint, change: Change) -> context.Change:
    return context.Change(date=at.date(change.date), note=change.note, kind=change.kind.value)


def item(
    at: Viewpoint, job: jobs.ItemPage, fragments: Fragments, json_ld: Markup, citation: context.Citation
) -> context.Item:
    """Show an item."""
    it, media = job.item, list(job.media)
    images = [_picture(at, image, media.pop(0), it.permalink) for image in (*filter(None, [it.image]), *it.gallery)]
    leading = images.pop(0) if it.image else None
    files = [(attachment, media.pop(0)) for attachment in it.attachments]
    video = _video(at, it, media)
    social = _picture(at, Image(it.social, ""), media.pop(0), it.permalink) if it.social else None
    return context.Item(
        kind="item",
        title=it.title,
        description=description(it.lead),
        canonical=at.absolute(it.permalink),
        breadcrumb=_crumbs(at, it.section),
        translations=translations(at, job.alternates),
        x_default=x_default(at, job.alternates),
        feeds=None,
        record=at.url(permalinks.record(it.permalink)) if at.settings.item_json else "",
        csp=Markup(policy.framing([video.host]) if video and video.embed else ""),  # noqa: S704 - of hosts that were checked
        section=section_link(at, it.section),
        date=at.date(it.date),
        place=it.place,
        lead=it.lead if it.lead_written else (),
        authors=it.authors,
        body=body(at, fragments[it.path], job.links, is_first=leading is None),
        form=Form(it.form).value,
        source=context.Origin(name=it.source.name, url=it.source.url) if it.source else None,
        image=leading,
        gallery=tuple(filter(None, images)),
        attachments=tuple(
            context.Attachment(
                title=attachment.title,
                url=at.href(file.href),
                kind=_kind(file.href),
                size=wording.size(file.size) if file.size else "",
            )
            for attachment, file in files
        ),
        video=video,
        terms=tuple(
            context.Term(title=title, url=at.url(permalinks.term(at.language.prefix, taxonomy, slug)), count=0)
            for taxonomy, slug, title in job.terms
        ),
        updated=_updated(at, it),
        changes=tuple(_change(at, each) for each in newest_first(it.changes)),
        withdrawn=_withdrawal(at, job),
        rail=teasers(at, job.rail),
        related=teasers(at, job.related),
        earlier=same_day(at, "", it.date.date, job.earlier) if job.earlier else (),
        older=teaser(at, job.older) if job.older else None,
        newer=teaser(at, job.newer) if job.newer else None,
        back_to_section=at.href(job.back),
        back_to_all=at.url(permalinks.head(at.language.prefix, "")),
        social=_social([social, leading]),
        json_ld=json_ld,
        published_iso=it.date.iso,
        modified_iso=plan.modified(it).iso,
        citation=citation,
    )


def _updated(at: Viewpoint, it: Item) -> context.Date | None:
    moments = [change.date for change in it.changes if change.kind is not ChangeKind.MINOR]
    moments += [it.updated] if it.updated else []
    return at.date(max(moments, key=lambda moment: moment.order)) if moments else None


def _video(at: Viewpoint, it: Item, media: list[Media]) -> context.Video | None:
    if it.video is None:
        return None
    poster = _picture(at, it.video.poster, media.pop(0), it.permalink) if it.video.poster else None
    file = media.pop(0) if it.video.link else None
    if file and not file.href:
        return None
    embed = it.video.embed.target if it.video.embed else ""
    embed = embed if policy.may_frame(embed, at.settings.embeds) else ""
    return context.Video(
        title=it.video.title,
        url=at.href(file.href) if file else it.video.url,
        is_file=file is not None,
        embed=embed,
        host=urlsplit(embed).netloc,
        poster=poster,
    )


def _withdrawal(at: Viewpoint, job: jobs.ItemPage) -> context.Withdrawal | None:
    withdrawn = job.item.withdrawn
    if withdrawn is None:
        return None
    title, href = job.replaced_by or ("", "")
    return context.Withdrawal(
        date=at.date(withdrawn.date) if withdrawn.date else None,
        reason=withdrawn.reason,
        replaced_by=context.LinkTo(title=title, url=at.href(href)) if href else None,
    )


def absolute_body(at: Viewpoint, job: jobs.RecordItem, fragments: Fragments) -> str:
    """Give an item's body with links that hold outside the site, for feeds."""
    urls = [at.absolute_href(link, job.item.permalink) for link in job.links]
    return markup.resolved(fragments[job.item.path], urls)
