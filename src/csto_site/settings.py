"""`site.yaml` to settings, with all its problems at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from csto_site import keys, permalinks
from csto_site.codes import CODES
from csto_site.diagnostics import Checked, has_errors
from csto_site.keys import Key, Kind
from csto_site.model import Dialect, Form, FrontMatterRules, Language, Logo, Section, Security, Settings, Taxonomy
from csto_site.parse import PAGES, addresses, dates, fields, front_matter, yaml_tree
from csto_site.parse.reading import Placed, Reading, nearest, quoted
from csto_site.parse.site_fields import Nodes, check_language
from csto_site.parse.yaml_tree import Node, Scalar

PATH = "site.yaml"

_NAME = re.compile(r"\w[\w-]*").fullmatch
_CONTACT = re.compile(r"(https://|mailto:[^@]+@|tel:)\S+", re.IGNORECASE).match
_ITEM_KEYS = {key.name: key for key in (*keys.PAGE, *keys.ITEM)}


def parse(data: bytes) -> Checked[Settings | None]:
    """Read the settings; None if anything in them is an error."""
    reading = Reading(PATH)
    text = front_matter.text(data, reading)
    tree = None if text is None else yaml_tree.tree(text, 1, reading)
    if tree is None and reading.problems:
        return Checked(None, tuple(reading.problems))
    if isinstance(tree, Scalar | yaml_tree.Sequence):
        if yaml_tree.lacks_blank(reading, tree.line, tree.line):
            return Checked(None, tuple(reading.problems))
        message = f"{PATH} is {yaml_tree.KINDS[type(tree)]}, expected keys with values"
        reading.problem("settings/value", tree, message, "write `title: …` and further keys, each on its line")
        return Checked(None, tuple(reading.problems))
    settings = _settings(Nodes(tree or yaml_tree.Mapping((), 1, 1), keys.SITE, reading))
    return Checked(None if has_errors(reading.problems) else settings, tuple(reading.problems))


def _settings(site: Nodes) -> Settings:
    """Read all keys, those that others depend on first."""
    url, zone = site.value("url") or "", site.value("timezone") or "UTC"
    site.reading.url, site.reading.zone = url, dates.zone(zone)
    pattern = site.value("dates") or "dd.MM.yyyy"
    languages = site.pairs("languages")
    codes = _codes(site, [name for name, _ in languages])
    taxonomies = _taxonomies(site, codes)
    taken = dict.fromkeys((*permalinks.RESERVED, PAGES, *codes, *_of_search(site)), _NEEDED_NAME)
    taken |= {each.name: "is the name of a taxonomy, whose terms need the address" for each in taxonomies}
    sections = tuple(_sections(site.pairs("sections"), "", taken, [], site.reading))
    title, description = site.value("title") or "", site.value("description") or ""
    declared = _Declared(codes, tuple(each.name for each in sections), tuple(each.name for each in taxonomies))
    return Settings(
        title=title,
        url=url,
        id_authority=site.value("id_authority") or "",
        description=description,
        accent=site.value("accent") or "",
        logo=_logo(site),
        language=codes[0],
        languages=tuple(
            _languages(
                {name.text: node for name, node in languages}, declared, (title, description, pattern), site.reading
            )
        ),
        timezone=zone,
        markdown=site.value("markdown") or Dialect.PYTHON_MARKDOWN,
        permalink=site.value("permalink") or "/{section}/{year}/{slug}/",
        sections=sections,
        taxonomies=taxonomies,
        front_matter=_rules(site, declared),
        hub=_web(site, "hub"),
        item_json=site.value("item_json") or False,
        search=bool(site.value("search")),
        embeds=tuple(each.lower() for each in site.value("embeds")),
        organizations=site.value("organizations"),
        security=_security(site),
        diagnostics=dict(_severities(site)),
    )


class _Declared(msgspec.Struct, frozen=True):
    """The names that the settings declare; the first language is the site's own."""

    languages: tuple[str, ...]
    sections: tuple[str, ...]
    taxonomies: tuple[str, ...]


