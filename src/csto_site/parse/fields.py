"""Typed values from nodes, by the kind that the table of keys says; what is refused is a problem."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from csto_site.diagnostics import problem
from csto_site.keys import WORDS, Key, Kind
from csto_site.model import Attachment, Change, ChangeKind, Image, Link, LinkKind, Origin, Video, Withdrawal
from csto_site.parse import addresses, dates, invisible, yaml_tree
from csto_site.parse.examples import EXAMPLES
from csto_site.parse.reading import Placed, Reading, ask, nearest, nearest_of, quoted
from csto_site.parse.yaml_tree import Node, Scalar, Sequence

FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}

_BLANKS = re.compile(r"[ \t\n]+")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}").fullmatch
_URI = re.compile(r"(?:tag|urn|uuid|https?|info|doi|oai|ark|hdl|mailto|tel):[^\s<>\"{}|\\^`]+", re.IGNORECASE).fullmatch
_WEB = re.compile(r"https?://[^\s/<>\"]+[^\s<>\"]*", re.IGNORECASE).fullmatch
_SECURE = re.compile(r"https://[^\s/<>\"';,]+[^\s<>\"]*", re.IGNORECASE).fullmatch
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]+(?::[0-9]{1,5})?").fullmatch
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:").match
_ELSEWHERE = re.compile(r"https?://", re.IGNORECASE).match


def value(node: Node, key: Key, reading: Reading) -> Any:  # noqa: ANN401 - its type is that of the key's kind
    """Read the value of a key; None (an empty tuple for lists) where it says nothing or is refused."""
    if key.many:
        return _many(node, key, reading)
    return _single(node, key, reading)


def is_empty(node: Node) -> bool:
    """Whether a node says nothing: no value, a word for none, or a text of blanks."""
    return isinstance(node, Scalar) and (node.is_null or not node.text.strip())


def is_null(node: Node) -> bool:
    """Whether nothing was written, or a word for nothing."""
    return isinstance(node, Scalar) and node.is_null


def _single(node: Node, key: Key, reading: Reading) -> Any:  # noqa: ANN401 - as above
    read = _SCALARS.get(key.kind)
    if read is None:
        return None if is_empty(node) else _made(_MAKERS[key.kind], node, key, reading)
    if not isinstance(node, Scalar):
        refuse(node, key, reading)
        return None
    if node.is_null:
        return None
    return read(node, key, reading) if node.text.strip() else _empty(key)


def _empty(key: Key) -> str | None:
    return "" if key.kind is Kind.TEXT else None


def _many(node: Node, key: Key, reading: Reading) -> tuple[Any, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    found = [_single(item, key, reading) for item in items]
    if key.kind is Kind.TEXT:
        return _once(found)
    return tuple([each for each in found if each is not None])


def _once(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Leave out what says nothing, and repetitions in whatever case."""
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def refuse(node: Node, key: Key, reading: Reading) -> None:
    """Say that a value is of another kind than its key takes."""
    found = quoted(node.text) if isinstance(node, Scalar) else yaml_tree.KINDS[type(node)]
    reading.problem("value/type", node, f"`{key.name}` takes {WORDS[key.kind]}, found {found}", EXAMPLES[key.kind])


# -- scalars ---------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Give a text in one line, entities such as `&amp;` decoded, runs of blanks folded."""
    if "&" in text:
        text = _decoded(text)
    if "  " in text or "\n" in text or "\t" in text:  # else there is nothing to fold, which is quickly seen
        text = _BLANKS.sub(" ", text)
    return text.strip(" ")


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text)


def _text(node: Scalar, key: Key, reading: Reading) -> str:
    invisible.check(node.text, node, f"`{key.name}`", reading)
    return plain(node.text)


def _paragraphs(node: Scalar, _key: Key, _reading: Reading) -> tuple[str, ...] | None:
    """Part at blank lines. YAML writes each as one line end, but for literal texts (`|`), where two mean it."""
    parts = _PARAGRAPHS.split(node.text) if node.style == "|" else node.text.split("\n")
    return tuple(filter(None, map(plain, parts))) or None


def _moment(node: Scalar, _key: Key, reading: Reading) -> Any:  # noqa: ANN401 - Moment or None
    text = node.text.strip()
    found = dates.moment(text, reading.zone)
    if found is None:
        reading.problem("date/unreadable", node, f"not a date: {quoted(text)}", dates.expected(text))
    elif doubt := dates.doubt(found.date):
        reading.problem("date/doubtful", node, doubt, "correct the year")
    return found


def _flag(node: Scalar, key: Key, reading: Reading) -> bool | None:
    found = FLAGS.get(node.text.strip().lower())
    if found is None:
        refuse(node, key, reading)
    return found


def _number(node: Scalar, key: Key, reading: Reading) -> int | None:
    text = node.text.strip()
    if _NUMBER(text):
        return int(text)
    refuse(node, key, reading)
    return None


