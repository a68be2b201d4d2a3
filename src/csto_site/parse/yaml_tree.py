"""YAML to a small tree of nodes that keep the text as it was written, and its place.

PyYAML's loaders make values of it, which is what we cannot use: `12:30` becomes 750, `NO` False, `1.10`
1.1, and of two equal keys the last wins in silence. So the tree is built from the events of its C
parser: faster than `yaml.compose`, and nothing is built before it has been counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from csto_site.parse.front_matter import FORBIDDEN
from csto_site.parse.reading import Place, Reading, quoted

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

DEEPEST = 32
"""How many levels values may be nested."""

LARGEST = 10_000
"""How many values there may be once aliases are counted as what they stand for."""

_QUOTE_IT = "put the text in quotes"
_FLATTEN = "close the brackets, or write the values out"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BREAKS = {0x85: " ", 0x2028: " ", 0x2029: " "}


class Scalar(msgspec.Struct, frozen=True):
    """A single value: its text, how it was written (`style` "" is plain), and its place."""

    text: str
    style: str = ""
    line: int = 1
    column: int = 1
    length: int = 1

    @property
    def is_null(self) -> bool:
        """Whether nothing was written, or a word for nothing."""
        return not self.style and self.text in _NULLS


class Sequence(msgspec.Struct, frozen=True):
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int
    length: int = 0


class Mapping(msgspec.Struct, frozen=True):
    """Keys with their values, in the order in which they were written, none twice in whatever case."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int
    length: int = 0


Node = Scalar | Sequence | Mapping

KINDS: dict[type, str] = {Scalar: "text", Sequence: "a list", Mapping: "keys with values"}


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """The rest cannot be read; the problem has been noted."""


class _Build(msgspec.Struct):
    """The state of one build: the next event, what anchors stand for, how many values there are.

    `lines` are those of the text, none where there can be no comment.
    """

    next: Callable[[], Any]
    first_line: int
    reading: Reading
    anchors: dict[str, tuple[Node, int, Place]]
    used: set[str]
    lines: tuple[str, ...] = ()
    count: int = 0


def tree(text: str, first_line: int, reading: Reading) -> Node | None:
    """Read one YAML document that begins at a line of the file; None if it is empty or cannot be read."""
    from yaml import MarkedYAMLError
    from yaml._yaml import CParser
    from yaml.reader import ReaderError

    if not text.isascii():
        text = text.translate(_BREAKS)  # YAML 1.1 ends lines there; editors and YAML 1.2 do not
    try:
        lines = tuple(text.split("\n")) if "#" in text else ()
        return _document(_Build(CParser(text).get_event, first_line, reading, {}, set(), lines))
    except MarkedYAMLError as error:
        _syntax(error, first_line, reading)
    except ReaderError:
        _unprintable(text, first_line, reading)
    except _Refused:
        pass
    return None


def _document(build: _Build) -> Node | None:
    build.next()  # the stream's start
    if _is(build.next(), "StreamEndEvent"):
        return None
    found = _node(build, build.next(), 0)
    build.next()  # the document's end
    after = build.next()
    if _is(after, "DocumentStartEvent"):
        place = _place(build, after)
        build.reading.problem("yaml/syntax", place, "a second YAML document begins here", "delete this line")
        return None
    for name, (_, _, place) in build.anchors.items():
        if name not in build.used:
            message = f"{quoted('&' + name)} is read as a YAML anchor, and nothing refers to it"
            build.reading.problem("yaml/syntax", place, message, _QUOTE_IT)
    return found


def _node(build: _Build, event: Any, depth: int) -> Node:  # noqa: ANN401 - PyYAML's events carry no types
    kind = type(event).__name__
    build.count += 1
    if kind == "AliasEvent":
        return _alias(build, event)
    before = build.count
    if kind == "ScalarEvent":
        found: Node = _scalar(build, event)
    elif depth >= DEEPEST:
        message = f"values are nested more than {DEEPEST} levels deep"
        build.reading.problem("yaml/too-deep", _place(build, event), message, _FLATTEN)
        raise _Refused
    else:
        found = _sequence(build, event, depth) if kind == "SequenceStartEvent" else _mapping(build, event, depth)
    if event.anchor is not None:
        build.anchors[event.anchor] = (found, build.count - before + 1, _place(build, event))
    if event.tag is not None and not event.tag.startswith("tag:yaml.org,2002:"):
        message = f"{quoted(event.tag)} is read as a YAML tag"
        build.reading.problem("yaml/syntax", _place(build, event), message, _QUOTE_IT)
    return found


