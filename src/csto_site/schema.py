"""JSON Schemas of front matter and of `site.yaml`, for editors that check while one types.

They derive from the table of keys. A schema cannot say all (whether a day exists, whether a file is there),
so what it accepts may still get a diagnostic. What is read without one fits, if it is written in the usual
way: keys and choices in small letters, numbers without quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from csto_site import keys
from csto_site.codes import CODES
from csto_site.keys import Key, Kind
from csto_site.model import Settings

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DATE = (
    r"^\s*(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4})"
    r"((T|[ \t]+)\d{1,2}:\d\d(:\d\d(\.\d+)?)?([ \t]*(Z|[+-]\d\d:?\d\d))?)?\s*$"
)
_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}


def item_schema(settings: Settings | None = None) -> Schema:
    """Give the schema of an item's front matter; with settings, of those of that site."""
    taxonomies = ("tags",) if settings is None else tuple(each.name for each in settings.taxonomies)
    table = (*keys.ITEM, *(keys.taxonomy(name) for name in taxonomies))
    schema = _titled("Front matter of an item", _object(table, settings))
    return {**schema, "required": ["title"]} if settings is None else schema


def page_schema(settings: Settings | None = None) -> Schema:
    """Give the schema of an undated page's front matter."""
    return _titled("Front matter of an undated page", _object(keys.PAGE, settings))


def site_schema() -> Schema:
    """Give the schema of `site.yaml`."""
    return {**_titled("site.yaml", _object(keys.SITE, None)), "$defs": {"section": _section()}}


def _titled(title: str, schema: Schema) -> Schema:
    return {"$schema": _DIALECT, "title": title, **schema}


def _object(table: Iterable[Key], settings: Settings | None) -> Schema:
    table = tuple(table)
    properties = {key.name: _described(key, settings) for key in table}
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if settings is not None:
        schema["properties"] = {**_habits(settings, properties), **properties}
        return schema  # what is required may stand under another name
    required = [key.name for key in table if key.required]
    return {**schema, "required": required} if required else schema


def _habits(settings: Settings, properties: Mapping[str, Schema]) -> Schema:
    """Give the keys that the site reads as others, joins or ignores."""
    rules = settings.front_matter
    parts = (part for joined in rules.join.values() for part in joined)
    ignored: Schema = {written: {} for written in (*rules.ignore, *parts)}
    flags = {written: properties[name] for written, name in rules.invert.items() if name in properties}
    renamed = {written: properties[name] for written, name in rules.rename.items() if name in properties}
    return {**ignored, **flags, **renamed}


def _described(key: Key, settings: Settings | None) -> Schema:
    single = _declared(key, settings) or _single(key)
    if key.many:
        single = {"anyOf": [single, {"type": "array", "items": single}]}
    if key.named:
        single = {"type": ["object", "null"], "additionalProperties": single}
    if key.kind is Kind.SEVERITY:
        single = {"type": ["object", "null"], "properties": _levels(), "additionalProperties": False}
    return {"description": key.doc, **single}


def _declared(key: Key, settings: Settings | None) -> Schema | None:
    """Name the sections or languages that the settings declare."""
    if settings is not None and key.kind is Kind.SECTION:
        return {"enum": [*(each.name for each in settings.sections), None]}
    if settings is not None and key.kind is Kind.LANGUAGE:
        return {"enum": [*(each.code for each in settings.languages), None]}
    return None


def _levels() -> Schema:
    return {
        name: {"description": code.meaning, "enum": ["error"] if code.fixed else [level.value for level in keys.Level]}
        for name, code in CODES.items()
    }


def _single(key: Key) -> Schema:
    if key.kind is Kind.SECTION_RECORD:
        return {"$ref": "#/$defs/section"}
    if key.keys:
        record = _object(key.keys, None)
        return {"anyOf": [_SCALAR, record]} if key.short else {"anyOf": [record, {"type": "null"}]}
    if key.choices is not None:
        return {"enum": [*(choice.value for choice in key.choices), None]}
    return _PLAIN.get(key.kind, _SCALAR)


_PLAIN: Mapping[Kind, Schema] = {
    Kind.MOMENT: {"anyOf": [{"type": "string", "pattern": _DATE}, {"type": "null"}]},
    Kind.FLAG: {"anyOf": [{"type": ["boolean", "null"]}, {"enum": ["true", "false", "yes", "no", "on", "off"]}]},
    Kind.NUMBER: {"type": ["integer", "null"]},
    Kind.PERMALINK: {"type": ["string", "null"], "pattern": "^/"},
    Kind.URL: {"type": ["string", "null"], "pattern": "^[hH][tT][tT][pP][sS]?://"},
    Kind.AUTHORITY: {"type": "string", "pattern": r"^\S+,\d{4}(-\d\d(-\d\d)?)?$"},
    Kind.COLOUR: {"type": ["string", "null"], "pattern": r"^\s*#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})\s*$"},
    Kind.PATTERN: {"type": ["string", "null"], "pattern": r"^/.*\{(slug|name)\}"},
}


def _section() -> Schema:
    record = _object(keys.SECTION, None)
    return {"anyOf": [{"type": ["string", "number", "boolean"]}, record]}
