"""Values that only `site.yaml` has: zones, patterns of dates and addresses; and its keys with their nodes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from csto_site import colours
from csto_site.keys import Key, Kind
from csto_site.parse import addresses, dates, fields, yaml_tree
from csto_site.parse.reading import Place, Placed, Reading, nearest, quoted
from csto_site.parse.yaml_tree import Node, Scalar

_AUTHORITY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.@_-]*[A-Za-z0-9])?,[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?").fullmatch
_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*").fullmatch
_FIELD = re.compile(r"\{([^{}]*)\}")
_PARTS_OF_ADDRESSES = ("section", "year", "month", "day", "slug", "name")
_DATE_FIELDS = frozenset("GyQqMLwWdFEec")
_WRONG_FIELDS = {
    "Y": ("Y is the year that the week belongs to: 30.12.2024 would become 2025", "write y"),
    "D": ("D is the day of the year: 26.07.2024 would become 208", "write d"),
}


class Nodes:
    """The keys of a mapping with their nodes; unknown ones are warnings, missing ones errors."""

    def __init__(
        self, tree: yaml_tree.Mapping, table: Iterable[Key], reading: Reading, at: Placed | None = None
    ) -> None:
        self.reading = reading
        self.table = {key.name: key for key in table}
        self.found: dict[str, Node] = {}
        before = len(reading.problems)
        for written, node in tree.entries:
            if written.text.lower() not in self.table:
                fields.unknown(written, node, tuple(self.table), reading)
            elif not fields.is_empty(node):
                self.found[written.text.lower()] = node
            elif fields.is_null(node) and not self.table[written.text.lower()].required:
                _doubt_empty(written, reading)
        for name in (key.name for key in self.table.values() if key.required and key.name not in self.found):
            fields.missed(name, at or tree, f"`{name}` is missing", reading, slice(before, None))

    def value(self, name: str) -> Any:  # noqa: ANN401 - its type is that of the key's kind
        """Read a value that is no mapping; None (an empty tuple for lists) if it is absent or refused."""
        node, key = self.found.get(name), self.table[name]
        if node is None:
            return () if key.many else None
        read = _READERS.get(key.kind)
        if read is None:
            return fields.value(node, key, self.reading)
        if isinstance(node, Scalar):
            return read(node, self.reading)
        fields.refuse(node, key, self.reading)
        return None

    def pairs(self, name: str) -> tuple[tuple[Scalar, Node], ...]:
        """Give the names and nodes of a value that is a mapping; none if it is absent or refused."""
        node = self.found.get(name)
        if node is None or isinstance(node, yaml_tree.Mapping):
            return () if node is None else node.entries
        message = f"`{name}` takes names with values, found {yaml_tree.KINDS[type(node)]}"
        self.reading.problem("value/type", node, message, "write `name: value` lines below it")
        return ()


def _doubt_empty(name: Scalar, reading: Reading) -> None:
    """Warn of a key without a value, unless it is said already that the value became a comment."""
    if all(each.code != "yaml/comment" or each.span.line != name.line for each in reading.problems):
        advice = "write a value after it, or delete the line"
        reading.problem("settings/doubtful", name, f"`{name.text}` is empty: the default holds", advice)


def _url(node: Scalar, reading: Reading) -> str:
    text = node.text.strip()
    try:
        parts = urlsplit(text)
        is_site = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        if is_site and "@" in parts.netloc:
            message = "the address of a site holds neither user nor password: every page would show them"
            reading.problem("settings/value", node, message, f"write {parts.scheme}://{parts.hostname}/")
            return ""
    except ValueError:  # a port or an IPv6 address that is none
        is_site = False
    if not is_site or re.search(r"[\s?#<>\"]", text):
        message = f"not the address of a site: {quoted(text)}"
        reading.problem("settings/value", node, message, "expected https://news.example.org/")
    return text if text.endswith("/") else f"{text}/"


def _authority(node: Scalar, reading: Reading) -> str:
    text = node.text.strip()
    year, *day = text.rpartition(",")[2].split("-")
    if not _AUTHORITY(text) or (day and dates.moment("-".join((year, *day, "01")[:3]), dt.UTC) is None):
        advice = "write a host that is yours and a year in which it was: news.example.org,2024"
        reading.problem("settings/value", node, f"not a host and a year: {quoted(text)}", advice)
    return text


_ABBREVIATED = {
    "MSK": "Europe/Moscow",
    "CEST": "Europe/Berlin",
    "EEST": "Europe/Kyiv",
    "BST": "Europe/London",
}
"""What people call zones that have no such name, each with the name of one."""


def _zone(node: Scalar, reading: Reading) -> str | None:
    text = node.text.strip()
    try:
        dates.zone(text)
    except ValueError:
        names = [name for name in dates.zone_names() if ("/" in name and not name.startswith("Etc/")) or name == "UTC"]
        meant = {name.rpartition("/")[2]: name for name in names} | _ABBREVIATED
        advice = nearest(meant.get(text.replace(" ", "_"), text), names) or "expected a name such as Europe/Moscow"
        reading.problem("settings/value", node, f"no time zone has the name {quoted(text)}", advice)
        return None
    return text


def _dates(node: Scalar, reading: Reading) -> str | None:
    """Read a Babel pattern; `Y` and `D` in it are the traps of those who think of other systems' patterns."""
    from babel.dates import parse_pattern, tokenize_pattern

    text = node.text.strip()
    try:
        parse_pattern(text)
        letters = [part[0] for kind, part in tokenize_pattern(text) if kind == "field"]
    except ValueError as error:
        reading.problem("settings/value", node, f"not a date pattern: {quoted(text)} ({error})", "expected dd.MM.yyyy")
        return None
    if text.count("'") % 2:
        message = f"not a date pattern: {quoted(text)} opens a ' and does not close it"
        reading.problem("settings/value", node, message, "close it, or write '' for the sign itself")
    for letter in dict.fromkeys(each for each in letters if each not in _DATE_FIELDS):
        message, advice = _WRONG_FIELDS.get(letter, (f"{letter} shows no date", "use d, M, L, y and E"))
        run = re.search(letter + "+", text)
        place = inside(node, run.start(), len(run.group())) if run else node
        reading.problem("settings/value", place, message, advice)
    if not letters:
        message = f"not a date pattern: {quoted(text)} shows no date"
        reading.problem("settings/value", node, message, "expected dd.MM.yyyy")
    return text


