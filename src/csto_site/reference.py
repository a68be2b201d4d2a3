"""The manual's tables of what templates may see, made from the text of `context` itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import msgspec

BEGIN = "<!-- The rest is made from src/csto_site/context.py: change it there. -->\n"

_PLAIN = {"str": "text", "int": "number", "bool": "true or false", "Markup": "HTML", "Mapping": "mapping"}


class _Field(msgspec.Struct, frozen=True):
    name: str
    type: ast.expr
    meaning: str


class _Class(msgspec.Struct, frozen=True):
    name: str
    base: str
    meaning: str
    fields: tuple[_Field, ...]


def table(source: str) -> str:
    """Describe, in Markdown, each view in the text of the module `context`: its fields, their types and meanings."""
    module = ast.parse(source)
    views = {each.name: each for each in map(_class, module.body) if each and each.base in {"View", "Page"}}
    pages = _pages(module)
    given = {"Site", "Page", *(view for shown in pages.values() for view in shown)}
    lines = ["### Which template is given what", "", *_templates(pages)]
    for title, names in (
        ("What the names hold", [name for name in views if name in given]),
        ("What their fields hold", sorted(set(views) - given)),
    ):
        lines += ["", f"### {title}"]
        for name in names:
            lines += ["", *_described(views[name])]
    return "\n".join(lines) + "\n"


def renewed(manual: str, source: str) -> str:
    """Put the tables into the manual, in place of those that it holds."""
    return manual.partition(BEGIN)[0] + BEGIN + "\n" + table(source)


def _class(node: ast.stmt) -> _Class | None:
    if not isinstance(node, ast.ClassDef):
        return None
    base = node.bases[0].id if node.bases and isinstance(node.bases[0], ast.Name) else ""
    return _Class(node.name, base, ast.get_docstring(node) or "", tuple(_fields(node)))


def _fields(node: ast.ClassDef) -> Iterator[_Field]:
    """Pair each field with the string that stands under it."""
    for declared, below in zip(node.body, node.body[1:], strict=False):
        match declared, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(meaning))):
                yield _Field(name, declared.annotation, " ".join(meaning.split()))


def _pages(module: ast.Module) -> Mapping[str, tuple[str, ...]]:
    """Read the table of templates."""
    for node in module.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id="PAGES"), value=ast.Dict(keys=keys, values=values)):
                names = (str(ast.literal_eval(key)) for key in keys if key)
                return {name: _names(value) for name, value in zip(names, values, strict=True)}
    return {}


def _names(node: ast.expr) -> tuple[str, ...]:
    return tuple(each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def _templates(pages: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield "| template | `site` | `page` |"
    yield "|---|---|---|"
    for template, shown in pages.items():
        page = " or ".join(_link(name) for name in shown) or "not given"
        yield f"| `{template}` | {_link('Site')} | {page} |"


def _described(view: _Class) -> Iterator[str]:
    yield f"#### {view.name}"
    yield ""
    more = f" It has all fields of {_link('Page')}" + (", and:" if view.fields else ".")
    yield view.meaning + (more if view.base == "Page" else "")
    if not view.fields:
        return
    yield ""
    yield "| field | type | meaning |"
    yield "|---|---|---|"
    for field in view.fields:
        yield f"| `{field.name}` | {_type(field.type)} | {field.meaning.replace('|', '&#124;')} |"


def _type(node: ast.expr) -> str:
    """Write a type in the words of those who write templates."""
    match node:
        case ast.Constant(value=None):
            return "none"
        case ast.Name(id=name):
            return _PLAIN.get(name) or _link(name)
        case ast.BinOp(left=left, right=right):
            return f"{_type(left)} or {_type(right)}"
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[element, *_])):
            return f"list of {_type(element)}"
        case ast.Subscript(value=ast.Name(id="Mapping"), slice=ast.Tuple(elts=[key, value])):
            return f"mapping of {_type(key)} to {_type(value)}"
    return f"`{ast.unparse(node)}`"


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"
