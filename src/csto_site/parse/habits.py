"""The keys of front matter as the site's rules have them: renamed, joined, inverted, ignored, by default."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter

import msgspec

from csto_site.keys import Key
from csto_site.model import FrontMatterRules
from csto_site.parse import fields, yaml_tree
from csto_site.parse.reading import Reading
from csto_site.parse.yaml_tree import Node, Scalar, Sequence

Written = Mapping[str, tuple[Scalar, Node]]
"""Keys with the place of the key and the value, by name."""

_Pair = tuple[Scalar, Node]
_JOINED = (-1, "")
"""What counts for what was joined, whose parts have no rank: it stands before all else."""


class Plan(msgspec.Struct, frozen=True):
    """How to read the front matter of one kind of source.

    `targets` says which key each written key makes, and in which order those for the same key count: its
    own name first, then as `site.yaml` has them; `joined` which are joined to one key, `parts` the same the
    other way round; `inverted` are those that say the opposite.
    """

    keys: Mapping[str, Key]
    targets: Mapping[str, tuple[int, str]]
    joined: Mapping[str, tuple[str, ...]]
    parts: frozenset[str]
    inverted: frozenset[str]
    ignored: frozenset[str]
    known: tuple[str, ...]
    defaults: Mapping[str, str]


def plan(rules: FrontMatterRules, keys: Iterable[Key], ignored: Iterable[str] = ()) -> Plan:
    """Prepare the site's rules for some keys."""
    table = {key.name: key for key in keys}
    joined = {name: parts for name, parts in rules.join.items() if name in table}
    parts = frozenset(part for each in joined.values() for part in each)
    renamed = (*((name, name) for name in table), *rules.rename.items(), *rules.invert.items())
    targets = {written: (rank, name) for rank, (written, name) in enumerate(renamed) if name in table}
    left_out = {*rules.ignore, *parts, *(key for key in (*rules.rename, *rules.invert) if key not in targets)}
    targets = {written: target for written, target in targets.items() if written not in left_out}
    return Plan(
        keys=table,
        targets=targets,
        joined=joined,
        parts=parts,
        inverted=frozenset(rules.invert),
        ignored=frozenset((*rules.ignore, *ignored)),
        known=tuple(sorted({*targets, *parts})),
        defaults={name: text for name, text in rules.defaults.items() if name in table},
    )


def arranged(tree: yaml_tree.Mapping, rules: Plan, reading: Reading) -> Written:
    """Give each key what was written for it; what no rule reads is a warning."""
    found: dict[str, list[_Pair]] = {}
    parts: dict[str, _Pair] = {}
    for pair in tree.entries:
        written = pair[0].text.lower()
        target = rules.targets.get(written)
        if target is not None:
            found.setdefault(target[1], []).append(_inverted(pair) if written in rules.inverted else pair)
        elif written in rules.parts:
            parts[written] = pair
        elif written not in rules.ignored:
            fields.unknown(*pair, rules.known, reading)
    for name, names in rules.joined.items():
        for pair in _joined(parts, names):
            found.setdefault(name, []).append(pair)
    return {name: pairs[0] if len(pairs) == 1 else _chosen(pairs, name, rules) for name, pairs in found.items()}


def _chosen(pairs: list[_Pair], name: str, rules: Plan) -> _Pair:
    """Of several written keys that make one, take the first that says something; make one list of lists."""
    ranks = [rules.targets.get(key.text.lower(), _JOINED)[0] for key, _ in pairs]
    in_order = [pair for _, pair in sorted(zip(ranks, pairs, strict=True), key=itemgetter(0))]
    said = [pair for pair in in_order if not fields.is_empty(pair[1])] or in_order
    return _listed(said) if rules.keys[name].many and len(said) > 1 else said[0]


def _inverted(pair: _Pair) -> _Pair:
    key, node = pair
    flag = fields.FLAGS.get(node.text.strip().lower()) if isinstance(node, Scalar) else None
    return pair if flag is None else (key, msgspec.structs.replace(node, text=str(not flag)))


def _joined(written: Written, parts: tuple[str, ...]) -> Iterator[_Pair]:
    """Join values with a blank; without the first of them (the date of date and time) there is nothing to join."""
    said = [written[part] for part in parts if part in written and not fields.is_empty(written[part][1])]
    if not said or said[0][0].text.lower() != parts[0]:
        return
    key, first = said[0]
    odd = next((node for _, node in said if not isinstance(node, Scalar)), None)
    if odd is not None or not isinstance(first, Scalar):
        yield key, odd or first  # refused by whoever reads it
        return
    text = " ".join(node.text.strip() for _, node in said if isinstance(node, Scalar))
    yield key, msgspec.structs.replace(first, text=text, style=first.style or "'")


def _listed(pairs: list[_Pair]) -> _Pair:
    """Make one list of the values of several keys."""
    items = [item for _, node in pairs for item in (node.items if isinstance(node, Sequence) else (node,))]
    key, first = pairs[0]
    return key, Sequence(tuple(items), first.line, first.column, first.length)
