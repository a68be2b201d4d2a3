"""A fresh checkout with its cache and output restored, where every file's time and inode is new."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from csto_site.shell import build
from csto_site.shell.build import Options, Report
from proof import writing
from proof.steps import put


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of a site that was built, with all that lay in it."""
    for name, data in writing.beginning().tree().items():
        put(tmp_path / "first" / name, data)
    built(tmp_path / "first")
    return Path(shutil.copytree(tmp_path / "first", tmp_path / "second", copy_function=shutil.copyfile))


def built(root: Path, as_of: int = writing.BEGINNING) -> Report:
    """Build a site."""
    return build.run(Options(root=root, out=root / "public", as_of=as_of, jobs=1, grace=0))


def work(report: Report) -> tuple[int, int]:
    """Give how much was parsed, and how many tasks were rendered."""
    return report.work.parsed, report.work.rendered


def test_nothing_is_made_again(checkout: Path) -> None:
    """What is unchanged in content is neither parsed nor rendered nor written."""
    report = built(checkout)

    assert (0, 0) == work(report)
    assert report.written is not None
    assert 0 == report.written.written


def test_nothing_is_parsed_when_the_clock_matters(checkout: Path) -> None:
    """An item that falls due costs its pages, and no parsing."""
    put(checkout / "content/news/later.md", b"---\ntitle: Later\ndate: 2024-07-01\n---\n\nLater.\n")
    built(checkout)
    report = built(Path(shutil.copytree(checkout, checkout.with_name("third"))), writing.BEGINNING + 30 * 86400)

    assert 0 == report.work.parsed
    assert 0 < report.work.rendered < report.work.runs / 2


def test_an_edit_is_an_edit(checkout: Path) -> None:
    """One item that was edited is parsed, and no other."""
    place = checkout / "content/news/item-001.md"
    place.write_bytes(place.read_bytes() + b"\nMore.\n")

    assert 1 == built(checkout).work.parsed
