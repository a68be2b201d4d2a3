"""A real Chromium for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser import chromium
from browser.demo import build_demo
from browser.hosting import hosted


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a Chromium; where there is none the test fails and says what to do."""
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demo for a host's path `/repo/`, as project sites have, and give its folder."""
    return build_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Serve the demo where it was built for."""
    with hosted(built, "/repo/") as url:
        yield url
