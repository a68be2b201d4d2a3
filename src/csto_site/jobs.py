"""What is printed at one go: each page or run of pages with the plain values that it is made from, and nothing else.

A job is all that its pages may depend on, beside the templates and settings of the whole site. It names
sources by path; their fragments are handed in when it is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from csto_site.archive import Month
from csto_site.links import Href, Media
from csto_site.model import (
    Alias,
    Asset,
    Digest,
    Image,
    Item,
    Moment,
    OutPath,
    Permalink,
    Security,
    Small,
    Teaser,
    Undated,
    Value,
)
from csto_site.pictures import Picture

HEAD = 20
"""How many items a head shows."""
YEAR = 50
"""Up to how many items a year lists them itself."""
SHEET = 200
"""How many items one page lists at most."""
HOME = 9
"""How many items the home page shows of all news, and `BLOCK` of each section."""
BLOCK = 4
DOCUMENT = 50
"""How many items a document of a feed's history holds at most; the feed itself has fewer, or a head of them."""
SITEMAP = 10_000
"""How many addresses a sitemap holds: a fifth of what the protocol allows, so that none outgrows its 50 MiB."""

Alternates = tuple[tuple[str, Permalink], ...]
"""Language codes and addresses of real translations, the page's own included."""

Earlier = tuple[tuple[int, int], ...]
"""Earlier years in which a day has items too, each with the number of the page of that month where it stands."""


class Frame(Value, frozen=True, kw_only=True):
    """What stands on every page of a language: undated pages in menu and footer, as title and address."""

    language: str
    menu: tuple[tuple[str, Permalink], ...]
    footer: tuple[tuple[str, Permalink], ...]


class ItemPage(Value, frozen=True, kw_only=True):
    """An item with all that its page shows of others.

    `links` belong to the tokens of its fragment, `media` to its files as `media_links` gives them;
    `older` and `newer` are its neighbours in its section, `rail` the four before it among all news, `related` those
    before it that are like it, `earlier` the years in which all news has items of the same day.
    """

    item: Item
    links: tuple[Href, ...]
    media: tuple[Media, ...]
    older: Teaser | None
    newer: Teaser | None
    rail: tuple[Teaser, ...]
    related: tuple[Teaser, ...]
    earlier: Earlier
    back: Href
    replaced_by: tuple[str, Href] | None
    alternates: Alternates
    terms: tuple[tuple[str, str, str], ...]


class IntroPart(Small, frozen=True):
    """The introduction of a section or of the home page: its title, its source's path ("": none), links and aliases."""

    title: str = ""
    path: str = ""
    links: tuple[Href, ...] = ()
    digest: Digest = Digest("")
    aliases: tuple[Alias, ...] = ()


class HomePage(Value, frozen=True, kw_only=True, tag=True):
    """A language's home page: newest items first, sections with theirs, years with counts.

    `picture` is that of the newest item, if it has one.
    """

    language: str
    teasers: tuple[Teaser, ...]
    blocks: tuple[tuple[str, tuple[Teaser, ...]], ...]
    years: tuple[tuple[int, int], ...]
    intro: IntroPart
    alternates: Alternates
    picture: tuple[Image, Media] | None = None


class HeadPage(Value, frozen=True, kw_only=True, tag=True):
    """The head of a listing: newest items first; all months, oldest first, as year, month and count."""

    language: str
    section: str
    teasers: tuple[Teaser, ...]
    months: tuple[tuple[int, int, int], ...]
    intro: IntroPart


class YearPage(Value, frozen=True, kw_only=True, tag=True):
    """A year of a listing: its months with counts, and its items if they are few.

    `below` names the sections right below that have this year, too.
    """

    language: str
    section: str
    year: int
    months: tuple[tuple[int, int], ...]
    teasers: tuple[Teaser, ...]
    older: int | None
    newer: int | None
    below: tuple[str, ...]


class MonthRun(Value, frozen=True, kw_only=True, tag=True):
    """A month of a listing and, where the listing is a section, the pages of the items of that very section.

    `earlier` belongs to the days that have items, in their order.
    """

    language: str
    section: str
    month: Month
    teasers: tuple[Teaser, ...]
    older: Month | None
    newer: Month | None
    earlier: tuple[Earlier, ...]
    pages: tuple[ItemPage, ...]


class TermsPage(Value, frozen=True, kw_only=True, tag=True):
    """All terms of a taxonomy as title, slug and count."""

    language: str
    taxonomy: str
    terms: tuple[tuple[str, str, int], ...]


class TermRun(Value, frozen=True, kw_only=True, tag=True):
    """The pages of one term."""

    language: str
    taxonomy: str
    slug: str
    title: str
    teasers: tuple[Teaser, ...]


class UndatedPage(Value, frozen=True, kw_only=True, tag=True):
    """An undated page."""

    page: Undated
    links: tuple[Href, ...]
    alternates: Alternates


class GonePage(Value, frozen=True, kw_only=True, tag=True):
    """A tombstone."""

    item: Item


class NotFoundPage(Value, frozen=True, kw_only=True, tag=True):
    """The page for addresses that do not exist."""

    language: str


class LatestPart(Value, frozen=True, kw_only=True, tag=True):
    """The fragment with the newest items of a language."""

    language: str
    teasers: tuple[Teaser, ...]


class RecordItem(Value, frozen=True, kw_only=True):
    """An item with all that feeds and records show of it: no neighbours, so that another item seldom matters to it."""

    item: Item
    links: tuple[Href, ...]
    media: tuple[Media, ...]
    replaced_by: tuple[str, Href] | None
    alternates: Alternates
    terms: tuple[tuple[str, str, str], ...]


Document = tuple[Month, int]
"""A document of a feed's history: its month, and its number among those of the month."""


