"""The manual's page of diagnostics: every code, with an example that is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csto_site.codes import CODES
from test_cases import CASES, ELSEWHERE

PAGE = Path(__file__).parent.parent / "docs" / "diagnostics.md"
SECTIONS: dict[str, str] = dict(
    re.findall(r"^### `([^`]+)`\n(.*?)(?=^### `|^## [^\n]+\n\n### `|\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL),
)


def test_all_codes_are_there_and_no_other() -> None:
    """A code that is added needs a section, one that is taken away needs none."""
    assert set(CODES) == set(SECTIONS)


@pytest.mark.parametrize("code", CODES)
def test_a_section_says_how_grave_it_is_and_how_to_mend_it(code: str) -> None:
    """Its first line is made from the table of codes."""
    first = CODES[code].severity.capitalize() + (", cannot be lowered." if CODES[code].fixed else ".")

    assert f"\n*{first}*\n" in SECTIONS[code]
    assert "\n**Mend:** " in SECTIONS[code]


@pytest.mark.parametrize("code", sorted(CODES.keys() - ELSEWHERE))
def test_a_section_shows_a_case(code: str) -> None:
    """What it shows stands in the case files, word for word: the message always, its files where they are short."""
    shown = re.findall(r"^(`{3,})text\n(.*?)^\1$", SECTIONS[code], re.MULTILINE | re.DOTALL)
    cases = (path.read_text().split("-- expect --\n") for path in (CASES / code.replace("/", "-")).glob("*.txt"))
    blocks = [text for _, text in shown]

    assert any(blocks in ([files, expected], [expected]) for files, expected in cases)


def test_the_contents_lead_to_every_section() -> None:
    """The list at the top names all of them."""
    contents = PAGE.read_text().partition("\n## ")[0]

    assert list(SECTIONS) == re.findall(r"\[`([^`]+)`\]\(#", contents)
