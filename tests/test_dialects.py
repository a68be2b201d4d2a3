"""Where the two dialects say different things of one text, and why: over the demo and real archives.

Real archives are looked for in CSTO_CORPORA, or in `shared/corpora` beside the checkout; where they are
not, the demo alone is compared. The list of all that differs is written into pytest's temporary folder,
the counts are printed (`pytest -s`).
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest

from csto_site.markup import convert
from csto_site.model import Dialect, Form

ROOT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CSTO_CORPORA", ROOT.parent / "shared" / "corpora"))
SAMPLE = 500
UNEXPLAINED = 3
"""So many of the sample may differ for reasons that no rule below knows, such as HTML that is cut in two."""

FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n.*?^---[ \t]*\n", re.DOTALL | re.MULTILINE)

CAUSES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("code in a list, or indented", lambda text: re.sub(r"`+(?:(?<=```)\w+)?", "", unescape(text))),
    ("nested or unfinished emphasis", lambda text: re.sub(r"(?<=\S)[*_]|[*_](?=\S)", "", text)),
    ("no blank line before a list", lambda text: re.sub(r"(?<!\S)(?:[-*+]|\d+[.)])(?!\S)", "", text)),
    ("heading without a blank after #, or not after a blank line", lambda text: re.sub(r"(?<!\w)#+|-{3,}", "", text)),
    ("backslash as a hard break", lambda text: re.sub(r"\\(?!\S)", "", text)),
    ("escapes", lambda text: re.sub(r"\\(?=[^\w\s])", "", text)),
    ("attribute list", lambda text: re.sub(r"\{:?[ ]*[.#\w-][^{}]*\}", "", text)),
    ("link by reference", lambda text: re.sub(r"\[([^\[\]]*)\]\s*\[[^\[\]]*\]", r"\1", text)),
    ("address with blanks, or below raw HTML", lambda text: re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", text)),
    ("one tilde", lambda text: text.replace("~", "")),
    ("merged block quotes", lambda text: re.sub(r"(?<!\S)>+", "", text)),
    ("task list", lambda text: re.sub(r"\[[ xX]\]|☐|☑", "", text)),
    ("borders of raw HTML", lambda text: re.sub(r"</?[a-zA-Z][^<>]*>", "", text)),
)
"""Each cause with what undoes it: a text of which nothing but that is left differs no more."""


def body_of(path: Path) -> str:
    """Split front matter off with a few lines that share nothing with the program."""
    text = path.read_text("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return FRONT_MATTER.sub("", text, count=1)


def text_of(body: str, dialect: Dialect) -> str:
    value = convert(body, dialect=dialect, form=Form.TEXT, path="content/x.md", first_line=1).value
    return value.text


def squeezed(text: str) -> str:
    return "".join(text.split())


def is_reordered(one: str, other: str) -> bool:
    """Tell whether two texts have the same words: a browser moves out of a table what is no cell of it."""
    return sorted(CAUSES[-1][1](one).split()) == sorted(CAUSES[-1][1](other).split())


def causes_of(one: str, other: str) -> list[str]:
    """Say why two texts differ: the causes without whose undoing they would; [] where none is known."""

    def is_equal(left_out: str) -> bool:
        first, second = one, other
        for name, undo in CAUSES:
            if name != left_out:
                first, second = undo(first), undo(second)
        return squeezed(first) == squeezed(second)

    if squeezed(one) == squeezed(other):
        return ["blocks are parted otherwise: lists indented by 2 or 3, loose lists"]
    if not is_equal(left_out=""):
        return ["a table cut by blank lines: its indented lines are code"] if is_reordered(one, other) else []
    return [name for name, _ in CAUSES if not is_equal(left_out=name)] or ["several causes at once"]


def differences(paths: list[Path]) -> Iterator[tuple[Path, list[str]]]:
    for path in paths:
        body = body_of(path)
        one, other = (text_of(body, dialect) for dialect in Dialect)
        if one != other:
            yield path, causes_of(one, other) or ["unexplained"]


def report(found: list[tuple[Path, list[str]]], total: int, file: Path) -> Counter[str]:
    """Write the list of what differs, print the counts by cause, and give them."""
    lines = [f"{path}: {', '.join(causes)}" for path, causes in found]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    counts = Counter(cause for _, causes in found for cause in causes)
    print(f"\n{len(found)} of {total} texts differ between the dialects; the list is in {file}")
    for cause, count in counts.most_common():
        print(f"{count:6} {cause}")
    return counts


def test_demo(tmp_path: Path) -> None:
    """The demo says the same in both dialects, so that it can be edited with any preview at hand."""
    paths = sorted((ROOT / "content").rglob("*.md"))
    counts = report(list(differences(paths)), len(paths), tmp_path / "dialects.txt")

    assert Counter() == counts


@pytest.mark.corpora
@pytest.mark.skipif(
    not CORPORA.is_dir(), reason="no real archives beside the checkout: set CSTO_CORPORA to their folder"
)
def test_real_archives(tmp_path: Path) -> None:
    """What differs in real archives has a known cause, file by file."""
    paths = sorted(CORPORA.rglob("*.md"))
    sample = random.Random(SAMPLE).sample(paths, SAMPLE)
    counts = report(list(differences(sample)), SAMPLE, tmp_path / "dialects.txt")

    assert counts["unexplained"] <= UNEXPLAINED


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("Text:\n- a\n- b\n", "no blank line before a list"),
        ("##Heading\n", "heading without a blank after #, or not after a blank line"),
        ("a\\\nb\n", "backslash as a hard break"),
        ("a \\@ b\n", "escapes"),
        ("a\n{: .note}\n", "attribute list"),
        ("[a](b c)\n", "address with blanks, or below raw HTML"),
        ("~a~\n", "one tilde"),
        ("- [x] a\n", "task list"),
        ("**a.**b\n", "nested or unfinished emphasis"),
        ("- a\n\n  b\n", "blocks are parted otherwise: lists indented by 2 or 3, loose lists"),
    ],
)
def test_cause(body: str, cause: str) -> None:
    """Each cause is told from the others on the smallest text that shows it."""
    one, other = (text_of(body, dialect) for dialect in Dialect)

    assert [cause] == causes_of(one, other)


def test_unknown_cause() -> None:
    """Texts that differ in their words have no known cause."""
    assert [] == causes_of("some words", "other words")