# -- names and what they stand for -----------------------------------------------------------------


def _codes(site: Nodes, others: Iterable[Scalar]) -> tuple[str, ...]:
    """Give the codes of all languages, the site's own first."""
    for name in others:
        check_language(name.text, name, site.reading)
    return tuple(dict.fromkeys((site.value("language") or "en", *(name.text for name in others))))


_NEEDED_NAME = "is a name that the site needs for something else"


def _name_flaw(name: str, taken: Mapping[str, str]) -> str:
    """Say why a name cannot be a part of addresses; "" if it can. `taken` says why of those that are in use."""
    if not _NAME(name) or name != name.lower() or name != unicodedata.normalize("NFC", name):
        return "takes small letters, digits and hyphens"
    if name.isdigit():
        return "says nothing but numbers, as the addresses of years do"
    if len(name.encode()) > addresses.LONGEST:
        return "is too long"
    return taken.get(name, "")


def _of_search(site: Nodes) -> set[str]:
    """Give the name below which readers search, if they do."""
    return {"search"} if site.value("search") else set()


def _taxonomies(site: Nodes, codes: tuple[str, ...]) -> tuple[Taxonomy, ...]:
    if "taxonomies" not in site.found:
        return (Taxonomy("tags", "Tags"),)
    needed = {*permalinks.RESERVED, *codes, *_ITEM_KEYS, PAGES, *_of_search(site)}
    taken = dict.fromkeys(needed - {"tags"}, _NEEDED_NAME)
    found = []
    for name, node in site.pairs("taxonomies"):
        flaw = _name_flaw(name.text, taken)
        if flaw:
            site.reading.problem("settings/value", name, f"taxonomy {quoted(name.text)} {flaw}", "choose another name")
        found.append(Taxonomy(name.text, _title(node, site.reading) or name.text.capitalize()))
    return tuple(found)


_TITLE = Key(name="title", kind=Kind.TEXT, doc="")


def _title(node: Node, reading: Reading) -> str:
    return str(fields.value(node, _TITLE, reading) or "")


def _sections(
    pairs: Iterable[tuple[Scalar, Node]], above: str, taken: Mapping[str, str], seen: list[str], reading: Reading
) -> Iterator[Section]:
    """Give sections in their order, each before those below it."""
    for name, node in pairs:
        path = f"{above}/{name.text}" if above else name.text
        flaw = _section_flaw(path, taken, seen)
        if flaw:
            advice = "choose another name, or declare what is missing"
            reading.problem("settings/value", name, f"section {quoted(path)} {flaw}", advice)
        seen.append(path)
        if not isinstance(node, yaml_tree.Mapping):
            yield _titled(path, name, node, reading)
            continue
        inner = Nodes(node, keys.SECTION, reading, name)
        yield Section(name=path, title=inner.value("title") or "", form=inner.value("form") or Form.TEXT)
        yield from _sections(inner.pairs("sections"), path, taken, seen, reading)


def _section_flaw(path: str, taken: Mapping[str, str], seen: list[str]) -> str:
    parent, _, last = path.rpartition("/")
    flaw = _name_flaw(last, {} if parent else taken)
    if parent and parent not in seen:
        flaw = flaw or f"lies below {quoted(parent)}, which is not declared before it"
    return flaw or ("is declared twice" if path in seen else "")


def _titled(path: str, name: Scalar, node: Node, reading: Reading) -> Section:
    if fields.is_empty(node):
        reading.problem("value/empty", name, f"section {quoted(path)} has no title", "write it after the name")
    return Section(name=path, title=_title(node, reading))


