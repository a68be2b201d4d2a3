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

    `is_given_names`: whether they see `site` and `page`, as what is imported does not.
    """

    names: tuple[str, ...]
    line: int
    is_required: bool
    is_given_names: bool


def references(tree: nodes.Template) -> Iterator[Reference]:
    """Find all references; one whose name is not written out has no names."""
    from jinja2 import nodes

    for node in tree.find_all(nodes.Stmt):
        match node:
            case nodes.Include(template=name, ignore_missing=is_optional, with_context=is_given_names):
                yield Reference(_written(name), node.lineno, not is_optional, is_given_names)
            case nodes.Import(template=name, with_context=is_given_names):
                yield Reference(_written(name), node.lineno, is_required=True, is_given_names=is_given_names)
            case nodes.FromImport(template=name, with_context=is_given_names):
                yield Reference(_written(name), node.lineno, is_required=True, is_given_names=is_given_names)
            case nodes.Extends(template=name):
                yield Reference(_written(name), node.lineno, is_required=True, is_given_names=True)


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
