"""The archive for programs: a record of each item and of each month, as JSON.

The fields of an item are those of IPTC's ninjs 3.1, and mean what they mean there; a date without a time stays one,
and `changes` and `withdrawn` are our own. `docs/machine-record.schema.json` is made from these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

Address = Annotated[str, msgspec.Meta(description="An absolute URL.")]
Date = Annotated[
    str,
    msgspec.Meta(
        description="A date, or date, time and offset, as RFC 3339 writes them.",
        pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2})?$",
    ),
]
Code = Annotated[str, msgspec.Meta(description="A language, as BCP 47 names it.")]


class Part(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Base of what records are made of: what says nothing is left out."""


class Text(Part, frozen=True, kw_only=True):
    """A headline, a summary or a body."""

    value: str
    content_type: str = ""
    word_count: int = 0


class Party(Part, frozen=True, kw_only=True):
    """A person, an organization, or where the text first appeared."""

    name: str
    rel: str = ""
    uri: str = ""


class Subject(Part, frozen=True, kw_only=True):
    """What an item is about: `rel` is `section` or the name of a taxonomy, `literal` the name in addresses."""

    name: str
    rel: str
    uri: Address
    literal: str


class Rendition(Part, frozen=True, kw_only=True):
    """Something to fetch: the `page`, an `image`, an `attachment` or a `video`."""

    name: Literal["page", "image", "attachment", "video"]
    href: Address
    title: str = ""
    content_type: str = ""
    size_in_bytes: int = 0


class Association(Part, frozen=True, kw_only=True):
    """Another item: a `translation`, or the one that took this one's place (`replacement`); `uri` is its page."""

    name: str
    uri: Address
    rel: Literal["translation", "replacement"]
    language: str = ""


class Alteration(Part, frozen=True, kw_only=True):
    """An entry of the public history."""

    date: Date
    kind: Literal["major", "minor", "correction"]
    note: str


class Withdrawn(Part, frozen=True, kw_only=True):
    """That the item was withdrawn, and why."""

    date: str = ""
    reason: str = ""


class ItemRecord(Part, frozen=True, kw_only=True):
    """An item. A `partial` one, as months list it, has no body; that of a withdrawn one is `canceled`."""

    uri: Annotated[str, msgspec.Meta(description="The item's id, the same as in feeds; it outlives its address.")]
    type: Literal["text"]
    representation_type: Literal["full", "partial"]
    pub_status: Literal["usable", "canceled"]
    language: Code
    first_created: Date
    version_created: Annotated[Date, msgspec.Meta(description="The last major change or correction, or the date.")]
    headlines: tuple[Text, ...]
    renditions: tuple[Rendition, ...]
    subjects: tuple[Subject, ...]
    descriptions: tuple[Text, ...] = ()
    bodies: tuple[Text, ...] = ()
    by: str = ""
    located: str = ""
    people: tuple[Party, ...] = ()
    organisations: tuple[Party, ...] = ()
    info_sources: tuple[Party, ...] = ()
    associations: tuple[Association, ...] = ()
    changes: tuple[Alteration, ...] = ()
    withdrawn: Withdrawn | None = None


class MonthRecord(Part, frozen=True, kw_only=True):
    """A month of a section, or of all news where `section` is absent: its items, oldest first, withdrawn ones too."""

    period: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}$")]
    language: Code
    title: str
    url: Address
    items: tuple[ItemRecord, ...]
    section: str = ""
    older: Annotated[str, msgspec.Meta(description="The record of the month before that has items, if any.")] = ""
    newer: Annotated[str, msgspec.Meta(description="The record of the month after that has items, if any.")] = ""


_encode = msgspec.json.Encoder().encode


def json_record(record: ItemRecord | MonthRecord) -> bytes:
    """Write a record."""
    return _encode(record) + b"\n"


def machine_schema() -> Mapping[str, Any]:
    """Give the JSON Schema of both kinds of records."""
    schemas, parts = msgspec.json.schema_components([ItemRecord, MonthRecord], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The machine record: an item (index.json beside its page), or a month (index.json beside its page)",
        "anyOf": list(schemas),
        "$defs": parts,
    }
