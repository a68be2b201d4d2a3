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


def named(kinds: str, part: str, instead: str) -> Bug:
    """Leave some of those out that a month's pages show, by whose digests it is keyed."""
    return bug(kinds, f"{OUTLINES}:named_in", part, instead)


OUTLINES = "csto_site.outlines"
RETOUCH = "csto_site.retouch"
RETOUCHING = "csto_site.shell.retouching"
READER = "csto_site.salts:reader"
SALTS = "csto_site.salts:Salts._parts"
MEMO = "csto_site.shell.memo"
START = "csto_site.shell.build:Start.lasts"

BUGS: Mapping[str, Bug] = {
    # what an item page shows of others, and is keyed by
    "a key without the rail": named("add back dated, edit lead", "each.rail + each.related", "each.related"),
    "a key without the older neighbour": named("edit title, edit lead", "(each.older, each.newer)", "(each.newer,)"),
    "a key without the newer neighbour": named("edit title, edit lead", "(each.older, each.newer)", "(each.older,)"),
    "a key without what is related": named("edit tags, edit title", "each.rail + each.related", "each.rail"),
    "a key without what is listed": named("edit title, edit lead", "outline.shown, others", "others"),
    "a key without what stands beside": bug(
        "add back dated, delete", f"{OUTLINES}:month_key", "outline.beside, named, of", "named, of"
    ),
    "a month's key without its days in earlier years": bug(
        "add anniversary, delete", f"{OUTLINES}:month_key", "outline.earlier, ", ""
    ),
    "a month's key without its items": bug("edit changes, edit body", f"{OUTLINES}:month_key", "named, of", "named"),
    # what is recorded of an item, for its page and for what machines read
    "a key without what is told of an item": bug(
        "edit tags, edit section, withdraw, add translation", f"{OUTLINES}:recorded", "(told, tuple", "((), tuple"
    ),
    "a key without what items say": bug("edit inside, edit changes", f"{OUTLINES}:recorded", ".own for", ".teaser for"),
    # what machines read, and is keyed by
    "a record's key without its items": bug(
        "edit title, edit changes", f"{OUTLINES}:record_key", "(head, beside, held)", "(head, beside)"
    ),
    "a record's key without its place among others": bug(
        "delete, edit date", f"{OUTLINES}:record_key", "(head, beside, held)", "(head, held)"
    ),
    # what needs no planning
    "a part of the front matter that is taken for the inside": bug(
        "edit title, edit tags, edit date", f"{RETOUCH}:_is_inside", "replace(new, facts=old.facts) == old", "True"
    ),
    "places in a body that are taken for its inside": bug(
        "edit heading", f"{RETOUCH}:_seen_from_outside", "item.facts.anchors", "()"
    ),
    "links of a body that are taken for its inside": bug(
        "edit body, edit inside", f"{RETOUCH}:_seen_from_outside", "for link in item.facts.links", "for link in ()"
    ),
    "feeds that are forgotten": bug("edit inside", f"{OUTLINES}:names", "(feeds_name(", "(record_name("),
    "records of all news that are forgotten": bug(
        "edit inside", f"{OUTLINES}:names", '("", *upwards(item.section))', "upwards(item.section)"
    ),
    "an edit that the next one forgets": bug(
        "edit inside",
        f"{RETOUCHING}:touched",
        ".over(start.patch.rows, start.patch.kept)",
        "",
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
        "csto_site.views.viewpoint:Viewpoint.date",
        "return wording.date(moment, self.language.code, self.language.dates)",
        "shown = wording.date(moment, self.language.code, self.language.dates)\n"
        '    return __import__("msgspec").structs.replace(shown, time=str(__import__("time").time_ns()))',
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
