"""The whole program in one function: everything that the site depends on to everything that it consists of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from msgspec.structs import replace

from csto_site import assets, explain, jobs, media, tree
from csto_site import check as checks
from csto_site import templates as jinja
from csto_site import translations as translated
from csto_site.archive import Archive, assemble
from csto_site.codec import fingerprint
from csto_site.diagnostics import Diagnostic, has_errors, lowered, ordered
from csto_site.explain import Parts
from csto_site.hands import Hands, Printed, made_of
from csto_site.links import References, references, targets
from csto_site.manifests import File, manifest
from csto_site.model import (
    MANIFEST,
    Asset,
    Digest,
    Item,
    Made,
    Measured,
    OutPath,
    Output,
    Row,
    Settings,
    Undated,
    Value,
    Work,
)
from csto_site.parse.dates import LAST
from csto_site.permalinks import out_path
from csto_site.plan import Task, frames, instants, listing_addresses, picture_tasks, record_addresses, tasks
from csto_site.render import Press
from csto_site.salts import TEXTS, Salts, reader, salt_name


class Inputs(Value, frozen=True, kw_only=True):
    """Everything that a build may depend on: this list is complete.

    `content` names the bytes of the Markdown sources by path, `files` are the other files below `content/`,
    `templates`, `locales` and `static` the theme with the site's own files over it, `as_of` is in seconds
    since 1970 UTC, `engine` names the program with all libraries that can change a byte.
    `drafts` shows drafts, `keep_going` leaves out what has errors. Where pictures are not made they are shown as they
    are.
    """

    content: Mapping[str, Digest]
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


class Kept(NamedTuple):
    """What is remembered of a task: the key of its results, and the outputs that it made."""

    key: Digest
    made: tuple[Made, ...]


class Memo(Value, frozen=True, kw_only=True):
    """What a build may reuse from the one before: rows by path, with what they were parsed with; tasks by name.

    `measured` tells of pictures, by the digest of their bytes.
    `salts` are what each kind of job was printed with, part by part, `seal` says which templates were checked.

    `altered` are outputs that are not as they were left: the tasks that made them are done again.
    """

    reader: Digest = Digest("")
    rows: Mapping[str, Row] = {}
    measured: Mapping[Digest, Measured] = {}
    kept: Mapping[str, Kept] = {}
    salts: Mapping[str, Parts] = {}
    seal: jinja.Seal | None = None
    altered: frozenset[OutPath] = frozenset()


class Outcome(Value, frozen=True, kw_only=True):
    """What a build came to.

    `left_out` are the sources that keep-going left out, as path and address ("" where none could be read),
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


class Survey(Value, frozen=True, kw_only=True):
    """The site before it is rendered."""

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
    unfit = loaded.value.compile(language.code for language in inputs.settings.languages) if loaded.value else ()
    diagnostics = (*survey.diagnostics, *loaded.diagnostics, *unfit)
    if loaded.value is None or stops(diagnostics, survey.left_out):
        return _outcome(inputs, survey, diagnostics)
    press = _press(inputs, survey, loaded.value)
    salts = Salts(inputs.engine, inputs.templates, press)
    planned, printed = _printed(_keyed(inputs, survey, salts), memo, hands, press)
    outcome = _printed_outcome(inputs, survey, memo, planned, printed)
    outcome = replace(outcome, memo=replace(outcome.memo, salts=salts, seal=loaded.value.seal))
    return replace(outcome, explanation=tuple(_explained(asked, memo, outcome, planned))) if asked else outcome


def _printed(
    tasks: Iterable[Task], memo: Memo, hands: Hands, press: Press
) -> tuple[Sequence[Task], Mapping[str, Printed]]:
    """Have done what the memo has not; give all tasks, and what became of these, by name."""
    planned: list[Task] = []
    pages: list[str] = []
    bundles: list[Task] = []
    pictures: list[Task] = []

    def missing() -> Iterator[jobs.Job]:
        """Plan while what was planned before is printed: a clean build has a million keys to make."""
        for task in tasks:
            planned.append(task)
            if _holds(memo.kept.get(task.name), task.key, memo.altered):
                continue
            if task.kind is jobs.SearchBundle:
                bundles.append(task)
            elif task.kind is jobs.PictureRun:
                pictures.append(task)
            else:
                pages.append(task.name)
                yield task.make()

    printed = dict(zip(pages, list(hands.render(press, missing())), strict=True))
    if any(each.problems for each in printed.values()):  # nothing will be written
        return planned, printed | {task.name: Printed(()) for task in (*bundles, *pictures)}
    runs = [job for task in pictures if isinstance(job := task.make(), jobs.PictureRun)]
    printed |= dict(zip((task.name for task in pictures), hands.develop(runs), strict=True))
    made = (job for task in bundles if isinstance(job := task.make(), jobs.SearchBundle))
    indexed = hands.index(press.settings, made)
    return planned, printed | dict(zip((task.name for task in bundles), indexed, strict=True))


