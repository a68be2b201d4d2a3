"""A problem as a value: code, severity, message, span, help; sorting and renderings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

import msgspec

from csto_site.codes import CODES

T = TypeVar("T")


class Severity(StrEnum):
    """How grave a diagnostic is: an error keeps the build from writing, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Span(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A place in a file: `path` relative to the site's root, the rest 1-based and in characters.

    `line` 0 means the file as a whole, as when its bytes are no text.
    """

    path: str
    line: int = 0
    column: int = 0
    length: int = 1


class Diagnostic(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A message about the content: what was read, what was expected, how to fix it."""

    code: str
    severity: Severity
    message: str
    span: Span
    help: str = ""


class Checked(NamedTuple, Generic[T]):
    """A result with the diagnostics met on the way; `value` is None when there is none."""

    value: T
    diagnostics: tuple[Diagnostic, ...] = ()


LineOf = Callable[[str, int], str | None]
"""Gives the text of a line (1-based) of a file named as in a span, or None."""


def problem(code: str, span: Span, message: str, help: str = "") -> Diagnostic:  # noqa: A002 - the design's word
    """Make a diagnostic of a registered code, with the severity that the code has by default."""
    return Diagnostic(code, Severity(CODES[code].severity), message, span, help)


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place and code, and leave out exact repetitions."""
    return tuple(sorted(set(diagnostics), key=lambda d: (d.span, d.code, d.message)))


def lowered(diagnostics: Iterable[Diagnostic], severities: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Apply the site's own severities (`diagnostics:` in site.yaml); "off" leaves a rule out."""
    return tuple(
        msgspec.structs.replace(each, severity=Severity(severities.get(each.code, each.severity)))
        for each in diagnostics
        if severities.get(each.code) != "off"
    )


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any diagnostic is an error."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def place(span: Span) -> str:
    """Write a span as `path:line:column`, without what it does not know."""
    return ":".join([span.path, *(str(number) for number in (span.line, span.column) if number)])


def as_text(diagnostic: Diagnostic, line_of: LineOf) -> str:
    """Render for a terminal: the place and message, the source line, a caret and the help."""
    span = diagnostic.span
    help_text = visible(diagnostic.help)
    head = f"{visible(place(span))}: {diagnostic.severity}[{diagnostic.code}]: {visible(diagnostic.message)}"
    line = line_of(span.path, span.line) if span.line else None
    if line is None:
        return head if not help_text else f"{head}\n  = help: {help_text}"
    return "\n".join([head, *_excerpt(span, line, help_text)])


def visible(text: str) -> str:
    """Write what cannot be printed as Python escapes it: a file's name may hold what a terminal would obey."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


_WIDTH = 100


def _excerpt(span: Span, line: str, help_text: str) -> list[str]:
    start = max(span.column - 1, 0)
    cut = max(start - _WIDTH // 2, 0) if len(line) > _WIDTH else 0
    shown = line[cut : cut + _WIDTH]
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else " " for char in shown)
    number = str(span.line)
    carets = "^" * max(1, min(span.length, len(shown) - (start - cut)))
    margin = " " * len(number)
    return [
        f"  {number} | {shown}".rstrip(),
        f"  {margin} | {' ' * (start - cut)}{carets} {help_text}".rstrip(),
    ]


def as_github(diagnostic: Diagnostic) -> str:
    """Render as a workflow command, which GitHub shows as an annotation on the changed line.

    Escapes: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    span = diagnostic.span
    properties = {"file": span.path} if span.path else {}
    properties["title"] = diagnostic.code
    if span.line:
        properties |= {"line": str(span.line), "col": str(span.column or 1)}
        properties["endColumn"] = str((span.column or 1) + span.length)
    listed = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    text = visible(diagnostic.message) + (f"\n{visible(diagnostic.help)}" if diagnostic.help else "")
    return f"::{diagnostic.severity} {listed}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    for char in "%\r\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Render all of them as one JSON array, one object a line."""
    rows = [json.dumps(_plain(each), ensure_ascii=False) for each in diagnostics]
    return "[\n" + ",\n".join(rows) + "\n]" if rows else "[]"


def _plain(diagnostic: Diagnostic) -> dict[str, str | int]:
    return {
        "path": diagnostic.span.path,
        "line": diagnostic.span.line,
        "column": diagnostic.span.column,
        "length": diagnostic.span.length,
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
    }
