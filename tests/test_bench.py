"""The benchmark: what it generates, what it counts, what it says."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench import archives, corpus, install, measuring, programs, report, results, rounds, sites
from bench.install import Installed
from bench.measuring import Files
from bench.results import Measure, Results, Served
from bench.sites import Site

SEED = 1
DIGEST = "de00c35657bab41951d84455b4d610cce8abd2cf24942ae207ef68becb5cd56a"
"""Of the first 200 sources of this seed. It changes only when the generator is changed, on purpose."""


# -- the archive -----------------------------------------------------------------------------------


def test_a_seed_gives_the_same_sources_everywhere() -> None:
    """Paths and texts depend on the seed alone."""
    digest = hashlib.sha256()
    for number in range(200):
        digest.update("\0".join(corpus.source(SEED, number)).encode())

    assert digest.hexdigest() == DIGEST


def test_another_seed_gives_another_archive() -> None:
    """The seed decides."""
    assert corpus.source(1, 0) != corpus.source(2, 0)


def test_sources_are_as_long_as_real_ones() -> None:
    """The mean is that of real archives, 3 to 3.5 KB with front matter."""
    lengths = [len(corpus.source(SEED, number)[1].encode()) for number in range(2000)]

    assert 2900 < sum(lengths) / len(lengths) < 3500


def test_no_two_items_share_an_address() -> None:
    """Each number has a path and an address of its own."""
    heads = [corpus.head(SEED, number) for number in range(2000)]

    assert len(heads) == len({head.path for head in heads}) == len({head.address for head in heads})


def test_months_are_skewed() -> None:
    """August is quiet, October is busy, and later years have more."""
    dates = [corpus.head(SEED, number).date for number in range(2000)]
    months, years = Counter(date.month for date in dates), Counter(date.year for date in dates)

    assert months[8] * 2 < months[10]
    assert years[corpus.FIRST_YEAR] < years[corpus.LAST_YEAR]


@pytest.mark.parametrize(
    "mark", ["\n- ", "\n| ", "\n> ", "\n## ", "**Question:**", "[^1]: ", "](/", "](https://", "Вопрос:"]
)
def test_what_archives_consist_of_is_there(mark: str) -> None:
    """Lists, tables, quotations, headings, questions, footnotes, links within and outside, and other alphabets."""
    assert any(mark in corpus.source(SEED, number)[1] for number in range(300))


def test_writing_in_several_processes_writes_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the numbers are cut, the same files are there."""
    corpus.write(tmp_path / "one", SEED, range(40))
    monkeypatch.setattr(corpus, "CHUNK", 7)
    for chunk in corpus.chunks(40):
        corpus.write(tmp_path / "many", SEED, chunk)

    assert texts(tmp_path / "one") == texts(tmp_path / "many")


