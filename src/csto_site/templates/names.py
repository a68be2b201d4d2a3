"""Which names and fields a template uses: checked on its syntax tree against the views of `context`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, get_args, get_origin, get_type_hints

import msgspec

from csto_site.context import View
from csto_site.diagnostics import Diagnostic, Span, problem

if TYPE_CHECKING:
    from jinja2 import nodes


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILTERS = _words(
    """abs batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format
    groupby indent int items join last length list lower map max min reject rejectattr replace reverse round safe
    select selectattr slice sort string striptags sum title tojson trim truncate unique upper urlencode wordcount
    wordwrap"""
)
"""Filters that templates may use: those of Jinja whose result depends on their arguments alone."""

TESTS = _words(
    """boolean defined divisibleby eq equalto escaped even false float ge greaterthan gt in integer iterable le
    lessthan lower lt mapping ne none number odd sameas sequence string true undefined upper == != < <= > >="""
)
"""Tests that templates may use."""

GLOBALS = _words("_ gettext ngettext pgettext npgettext range dict namespace cycler joiner")
"""Functions that templates may call."""

_SAME = _words("list reject rejectattr reverse select selectattr sort unique")
_LISTS = _SAME | _words("batch dictsort groupby items map slice")
_ELEMENT = _words("first last max min")
_IMPLIED = _words("super loop caller varargs kwargs")

Shapes = tuple[object, ...]
"""The types that an expression may have; empty where nothing is known of it."""


class Method:
    """The type of a method that is not called."""


_NEWLINE = re.compile(r"\r\n|\r|\n")  # as Jinja counts lines, not as `splitlines` does


class Text(msgspec.Struct, frozen=True):
    """A template's name and text, from which places are found."""

    name: str
    text: str

    @property
    def path(self) -> str:
        """The path that diagnostics show."""
        return f"templates/{self.name}"

    def span(self, line: int, word: str = "") -> Span:
        """Find a word in a line, or a field by its name with the dot before it: Jinja knows no columns."""
        if not line:
            return Span(self.path)
        lines = _NEWLINE.split(self.text)
        shown = lines[line - 1] if 0 < line <= len(lines) else ""
        edge, name = (r"(?<=\.)", word[1:]) if word.startswith(".") else (r"(?<!\w)", word)
        found = re.search(rf"{edge}{re.escape(name)}(?!\w)", shown) if name else None
        return Span(self.path, line, found.start() + 1, len(name)) if found else Span(self.path, line, 1)


def nearest(name: str, known: Iterable[str], otherwise: str) -> str:
    """Say which known name was probably meant, or something else where none is near."""
    close = get_close_matches(name, sorted(known), n=1)
    return f"did you mean `{close[0]}`?" if close else otherwise


def unknown(template: Text, tree: nodes.Template, names: Mapping[str, Shapes]) -> list[Diagnostic]:
    """Find everything in a template that it cannot have; `names` are those that it is given."""
    walk = _Walk(template, names)
    walk.template(tree)
    return walk.found


@lru_cache(maxsize=256)
def fields(view: type[View]) -> Mapping[str, object]:
    """Give the fields of a view with their types."""
    return get_type_hints(view)


def possible(annotation: object) -> Shapes:
    """Take a type apart into what a value may be; that it may be none is for the template to ask."""
    if isinstance(annotation, UnionType):
        return tuple(each for each in get_args(annotation) if each is not NoneType)
    return (annotation,)


def elements(shapes: Shapes) -> Shapes:
    """Give the types of what lists of these types hold."""
    of_lists = [get_args(each)[0] for each in shapes if get_origin(each) is tuple]
    return tuple(of_lists) if len(of_lists) == len(shapes) else ()


def _is_view(shape: object) -> bool:
    return isinstance(shape, type) and issubclass(shape, View)


def _is_list(shape: object) -> bool:
    return shape is tuple or get_origin(shape) is tuple


