"""Everything a template may see, as frozen documented views, and nothing else.

A template receives two names: `site` (a `Site`) and `page` (one of the pages below). Every `url` is
ready for an `href`: relative to the page that shows it and percent-encoded, unless a field says that
it is absolute. `Markup` is HTML that is already safe; everything else is escaped when printed.
The string under a field documents it: `csto-site context` and the manual print these.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from markupsafe import Markup


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all views."""


# -- small parts -----------------------------------------------------------------------------------


class LinkTo(View, frozen=True, kw_only=True):
    """A link with its words."""

    title: str
    """The words of the link."""
    url: str
    """Where it leads."""
    is_current: bool = False
    """Whether it leads to the page, or the section, that the reader is on."""


class Date(View, frozen=True, kw_only=True):
    """A date as shown and as machines read it."""

    text: str
    """The date in the site's style for the page's language, such as `26.07.2024`."""
    iso: str
    """For `<time datetime>`: a date, or a date, time and offset."""
    time: str
    """The time of day such as `18:30`, or "" where none was given."""


class Translation(View, frozen=True, kw_only=True):
    """The same page in another language."""

    language: str
    """The language's code, such as `ru`."""
    title: str
    """The language's own name, such as `Русский`."""
    url: str
    """Where it is."""
    absolute: str
    """The same as an absolute URL, for `hreflang`."""


class Teaser(View, frozen=True, kw_only=True):
    """What a listing shows of an item."""

    id: str
    """The item's anchor on listings, unique on every page."""
    title: str
    """The item's title."""
    url: str
    """The item's page."""
    lead: tuple[str, ...]
    """The lead's paragraphs, plain text; may be empty."""
    date: Date
    """The item's date."""
    section: LinkTo
    """The section it belongs to."""
    is_withdrawn: bool
    """Whether the item has been withdrawn; listings mark it."""


class Group(View, frozen=True, kw_only=True):
    """Teasers under one heading of a listing."""

    id: str
    """The heading's anchor, such as `2024-07` or `2024-07-26`."""
    title: str
    """The heading: a day, a month, a year."""
    url: str
    """The page of that period, or "" where there is none."""
    items: tuple[Teaser, ...]
    """The items of the group."""
    iso: str = ""
    """For `<time datetime>` where the group is a day: then its items need not say it again."""
    earlier: tuple[LinkTo, ...] = ()
    """The same day in the nearest earlier years that have items of it, newest first; on a month."""


class Period(View, frozen=True, kw_only=True):
    """A year or month that has items."""

    title: str
    """`2024`, or a month's name."""
    url: str
    """Its page."""
    count: int
    """How many items it has."""
    share: int
    """Its count as a percentage (1-100) of the largest among its peers: the length of a bar."""


class MonthsOfYear(View, frozen=True, kw_only=True):
    """A row of the table of all months: a year."""

    year: LinkTo
    """The year."""
    months: tuple[Period | None, ...]
    """Its twelve months; none stands for a month without items."""


class Column(View, frozen=True, kw_only=True):
    """A month or a day of the week, at the head of a column."""

    title: str
    """Its whole name."""
    short: str
    """Its name in as few letters as the language allows."""


class Day(View, frozen=True, kw_only=True):
    """A day in a calendar."""

    number: str
    """The day of the month, or "" for a day of another month."""
    title: str = ""
    """The day in words, such as `26 July`, where it has items."""
    url: str = ""
    """Its heading in the list below, or "" where it has no items."""
    count: int = 0
    """How many items it has."""


class Calendar(View, frozen=True, kw_only=True):
    """A month as a calendar."""

    title: str
    """The month with its year."""
    weekdays: tuple[Column, ...]
    """The days of the week, from the language's first on."""
    weeks: tuple[tuple[Day, ...], ...]
    """The weeks, each of seven days."""


class Citation(View, frozen=True, kw_only=True):
    """How an item is cited."""

    text: str
    """A line of text: authors, title, site, date, address."""
    bibtex: str
    """An entry for BibTeX."""


class Logo(View, frozen=True, kw_only=True):
    """The picture beside the site's title."""

    url: str
    """The picture file."""
    alt: str
    """What it shows; "" where it only decorates."""
    width: int
    """Its width in pixels, or 0 where `site.yaml` does not say it."""
    height: int
    """Its height, likewise."""


class Feeds(View, frozen=True, kw_only=True):
    """The feeds of the site or of a section."""

    atom: str
    """Atom feed."""
    rss: str
    """RSS 2.0 feed."""
    json: str
    """JSON feed."""


