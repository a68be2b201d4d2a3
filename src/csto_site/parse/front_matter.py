"""Bytes to text, and text to the front matter that opens it and the body after it."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from csto_site.markup.text import UNFIT
from csto_site.parse.reading import WHOLE, Place, Reading

FORBIDDEN = re.compile(f"[{UNFIT}]")
# Signs of these among bytes, which are looked at far faster; NUL has a code of its own.
_CONTROLS = frozenset({*range(32), 127}) - frozenset(b"\t\n\r")
_BLANKED = bytes(ord(" ") if code in _CONTROLS else code for code in range(256))
_BEGINS = re.compile(b"\xc2[\x80-\x9f]|\xef\xb7[\x90-\xaf]|\xbf[\xbe\xbf]").search


class Parts(msgspec.Struct, frozen=True):
    """A source taken apart: its front matter and its body, each with the number of its first line."""

    opening: Place
    head: str
    head_line: int
    body: str
    body_line: int


def text(data: bytes, reading: Reading) -> str | None:
    """Decode a file: UTF-8, with or without BOM, any line ends; None if it is not text at all.

    Characters that cannot be published are problems, and become blanks so that reading can go on.
    """
    try:
        found = data.decode()
    except UnicodeDecodeError as error:
        _not_utf8(data, error, reading)
        return None
    found = reading.text = _with_line_feeds(found.removeprefix("\ufeff")).replace("\x85", " ")  # as YAML reads it
    if "<<<<<<< " in found and _conflicts(found, reading):
        return None
    if data.translate(_BLANKED) != data or (not data.isascii() and _BEGINS(data) and FORBIDDEN.search(found)):
        _forbidden(found, reading)
        return FORBIDDEN.sub(" ", found)
    return found


_MARKERS = ("<<<<<<< ", "=======", ">>>>>>> ")
"""How the lines begin between which git puts the two versions of a conflict; the middle one is nothing else."""
_fence = re.compile(r" {0,3}(`{3,}|~{3,})").match


def _conflicts(found: str, reading: Reading) -> bool:
    """Name the conflicts of a merge that nobody has resolved; what a fenced block of code shows is none."""
    fence, opened, awaited, is_any = "", 0, 0, False
    for number, line in enumerate(found.split("\n"), 1):
        mark = _fence(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
        elif not fence and line.startswith(_MARKERS[0]):
            opened, awaited = number, 1
        elif awaited and (line.rstrip() == _MARKERS[1] if awaited == 1 else line.startswith(_MARKERS[2])):
            awaited = (awaited + 1) % len(_MARKERS)
            if not awaited:
                is_any = True
                message = f"a merge conflict that is not resolved: two versions, up to line {number}"
                advice = "keep what is right of both, and delete the lines of <<<<<<<, ======= and >>>>>>>"
                reading.problem("source/conflict", Place(opened, 1, 0), message, advice)
    return is_any


def _with_line_feeds(found: str) -> str:
    return found.replace("\r\n", "\n").replace("\r", "\n") if "\r" in found else found


def _not_utf8(data: bytes, error: UnicodeDecodeError, reading: Reading) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        reading.problem("source/encoding", WHOLE, "not UTF-8 but UTF-16", "save the file as UTF-8")
        return
    before = _with_line_feeds(data[: error.start].decode().removeprefix("\ufeff")).split("\n")
    place = Place(len(before), len(before[-1]) + 1)
    byte = f"0x{data[error.start]:02X}"
    reading.problem("source/encoding", place, f"not UTF-8: byte {byte}", "save the file as UTF-8")


def _forbidden(found: str, reading: Reading) -> None:
    for code, what, chars in (
        ("source/nul", "NUL byte", [m.start() for m in FORBIDDEN.finditer(found) if m.group() == "\0"]),
        ("source/control", "control character", [m.start() for m in FORBIDDEN.finditer(found) if m.group() != "\0"]),
    ):
        if chars:
            name = what if code == "source/nul" else f"{what} U+{ord(found[chars[0]]):04X}"
            more = f", and {len(chars) - 1} more" if len(chars) > 1 else ""
            reading.problem(code, place_of(found, chars[0]), f"{name}{more}", "delete it: it cannot be published")


def place_of(found: str, index: int) -> Place:
    """Give the place of a character in a text."""
    return Place(found.count("\n", 0, index) + 1, index - (found.rfind("\n", 0, index) + 1) + 1)


def split(found: str, reading: Reading) -> Parts | None:
    """Take a source apart, or say why that cannot be done."""
    start = 0
    if not found.startswith("---"):  # blank lines before it do no harm
        start = found.rfind("\n", 0, len(found) - len(found.lstrip())) + 1
    boundary = _boundary()
    opening = boundary.match(found, start)
    if opening is None:
        _unopened(found, start, reading)
        return None
    place = Place(found.count("\n", 0, start) + 1, 1, len(opening.group().rstrip()))
    closing = _closing(found, opening.end(), boundary)
    if closing is None:
        reading.problem(
            "front-matter/unclosed",
            place,
            "front matter is opened here and never closed",
            "write --- below the last key",
        )
        return None
    begin, after = opening.end(), min(closing.end() + 1, len(found))  # the line end belongs to the boundary
    line = found.count("\n", 0, begin) + 1
    return Parts(place, found[begin : closing.start()], line, found[after:], line + found.count("\n", begin, after))


def _closing(found: str, start: int, boundary: re.Pattern[str]) -> re.Match[str] | None:
    """Search for a boundary behind the opening one: where a line begins as one, which is found much faster."""
    while (start := found.find("\n---", start) + 1) > 0:
        if closing := boundary.match(found, start):
            return closing
    return None


@lru_cache(maxsize=1)
def _boundary() -> re.Pattern[str]:
    r"""Give python-frontmatter's own boundary, `^-{3,}\s*$`.

    Its `parse` is not for us: it needs the BOM gone (else it finds nothing and says nothing), tells no
    line numbers, and takes an unclosed front matter for a body. `\s*` may run over line ends, hence
    the counting of lines up to the end of each match.
    """
    from frontmatter.default_handlers import YAMLHandler

    pattern: re.Pattern[str] = YAMLHandler.FM_BOUNDARY
    return pattern


_DIALECTS = (
    ("+++", "TOML"),
    (";;;", "JSON"),
    ("{\n", "JSON"),
    ('{"', "JSON"),
    ("---json", "JSON"),
    ("---toml", "TOML"),
)


def _unopened(found: str, start: int, reading: Reading) -> None:
    line = found[start:].partition("\n")[0]
    if not line.strip():
        reading.problem(
            "front-matter/missing", WHOLE, "the file is empty", "begin with --- and the keys of front matter"
        )
        return
    place = Place(found.count("\n", 0, start) + 1, 1, len(line))
    for opening, dialect in _DIALECTS:
        if found.startswith(opening, start):
            message = f"front matter is {dialect}, expected YAML"
            reading.problem("front-matter/dialect", place, message, "write `key: value` lines between two lines of ---")
            return
    message = "no front matter: expected a first line of ---"
    reading.problem("front-matter/missing", place, message, "begin with ---, the keys, and --- again")
