"""What surrounds every page: the site's title and logo, its menus, sections, languages and files."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from markupsafe import Markup

from csto_site import assets, context, jobs, permalinks, policy, wording
from csto_site.model import Language, Permalink
from csto_site.views import parts
from csto_site.views.viewpoint import Viewpoint


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
        all=parts.section_link(at, "", current=section),
        sections=tuple(parts.section_link(at, name, current=current) for name in top),
        menu=tuple(context.LinkTo(title=title, url=at.url(address)) for title, address in frame.menu),
        footer=tuple(context.LinkTo(title=title, url=at.url(address)) for title, address in frame.footer),
        taxonomies=tuple(
            context.LinkTo(
                title=parts.taxonomy_title(at, each.name), url=at.url(permalinks.taxonomy(language.prefix, each.name))
            )
            for each in settings.taxonomies
        ),
        languages=parts.translations(at, elsewhere),
        feeds=parts.feeds(at, ""),
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