class Source(View, frozen=True, kw_only=True):
    """A picture in one form and several widths, for `<source>`."""

    type: str
    """Its media type, such as `image/avif`."""
    srcset: str
    """Its files, each with its width."""


class Picture(View, frozen=True, kw_only=True):
    """An image with what is said about it."""

    url: str
    """The largest file that the site has of it."""
    absolute: str
    """The same as an absolute URL, for Open Graph."""
    is_file: bool
    """Whether the site itself has it: what lies elsewhere may not be fetched by a page, and is linked to."""
    srcset: str
    """The files of that form, each with its width; "" where there is only that one."""
    sources: tuple[Source, ...]
    """The same in forms that are smaller and that not every browser reads, the smallest first."""
    sizes: str
    """How wide it is shown in the text, for `sizes`: never wider than it is."""
    across: int
    """Its width in pixels in the text, or 0: that of the largest file, less where it would be too high for a screen."""
    down: int
    """Its height there, likewise."""
    width: int
    """The width in pixels of the largest file, or 0 where it is not known."""
    height: int
    """Its height, likewise."""
    alt: str
    """Alternative text; "" for a decorative image."""
    caption: str
    """The caption, or ""."""
    credit: str
    """Whom to credit, or ""."""


class Attachment(View, frozen=True, kw_only=True):
    """A file to download."""

    title: str
    """The name that readers see."""
    url: str
    """The file."""
    kind: str
    """Its type in capitals, from the file name's suffix: `PDF`."""
    size: str
    """Its size for people: `120 kB`."""


class Video(View, frozen=True, kw_only=True):
    """A video, shown as a link with a poster."""

    title: str
    """What it shows."""
    url: str
    """Where it is."""
    is_file: bool
    """Whether the site itself has its file, which `<video>` can play."""
    embed: str
    """A player elsewhere that may take its place after a click, or ""."""
    host: str
    """Who plays it then, for readers: they send their address there."""
    poster: Picture | None
    """The still picture to show, or none."""


class Origin(View, frozen=True, kw_only=True):
    """Where a text first appeared."""

    name: str
    """The agency or newspaper."""
    url: str
    """The text there (absolute), or ""."""


class Change(View, frozen=True, kw_only=True):
    """One entry of an item's public history."""

    date: Date
    """When."""
    note: str
    """What was changed."""
    kind: str
    """`major`, `minor` or `correction`."""


class Withdrawal(View, frozen=True, kw_only=True):
    """That an item has been withdrawn."""

    date: Date | None
    """Since when, if that is known."""
    reason: str
    """Why."""
    replaced_by: LinkTo | None
    """The item that takes its place, or none."""


class Block(View, frozen=True, kw_only=True):
    """The latest items of a section, on the home page."""

    section: LinkTo
    """The section."""
    items: tuple[Teaser, ...]
    """Its newest items, newest first."""


class Term(View, frozen=True, kw_only=True):
    """A tag, or a term of another taxonomy."""

    title: str
    """Its words."""
    url: str
    """Its page."""
    count: int
    """How many items carry it."""


# -- the site --------------------------------------------------------------------------------------


class Site(View, frozen=True, kw_only=True):
    """What is the same on every page of a language at one depth."""

    title: str
    """The site's title in the page's language."""
    description: str
    """One sentence about the site, or ""."""
    logo: Logo | None
    """The picture beside the title, or none."""
    csp: Markup
    """The Content-Security-Policy of every page, for its first `<meta>`."""
    root: str
    """The way from this page to the top of the site, such as `../../` or `./`; scripts need it."""
    language: str
    """The page's language code, for `<html lang>`."""
    direction: str
    """`ltr` or `rtl`, for `<html dir>`."""
    home: LinkTo
    """The home page of the page's language."""
    all: LinkTo
    """All news."""
    sections: tuple[LinkTo, ...]
    """The sections in the order of `site.yaml`; the current one is marked."""
    menu: tuple[LinkTo, ...]
    """Undated pages that stand in the menu."""
    footer: tuple[LinkTo, ...]
    """Undated pages that stand in the footer."""
    taxonomies: tuple[LinkTo, ...]
    """The pages that list the tags and the terms of other taxonomies."""
    languages: tuple[Translation, ...]
    """The site's other languages, each with this page's version, or else its section or the home page."""
    feeds: Feeds
    """The feeds of the whole site in this language."""
    search: LinkTo | None
    """The search page of this language, or none where the site has no search."""
    card: str
    """Absolute URL of the section's picture (1200 by 630 pixels) that other sites show beside a link to this page."""
    latest: str
    """The fragment with today's latest items, which a script may fetch."""
    assets: Mapping[str, str]
    """Style sheets, scripts and pictures of `static/assets/` by file name: the URL with its fingerprint."""
    head: Markup
    """The rendered `parts/head.html`; empty while that part itself is rendered."""
    header: Markup
    """The rendered `parts/header.html`; empty while that part itself is rendered."""
    footer_html: Markup
    """The rendered `parts/footer.html`; empty while that part itself is rendered."""