def check(inputs: Inputs, memo: Memo, hands: Hands, *, translations: bool = False) -> Outcome:
    """Do all that `build` does before rendering, for its diagnostics; with those of `translations` if asked for."""
    survey = _survey(inputs, memo, hands)
    loaded = jinja.load(inputs.templates, locales=inputs.locales, seal=memo.seal)
    unfit = loaded.value.compile([inputs.settings.language]) if loaded.value else ()
    entries = (row.entry for row in survey.rows.values() if row.entry and translations)
    report = lowered(translated.report(entries, inputs.settings), inputs.settings.diagnostics)
    return _outcome(inputs, survey, (*survey.diagnostics, *loaded.diagnostics, *unfit, *report))


def stops(diagnostics: Iterable[Diagnostic], left_out: Iterable[tuple[str, str]]) -> bool:
    """Tell whether errors keep a build from being written: those of sources that were left out do not."""
    spared = {f"content/{path}" for path, _ in left_out}
    return has_errors(each for each in diagnostics if each.span.path not in spared)


# -- from sources to the archive -------------------------------------------------------------------


def _rows(inputs: Inputs, memo: Memo, hands: Hands, templates: jinja.Templates | None) -> tuple[Mapping[str, Row], int]:
    """Give the row of each source, in the order of paths, and how many had to be parsed.

    Where all of them are, templates are compiled while others parse: every page will be printed.
    """
    known = memo.rows if memo.reader == reader(inputs.engine, inputs.settings) else {}
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
    entries = {path: _shown(row.entry, inputs) for path, row in rows.items() if row.entry}
    parsed_with = tuple(diagnostic for row in rows.values() for diagnostic in row.diagnostics)
    found = parsed_with
    unread = [path for path, row in rows.items() if row.entry is None]
    left_out: dict[str, str] = {}
    while True:
        lost = (*unread, *left_out, *left_out.values())
        archive, refs, ground, unmeasured = _assembled(inputs, entries, found, lost)
        static = {path: each for path, each in _static(inputs).items() if isinstance(each, Asset)}
        settled = media.developed(
            archive, refs, {**inputs.files, **static}, measured, hands.measure, are_made=inputs.are_pictures_made
        )
        collisions = tree.collisions(((output.path, origin) for origin, output in _copies(inputs, settled)), ground)
        diagnostics = ordered((*unmeasured, *lowered(settled.diagnostics, inputs.settings.diagnostics), *collisions))
        bad = (_sources_with_errors(diagnostics) & rows.keys()) - left_out.keys()
        if not inputs.keep_going or not bad:
            return Survey(
                rows=rows,
                parsed=parsed,
                archive=archive,
                settled=settled,
                diagnostics=ordered(checks.once_a_folder(diagnostics)),
                left_out=tuple(left_out.items()),
            )
        left_out |= {path: entries[path].permalink if path in entries else "" for path in sorted(bad)}
        entries = {path: entry for path, entry in entries.items() if path not in bad}
        spared = {f"content/{path}" for path in left_out}
        found = (*parsed_with, *(each for each in diagnostics if each.span.path in spared))


def _shown(entry: Item | Undated, inputs: Inputs) -> Item | Undated:
    return replace(entry, draft=False) if inputs.drafts and entry.draft else entry