def _is(event: Any, name: str) -> bool:  # noqa: ANN401 - as above
    """Tell an event by its name: PyYAML is imported where it is called, not at the top."""
    return type(event).__name__ == name


def _place(build: _Build, event: Any) -> Place:  # noqa: ANN401 - as above
    start, end = event.start_mark, event.end_mark
    length = end.column - start.column if start.line == end.line else 0
    return Place(start.line + build.first_line, start.column + 1, length)


def _scalar(build: _Build, event: Any) -> Scalar:  # noqa: ANN401 - as above
    start, end = event.start_mark, event.end_mark
    length = end.column - start.column if start.line == end.line else 0
    found = Scalar(event.value, event.style or "", start.line + build.first_line, start.column + 1, length)
    if found.style == '"' and (match := FORBIDDEN.search(found.text)):
        code = "source/nul" if match.group() == "\0" else "source/control"
        message = f"an escape stands for the control character U+{ord(match.group()):04X}"
        build.reading.problem(code, found, message, "delete it: it cannot be published")
    if not found.style and build.lines:
        _doubt_comment(build, event)
    return found


_cut = re.compile(r"[ \t]*(#[^\s].*?)[ \t]*$").match


def _doubt_comment(build: _Build, event: Any) -> None:  # noqa: ANN401 - as above
    """Warn of what follows a text without quotes as `#1` does: it is more likely a part of it than a comment."""
    end = event.end_mark
    found = _cut(build.lines[end.line], end.column) if end.line < len(build.lines) else None
    if found is None:
        return
    place = Place(end.line + build.first_line, found.start(1) + 1, len(found[1]))
    whole = f"{event.value}{found[0].rstrip()}".strip().replace("'", "''")
    read = f"only {quoted(event.value)} is read" if event.value else "no value is read"
    message = f"{read}: {quoted(found[1])} is a comment to YAML"
    build.reading.problem("yaml/comment", place, message, f"write '{whole}', or a blank after # if it is a comment")


def _alias(build: _Build, event: Any) -> Node:  # noqa: ANN401 - as above
    place = _place(build, event)
    build.used.add(event.anchor)
    known = build.anchors.get(event.anchor)
    if known is None:
        message = f"{quoted('*' + event.anchor)} is read as a YAML alias, and nothing has that name"
        build.reading.problem("yaml/syntax", place, message, _QUOTE_IT)
        return Scalar(f"*{event.anchor}", "'", place.line, place.column, place.length)
    build.count += known[1]
    if build.count > LARGEST:
        message = f"aliases make more than {LARGEST} values of this file"
        build.reading.problem("yaml/alias", place, message, "write the values out")
        raise _Refused
    return known[0]


def _sequence(build: _Build, start: Any, depth: int) -> Sequence:  # noqa: ANN401 - as above
    items = []
    while not _is(event := build.next(), "SequenceEndEvent"):
        items.append(_node(build, event, depth + 1))
    return Sequence(tuple(items), *_extent(build, start, event))


def _mapping(build: _Build, start: Any, depth: int) -> Mapping:  # noqa: ANN401 - as above
    entries: dict[str, tuple[Scalar, Node]] = {}
    while not _is(event := build.next(), "MappingEndEvent"):
        key = _node(build, event, depth + 1)
        value = _node(build, build.next(), depth + 1)
        if not isinstance(key, Scalar):
            message = f"a key is a word, found {KINDS[type(key)]}"
            build.reading.problem("yaml/syntax", key, message, _QUOTE_IT)
        elif key.text.lower() in entries:
            _duplicate(build, key, entries[key.text.lower()][0])
        else:
            entries[key.text.lower()] = (key, value)
    return Mapping(_merged(build, entries), *_extent(build, start, event))


def _duplicate(build: _Build, key: Scalar, first: Scalar) -> None:
    if key.text == first.text:
        message = f"`{key.text}` stands twice, first on line {first.line}"
    else:
        message = f"`{key.text}` and `{first.text}` on line {first.line} are one key: case does not count"
    build.reading.problem("yaml/duplicate-key", key, message, "keep one of the two")


