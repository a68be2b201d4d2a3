"""The site built again and again in memory: each time only what a save has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from csto_site import pipeline
from csto_site.diagnostics import Checked, Diagnostic, as_text, has_errors, ordered
from csto_site.hands import Serial
from csto_site.model import Asset, OutPath
from csto_site.pipeline import Memo, Outcome
from csto_site.shell import disk, look
from csto_site.shell.build import without_collector
from csto_site.shell.darkroom import Darkroom
from csto_site.shell.errors import SiteError
from csto_site.shell.look import Index
from csto_site.shell.preview import Preview
from csto_site.shell.scan import UnreadableError

Report = Callable[[Sequence[Diagnostic] | SiteError], None]
"""Tells people on the terminal what a build met: its diagnostics, or what kept it from reading the site."""


class Stand(msgspec.Struct, frozen=True):
    """What the next build starts from.

    The memo, what was seen of every file, the outputs of the last whole build, and where the site lives.
    """

    memo: Memo = Memo()
    index: Index = MappingProxyType({})
    files: Mapping[OutPath, bytes | Asset] = {}
    base: str = "/"


def rebuilding(root: Path, *, as_of: Callable[[], int], report: Report) -> Callable[[], Preview]:
    """Give what builds the site at `root`, with its drafts, as it is at each call.

    A file that cannot be read is a problem like another: the next save may mend it.
    """
    stand = Stand()

    def rebuild() -> Preview:
        nonlocal stand
        try:
            with without_collector():
                stand, diagnostics = advanced(stand, root, as_of())
        except SiteError as error:
            report(error)
            return Preview(problems=(str(error),), base=stand.base)
        report(diagnostics)
        problems = _texts(diagnostics, root) if has_errors(diagnostics) else ()
        return Preview({} if problems else stand.files, problems, stand.base)

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
    outcome = pipeline.build(inputs, stand.memo, Serial(loaded.read, staging.emit, Darkroom()))
    diagnostics = ordered((*found, *outcome.diagnostics))
    base = loaded.inputs.settings.base
    if has_errors(diagnostics):
        memo = msgspec.structs.replace(outcome.memo, kept=stand.memo.kept)
        return Checked(Stand(memo, loaded.index, stand.files, base), diagnostics)
    staging.emit(outcome.extra)
    return Checked(Stand(outcome.memo, loaded.index, _files(outcome, staging, stand), base), diagnostics)


def _files(outcome: Outcome, staging: disk.Staging, stand: Stand) -> Mapping[OutPath, bytes | Asset]:
    made = staging.outputs
    return {path: made[path] if path in made else stand.files[path] for path in outcome.made}


def _texts(diagnostics: Sequence[Diagnostic], root: Path) -> tuple[str, ...]:
    line_of = look.line_of(root)
    return tuple(as_text(each, line_of) for each in diagnostics)