def _pattern(node: Scalar, reading: Reading) -> str:
    text = node.text.strip()
    expected = "expected /{section}/{year}/{slug}/"
    rest = _FIELD.sub("x", text)
    is_flawed = next(addresses.flaws(rest[1:].removesuffix("/")), None) is not None
    if not rest.startswith("/") or "{" in rest or "}" in rest or is_flawed:
        reading.problem("settings/value", node, f"not the form of an address: {quoted(text)}", expected)
        return text
    found = _FIELD.findall(text)
    for match in _FIELD.finditer(text):
        if match.group(1) not in _PARTS_OF_ADDRESSES:
            advice = nearest(match.group(1), _PARTS_OF_ADDRESSES) or f"known: {' '.join(_PARTS_OF_ADDRESSES)}"
            place = inside(node, match.start(), len(match.group()))
            reading.problem("settings/value", place, f"addresses have no part {match.group()}", advice)
    if not {"slug", "name", *found}.difference(_PARTS_OF_ADDRESSES) and not {"slug", "name"}.intersection(found):
        message = "an address with neither {slug} nor {name} would be that of many items"
        reading.problem("settings/value", node, message, expected)
    return text


def inside(node: Scalar, offset: int, length: int) -> Placed:
    """Give the place of a part of a text, where the text stands as it was written."""
    quotes = 1 if node.style else 0
    if node.length != len(node.text) + 2 * quotes:
        return node
    return Place(node.line, node.column + quotes + offset, length)


def _colour(node: Scalar, reading: Reading) -> str | None:
    found = colours.parse(node.text.strip())
    if found is None:
        message = f"not a colour: {quoted(node.text)}"
        reading.problem("settings/value", node, message, "expected six hexadecimal digits in quotes: '#14467c'")
    return found and str(found)


def _static(node: Scalar, reading: Reading) -> str | None:
    text = node.text.strip().removeprefix("/").removeprefix("static/")
    if not text or next(addresses.flaws(text), None) is not None:
        reading.problem(
            "settings/value", node, f"not the path of a file: {quoted(node.text)}", "expected assets/logo.svg"
        )
        return None
    return text


def _language(node: Scalar, reading: Reading) -> str:
    text = node.text.strip()
    check_language(text, node, reading)
    return text


def check_language(text: str, at: Placed, reading: Reading) -> None:
    """Check that a language has dates, names and plurals: that it is one of Unicode's locales."""
    from babel import Locale, UnknownLocaleError

    try:
        known = _CODE(text) is not None and bool(Locale.parse(text, sep="-"))
    except (ValueError, UnknownLocaleError):
        known = False
    if not known:
        message = f"not the code of a known language: {quoted(text)}"
        reading.problem("settings/value", at, message, "expected en, ru or pt-BR")


_READERS: Mapping[Kind, Callable[[Scalar, Reading], str | None]] = {
    Kind.URL: _url,
    Kind.AUTHORITY: _authority,
    Kind.ZONE: _zone,
    Kind.DATES: _dates,
    Kind.PATTERN: _pattern,
    Kind.LANGUAGE: _language,
    Kind.COLOUR: _colour,
    Kind.STATIC: _static,
}