def _merged(build: _Build, entries: dict[str, tuple[Scalar, Node]]) -> tuple[tuple[Scalar, Node], ...]:
    """Add what `<<` merges in: keys of other mappings, where they are not written here."""
    if "<<" not in entries:
        return tuple(entries.values())
    key, value = entries.pop("<<")
    for other in value.items if isinstance(value, Sequence) else (value,):
        if not isinstance(other, Mapping):
            message = f"`<<` merges keys with values, found {KINDS[type(other)]}"
            build.reading.problem("yaml/syntax", key, message, "write the keys out")
            continue
        for name, inner in other.entries:
            entries.setdefault(name.text.lower(), (name, inner))
    return tuple(entries.values())


def _extent(build: _Build, start: Any, end: Any) -> tuple[int, int, int]:  # noqa: ANN401 - as above
    first, last = start.start_mark, end.end_mark
    length = last.column - first.column if start.flow_style and first.line == last.line else 0
    return first.line + build.first_line, first.column + 1, length


# -- what is not YAML ------------------------------------------------------------------------------

_HELP = (
    ("tab", "indent with blanks, not with tabs"),
    ("mapping values are not allowed", "a text with a colon and a blank in it needs quotes"),
    ("unexpected end of stream", "close the quotes"),
    ("unknown escape", "use single quotes where \\ means itself"),
    ("cannot start any token", _QUOTE_IT),
    ("could not find expected ':'", "expected `key: value`"),
    ("alphabetic or numeric character", _QUOTE_IT),
    ("',' or", "close the bracket"),
    ("<document start>", "begin every key at the left margin, and delete a line of ... or one that begins with %"),
    ("Unicode character", "write the character itself"),
    ("did not find expected key", "check the quotes and the indentation of this line and the one before"),
)


def _syntax(error: MarkedYAMLError, first_line: int, reading: Reading) -> None:
    problem = error.problem or "it cannot be read"
    if "nesting depth" in problem:
        message = f"values are nested more than {DEEPEST} levels deep"
        reading.problem("yaml/too-deep", _where(error, first_line), message, _FLATTEN)
        return
    context = f" {error.context}" if error.context else ""
    place = _where(error, first_line)
    if lacks_blank(reading, first_line, place.line):
        return
    if "tab" not in problem and _is_tab(reading.text, place):
        problem = f"{problem} (a tab)"
    help_text = next((advice for part, advice in _HELP if part in problem), "")
    reading.problem("yaml/syntax", place, f"not YAML: {problem}{context}", help_text)


_unspaced = re.compile(r"( *)([A-Za-z_][\w-]*):(?!//)([^\s:]|[^\S \t\n])(.*)").fullmatch


def lacks_blank(reading: Reading, first_line: int, last_line: int) -> bool:
    """Name a key without a blank after its colon, which YAML takes for a text that goes on in the lines below."""
    lines = reading.text.split("\n")
    found = None
    for number in range(min(last_line, len(lines)), first_line - 1, -1):
        match = _unspaced(lines[number - 1])
        if match:
            found = number, match
        elif found or (number < last_line and lines[number - 1].strip()):
            break
    if found is None:
        return False
    number, (indent, key, first, rest) = found[0], found[1].groups()
    what = f"a character U+{ord(first):04X} that is no blank" if first.isspace() else "no blank"
    place = Place(number, len(indent) + len(key) + 1, 1 + first.isspace())
    advice = f"write `{key}: {(first + rest).strip()}`"
    reading.problem("yaml/syntax", place, f"{what} after the colon of `{key}`", advice)
    return True


def _is_tab(text: str, place: Place) -> bool:
    lines = text.split("\n")
    return place.line <= len(lines) and lines[place.line - 1][place.column - 1 : place.column] == "\t"


def _where(error: MarkedYAMLError, first_line: int) -> Place:
    """Point at the problem, or at what was opened and not closed on its line."""
    mark, opened, problem = error.problem_mark, error.context_mark, error.problem or ""
    if opened and mark and ("unexpected end of stream" in problem or ("',' or" in problem and opened.line < mark.line)):
        mark = opened
    return Place(mark.line + first_line, mark.column + 1, 0) if mark else Place(first_line, 1, 0)


_UNPRINTABLE = re.compile("[\x7f-\x84\x86-\x9f]")


def _unprintable(text: str, first_line: int, reading: Reading) -> None:
    """Name a character that XML takes and YAML does not: DEL and the controls U+0080 to U+009F."""
    found = _UNPRINTABLE.search(text)
    index = found.start() if found else 0
    column = index - text.rfind("\n", 0, index)
    place = Place(text.count("\n", 0, index) + first_line, column)
    name = f"U+{ord(found.group()):04X}" if found else "of an unknown kind"
    reading.problem("source/control", place, f"control character {name}", "delete it: YAML cannot hold it")
