"""The shape of the code: who may import whom, and what only the shell may do."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "csto_site"

ORDER = (
    "codes",
    "diagnostics",
    "model",
    "codec",
    "manifests",
    "colours",
    "metadata",
    "cards",
    "assets",
    "permalinks",
    "policy",
    "keys",
    "markup",
    "pictures",
    "parse",
    "settings",
    "schema",
    "archive",
    "targets",
    "links",
    "media",
    "context",
    "reference",
    "wording",
    "jobs",
    "outlines",
    "almanac",
    "search",
    "indexes",
    "moments",
    "addresses",
    "task",
    "desk",
    "feeds",
    "sitemaps",
    "bundles",
    "plan",
    "views",
    "records",
    "syndication",
    "templates",
    "render",
    "hands",
    "explain",
    "tree",
    "check",
    "translations",
    "salts",
    "remembered",
    "pipeline",
    "retouch",
)
"""The core, in the order in which one may read it: a module imports only modules above it."""

IMPURE = {
    "os",
    "io",
    "sqlite3",
    "time",
    "random",
    "subprocess",
    "threading",
    "multiprocessing",
    "logging",
    "livereload",
    "shutil",
    "socket",
    "tempfile",
}
BANNED_CALLS = {"open", "print", "input", "eval", "exec"}
BANNED_ATTRIBUTES = {"now", "today", "utcnow", "urandom", "getenv"}
CEILING = 400
LONGER = {
    "model": "the program's words, each a value: one reads them together",
    "context": "one table of documented views: it reads as a reference",
    "jobs": "one value a kind of page or file: a table of all that is printed",
}
"""Modules over the ceiling, each with the reason why it is one thing."""


def core() -> Iterator[tuple[str, Path]]:
    """Give the core's files, each with the name of the module or package that it belongs to."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name not in {"__init__", "__main__", "shell", "editing", "starter", "theme"}:
            yield name, path


def imported(tree: ast.AST) -> Iterator[str]:
    """Name everything that a module imports, with full paths."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_core_module_has_its_place() -> None:
    """A module that is not in the order has not been thought about."""
    assert set(ORDER) == {name for name, _ in core()}


@pytest.mark.parametrize(("name", "path"), list(core()), ids=lambda value: str(value).rpartition("csto_site/")[2])
def test_a_core_module_imports_only_what_stands_above_it(name: str, path: Path) -> None:
    """There is one direction and no cycle."""
    inner = [each.split(".")[1] for each in imported(ast.parse(path.read_text())) if each.startswith("csto_site.")]

    assert [] == [each for each in inner if each != name and each not in ORDER[: ORDER.index(name)]]


@pytest.mark.parametrize(("name", "path"), list(core()), ids=lambda value: str(value).rpartition("csto_site/")[2])
def test_the_core_does_not_touch_the_world(name: str, path: Path) -> None:
    """Only the shell reads, writes, prints, waits or looks at the clock."""
    tree = ast.parse(path.read_text())
    modules = {each.partition(".")[0] for each in imported(tree)}
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    reads = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert set() == (modules & IMPURE) | (calls & BANNED_CALLS) | (reads & BANNED_ATTRIBUTES), name


@pytest.mark.parametrize(("name", "path"), list(core()), ids=lambda value: str(value).rpartition("csto_site/")[2])
def test_a_module_is_one_thing(name: str, path: Path) -> None:
    """A long module needs a reason."""
    assert len(path.read_text().splitlines()) <= CEILING or name in LONGER


def test_nothing_heavy_is_imported_to_say_help() -> None:
    """The command starts fast because libraries are imported where they are used."""
    program = "import csto_site.__main__, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert set() == {"yaml", "jinja2", "markdown", "comrak", "nh3", "babel", "rich", "livereload"} & set(loaded)
