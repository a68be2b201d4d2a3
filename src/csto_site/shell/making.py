"""What a build does when something has changed: make what is missing, and only when all is well, switch over."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec

from csto_site import permalinks, pictures, pipeline
from csto_site.codec import digest_bytes
from csto_site.diagnostics import Diagnostic, ordered
from csto_site.hands import Serial
from csto_site.model import Digest, OutPath
from csto_site.pipeline import Inputs, Outcome, stops
from csto_site.remembered import Memo
from csto_site.shell import darkroom, disk, fragments, memo, retouching, search, work
from csto_site.shell.build import Options, Report, Start, Switched
from csto_site.shell.cluster import Cluster
from csto_site.shell.darkroom import Darkroom
from csto_site.shell.errors import SiteError
from csto_site.shell.look import CONTENT
from csto_site.shell.memo import Record, Rest, State
from csto_site.shell.places import Places
from csto_site.shell.pool import Inline, pool
from csto_site.shell.retouching import Touched
from csto_site.shell.scan import UnreadableError
from csto_site.shell.staging import stage

if TYPE_CHECKING:
    import subprocess


def made(start: Start) -> Report:
    """Make what has changed since the last build, and switch the output over to it."""
    options = start.options
    inputs, found = disk.inputs(
        start.site,
        start.index,
        start.unread,
        as_of=options.as_of,
        engine=start.engine,
        keep_going=_keeps_going(options),
    )
    if inputs is None:
        return start.report(diagnostics=ordered(found))
    inputs = _searched(inputs, options)
    inputs, restored = _last_good(start, inputs)
    kept = start.cache / "pictures"
    left = {path: each.digest for path, each in start.left.items()}
    if options.clean:
        memo.sweep(kept, ())
    desk = work.Desk(
        Places(start.site.content, start.cache / "fragments", start.folder.stage, restored, kept),
        lambda: _executor(options, left),
        left=left,
        name=f"{time.time_ns():x}",
        progress=start.progress,
    )
    try:
        if _is_much(start):
            desk.begin()
        with start.timed("memo"):
            rest = start.rest()
            where = {**rest.where, **start.patch.where} if rest else {}
            desk.where = {**where}
        touched = rest and retouching.touched(start, inputs, rest, desk)
        with start.timed("memo"):
            remembered = Memo() if touched else _remembered(start, rest)
            rest = None  # as large as all that was decoded of it
        with start.timed("make"):
            asked = _asked(options, inputs)
            outcome = touched.done.outcome if touched else pipeline.build(inputs, remembered, desk, asked=asked)
        desk.close()
        if desk.indexing:
            start.stages["make"] -= desk.indexing
            start.stages["search"] = desk.indexing
        if desk.developing:
            start.stages["make"] -= desk.developing
            start.stages["pictures"] = desk.developing
        diagnostics = outcome.diagnostics if touched else ordered((*found, *outcome.diagnostics))
        written = None
        if not stops(diagnostics, outcome.left_out):
            with start.timed("write"):
                written = _switch(start, outcome)
        with start.timed("memo"):
            if touched:
                _remember_touched(start, touched, where, desk, diagnostics)
            else:
                _remember(start, remembered, outcome, desk, diagnostics, is_written=written is not None)
    finally:
        desk.close()
        start.folder.discard()
        start.notes += desk.notes
    return start.report(
        diagnostics=diagnostics,
        work=outcome.work,
        left_out=outcome.left_out,
        next_instant=outcome.next_instant,
        written=written,
        restored=tuple(restored),
        explanation=outcome.explanation,
    )


def check(options: Options, *, translations: bool = False) -> Report:
    """Do all of a build that needs no rendering, for its diagnostics; say what `translations` lack, if asked for."""
    try:
        loaded, found = disk.load(
            options.root, content=options.content, as_of=options.as_of, keep_going=_keeps_going(options)
        )
    except UnreadableError as error:
        return Report(diagnostics=error.diagnostics)
    if loaded is None:
        return Report(diagnostics=ordered(found))
    outcome = pipeline.check(
        loaded.inputs, Memo(), Serial(loaded.read, lambda _: None, Darkroom()), translations=translations
    )
    return Report(diagnostics=ordered((*found, *outcome.diagnostics)), work=outcome.work, left_out=outcome.left_out)


def _searched(inputs: Inputs, options: Options) -> Inputs:
    """Say whether the site has search, and see that it can have it before anything is made."""
    if options.search is not None:
        settings = msgspec.structs.replace(inputs.settings, search=options.search)
        inputs = msgspec.structs.replace(inputs, settings=settings)
    if inputs.settings.search:
        search.program()
    return inputs


def _keeps_going(options: Options) -> bool:
    return options.keep_going or bool(options.last_good)


def _is_much(start: Start) -> bool:
    """Tell whether very many pages may be made again: what all of them are printed with has changed."""
    known = start.record.index if start.record else {}
    others = (name for name in start.index if not name.startswith(CONTENT))
    return len(start.index) > work.FEW and any(
        name not in known or known[name].digest != start.index[name].digest for name in others
    )


def _remembered(start: Start, rest: Rest | None) -> Memo:
    """Decode what the last build left."""
    if start.record is None or rest is None:
        return Memo()
    altered = frozenset(start.outputs.keys() - start.left.keys())
    return msgspec.structs.replace(retouching.memo_of(rest, start.patch), altered=altered)


def _last_good(start: Start, inputs: Inputs) -> tuple[Inputs, dict[str, bytes]]:
    """Take the sources that have errors as they are in the last good revision."""
    if not start.options.last_good:
        return inputs, {}
    _refuse_unknown(start.options)
    checked = pipeline.check(inputs, Memo(), Serial(start.site.read, lambda _: None, Darkroom()))
    named = {path.removeprefix("content/") for path, _ in checked.left_out if path.startswith("content/")}
    bad = sorted(named & inputs.content.keys())
    old = {path: data for path in bad if (data := _in_revision(start.options, path)) is not None}
    content = {**inputs.content, **{path: digest_bytes(data) for path, data in old.items()}}
    unread = {path: why for path, why in inputs.unread.items() if path not in old}
    return msgspec.structs.replace(inputs, content=content, unread=unread), old


def _asked(options: Options, inputs: Inputs) -> OutPath | None:
    """Give the output that `--explain` asks about: of an address with or without the site's URL before it."""
    if not options.explain:
        return None
    address = options.explain.removeprefix(inputs.settings.url.rstrip("/"))
    return permalinks.out_path(unquote(address.partition("#")[0].partition("?")[0]))