def _choice(node: Scalar, key: Key, reading: Reading) -> Any:  # noqa: ANN401 - of the key's own enumeration
    assert key.choices  # noqa: S101 - the table's promise
    text = node.text.strip().lower()
    known = [choice.value for choice in key.choices]
    if text in known:
        return key.choices(text)
    message = f"`{key.name}` takes {' or '.join(known)}, found {quoted(node.text)}"
    reading.problem("value/choice", node, message, nearest(text, known) or f"write {' or '.join(known)}")
    return None


def _bare(node: Scalar, _key: Key, _reading: Reading) -> str:
    return node.text.strip()


def _slug(node: Scalar, key: Key, reading: Reading) -> str | None:
    invisible.check(node.text, node, f"`{key.name}`", reading)
    return addresses.slug(node.text, node, reading)


def _permalink(node: Scalar, _key: Key, reading: Reading) -> str | None:
    return addresses.permalink(node.text.strip(), node, reading)


def _alias(node: Scalar, _key: Key, reading: Reading) -> Any:  # noqa: ANN401 - Alias or None
    return addresses.alias(node.text.strip(), node, reading, reading.url)


def _uri(node: Scalar, key: Key, reading: Reading) -> str | None:
    return _matching(_URI, node, key, reading)


def _url(node: Scalar, key: Key, reading: Reading) -> str | None:
    return _matching(_WEB, node, key, reading)


def _medium(node: Scalar, key: Key, reading: Reading) -> str | Link | None:
    is_elsewhere = _SCHEME(node.text.strip()) or node.text.strip().startswith("//")
    return _matching(_WEB, node, key, reading) if is_elsewhere else _link(LinkKind.FILE)(node, key, reading)


def _frame(node: Scalar, key: Key, reading: Reading) -> Link | None:
    found = _matching(_SECURE, node, key, reading)
    return None if found is None else Link(found, "", LinkKind.LINK, *reading.mark(node))


def _matching(form: Callable[[str], object], node: Scalar, key: Key, reading: Reading) -> str | None:
    text = node.text.strip()
    if form(text):
        return text
    refuse(node, key, reading)
    return None


def _host(node: Scalar, key: Key, reading: Reading) -> str | None:
    return _matching(_HOST, node, key, reading)


def _link(kind: LinkKind) -> Callable[[Scalar, Key, Reading], Link | None]:
    def read(node: Scalar, key: Key, reading: Reading) -> Link | None:
        target, fragment = node.text.strip(), ""
        if target.startswith("//"):  # as a browser reads it on a page of ours
            target = f"https:{target}"
        if "://" in target and not _WEB(target):  # such as javascript://
            refuse(node, key, reading)
            return None
        if not _ELSEWHERE(target):
            if kind is LinkKind.LINK:  # a file's name may hold "#"
                target, _, fragment = target.partition("#")
            target = unquote(target)
        return Link(target, unquote(fragment), kind, *reading.mark(node))

    return read


_SCALARS: Mapping[Kind, Callable[[Scalar, Key, Reading], Any]] = {
    Kind.TEXT: _text,
    Kind.PARAGRAPHS: _paragraphs,
    Kind.MOMENT: _moment,
    Kind.FLAG: _flag,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
    Kind.SECTION: _bare,
    Kind.LANGUAGE: _bare,
    Kind.SLUG: _slug,
    Kind.PERMALINK: _permalink,
    Kind.ALIAS: _alias,
    Kind.URI: _uri,
    Kind.URL: _url,
    Kind.FILE: _link(LinkKind.FILE),
    Kind.PICTURE: _link(LinkKind.IMAGE),
    Kind.LINK: _link(LinkKind.LINK),
    Kind.MEDIUM: _medium,
    Kind.FRAME: _frame,
    Kind.HOST: _host,
}


# -- records ---------------------------------------------------------------------------------------

Values = dict[str, Any]
Maker = Callable[[Values, Node, Key, Reading], Any]


def _made(maker: Maker, node: Node, key: Key, reading: Reading) -> Any:  # noqa: ANN401 - as above
    found = record(node, key, reading)
    return None if found is None else maker(found, node, key, reading)


def record(node: Node, key: Key, reading: Reading) -> Values | None:
    """Read a record, or the text that stands for its main key; None if required keys are missing."""
    if isinstance(node, Sequence) or (isinstance(node, Scalar) and (not key.short or node.text.lower() in FLAGS)):
        refuse(node, key, reading)
        return None
    before = len(reading.problems)
    if isinstance(node, Scalar):
        short = next(each for each in key.keys if each.name == key.short)
        found = {key.short: value(node, short, reading)}
    else:
        found = entries(node, key.keys, reading)
    missing = [each.name for each in key.keys if each.required and not found.get(each.name)]
    for name in missing:
        if found.get(name, "") == "":  # what was refused is None, and has its problem
            missed(name, node, f"`{key.name}` needs `{name}`", reading, slice(before, None))
    return None if missing else found


