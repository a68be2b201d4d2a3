"""The site built again and again in memory: each time only what a save has changed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from types import MappingProxyType

import msgspec

from csto_site import pipeline, retouch
from csto_site.diagnostics import Checked, Diagnostic, as_text, has_errors, ordered
from csto_site.hands import Hands, Serial
from csto_site.model import Asset, OutPath
from csto_site.permalinks import out_path
from csto_site.pipeline import Inputs, Outcome
from csto_site.remembered import Memo
from csto_site.shell import disk, look
from csto_site.shell.build import without_collector
from csto_site.shell.darkroom import Darkroom
from csto_site.shell.errors import SiteError
from csto_site.shell.look import Index
from csto_site.shell.preview import Preview
from csto_site.shell.scan import UnreadableError

Report = Callable[[Sequence[Diagnostic] | SiteError], None]
"""Tells people on the terminal what a build met: its diagnostics, or what kept it from reading the site."""


_SWEPT = 20
"""After how many builds cycles are collected: at 10,000 items that takes a third of a second."""


class Stand(msgspec.Struct, frozen=True):
    """What the next build starts from.

    The memo, what was seen of every file, the outputs of the last whole build, where the site lives, and what will be
    there later; if that build was the last one, what it depended on and what it came to.
    """

    memo: Memo = Memo()
    index: Index = MappingProxyType({})
    files: Mapping[OutPath, bytes | Asset] = {}
    base: str = "/"
    scheduled: Mapping[OutPath, tuple[str, str]] = {}
    last: tuple[Inputs, Outcome] | None = None


def rebuilding(root: Path, *, as_of: Callable[[], int], report: Report) -> Callable[[], Preview]:
    """Give what builds the site at `root`, with its drafts, as it is at each call.

    A file that cannot be read is a problem like another: the next save may mend it.
    """
    stand = Stand()
    builds = count(1)

    def rebuild() -> Preview:
        nonlocal stand
        if next(builds) % _SWEPT == 0:
            gc.collect()  # templates that were compiled anew leave cycles, which nobody else collects
        try:
            with without_collector():
                stand, diagnostics = advanced(stand, root, as_of())
        except SiteError as error:
            report(error)
            return Preview(problems=(str(error),), base=stand.base)
        report(diagnostics)
        problems = _texts(diagnostics, root) if has_errors(diagnostics) else ()
        return Preview({} if problems else stand.files, problems, stand.base, stand.scheduled)

    return rebuild


def advanced(stand: Stand, root: Path, as_of: int) -> Checked[Stand]:
    """Build once more. With errors only what was parsed is new: the outputs stay, and what the memo says of them."""
    try:
        loaded, found = disk.load(root, as_of=as_of, drafts=True, known=stand.index)
    except UnreadableError as error:
        return Checked(stand, error.diagnostics)
    if loaded is None:
        return Checked(stand, ordered(found))
    staging = disk.Staging()
    settings = msgspec.structs.replace(loaded.inputs.settings, search=False)  # to index at each save would take long
    inputs = msgspec.structs.replace(loaded.inputs, settings=settings, are_pictures_made=False)  # nor to make pictures
    hands = Serial(loaded.read, staging.emit, Darkroom())
    outcome = _retouched(stand, inputs, hands) or pipeline.build(inputs, stand.memo, hands)
    diagnostics = ordered((*found, *outcome.diagnostics))
    base = loaded.inputs.settings.base
    if has_errors(diagnostics):
        memo = msgspec.structs.replace(outcome.memo, kept=stand.memo.kept)
        return Checked(Stand(memo, loaded.index, stand.files, base), diagnostics)
    staging.emit(outcome.extra)
    files, scheduled = _files(outcome, staging, stand), _scheduled(outcome.memo, as_of)
    return Checked(Stand(outcome.memo, loaded.index, files, base, scheduled, (inputs, outcome)), diagnostics)


def _retouched(stand: Stand, inputs: Inputs, hands: Hands) -> Outcome | None:
    """Do what has changed since the last build if that is nothing but the inside of items; else None."""
    if stand.last is None:
        return None
    before, outcome = stand.last
    same = msgspec.structs.replace(inputs, content=before.content, as_of=before.as_of)
    lasts = outcome.next_instant is None or inputs.as_of < outcome.next_instant
    if same != before or inputs.unread or not (outcome.since <= inputs.as_of and lasts):
        return None
    done = retouch.retouched(inputs, outcome, retouch.changed(before.content, inputs.content), hands)
    if done is None:
        return None
    return msgspec.structs.replace(done.outcome, memo=outcome.memo.over(done.rows, done.kept))


def _files(outcome: Outcome, staging: disk.Staging, stand: Stand) -> Mapping[OutPath, bytes | Asset]:
    made = staging.outputs
    return {path: made[path] if path in made else stand.files[path] for path in outcome.made}


def _scheduled(memo: Memo, as_of: int) -> Mapping[OutPath, tuple[str, str]]:
    items = (row.item for row in memo.rows.values() if row.item and row.item.publish.instant > as_of)
    return {out_path(item.permalink): (f"content/{item.path}", item.publish.iso) for item in items}


def _texts(diagnostics: Sequence[Diagnostic], root: Path) -> tuple[str, ...]:
    line_of = look.line_of(root)
    return tuple(as_text(each, line_of) for each in diagnostics)
