"""The front matter of one source: what was written where, and the values that all kinds of sources have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from csto_site import markup
from csto_site.codes import CODES
from csto_site.model import Form, Permalink
from csto_site.parse import addresses, invisible, simple_yaml, yaml_tree
from csto_site.parse.fields import is_empty, missed, value
from csto_site.parse.front_matter import Parts
from csto_site.parse.habits import Plan, Written, arranged
from csto_site.parse.names import Name, is_language
from csto_site.parse.reading import WHOLE, Placed, Reading, nearest, quoted
from csto_site.parse.rules import Rules


class File(msgspec.Struct, frozen=True):
    """A source that has front matter and body: its path, what the path says, its parts, the site's rules."""

    path: str
    name: Name
    parts: Parts
    rules: Rules
    reading: Reading

    @property
    def is_refused(self) -> bool:
        """Whether there is an error that no site can lower: then there is no entry."""
        problems = self.reading.problems
        return bool(problems) and any(CODES[each.code].fixed for each in problems)

    def problem(self, code: str, at: Placed | None, message: str, help: str) -> None:  # noqa: A002 - the design's word
        """Add a problem, at the opening line if there is no place for it."""
        self.reading.problem(code, at or self.parts.opening, message, help)


class Head(msgspec.Struct, frozen=True):
    """Front matter as read: the values that say something, and the places of all that was written.

    `problems` are those that its keys have, without those of their values.
    """

    written: Written
    values: Mapping[str, Any]
    problems: slice

    def place(self, *names: str) -> Placed | None:
        """Give the place of the first of these keys' values that was written and read."""
        for name in names:
            if name in self.values and name in self.written:
                return self.written[name][1]
        return None

    def is_refused(self, name: str) -> bool:
        """Whether a value was written and could not be read; that has its problem."""
        return name not in self.values and name in self.written and not is_empty(self.written[name][1])


def read(file: File, table: Plan, *, may_be_empty: bool = False) -> Head | None:
    """Read front matter; None if it is no keys with values."""
    reading, parts = file.reading, file.parts
    before = len(reading.problems)
    tree = simple_yaml.tree(parts.head, parts.head_line, reading)
    if tree is None and len(reading.problems) > before:
        return None
    if isinstance(tree, yaml_tree.Scalar | yaml_tree.Sequence):
        if yaml_tree.lacks_blank(reading, tree.line, tree.line):
            return None
        message = f"front matter is {yaml_tree.KINDS[type(tree)]}, expected keys with values"
        reading.problem("front-matter/not-a-mapping", tree, message, "write `key: value` lines")
        return None
    if not may_be_empty and (tree is None or not tree.entries):
        reading.problem("front-matter/empty", parts.opening, "front matter holds no key", "write at least `title:`")
        return None
    written = {} if tree is None else arranged(tree, table, reading)
    after = len(reading.problems)
    return Head(written, _values(written, table, reading), slice(before, after))


def _values(written: Written, table: Plan, reading: Reading) -> dict[str, Any]:
    nodes = {name: node for name, (_, node) in written.items()}
    for name, text in table.defaults.items():
        if (name not in nodes or is_empty(nodes[name])) and name not in {"section", "lang"}:
            nodes[name] = yaml_tree.Scalar(text, "'")
    found = {}
    for name, node in nodes.items():
        each = value(node, table.keys[name], reading)
        if each or each == 0 or (each == "" and name == "gone"):  # `false` and 0 say something
            found[name] = each
    return found


def title(head: Head, file: File) -> str:
    """Give the title, which must be there and say something."""
    found: str = head.values.get("title", "")
    if not found and "title" not in head.written:
        missed("title", file.parts.opening, "`title` is missing", file.reading, head.problems)
    elif not found and is_empty(head.written["title"][1]):
        file.problem("value/empty", head.written["title"][0], "`title` is empty", "write the title after it")
    return found


def language(head: Head, file: File) -> str:
    """Give the language: from its key, the file's name, the site's defaults, or the site's own."""
    rules = file.rules
    written = head.values.get("lang", "")
    found = rules.languages.get(written.lower())
    if written and not found:
        known = tuple(rules.prefixes)
        message = f"site.yaml declares no language {quoted(written)}"
        file.problem("language/unknown", head.place("lang"), message, nearest(written, known) or _declared(known))
    elif (written and file.name.language) or "." in file.name.full:
        _question(head, file, found or "")
    return found or file.name.language or rules.language


def _question(head: Head, file: File, written: str) -> None:
    """Warn of a name that says another language than the key does, or one that the site does not have."""
    named = file.name.language
    if named and written and named != written:
        message = f"the file's name says {quoted(named)}, and `lang` says {quoted(written)}"
        advice = "leave `lang` out, or rename the file"
        file.problem("language/in-name", head.place("lang"), message, advice)
    part = file.name.full.rpartition(".")[2]
    if not named and is_language(part):
        message = f"the file's name says {quoted(part)}, and site.yaml declares no such language"
        advice = f"declare it: languages: {{{part}: …}}; or rename the file"
        file.problem("language/in-name", None, message, advice)


def no_section(head: Head, file: File, message: str, word: str) -> None:
    """Say that there is no such section, with the nearest one."""
    known = tuple(file.rules.forms)
    file.problem("section/unknown", head.place("section"), message, nearest(word, known) or _declared(known))


def _declared(known: tuple[str, ...]) -> str:
    return f"declared: {', '.join(known) or 'none'}"


# -- addresses -------------------------------------------------------------------------------------


def slug(head: Head, file: File, default: str) -> str | None:
    """Give the slug that was written, else the one from the file's name; None if no address can be made of it."""
    written: str | None = head.values.get("slug")
    if head.is_refused("slug"):
        return None
    if "permalink" in head.values:
        return written or default  # the address is not made of it
    if written is None:
        invisible.check(default, WHOLE, "the file's name", file.reading)
    found = written or addresses.slug(default, file.parts.opening, file.reading)
    return found if found is None or _is_free(head, file, found) else None


def _is_free(head: Head, file: File, found: str) -> bool:
    if addresses.is_digits(found):
        message = f"slug {quoted(found)} says nothing but numbers, as the addresses of years and months do"
    elif found.partition("/")[0] in file.rules.reserved:
        message = f"slug {quoted(found)} is a name that the site needs for itself"
    else:
        return True
    file.problem("address/reserved", head.place("slug"), message, "write `slug:` with another word")
    return False


def permalink(head: Head, file: File, made: str, code: str) -> Permalink | None:
    """Give the address that was written, else the one that was made, below the language's prefix."""
    prefix = file.rules.prefixes[code]
    written: Permalink | None = head.values.get("permalink")
    if head.is_refused("permalink"):
        return None
    if written is None:
        return Permalink(prefix + made)
    if written.removeprefix(prefix).strip("/").partition("/")[0] in file.rules.reserved:
        message = f"address {quoted(written)} begins with a name that the site needs for itself"
        file.problem("address/reserved", head.place("permalink"), message, "write another address")
        return None
    return written


# -- bodies ----------------------------------------------------------------------------------------


def body(file: File, code: str, form: Form) -> markup.Converted:
    """Convert the body."""
    settings = file.rules.settings
    found = markup.convert(
        file.parts.body,
        dialect=settings.markdown,
        form=form,
        path=file.reading.path,
        first_line=file.parts.body_line,
        language=code,
        url=settings.url,
    )
    file.reading.problems.extend(found.diagnostics)
    return found.value
