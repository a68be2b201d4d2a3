"""What the settings mean for parsing, worked out once for all sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from csto_site import keys, permalinks
from csto_site.model import Form, Settings
from csto_site.parse import dates
from csto_site.parse.habits import Plan, plan


class Rules(msgspec.Struct, frozen=True):
    """The settings as parsing needs them.

    `languages` are the codes by their lower-case form, `language` is that of sources that name none, `prefixes`
    are those of addresses by code, `forms` those of bodies by section, `reserved` the names that no address may
    begin with.
    """

    settings: Settings
    zone: dt.tzinfo
    languages: Mapping[str, str]
    language: str
    prefixes: Mapping[str, str]
    forms: Mapping[str, Form]
    reserved: frozenset[str]
    item: Plan
    page: Plan
    introduction: Plan


class _Same:
    """Settings as a key of a cache: they hold mappings and have no hash, but the same ones are the same."""

    __slots__ = ("settings",)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __hash__(self) -> int:
        return id(self.settings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.settings is self.settings


def rules_of(settings: Settings) -> Rules:
    """Give the rules of a site."""
    return _rules(_Same(settings))


@lru_cache(maxsize=4)
def _rules(same: _Same) -> Rules:
    settings = same.settings
    taxonomies = tuple(keys.taxonomy(each.name) for each in settings.taxonomies)
    prefixes = {each.code: each.prefix for each in settings.languages} or {settings.language: ""}
    languages = {code.lower(): code for code in prefixes}
    default = settings.front_matter.defaults.get("lang", "").lower()
    return Rules(
        settings=settings,
        zone=dates.zone(settings.timezone),
        languages=languages,
        language=languages.get(default) or settings.language,
        prefixes=prefixes,
        forms={each.name: each.form for each in settings.sections},
        reserved=permalinks.RESERVED | {each.name for each in settings.taxonomies},
        item=plan(settings.front_matter, (*keys.ITEM, *taxonomies)),
        page=plan(settings.front_matter, keys.PAGE),
        introduction=plan(settings.front_matter, keys.INTRODUCTION, ignored=("date",)),
    )
