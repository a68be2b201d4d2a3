"""What templates hand to macros and to texts, and import from each other: checked on their syntax trees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from csto_site.diagnostics import Diagnostic, problem
from csto_site.templates.names import Text, nearest

if TYPE_CHECKING:
    from jinja2 import nodes

_PLACE = re.compile(r"(?<!%)%\((\w+)\)")
_GIVEN: Mapping[str, frozenset[str]] = {
    "_": frozenset(),
    "gettext": frozenset(),
    "ngettext": frozenset({"num"}),
    "pgettext": frozenset({"context"}),
    "npgettext": frozenset({"context", "num"}),
}
"""What translates texts, with the names that Jinja itself hands over."""
_OF_ITSELF = frozenset({"caller", "varargs", "kwargs"})


class _Module(NamedTuple):
    """A template as seen by those that import it: its names, and the macros among them."""

    name: str
    names: frozenset[str]
    macros: Mapping[str, nodes.Macro]


def faults(template: Text, tree: nodes.Template, trees: Mapping[str, nodes.Template]) -> Iterator[Diagnostic]:
    """Find what is imported and is not there, and calls that fail whatever the page: of macros, and of texts.

    Only what is certain: a name that is bound twice, or in a template that extends another, may be anything.
    """
    from jinja2 import nodes

    macros = _macros(tree)
    for node in tree.find_all(nodes.FromImport):
        if module := _module(node, trees):
            for name, alias in (each if isinstance(each, tuple) else (each, each) for each in node.names):
                macros |= {alias: module.macros[name]} if name in module.macros else {}
                yield from _absent(template, node.lineno, name, module)
    modules = {each.target: module for each in tree.find_all(nodes.Import) if (module := _module(each, trees))}
    yield from _calls(template, tree, macros, modules)


def _calls(
    template: Text, tree: nodes.Template, macros: Mapping[str, nodes.Macro], modules: Mapping[str, _Module]
) -> Iterator[Diagnostic]:
    from jinja2 import nodes

    bound = Counter(_bound(tree))
    for call in tree.find_all(nodes.Call):
        match call.node:
            case nodes.Name(name=name) if name in _GIVEN and not bound[name]:
                yield from _text(template, call, name)
            case nodes.Name(name=name) if name in macros and bound[name] == 1:
                yield from _macro(template, call, macros[name])
            case nodes.Getattr(node=nodes.Name(name=alias), attr=name) if alias in modules and bound[alias] == 1:
                yield from _absent(template, call.lineno, name, modules[alias])
                if name in modules[alias].macros:
                    yield from _macro(template, call, modules[alias].macros[name])


def _module(node: nodes.Import | nodes.FromImport, trees: Mapping[str, nodes.Template]) -> _Module | None:
    """Give what is imported; None where that is not known, as of a template that extends another."""
    from jinja2 import nodes

    name = str(node.template.value) if isinstance(node.template, nodes.Const) else ""
    if name not in trees or trees[name].find(nodes.Extends):
        return None
    arguments = {each.name for macro in trees[name].find_all(nodes.Macro) for each in macro.args}
    macros = _macros(trees[name])
    return _Module(name, frozenset(_bound(trees[name])) - (arguments - macros.keys()), macros)


def _bound(tree: nodes.Template) -> Iterator[str]:
    """Name all that a template binds, wherever it does."""
    from jinja2 import nodes

    for node in tree.find_all((nodes.Macro, nodes.Import, nodes.FromImport, nodes.Name)):
        match node:
            case nodes.Macro(name=name) | nodes.Import(target=name):
                yield name
            case nodes.FromImport(names=names):
                yield from (each[1] if isinstance(each, tuple) else each for each in names)
            case nodes.Name(ctx="store" | "param", name=name):
                yield name


def _macros(tree: nodes.Template) -> dict[str, nodes.Macro]:
    """Give the macros of a template whose names mean nothing else in it."""
    from jinja2 import nodes

    bound = Counter(_bound(tree))
    return {each.name: each for each in tree.find_all(nodes.Macro) if bound[each.name] == 1}


def _absent(template: Text, line: int, name: str, module: _Module) -> Iterator[Diagnostic]:
    if name not in module.names:
        there = ", ".join(sorted(module.names)) or "nothing"
        message = f"{module.name} has no '{name}', expected one of {there}"
        help_text = nearest(name, module.names, "write it there")
        yield problem("template/name", template.span(line, name), message, help_text)


def _macro(template: Text, call: nodes.Call, macro: nodes.Macro) -> Iterator[Diagnostic]:
    from jinja2 import nodes

    if call.dyn_args is not None or call.dyn_kwargs is not None:
        return
    names = [each.name for each in macro.args]
    given = {*names[: len(call.args)], *(each.key for each in call.kwargs)}
    needed = names[: len(names) - len(macro.defaults)]
    asked = {each.node.name for each in macro.find_all((nodes.Test, nodes.Filter)) if isinstance(each.node, nodes.Name)}
    used = {each.name for each in macro.find_all(nodes.Name)} & _OF_ITSELF
    takes = ", ".join(names) or "none"
    for name in needed:
        if name not in given | asked | _OF_ITSELF:  # what a macro asks whether it is defined may be left out
            message = f"'{macro.name}' is not given '{name}', expected the arguments {takes}"
            yield _wrong(template, call, macro, message)
    if len(call.args) > len(names) and "varargs" not in used:
        message = f"'{macro.name}' is given {len(call.args)} arguments, expected {len(names)}: {takes}"
        yield _wrong(template, call, macro, message)
    if "kwargs" not in used:
        for name in sorted(given - set(names) - _OF_ITSELF):
            yield _wrong(template, call, macro, f"'{macro.name}' takes no argument '{name}', expected {takes}")


def _wrong(template: Text, call: nodes.Call, macro: nodes.Macro, message: str) -> Diagnostic:
    span = template.span(call.lineno, macro.name)
    return problem("template/name", span, message, "give a macro its arguments in order, or by name")


def _text(template: Text, call: nodes.Call, name: str) -> Iterator[Diagnostic]:
    """Find names in a text to be translated for which the call gives no value."""
    from jinja2 import nodes

    if call.dyn_args is not None or call.dyn_kwargs is not None:
        return
    texts = [each.value for each in call.args if isinstance(each, nodes.Const) and isinstance(each.value, str)]
    given = {each.key for each in call.kwargs} | _GIVEN[name]
    for wanted in dict.fromkeys(_PLACE.findall(" ".join(texts))):
        if wanted not in given:
            handed = f"only {', '.join(sorted(given))}" if given else "nothing"
            message = f"the text has %({wanted})s, and is handed {handed}; expected a value for '{wanted}'"
            help_text = f"write `{name}(…, {wanted}=…)`, or use a name that is handed over"
            yield problem("template/name", template.span(call.lineno, wanted), message, help_text)
