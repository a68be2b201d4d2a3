"""The site that every history begins with, built once in each process that runs tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from proof.histories import Table, begin


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a site that has been built."""
    return begin(tmp_path_factory.mktemp("beginning"))


@pytest.fixture
def table(beginning: Path, tmp_path: Path) -> Table:
    """Give a place where histories can be played."""
    return Table(tmp_path / "table", beginning)
