"""Bugs to be planted into the program, to see that histories find them: small patches to its source."""

from __future__ import annotations
import __future__

import importlib
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType
from typing import NamedTuple


class Patch(NamedTuple):
    """A change of one function: where it is (`module:name`), what is replaced in its text, and by what."""

    place: str
    old: str
    new: str


class Bug(NamedTuple):
    """A planted bug: its patches, and the kinds of steps that histories are made of which are to find it."""

    kinds: tuple[str, ...]
    patches: tuple[Patch, ...]


def bug(kinds: str, place: str, old: str, new: str, *more: Patch) -> Bug:
    """Name a bug by the kinds of steps, with commas between, and its patches."""
    return Bug(tuple(kinds.split(", ")), (Patch(place, old, new), *more))


def page(kinds: str, part: str, instead: str = "") -> Bug:
    """Leave a part out of what an item page is keyed by."""
    return bug(kinds, "csto_site.plan:_page_parts", part, instead)


def recorded(kinds: str, part: str, instead: str = "") -> Bug:
    """Leave a part out of what an item's page and its records are keyed by."""
    return bug(kinds, "csto_site.plan:_record_parts", part, instead)


READER = "csto_site.salts:reader"
SALTS = "csto_site.salts:Salts._parts"
MEMO = "csto_site.shell.memo"
START = "csto_site.shell.build:Start.holds"

