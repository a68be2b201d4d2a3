"""The table of all keys: what an item, an undated page, an introduction and `site.yaml` may say.

Parsing, the JSON schemas and the reference in `docs/keys.md` derive from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum, auto

import msgspec

from csto_site.model import ChangeKind, Dialect, Form, Menu


class Kind(StrEnum):
    """What a single value of a key is."""

    TEXT = auto()
    PARAGRAPHS = auto()
    MOMENT = auto()
    FLAG = auto()
    NUMBER = auto()
    CHOICE = auto()
    SECTION = auto()
    LANGUAGE = auto()
    SLUG = auto()
    PERMALINK = auto()
    ALIAS = auto()
    URI = auto()
    URL = auto()
    FILE = auto()
    PICTURE = auto()
    LINK = auto()
    MEDIUM = auto()
    FRAME = auto()
    # records: values with keys of their own
    IMAGE = auto()
    POSTER = auto()
    ATTACHMENT = auto()
    VIDEO = auto()
    ORIGIN = auto()
    CHANGE = auto()
    WITHDRAWAL = auto()
    GONE = auto()
    # of site.yaml
    AUTHORITY = auto()
    HOST = auto()
    ZONE = auto()
    DATES = auto()
    PATTERN = auto()
    SEVERITY = auto()
    KEY = auto()
    COLOUR = auto()
    STATIC = auto()
    LOGO = auto()
    SECURITY = auto()
    SECTION_RECORD = auto()
    LANGUAGE_RECORD = auto()
    RULES = auto()


class Level(StrEnum):
    """What a site may make of a diagnostic."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key: the kind of its value, and what it means in one line.

    `many`: a list (one value is a list of one); `named`: a mapping from names to such values; `keys` are
    those of a record and `short` the one that a text alone stands for.
    """

    name: str
    kind: Kind
    doc: str
    required: bool = False
    many: bool = False
    named: bool = False
    keys: tuple[Key, ...] = ()
    short: str = ""
    choices: type[StrEnum] | None = None


# -- parts -----------------------------------------------------------------------------------------

_TITLE = Key(name="title", kind=Kind.TEXT, doc="The title, as written", required=True)
_LEAD = Key(name="lead", kind=Kind.PARAGRAPHS, doc="The summary, plain text; blank lines part paragraphs")
_SLUG = Key(name="slug", kind=Kind.SLUG, doc="The last part of the address; default: from the file name")
_PERMALINK = Key(name="permalink", kind=Kind.PERMALINK, doc="The whole address, if it does not follow the site's rule")
_LANG = Key(name="lang", kind=Kind.LANGUAGE, doc="The language; default: from the file name, else the site's")
_TRANSLATION = Key(
    name="translation", kind=Kind.TEXT, doc="What translations have in common; default: section and slug"
)
_DRAFT = Key(name="draft", kind=Kind.FLAG, doc="Whether to keep it out of every output")
_ALIASES = Key(name="aliases", kind=Kind.ALIAS, doc="Former addresses, which lead here", many=True)
_FORM = Key(name="form", kind=Kind.CHOICE, doc="Whether the body is questions and answers", choices=Form)
_REASON = Key(name="reason", kind=Kind.TEXT, doc="Why")
_SAID = (
    Key(name="alt", kind=Kind.TEXT, doc='What the picture shows, in words; "" where it only decorates'),
    Key(name="caption", kind=Kind.TEXT, doc="The words below it"),
    Key(name="credit", kind=Kind.TEXT, doc="Whom to credit"),
)
_PICTURE = (Key(name="path", kind=Kind.PICTURE, doc="The picture's file", required=True), *_SAID)

# -- items -----------------------------------------------------------------------------------------

ITEM: tuple[Key, ...] = (
    _TITLE,
    Key(name="date", kind=Kind.MOMENT, doc="The date, with or without a time; required unless the file name has it"),
    Key(name="section", kind=Kind.SECTION, doc="The section; default: from the folder"),
    _LEAD,
    _SLUG,
    _PERMALINK,
    _LANG,
    _TRANSLATION,
    Key(name="authors", kind=Kind.TEXT, doc="The byline", many=True),
    Key(name="place", kind=Kind.TEXT, doc="Where the text was given"),
    _FORM,
    Key(
        name="source",
        kind=Kind.ORIGIN,
        doc="Where the text first appeared",
        short="name",
        keys=(
            Key(name="name", kind=Kind.TEXT, doc="The agency or newspaper", required=True),
            Key(name="url", kind=Kind.URL, doc="The text there"),
        ),
    ),
    Key(name="image", kind=Kind.IMAGE, doc="The leading picture", short="path", keys=_PICTURE),
    Key(name="gallery", kind=Kind.IMAGE, doc="Further pictures", short="path", keys=_PICTURE, many=True),
    Key(
        name="attachments",
        kind=Kind.ATTACHMENT,
        doc="Files to download",
        short="path",
        many=True,
        keys=(
            Key(name="path", kind=Kind.FILE, doc="The file", required=True),
            Key(name="title", kind=Kind.TEXT, doc="The name that readers see; default: the file's"),
        ),
    ),
    Key(
        name="video",
        kind=Kind.VIDEO,
        doc="A video",
        short="url",
        keys=(
            Key(name="url", kind=Kind.MEDIUM, doc="Where it is", required=True),
            Key(name="title", kind=Kind.TEXT, doc="What it shows; default: the item's title"),
            Key(name="poster", kind=Kind.POSTER, doc="A still picture to show", short="path", keys=_PICTURE),
            Key(
                name="embed", kind=Kind.FRAME, doc="A player to take its place after a click; see `embeds` of site.yaml"
            ),
        ),
    ),
    Key(name="social", kind=Kind.PICTURE, doc="What other sites show beside a link to it; default: `image`"),
    Key(name="updated", kind=Kind.MOMENT, doc="When it was last updated"),
    Key(
        name="changes",
        kind=Kind.CHANGE,
        doc="The public history",
        many=True,
        keys=(
            Key(name="date", kind=Kind.MOMENT, doc="When", required=True),
            Key(name="note", kind=Kind.TEXT, doc="What was changed", required=True),
            Key(
                name="kind",
                kind=Kind.CHOICE,
                doc="How much it matters; default: minor",
                choices=ChangeKind,
            ),
        ),
    ),
    Key(name="publish", kind=Kind.MOMENT, doc="The embargo: not before; default: the date"),
    Key(
        name="withdrawn",
        kind=Kind.WITHDRAWAL,
        doc="That it was withdrawn: the page stays, with a banner",
        short="reason",
        keys=(
            Key(name="date", kind=Kind.MOMENT, doc="Since when"),
            _REASON,
            Key(name="replaced_by", kind=Kind.LINK, doc="What takes its place: a file or an address"),
        ),
    ),
    Key(
        name="gone",
        kind=Kind.GONE,
        doc="That it was removed: a tombstone stays",
        short="reason",
        keys=(_REASON,),
    ),
    _DRAFT,
    _ALIASES,
    Key(name="id", kind=Kind.URI, doc="The id in feeds; default: `tag:{id_authority}:{date}:{address}`"),
)

# -- undated pages and introductions ---------------------------------------------------------------

PAGE: tuple[Key, ...] = (
    _TITLE,
    _LEAD,
    _SLUG,
    _PERMALINK,
    _LANG,
    _TRANSLATION,
    Key(
        name="menu",
        kind=Kind.CHOICE,
        doc="Where it is linked from every page; default: footer",
        choices=Menu,
    ),
    Key(name="order", kind=Kind.NUMBER, doc="Its place there: small numbers first"),
    _ALIASES,
    _DRAFT,
)

INTRODUCTION: tuple[Key, ...] = (
    Key(name="title", kind=Kind.TEXT, doc="The title; default: the section's"),
    _LEAD,
    _LANG,
    _ALIASES,
    _DRAFT,
)


def taxonomy(name: str, title: str = "") -> Key:
    """Give the key of a taxonomy that `site.yaml` declares."""
    return Key(name=name, kind=Kind.TEXT, doc=f"Terms of {title or name}", many=True)


# -- site.yaml -------------------------------------------------------------------------------------

SECTION: tuple[Key, ...] = (
    Key(name="title", kind=Kind.TEXT, doc="Its title", required=True),
    _FORM,
    Key(name="sections", kind=Kind.SECTION_RECORD, doc="Sections below it", short="title", named=True),
)

LANGUAGE: tuple[Key, ...] = (
    Key(name="title", kind=Kind.TEXT, doc="The site's title in this language"),
    Key(name="description", kind=Kind.TEXT, doc="Its description in this language"),
    Key(name="dates", kind=Kind.DATES, doc="How a date is shown"),
    Key(name="sections", kind=Kind.TEXT, doc="Titles of sections, by name", named=True),
    Key(name="taxonomies", kind=Kind.TEXT, doc="Titles of taxonomies, by name", named=True),
)

RULES: tuple[Key, ...] = (
    Key(
        name="rename", kind=Kind.KEY, doc="Keys that stand for others: the first that says something counts", named=True
    ),
    Key(name="join", kind=Kind.TEXT, doc="Keys whose values make one, with a blank between", named=True, many=True),
    Key(name="invert", kind=Kind.KEY, doc="Keys that say the opposite of another", named=True),
    Key(name="ignore", kind=Kind.TEXT, doc="Keys that no rule reads", many=True),
    Key(name="defaults", kind=Kind.TEXT, doc="Values for keys that are absent", named=True),
)

LOGO: tuple[Key, ...] = (
    Key(name="path", kind=Kind.STATIC, doc="Its file, below `static/`", required=True),
    Key(name="alt", kind=Kind.TEXT, doc='What it shows, in words; "" where it only decorates'),
    Key(name="width", kind=Kind.NUMBER, doc="Its width in pixels"),
    Key(name="height", kind=Kind.NUMBER, doc="Its height in pixels"),
)

SECURITY: tuple[Key, ...] = (
    Key(name="contact", kind=Kind.URI, doc="Whom to write to: mailto:, https: or tel:", required=True, many=True),
    Key(name="expires", kind=Kind.MOMENT, doc="Until when this holds, at most a year ahead", required=True),
    Key(name="policy", kind=Kind.URL, doc="A page with the rules for those who find a flaw"),
)

SITE: tuple[Key, ...] = (
    Key(name="title", kind=Kind.TEXT, doc="The site's title", required=True),
    Key(name="url", kind=Kind.URL, doc="Where the site will live, path included", required=True),
    Key(name="id_authority", kind=Kind.AUTHORITY, doc="Host and year of the feeds' ids; never changed", required=True),
    Key(name="description", kind=Kind.TEXT, doc="One sentence about the site"),
    Key(name="accent", kind=Kind.COLOUR, doc="The colour of the band, links and marks; default: a dark blue"),
    Key(name="logo", kind=Kind.LOGO, doc="The picture beside the title", keys=LOGO),
    Key(name="language", kind=Kind.LANGUAGE, doc="The site's own language; default: en"),
    Key(
        name="languages",
        kind=Kind.LANGUAGE_RECORD,
        doc="Its other languages, by code",
        short="title",
        named=True,
        keys=LANGUAGE,
    ),
    Key(name="timezone", kind=Kind.ZONE, doc="The zone of dates written without one; default: UTC"),
    Key(
        name="markdown",
        kind=Kind.CHOICE,
        doc="The dialect of Markdown; default: python-markdown",
        choices=Dialect,
    ),
    Key(name="dates", kind=Kind.DATES, doc="How a date is shown; default: dd.MM.yyyy"),
    Key(name="permalink", kind=Kind.PATTERN, doc="How addresses are made; default: /{section}/{year}/{slug}/"),
    Key(
        name="sections",
        kind=Kind.SECTION_RECORD,
        doc="The sections, by name, in the order of the menu",
        short="title",
        named=True,
        keys=SECTION,
    ),
    Key(name="taxonomies", kind=Kind.TEXT, doc="Keys whose terms get pages; default: tags", named=True),
    Key(name="front_matter", kind=Kind.RULES, doc="How an archive with other habits is read", keys=RULES),
    Key(name="hub", kind=Kind.URL, doc="A WebSub hub, which tells subscribers of new items"),
    Key(name="item_json", kind=Kind.FLAG, doc="Whether each item has a record for machines beside its page"),
    Key(
        name="search",
        kind=Kind.FLAG,
        doc="Whether readers can search the site; needs the extra `search`",
    ),
    Key(name="embeds", kind=Kind.HOST, doc="Hosts whose players may stand in a page, after a click", many=True),
    Key(name="organizations", kind=Kind.TEXT, doc="Authors that are organizations, not people", many=True),
    Key(name="security", kind=Kind.SECURITY, doc="What `/.well-known/security.txt` says", keys=SECURITY),
    Key(
        name="diagnostics",
        kind=Kind.SEVERITY,
        doc="The severity of rules, by code",
        named=True,
        choices=Level,
    ),
)


# -- the reference ---------------------------------------------------------------------------------


def reference(keys: Iterable[Key]) -> str:
    """Write keys as a Markdown table, those of records below their record."""
    return "\n".join(["| key | value | meaning |", "|---|---|---|", *_rows(keys, "")]) + "\n"


def _rows(keys: Iterable[Key], above: str) -> Iterator[str]:
    for key in keys:
        needed = ", required" if key.required else ""
        yield f"| `{above}{key.name}` | {described(key)}{needed} | {key.doc} |"
        yield from _rows(key.keys, f"{above}{key.name}{'.*' if key.named else ''}.")


def described(key: Key) -> str:
    """Say in words what a key takes."""
    single = " or ".join(f"`{choice}`" for choice in key.choices or ()) or WORDS[key.kind]
    if key.many:
        single = f"one or more: {single}"
    return f"names, each with: {single}" if key.named else single


WORDS: dict[Kind, str] = {
    Kind.TEXT: "text",
    Kind.PARAGRAPHS: "text",
    Kind.MOMENT: "date or time",
    Kind.FLAG: "true or false",
    Kind.NUMBER: "whole number",
    Kind.CHOICE: "text",
    Kind.SECTION: "name of a section",
    Kind.LANGUAGE: "language code",
    Kind.SLUG: "part of an address",
    Kind.PERMALINK: "address that begins with /",
    Kind.ALIAS: "address that begins with /",
    Kind.URI: "URI",
    Kind.URL: "http or https URL",
    Kind.FILE: "path",
    Kind.PICTURE: "path",
    Kind.LINK: "path or address",
    Kind.MEDIUM: "http or https URL, or path",
    Kind.FRAME: "https URL",
    Kind.IMAGE: "path, or a record",
    Kind.POSTER: "path, or a record",
    Kind.ATTACHMENT: "path, or a record",
    Kind.VIDEO: "URL, or a record",
    Kind.ORIGIN: "name, or a record",
    Kind.CHANGE: "a record",
    Kind.WITHDRAWAL: "reason, or a record",
    Kind.GONE: "reason, or a record",
    Kind.HOST: "host, such as player.example.org",
    Kind.AUTHORITY: "host and year: news.example.org,2024",
    Kind.ZONE: "time zone",
    Kind.DATES: "date pattern",
    Kind.PATTERN: "address with {section} {year} {month} {day} {slug} {name}",
    Kind.SEVERITY: "error, warning or off",
    Kind.KEY: "name of a key",
    Kind.COLOUR: "colour such as #14467c",
    Kind.STATIC: "path",
    Kind.LOGO: "a record",
    Kind.SECURITY: "a record",
    Kind.SECTION_RECORD: "title, or a record",
    Kind.LANGUAGE_RECORD: "title, or a record",
    Kind.RULES: "a record",
}
