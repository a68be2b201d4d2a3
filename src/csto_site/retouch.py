"""Builds that need no planning: nothing has changed but what stands inside items.

Such an edit moves no item, no address, no link and no teaser. So all tasks stay what they are but those that show
whole items, and these are made anew of the outlines that the memo kept. That an outline still holds is seen by its
key: with what the items said before it must be the one that the memo has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain, starmap
from typing import NamedTuple

from msgspec.structs import replace

from csto_site import assets, outlines
from csto_site import templates as jinja
from csto_site.diagnostics import Diagnostic, Span, has_errors, lowered, ordered
from csto_site.hands import Hands, made_of
from csto_site.links import span
from csto_site.manifests import manifest, renewed
from csto_site.model import MANIFEST, Digest, Ids, Item, Made, Output, Row, Settings, Work
from csto_site.outlines import KINDS, Contents, FeedOutline, Lookup, Outline
from csto_site.pipeline import Inputs, Outcome, shown
from csto_site.remembered import Kept, Memo
from csto_site.render import Press
from csto_site.salts import Salts, reader

_FEW = 50
"""Up to how many files are changed in the manifest one by one."""


def changed(before: Mapping[str, Digest], now: Mapping[str, Digest]) -> tuple[str, ...]:
    """Name the sources with other bytes than before; none if one came or went."""
    return tuple(path for path in now if before[path] != now[path]) if before.keys() == now.keys() else ()


class Retouched(NamedTuple):
    """What such a build came to, whose memo is that of the one before but for these rows and tasks."""

    outcome: Outcome
    rows: Mapping[str, Row]
    kept: Mapping[str, Kept]


def retouched(inputs: Inputs, before: Outcome, paths: Sequence[str], hands: Hands) -> Retouched | None:
    """Do again what shows the sources at these paths, or give None: then it takes a whole build.

    All else must be as it was for the build `before`.
    """
    memo = before.memo
    if not paths or memo.reader != reader(inputs.engine, inputs.settings) or inputs.settings.search:
        return None
    rows = {row.path: row for row in hands.parse(inputs.settings, paths)}
    pairs = [(memo.rows[path], rows[path]) for path in paths]
    said = _said_anew(before.diagnostics, pairs, inputs.settings) if all(starmap(_is_inside, pairs)) else None
    kept = None if said is None else _printed(inputs, memo, rows, hands)
    if said is None or kept is None:
        return None
    return Retouched(_outcome(replace(before, diagnostics=said), kept, parsed=len(rows)), rows, kept)


def _printed(inputs: Inputs, memo: Memo, rows: Mapping[str, Row], hands: Hands) -> Mapping[str, Kept] | None:
    """Print what shows all of these items; None where the memo's outlines do not hold, or not all is well."""
    found = _outlines((row.item for row in rows.values() if row.item), memo.kept)
    loaded = jinja.load(inputs.templates, locales=inputs.locales, seal=memo.seal).value
    if not found or loaded is None:
        return None
    addresses = assets.addresses(inputs.static, inputs.settings)
    press = Press(settings=inputs.settings, templates=loaded, frames=memo.frames, assets=addresses)
    salts = Salts(inputs.engine, inputs.templates, press)
    before, now = (_contents(each, inputs) for each in (memo.rows, _Over(rows, memo.rows)))
    if {name: memo.kept[name].key for name in found} != _keys(found, before, salts):
        return None
    printed = list(hands.render(press, [outlines.job(outline, now) for outline in found.values()]))
    keys = _keys(found, now, salts)
    kept = {
        name: memo.kept[name]._replace(key=keys[name], made=each.made)
        for name, each in zip(found, printed, strict=True)
    }
    is_well = not any(each.problems for each in printed)
    return kept if is_well and all(_paths(kept[name]) == _paths(memo.kept[name]) for name in kept) else None


def _outcome(before: Outcome, kept: Mapping[str, Kept], *, parsed: int) -> Outcome:
    """Say what such a build came to: what the one before it did, but for what was made again."""
    made = {made.path: made for task in kept.values() for made in task.made}
    new = [each for path, each in made.items() if before.made[path] != each]
    record = _manifest(before, new)
    work = before.work
    pages = sum(made.path.endswith(".html") for task in kept.values() for made in task.made)
    return replace(
        before,
        made={**before.made, **made, MANIFEST: made_of(record)},
        work=Work(
            items=work.items,
            parsed=parsed,
            runs=work.runs,
            rendered=len(kept),
            pages=pages,
            pages_kept=work.pages + work.pages_kept - pages,
        ),
        extra=(record,),
    )


