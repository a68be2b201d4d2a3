"""What a command has to say, on its way to people: in a terminal, another program, or on GitHub."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from csto_site.diagnostics import Diagnostic, LineOf, Severity, as_github, as_json, as_text, place
from csto_site.shell import clock
from csto_site.shell.build import Options, Report

SHOWN_IN_SUMMARY = 500
"""How many rows the job summary has at most: GitHub takes one megabyte of it."""


class Format(StrEnum):
    """How diagnostics are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def rendered(diagnostics: Sequence[Diagnostic], form: Format, line_of: LineOf, *, colour: bool = False) -> str:
    """Write all diagnostics in one of the formats; text and github are empty where there are none."""
    if form is Format.JSON:
        return as_json(diagnostics)
    if form is Format.GITHUB:
        return "\n".join(as_github(each) for each in diagnostics)
    texts = (as_text(each, line_of) for each in diagnostics)
    return "\n".join(_coloured(text) if colour else text for text in texts)


_STYLES = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m"}


def _coloured(text: str) -> str:
    """Colour `error[code]` in the first line; the place before it holds no such words."""
    for severity, style in _STYLES.items():
        before, mark, after = text.partition(f": {severity}[")
        if mark and "\n" not in before:
            code, bracket, message = after.partition("]")
            return f"{before}: {style}{severity}[{code}{bracket}\x1b[0m{message}"
    return text


def counted(diagnostics: Iterable[Diagnostic]) -> str:
    """Say how many there are: `2 errors, 1 warning`."""
    counts = Counter(each.severity for each in diagnostics)
    return ", ".join(numbered(counts[each], each.value) for each in Severity if counts[each]) or "no errors"


def untranslated(diagnostics: Iterable[Diagnostic]) -> str:
    """Say how many translations there should be, and are not, or are older than their originals."""
    counts = Counter(each.code for each in diagnostics)
    return f"{counts['translation/missing']:,} missing, {counts['translation/outdated']:,} outdated"


def numbered(count: int, noun: str) -> str:
    """Write a number with its noun: `1 file`, `1,200 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def below(diagnostics: Iterable[Diagnostic], folder: str) -> tuple[Diagnostic, ...]:
    """Name the files as seen from a repository in which the site is a folder; "" is its top, and no file."""
    if not folder:
        return tuple(diagnostics)
    return tuple(
        msgspec.structs.replace(each, span=msgspec.structs.replace(each.span, path=f"{folder}/{each.span.path}"))
        if each.span.path
        else each
        for each in diagnostics
    )


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Write the job summary in Markdown: all of them, where annotations show only the first ten of a step."""
    lines = [f"### csto-site: {counted(diagnostics)}"]
    if diagnostics:
        lines += ["", "| place | code | message |", "|---|---|---|", *map(_row, diagnostics[:SHOWN_IN_SUMMARY])]
    if len(diagnostics) > SHOWN_IN_SUMMARY:
        lines += ["", f"and {len(diagnostics) - SHOWN_IN_SUMMARY:,} more"]
    return "\n".join(lines) + "\n"


def _row(each: Diagnostic) -> str:
    message = _plain(each.message) + (f"<br>{_plain(each.help)}" if each.help else "")
    return f"| {_plain(place(each.span))} | {each.severity}[{each.code}] | {message} |"


_MARKDOWN = str.maketrans({char: f"&#{ord(char)};" for char in "&<>|`*_[]~\\"} | dict.fromkeys("\r\n", " "))


def _plain(text: str) -> str:
    return text.translate(_MARKDOWN)


# -- what a build came to --------------------------------------------------------------------------


def told(report: Report, options: Options) -> Iterator[str]:
    """Say what was written, what was not, and when the clock will next matter."""
    for path, address in report.left_out:
        yield f"left out: {path}" + (f", which would be {address}" if address else "")
    for path in report.restored:
        yield f"read as of {options.last_good}: content/{path}"
    if report.written is None:
        yield f"nothing was written: {counted(report.diagnostics)}"
        return
    done, work = report.written, report.work
    yield f"{numbered(work.items, 'source')}, {work.parsed:,} parsed again"
    made = f"{work.rendered:,} rendered ({numbered(work.pages, 'page')})"
    kept = f"{work.runs - work.rendered:,} kept ({numbered(work.pages_kept, 'page')})"
    yield f"{numbered(work.runs, 'run')}: {made}, {kept}"
    if work.bundles:
        seconds = report.stages.get("search", 0)
        bundles = numbered(work.bundles, "bundle")
        yield f"search: {bundles}, {work.indexed:,} of them indexed now in {seconds:.2f} s"
    if work.pictures:
        seconds = report.stages.get("pictures", 0)
        yield f"{numbered(work.pictures, 'picture')}, {work.developed:,} of them developed now in {seconds:.2f} s"
    total = numbered(done.written + done.kept, "file")
    yield f"{options.out}: {total}, {done.written:,} of them written now, {done.removed:,} removed"
    times = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in report.stages.items())
    yield f"time: {times}; memory of the largest process: {report.peak / 1e6:,.0f} MB"
    if report.next_instant is not None:
        yield f"the clock will change it next at {clock.shown(report.next_instant)}"
    yield from report.explanation


def is_incomplete(report: Report) -> bool:
    """Tell whether the site lacks an item, or shows an older state of one."""
    return bool(report.left_out or report.restored)


def is_unanswered(report: Report) -> bool:
    """Tell whether no output is where `--explain` looked."""
    from csto_site.explain import NOWHERE  # most builds need it not

    return any(line.endswith(NOWHERE) for line in report.explanation)
