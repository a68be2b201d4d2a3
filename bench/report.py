"""Results as the tables of docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.programs import ALL, IS_OURS
from bench.results import MADE, STEPS, Measure, Middle, Results, middle, ratio, select

TITLES = {each.name: each.title for each in ALL}
MIB = 2**20

PAIRS = (
    ("commonmark", "hugo"),
    ("commonmark", "eleventy"),
    ("commonmark", "floor"),
    ("python-markdown", "pelican"),
    ("python-markdown", "nikola"),
    ("python-markdown", "hugo"),
)
"""Who is held against whom: the engine decides, so like against like, and both of ours against the fastest."""


@dataclass(frozen=True)
class Target:
    """What a ratio must not exceed: a step's time, or the memory of all of them."""

    text: str
    size: int
    ours: tuple[str, str]
    theirs: tuple[str, str]
    limit: float


def _targets(size: int, text: str, pair: tuple[str, str], steps: Iterable[str], limit: float) -> Iterable[Target]:
    ours, theirs = pair
    return (Target(f"{text}: {STEPS.get(step, step)}", size, (ours, step), (theirs, step), limit) for step in steps)


TARGETS = (
    *_targets(10_000, "`commonmark` / Hugo", ("commonmark", "hugo"), ["cold"], 1 / 3),
    *_targets(10_000, "`commonmark` / floor", ("commonmark", "floor"), ["cold"], 2.5),
    *_targets(10_000, "`python-markdown` / Pelican", ("python-markdown", "pelican"), ["cold"], 1 / 4),
    *_targets(10_000, "`commonmark` / Hugo", ("commonmark", "hugo"), ["edit", "new"], 1 / 20),
    *_targets(10_000, "`commonmark` / Hugo", ("commonmark", "hugo"), ["nothing"], 1 / 30),
    *_targets(100_000, "`commonmark` / Hugo", ("commonmark", "hugo"), ["cold"], 1 / 5),
    *_targets(100_000, "`commonmark` / floor", ("commonmark", "floor"), ["cold"], 2.5),
    *_targets(100_000, "`python-markdown` / Hugo", ("python-markdown", "hugo"), ["cold"], 1),
    *_targets(100_000, "`commonmark` / Hugo", ("commonmark", "hugo"), ["edit", "new"], 1 / 50),
    *_targets(100_000, "`commonmark` / Hugo", ("commonmark", "hugo"), ["nothing"], 1 / 90),
    *_targets(100_000, "`commonmark` / Hugo", ("commonmark", "hugo"), ["memory"], 1 / 6),
    Target(
        "`commonmark`: template of all items / cold", 100_000, ("commonmark", "template"), ("commonmark", "cold"), 1
    ),
)

PREVIEW = 1 / 2
"""What part of the time of Hugo's server ours may take, from saving an item to its page."""


# -- the parts of tables ---------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of Markdown: the first column is text, the others are numbers."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def seconds(value: float | None) -> str:
    """Write a time, or a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def times(value: float | None) -> str:
    """Write a ratio: `1/20` where ours is the smaller one."""
    if value is None:
        return "–"
    return f"1/{1 / value:.1f}" if value < 1 else f"{value:.2f}"


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


# -- finding ---------------------------------------------------------------------------------------


def sizes(results: Results) -> list[int]:
    """Give the sizes of the generated archives that were measured."""
    return sorted({each.size for each in results.measures if each.corpus == MADE})


def programs(results: Results, size: int) -> list[str]:
    """Give the programs that were measured at a size, in the order in which they are known."""
    here = {each.program for each in results.measures if (each.corpus, each.size) == (MADE, size)}
    return [each.name for each in ALL if each.name in here]


def _middle(results: Results, size: int, program: str, step: str, corpus: str = MADE) -> Middle | None:
    return middle(select(results.measures, corpus=corpus, size=size, program=program, step=step))


def value(results: Results, size: int, program: str, step: str) -> float | None:
    """Give the median time of a step, or the peak memory of all steps where the step is `memory`."""
    if step == "memory":
        peaks = [found.memory for each in STEPS if (found := _middle(results, size, program, each))]
        return max(peaks, default=None)
    found = _middle(results, size, program, step)
    return found.wall if found else None


# -- tables ----------------------------------------------------------------------------------------


def comparison(results: Results, size: int) -> str:
    """Show all programs at one size: medians of seconds, MiB, files."""
    head = ("seconds", *STEPS.values(), "CPU of cold", "peak MiB", "files", "MiB on disk", "written by edit, new item")
    return table(head, (_row(results, size, program) for program in programs(results, size)))


def _row(results: Results, size: int, program: str) -> Sequence[str]:
    cold = _middle(results, size, program, "cold")
    written = (_middle(results, size, program, step) for step in ("edit", "new"))
    return (
        TITLES[program],
        *(seconds(value(results, size, program, step)) for step in STEPS),
        seconds(cold.cpu if cold else None),
        _whole(value(results, size, program, "memory")),
        _whole(cold.files if cold else None),
        _whole(cold.output / MIB if cold else None),
        ", ".join(_whole(each.written if each else None) for each in written),
    )


def ratios(results: Results, size: int) -> str:
    """Show ours divided by theirs at one size."""
    here = programs(results, size)
    pairs = [(ours, theirs) for ours, theirs in PAIRS if ours in here and theirs in here]
    head = ("ours / theirs", *STEPS.values(), "peak memory")
    return table(head, (_ratio_row(results, size, *pair) for pair in pairs)) if pairs else ""


def _ratio_row(results: Results, size: int, ours: str, theirs: str) -> Sequence[str]:
    both = ((value(results, size, ours, step), value(results, size, theirs, step)) for step in (*STEPS, "memory"))
    title = TITLES[theirs].split(":")[0]
    return (f"`{ours}` / {title}", *(times(ratio(*pair)) for pair in both))


def targets(results: Results) -> str:
    """Show which targets are met, as far as they were measured."""
    rows = [*filter(None, (_target_row(results, target) for target in TARGETS)), *_preview_targets(results)]
    return table(("target", "items", "at most", "measured", "met"), rows) if rows else ""


def _target_row(results: Results, target: Target) -> Sequence[str] | None:
    reached = ratio(value(results, target.size, *target.ours), value(results, target.size, *target.theirs))
    if reached is None:
        return None
    return (target.text, f"{target.size:,}", *_met(reached, target.limit))


def _met(reached: float, limit: float) -> Sequence[str]:
    met = "yes" if reached <= limit else f"no, {reached / limit:.1f} times as much"
    return (_limit(limit), times(reached), met)


def _preview_targets(results: Results) -> Iterable[Sequence[str]]:
    """Half of what Hugo's server takes, where both were asked."""
    found = {each.program: each for each in results.served}
    ours, theirs = found.get("commonmark"), found.get("hugo")
    if ours and theirs:
        for step, mine, its in (("edit", ours.edit, theirs.edit), ("new", ours.new, theirs.new)):
            text = f"preview, `commonmark` / Hugo: {STEPS[step]}"
            yield (text, f"{ours.size:,}", *_met(median(mine) / median(its), PREVIEW))