def _executor(options: Options, left: Mapping[OutPath, Digest]) -> Executor:
    if options.executor:
        return Cluster(options.executor)
    jobs = options.jobs or os.cpu_count() or 1
    return Inline() if jobs == 1 else pool(jobs, left)


def _switch(start: Start, outcome: Outcome) -> Switched:
    for extra in outcome.extra:
        new = outcome.made[extra.path]
        if extra.path not in start.left or start.left[extra.path].digest != new.digest:
            stage(start.folder.stage, extra)
    record = start.record
    is_known = record and record.out == start.place and start.left  # where nothing is left, the folder is another
    known = start.outputs.keys() if is_known else ()
    switch = start.folder.switch(outcome.made, start.left, known)
    start.folder.commit(switch)
    moved, removed = len(switch.moved), len(switch.removed) + len(switch.cleared)
    return Switched(written=moved, removed=removed, kept=len(outcome.made) - moved)


def _remember(
    start: Start,
    before: Memo,
    outcome: Outcome,
    desk: work.Desk,
    diagnostics: tuple[Diagnostic, ...],
    *,
    is_written: bool,
) -> None:
    """Keep what the next build may reuse; after errors that is what was parsed."""
    rows, record = outcome.memo.rows, start.record
    where = {path: pack for path, pack in desk.where.items() if path in rows}
    where = fragments.gathered(start.cache / "fragments", f"{time.time_ns():x}", where)
    new = outcome.memo
    known = Record(start.engine, start.place, _known(start, desk))
    if is_written:
        known = _written(known, start, outcome, desk, diagnostics)
    elif record and before.kept:
        known = msgspec.structs.replace(known, out=record.out, outputs=record.outputs, count=record.count)
        new = msgspec.structs.replace(new, kept=before.kept, salts=before.salts, seal=before.seal)
    start.save(known, lambda: memo.write_rest(start.cache, where, memo.pieces(new, "rows")))
    memo.sweep(start.cache / "fragments", where.values())
    if is_written:
        shown = (pictures.read(path) for path in outcome.made if path.startswith(pictures.FOLDER))
        memo.sweep(start.cache / "pictures", [darkroom.name_of(each) for each in shown if each])


