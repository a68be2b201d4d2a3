"""The same sources give the same bytes: whatever the zone, language, hash seed, folder, order and number of workers."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from proof import writing
from proof.steps import put

PROGRAM = """
import atexit, resource, sys
from csto_site.__main__ import main
from csto_site.shell import work

work.FEW, work.CHUNK = 20, 30  # so that a small site is worth a pool
atexit.register(lambda: print("with workers:", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0))
sys.exit(main())
"""
AS_OF = "2024-06-15T12:00Z"
BODY = """\
---
title: All that bodies may hold
date: 2024-05-01
---

<video src="https://example.org/a.mp4" loop muted width="3" height="2"></video>
<audio loop src="https://example.org/a.ogg"></audio>

<table><tr><th scope="col" colspan="2" align="left">A</th></tr><tr><td rowspan="1" align="right">B</td></tr></table>

<p lang="de" dir="ltr" id="here" title="Sample"><a href="https://example.org/" hreflang="de" title="There">A</a></p>

A note[^1], ~~struck~~ and `code`.

[^1]: The note.
"""


def manifest(
    root: Path, *options: str, settings: Mapping[str, str] = {}, reverse: bool = False, umask: int = 0o022
) -> str:
    """Write and build a site in a process of its own; gives the digest of the list of all files with theirs."""
    files = {**writing.beginning().tree(), "content/news/bodies.md": BODY.encode()}
    for name, data in sorted(files.items(), reverse=reverse):
        put(root / name, data)
    place = Path(settings.get("PWD", os.fspath(root)))
    there = os.path.relpath(root, place)
    command = [sys.executable, "-c", PROGRAM, "build", "--as-of", AS_OF, "--root", there, *(options or ("--jobs", "1"))]
    surroundings = {**os.environ, **settings}
    said = subprocess.run(command, cwd=place, env=surroundings, umask=umask, check=True, capture_output=True).stdout
    assert said.endswith(b"with workers: %r\n" % ("2" in options))
    return hashlib.sha256((root / "public/manifest.json").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the digest of a build in one process."""
    return manifest(
        tmp_path_factory.mktemp("first"), settings={"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"TZ": "Asia/Kamchatka", "LC_ALL": "C", "LANG": "C"},
        {"TZ": "America/St_Johns", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"},
        {"PYTHONHASHSEED": "2"},
        {"PYTHONHASHSEED": "random"},
        {"PWD": "/"},
    ],
    ids=str,
)
def test_surroundings(expected: str, tmp_path: Path, settings: Mapping[str, str]) -> None:
    """Neither zone nor language, neither hash seed nor working directory shows."""
    assert expected == manifest(tmp_path, settings=settings)


def test_umask(expected: str, tmp_path: Path) -> None:
    """Permissions show in the files' modes alone."""
    assert expected == manifest(tmp_path, umask=0o077)


def test_order_of_files(expected: str, tmp_path: Path) -> None:
    """Files may have been written in any order."""
    assert expected == manifest(tmp_path, reverse=True)


def test_another_place(expected: str, tmp_path: Path) -> None:
    """The checkout may lie anywhere."""
    assert expected == manifest(tmp_path / "другое место" / "of mine")


def test_workers(expected: str, tmp_path: Path) -> None:
    """Two processes make what one makes, in whatever order they are done."""
    assert expected == manifest(tmp_path, "--jobs", "2")
