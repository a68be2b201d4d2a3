"""The case files: each a small site in a string, and what is said of it, word for word.

`cases/<area>-<name>/*.txt` shows the diagnostic `area/name`. Files stand between `-- path --` lines, the
expected text after `-- expect --`; in `*.escaped.txt` they are written with Python's escapes, for bytes that
no text holds. A site without `site.yaml` gets that of `newsroom`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from csto_site.codes import CODES
from newsroom import Newsroom, files_of

CASES = Path(__file__).parent / "cases"
FILES = tuple(sorted(CASES.rglob("*.txt")))
ELSEWHERE = {"settings/missing", "site/refused", "source/unreadable"}
"""Codes that only the commands can give: `test_cli.py`, `test_rebuild.py` and `test_refusals.py` show them."""
REPORTED = {"translation-missing", "translation-outdated"}
"""Cases of `check --translations`; all others are those of a build."""


def taken_apart(path: Path) -> tuple[dict[str, bytes], str]:
    """Give a case's files and the expected text."""
    files = files_of(path.read_text())
    expected = files.pop("expect").decode()
    if path.name.endswith(".escaped.txt"):
        files = {name: data.decode("unicode_escape").encode("latin-1") for name, data in files.items()}
    return files, expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case(path: Path) -> None:
    """The diagnostics of the whole site are those of the case, among them the one that it is named after."""
    files, expected = taken_apart(path)

    newsroom = Newsroom(files=files)
    found = newsroom.translations() if path.parent.name in REPORTED else newsroom.build()

    assert expected == found.report
    assert _code(path) in expected


def _code(path: Path) -> str:
    """Give the code that a folder is named after: areas hold hyphens, too (`front-matter-empty`)."""
    return next(f"[{code}]" for code in CODES if code.replace("/", "-") == path.parent.name)


def test_every_code_has_a_case() -> None:
    """A diagnostic that nobody has seen is not one."""
    assert {code.replace("/", "-") for code in CODES.keys() - ELSEWHERE} == {path.parent.name for path in FILES}