def _remember_touched(
    start: Start, touched: Touched, before: Mapping[str, str], desk: work.Desk, diagnostics: tuple[Diagnostic, ...]
) -> None:
    """Keep what a build without a plan has changed: alone, as long as that is little."""
    outcome = touched.done.outcome
    where = fragments.gathered(start.cache / "fragments", f"{time.time_ns():x}", desk.where)
    moved = {path: pack for path, pack in where.items() if before.get(path) != pack}
    patch = retouching.patched(start.patch, touched, moved)
    known = Record(start.engine, start.place, _known(start, desk), rest=touched.rest, patch=patch)
    known = _written(known, start, outcome, desk, diagnostics)
    if patch.size <= retouching.LARGE:
        start.save(known)
    else:
        start.save(known, lambda: memo.write_rest(start.cache, where, retouching.whole(touched.packed, patch)))
    memo.sweep(start.cache / "fragments", where.values())


def _written(
    known: Record, start: Start, outcome: Outcome, desk: work.Desk, diagnostics: tuple[Diagnostic, ...]
) -> Record:
    """Note what was written, and what was said."""
    outputs = start.folder.stamped(outcome.made.values(), start.left, desk.stamps)
    known = msgspec.structs.replace(known, state=_state(start, outcome, diagnostics))
    return memo.with_outputs(known, outputs)


def _known(start: Start, desk: work.Desk) -> dict[str, memo.Known]:
    """Give what was seen of every file, and of sources what their parser read."""
    parsed = ((f"{CONTENT}{path}", digest) for path, digest in desk.parsed.items())
    return {**start.index, **{name: _as_parsed(start.index[name], digest) for name, digest in parsed}}


def _state(start: Start, outcome: Outcome, diagnostics: tuple[Diagnostic, ...]) -> State:
    """Give what the next build may say again."""
    work = outcome.work
    return State(
        options=start.named_options(),
        since=outcome.since,
        until=outcome.next_instant,
        diagnostics=diagnostics,
        items=work.items,
        tasks=work.runs,
        left_out=outcome.left_out,
        pages=work.pages + work.pages_kept,
    )


def _as_parsed(known: memo.Known, digest: Digest) -> memo.Known:
    """Note of a source what its parser read, which may be other bytes than the look at it saw."""
    if digest == known.digest:
        return known
    return known._replace(digest=digest, stamp=None if known.digest else known.stamp)


def _in_revision(options: Options, path: str) -> bytes | None:
    """Read a source as it is in the last good revision; None where it is not in it."""
    shown = _git(options, "show", f"{options.last_good}:./{path}")
    if shown.returncode == 0:
        return shown.stdout
    reason = shown.stderr.decode(errors="replace").strip()
    if "does not exist" in reason or "exists on disk, but not in" in reason:
        return None
    raise SiteError(f"cannot read {path} as of {options.last_good}: {reason}")


def _refuse_unknown(options: Options) -> None:
    """See that the last good revision is one, before anything has to be read from it."""
    found = _git(options, "rev-parse", "--verify", f"{options.last_good}^{{tree}}")
    if found.returncode:
        reason = found.stderr.decode(errors="replace").strip()
        raise SiteError(f"--last-good {options.last_good}: no revision of the content's repository ({reason})")


def _git(options: Options, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    import subprocess  # most builds need it not

    command = ["git", "-C", str(options.content or options.root / "content"), *arguments]
    english = {**os.environ, "LC_ALL": "C"}  # what git says is read here
    return subprocess.run(command, capture_output=True, check=False, env=english)  # noqa: S603 - git with a path of ours
