"""Jobs to outputs: each job's views through their templates, as bytes with paths."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import assert_never

import msgspec
from markupsafe import Markup

from csto_site import context, jobs, permalinks, syndication
from csto_site.addresses import SEARCH, SECURITY
from csto_site.model import Alias, Language, OutPath, Output, Permalink, Settings, Value
from csto_site.templates import Templates
from csto_site.views import frame, items, listings, pages
from csto_site.views.viewpoint import Fragments, Viewpoint


class Press(Value, frozen=True, kw_only=True):
    """What all pages of a site are printed with; `assets` are file names with their fingerprinted addresses."""

    settings: Settings
    templates: Templates
    frames: Mapping[str, jobs.Frame]
    assets: Mapping[str, str]


_PARTS = ("parts/head.html", "parts/header.html", "parts/footer.html")
TEMPLATES: Mapping[type[jobs.Job], tuple[str, ...]] = {
    jobs.HomePage: ("home.html", "redirect.html", *_PARTS),
    jobs.HeadPage: ("listing.html", "redirect.html", *_PARTS),
    jobs.YearPage: ("listing.html", *_PARTS),
    jobs.MonthRun: ("listing.html", "item.html", "redirect.html", *_PARTS),
    jobs.TermsPage: ("terms.html", *_PARTS),
    jobs.TermRun: ("term.html", *_PARTS),
    jobs.UndatedPage: ("page.html", "redirect.html", *_PARTS),
    jobs.GonePage: ("gone.html", "redirect.html", *_PARTS),
    jobs.NotFoundPage: ("404.html", *_PARTS),
    jobs.SearchPage: ("search.html", *_PARTS),
    jobs.SearchParts: (),
    jobs.SearchBundle: (),
    jobs.PictureRun: (),
    jobs.LatestPart: ("latest.html", *_PARTS),
    jobs.FeedRun: (),
    jobs.RecordRun: (),
    jobs.SitemapSheet: (),
    jobs.SitemapIndex: (),
    jobs.RedirectsMap: (),
    jobs.ServerFiles: (),
    jobs.SecurityText: (),
}
"""The templates that each kind of job is printed with; what they include and extend comes with them."""
WORDED = (jobs.FeedRun, jobs.RecordRun)
"""The kinds without templates that have words of the interface in them all the same."""


class Shared(msgspec.Struct):
    """What pages of one press share, made when it is first needed: views of the site and viewpoints."""

    sites: dict[tuple[str, str, str | None], context.Site]
    viewpoints: dict[tuple[str, str], Viewpoint]
    told: syndication.Told

    def forget(self) -> None:
        """Let go of what is seldom shared by pages far apart, and would fill the memory."""
        for viewpoint in self.viewpoints.values():
            viewpoint.teasers.clear()
        self.told.entries.clear()
        self.told.records.clear()


def shared() -> Shared:
    """Begin with nothing."""
    return Shared({}, {}, syndication.Told({}, {}))


def render(  # noqa: C901, PLR0912, PLR0915 - a case for each kind of job, and nothing else
    press: Press, job: jobs.Job, fragments: Fragments, shared: Shared
) -> Iterator[Output]:
    """Print a job; `fragments` are those of the sources that the job names, `shared` keeps what pages share.

    Raises `TemplateFailed` when a template cannot cope with what it gets.
    """
    desk = _Desk(press, job, shared)
    match job:
        case jobs.HomePage():
            address = permalinks.home(desk.language.prefix)
            yield desk.page("home.html", address, lambda at: listings.home(at, job, fragments))
            yield from _redirects(desk, job.intro.aliases, address)
        case jobs.HeadPage():
            address = permalinks.head(desk.language.prefix, job.section)
            yield desk.page("listing.html", address, lambda at: listings.head(at, job, fragments), job.section)
            yield from _redirects(desk, job.intro.aliases, address)
        case jobs.YearPage():
            address = permalinks.year(desk.language.prefix, job.section, job.year)
            yield desk.page("listing.html", address, lambda at: listings.year(at, job), job.section)
        case jobs.MonthRun():
            yield from _month(desk, job, fragments)
        case jobs.TermsPage():
            address = permalinks.taxonomy(desk.language.prefix, job.taxonomy)
            yield desk.page("terms.html", address, lambda at: listings.terms(at, job))
        case jobs.TermRun():
            yield from _term(desk, job)
        case jobs.UndatedPage():
            yield desk.page("page.html", job.page.permalink, lambda at: pages.undated(at, job, fragments))
            yield from _redirects(desk, job.page.aliases, job.page.permalink)
        case jobs.GonePage():
            yield desk.page("gone.html", job.item.permalink, lambda at: pages.gone(at, job), job.item.section)
            yield from _redirects(desk, job.item.aliases, job.item.permalink)
        case jobs.NotFoundPage():
            yield desk.page("404.html", Permalink(f"{desk.language.prefix}/404.html"), pages.not_found)
        case jobs.LatestPart():
            yield desk.page(
                "latest.html", Permalink(f"{desk.language.prefix}/latest.html"), lambda at: listings.latest(at, job)
            )
        case jobs.SearchPage():
            address = permalinks.search(desk.language.prefix)
            yield desk.page("search.html", address, lambda at: pages.search_page(at, job))
        case jobs.SearchParts():
            address = permalinks.search(desk.language.prefix, SEARCH)
            yield Output(permalinks.out_path(address), json.dumps(pages.search_parts(desk.viewpoint(""), job)).encode())
        case jobs.SearchBundle() | jobs.PictureRun():
            raise TypeError("a bundle is indexed and a picture developed, neither is rendered")
        case jobs.FeedRun():
            yield from _files(syndication.feeds(desk.viewpoint(""), job, fragments))
        case jobs.RecordRun():
            yield from _records(desk, job, fragments)
        case jobs.SitemapSheet():
            yield Output(job.path, syndication.sitemap(job, press.settings))
        case jobs.SitemapIndex():
            yield from (Output(*each) for each in syndication.sitemap_index(job, press.settings))
            yield Output(OutPath("robots.txt"), syndication.robots(press.settings))
        case jobs.RedirectsMap():
            yield Output(OutPath("redirects.map"), syndication.redirects(job, press.settings))
        case jobs.ServerFiles():
            yield from (Output(*each) for each in syndication.servers(press.settings))
        case jobs.SecurityText():
            yield Output(SECURITY, syndication.security_txt(job, press.settings))
        case _:
            assert_never(job)


class _Desk:
    """One job's language and what its pages share."""

    def __init__(self, press: Press, job: jobs.Job, shared: Shared) -> None:
        self.press = press
        self.shared = shared
        self.language: Language = press.settings.language_of(jobs.language_of(job))

    def page(
        self, template: str, address: Permalink, view: Callable[[Viewpoint], context.View], section: str | None = None
    ) -> Output:
        """Print the page at an address."""
        is_lost = template == "404.html"
        at = self.viewpoint(self.press.settings.base if is_lost else permalinks.root_of(address))
        site, page = self.site(at, section), view(at)
        if isinstance(page, context.Page) and page.translations:  # few pages have some: all others share one header
            site = frame.switched(site, page)
            site = msgspec.structs.replace(site, header=self.part("parts/header.html", site))
        data = self.press.templates.page(template, self.language.code, site=site, page=page)
        return Output(permalinks.out_path(address), data)

    def viewpoint(self, root: str) -> Viewpoint:
        key = (self.language.code, root)
        if key not in self.shared.viewpoints:
            self.shared.viewpoints[key] = Viewpoint(
                settings=self.press.settings,
                language=self.language,
                root=root,
                text=self.press.templates.translator(self.language.code),
                teasers={},
                sections={},
            )
        return self.shared.viewpoints[key]

    def site(self, at: Viewpoint, section: str | None) -> context.Site:
        key = (self.language.code, at.root, section)
        if key not in self.shared.sites:
            bare = frame.site(at, self.press.frames[self.language.code], self.press.assets, section=section)
            self.shared.sites[key] = msgspec.structs.replace(
                bare,
                head=self.part("parts/head.html", bare),
                header=self.part("parts/header.html", bare),
                footer_html=self.part("parts/footer.html", bare),
            )
        return self.shared.sites[key]

    def part(self, template: str, site: context.Site) -> Markup:
        html = self.press.templates.render(template, self.language.code, site=site)
        return Markup(html)  # noqa: S704 - a template's own output, escaped as it was printed


