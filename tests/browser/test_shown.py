"""Pictures and films in a browser: which file is fetched, what waits, and what a click does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import drawn
from browser.hosting import hosted
from csto_site.shell import build

pytestmark = pytest.mark.browser

NIGHT = "news/2024/night-exercise/"


@pytest.mark.parametrize(
    ("width", "density", "expected"), [(360, 1, 400), (360, 2, 800), (1280, 1, 800), (1280, 2, 1600)]
)
def test_the_width_that_is_needed(browser: Browser, address: str, width: int, density: int, expected: int) -> None:
    """A browser fetches one file of the leading picture, the narrowest that is sharp, in the smallest form."""
    with browser.new_context(viewport={"width": width, "height": 800}, device_scale_factor=density) as context:
        page = context.new_page()
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(address + NIGHT, wait_until="networkidle")

        ours = [url for url in fetched if "/assets/pictures/night-exercise" in url]
        assert 1 == len(ours)
        assert f".{expected}x" in ours[0]
        assert ours[0].endswith(".avif")


def test_what_is_far_below_waits(browser: Browser, address: str) -> None:
    """The still of the film is fetched when it comes near; pictures keep their place free, so that nothing moves."""
    with browser.new_context(viewport={"width": 360, "height": 500}) as context:
        page = context.new_page()
        page.route("**/assets/pictures/*", lambda route: route.abort())
        page.goto(address + NIGHT, wait_until="networkidle")
        still = page.locator(".video img")
        shape = still.evaluate("each => each.clientWidth / each.clientHeight")

        assert "" == still.evaluate("each => each.currentSrc")
        assert abs(shape - 16 / 9) < 0.02


def test_a_gallery_fits(browser: Browser, address: str) -> None:
    """No picture is wider than the page, each leads to its file, and the file is there."""
    with browser.new_context(viewport={"width": 320, "height": 700}) as context:
        page = context.new_page()
        page.goto(address + "news/2023/flood-exercise/")
        widest = page.evaluate("Math.max(...[...document.images].map(each => each.getBoundingClientRect().right))")
        page.locator(".gallery a").first.click()

        assert widest <= 320
        assert page.url.endswith(".svg")


PLAYER = """\
title: Sample
url: https://news.example.org/
id_authority: news.example.org,2024
sections: {news: News}
embeds: [player.example.org]
"""
ITEM = """\
---
title: A film
date: 2024-05-01
image: {path: small.png, alt: Small}
gallery: [{path: small.png, alt: Small}, {path: high.png, alt: High}]
video: {url: https://video.example.org/1, title: The film, embed: https://player.example.org/1}
---
![Small](small.png)

![High](high.png)
"""


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a site with a film that a host elsewhere may play, and give the address of its item."""
    root: Path = tmp_path_factory.mktemp("player")
    (root / "content/news").mkdir(parents=True)
    (root / "site.yaml").write_text(PLAYER)
    (root / "content/news/film.md").write_text(ITEM)
    (root / "content/news/small.png").write_bytes(drawn.png(200, 150))
    (root / "content/news/high.png").write_bytes(drawn.png(600, 1500))
    out = root / "public"
    assert build.run(build.Options(root=root, out=out, as_of=1_735_678_800, jobs=1)).written
    with hosted(out, "/") as url:
        yield f"{url}news/2024/film/"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a page whose console says nothing, and for which the host elsewhere is in this very test."""
    said: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.route(
            "https://*.example.org/*", lambda route: route.fulfill(body="<p>playing</p>", content_type="text/html")
        )
        yield page
    assert [] == said


def test_a_player_comes_after_a_click(page: Page, player: str) -> None:
    """Nothing leaves the site before; then the player stands where the link was, by mouse or keyboard."""
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(player, wait_until="networkidle")
    assert [] == [url for url in fetched if "example.org" in url]

    page.get_by_role("link", name="Video: The film").press("Enter")
    expect(page.frame_locator("iframe[title='The film']").get_by_text("playing")).to_be_visible()

    assert player == page.url


def test_nothing_is_larger_than_it_is(page: Page, player: str) -> None:
    """A small picture stays small wherever it stands, and a high one fits on the screen in its shape."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(player, wait_until="networkidle")
    page.evaluate("for (const each of document.images) each.loading = 'eager'")
    page.wait_for_function("[...document.images].every(each => each.complete)")
    sizes = page.evaluate("[...document.images].map(each => [each.alt, each.clientWidth, each.clientHeight])")

    assert [["Small", 200, 150]] * 3 == [each for each in sizes if each[0] == "Small"]
    for _, width, height in (each for each in sizes if each[0] == "High"):
        assert height <= 530
        assert abs(width / height - 0.4) < 0.01


def test_without_script_a_film_is_a_link(browser: Browser, player: str) -> None:
    """It leads to where the film is."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(player)
        link = page.get_by_role("link", name="Video: The film")

        assert "https://video.example.org/1" == link.get_attribute("href")
