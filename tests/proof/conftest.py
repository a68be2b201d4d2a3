"""The site that every history begins with, built once in each process that runs tests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from proof.histories import Table, begin

MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own is made in it
"""A file system in memory, where there is one: histories write and remove 100,000 files and folders."""


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Give a folder that is removed in the end."""
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="histories-", dir=where) as found:
        yield Path(found)


@pytest.fixture(scope="session")
def beginning(folder: Path) -> Path:
    """Give the folder of a site that has been built."""
    return begin(folder / "beginning")


@pytest.fixture
def table(beginning: Path, folder: Path) -> Table:
    """Give a place where histories can be played."""
    return Table(folder / "table", beginning)