# -- pages -----------------------------------------------------------------------------------------


class Page(View, frozen=True, kw_only=True):
    """What every page has."""

    kind: str
    """`home`, `head`, `year`, `month`, `terms`, `term`, `item`, `gone`, `page`, `search`, `not-found` or `redirect`."""
    title: str
    """The page's own title: its `h1`."""
    description: str
    """Plain text for search engines and previews, or ""."""
    canonical: str
    """The page's absolute URL."""
    breadcrumb: tuple[LinkTo, ...]
    """The way from the home page to this one, without this one."""
    translations: tuple[Translation, ...]
    """The same page in other languages, where it really exists."""
    x_default: str = ""
    """Absolute URL of the page in the site's own language, for `hreflang="x-default"`; "" where it is this page."""
    feeds: Feeds | None
    """Feeds of what the page lists, where it has feeds of its own."""
    record: str = ""
    """The same for programs, as JSON: of a month, and of an item where `site.yaml` asks for it; or ""."""


class Item(Page, frozen=True, kw_only=True):
    """An item page (`item.html`). Of a withdrawn one, too: then `withdrawn` says so."""

    csp: Markup
    """The page's Content-Security-Policy where it may show a player from elsewhere; else "", and `site.csp` holds."""
    section: LinkTo
    """The section; its head."""
    date: Date
    """The item's date."""
    place: str
    """Where the text was given, or ""."""
    lead: tuple[str, ...]
    """The lead where the editor wrote one; empty where it is only the body's first paragraph."""
    authors: tuple[str, ...]
    """The byline."""
    body: Markup
    """The body as HTML."""
    form: str
    """`text` or `questions`."""
    source: Origin | None
    """Where the text first appeared."""
    image: Picture | None
    """The leading image."""
    gallery: tuple[Picture, ...]
    """Further images."""
    attachments: tuple[Attachment, ...]
    """Files to download."""
    video: Video | None
    """A video."""
    terms: tuple[Term, ...]
    """The item's tags and terms, each with its page (`count` is 0 here: it would change with every item)."""
    updated: Date | None
    """When the item was last updated, as its public history says."""
    changes: tuple[Change, ...]
    """The public history, newest first."""
    withdrawn: Withdrawal | None
    """That the item was withdrawn, or none."""
    rail: tuple[Teaser, ...]
    """The four items before this one among all news, newest first: "Earlier"."""
    related: tuple[Teaser, ...]
    """Items before this one that share tags or other terms with it, the most alike first; often none."""
    earlier: tuple[LinkTo, ...]
    """The same day in the nearest earlier years that have items of it, newest first."""
    older: Teaser | None
    """The item before this one in its section."""
    newer: Teaser | None
    """The item after this one in its section."""
    back_to_section: str
    """The year or month of the section that lists this item, at this item's place."""
    back_to_all: str
    """All news."""
    social: Picture | None
    """The picture that other sites show beside a link to this page; none: that of the section is used (`site.card`)."""
    json_ld: Markup
    """The item as JSON-LD `NewsArticle`, safe inside `<script>`."""
    published_iso: str
    """For `article:published_time`: the date, or date, time and offset."""
    modified_iso: str
    """For `article:modified_time`; equal to `published_iso` where nothing moved it."""

    citation: Citation
    """How the item is cited."""


class Gone(Page, frozen=True, kw_only=True):
    """The tombstone of an item that was removed (`gone.html`)."""

    section: LinkTo
    """The section it belonged to."""
    reason: str
    """Why it was removed."""


class Home(Page, frozen=True, kw_only=True):
    """A language's home page (`home.html`)."""

    leading: Teaser | None
    """The newest item."""
    picture: Picture | None
    """The picture of that item, if it has one."""
    latest: tuple[Teaser, ...]
    """The items after the leading one, newest first."""
    blocks: tuple[Block, ...]
    """The sections with their newest items; sections without items are left out."""
    years: tuple[Period, ...]
    """The years of all news, newest first."""
    intro: Markup
    """The text of `content/_index.md`, or empty."""


