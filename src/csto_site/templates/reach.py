"""Which templates a template leads to, and from which pages each is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from csto_site.diagnostics import Diagnostic, problem
from csto_site.templates.names import Text, nearest

if TYPE_CHECKING:
    from jinja2 import nodes


class Reference(msgspec.Struct, frozen=True):
    """That a template includes, extends or imports others, or the first of them that is there.

    `is_given_names`: whether they see `site` and `page`, as what is imported does not; `is_always`: whether no
    condition, loop, macro or block stands around it.
    """

    names: tuple[str, ...]
    line: int
    is_required: bool
    is_given_names: bool
    is_always: bool = False


def references(tree: nodes.Node, *, is_always: bool = True) -> Iterator[Reference]:
    """Find all references; one whose name is not written out has no names."""
    from jinja2 import nodes

    for node in tree.iter_child_nodes():
        match node:
            case nodes.Include(template=name, ignore_missing=is_optional, with_context=is_given_names):
                yield Reference(_written(name), node.lineno, not is_optional, is_given_names, is_always)
            case nodes.Import(template=name, with_context=is_given_names):
                yield Reference(_written(name), node.lineno, True, is_given_names, is_always)  # noqa: FBT003 - as above
            case nodes.FromImport(template=name, with_context=is_given_names):
                yield Reference(_written(name), node.lineno, True, is_given_names, is_always)  # noqa: FBT003 - as above
            case nodes.Extends(template=name):
                yield Reference(_written(name), node.lineno, True, True, is_always)  # noqa: FBT003 - as above
            case nodes.If() | nodes.For() | nodes.Macro() | nodes.CallBlock() | nodes.Block():
                yield from references(node, is_always=False)
            case nodes.Stmt():
                yield from references(node, is_always=is_always)


def _written(node: nodes.Expr) -> tuple[str, ...]:
    from jinja2 import nodes

    match node:
        case nodes.Const(value=str(name)):
            return (name,)
        case nodes.List(items=items) | nodes.Tuple(items=items):
            parts = [_written(each) for each in items]
            return tuple(name for part in parts for name in part) if all(parts) else ()
    return ()


def faults(template: Text, found: tuple[Reference, ...], known: frozenset[str]) -> Iterator[Diagnostic]:
    """Report names that are made up while rendering, and templates that are not there."""
    for each in found:
        if not each.names:
            message = "the name of a template must be written out, expected a text in quotes"
            yield problem("template/name", template.span(each.line), message, 'write it as in "parts/header.html"')
        elif each.is_required and not known & set(each.names):
            name = each.names[0]
            message = f"no such template: '{name}', expected a file below templates/"
            yield problem("template/missing", template.span(each.line, name), message, nearest(name, known, "write it"))


def circular(template: Text, links: Mapping[str, tuple[Reference, ...]]) -> Iterator[Diagnostic]:
    """Report what leads back to the template itself without a condition: it would be rendered without an end."""
    for each in links[template.name]:
        found, waiting = set[str](), _always(each)
        while waiting:
            name = waiting.pop()
            if name not in found and name in links:
                found.add(name)
                waiting += [onward for further in links[name] for onward in _always(further)]
        if template.name in found:
            by = f", by way of '{each.names[0]}'" if each.names[0] != template.name else ""
            message = f"this includes, extends or imports '{template.name}' itself{by}: expected an end"
            span = template.span(each.line, each.names[0])
            yield problem("template/failed", span, message, "name another template, or put it below a condition")


def _always(each: Reference) -> list[str]:
    return [each.names[0]] if each.is_always and len(each.names) == 1 else []


Way = tuple[str, bool]
"""A page's template from which another is reached, and whether `site` and `page` reach it too."""


def ways(links: Mapping[str, tuple[Reference, ...]], pages: Mapping[str, object]) -> Mapping[str, frozenset[Way]]:
    """Tell for each template from which pages it is reached."""
    found: dict[str, set[Way]] = {name: set() for name in links}
    waiting = [(name, (name, True)) for name in pages if name in links]
    while waiting:
        name, way = waiting.pop()
        if way in found[name]:
            continue
        found[name].add(way)
        for each in links[name]:
            onward = (way[0], way[1] and each.is_given_names)
            waiting += [(target, onward) for target in each.names if target in links]
    return {name: frozenset(each) for name, each in found.items()}
