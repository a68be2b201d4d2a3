"""Takes the pictures of the demo that the README shows: `make pictures`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import sync_playwright

from browser import chromium
from browser.demo import CHECKOUT, build_demo
from browser.hosting import hosted

FOLDER = CHECKOUT / "docs/pictures"


class Shot(NamedTuple):
    """A picture: the page, the place on it that is scrolled to, the size of the window, and the scheme."""

    page: str
    place: str = "body"
    width: int = 1180
    height: int = 860
    scheme: Literal["light", "dark"] = "light"


SHOTS: Mapping[str, Shot] = {
    "home.png": Shot(""),
    "item.png": Shot("news/2024/night-exercise/", height=1000),
    "item-dark.png": Shot("commentary/2024/tajik-afghan-border/", scheme="dark"),
    "month.png": Shot("all/2024/07/"),
    "archive.png": Shot("all/", ".months"),
    "phone.png": Shot("all/2024/07/", width=360, height=780),
}


def main() -> int:
    """Build the demo and take all pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        built = build_demo(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        with hosted(built, "/repo/") as url:
            for name, shot in SHOTS.items():
                size = {"width": shot.width, "height": shot.height}
                page = browser.new_page(viewport=size, color_scheme=shot.scheme)  # type: ignore[arg-type]  # a TypedDict
                page.goto(url + shot.page, wait_until="networkidle")
                page.locator(shot.place).scroll_into_view_if_needed()
                page.screenshot(path=FOLDER / name)
                page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