class Listing(Page, frozen=True, kw_only=True):
    """A head, year or month of a section or of all news (`listing.html`)."""

    section: LinkTo
    """The section; "All news" where the listing is of all."""
    is_all: bool
    """Whether the listing is of all news."""
    period: str
    """`2024` or `2024-07`; "" on a head."""
    intro: Markup
    """The section's introduction (`_index.md`), on its head; else empty."""
    subsections: tuple[LinkTo, ...]
    """The sections below this one, on a head."""
    groups: tuple[Group, ...]
    """The items: on a head days, newest first; on a year months, on a month days, oldest first."""
    years: tuple[Period, ...]
    """All years, newest first, on a head."""
    months: tuple[Period, ...]
    """The months with items, oldest first, on a year."""
    table: tuple[MonthsOfYear, ...]
    """All months of all years, newest year first, on a head."""
    month_names: tuple[Column, ...]
    """The heads of that table's columns: the twelve months."""
    calendar: Calendar | None
    """The month as a calendar, on a month."""
    elsewhere: tuple[LinkTo, ...]
    """The same period of all news and of the sections right below that have it; on a year or month."""
    count: int
    """How many items the period has, or the section on a head."""
    older: LinkTo | None
    """The period before, if there is one."""
    newer: LinkTo | None
    """The period after, if there is one."""
    up: LinkTo | None
    """The year of a month; the head of a year."""
    sheets: tuple[LinkTo, ...]
    """The parts of a long month; empty where one page is enough."""


class Facet(View, frozen=True, kw_only=True):
    """Something that found items can be filtered by."""

    name: str
    """Its name in the index."""
    title: str
    """Its words."""


class Search(Page, frozen=True, kw_only=True):
    """The page on which readers search (`search.html`)."""

    csp: Markup
    """The page's Content-Security-Policy: that of all pages, and WebAssembly."""
    bundles: str
    """The list of bundles, which the script fetches first."""
    engine: str
    """The folder of the program that searches."""
    enough: int
    """How many items the bundles hold together that are asked at once."""
    sections: tuple[Facet, ...]
    """All sections, those below another one after it."""
    facets: tuple[Facet, ...]
    """Tags and other taxonomies; their terms come from the bundles."""
    years: tuple[LinkTo, ...]
    """The years of all news, newest first."""


class Terms(Page, frozen=True, kw_only=True):
    """All terms of a taxonomy (`terms.html`): `/tags/`."""

    terms: tuple[Term, ...]
    """In alphabetical order."""


class TermPage(Page, frozen=True, kw_only=True):
    """The items of one term (`term.html`), by year, oldest first."""

    taxonomy: LinkTo
    """The taxonomy."""
    groups: tuple[Group, ...]
    """The items by year."""
    count: int
    """How many items carry the term."""
    sheets: tuple[LinkTo, ...]
    """The parts of a long list; empty where one page is enough."""


class Undated(Page, frozen=True, kw_only=True):
    """An undated page (`page.html`)."""

    lead: tuple[str, ...]
    """The lead, where the editor wrote one."""
    body: Markup
    """The body as HTML."""


class NotFound(Page, frozen=True, kw_only=True):
    """The page for addresses that do not exist (`404.html`); its URLs begin at the host's root."""


class Redirect(Page, frozen=True, kw_only=True):
    """What stands at a former address (`redirect.html`)."""

    target: str
    """Where the page is now."""


class Latest(View, frozen=True, kw_only=True):
    """The fragment that item pages fetch (`latest.html`): URLs are relative to the fragment itself."""

    items: tuple[Teaser, ...]
    """The newest items, newest first: one more than the rail holds, as an item leaves itself out."""


PAGES: Mapping[str, tuple[type[View], ...]] = {
    "home.html": (Home,),
    "listing.html": (Listing,),
    "terms.html": (Terms,),
    "term.html": (TermPage,),
    "item.html": (Item,),
    "gone.html": (Gone,),
    "page.html": (Undated,),
    "search.html": (Search,),
    "404.html": (NotFound,),
    "redirect.html": (Redirect,),
    "latest.html": (Latest,),
    "parts/head.html": (),
    "parts/header.html": (),
    "parts/footer.html": (),
}
"""The templates that the program renders, and the type of `page` in each; parts see `site` alone."""