def _languages(
    written: Mapping[str, Node], declared: _Declared, own: tuple[str, str, str], reading: Reading
) -> Iterator[Language]:
    title, description, pattern = own
    for code in declared.languages:
        prefix = "" if code == declared.languages[0] else f"/{code}"
        node = written.get(code)
        if not isinstance(node, yaml_tree.Mapping):
            name = "" if node is None else _title(node, reading)
            yield Language(code=code, prefix=prefix, title=name or title, dates=pattern, description=description)
            continue
        inner = Nodes(node, keys.LANGUAGE, reading)
        yield Language(
            code=code,
            prefix=prefix,
            title=inner.value("title") or title,
            dates=inner.value("dates") or pattern,
            description=inner.value("description") or description,
            sections=dict(_titles(inner, "sections", declared.sections)),
            taxonomies=dict(_titles(inner, "taxonomies", declared.taxonomies)),
        )


def _titles(nodes: Nodes, name: str, known: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key, node in nodes.pairs(name):
        if key.text not in known:
            _undeclared(nodes, key, name, known)
        title = _title(node, nodes.reading)
        if title:
            yield key.text, title


_PLURALS = {"section": "sections", "lang": "languages"}


def _undeclared(nodes: Nodes, at: Scalar, name: str, known: tuple[str, ...]) -> None:
    advice = nearest(at.text, known) or f"declared: {', '.join(known) or 'none'}"
    message = f"{quoted(at.text)} is none of the site's {_PLURALS.get(name, name)}"
    nodes.reading.problem("settings/value", at, message, advice)


def _record(site: Nodes, name: str) -> yaml_tree.Mapping | None:
    """Give the value of a key that takes keys of its own; None if it is absent, or refused because it has none."""
    node = site.found.get(name)
    if node is None or isinstance(node, yaml_tree.Mapping):
        return node
    fields.refuse(node, site.table[name], site.reading)
    return None


# -- the look ---------------------------------------------------------------------------------------


def _logo(site: Nodes) -> Logo | None:
    """Read the logo; where it says nothing of what it shows, that is an error, as with any picture."""
    node = _record(site, "logo")
    if node is None:
        return None
    written = {name.text.lower() for name, inner in node.entries if not fields.is_null(inner)}
    inner = Nodes(node, keys.LOGO, site.reading)
    path = inner.value("path")
    if "alt" not in written:
        advice = 'add `alt:` with what it shows; alt: "" if it only decorates'
        site.reading.problem("image/alt-required", node, "the logo has no `alt`", advice)
    sizes = {name: max(inner.value(name) or 0, 0) for name in ("width", "height")}
    return Logo(path, inner.value("alt") or "", **sizes, mark=site.reading.mark(inner.found["path"])) if path else None


# -- for machines -----------------------------------------------------------------------------------


def _web(nodes: Nodes, name: str) -> str:
    """Read the address of something elsewhere, as it is written; "" if it is absent or refused."""
    node = nodes.found.get(name)
    return str(fields.value(node, nodes.table[name], nodes.reading) or "") if node else ""


def _security(site: Nodes) -> Security | None:
    """Read whom to tell of flaws; whether it still holds is checked against the instant of the build."""
    node = _record(site, "security")
    if node is None:
        return None
    inner = Nodes(node, keys.SECURITY, site.reading)
    contact, expires, policy = inner.value("contact"), inner.value("expires"), _web(inner, "policy")
    for name, uri in [*(("contact", each) for each in contact), ("policy", policy)]:
        if uri.lower().startswith("http:") or (name == "contact" and not _CONTACT(uri)):
            message = f"not a way to reach someone safely: {quoted(uri)}"
            advice = "write mailto:security@news.example.org, or an address that begins with https://"
            site.reading.problem("settings/value", inner.found[name], message, advice)
    if not contact or expires is None:
        return None
    return Security(contact=contact, expires=expires, policy=policy, mark=site.reading.mark(inner.found["expires"]))


# -- front matter and diagnostics ------------------------------------------------------------------


def _rules(site: Nodes, declared: _Declared) -> FrontMatterRules:
    node = _record(site, "front_matter")
    if node is None:
        return FrontMatterRules()
    rules = Nodes(node, keys.RULES, site.reading)
    known = {**_ITEM_KEYS, **{name: keys.taxonomy(name) for name in declared.taxonomies}}
    flags = {name: key for name, key in known.items() if key.kind is Kind.FLAG}
    found = FrontMatterRules(
        rename=dict(_targets(rules, "rename", known)),
        join={name.text.lower(): parts for name, parts in _joins(rules, known)},
        invert=dict(_targets(rules, "invert", flags)),
        ignore=tuple(key.lower() for key in rules.value("ignore")),
        defaults=dict(_defaults(rules, known, declared)),
    )
    _doubt(found, rules)
    return found


_NEEDED = ("title", "date")
"""What items cannot do without."""


def _doubt(found: FrontMatterRules, rules: Nodes) -> None:
    """Warn of keys that are renamed to each other, and of what items need and is ignored."""
    made = {*found.rename.values(), *found.join}
    for name in _NEEDED:
        if name in found.ignore and name not in made:
            message = f"`{name}` is ignored and nothing else makes it: items need one"
            rules.reading.problem("settings/doubtful", rules.found["ignore"], message, f"take {name} out of `ignore`")
    for old, new in found.rename.items():
        if old < new and found.rename.get(new) == old:
            message = f"`{old}` and `{new}` are renamed to each other"
            rules.reading.problem("settings/doubtful", rules.found["rename"], message, "leave one of the two out")


def _targets(rules: Nodes, name: str, known: Mapping[str, Key]) -> Iterator[tuple[str, str]]:
    for key, node in rules.pairs(name):
        target = _title(node, rules.reading).lower()
        if target in known:
            yield key.text.lower(), target
        elif target or fields.is_empty(node):
            _no_key(rules, node if target else key, target, known)


def _no_key(rules: Nodes, at: Placed, word: str, known: Mapping[str, Key]) -> None:
    names = tuple(known)
    advice = nearest(word, names) or f"known here: {', '.join(names)}"
    rules.reading.problem("settings/value", at, f"{quoted(word)} is no key that can stand here", advice)


def _joins(rules: Nodes, known: Mapping[str, Key]) -> Iterator[tuple[Scalar, tuple[str, ...]]]:
    table = rules.table["join"]
    for name, node in rules.pairs("join"):
        if name.text.lower() not in known:
            _no_key(rules, name, name.text, known)
        yield name, tuple(part.lower() for part in fields.value(node, table, rules.reading))


def _defaults(rules: Nodes, known: Mapping[str, Key], declared: _Declared) -> Iterator[tuple[str, str]]:
    declared_names = {"section": declared.sections, "lang": declared.languages}
    for name, node in rules.pairs("defaults"):
        key = known.get(name.text.lower())
        if key is None:
            _no_key(rules, name, name.text, known)
        elif not isinstance(node, Scalar):
            message = f"a default is a text, found {yaml_tree.KINDS[type(node)]}"
            rules.reading.problem("value/type", node, message, f"write {name.text}: and one value")
        elif fields.value(node, key, rules.reading) not in (None, ()):
            if key.name in declared_names and node.text.strip() not in declared_names[key.name]:
                _undeclared(rules, node, key.name, declared_names[key.name])
            yield key.name, node.text.strip()


def _severities(site: Nodes) -> Iterator[tuple[str, str]]:
    key = site.table["diagnostics"]
    single = Key(name=key.name, kind=Kind.CHOICE, doc=key.doc, choices=keys.Level)
    for name, node in site.pairs("diagnostics"):
        level = fields.value(node, single, site.reading)
        code = CODES.get(name.text)
        if code is None:
            advice = nearest(name.text, tuple(CODES)) or "docs/diagnostics.md lists all codes"
            site.reading.problem("settings/value", name, f"no diagnostic has the code {quoted(name.text)}", advice)
        elif level is not None and code.fixed and level != keys.Level.ERROR:
            advice = "leave this line out and mend the files"
            site.reading.problem("settings/value", name, f"`{name.text}` cannot be lowered: {code.meaning}", advice)
        elif level is not None:
            yield name.text, level.value