BUGS: Mapping[str, Bug] = {
    # what an item page shows of others, and is keyed by
    "a key without the rail": page("add back dated, edit lead", "tuple([ids[each.path].teaser for each in rail]),"),
    "a key without the older neighbour": page(
        "add back dated, edit title", "ids[older.path].teaser if older else None,"
    ),
    "a key without the newer neighbour": page(
        "add back dated, edit title", "ids[newer.path].teaser if newer else None,"
    ),
    "a key without what is related": page(
        "edit tags, edit title", "tuple([ids[each.path].teaser for each in desk.related.get(item.path, ())]),"
    ),
    "a key without the same day of earlier years": page("add anniversary, delete", "_earlier(desk, item),"),
    "a month's key without its days in earlier years": bug(
        "add anniversary, delete", "csto_site.plan:_months", "earlier,\n", "\n"
    ),
    "a key without the way back": page("add back dated, delete", "place if place is None else place // jobs.SHEET,"),
    "a month's key without its items": bug(
        "edit body, edit title",
        "csto_site.plan:_months",
        "recorded.get((listing.language, listing.section, month)),",
        "",
    ),
    # what is recorded of an item, for its page and for what machines read
    "a key without what replaces": recorded("withdraw, edit title", "desk.references.replaced_by.get(path),"),
    "a key without translations": recorded("add translation, delete", "desk.archive.translations.get(path, ()),"),
    "a key without the titles of terms": recorded("edit tags", "_item_terms(desk, item),"),
    "a key without where links lead": recorded("edit section, rename", "desk.references.body[path],"),
    "a key without the sizes of files": recorded("edit attachment", "(media.href, media.size)", "(media.href,)"),
    # what machines read, and is keyed by
    "a record's key without its items": bug(
        "edit title, edit changes",
        "csto_site.plan:_records_of",
        "held[listing.language, listing.section, month],",
        "(),",
    ),
    "a record's key without its place among others": bug(
        "delete, edit date", "csto_site.plan:_records_of", "*job[2:],", ""
    ),
    # and of all
    "a teaser's id without its lead": bug(
        "edit lead",
        "csto_site.hands:_ids",
        "digest_struct(entry.teaser)",
        "digest_struct(entry.teaser.date)",
    ),
    # what all pages of a kind are printed with
    "an include left out": bug("edit part", "csto_site.templates:Templates.closure", "found |= further", "pass"),
    "a key without the settings": bug(
        "set title, set dates, set section", "csto_site.salts:Salts.key", "(*self._shared,", "(self._shared[0],"
    ),
    "a key without the catalogue": bug(
        "edit catalogue",
        "csto_site.templates:Templates.digest",
        "repr(_ordered(self._catalogues.get(each, ENGLISH)))",
        "''",
    ),
    "a key without the menu": bug("edit page", SALTS, "digest(self._press.frames[language])", "''"),
    "a key without the assets": bug("edit asset", SALTS, "address) for", "'') for"),
    "a program that is not in the keys": bug(
        "new program",
        READER,
        "digest(engine,",
        "digest(",
        Patch("csto_site.salts:Salts.key", "(*self._shared,", "(self._shared[1],"),
        Patch(f"{MEMO}:read", "record.engine != engine", "False"),
    ),
    "a dialect that is not in the reader's digest": bug(
        "set dialect", READER, "diagnostics={},", 'diagnostics={}, markdown="",'
    ),
    # what no argument says
    "a clock in a date": bug(
        "nothing",
        "csto_site.views:Viewpoint.date",
        "return wording.date(moment, self.language.code, self.language.dates)",
        "shown = wording.date(moment, self.language.code, self.language.dates)\n"
        '    return msgspec.structs.replace(shown, time=str(__import__("time").time_ns()))',
    ),
    # what files say of themselves
    "no racy rule": bug("change while built", f"{MEMO}:kept", "< looked - grain", "is not looked"),
    "no time of change of the inode": bug("same size and time", f"{MEMO}:stamp_of", "status.st_ctime_ns", "0"),
    "altered outputs that are not noticed": bug(
        "alter outputs", "csto_site.shell.output:_still", "digest == was.digest", "True"
    ),
    # what the cache holds
    "a memo whose seal is not looked at": bug(
        "damage memo", f"{MEMO}:read", "_seal(body) != seal", "_seal(body) == b''"
    ),
    "a fragment that is not digested": bug(
        "damage packs",
        "csto_site.shell.fragments:Packs.fragment",
        "digest_bytes(found.encode()) == digest",
        "True",
    ),
    "a picture that is not looked at": bug(
        "damage pictures",
        "csto_site.shell.darkroom:Darkroom._kept",
        "whole[:_SEAL] == _seal(run.file, picture, data)",
        "True",
    ),
    "a picture's address and key without its bytes": bug(
        "edit attachment",
        "csto_site.pictures:named",
        "fingerprint((digest, RECIPE))",
        "fingerprint((path, RECIPE))",
        Patch("csto_site.plan:picture_tasks", "fingerprint((picture.address, file.digest))", "picture.address"),
    ),
    # for how long it holds
    "an instant that is too early": bug("clock on, clock back", START, "and state.since <= self.options.as_of", ""),
    "an instant that is too late": bug(
        "clock on, clock back", START, "(state.until is None or self.options.as_of < state.until)", "True"
    ),
    # what is written
    "files that are not removed": bug(
        "delete, rename", "csto_site.shell.switch:take", "for path in switch.removed:", "for path in ():"
    ),
    "errors that are written": bug(
        "break something", "csto_site.pipeline:stops", "return has_errors(", "return False and has_errors("
    ),
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Let the program have a bug for a while."""
    changed: list[tuple[FunctionType, object]] = []
    try:
        for patch in BUGS[name].patches:
            function = _function(patch.place)
            changed.append((function, function.__code__))
            function.__code__ = _patched(function, patch).__code__
        yield
    finally:
        for function, code in changed:
            function.__code__ = code  # type: ignore[assignment]


def _function(place: str) -> FunctionType:
    module, _, name = place.partition(":")
    found: object = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    assert isinstance(found, FunctionType)
    return found


def _patched(function: FunctionType, patch: Patch) -> FunctionType:
    """Compile a function once more, with its text changed."""
    text = textwrap.dedent(inspect.getsource(function))
    assert text.count(patch.old) == 1, f"{patch.place} does not say {patch.old!r} once: plant the bug where it is now"
    changed = text.replace(patch.old, patch.new)
    flags = __future__.annotations.compiler_flag
    code = compile(changed, inspect.getfile(function), "exec", flags, dont_inherit=True)
    made: dict[str, FunctionType] = {}
    exec(code, function.__globals__, made)  # noqa: S102 - the program's own text
    return made[function.__name__]
