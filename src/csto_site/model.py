"""What the words mean: the values that flow through the program.

All are frozen; collections are tuples or mappings. Nothing here reads, writes or decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, NewType

import msgspec

from csto_site.diagnostics import Diagnostic

Permalink = NewType("Permalink", str)
"""An address as a path on the site, decoded, NFC, with a leading slash: `/news/2024/storm/`."""

OutPath = NewType("OutPath", str)
"""The path of an output below the output folder: `news/2024/storm/index.html`."""

Digest = NewType("Digest", str)
"""Hexadecimal digest of bytes or of a value in canonical form."""

Slug = NewType("Slug", str)


class Value(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """Base of the values with many fields.

    What is written of a value are its fields in their order, without their names. No value refers to itself, so the
    collector need not look at any.
    """


class Small(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of the values with few fields."""


# -- sources ---------------------------------------------------------------------------------------


class Source(Small, frozen=True):
    """A file as read: its path relative to the content folder, with slashes, and its bytes."""

    path: str
    data: bytes


class Asset(Small, frozen=True):
    """A file that is published as it is: where it lies on disk, its size in bytes, its SHA-256.

    Of a picture that `is_bare` size and digest are those that it has without its metadata.
    """

    origin: str
    size: int
    digest: Digest
    is_bare: bool = False


class Measured(Value, frozen=True, kw_only=True):
    """What a look at a picture's bytes tells.

    `form` is JPEG, PNG, WEBP, AVIF, GIF or SVG, `width` and `height` are pixels as it is seen, upright (0: unknown),
    `bare` and `bare_size` name its bytes without metadata ("": it has none), `flaw` says what is wrong with it ("":
    nothing).
    """

    form: str = ""
    width: int = 0
    height: int = 0
    has_alpha: bool = False
    is_moving: bool = False
    bare: Digest = Digest("")
    bare_size: int = 0
    flaw: str = ""


# -- time ------------------------------------------------------------------------------------------


_MIDNIGHT = dt.time()


class Moment(Small, frozen=True):
    """A date in the site's time zone, with or without a time of day.

    `offset` is the zone's distance east of UTC in minutes at that moment (0 without a time: a civil
    date is not an instant); `instant` is when it begins, in seconds since 1970 UTC.
    """

    date: dt.date
    time: dt.time | None
    offset: int
    instant: int

    @property
    def iso(self) -> str:
        """The date, or date, time and offset, as RFC 3339 writes them."""
        return self.date.isoformat() if self.time is None else self.stamp

    @property
    def stamp(self) -> str:
        """Date, time and offset as RFC 3339 writes them; midnight where no time was given."""
        if self.time is None and not self.offset:
            return f"{self.date.isoformat()}T00:00:00+00:00"
        time = "00:00:00" if self.time is None else self.time.isoformat("seconds")
        hours, minutes = divmod(abs(self.offset), 60)
        return f"{self.date.isoformat()}T{time}{'-' if self.offset < 0 else '+'}{hours:02d}:{minutes:02d}"

    @property
    def order(self) -> tuple[dt.date, bool, dt.time]:
        """What moments are sorted by: the date, then the time of day, none first."""
        return (self.date, False, _MIDNIGHT) if self.time is None else (self.date, True, self.time)


# -- bodies ----------------------------------------------------------------------------------------


class Dialect(StrEnum):
    """Which Markdown a site writes."""

    PYTHON_MARKDOWN = "python-markdown"
    COMMONMARK = "commonmark"


class LinkKind(StrEnum):
    """What a reference in a body or in front matter is."""

    LINK = "link"
    IMAGE = "image"
    FILE = "file"


class Link(Small, frozen=True):
    """A reference to something on this site, as written, with its place in the source.

    `target` is decoded and without its fragment; `fragment` is what stood after `#`, decoded.
    `line`, `column` and `length` are 1-based characters of the whole file (line 0: unknown).
    """

    target: str
    fragment: str
    kind: LinkKind
    line: int
    column: int
    length: int


class Heading(Small, frozen=True):
    """A heading of a body: its level (1-6), its id and its plain text."""

    level: int
    id: str
    text: str


class Facts(Value, frozen=True, kw_only=True):
    """What others may know of a body without the body.

    `links` stand in the order of the tokens in the fragment (see `markup`), `anchors` are all ids that
    a link may point to, `words` counts words, `digest` is the digest of the fragment.
    """

    links: tuple[Link, ...] = ()
    headings: tuple[Heading, ...] = ()
    anchors: tuple[str, ...] = ()
    words: int = 0
    digest: Digest = Digest("")


# -- what an item carries --------------------------------------------------------------------------


class Image(Small, frozen=True):
    """A picture named in front matter; `alt` "" says that it is decorative. `link` finds its file."""

    link: Link
    alt: str
    caption: str = ""
    credit: str = ""


