"""Pages that show no items: undated ones, tombstones, the search, and what stands at former and at wrong addresses."""

from __future__ import annotations

from markupsafe import Markup

from csto_site import context, jobs, permalinks, policy, search
from csto_site.addresses import SEARCH
from csto_site.views import parts
from csto_site.views.viewpoint import Fragments, Viewpoint


def undated(at: Viewpoint, job: jobs.UndatedPage, fragments: Fragments) -> context.Undated:
    """Show an undated page."""
    page = job.page
    return context.Undated(
        kind="page",
        title=page.title,
        description=parts.description(page.lead),
        canonical=at.absolute(page.permalink),
        breadcrumb=(parts.home_crumb(at),),
        translations=parts.translations(at, job.alternates),
        x_default=parts.x_default(at, job.alternates),
        feeds=None,
        lead=page.lead if page.lead_written else (),
        body=parts.body(at, fragments[page.path], job.links, is_first=True),
    )


def gone(at: Viewpoint, job: jobs.GonePage) -> context.Gone:
    """Show a tombstone: that something was here and why it was removed, and nothing of it."""
    return context.Gone(
        kind="gone",
        title=at.text("This item was removed"),
        description="",
        canonical=at.absolute(job.item.permalink),
        breadcrumb=parts.crumbs(at, job.item.section),
        translations=(),
        feeds=None,
        section=parts.section_link(at, job.item.section),
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
        breadcrumb=(parts.home_crumb(at),),
        translations=parts.translations(at, job.alternates),
        x_default=parts.x_default(at, job.alternates),
        feeds=None,
        csp=Markup(policy.SEARCH_CSP),  # noqa: S704 - our own, and apostrophes need no escape
        bundles=at.url(permalinks.search(prefix, SEARCH)),
        engine=at.url(permalinks.search(prefix, f"{search.ENGINE}/")),
        enough=search.ENOUGH,
        sections=tuple(context.Facet(name=name, title=parts.section_title(at, name)) for name in names),
        facets=tuple(
            context.Facet(name=search.filter_of(each.name), title=parts.taxonomy_title(at, each.name))
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
        breadcrumb=(parts.home_crumb(at),),
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
