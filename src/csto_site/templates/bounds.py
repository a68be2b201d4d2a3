"""What can grow without an end in templates, within bounds: `{{ 10 ** (10 ** 10) }}` would fill the memory, or not end.

Products, powers, ranges, and what fills a text or a list up to a width. Jinja works out what is constant while it
compiles: that is tried here before. All else is left to the page, by functions in the place of the operators.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sized
from functools import wraps
from string import Formatter
from types import BuiltinMethodType, MethodType
from typing import TYPE_CHECKING, Any

from markupsafe import soft_str

from csto_site.markup.text import UNFIT

if TYPE_CHECKING:
    from jinja2.nodes import Template
    from jinja2.runtime import Context

LARGEST = 10_000
"""How many binary digits a whole number may have: more than anybody shows, and few enough for Python to print them."""
LONGEST = 1_000_000
"""How many characters a repeated text may have, and how many elements a list or range."""
WIDEST = 10_000
"""How wide a text may be filled up, and how many elements a part of a list may have."""


def product(left: Any, right: Any) -> Any:  # noqa: ANN401 - whatever can be multiplied
    """Multiply; raises `OverflowError` for what is far too large."""
    for part, times in ((left, right), (right, left)):
        if isinstance(part, Sized) and isinstance(times, int) and len(part) * times > LONGEST:
            raise OverflowError(f"{len(part):,} repeated {times:,} times, expected {LONGEST:,} characters at most")
    if _bits(left) + _bits(right) > LARGEST:
        raise OverflowError(_TOO_LARGE)
    return left * right


def power(base: Any, exponent: Any) -> Any:  # noqa: ANN401 - as above
    """Raise to a power; raises `OverflowError` for what is far too large."""
    if isinstance(exponent, int) and _bits(base) > 1 and _bits(base) * exponent > LARGEST:
        raise OverflowError(_TOO_LARGE)
    return base**exponent


def remainder(left: Any, right: Any) -> Any:  # noqa: ANN401 - as above
    """Give a remainder, or a text with values put in.

    Raises `OverflowError` for one that is far too wide, `ValueError` for one that cannot be published: `%c` makes
    any character of a number.
    """
    if isinstance(left, str) and (_WIDE.search(left) or (_STARRED.search(left) and _has_large(right))):
        raise OverflowError(f"a text of more than {LONGEST:,} characters, expected a smaller width")
    made = left % right
    if isinstance(left, str) and (unfit := _UNFIT.search(made)):
        raise ValueError(f"a text holds the character U+{ord(unfit[0]):04X}, which cannot be published")
    return made


def formatted(value: str, *values: object, **named: object) -> Any:  # noqa: ANN401 - as above
    """Put values into a text, as Jinja's filter does, within the bounds of `remainder`."""
    return remainder(soft_str(value), named or values)


_WIDE = re.compile(r"%(?:\([^)]*\))?[^a-zA-Z%]*[1-9][0-9]{6}")
_STARRED = re.compile(r"%[^a-zA-Z%]*\*")
_UNFIT = re.compile(f"[{UNFIT}]")


def _has_large(values: object) -> bool:
    """Tell whether one of the values of a text is a width (`*`) that is far too large."""
    return isinstance(values, tuple) and any(isinstance(each, int) and abs(each) > LONGEST for each in values)


def numbers(*arguments: int) -> range:
    """Give a range; raises `OverflowError` for one that is far too long."""
    found = range(*arguments)
    if found[LONGEST:]:
        raise OverflowError(f"a range of more than {LONGEST:,} numbers, expected fewer")
    return found


FILTERS = ("batch", "center", "indent", "round", "slice", "tojson", "wordwrap")
"""Jinja's filters that make something of the width or number that they are given."""
_METHODS = frozenset({"center", "expandtabs", "ljust", "rjust", "to_bytes", "zfill"})
"""Python's methods of texts and numbers that do."""


def spared(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a filter of Jinja raise `OverflowError` where it is given far too large a number or text."""
    own = 2 if hasattr(function, "jinja_pass_arg") else 1  # the value, and what Jinja passes before it

    @wraps(function)
    def bounded(*arguments: object, **named: object) -> object:
        _refuse_large(function.__name__.removeprefix("do_"), (*arguments[own:], *named.values()))
        return function(*arguments, **named)

    return bounded


def _refuse_large(name: str, arguments: tuple[object, ...]) -> None:
    for each in arguments:
        if isinstance(each, int) and abs(each) > WIDEST:
            raise OverflowError(f"`{name}` is given {each:,}, expected {WIDEST:,} at most")
        if isinstance(each, str) and len(each) > WIDEST:
            raise OverflowError(f"`{name}` is given {len(each):,} characters, expected {WIDEST:,} at most")


class _Fields(Formatter):
    """Formats as texts do, but for what is far too wide."""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - the formatter's own types
        if _DIGITS.search(format_spec):
            raise OverflowError(f"a field is formatted as {format_spec!r}, expected a smaller width")
        return str(super().format_field(value, format_spec))


_DIGITS = re.compile(r"[1-9][0-9]{4}")


def context() -> type[Context]:
    """Give the context in which templates call: it raises `OverflowError` where a method would make far too much."""
    from jinja2.runtime import Context

    class Bounded(Context):
        def call(self, function: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as Jinja has it
            if function.__class__ in _BOUND and isinstance(function.__self__, str | int):
                _judge(function.__self__, function.__name__, arguments, named)
            return call(self, function, *arguments, **named)

    call = Context.call
    return Bounded


_BOUND: frozenset[type[Any]] = frozenset({BuiltinMethodType, MethodType})


def _judge(owner: object, name: str, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> None:
    if name in _METHODS:
        _refuse_large(name, (*arguments, *named.values()))
    elif name == "format":
        _Fields().vformat(str(owner), arguments, named)
    elif name == "format_map":
        _Fields().vformat(str(owner), (), *arguments)


_TOO_LARGE = f"a number of more than {LARGEST:,} binary digits, expected a smaller one"


def _bits(number: object) -> int:
    return number.bit_length() if isinstance(number, int) else 0


def bounded(tree: Template) -> Template:
    """Put `environment.product`, `environment.power` and `environment.remainder` in the place of the operators.

    Raises `OverflowError` for what is constant, and far too large.
    """
    from jinja2 import nodes
    from jinja2.visitor import NodeTransformer

    class Bound(NodeTransformer):
        def visit_Mul(self, node: nodes.Mul) -> nodes.Node:  # noqa: N802 - the visitor's convention
            return self._call("product", product, node)

        def visit_Pow(self, node: nodes.Pow) -> nodes.Node:  # noqa: N802 - as above
            return self._call("power", power, node)

        def visit_Mod(self, node: nodes.Mod) -> nodes.Node:  # noqa: N802 - as above
            return self._call("remainder", remainder, node)

        def _call(self, name: str, function: Callable[[Any, Any], Any], node: nodes.BinExpr) -> nodes.Node:
            self.generic_visit(node)
            try:
                function(node.left.as_const(), node.right.as_const())
            except OverflowError:  # its line is that of `node` in this frame
                raise
            except Exception:  # noqa: BLE001 - no constants, or none that Python takes: the page will tell
                called = nodes.EnvironmentAttribute(name, lineno=node.lineno)
                return nodes.Call(called, [node.left, node.right], [], None, None, lineno=node.lineno)
            return node

    bounded_tree: Template = Bound().visit(tree)
    return bounded_tree
