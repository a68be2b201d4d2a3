"""How thoroughly properties are tried, and the option that writes golden files."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter

import pytest
from hypothesis import settings

settings.register_profile("dev", derandomize=True, deadline=None, max_examples=30)
settings.register_profile("ci", deadline=None, max_examples=300)
settings.load_profile("dev")  # the same examples each time; others and more: pytest --hypothesis-profile=ci

NEEDED = 768 << 20
"""How many bytes the tests need on their disk: on a full one they fail in a hundred places, or wait for ever."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make golden` uses, and those that `make proof` does."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files as the program has them now")
    parser.addoption("--histories", type=int, default=0, help="how many histories, other ones each time, are played")
    parser.addoption("--kills", type=int, default=40, help="how many builds are killed in test_killed.py")


def pytest_sessionstart() -> None:
    """See that there is room before anything fails for want of it."""
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if free < NEEDED:
        said = f"the tests need {NEEDED >> 20:,} MiB in {folder}, which has {free >> 20:,}"
        pytest.exit(f"{said}: make room there, or name another place by TMPDIR", returncode=1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of one file run in one process, but for those that say otherwise."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.name))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the histories of `tests/proof` and the kills came to, all processes together."""
    for what in ("histories", "kills"):
        counts: Counter[str] = Counter()
        for report in terminalreporter.getreports("passed"):
            for name, value in report.user_properties:
                counts.update(value if name == what else {})
        if counts:
            parts = (f"{count:,} {name}" for name, count in counts.most_common())
            terminalreporter.write_line(f"{what}: {', '.join(parts)}")