def texts(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


# -- sites -----------------------------------------------------------------------------------------


def site(folder: Path, size: int = 60, program: programs.Program = programs.COMMONMARK) -> Site:
    common = rounds.made(folder / "content", size, SEED)
    laid = Site(program, common, folder / program.name)
    sites.lay_out(laid, rounds.theme())
    return laid


@pytest.mark.parametrize("program", [programs.COMMONMARK, programs.PYTHON_MARKDOWN], ids=lambda each: each.name)
def test_our_program_finds_nothing_to_say(tmp_path: Path, program: programs.Program) -> None:
    """The archive and its settings are without errors and warnings, in both dialects."""
    checked = site(tmp_path, program=program)
    command = [sys.executable, "-m", "csto_site", "check", "--root", str(checked.src), "--as-of", "2026-01-01"]
    done = subprocess.run([*command, "--format", "json"], capture_output=True, check=False, encoding="utf-8")

    assert (0, "[]") == (done.returncode, done.stderr.strip() or "[]"), done.stderr[:2000]


def test_an_edit_is_one_program_s_own(tmp_path: Path) -> None:
    """The sources are shared by hard links, and yet a change of one site leaves the others alone."""
    edited = site(tmp_path)
    before = texts(edited.corpus.folder)
    sites.change(edited, "edit", 3)
    path = edited.corpus.edited.path

    assert sites.SENTENCE.format(3) in (edited.src / "content" / path).read_text()
    assert before == texts(edited.corpus.folder)


def test_putting_back_undoes_edit_and_new_item(tmp_path: Path) -> None:
    """Each round begins with the sources as they were generated."""
    changed = site(tmp_path)
    for step in ("edit", "new"):
        sites.change(changed, step, 1)
    sites.put_back(changed, tmp_path / "trash")

    assert texts(changed.corpus.folder) == texts(changed.src / "content")


@pytest.mark.parametrize("program", [each for each in programs.ALL if each.template], ids=lambda each: each.name)
def test_the_template_of_all_items_is_edited(tmp_path: Path, program: programs.Program) -> None:
    """Each round puts one other line into it."""
    edited = site(tmp_path, size=1, program=program)
    for number in (1, 2):
        sites.change(edited, "template", number)
    text = (edited.src / program.template).read_text()

    assert [1, 0] == [text.count(sites.EDITION.format(number)) for number in (2, 1)]


def test_missing_pages_are_noticed(tmp_path: Path) -> None:
    """A program that renders too little is not counted."""
    built = site(tmp_path, size=3)
    found = Files(("news/2024/a-1/index.html", "news/2024/05/index.html", "all/2024/index.html"), written=0, disk=0)

    assert sites.fault(built, "cold", 1, found) == "1 pages of 3 items"


def test_programs_are_called_with_their_places_filled_in(tmp_path: Path) -> None:
    """No place is left open in any command, server or environment."""
    for program in programs.ALL:
        common = sites.Corpus(tmp_path, 1, SEED, corpus.head(SEED, 0), corpus.newest(SEED, 1))
        laid = Site(program, common, tmp_path / program.name, Installed(tmp_path, tmp_path / "program"))
        filled = [*laid.filled(program.command), *laid.filled(program.serve, port="1"), *laid.environment.values()]

        assert not [text for text in filled if "{" in text]


def test_a_program_that_cannot_be_had_is_noted(tmp_path: Path) -> None:
    """Nothing is fetched when that is forbidden, and the absence is said."""
    found, notes = install.installed([programs.COMMONMARK, programs.HUGO], tmp_path, offline=True)

    assert not found
    assert notes == ["Hugo is left out: it is not installed, and nothing may be fetched"]


def test_unknown_programs_are_refused() -> None:
    """A misspelt name is not passed over."""
    with pytest.raises(ValueError, match=r"no such program: hogu; there are commonmark, "):
        programs.named("commonmark,hogu")


def test_real_archives_are_those_with_settings(tmp_path: Path) -> None:
    """An archive is known by its folder and by its settings in the tests."""
    (tmp_path / "swift").mkdir()
    (tmp_path / "elsewhere").mkdir()

    assert ["swift"] == [each.name for each in archives.known(tmp_path)]


# -- measuring -------------------------------------------------------------------------------------

HOLD = """
import subprocess, sys
held, more = bytearray(b"x" * (32 << 20)), sys.argv[1:]
child = subprocess.Popen([sys.executable, "-c", *more]) if more else print("ready", flush=True)
sys.stdin.read()
if child:
    child.wait()
"""
"""Holds memory until its input ends; given a program, it runs that too."""


@pytest.mark.skipif(not measuring.HAS_PROC, reason="there is no /proc here")
def test_memory_is_that_of_all_processes_together() -> None:
    """A child's memory counts as its parent's does."""
    command = [sys.executable, "-c", HOLD, HOLD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        used = measuring.memory(process.pid)
        process.communicate()

    assert used > 64 * measuring.MIB


def used(folder: Path, program: str, limit: float = 60) -> measuring.Usage:
    command = [sys.executable, "-c", program]
    return measuring.run(command, folder=folder, environment={"WORD": "here"}, log=folder / "log", limit=limit)


def test_a_command_is_measured(tmp_path: Path) -> None:
    """It runs in its folder and environment, and what it took is more than nothing."""
    done = used(tmp_path, "import os; open('a', 'w').write(os.environ['WORD'])")

    assert (tmp_path / "a").read_text() == "here"
    assert done.failure == ""
    assert min(done.wall, done.cpu) > 0


def test_a_failure_says_its_last_words(tmp_path: Path) -> None:
    """Whoever reads the table learns why a program is absent."""
    assert used(tmp_path, "import sys; sys.exit('no room\\n')").failure == "exit status 1: no room"


def test_a_command_that_is_not_there_fails(tmp_path: Path) -> None:
    """The others are measured all the same."""
    missing = str(tmp_path / "missing")
    done = measuring.run([missing], folder=tmp_path, environment={}, log=tmp_path / "log", limit=1)

    assert done.failure == f"[Errno 2] No such file or directory: '{missing}'"


def test_a_command_over_its_limit_is_ended(tmp_path: Path) -> None:
    """It is named as such."""
    assert used(tmp_path, "while True: pass", limit=0.1).failure == "over its time limit of 0 s"


def test_files_that_were_written_are_counted(tmp_path: Path) -> None:
    """Only those that are new or changed since a moment."""
    (tmp_path / "deep").mkdir()
    for name in ("a", "deep/b"):
        (tmp_path / name).write_text("x")
    later = (tmp_path / "a").stat().st_ctime_ns + 3_600_000_000_000

    assert ({"a", "deep/b"}, 2) == (set(measuring.files(tmp_path).paths), measuring.files(tmp_path).written)
    assert measuring.files(tmp_path, later).written == 0


def test_the_floor_writes_as_much_as_it_is_told(tmp_path: Path) -> None:
    """As many files of the same sizes, after all sources were read."""
    sources = tmp_path / "content" / "news"
    sources.mkdir(parents=True)
    (sources / "a.md").write_text("x" * 100_000)
    (tmp_path / "list").write_text("3 index.html\n70000 news/2024/a b/index.html\n0 empty\n")
    floor = programs.FLOOR.folder / "floor.py"
    subprocess.run([sys.executable, floor, tmp_path / "content", tmp_path / "list", tmp_path / "out"], check=True)
    found = {name: len(text) for name, text in texts(tmp_path / "out").items()}

    assert found == {"index.html": 3, "news/2024/a b/index.html": 70000, "empty": 0}


def test_all_steps_of_a_round(tmp_path: Path) -> None:
    """Our program and the floor go through a whole round, and only what changed is written."""
    plan = rounds.Plan(
        programs=(programs.COMMONMARK, programs.FLOOR),
        installed={},
        sizes=(12,),
        rounds=1,
        steps=tuple(results.STEPS),
        seed=SEED,
        limit=120,
        folder=tmp_path / "work",
    )
    done = list(rounds.measure(plan, lambda _: None))
    cold, floor = done[:2]

    assert [""] * 6 == [each.failure for each in done]
    assert [("commonmark", "cold"), ("floor", "cold")] == [(each.program, each.step) for each in done[:2]]
    assert ["nothing", "edit", "new", "template"] == [each.step for each in done[2:]]
    assert cold.files == floor.files == cold.written == floor.written
    assert done[2].written == 0 < done[3].written < cold.files
    assert not plan.folder.exists()


# -- arithmetic and tables -------------------------------------------------------------------------


def measure(program: str, step: str, wall: float, size: int = 10_000, **more: object) -> Measure:
    return Measure(corpus=results.MADE, size=size, program=program, step=step, round=1, wall=wall, **more)  # type: ignore[arg-type]  # as given


def test_medians_are_of_the_rounds_that_count() -> None:
    """A round that failed is none."""
    given = [measure("hugo", "cold", wall) for wall in (9.0, 1.0, 4.0)] + [measure("hugo", "cold", 0.1, failure="late")]
    found = results.middle(results.select(given, size=10_000, program="hugo", step="cold"))

    assert found
    assert (3, 4.0) == (found.rounds, found.wall)


def test_no_rounds_have_no_median() -> None:
    """What was not measured is no number."""
    assert results.middle([]) is None


@pytest.mark.parametrize(("ours", "theirs", "expected"), [(1.0, 4.0, 0.25), (None, 4.0, None), (1.0, None, None)])
def test_ratios(ours: float | None, theirs: float | None, expected: float | None) -> None:
    """Ours divided by theirs, where both are there."""
    assert expected == results.ratio(ours, theirs)


@pytest.mark.parametrize(("ratio", "expected"), [(0.05, "1/20.0"), (1.0, "1.00"), (2.456, "2.46"), (None, "–")])
def test_ratios_in_words(ratio: float | None, expected: str) -> None:
    """What is smaller is shown as a fraction, as targets are."""
    assert expected == report.times(ratio)


@pytest.mark.parametrize(("value", "expected"), [(0.123, "0.12"), (12.34, "12.3"), (1234.5, "1,234"), (None, "–")])
def test_seconds_in_words(value: float | None, expected: str) -> None:
    """Three digits are enough."""
    assert expected == report.seconds(value)


def some() -> Results:
    steps = {"cold": 2.0, "nothing": 0.2, "edit": 0.4, "new": 0.5, "template": 1.5}
    ours = [
        measure("commonmark", step, wall, cpu=3.0, memory=100.0 + wall, files=12_000, written=7, output=50 << 20)
        for step, wall in steps.items()
    ]
    theirs = [measure("hugo", step, 8.0, cpu=9.0, memory=500.0, files=11_000, written=11_000) for step in steps]
    return Results(machine="2 cores", seed=1, versions={}, measures=(*ours, *theirs))


def test_the_table_of_a_comparison() -> None:
    """The table of docs/performance.md, as it stands there."""
    lines = report.comparison(some(), 10_000).splitlines()[2:]

    assert lines == [
        "| csto-site, `commonmark` | 2.00 | 0.20 | 0.40 | 0.50 | 1.50 | 3.00 | 102 | 12,000 | 50 | 7, 7 |",
        "| Hugo | 8.00 | 8.00 | 8.00 | 8.00 | 8.00 | 9.00 | 500 | 11,000 | 0 | 11,000, 11,000 |",
    ]


def test_the_table_of_ratios() -> None:
    """Only pairs that were both measured are in it."""
    lines = report.ratios(some(), 10_000).splitlines()[2:]

    assert lines == ["| `commonmark` / Hugo | 1/4.0 | 1/40.0 | 1/20.0 | 1/16.0 | 1/5.3 | 1/4.9 |"]


def test_targets_are_met_or_missed_by_a_number() -> None:
    """Those that were not measured are not in the table."""
    lines = report.targets(some()).splitlines()[2:]

    assert lines == [
        "| `commonmark` / Hugo: cold | 10,000 | 1/3 | 1/4.0 | yes |",
        "| `commonmark` / Hugo: one edit | 10,000 | 1/20 | 1/20.0 | yes |",
        "| `commonmark` / Hugo: one new item | 10,000 | 1/20 | 1/16.0 | no, 1.2 times as much |",
        "| `commonmark` / Hugo: nothing changed | 10,000 | 1/30 | 1/40.0 | yes |",
    ]


def test_the_preview_has_a_target_too() -> None:
    """Half of what Hugo's server takes, for an edit and for a new item."""
    ours = Served("commonmark", 10_000, ready=3.0, edit=(0.2, 0.3, 0.4), new=(0.5, 0.5, 0.5), memory=100)
    theirs = Served("hugo", 10_000, ready=4.0, edit=(0.6, 0.6, 0.6), new=(0.8, 0.8, 0.8), memory=700)
    lines = report.targets(Results("2 cores", 1, {}, served=(ours, theirs))).splitlines()[2:]

    assert lines == [
        "| preview, `commonmark` / Hugo: one edit | 10,000 | 1/2 | 1/2.0 | yes |",
        "| preview, `commonmark` / Hugo: one new item | 10,000 | 1/2 | 1/1.6 | no, 1.2 times as much |",
    ]


def test_growth_is_shown_per_size() -> None:
    """Each of ours at each size, with microseconds an item."""
    small = measure("commonmark", "cold", 0.5, size=1000, memory=80.0, output=3 << 20, cache=1 << 20)
    lines = report.growth(Results("2 cores", 1, {}, measures=(small, *some().measures))).splitlines()[2:]

    assert lines == [
        "| `commonmark`, 1,000 | 0.50 | – | – | – | – | 500 | 80 | 3 | 1 |",
        "| `commonmark`, 10,000 | 2.00 | 0.20 | 0.40 | 0.50 | 1.50 | 200 | 102 | 50 | 0 |",
    ]


def test_a_report_says_how_quiet_the_machine_was() -> None:
    """Numbers of a busy machine are told from those of a quiet one."""
    busy = measure("hugo", "cold", 8.0, others=1.25)

    said = report.markdown(Results("2 cores", 1, {}, measures=(busy,)))

    assert "Medians; rounds: 1; cores that something else kept busy meanwhile: 1.2." in said


def test_failures_are_named() -> None:
    """A program that was left out stands below the tables with its reason."""
    failed = measure("nikola", "edit", 0, failure="over its time limit of 1,800 s")

    assert ["nikola at 10,000 items, one edit: over its time limit of 1,800 s"] == report.failures([failed])


def test_results_of_several_runs_are_put_together() -> None:
    """A long run and a small one make one report."""
    one, other = some(), Results("2 cores", 1, {"Hugo": "0"}, notes=("a note",))

    assert Results("2 cores", 1, {"Hugo": "0"}, ("a note",), one.measures) == results.merged([one, other])
