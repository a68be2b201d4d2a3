"""The developers' manual names every module."""

from __future__ import annotations

import re
from pathlib import Path

from test_architecture import ORDER, PACKAGE

MANUAL = (Path(__file__).parent.parent / "docs/development.md").read_text(encoding="utf-8")


def named(table: str) -> list[str]:
    """Give the names in the first column of a table."""
    cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    return [name.strip("`/") for cell in cells for name in cell.split(", ")]


def test_the_table_of_modules_is_in_the_order_of_imports() -> None:
    """The table is what the test of the architecture holds."""
    core = MANUAL.partition("## The modules")[2].partition("Beside the core")[0]

    assert list(ORDER) == named(core)


def test_every_module_of_the_shell_is_named() -> None:
    """A module that the manual does not know is not found by whoever needs it."""
    beside = MANUAL.partition("Beside the core")[2].partition("## ")[0]
    shell = {f"shell/{path.stem}" for path in (PACKAGE / "shell").glob("[!_]*.py")}

    assert shell | {"editing", "starter"} == set(named(beside))


def test_every_decision_is_listed() -> None:
    """The list of decision records leads to each of them."""
    folder = PACKAGE.parent.parent / "docs/decisions"
    listed = re.findall(r"\]\((\d{4}-.*?)\)", (folder / "README.md").read_text(encoding="utf-8"))

    assert sorted(path.name for path in folder.glob("0*.md")) == listed