def _month(desk: _Desk, job: jobs.MonthRun, fragments: Fragments) -> Iterator[Output]:
    for number in jobs.sheet_numbers(len(job.teasers)):
        address = permalinks.month(desk.language.prefix, job.section, job.month, number)
        yield desk.page("listing.html", address, partial(listings.month, job=job, number=number), job.section)
    for page in job.pages:
        yield desk.page(
            "item.html",
            page.item.permalink,
            partial(_item, job=page, fragments=fragments),
            page.item.section,
        )
        yield from _redirects(desk, page.item.aliases, page.item.permalink)
        if desk.press.settings.item_json:
            data = syndication.item_record(desk.viewpoint(""), page, fragments)
            yield Output(permalinks.out_path(permalinks.record(page.item.permalink)), data)


def _redirects(desk: _Desk, aliases: Iterable[Alias], target: Permalink) -> Iterator[Output]:
    former = {permalinks.out_path(alias.path): alias.path for alias in aliases if not alias.query}
    for address in former.values():
        yield desk.page("redirect.html", address, partial(pages.redirect, target=target))


def _item(at: Viewpoint, job: jobs.ItemPage, fragments: Fragments) -> context.Item:
    return items.item(at, job, fragments, syndication.json_ld(at, job), syndication.citation(at, job.item))


def _term(desk: _Desk, job: jobs.TermRun) -> Iterator[Output]:
    for number in jobs.sheet_numbers(len(job.teasers)):
        address = permalinks.term(desk.language.prefix, job.taxonomy, job.slug, number)
        yield desk.page("term.html", address, partial(listings.term, job=job, number=number))


def _records(desk: _Desk, job: jobs.RecordRun, fragments: Fragments) -> Iterator[Output]:
    at = desk.viewpoint("")
    address = permalinks.record(permalinks.month(desk.language.prefix, job.section, job.month))
    yield Output(permalinks.out_path(address), syndication.month_record(at, job, desk.shared.told))
    yield from _files(syndication.history(at, job, fragments, desk.shared.told))


def _files(made: Iterable[tuple[str, bytes]]) -> Iterator[Output]:
    """Put files at their addresses."""
    return (Output(permalinks.out_path(address), data) for address, data in made)
