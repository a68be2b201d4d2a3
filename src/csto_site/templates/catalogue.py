"""The texts of the interface in one language, read from a gettext `.po` file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from csto_site.diagnostics import Checked, Diagnostic, Span, problem

if TYPE_CHECKING:
    from babel.messages import Message
    from jinja2.nodes import Template

PLACEHOLDER = re.compile(r"%\((\w+)\)")


class Catalogue(msgspec.Struct, frozen=True):
    """Translations by context ("" where there is none) and English text, and gettext's rule for plurals."""

    messages: Mapping[tuple[str, str], tuple[str, ...]]
    rule: str

    def gettext(self, text: str) -> str:
        """Translate a text; one that is not translated stays English."""
        return self.pgettext("", text)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Translate a text that depends on a number."""
        return self.npgettext("", one, many, number)

    def pgettext(self, context: str, text: str) -> str:
        """Translate a text that means different things in different contexts."""
        return self.messages.get((context, text), (text,))[0]

    def npgettext(self, context: str, one: str, many: str, number: int) -> str:
        """Translate a text that depends on a context and a number."""
        forms = self.messages.get((context, one)) or (one, many)
        rule = self.rule if (context, one) in self.messages else ENGLISH.rule
        return forms[min(_plural(rule)(number), len(forms) - 1)]


ENGLISH = Catalogue({}, "n != 1")
"""What the templates say where no catalogue does."""


@lru_cache(maxsize=64)
def _plural(rule: str) -> Callable[[int], int]:
    from gettext import c2py

    compiled: Callable[[int], int] = c2py(rule)
    return compiled


def read(path: str, text: str, language: str) -> Checked[Catalogue]:
    """Read a catalogue; entries that are fuzzy or not translated are left out."""
    from babel.messages.pofile import PoFileError, read_po

    if flaws := tuple(_flaws(path, text)):
        return Checked(ENGLISH, flaws)
    try:
        catalog = read_po(text.splitlines(keepends=True), locale=language.replace("-", "_"), abort_invalid=True)
        _plural(catalog.plural_expr)(0)
    except PoFileError as error:
        found = str(error).rpartition(" on ")[0].lower()
        return Checked(ENGLISH, (_broken(path, error.lineno + 1, f"not a gettext catalogue: {found}"),))
    except Exception as error:  # noqa: BLE001 - Babel reads headers with whatever int(), re and Locale raise
        return Checked(ENGLISH, (_broken(path, 1, f"not a gettext catalogue: {error}"),))
    translated = [each for each in catalog if each.id and _is_translated(each)]
    wrong = tuple(found for each in translated for found in _foreign_placeholders(path, text, each))
    messages = {_key(each): _forms(each.string) for each in translated}
    return Checked(Catalogue(messages, catalog.plural_expr), wrong)


def _broken(path: str, line: int, message: str, column: int = 1, length: int = 1) -> Diagnostic:
    span = Span(path, line, column, length)
    return problem("template/syntax", span, message, "write `msgid` and `msgstr` as gettext does")


_LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s*)?"((?:[^"\\]|\\.)*)"').fullmatch
_ESCAPE = re.compile(r"\\(.)")


def _flaws(path: str, text: str) -> Iterator[Diagnostic]:
    """Find what Babel reads in silence: quotes that are not closed, unknown escapes, texts that stand twice."""
    written: dict[tuple[str, str], int] = {}
    entry: dict[str, str] = {}
    keyword, began = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        yield from _ill_written(path, number, line)
        found = _LINE(line.strip())
        if found is None:
            continue
        keyword = (found[1] or keyword).partition("[")[0]
        if found[1] in ("msgctxt", "msgid") and "msgstr" in entry:
            entry = {}
        began = number if found[1] == "msgid" else began
        if keyword == "msgstr" and "msgstr" not in entry:
            first = written.setdefault((entry.get("msgctxt", ""), entry.get("msgid", "")), began)
            if first != began:
                yield _broken(path, began, f"this msgid stands in line {first} already, expected it once")
        entry[keyword] = entry.get(keyword, "") + found[2]


def _ill_written(path: str, number: int, line: str) -> Iterator[Diagnostic]:
    shown, start = line.strip(), len(line) - len(line.lstrip()) + 1
    found = _LINE(shown)
    if found is None and shown.startswith(('"', "msg")):
        message = f'not one text between two quotes: {shown[:60]}, expected \\" for a quote in a text'
        yield _broken(path, number, message, line.find('"') + 1 or start)
    for escape in _ESCAPE.finditer(shown, found.start(2)) if found else ():
        if escape[1] not in '\\"ntr':
            message = f"no such escape: '{escape[0]}', expected one of \\n, \\t, \\r, \\\" and \\\\"
            yield _broken(path, number, message, start + escape.start(), 2)


def _is_translated(message: Message) -> bool:
    return not message.fuzzy and all(_forms(message.string))


def _key(message: Message) -> tuple[str, str]:
    return (message.context or "", _forms(message.id)[0])


def _forms(texts: object) -> tuple[str, ...]:
    return tuple(map(str, texts)) if isinstance(texts, (tuple, list)) else (str(texts or ""),)


def _foreign_placeholders(path: str, text: str, message: Message) -> Iterator[Diagnostic]:
    known = set(PLACEHOLDER.findall(" ".join(_forms(message.id))))
    used = PLACEHOLDER.findall(" ".join(_forms(message.string)))
    lines = text.splitlines()
    for name in sorted(set(used) - known):
        line = next((at for at in range(message.lineno or 1, len(lines) + 1) if f"%({name})" in lines[at - 1]), 1)
        place = Span(path, line, lines[line - 1].find(f"%({name})") + 1 or 1, len(name) + 3)
        wanted = " or ".join(f"%({each})s" for each in sorted(known)) or "no %(name)s"
        yield problem(
            "template/name",
            place,
            f"the text has no %({name})s, expected {wanted}",
            "use the names that stand in msgid",
        )


def folded(tree: Template, catalogue: Catalogue) -> Template:
    """Put the translations of constant texts into a template once, so that printing them costs nothing."""
    from jinja2 import nodes
    from jinja2.visitor import NodeTransformer
    from markupsafe import Markup

    class Fold(NodeTransformer):
        def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor's convention
            match node:
                case nodes.Call(
                    node=nodes.Name(name="_" | "gettext"), args=[nodes.Const(value=str(text))], kwargs=[]
                ) if "%" not in catalogue.gettext(text):
                    return nodes.Const(Markup(catalogue.gettext(text)), lineno=node.lineno)  # noqa: S704 - ours, as gettext's are
            return self.generic_visit(node)

    folded_tree: Template = Fold().visit(tree)
    return folded_tree