def _as_whole(shape: object) -> tuple[str, str] | None:
    """Say what a type is that nobody means to print, and what to do instead."""
    if isinstance(shape, type) and issubclass(shape, View):
        return f"a whole {shape.__name__}", "print one of its fields"
    if _is_list(shape):
        return "a whole list", "go through it with `{% for … %}`, or join it with `| join(', ')`"
    if get_origin(shape) is not None:
        return "a whole mapping", "take one value out of it: `name['key']`"
    return ("a method", "call it: `name()`") if shape is Method else None


class _Walk:
    """One walk over one template: the names in scope, and what was found so far."""

    def __init__(self, template: Text, names: Mapping[str, Shapes]) -> None:
        self.text = template
        self.scopes: list[dict[str, Shapes]] = [dict(names)]
        self.found: list[Diagnostic] = []

    def template(self, tree: nodes.Template) -> None:
        """Walk the whole; what the top level sets is seen by every block, wherever it stands."""
        for each in tree.body:
            self.declare(each)
        self.all(tree.body)

    def report(self, line: int, word: str, message: str, help_text: str) -> None:
        self.found.append(problem("template/name", self.text.span(line, word), message, help_text))

    # -- statements

    def declare(self, node: nodes.Node) -> None:
        """Add the names that a statement sets; of those nothing more is known."""
        from jinja2 import nodes

        match node:
            case nodes.Assign(target=target) | nodes.AssignBlock(target=target):
                names = _names(target)
            case nodes.Macro(name=name) | nodes.Import(target=name):
                names = [name]
            case nodes.FromImport(names=imported):
                names = [each[1] if isinstance(each, tuple) else each for each in imported]
            case _:
                names = []
        self.scopes[-1].update(dict.fromkeys(names, ()))

    def all(self, nodes_: Iterable[nodes.Node]) -> None:
        for each in nodes_:
            self.node(each)

    def inside(self, body: Iterable[nodes.Node], names: Mapping[str, Shapes]) -> None:
        """Walk a part that has names of its own."""
        self.scopes.append(dict(names))
        self.all(body)
        self.scopes.pop()

    def node(self, node: nodes.Node) -> None:
        """Walk a statement, or an expression of which only the faults matter."""
        from jinja2 import nodes

        match node:
            case nodes.Output():
                self.output(node)
            case nodes.For():
                self.loop(node)
            case nodes.Macro() | nodes.CallBlock():
                self.macro(node)
            case nodes.With(targets=targets, values=values, body=body):
                self.all(values)
                self.inside(body, dict.fromkeys([name for target in targets for name in _names(target)], ()))
            case nodes.Block():
                self.block(node)
            case nodes.Stmt():
                self.all(node.iter_child_nodes())
                self.declare(node)
            case _:
                self.shapes(node)

    def output(self, node: nodes.Output) -> None:
        """Walk what is printed: a list, a view or a method as a whole is never meant."""
        for each in node.nodes:
            for whole in filter(None, map(_as_whole, self.shapes(each))):
                self.report(each.lineno, _last_word(each), f"prints {whole[0]}, expected a text", whole[1])
                break

    def loop(self, node: nodes.For) -> None:
        from jinja2 import nodes

        of_each = elements(self.shapes(node.iter)) if isinstance(node.target, nodes.Name) else ()
        names = dict.fromkeys(_names(node.target), of_each)
        self.inside([node.test] if node.test else [], names)
        self.inside(node.body, {**names, "loop": ()})
        self.inside(node.else_, {})

    def macro(self, node: nodes.Macro | nodes.CallBlock) -> None:
        from jinja2 import nodes

        if isinstance(node, nodes.CallBlock):
            self.shapes(node.call)
        self.declare(node)
        self.all(node.defaults)
        names = [*(each.name for each in node.args), "caller", "varargs", "kwargs"]
        self.inside(node.body, dict.fromkeys(names, ()))

    def block(self, node: nodes.Block) -> None:
        """Walk a block: it sees the top level, not the loop around it."""
        outer = self.scopes
        self.scopes = outer[:] if node.scoped else outer[:1]
        self.inside(node.body, {"super": ()})
        self.scopes = outer

    # -- expressions

    def shapes(self, node: nodes.Node) -> Shapes:
        """Walk an expression and say what types it may have."""
        from jinja2 import nodes

        match node:
            case nodes.Name(ctx="load"):
                return self.name(node)
            case nodes.Getattr(node=owner, attr=attr):
                return self.field(node, self.shapes(owner), attr)
            case nodes.Getitem():
                return self.item(node)
            case nodes.Filter():
                return self.filter(node)
            case nodes.Test(name=name):
                self.allowed(node, "test", name, TESTS)
        self.parts(node)
        return ()

    def parts(self, node: nodes.Node) -> None:
        for each in node.iter_child_nodes():
            self.shapes(each)

    def name(self, node: nodes.Name) -> Shapes:
        for scope in reversed(self.scopes):
            if node.name in scope:
                return scope[node.name]
        if node.name in GLOBALS or node.name == "self":
            return ()
        here = sorted({name for scope in self.scopes for name in scope} - _IMPLIED)
        expected = f"expected one of {', '.join(here)}" if here else "this template is given none"
        otherwise = "what a template is given is `site` and `page`; a macro gets all else as an argument"
        help_text = nearest(node.name, [*here, *GLOBALS], otherwise)
        self.report(node.lineno, node.name, f"no such name: '{node.name}', {expected}", help_text)
        return ()

    def field(self, node: nodes.Expr, owner: Shapes, name: str) -> Shapes:
        """Take a field of what an expression may be; each of its types must have it."""
        missing = next((shape for shape in owner if _field(shape, name) is None), None)
        if missing is None and not name.startswith("_"):
            return tuple(dict.fromkeys(each for shape in owner for each in _field(shape, name) or ()))
        known = fields(missing) if isinstance(missing, type) and issubclass(missing, View) else {}
        what = _title(missing) if missing else "a value"
        otherwise = f"{what} has {', '.join(sorted(known))}" if known else "`csto-site context` prints all fields"
        self.report(node.lineno, f".{name}", f"no field '{name}' in {what}", nearest(name, known, otherwise))
        return ()

    def item(self, node: nodes.Getitem) -> Shapes:
        """Take an element of a list, a part of it, a value of a mapping, or a field by its name."""
        from jinja2 import nodes

        owner = self.shapes(node.node)
        self.shapes(node.arg)
        match node.arg:
            case nodes.Slice():
                return owner
            case nodes.Const(value=str(name)) if owner and all(map(_is_view, owner)):
                return self.field(node, owner, name)
        return elements(owner)

    def filter(self, node: nodes.Filter) -> Shapes:
        self.allowed(node, "filter", node.name, FILTERS)
        owner = self.shapes(node.node) if node.node else ()
        for each in (*node.args, *node.kwargs, node.dyn_args, node.dyn_kwargs):
            if each is not None:
                self.shapes(each)
        if node.name in _ELEMENT:
            return elements(owner)
        if node.name in _SAME and owner and all(map(_is_list, owner)):
            return owner
        return (tuple,) if node.name in _LISTS else ()

    def allowed(self, node: nodes.Expr, kind: str, name: str, known: frozenset[str]) -> None:
        if name not in known:
            otherwise = f"the {kind}s that templates may use: {', '.join(sorted(known))}"
            self.report(node.lineno, name, f"no such {kind}: '{name}'", nearest(name, known, otherwise))


def _field(shape: object, name: str) -> Shapes | None:
    """Give the types of a field, or None where there is no such field."""
    if isinstance(shape, type) and issubclass(shape, View):
        found = fields(shape).get(name)
        return None if found is None else possible(found)
    owner = get_origin(shape) or shape
    return (Method,) if hasattr(owner, name) else None


def _title(shape: object) -> str:
    return shape.__name__ if isinstance(shape, type) else "a list" if _is_list(shape) else "a mapping"


def _names(target: nodes.Node) -> list[str]:
    """List the names that a target sets; of a namespace's field there are none."""
    from jinja2 import nodes

    return [each.name for each in (target, *target.find_all(nodes.Name)) if isinstance(each, nodes.Name)]


def _last_word(node: nodes.Node) -> str:
    from jinja2 import nodes

    return str(node.attr if isinstance(node, nodes.Getattr) else node.name if isinstance(node, nodes.Name) else "")