class Attachment(Small, frozen=True):
    """A file to download, with the name that readers see."""

    link: Link
    title: str


class Video(Small, frozen=True):
    """A video elsewhere or beside the item: its URL, a title, and perhaps a poster image.

    `link` finds the file of one beside the item; `embed` is the page of a player elsewhere that may stand in a frame.
    """

    url: str
    title: str
    poster: Image | None = None
    link: Link | None = None
    embed: Link | None = None


class Origin(Small, frozen=True):
    """Where a text first appeared (front matter key `source`)."""

    name: str
    url: str = ""


class ChangeKind(StrEnum):
    """How much a change matters: only `major` and `correction` move `dateModified`."""

    MAJOR = "major"
    MINOR = "minor"
    CORRECTION = "correction"


class Change(Small, frozen=True):
    """One entry of an item's public history."""

    date: Moment
    note: str
    kind: ChangeKind


class Withdrawal(Small, frozen=True):
    """When and why an item was withdrawn, and the link to what replaces it, if anything does."""

    date: Moment | None
    reason: str
    replaced_by: Link | None = None


class Alias(Small, frozen=True):
    """A former address: a decoded path, and the query (`ID=7`) of those that only the server's map can know."""

    path: Permalink
    query: str
    line: int
    column: int
    length: int


class Form(StrEnum):
    """The shape of a body."""

    TEXT = "text"
    QUESTIONS = "questions"


