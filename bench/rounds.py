"""Round after round: each step through all programs before the next step, so that they share the machine's moods."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bench import corpus, sites
from bench.install import Installed
from bench.measuring import Files, Usage, files, run
from bench.programs import Program
from bench.results import MADE, STEPS, Measure
from bench.sites import Corpus, Site


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    programs: Sequence[Program]
    installed: Mapping[str, Installed]
    sizes: Sequence[int]
    rounds: int
    steps: Sequence[str]
    seed: int
    limit: float
    folder: Path
    keep: bool = False


def theme() -> Path:
    """Give the folder that holds our templates: in a checkout its top."""
    package = Path(str(resources.files("csto_site")))
    return package / "theme" if (package / "theme").is_dir() else package.parent.parent


def made(folder: Path, size: int, seed: int) -> Corpus:
    """Generate an archive."""
    corpus.generate(folder, size, seed)
    return Corpus(folder, size, seed, corpus.middle(seed, size), corpus.newest(seed, size))


def measure(plan: Plan, tell: Callable[[str], None]) -> Iterator[Measure]:
    """Measure all that is planned; a program that fails is told of and left out from then on."""
    alive = list(plan.programs)
    try:
        for size in plan.sizes:
            if alive:
                yield from _size(plan, size, alive, tell)
    finally:
        if not plan.keep:
            shutil.rmtree(plan.folder, ignore_errors=True)


def _size(plan: Plan, size: int, alive: list[Program], tell: Callable[[str], None]) -> Iterator[Measure]:
    folder = plan.folder / str(size)
    tell(f"{size:,} items for {', '.join(each.name for each in alive)}")
    common = made(folder / "content", size, plan.seed)
    laid = {each.name: Site(each, common, folder / each.name, plan.installed.get(each.name)) for each in alive}
    for site in laid.values():
        sites.lay_out(site, theme())
    for number in range(1, plan.rounds + 1):
        for site in laid.values():
            sites.put_back(site, plan.folder / "trash")
        for step in (step for step in STEPS if step in plan.steps):
            for program in tuple(alive):
                if step not in program.steps:
                    continue
                done = _step(laid[program.name], step, number, plan.limit)
                tell(line(done))
                yield done
                if done.failure:
                    alive.remove(program)


def _step(site: Site, step: str, number: int, limit: float) -> Measure:
    """Make a change, measure the build after it, and look whether it is in the output."""
    sites.change(site, step, number)
    used = run(
        site.filled(site.program.command),
        folder=site.src,
        environment=site.environment,
        log=site.log,
        limit=limit,
        accepts=site.program.accepts,
    )
    found = files(site.out, used.started)
    failure = used.failure or sites.fault(site, step, number, found)
    if step == "cold" and not failure and not site.outputs.exists():
        _list_outputs(site, found)
    what = (site.program.name, step, number)
    return measured(used, found, files(site.cache), corpus=MADE, size=site.corpus.size, of=what, failure=failure)


def measured(
    used: Usage, found: Files, cache: Files, *, corpus: str, size: int, of: tuple[str, str, int], failure: str
) -> Measure:
    """Put what was seen of one build together."""
    program, step, number = of
    return Measure(
        corpus=corpus,
        size=size,
        program=program,
        step=step,
        round=number,
        wall=used.wall,
        cpu=used.cpu,
        memory=used.memory,
        others=used.others,
        files=len(found.paths),
        written=found.written,
        output=found.disk,
        cache=cache.disk,
        failure=failure,
    )


def _list_outputs(site: Site, found: Files) -> None:
    """Leave the sizes and names of the first output for the floor."""
    lines = (f"{(site.out / path).stat().st_size} {path}\n" for path in found.paths)
    site.outputs.write_text("".join(lines), encoding="utf-8")


def line(done: Measure) -> str:
    """Say what a measurement came to."""
    if done.failure:
        return f"{done.size:>9,} {done.program:15} {done.step:8} left out from here on: {done.failure}"
    return (
        f"{done.size:>9,} {done.program:15} {done.step:8} {done.wall:8.2f} s  cpu {done.cpu:8.2f} s  "
        f"memory {done.memory:6.0f} MiB  written {done.written:>7,} of {done.files:>7,}  others {done.others:.2f}"
    )