class FeedRun(Value, frozen=True, kw_only=True, tag=True):
    """The feeds of a listing: its newest items, newest first, and the newest document of its history.

    Atom has them all, so that none is missing between it and that document; the others have a head of them.
    """

    language: str
    section: str
    entries: tuple[RecordItem, ...]
    older: Document | None


class RecordRun(Value, frozen=True, kw_only=True, tag=True):
    """A month of a listing for machines: its record, and so many (`documents`) documents of the feed's history.

    `older` and `newer` are the months beside it, `before` and `after` the documents beside its own.
    """

    language: str
    section: str
    month: Month
    items: tuple[RecordItem, ...]
    documents: int
    older: Month | None
    newer: Month | None
    before: Document | None
    after: Document | None

    @property
    def entries(self) -> tuple[RecordItem, ...]:
        """Those that feeds show, oldest first: not the withdrawn ones."""
        return tuple(each for each in self.items if each.item.withdrawn is None)


class Place(Value, frozen=True, kw_only=True):
    """A page as a sitemap names it; `modified` is RFC 3339 or "" where unknown."""

    permalink: Permalink
    modified: str = ""
    alternates: Alternates = ()


class SitemapSheet(Value, frozen=True, kw_only=True, tag=True):
    """One sitemap file: at most `SITEMAP` addresses."""

    language: str
    path: OutPath
    places: tuple[Place, ...]


class News(Value, frozen=True, kw_only=True):
    """An item of the last 48 hours, as the sitemap of news names it."""

    permalink: Permalink
    title: str
    date: Moment
    language: str


class SitemapIndex(Value, frozen=True, kw_only=True, tag=True):
    """The index of sitemaps, each with the newest date in it or ""; and the items of the last 48 hours."""

    language: str
    sheets: tuple[tuple[OutPath, str], ...]
    news: tuple[News, ...]


class RedirectsMap(Value, frozen=True, kw_only=True, tag=True):
    """All former addresses with the present ones, those with a query too, and the addresses of what is gone."""

    language: str
    aliases: tuple[tuple[Alias, Permalink], ...]
    gone: tuple[Permalink, ...] = ()


class ServerFiles(Value, frozen=True, kw_only=True, tag=True):
    """What web servers are told: headers, caching, redirects."""

    language: str


class SecurityText(Value, frozen=True, kw_only=True, tag=True):
    """Whom to tell of a flaw of the site."""

    language: str
    security: Security


class SearchPage(Value, frozen=True, kw_only=True, tag=True):
    """The page of a language on which readers search; its years are newest first."""

    language: str
    years: tuple[int, ...]
    alternates: Alternates


class SearchPart(Small, frozen=True):
    """A bundle as others name it: its folder, its first and last date, how many items it has, a mark of its content."""

    name: str
    first: Moment
    last: Moment
    count: int
    mark: str


class SearchParts(Value, frozen=True, kw_only=True, tag=True):
    """The list of a language's bundles, newest first."""

    language: str
    parts: tuple[SearchPart, ...]


class SearchEntry(Value, frozen=True, kw_only=True):
    """An item as it is searched; `terms` are taxonomies with titles, `digest` is that of its fragment."""

    path: str
    digest: Digest
    permalink: Permalink
    title: str
    lead: tuple[str, ...]
    date: Moment
    section: str
    section_title: str
    terms: tuple[tuple[str, tuple[str, ...]], ...]


class SearchBundle(Value, frozen=True, kw_only=True, tag=True):
    """A bundle of the index: the items of a period, oldest first. It is not rendered, but indexed (`hands`)."""

    language: str
    name: str
    entries: tuple[SearchEntry, ...]


class PictureRun(Value, frozen=True, kw_only=True, tag=True):
    """All renditions of a picture, to be made of a file. It is not rendered, but developed (`hands`)."""

    language: str
    picture: Picture
    file: Asset


Job = (
    HomePage
    | HeadPage
    | YearPage
    | MonthRun
    | TermsPage
    | TermRun
    | UndatedPage
    | GonePage
    | NotFoundPage
    | LatestPart
    | FeedRun
    | RecordRun
    | SitemapSheet
    | SitemapIndex
    | RedirectsMap
    | ServerFiles
    | SecurityText
    | SearchPage
    | SearchParts
    | SearchBundle
    | PictureRun
)


def sheet_numbers(count: int) -> range:
    """Give the numbers of the pages that so many items take, from 1."""
    return range(1, max(count - 1, 0) // SHEET + 2)


def sheet_of(place: int) -> int:
    """Give the number of the page on which the item at a place (from 0) stands."""
    return place // SHEET + 1


def anchor(permalink: str) -> str:
    """Name an item's place on listings: its address without outer slashes, and without blanks, which no id may have."""
    return _BLANK.sub(lambda blank: quote(blank[0]), permalink.strip("/"))


_BLANK = re.compile(r"\s")


def language_of(job: Job) -> str:
    """Give the language that a job's pages are in."""
    match job:
        case UndatedPage():
            return job.page.language
        case GonePage():
            return job.item.language
        case _:
            return job.language


def fragments_of(job: Job) -> Iterator[tuple[str, Digest]]:
    """Name the sources whose fragments a job's pages show, each with the digest of that fragment."""
    match job:
        case MonthRun():
            yield from ((page.item.path, page.item.facts.digest) for page in job.pages)
        case FeedRun() | RecordRun():
            yield from ((entry.item.path, entry.item.facts.digest) for entry in job.entries)
        case UndatedPage():
            yield job.page.path, job.page.facts.digest
        case SearchBundle():
            yield from ((entry.path, entry.digest) for entry in job.entries)
        case HomePage() | HeadPage() if job.intro.path:
            yield job.intro.path, job.intro.digest
