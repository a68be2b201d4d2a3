"""The GitHub workflows: of this repository, and of the sites that `csto-site init` makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
FOLDERS = {"repository": HERE / ".github", "starter": HERE / "src/csto_site/starter/.github"}
folders = pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)


def result_of(*command: str | Path) -> tuple[int, str]:
    """Give the exit status of a linter, and what it said where it is not content."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr if done.returncode else ""


@folders
def test_workflows_are_what_github_reads(folder: Path) -> None:
    """GitHub's schema holds for each workflow."""
    check = Path(sys.executable).with_name("check-jsonschema")
    workflows = sorted((folder / "workflows").glob("*.yml"))

    assert workflows
    assert result_of(check, "--builtin-schema", "vendor.github-workflows", *workflows) == (0, "")


@folders
def test_workflows_give_nothing_away(folder: Path) -> None:
    """No credentials are left behind, no input becomes a command, no permission is wider than need be."""
    zizmor = Path(sys.executable).with_name("zizmor")

    assert result_of(zizmor, "--offline", "--no-progress", folder) == (0, "")