def missed(name: str, at: Placed, message: str, reading: Reading, among: slice) -> None:
    """Say that a required key is missing: at the unknown key that is likely to be it, in place of its warning.

    `among` are the problems that were met with the keys beside it.
    """
    near = [each for each in reading.problems[among] if each.code == "key/unknown" and each.help == ask(name)]
    if not near:
        reading.problem("key/missing", at, message, f"add `{name}:`")
        return
    found = problem("key/missing", near[0].span, f"{message}, and {near[0].message}", near[0].help)
    reading.problems[reading.problems.index(near[0])] = found


def entries(node: yaml_tree.Mapping, keys: tuple[Key, ...], reading: Reading) -> Values:
    """Read all keys of a mapping; unknown ones are warnings."""
    known = {key.name: key for key in keys}
    found: Values = {}
    for name, inner in node.entries:
        key = known.get(name.text.lower())
        if key is None:
            unknown(name, inner, tuple(known), reading)
        elif not is_empty(inner) or (key.kind is Kind.TEXT and not key.many and not is_null(inner)):
            found[key.name] = value(inner, key, reading)
    return found


_ELSEWHERE_CALLED = {
    **dict.fromkeys(("summary", "description", "excerpt", "abstract", "teaser", "intro"), "lead"),
    **dict.fromkeys(("category", "categories"), "section"),
    "language": "lang",
    "location": "place",
    "keywords": "tags",
    "headline": "title",
    "published": "date",
}
"""What other systems call keys that there are here."""


def unknown(name: Scalar, node: Node, known: tuple[str, ...], reading: Reading) -> None:
    """Warn of a key that no rule reads; its value tells whether `published` is meant as a date."""
    word = name.text.lower()
    if word == "published" and "draft" in known and isinstance(node, Scalar) and node.text.strip().lower() in FLAGS:
        advice = "what is not to be published says `draft: true`, all else is published"
        reading.problem("key/unknown", name, f"no rule reads {quoted(name.text)}", advice)
        return
    if not reading.may_propose():
        reading.problem("key/unknown", name, f"no rule reads {quoted(name.text)}", f"known here: {', '.join(known)}")
        return
    meant = _ELSEWHERE_CALLED.get(nearest_of(word, (*known, *_ELSEWHERE_CALLED)), "")
    advice = ask(meant) if meant in known else nearest(word, known) or f"known here: {', '.join(known)}"
    reading.problem("key/unknown", name, f"no rule reads {quoted(name.text)}", advice)


def _image(found: Values, node: Node, _key: Key, reading: Reading) -> Image:
    if found.get("alt") is None:
        path = found["path"].target
        advice = f'write {{path: {path}, alt: …}} and say what it shows; alt: "" if it only decorates'
        reading.problem("image/alt-required", node, f"image {quoted(path)} has no `alt`", advice)
    return _poster(found, node, _key, reading)


def _poster(found: Values, _node: Node, _key: Key, reading: Reading) -> Image:
    path = found["path"]
    if _ELSEWHERE(path.target) and not (reading.url and path.target.startswith(reading.url)):
        message = f"a picture on another site: {quoted(path.target)}, expected a file of this one"
        advice = "put the picture beside the item and name it: no page fetches anything elsewhere"
        reading.problem("image/elsewhere", path, message, advice)
    return Image(found["path"], found.get("alt") or "", found.get("caption") or "", found.get("credit") or "")


def _attachment(found: Values, _node: Node, _key: Key, _reading: Reading) -> Attachment:
    return Attachment(found["path"], found.get("title") or found["path"].target.rpartition("/")[2])


def _video(found: Values, _node: Node, _key: Key, _reading: Reading) -> Video:
    url = found["url"]
    link = url if isinstance(url, Link) else None
    return Video(link.target if link else url, found.get("title") or "", found.get("poster"), link, found.get("embed"))


def _origin(found: Values, _node: Node, _key: Key, _reading: Reading) -> Origin:
    return Origin(found["name"], found.get("url") or "")


def _change(found: Values, _node: Node, _key: Key, _reading: Reading) -> Change:
    return Change(found["date"], found["note"], found.get("kind") or ChangeKind.MINOR)


def _withdrawal(found: Values, _node: Node, _key: Key, _reading: Reading) -> Withdrawal:
    return Withdrawal(found.get("date"), found.get("reason") or "", found.get("replaced_by"))


def _gone(found: Values, _node: Node, _key: Key, _reading: Reading) -> str:
    return found.get("reason") or ""


_MAKERS: Mapping[Kind, Maker] = {
    Kind.IMAGE: _image,
    Kind.POSTER: _poster,
    Kind.ATTACHMENT: _attachment,
    Kind.VIDEO: _video,
    Kind.ORIGIN: _origin,
    Kind.CHANGE: _change,
    Kind.WITHDRAWAL: _withdrawal,
    Kind.GONE: _gone,
}
