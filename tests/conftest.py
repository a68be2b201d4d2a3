"""How thoroughly properties are tried, and the option that writes golden files."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("dev", derandomize=True, deadline=None, max_examples=30)
settings.register_profile("ci", deadline=None, max_examples=300)
settings.load_profile("dev")  # the same examples each time; others and more: pytest --hypothesis-profile=ci


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make golden` uses, and the one that `make proof` does."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files as the program has them now")
    parser.addoption("--kills", type=int, default=40, help="how many builds are killed in test_killed.py")
