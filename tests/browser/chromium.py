"""Finds a Chromium for the browser tests; as a program, installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = (
    "no Chromium for the browser tests: install one (Debian and Ubuntu: apt-get install chromium), "
    "or name yours: CHROMIUM=/path/to/chromium make test"
)
FLAGS = (
    "--no-sandbox",  # containers and root have no user namespaces
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""What the browser is started with."""
APT = ("apt-get", "--quiet", "--quiet")


def find() -> str | None:
    """Give the path of a Chromium: the one that CHROMIUM names, one on PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try to install a Chromium: by apt-get where that may be done, else Playwright's own."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _run(*APT, "update")
        _run(*APT, "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core", "fonts-liberation")
    if find() is None:
        _run(sys.executable, "-m", "playwright", "install", "chromium")


def _run(*command: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=False, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)


def main() -> int:
    """Make sure that there is a Chromium, or say in one line what to do."""
    if find() is None and "CHROMIUM" not in os.environ:
        sys.stderr.write("No Chromium here: installing one for the browser tests\n")
        install()
    if find() is None:
        sys.stderr.write(f"make: {MISSING}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