class State(StrEnum):
    """Where in its life cycle an item is, as-of considered."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


class Item(Value, frozen=True, kw_only=True):
    """One dated piece. `permalink` is final, with the language's prefix; `id` is the feed id.

    `publish` is when it falls due; `lead_written` tells a lead that the editor wrote from one taken from
    the body; `mark` is the place of what its address comes from (line, column, length).
    """

    path: str
    language: str
    section: str
    title: str
    date: Moment
    publish: Moment
    lead: tuple[str, ...]
    slug: Slug
    permalink: Permalink
    id: str
    translation: str
    terms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    authors: tuple[str, ...] = ()
    place: str = ""
    form: Form = Form.TEXT
    source: Origin | None = None
    image: Image | None = None
    gallery: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    video: Video | None = None
    social: Link | None = None
    updated: Moment | None = None
    changes: tuple[Change, ...] = ()
    withdrawn: Withdrawal | None = None
    gone: str | None = None
    draft: bool = False
    aliases: tuple[Alias, ...] = ()
    lead_written: bool = False
    facts: Facts = Facts()
    mark: tuple[int, int, int] = (1, 1, 1)

    @property
    def teaser(self) -> Teaser:
        """What others may show of this item."""
        return Teaser(
            title=self.title,
            lead=self.lead,
            date=self.date,
            section=self.section,
            permalink=self.permalink,
            is_withdrawn=self.withdrawn is not None,
        )

    def state(self, as_of: int) -> State:
        """Tell the state at an instant (seconds since 1970 UTC)."""
        if self.draft:
            return State.DRAFT
        if self.publish.instant > as_of:
            return State.SCHEDULED
        if self.gone is not None:
            return State.GONE
        return State.WITHDRAWN if self.withdrawn else State.PUBLISHED

    @property
    def order(self) -> tuple[dt.date, bool, dt.time, str]:
        """What items are sorted by, oldest first: date, time of day (none first), path."""
        at = self.date
        return (at.date, False, _MIDNIGHT, self.path) if at.time is None else (at.date, True, at.time, self.path)


class Teaser(Value, frozen=True, kw_only=True):
    """What others may show of an item. `section` is the name of its section."""

    title: str
    lead: tuple[str, ...]
    date: Moment
    section: str
    permalink: Permalink
    is_withdrawn: bool = False


class UndatedKind(StrEnum):
    """What an undated source is: a page of its own, or what introduces a section or the home page."""

    PAGE = "page"
    INTRODUCTION = "introduction"


class Menu(StrEnum):
    """Where an undated page stands."""

    HEADER = "menu"
    FOOTER = "footer"
    NONE = "none"


class Undated(Value, frozen=True, kw_only=True):
    """An undated page (`content/pages/`), or an introduction (`_index.md`; `section` "" is the home page's)."""

    kind: UndatedKind
    path: str
    language: str
    title: str
    section: str = ""
    lead: tuple[str, ...] = ()
    permalink: Permalink = Permalink("")
    translation: str = ""
    menu: Menu = Menu.FOOTER
    order: int = 0
    draft: bool = False
    aliases: tuple[Alias, ...] = ()
    lead_written: bool = False
    facts: Facts = Facts()
    mark: tuple[int, int, int] = (1, 1, 1)


class Parsed(Small, frozen=True):
    """What one source gave: its entry, and the HTML fragment of its body with link tokens in it."""

    entry: Item | Undated
    fragment: str


class Ids(Small, frozen=True):
    """The digest of all that an entry's own page shows of it, and that of its teaser ("": it has none)."""

    own: Digest
    teaser: Digest


class Row(Value, frozen=True, kw_only=True):
    """What is kept of a source once it is parsed, but for its fragment; `digest` is that of its bytes.

    `item` and `undated` are what it gave: one of them, or neither when it has errors.
    """

    path: str
    digest: Digest
    item: Item | None
    undated: Undated | None
    ids: Ids
    diagnostics: tuple[Diagnostic, ...]

    @property
    def entry(self) -> Item | Undated | None:
        """The item or undated page that the source gave, or None."""
        return self.item or self.undated


# -- settings --------------------------------------------------------------------------------------


class Section(Value, frozen=True, kw_only=True):
    """A section: its name is its path (`news`, `news/regional`)."""

    name: str
    title: str
    form: Form = Form.TEXT


class Taxonomy(Small, frozen=True):
    """A front matter key whose terms get pages: `tags` at `/tags/`."""

    name: str
    title: str


class Language(Value, frozen=True, kw_only=True):
    """A language of the site. `prefix` is "" for the site's own, else `/ru`; what is not said is the site's."""

    code: str
    prefix: str
    title: str
    dates: str
    description: str = ""
    sections: Mapping[str, str] = {}
    taxonomies: Mapping[str, str] = {}


class Logo(Small, frozen=True):
    """The picture beside the site's title: its path below `static/`, `alt` "" if it only decorates, its size or 0."""

    path: str
    alt: str
    width: int = 0
    height: int = 0
    mark: tuple[int, int, int] = (1, 1, 1)


class Security(Value, frozen=True, kw_only=True):
    """Whom to tell of a flaw of the site (RFC 9116): URIs, until when that holds, an address of the rules or ""."""

    contact: tuple[str, ...]
    expires: Moment
    policy: str = ""
    mark: tuple[int, int, int] = (1, 1, 1)


class FrontMatterRules(Value, frozen=True, kw_only=True):
    """How an archive with other habits is read; keys are lower case."""

    rename: Mapping[str, str] = {}
    join: Mapping[str, tuple[str, ...]] = {}
    invert: Mapping[str, str] = {}
    ignore: tuple[str, ...] = ()
    defaults: Mapping[str, str] = {}


class Settings(Value, frozen=True, kw_only=True):
    """What `site.yaml` says. `url` ends with a slash; `languages` begin with the site's own; `accent` is `#rrggbb`.

    `embeds` are hosts whose players may stand in a page;
    `hub` is told of new items (WebSub), `item_json` asks for a record beside each item's page, `organizations` are
    authors that are no people, `search` asks for pages on which readers search.
    """

    title: str
    url: str
    id_authority: str
    language: str = "en"
    description: str = ""
    accent: str = ""
    logo: Logo | None = None
    languages: tuple[Language, ...] = ()
    timezone: str = "UTC"
    markdown: Dialect = Dialect.PYTHON_MARKDOWN
    permalink: str = "/{section}/{year}/{slug}/"
    sections: tuple[Section, ...] = ()
    taxonomies: tuple[Taxonomy, ...] = (Taxonomy("tags", "Tags"),)
    front_matter: FrontMatterRules = FrontMatterRules()
    hub: str = ""
    item_json: bool = False
    embeds: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    security: Security | None = None
    search: bool = False
    diagnostics: Mapping[str, str] = {}

    def language_of(self, code: str) -> Language:
        """Give the language of that code; it must be one of the site's."""
        return next(each for each in self.languages if each.code == code)

    def section_of(self, name: str) -> Section:
        """Give the section of that name; it must be declared."""
        return next(each for each in self.sections if each.name == name)

    @property
    def base(self) -> str:
        """The path of the site on its host: `/` or `/repo/`."""
        return "/" + self.url.split("://", 1)[1].partition("/")[2]


# -- outputs ---------------------------------------------------------------------------------------


class Output(Small, frozen=True):
    """One file of the site: its path, and its bytes or the asset that is copied there."""

    path: OutPath
    data: bytes | Asset


class Made(NamedTuple):
    """An output that was printed: its path, the SHA-256 of its bytes, and how many there are."""

    path: OutPath
    digest: Digest
    size: int


MANIFEST = OutPath("manifest.json")
"""The output that names all the others, with their digests."""


class Work(Value, frozen=True, kw_only=True):
    """How often each stage really ran, and for how much it did not have to.

    `indexed` are bundles of the search, `developed` pictures whose renditions were asked for; `is_planned` says
    whether the site had to be planned.
    """

    is_planned: bool = False
    items: int = 0
    parsed: int = 0
    runs: int = 0
    rendered: int = 0
    pages: int = 0
    pages_kept: int = 0
    bundles: int = 0
    indexed: int = 0
    pictures: int = 0
    developed: int = 0
