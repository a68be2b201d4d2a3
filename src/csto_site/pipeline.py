"""The whole program in one function: everything that the site depends on to everything that it consists of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from csto_site import assets, explain, jobs, media, tree
from csto_site import check as checks
from csto_site import templates as jinja
from csto_site import translations as translated
from csto_site.addresses import listing_addresses, record_addresses
from csto_site.archive import Archive, assemble
from csto_site.diagnostics import Diagnostic, has_errors, lowered, ordered
from csto_site.hands import Hands, Printed, made_of, unread
from csto_site.links import References, references
from csto_site.manifests import manifest
from csto_site.model import (
    MANIFEST,
    Asset,
    Digest,
    Item,
    Made,
    OutPath,
    Output,
    Row,
    Settings,
    Undated,
    Value,
    Work,
)
from csto_site.moments import instants
from csto_site.outlines import packed
from csto_site.parse.dates import LAST
from csto_site.permalinks import out_path
from csto_site.plan import frames, picture_tasks, tasks
from csto_site.remembered import Kept, Memo
from csto_site.render import Press
from csto_site.salts import TEXTS, Salts, reader, salt_name
from csto_site.targets import due_later, targets
from csto_site.task import Task

Entry = TypeVar("Entry", Item, Undated, Item | Undated)


class Inputs(Value, frozen=True, kw_only=True):
    """Everything that a build may depend on: this list is complete.

    `content` names the bytes of the Markdown sources by path, `unread` says which of them cannot be read, and why,
    `files` are the other files below `content/`, `templates`, `locales` and `static` the theme with the site's own
    files over it, `as_of` is in seconds since 1970 UTC, `engine` names the program with all libraries that can change
    a byte. `drafts` shows drafts, `keep_going` leaves out what has errors. Where pictures are not made they are shown
    as they are.
    """

    content: Mapping[str, Digest]
    unread: Mapping[str, Diagnostic] = {}
    files: Mapping[str, Asset]
    templates: Mapping[str, bytes]
    locales: Mapping[str, bytes]
    static: Mapping[str, Asset]
    settings: Settings
    as_of: int
    engine: str = ""
    drafts: bool = False
    keep_going: bool = False
    are_pictures_made: bool = True


class Outcome(Value, frozen=True, kw_only=True):
    """What a build came to.

    `left_out` is what keep-going left out, as path from the site's root and address ("" where there is none),
    `since` and `next_instant` enclose the instants at which the same sources give the same site (None: for
    good), `memo` is for the next build, `made` names the tree's files with their sizes, `extra` are the outputs
    that no task prints: files that are copied, and the manifest; `explanation` answers what was asked.
    """

    made: Mapping[OutPath, Made]
    diagnostics: tuple[Diagnostic, ...]
    work: Work
    memo: Memo
    extra: tuple[Output, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    since: int = 0
    next_instant: int | None = None
    explanation: tuple[str, ...] = ()

    @property
    def tree(self) -> tree.Tree:
        """The site, as git would name it."""
        return {path: made.digest for path, made in self.made.items()}


class Done(NamedTuple):
    """All tasks; what became of those that the memo had not, and their packed outlines, by name."""

    planned: Sequence[Task]
    printed: Mapping[str, Printed]
    packs: Mapping[str, bytes]


class Survey(Value, frozen=True, kw_only=True):
    """The site before it is rendered."""

    inputs: Inputs
    rows: Mapping[str, Row]
    parsed: int
    archive: Archive
    settled: media.Settled
    diagnostics: tuple[Diagnostic, ...]
    left_out: tuple[tuple[str, str], ...]


def build(inputs: Inputs, memo: Memo, hands: Hands, *, asked: OutPath | None = None) -> Outcome:
    """Turn everything the site depends on into everything it consists of.

    What the memo remembers under the same key is not made again; the result is the same with any memo.
    `asked` is an output of which `explanation` says why it was made again, or kept.
    """
    loaded = jinja.load(inputs.templates, locales=inputs.locales, seal=memo.seal)
    survey = _survey(inputs, memo, hands, loaded.value)
    inputs = survey.inputs
    unfit = loaded.value.compile(language.code for language in inputs.settings.languages) if loaded.value else ()
    diagnostics = (*survey.diagnostics, *loaded.diagnostics, *unfit)
    if loaded.value is None or stops(diagnostics, survey.left_out):
        return _outcome(inputs, survey, diagnostics)
    press = _press(inputs, survey, loaded.value)
    salts = Salts(inputs.engine, inputs.templates, press)
    done = _printed(_keyed(inputs, survey, salts), memo, hands, press, is_asked=asked is not None)
    outcome = _printed_outcome(inputs, survey, memo, done)
    known = replace(outcome.memo, salts=salts, seal=loaded.value.seal, frames=press.frames)
    outcome = replace(outcome, memo=known)
    return replace(outcome, explanation=tuple(_explained(asked, memo, outcome, done.planned))) if asked else outcome


def _printed(tasks: Iterable[Task], memo: Memo, hands: Hands, press: Press, *, is_asked: bool) -> Done:
    """Have done what the memo has not; where nothing is asked about them, tasks are bare afterwards."""
    planned: list[Task] = []
    packs: dict[str, bytes] = {}
    pages: list[str] = []
    bundles: list[Task] = []
    pictures: list[Task] = []

    def missing() -> Iterator[jobs.Job]:
        """Plan while what was planned before is printed: a clean build has a million keys to make."""
        for task in tasks:
            planned.append(task if is_asked else task.bare)
            if _holds(memo.kept.get(task.name), task.key, memo.altered):
                continue
            if task.kind is jobs.SearchBundle:
                bundles.append(task)
            elif task.kind is jobs.PictureRun:
                pictures.append(task)
            else:
                pages.append(task.name)
                yield task.make()
                if task.outline:
                    packs[task.name] = packed(task.outline())

    printed = dict(zip(pages, list(hands.render(press, missing())), strict=True))
    if any(each.problems for each in printed.values()):  # nothing will be written
        return Done(planned, printed | {task.name: Printed(()) for task in (*bundles, *pictures)}, packs)
    runs = [job for task in pictures if isinstance(job := task.make(), jobs.PictureRun)]
    printed |= dict(zip((task.name for task in pictures), hands.develop(runs), strict=True))
    made = (job for task in bundles if isinstance(job := task.make(), jobs.SearchBundle))
    indexed = hands.index(press.settings, made)
    return Done(planned, printed | dict(zip((task.name for task in bundles), indexed, strict=True)), packs)


def check(inputs: Inputs, memo: Memo, hands: Hands, *, translations: bool = False) -> Outcome:
    """Do all that `build` does before rendering, for its diagnostics; with those of `translations` if asked for."""
    survey = _survey(inputs, memo, hands)
    loaded = jinja.load(inputs.templates, locales=inputs.locales, seal=memo.seal)
    unfit = loaded.value.compile([inputs.settings.language]) if loaded.value else ()
    entries = (row.entry for row in survey.rows.values() if row.entry and translations)
    report = lowered(translated.report(entries, inputs.settings), inputs.settings.diagnostics)
    return _outcome(inputs, survey, (*survey.diagnostics, *loaded.diagnostics, *unfit, *report))


def stops(diagnostics: Iterable[Diagnostic], left_out: Iterable[tuple[str, str]]) -> bool:
    """Tell whether errors keep a build from being written: those of what was left out do not."""
    spared = dict(left_out)
    return has_errors(each for each in diagnostics if each.span.path not in spared)


# -- from sources to the archive -------------------------------------------------------------------


def _rows(inputs: Inputs, memo: Memo, hands: Hands, templates: jinja.Templates | None) -> tuple[Mapping[str, Row], int]:
    """Give the row of each source, in the order of paths, and how many had to be parsed.

    Where all of them are, templates are compiled while others parse: every page will be printed.
    """
    known = memo.rows if memo.reader == reader(inputs.engine, inputs.settings) else {}
    known = {**known, **{path: unread(path, inputs.content[path], why) for path, why in inputs.unread.items()}}
    missed = sorted(p for p, name in inputs.content.items() if p not in known or known[p].digest != name)
    fresh: dict[str, Row] = {}
    for row in hands.parse(inputs.settings, missed):
        if not fresh and not known and templates:
            templates.compile(language.code for language in inputs.settings.languages)
        fresh[row.path] = row
    return {path: fresh.get(path) or known[path] for path in sorted(inputs.content)}, len(missed)


def _survey(inputs: Inputs, memo: Memo, hands: Hands, templates: jinja.Templates | None = None) -> Survey:
    """Parse, assemble and check; with keep-going again and again without what has errors, until nothing has."""
    rows, parsed = _rows(inputs, memo, hands, templates)
    measured = dict(memo.measured)
    entries = {path: shown(row.entry, inputs) for path, row in rows.items() if row.entry}
    found = parsed_with = tuple(diagnostic for row in rows.values() for diagnostic in row.diagnostics)
    unread = [path for path, row in rows.items() if row.entry is None]
    left_out: dict[str, str] = {}
    while True:
        lost = (*unread, *(path.removeprefix("content/") for path in left_out), *left_out.values())
        archive, refs, ground, unmeasured = _assembled(inputs, entries, found, lost)
        files = {**inputs.files, **{p: each for p, each in _static(inputs).items() if isinstance(each, Asset)}}
        settled = media.developed(archive, refs, files, measured, hands.measure, are_made=inputs.are_pictures_made)
        collisions = tree.collisions(((output.path, origin) for origin, output in _copies(inputs, settled)), ground)
        diagnostics = ordered((*unmeasured, *lowered(settled.diagnostics, inputs.settings.diagnostics), *collisions))
        bad = checks.to_leave_out(diagnostics, left_out, inputs.content, inputs.files, inputs.static)
        if not inputs.keep_going or not bad:
            return Survey(
                inputs=inputs,
                rows=rows,
                parsed=parsed,
                archive=archive,
                settled=settled,
                diagnostics=ordered(checks.once_a_folder(diagnostics)),
                left_out=tuple(left_out.items()),
            )
        left_out |= {path: entries[name].permalink if name in entries else "" for path, name in sorted(bad.items())}
        entries = {path: entry for path, entry in entries.items() if f"content/{path}" not in bad}
        inputs = replace(inputs, **checks.others_without(bad, inputs.files, inputs.static))
        found = (*parsed_with, *(each for each in diagnostics if each.span.path in left_out))


def shown(entry: Entry, inputs: Inputs) -> Entry:
    """Give an entry as this build shows it: where drafts are wanted, it is none."""
    return replace(entry, draft=False) if inputs.drafts and entry.draft else entry


def _assembled(
    inputs: Inputs, entries: Mapping[str, Item | Undated], found: Sequence[Diagnostic], lost: Iterable[str]
) -> tuple[Archive, References, tree.Ground, tuple[Diagnostic, ...]]:
    settings, row = inputs.settings, list(entries.values())
    archive = assemble(row, settings, inputs.as_of)
    addresses = (*listing_addresses(archive, settings), *record_addresses(archive, settings))
    taken = [*addresses, *(f"/{name}" for name in _static(inputs))]
    ahead = due_later(entries, archive, settings)
    later = (*listing_addresses(ahead, settings), *record_addresses(ahead, settings))
    refs = references(archive, targets(archive, settings, taken, inputs.files, lost, ahead=ahead, later=later))
    ground = tree.Ground(map(out_path, addresses))
    problems = (
        *checks.entries(row, ground),
        *checks.logo(settings, inputs.static),
        *checks.embeds(archive.items, settings),
        *checks.names(inputs.content, inputs.files, refs.files),
        *checks.future_changes(archive.items, inputs.as_of),
        *checks.security(settings, inputs.as_of),
    )
    diagnostics = (*found, *problems, *refs.diagnostics)
    return archive, refs, ground, ordered(lowered(diagnostics, settings.diagnostics))


# -- from the archive to outputs -------------------------------------------------------------------


def _static(inputs: Inputs) -> assets.Files:
    """Give static files by their path in the output."""
    return assets.files(inputs.static, inputs.settings)


def _press(inputs: Inputs, survey: Survey, templates: jinja.Templates) -> Press:
    addresses = assets.addresses(inputs.static, inputs.settings)
    frame_of = frames(survey.archive, inputs.settings)
    return Press(settings=inputs.settings, templates=templates, frames=frame_of, assets=addresses)


def _keyed(inputs: Inputs, survey: Survey, salts: Salts) -> Iterator[Task]:
    """Give every task with its whole key."""
    ids = {row.entry.path: row.ids for row in survey.rows.values() if row.entry}
    planned = tasks(survey.archive, survey.settled.references, inputs.settings, ids, inputs.as_of)
    for task in chain(planned, picture_tasks(survey.settled.made, inputs.settings.language)):
        yield task._replace(key=salts.salted(task.key, task.kind, task.language))


def _holds(kept: Kept | None, key: Digest, altered: frozenset[OutPath]) -> bool:
    return kept is not None and kept.key == key and not any(made.path in altered for made in kept.made)


# -- why -------------------------------------------------------------------------------------------


def _explained(path: OutPath, memo: Memo, outcome: Outcome, planned: Sequence[Task]) -> Iterator[str]:
    """Say why an output was made again, or that it was kept."""
    by_name = {task.name: task for task in planned}
    owners = [name for name, kept in outcome.memo.kept.items() if any(made.path == path for made in kept.made)]
    if not owners:
        copied = "no page, but a file that is copied or written with every build"
        yield f"{path}: {copied if path in outcome.made else explain.NOWHERE}"
        return
    task = by_name[owners[0]]
    before = memo.kept.get(task.name)
    if before is None:
        yield f"{path}: made, because there was no {task.name!r} before"
    elif before.key == task.key:
        altered = sorted(made.path for made in before.made if made.path in memo.altered)
        why = f"made again, because {altered[0]} was altered or removed by hand" if altered else "kept"
        yield f"{path}: {why}" + ("" if altered else ": nothing that it shows has changed")
    else:
        yield f"{path}: made again with {task.name!r}, because"
        yield from (f"  {reason}" for reason in _reasons(memo, outcome, task))


def _reasons(memo: Memo, outcome: Outcome, task: Task) -> Iterable[str]:
    name = salt_name(task.kind, task.language)
    parts = list(explain.changed_parts(memo.salts.get(name, ()), outcome.memo.salts[name]))
    named = [part for part in parts if not part.startswith(TEXTS)]
    sources = list(dict.fromkeys(explain.changed_sources(task.make(), memo.rows, outcome.memo.rows)))
    return [*(named or parts), *sources] or ["its place among the others changed: a period, a count, a link's target"]


# -- outcomes --------------------------------------------------------------------------------------


def _outcome(inputs: Inputs, survey: Survey, diagnostics: Iterable[Diagnostic]) -> Outcome:
    """Say what was found where nothing is printed."""
    turns = {*instants(row.item for row in survey.rows.values()), *checks.instants(inputs.settings)}
    return Outcome(
        made={},
        diagnostics=ordered(diagnostics),
        work=Work(items=len(survey.rows), parsed=survey.parsed),
        memo=Memo(reader=reader(inputs.engine, inputs.settings), rows=survey.rows, measured=survey.settled.measured),
        left_out=survey.left_out,
        since=max((each for each in turns if each <= inputs.as_of), default=0),
        next_instant=min((each for each in turns if inputs.as_of < each <= LAST), default=None),
    )


def _printed_outcome(inputs: Inputs, survey: Survey, memo: Memo, done: Done) -> Outcome:
    planned, printed, packs = done
    new = {t.name: Kept(t.key, printed[t.name].made, packs.get(t.name, b"")) for t in planned if t.name in printed}
    kept = {t.name: new.get(t.name) or memo.kept[t.name] for t in planned}
    bundles = {task.name for task in planned if task.kind is jobs.SearchBundle}
    pictures = {task.name for task in planned if task.kind is jobs.PictureRun}
    copies = list(_copies(inputs, survey.settled))
    files = {made.path: made for each in kept.values() for made in each.made}
    files |= {output.path: made_of(output) for _, output in copies}
    problems = [problem for each in printed.values() for problem in each.problems]
    names = [(MANIFEST, ""), *((made.path, "") for each in kept.values() for made in each.made)]
    problems += tree.collisions([*names, *((output.path, origin) for origin, output in copies)])
    pages, all_pages = _pages(printed.values()), _pages(kept.values())
    record = Output(MANIFEST, manifest(files.values()))
    files[MANIFEST] = made_of(record)
    bare = _outcome(inputs, survey, (*survey.diagnostics, *problems))
    return replace(
        bare,
        made=files,
        memo=replace(bare.memo, kept={t: each for t, each in kept.items() if each.made}),
        extra=(*(output for _, output in copies), record),
        work=Work(
            is_planned=True,
            items=len(survey.rows),
            parsed=survey.parsed,
            runs=len(planned) - len(bundles) - len(pictures),
            rendered=len(printed.keys() - bundles - pictures),
            bundles=len(bundles),
            indexed=len(printed.keys() & bundles),
            pictures=len(pictures),
            developed=len(printed.keys() & pictures),
            pages=pages,
            pages_kept=all_pages - pages,
        ),
    )


def _pages(of: Iterable[Kept | Printed]) -> int:
    return sum(made.path.endswith(".html") for each in of for made in each.made)


def _copies(inputs: Inputs, settled: media.Settled) -> Iterator[tuple[str, Output]]:
    """Give the outputs that are files copied, each with the path of the file as diagnostics name it."""
    for path, asset in _static(inputs).items():
        yield f"static/{path}", Output(OutPath(path), settled.bare.get(path, asset))
    for name in settled.references.files:
        yield f"content/{name}", Output(OutPath(name), settled.bare.get(name, inputs.files[name]))
    yield from ((asset.origin, Output(path, asset)) for path, asset in settled.copies.items())
