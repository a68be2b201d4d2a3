"""What is left out to save time changes nothing: in the demo, in real archives, in any text."""

from __future__ import annotations

import os
import random
import re
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from csto_site.markup import clean, commonmark, convert, finish, python_markdown
from csto_site.markup.guard import TooComplexError
from csto_site.markup.sparing import NEEDS, Sparing
from csto_site.model import Dialect, Form

ROOT = Path(__file__).resolve().parent.parent
CORPORA = Path(os.environ.get("CSTO_CORPORA", ROOT.parent / "shared" / "corpora"))
SAMPLE = 100

MARKS = (
    "[ ] ( ) ! ![ [^ [^1] [^1]: ]: < > & &#38 # - -- --- = === * ** *** _ __ ` `` ``` ~~ ~~~ : | { } {#x} {:.a} \\ \\\\"
    " www. WwW.a.org http://a.b :// a@b.org @ a word 1. + <div> </div> <hr> <br> <b> <script> <!--c--> <a [a](b) [r]"
    " [r]:/u ![i](p) |-|-| . w. é \u2003 \u2014 \x04 \x0c :: ///Footnotes"
).split()
BLANKS = [" ", "  ", "    ", "\t", "\n", "\n", "\n\n", "\n\n", "  \n", "- ", "> ", ": ", "1. ", "* ", "# "]
"""What begins, ends and parts what Markdown knows, so that any text is near to something of it."""


ENGINES = {Dialect.COMMONMARK: commonmark.html, Dialect.PYTHON_MARKDOWN: python_markdown.html}

texts = st.lists(st.sampled_from([*MARKS, *BLANKS, *BLANKS]), max_size=30).map("".join)
plain_texts = texts.map(lambda text: re.sub(f"[{finish.MAKE_TAGS}]", "", text))
"""Texts whose tags are all the engine's own."""
both = pytest.mark.parametrize("dialect", list(Dialect))


@lru_cache(maxsize=1)
def whole() -> Markdown:
    """The engine with all its parts, made once: that takes long."""
    return python_markdown.whole()


def outcomes(body: str) -> tuple[str, str]:
    """What the whole engine makes of a body, and what the sparing one does."""
    return whole().reset().convert(body), python_markdown.html(body)


def is_equal(path: Path) -> bool:
    try:
        expected, actual = outcomes(path.read_text("utf-8", errors="replace").replace("\r\n", "\n"))
    except TooComplexError:
        return True  # refused by a guard that both have
    return expected == actual


class TestSameHtml:
    def test_demo(self) -> None:
        """All of the demo, front matter included: its colons and hyphens only add to the variety."""
        assert [] == [path for path in sorted((ROOT / "content").rglob("*.md")) if not is_equal(path)]

    @pytest.mark.corpora
    @pytest.mark.skipif(
        not CORPORA.is_dir(), reason="no real archives beside the checkout: set CSTO_CORPORA to their folder"
    )
    def test_real_archives(self) -> None:
        """A sample of real archives that nobody here wrote."""
        paths = random.Random(SAMPLE).sample(sorted(CORPORA.rglob("*.md")), SAMPLE)

        assert [] == [path for path in paths if not is_equal(path)]

    @given(texts)
    @settings(max_examples=300)
    def test_any_text(self, body: str) -> None:
        """Any text made of what Markdown knows."""
        expected, actual = outcomes(body)

        assert expected == actual

    @pytest.mark.parametrize(
        "body",
        [
            "a  <script>\n",  # raw HTML is put into a line of its own, and leaves two blanks at the end of this one
            "<div>a</div>---<div>b</div>\n",
            "> a\n> ---\n",
            "- a\n\n    ===\n",
            "1. ---\n",
            "[^1]\n\n[^1]:: a\n",
            "> a\n>: b\n",
            "a\t\nb\n",
            "\ta\n",
            "See WWW.example.org\n",
            "\\`a`` `\\` b\n",
            "\\\\`a`\n",
            "!\\[a](b) ![c](d) \\![e](f)\n",
            "- a\n- \n\n    b\n",
            "a\n***\nb\n_ _ _\nc\n- - -\n",
        ],
    )
    def test_borders(self, body: str) -> None:
        """Where a mark stands in the body otherwise than where its part meets it."""
        expected, actual = outcomes(body)

        assert expected == actual


class TestParts:
    def test_names(self) -> None:
        """Every part in the table is one of the engine's."""
        markdown = python_markdown.whole()
        parts = {name: getattr(markdown, name, markdown.parser.blockprocessors) for name in NEEDS}

        assert [] == [name for registry, needs in NEEDS.items() for name in needs if name not in parts[registry]]

    def test_plain_paragraphs_need_few(self) -> None:
        """In plain paragraphs no pattern is looked for, and a block is a list or a paragraph."""
        markdown = python_markdown.whole()
        Sparing(markdown).convert("One two.\n\nThree, four - five: six.\n")

        assert 0 == len(markdown.treeprocessors["inline"].inlinePatterns)  # type: ignore[attr-defined] # typed by its base
        assert ["Empty", "SaneOList", "SaneUList", "Paragraph"] == [
            re.sub("(Block)?Processor", "", type(each).__name__) for each in markdown.parser.blockprocessors
        ]

    def test_parts_come_back(self) -> None:
        """A body gets what it needs whatever the body before it went without."""
        body = "# A\n\n*b* [c](d)\n"
        before = python_markdown.html(body)
        python_markdown.html("plain\n")

        assert before == python_markdown.html(body)


class TestOwnTags:
    @both
    @given(body=plain_texts)
    def test_nothing_is_overlooked(self, dialect: Dialect, body: str) -> None:
        """Where the engine wrote all tags by itself, to look for odd ones finds none."""
        html = ENGINES[dialect](body)

        assert clean.cleaned(html, "", is_own=False) == clean.cleaned(html, "", is_own=True)

    @both
    @given(body=plain_texts)
    def test_lead(self, dialect: Dialect, body: str) -> None:
        """There the lead is the same whether its paragraph is read anew or not."""
        value = convert(body, dialect=dialect, form=Form.TEXT, path="content/x.md", first_line=1).value

        assert finish.lead(value.fragment, ()) == value.lead
