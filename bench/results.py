"""What was measured, as values, and what medians and ratios they give."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

import msgspec

STEPS = {
    "cold": "cold",
    "nothing": "nothing changed",
    "edit": "one edit",
    "new": "one new item",
    "template": "template of all items",
}
"""What is done to a site, in this order, and how tables call it."""

MADE = "made"
"""The corpus that is generated; the others are real archives, by name."""


class Measure(msgspec.Struct, frozen=True):
    """One command, measured: seconds, MiB, files and bytes; `failure` says why it does not count."""

    corpus: str
    size: int
    program: str
    step: str
    round: int
    wall: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    others: float = 0.0
    files: int = 0
    written: int = 0
    output: int = 0
    cache: int = 0
    failure: str = ""


class Served(msgspec.Struct, frozen=True):
    """How soon a preview server shows what was saved: seconds for each save, MiB of all its processes."""

    program: str
    size: int
    ready: float
    edit: tuple[float, ...]
    new: tuple[float, ...]
    memory: float


class Results(msgspec.Struct, frozen=True):
    """All of one run, and where it was made."""

    machine: str
    seed: int
    versions: dict[str, str]
    notes: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    served: tuple[Served, ...] = ()


class Middle(msgspec.Struct, frozen=True):
    """The medians of the rounds of one step."""

    rounds: int
    wall: float
    cpu: float
    memory: float
    files: int
    written: int
    output: int
    cache: int


def select(
    measures: Iterable[Measure], *, corpus: str = MADE, size: int, program: str, step: str
) -> tuple[Measure, ...]:
    """Give the rounds of one step that count."""
    return tuple(
        each
        for each in measures
        if (each.corpus, each.size, each.program, each.step) == (corpus, size, program, step) and not each.failure
    )


def middle(rounds: Iterable[Measure]) -> Middle | None:
    """Give the medians of some rounds; nothing if there are none."""
    given = tuple(rounds)
    if not given:
        return None
    last = given[-1]
    return Middle(
        rounds=len(given),
        wall=median(each.wall for each in given),
        cpu=median(each.cpu for each in given),
        memory=median(each.memory for each in given),
        files=last.files,
        written=last.written,
        output=last.output,
        cache=last.cache,
    )


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """Say how many times theirs is ours; nothing where one of them was not measured."""
    return ours / theirs if ours and theirs else None


def merged(several: Iterable[Results]) -> Results:
    """Put the results of several runs together, in their order."""
    given = tuple(several)
    return Results(
        machine="; ".join(dict.fromkeys(each.machine for each in given)),
        seed=given[0].seed,
        versions={name: version for each in given for name, version in each.versions.items()},
        notes=tuple(dict.fromkeys(note for each in given for note in each.notes)),
        measures=tuple(measure for each in given for measure in each.measures),
        served=tuple(served for each in given for served in each.served),
    )