def _assembled(
    inputs: Inputs, entries: Mapping[str, Item | Undated], found: Sequence[Diagnostic], lost: Iterable[str]
) -> tuple[Archive, References, tree.Ground, tuple[Diagnostic, ...]]:
    settings, row = inputs.settings, list(entries.values())
    archive = assemble(row, settings, inputs.as_of)
    addresses = (*listing_addresses(archive, settings), *record_addresses(archive, settings))
    taken = [*addresses, *(f"/{name}" for name in _static(inputs))]
    refs = references(archive, targets(archive, settings, taken, inputs.files, lost))
    ground = tree.Ground(map(out_path, addresses))
    problems = (
        *checks.entries(row, ground),
        *checks.logo(settings, inputs.static),
        *checks.embeds(archive.items, settings),
        *checks.unread(inputs.files, refs.files),
        *checks.future_changes(archive.items, inputs.as_of),
        *checks.security(settings, inputs.as_of),
    )
    diagnostics = (*found, *problems, *refs.diagnostics)
    return archive, refs, ground, ordered(lowered(diagnostics, settings.diagnostics))


def _sources_with_errors(diagnostics: Iterable[Diagnostic]) -> set[str]:
    errors = (each for each in diagnostics if has_errors([each]))
    return {each.span.path.removeprefix("content/") for each in errors if each.span.path.startswith("content/")}


# -- from the archive to outputs -------------------------------------------------------------------


def _static(inputs: Inputs) -> assets.Files:
    """Give static files by their path in the output."""
    return assets.files(inputs.static, inputs.settings)


def _press(inputs: Inputs, survey: Survey, templates: jinja.Templates) -> Press:
    addresses = assets.addresses(inputs.static, inputs.settings)
    frame_of = frames(survey.archive, inputs.settings)
    return Press(settings=inputs.settings, templates=templates, frames=frame_of, assets=addresses)


def _keyed(inputs: Inputs, survey: Survey, salts: Salts) -> Iterator[Task]:
    """Give every task with its whole key: that of its job, and that of all it is printed with."""
    ids = {path: row.ids for path, row in survey.rows.items()}
    planned = tasks(survey.archive, survey.settled.references, inputs.settings, ids, inputs.as_of)
    for task in chain(planned, picture_tasks(survey.settled.made, inputs.settings.language)):
        yield task._replace(key=fingerprint((task.key, salts.key(task.kind, task.language))))


def _holds(kept: Kept | None, key: Digest, altered: frozenset[OutPath]) -> bool:
    return kept is not None and kept.key == key and not any(made.path in altered for made in kept.made)


# -- why -------------------------------------------------------------------------------------------


def _explained(path: OutPath, memo: Memo, outcome: Outcome, planned: Sequence[Task]) -> Iterator[str]:
    """Say why an output was made again, or that it was kept."""
    by_name = {task.name: task for task in planned}
    owners = [name for name, kept in outcome.memo.kept.items() if any(made.path == path for made in kept.made)]
    if not owners:
        copied = "no page, but a file that is copied or written with every build"
        yield f"{path}: {copied if path in outcome.made else 'no output of this site answers there'}"
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


def _printed_outcome(
    inputs: Inputs, survey: Survey, memo: Memo, planned: Sequence[Task], printed: Mapping[str, Printed]
) -> Outcome:
    kept = {t.name: Kept(t.key, printed[t.name].made) if t.name in printed else memo.kept[t.name] for t in planned}
    bundles = {task.name for task in planned if task.kind is jobs.SearchBundle}
    pictures = {task.name for task in planned if task.kind is jobs.PictureRun}
    copies = list(_copies(inputs, survey.settled))
    files = {made.path: made for each in kept.values() for made in each.made}
    files |= {output.path: made_of(output) for _, output in copies}
    problems = [problem for each in printed.values() for problem in each.problems]
    names = [(MANIFEST, ""), *((made.path, "") for each in kept.values() for made in each.made)]
    problems += tree.collisions([*names, *((output.path, origin) for origin, output in copies)])
    pages, all_pages = _pages(printed.values()), _pages(kept.values())
    record = Output(MANIFEST, manifest({path: File(m.digest, m.size) for path, m in files.items()}))
    files[MANIFEST] = made_of(record)
    bare = _outcome(inputs, survey, (*survey.diagnostics, *problems))
    return replace(
        bare,
        made=files,
        memo=replace(bare.memo, kept={t: each for t, each in kept.items() if each.made}),
        extra=(*(output for _, output in copies), record),
        work=Work(
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
