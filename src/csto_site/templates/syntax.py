"""What keeps a template from being read or compiled: bytes, Jinja's grammar, and what Python makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from csto_site.diagnostics import Diagnostic, Span, problem
from csto_site.markup.text import UNFIT
from csto_site.templates.names import Text

if TYPE_CHECKING:
    from types import CodeType, TracebackType

    from jinja2 import Environment, nodes

DEEPEST = 100
"""So deep a template may be nested: all that walks through it recurses, and should not depend on who calls it."""

_UNFIT = re.compile(f"[{UNFIT}\ud800-\udfff]")
_LINES = re.compile(r"^debug_info = '([0-9=&]*)'", re.MULTILINE)
_OWN_NAME = re.compile(r"\bl_\d+_(?=\w)")


def text(name: str, data: bytes, found: list[Diagnostic]) -> str | None:
    """Decode a template or catalogue: UTF-8, and nothing that cannot be published; else None and why."""
    path = f"templates/{name}"
    try:
        read = data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode().removeprefix("\ufeff")
        message = f"not UTF-8: byte 0x{data[error.start]:02X}"
        found.append(problem("source/encoding", _behind(path, before), message, "save the file as UTF-8"))
        return None
    unfit = _UNFIT.search(read)
    if unfit is None:
        return read
    code = "source/nul" if unfit[0] == "\0" else "source/control"
    what = "NUL byte" if unfit[0] == "\0" else f"control character U+{ord(unfit[0]):04X}"
    span = _behind(path, read[: unfit.start()])
    found.append(problem(code, span, what, "delete it: it cannot be published"))
    return None


def _behind(path: str, before: str) -> Span:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Span(path, len(lines), len(lines[-1]) + 1)


def parsed(environment: Environment, template: Text, found: list[Diagnostic]) -> nodes.Template | None:
    """Read a template; None and why if that cannot be done."""
    try:
        tree = environment.parse(template.text, template.name)
    except Exception as error:  # noqa: BLE001 - a syntax error, or what Python's limits raise
        found.append(unread(template, error))
        return None
    wrong = list(_unfit(template, tree))
    found += wrong
    return None if wrong else tree


def _unfit(template: Text, tree: nodes.Template) -> Iterator[Diagnostic]:
    """Find what is nested too deeply, and texts that no page can hold; without recursion, which is the matter."""
    from jinja2 import nodes

    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            yield _problem(template, node.lineno, _TOO_DEEP)
            return
        match node:
            case nodes.Const(value=str(written)) if unfit := _UNFIT.search(written):
                message = f"a text holds the character U+{ord(unfit[0]):04X}, which cannot be published"
                yield _problem(template, node.lineno, message, help_text="delete it, or write another")
        waiting += [(each, depth + 1) for each in node.iter_child_nodes()]


def compiled(environment: Environment, tree: nodes.Template, name: str) -> CodeType:
    """Compile a template; the line of a `SyntaxError` is one of the template, not of what Jinja made of it."""
    filename = f"templates/{name}"
    source = environment.compile(tree, name, filename, raw=True)
    try:
        return compile(source, filename, "exec")
    except SyntaxError as error:
        error.lineno = _line_of(source, error.lineno or 0)
        raise


def _line_of(source: str, made: int) -> int:
    """Give the template's line for a line of what was made of it: Jinja notes pairs of them, `1=12&3=20`."""
    noted = _LINES.search(source)
    pairs = [each.split("=") for each in noted[1].split("&") if each] if noted else []
    return max((int(line) for line, at in pairs if int(at) <= made), default=1)


def unread(template: Text, error: Exception) -> Diagnostic:
    """Say why a template could not be read or compiled, and where."""
    from jinja2 import TemplateSyntaxError

    line = getattr(error, "lineno", None) or _line_in(error.__traceback__)
    if isinstance(error, RecursionError | MemoryError | IndentationError):
        return _problem(template, line, _TOO_DEEP)
    message = getattr(error, "message", "") or getattr(error, "msg", "") or str(error) or type(error).__name__
    message = _OWN_NAME.sub("", message.partition(";")[0]).rstrip(".")
    help_text = _HELP if type(error) is TemplateSyntaxError else _OTHERWISE
    return _problem(template, line, message[:1].lower() + message[1:], help_text)


_TOO_DEEP = f"nested too deeply: expected at most {DEEPEST} expressions, and 20 loops, inside one another"
_HELP = "every `{% … %}` must be closed, and every `{{ … }}` must hold one expression"
_OTHERWISE = "write it otherwise: each block and each argument once, numbers of some digits"


def _problem(template: Text, line: int, message: str, help_text: str = _HELP) -> Diagnostic:
    quoted = message.rpartition("'")[0].rpartition("'")[2]
    help_text = "move a part of it to a macro or a file" if message == _TOO_DEEP else help_text
    return problem("template/syntax", template.span(line, quoted or message.rpartition(": ")[2]), message, help_text)


def _line_in(trace: TracebackType | None) -> int:
    """Find the innermost line of a template that Jinja was at: its parser notes it, its compiler has a node."""
    line = 1
    while trace:
        noted = trace.tb_frame.f_locals
        at = noted.get("lineno") or getattr(noted.get("node"), "lineno", None)
        line = at if isinstance(at, int) else line
        trace = trace.tb_next
    return line
