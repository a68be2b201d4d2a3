"""The commonest YAML, read line by line: several times as fast as by the events of PyYAML's C parser.

    title: "Storm: a report"        tags: [sea, 'the weather']        image:
    date: 2024-05-01 18:30          authors:                            path: storm.jpg
    # a line of its own               - A. Sample                       alt: The harbour

What it reads is the very tree that `yaml_tree` would make, to the last column; a property holds this. Of
anything else it reads nothing, and `yaml_tree` does: anchors, tags, texts of several lines, deeper nesting,
keys that stand twice, errors, escapes other than that of a quote.
"""

from __future__ import annotations

import re

from csto_site.parse import yaml_tree
from csto_site.parse.reading import Reading
from csto_site.parse.yaml_tree import Mapping, Node, Scalar, Sequence

_ODD = "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
"""Tabs, line ends of any kind, and what YAML or XML refuses."""
_FIRST = rf"\-?:,\[\]{{}}#&*!|>'\"%@` {_ODD}"
"""What a plain text does not begin with, or only before certain others."""
_QUOTED = rf"""(?:"([^"\\{_ODD}]*(?:\\"[^"\\{_ODD}]*)*)"|'([^'{_ODD}]*(?:''[^'{_ODD}]*)*)') *"""

_line = re.compile(
    r"( *)(?:([A-Za-z_][A-Za-z0-9_-]{0,99}):|-)"
    rf"(?: +(?:{_QUOTED}|([^{_FIRST}][^{_ODD}]*)|\[([^\[\]{_ODD}]*)\] *)?)?"
).fullmatch
_comment = re.compile(rf"#[^{_ODD}]*").fullmatch
_item = re.compile(rf"( *)()(?:{_QUOTED}|([^{_FIRST}][^,:?#{{}}{_ODD}]*))(?:,|$)").match
_NAME, _DOUBLE, _SINGLE, _PLAIN, _LIST = range(2, 7)
"""Groups of both; the first is the blanks before."""

_Entry = tuple[Scalar, Node]
_Part = tuple[int, Scalar | None, Node]
"""A line below a key: its column, its own key unless it is one of a list, its value."""


def tree(text: str, first_line: int, reading: Reading) -> Node | None:
    """Read one YAML document that begins at a line of the file; None if it is empty or cannot be read."""
    return simple(text, first_line) or yaml_tree.tree(text, first_line, reading)


def simple(text: str, first_line: int) -> Mapping | None:
    """Read keys with simple values; None if there is anything else, or nothing.

    It goes from the last line to the first, so that what stands below a key is known when the key is met.
    """
    lines = text.split("\n")
    number = first_line + len(lines)
    entries: list[_Entry] = []
    below: list[_Part] = []
    for line in reversed(lines):
        number -= 1
        if not line or (line[0] == "#" and _comment(line)):
            continue
        match = _line(line)
        value = None if match is None else _value(match, number)
        if match is None or value is None:
            return None
        indent, name = match.group(1, _NAME)
        key = None if name is None else Scalar(name, "", number, len(indent) + 1, len(name))
        if indent or key is None:
            below.append((len(indent) + 1, key, value))
            continue
        if below:
            value = _block(below) if match.lastindex == _NAME else None
            if value is None:
                return None
            below = []
        entries.append((key, value))
    return None if below else _mapping(entries)


def _block(parts: list[_Part]) -> Node | None:
    """Make a list, or keys with values, of the lines below a key, of which the last comes first."""
    first = parts[-1]
    if any(column != first[0] for column, _, _ in parts):
        return None
    items = [value for _, key, value in reversed(parts) if key is None]
    if not items:
        return _mapping([(key, value) for _, key, value in parts if key is not None])
    return Sequence(tuple(items), items[0].line, first[0]) if len(items) == len(parts) else None


def _mapping(entries: list[_Entry]) -> Mapping | None:
    """Make a mapping of its keys, of which the last comes first; None if there is none, or one of them twice."""
    if not entries or len({key.text.lower() for key, _ in entries}) != len(entries):
        return None
    first = entries[-1][0]
    return Mapping(tuple(entries[::-1]), first.line, first.column)


def _value(match: re.Match[str], number: int, start: int = 0) -> Node | None:
    """Read the value that a match of either kind holds; its text begins so many characters after its line."""
    group = match.lastindex or 0
    if group <= _NAME:
        return Scalar("", "", number, match.end(_NAME) + 2, 0) if group == _NAME else None
    text = match[group]
    start += match.start(group)
    if group == _PLAIN:
        text = text.rstrip(" ")
        if ": " in text or " #" in text or text[-1] == ":":
            return None
        return Scalar(text, "", number, start + 1, len(text))
    if group == _DOUBLE:
        return Scalar(text.replace('\\"', '"'), '"', number, start, len(text) + 2)
    if group == _SINGLE:
        return Scalar(text.replace("''", "'"), "'", number, start, len(text) + 2)
    return _list(text, number, start)


def _list(text: str, number: int, start: int) -> Sequence | None:
    """Make a list of the text between its brackets."""
    items: list[Node] = []
    end = 0
    more = bool(text.strip(" "))
    while more:
        match = _item(text, end)
        item = None if match is None else _value(match, number, start)
        if match is None or item is None:
            return None
        items.append(item)
        end = match.end()
        more = text[end - 1] == ","
    return Sequence(tuple(items), number, start, len(text) + 2)