def _limit(limit: float) -> str:
    return f"1/{1 / limit:.0f}" if limit < 1 else f"{limit:g}"


def growth(results: Results) -> str:
    """Show how ours grow with the archive."""
    head = (
        "program, items",
        *STEPS.values(),
        "µs an item, cold",
        "peak MiB",
        "output, MiB on disk",
        "cache, MiB on disk",
    )
    rows = (
        _growth_row(results, size, program)
        for program in (each.name for each in ALL if each.name in IS_OURS)
        for size in sizes(results)
        if program in programs(results, size)
    )
    return table(head, rows)


def _growth_row(results: Results, size: int, program: str) -> Sequence[str]:
    cold = _middle(results, size, program, "cold")
    return (
        f"`{program}`, {size:,}",
        *(seconds(value(results, size, program, step)) for step in STEPS),
        _whole(1e6 * cold.wall / size if cold else None),
        _whole(value(results, size, program, "memory")),
        _whole(cold.output / MIB if cold else None),
        _whole(cold.cache / MIB if cold else None),
    )


def archives(results: Results) -> str:
    """Show the archives that nobody made for this purpose."""
    found = dict.fromkeys((each.corpus, each.size, each.program) for each in results.measures if each.corpus != MADE)
    steps = [step for step in STEPS if step != "new"]
    head = ("archive", "sources", *(STEPS[step] for step in steps), "peak MiB", "files")
    return table(head, (_archive_row(results, steps, *each) for each in found)) if found else ""


def _archive_row(results: Results, steps: Sequence[str], corpus: str, size: int, program: str) -> Sequence[str]:
    middles = [_middle(results, size, program, step, corpus) for step in steps]
    cold = middles[0]
    return (
        corpus,
        f"{size:,}",
        *(seconds(each.wall if each else None) for each in middles),
        _whole(max((each.memory for each in middles if each), default=None)),
        _whole(cold.files if cold else None),
    )


def serving(results: Results) -> str:
    """Show how soon previews show what was saved."""
    head = ("preview", "items", "ready", "edit: median", "worst", "new item: median", "worst", "peak MiB")
    rows = (
        (
            TITLES[each.program],
            f"{each.size:,}",
            seconds(each.ready),
            *(seconds(measure(saves)) for saves in (each.edit, each.new) for measure in (median, max)),
            _whole(each.memory),
        )
        for each in results.served
    )
    return table(head, rows) if results.served else ""


def failures(measures: Iterable[Measure]) -> list[str]:
    """Say which programs were left out on the way, and why."""
    return [
        f"{each.program} at {each.size:,} items, {STEPS[each.step]}: {each.failure}"
        for each in measures
        if each.failure
    ]


def markdown(results: Results) -> str:
    """Write all tables that the results have something for."""
    made = sizes(results)
    parts = [
        f"Measured on: {results.machine}; seed {results.seed}.\n",
        _versions(results),
        *(part for size in made for part in _compared(results, size)),
        *_titled("Growth", growth(results) if len(made) > 1 else ""),
        *_titled("Preview", serving(results)),
        *_titled("Real archives", archives(results)),
        *_titled("Targets", targets(results)),
        "".join(f"- {note}\n" for note in (*results.notes, *failures(results.measures))),
    ]
    return "\n".join(part for part in parts if part)


def _compared(results: Results, size: int) -> Sequence[str]:
    here = [each for each in results.measures if (each.corpus, each.size) == (MADE, size) and not each.failure]
    if not here:
        return ()
    rounds, others = max(each.round for each in here), median(each.others for each in here)
    said = f"Medians; rounds: {rounds}; cores that something else kept busy meanwhile: {others:.1f}.\n"
    return (f"### {size:,} items\n", said, comparison(results, size), ratios(results, size))


def _versions(results: Results) -> str:
    said = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    return f"Versions: {said}.\n" if said else ""


def _titled(title: str, content: str) -> Sequence[str]:
    return (f"### {title}\n", content) if content else ()