def _manifest(before: Outcome, new: Sequence[Made]) -> Output:
    """Write the manifest, if few files are new by changing the one that there was."""
    last = next(each for each in before.extra if each.path == MANIFEST)
    if len(new) <= _FEW and isinstance(last.data, bytes) and made_of(last) == before.made[MANIFEST]:
        return Output(MANIFEST, renewed(last.data, new))
    files = {**before.made, **{each.path: each for each in new}}
    return Output(MANIFEST, manifest(each for path, each in files.items() if path != MANIFEST))


def _is_inside(before: Row, now: Row) -> bool:
    """Tell whether these are items, and what others can see of them is the same."""
    old, new = before.item, now.item
    if old is None or new is None:
        return False
    return replace(new, facts=old.facts) == old and _seen_from_outside(new) == _seen_from_outside(old)


def _seen_from_outside(item: Item) -> object:
    """Give what others can see of a body: the places in it that links may lead to, and where its own links lead."""
    return item.facts.anchors, [(link.target, link.fragment, link.kind) for link in item.facts.links]


def _said_anew(
    diagnostics: Iterable[Diagnostic], rows: Sequence[tuple[Row, Row]], settings: Settings
) -> tuple[Diagnostic, ...] | None:
    """Say what is to be said now that these rows are others; None for errors, and for what has no known place now.

    Parsers say things anew; what was said of a link once all were read stands where that link stands now.
    """
    names = {f"content/{row.path}" for row, _ in rows}
    of_them = {each for each in diagnostics if each.span.path in names}
    old = lowered(chain.from_iterable(row.diagnostics for row, _ in rows), settings.diagnostics)
    new = lowered(chain.from_iterable(row.diagnostics for _, row in rows), settings.diagnostics)
    places = {was: now for before, after in rows for was, now in _moved(before, after)}
    of_links = of_them.difference(old)
    if has_errors(new) or any(each.span not in places for each in of_links):
        return None
    moved = (replace(each, span=places[each.span]) for each in of_links)
    return ordered((*(each for each in diagnostics if each not in of_them), *new, *moved))


def _moved(before: Row, after: Row) -> Iterable[tuple[Span, Span]]:
    """Give the places of the links of a body as they were, each with the one that it has now."""
    old, new = before.item, after.item
    if old and new:
        for was, now in zip(old.facts.links, new.facts.links, strict=True):
            if was.line and now.line:
                yield span(old, was), span(new, now)


def _outlines(items: Iterable[Item], kept: Mapping[str, Kept]) -> Mapping[str, Outline]:
    """Give the outlines that show whole items, by the names of their tasks; nothing where one is not known."""
    found: dict[str, Outline] = {}
    for item in items:
        for name in outlines.names(item):
            if name not in kept or not kept[name].outline:
                return {}
            outline = found.get(name) or outlines.unpacked(kept[name].outline)
            if any(each.path == item.path for each in outline.told):
                found[name] = outline
            elif not isinstance(outline, FeedOutline):  # which holds the newest items alone
                return {}
    return found


def _keys(found: Mapping[str, Outline], contents: Contents, salts: Salts) -> Mapping[str, Digest]:
    """Give the whole keys of outlines; none for one that names what is no more."""
    keys = {}
    for name, outline in found.items():
        with suppress(KeyError):
            keys[name] = salts.salted(outlines.key(outline, contents), KINDS[type(outline)], outline.language)
    return keys


def _contents(rows: Lookup[Row], inputs: Inputs) -> Contents:
    return Contents(_Items(rows, inputs), _Ids(rows), inputs.settings)


def _paths(task: Kept) -> list[str]:
    return [made.path for made in task.made]


class _Items:
    """Items by their paths, as this build shows them."""

    def __init__(self, rows: Lookup[Row], inputs: Inputs) -> None:
        self._rows = rows
        self._inputs = inputs

    def __getitem__(self, path: str) -> Item:
        item = self._rows[path].item
        if item is None:
            raise KeyError(path)
        return shown(item, self._inputs)


class _Ids:
    """The digests of items by their paths."""

    def __init__(self, rows: Lookup[Row]) -> None:
        self._rows = rows

    def __getitem__(self, path: str) -> Ids:
        return self._rows[path].ids


class _Over:
    """Rows, and over them new ones."""

    def __init__(self, new: Mapping[str, Row], old: Lookup[Row]) -> None:
        self._new = new
        self._old = old

    def __getitem__(self, path: str) -> Row:
        return self._new.get(path) or self._old[path]
