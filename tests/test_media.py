"""Pictures, films and files of a whole site: what is published of them, and what an edit of them touches."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import ImageChops, ImageStat

import drawn
import scenery
from csto_site.policy import CSP
from csto_site.shell import build, darkroom
from newsroom import SETTINGS, Built, Newsroom
from pages import dead, parsed, texts
from sites import DiskSite, tree_of

ITEM = "-- content/news/{name}.md --\n---\ntitle: {name}\ndate: {date}\n{front}---\n{body}\n"
STORM = "news/2024/storm/index.html"
PICTURES = re.compile(r"assets/pictures/([a-z0-9-]+)\.([0-9a-f]{16})\.(\d+x\d+)\.([a-z]+)").fullmatch


def site(front: str = "", body: str = "Words.", settings: str = "", **files: bytes) -> Newsroom:
    """Give a site with an item, another one before it, and files beside them (`a_jpg` is `a.jpg`)."""
    text = ITEM.format(name="storm", date="2024-05-02", front=front, body=body)
    text += ITEM.format(name="calm", date="2024-05-01", front="", body="Quiet.")
    beside = {f"content/news/{name.replace('_', '.')}": data for name, data in files.items()}
    return Newsroom(files={**Newsroom(text).files, "site.yaml": (SETTINGS + settings).encode(), **beside})


def shown(tree: Mapping[str, bytes]) -> set[tuple[str, str, str]]:
    """Give name, size and form of everything that is made of pictures."""
    return {(found[1], found[3], found[4]) for path in tree if (found := PICTURES(path))}


FRONT = """\
image: {path: wall.jpg, alt: The wall, caption: At noon, credit: Press desk}
gallery: [{path: crane.png, alt: A crane}, {path: map.svg, alt: ''}]
attachments: [{path: plan.pdf, title: The plan}, wall.jpg]
video: {url: film.mp4, title: The film, poster: {path: still.webp, alt: A still}}
"""
FULL: dict[str, Any] = {
    "wall_jpg": drawn.photo(1000, 600, exif=drawn.exif(6)),
    "crane_png": drawn.png(500, 400),
    "map_svg": drawn.SVG,
    "plan_pdf": b"%PDF plan",
    "film_mp4": b"film",
    "still_webp": drawn.photo(640, 360, "WEBP", exif=drawn.exif()),
    "coast_jpg": drawn.photo(900, 300, exif=drawn.exif()),
}


@cache
def full() -> Built:
    """Build a site with pictures of all kinds."""
    built = site(FRONT, '![The coast](coast.jpg "Our coast")', "item_json: yes\n", **FULL).build()
    assert [] == built.codes
    return built


class TestPublished:
    def test_what_is_made(self) -> None:
        """All widths of all pictures, each in three forms; drawings as they are; upright."""
        sizes = {
            "wall": ["400x667", "600x1000"],
            "crane": ["400x320", "500x400"],
            "still": ["400x225", "640x360"],
            "coast": ["400x133", "900x300"],
        }
        made = {(n, s, f) for n, each in sizes.items() for s in each for f in ("avif", "webp", "jpg")}

        assert made | {("map", "40x30", "svg")} == shown(full().tree)

    def test_only_what_is_linked_keeps_its_address(self) -> None:
        """A file that is only shown is not published itself."""
        below = {path for path in full().tree if path.startswith("news/") and path.count("/") == 1}

        assert {"news/wall.jpg", "news/plan.pdf", "news/film.mp4"} == {
            path for path in below if not path.endswith((".html", ".atom", ".rss", ".json"))
        }

    def test_nobody_learns_where_a_picture_was_taken(self) -> None:
        """No file of the site has notes of a camera; the one to download has its pixels and is turned as it was."""
        for path, data in full().tree.items():
            assert b"Camera of the sample" not in data, path
            if path.endswith((".jpg", ".webp", ".avif", ".png")):
                assert {0x0112: 6} if path == "news/wall.jpg" else {} == dict(drawn.opened(data).getexif()), path
        original = drawn.opened(FULL["wall_jpg"])

        assert original.tobytes() == drawn.opened(full().tree["news/wall.jpg"]).tobytes()

    def test_every_address_leads_somewhere(self) -> None:
        """Those of all widths too, on pages and in feeds."""
        tree = full().tree
        feeds = [tree[f"news/{name}"].decode() for name in ("feed.atom", "feed.rss", "feed.json")]
        named = {each for feed in feeds for each in re.findall(r"https://news\.example\.org/(assets/[^\"&<\\]+)", feed)}

        assert [] == list(dead(tree, "https://news.example.org/"))
        assert named
        assert named <= tree.keys()

    def test_a_picture_of_static(self) -> None:
        """It is shown in its widths as well, and loses its notes where it stands."""
        room = site(body="![A](/pictures/a.jpg)")
        data = drawn.photo(500, 400, exif=drawn.exif())
        tree = Newsroom(files={**room.files, "static/pictures/a.jpg": data}).build().tree

        assert {"400x320", "500x400"} == {size for _, size, _ in shown(tree)}
        assert b"Camera" not in tree["pictures/a.jpg"]

    def test_a_part_of_a_drawing(self) -> None:
        """Only its own address can name one: the file is published there."""
        tree = site(body="![A flag](flags.svg#red)", flags_svg=drawn.SVG).build().tree

        assert "news/flags.svg" in tree
        assert set() == shown(tree)

    def test_the_same_picture_in_two_items(self) -> None:
        """It is made once."""
        room = site(body="![A](a.jpg)", a_jpg=drawn.photo(50, 40))
        other = ITEM.format(name="calm", date="2024-05-01", front="image: {path: a.jpg, alt: A}\n", body="Quiet.")
        outcome = room.edit(other).build().outcome

        assert outcome is not None
        assert (1, 1) == (outcome.work.pictures, outcome.work.developed)

    def test_what_moves_stays(self) -> None:
        """An animation keeps its bytes, but for its notes."""
        frames = [drawn.opened(drawn.photo(8 + 8 * n, 8, "PNG")).resize((8, 8)) for n in range(2)]
        out = BytesIO()
        frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], exif=drawn.exif(), lossless=True)
        tree = site(body="![A](a.webp)", a_webp=out.getvalue()).build().tree
        (path_of,) = [path for path in tree if path.startswith("assets/pictures/")]

        assert path_of.endswith(".8x8.webp")
        assert drawn.opened(tree[path_of]).n_frames == 2  # type: ignore[attr-defined] # of an animation
        assert b"Camera" not in tree[path_of]


class TestPages:
    def test_the_leading_picture(self) -> None:
        """It is loaded at once, all others when they are near; caption and credit stand below."""
        page = parsed(full().page(STORM))
        images = page.xpath("//main//img")

        assert ["high", None, None, None] == [each.get("fetchpriority") for each in images]
        assert [None, "lazy", "lazy", "lazy"] == [each.get("loading") for each in images]
        assert all(each.get("width") and each.get("height") for each in images)
        assert ["At noon Picture: Press desk", "Our coast"] == texts(full().page(STORM), "//figcaption")[:2]

    def test_the_first_picture_of_a_body(self) -> None:
        """Without a leading picture it is loaded at once."""
        page = parsed(site(body="![A](a.jpg)\n\n![A](a.jpg)", a_jpg=drawn.photo(50, 40)).build().page(STORM))

        assert ["high", None] == [each.get("fetchpriority") for each in page.xpath("//main//img")]

    def test_a_gallery_leads_to_its_pictures(self) -> None:
        """In the largest size that there is."""
        hrefs = parsed(full().page(STORM)).xpath("//section[@class='gallery']//a/@href")

        assert ["500x400.jpg", "40x30.svg"] == [".".join(each.split(".")[-2:]) for each in hrefs]

    def test_files_say_name_form_and_size(self) -> None:
        """So that nobody is surprised."""
        files = texts(full().page(STORM), "//section[@class='files']//li")

        size = round(len(full().tree["news/wall.jpg"]) / 1000)

        assert ["The plan (PDF, 9 B)", f"wall.jpg (JPG, {size} kB)"] == files

    def test_a_file_with_a_query(self) -> None:
        """Its form is that of the file."""
        built = site("attachments: ['plan.pdf?v=2']\n", plan_pdf=b"%PDF").build()

        (file,) = texts(built.page(STORM), "//section[@class='files']//li")

        assert file.endswith("(PDF, 4 B)")

    def test_a_film_of_the_site(self) -> None:
        """It plays on the page, with its still, and can be had as a file."""
        (film,) = parsed(full().page(STORM)).xpath("//figure[@class='video']/video")

        assert "../../../news/film.mp4" == film.get("src")
        assert film.get("poster").endswith("640x360.jpg")
        assert ("640", "360", "none") == (film.get("width"), film.get("height"), film.get("preload"))

    def test_the_home_page_shows_the_leading_picture(self) -> None:
        """That of the newest item, without a second link for screen readers and the keyboard."""
        (link,) = parsed(full().page("index.html")).xpath("//a[@class='view']")

        assert ("true", "-1", "news/2024/storm/") == (
            link.get("aria-hidden"),
            link.get("tabindex"),
            link.get("href")[2:],
        )
        assert "" == link.xpath(".//img/@alt")[0]
        assert [] == parsed(site().build().page("index.html")).xpath("//a[@class='view']")

    def test_records_name_what_is_there(self) -> None:
        """The record for machines leads to the largest picture, the file to download and the film."""
        record = json.loads(full().tree["news/2024/storm/index.json"])
        hrefs = [each["href"].removeprefix("https://news.example.org/") for each in record["renditions"][1:]]

        assert set(hrefs) <= full().tree.keys()
        assert ["news/plan.pdf", "news/wall.jpg", "news/film.mp4"] == hrefs[-3:]
        assert ["image", "image", "image", "attachment", "attachment", "video"] == [
            each["name"] for each in record["renditions"][1:]
        ]


class TestShared:
    @staticmethod
    def image(built: Built, path: str = STORM) -> str:
        """Give what a page names as its picture for other sites, below the site's address."""
        (found,) = parsed(built.page(path)).xpath("//meta[@property='og:image']/@content")
        return str(found).removeprefix("https://news.example.org/")

    def test_the_leading_picture(self) -> None:
        """With its size and words."""
        page = parsed(full().page(STORM))

        assert self.image(full()).endswith(".600x1000.jpg")
        assert self.image(full()) in full().tree
        assert ["600", "1000", "The wall"] == [
            page.xpath(f"//meta[@property='og:image:{name}']/@content")[0] for name in ("width", "height", "alt")
        ]

    def test_a_picture_of_its_own(self) -> None:
        """An item may have another picture for that purpose, which its page does not show."""
        built = site(FRONT + "social: card.png\n", "Words.", card_png=drawn.png(1200, 630), **FULL).build()

        assert self.image(built).endswith(".1200x630.jpg")
        assert "card" not in "".join(parsed(built.page(STORM)).xpath("//main//@src"))

    @pytest.mark.parametrize(
        "front", ["", "image: {path: map.svg, alt: A map}\n", "image: {path: map.gif, alt: A map}\n"]
    )
    def test_that_of_the_section(self, front: str) -> None:
        """Where there is none that other sites take; home page and undated pages have that of the site."""
        built = site(front, map_svg=drawn.SVG, map_gif=drawn.photo(form="GIF")).build()

        assert re.fullmatch(r"assets/cards/news\.[0-9a-f]{10}\.png", self.image(built))
        assert re.fullmatch(r"assets/card\.[0-9a-f]{10}\.png", self.image(built, "index.html"))
        assert {self.image(built), self.image(built, "index.html")} <= built.tree.keys()

    def test_one_that_the_site_brings(self) -> None:
        """A file of its own in `static/assets/cards/` takes the place of the one that is drawn."""
        room = Newsroom(files={**site().files, "static/assets/cards/news.png": drawn.png(1200, 630, 7)})
        built = room.build()

        assert drawn.png(1200, 630, 7) == built.tree[self.image(built)]

    def test_it_follows_the_accent(self) -> None:
        """Another colour makes another picture, and pages lead to it."""
        plain, coloured = site().build(), site(settings="accent: '#7a1f2b'\n").build()

        assert self.image(plain) != self.image(coloured)


class TestElsewhere:
    FRONT = """\
image: {path: 'https://e.org/a.jpg', alt: A}
gallery: [{path: 'https://e.org/b.jpg', alt: B}]
video: {url: 'https://v.example/1', poster: {path: 'https://e.org/c.jpg', alt: C}}
"""

    def test_no_page_fetches_a_picture_from_there(self) -> None:
        """Readers get links to them; only the still of a film is left out beside its link."""
        built = site(self.FRONT, "![D](https://e.org/d.jpg)").build()
        item, home = parsed(built.page(STORM)), parsed(built.page("index.html"))
        links = {each.get("href"): each.text_content().strip() for each in item.xpath("//a")}

        assert {"image/elsewhere"} == set(built.codes)
        assert [] == [*item.xpath("//@poster"), *home.xpath("//img")]
        assert {"a": "A", "b": "B", "d": ""} == {name: links[f"https://e.org/{name}.jpg"] for name in "abd"}
        (inside,) = item.xpath("//img")  # a browser that keeps to the policy shows its words
        assert "D" == inside.get("alt")
        assert "img-src 'self';" in built.page(STORM)
        assert "Video: storm" == links["https://v.example/1"]

    def test_what_is_nowhere(self) -> None:
        """Where a site lets that pass, pages show no picture and no film, and the name of a file without a link."""
        rules = "diagnostics: {image/missing: warning, attachment/missing: warning}\n"
        front = "image: {path: a.png, alt: A}\ngallery: [{path: b.png, alt: B}]\n"
        front += "attachments: [c.pdf]\nvideo: {url: d.mp4}\n"
        built = site(front, settings=rules).build()
        page = parsed(built.page(STORM))

        assert ["image/missing", "image/missing", "attachment/missing", "attachment/missing"] == built.codes
        assert [] == page.xpath("//main//img | //main//video | //main//a[@href='']")
        assert ["c.pdf"] == page.xpath("//section[@class='files']//li/text()[normalize-space()]")

    def test_without_a_scheme(self) -> None:
        """An address that begins with the host is one of there, and is nowhere sought here."""
        front = "image: {path: //e.org/a.jpg, alt: A}\nattachments: [//e.org/f.pdf]\n"
        built = site(front).build()

        assert ["image/elsewhere"] == built.codes
        assert ["https://e.org/a.jpg", "https://e.org/f.pdf"] == [
            each for each in parsed(built.page(STORM)).xpath("//main//a/@href") if "//e.org/" in each
        ]

    def test_no_page_fetches_the_still_of_its_own_film_from_there(self) -> None:
        """The film plays without one."""
        front = "video: {url: film.mp4, poster: {path: 'https://e.org/c.jpg', alt: C}}\n"
        built = site(front, film_mp4=b"film").build()

        (film,) = parsed(built.page(STORM)).iter("video")

        assert {"controls", "preload", "src"} == set(film.attrib)


class TestPlayers:
    VIDEO = "video: {url: 'https://video.example.org/1', title: Film, embed: 'https://Player.example.org/1?a=b'}\n"
    ALLOWED = "embeds: [player.example.org]\n"

    def test_only_where_the_site_allows_it(self) -> None:
        """Else readers get the link, and that is said."""
        built = site(self.VIDEO).build()

        assert ["video/embed"] == built.codes
        assert "Player.example.org" not in built.page(STORM)
        assert "frame-src" not in built.page(STORM) + built.page("_headers")

    def test_a_link_with_a_player_behind_it(self) -> None:
        """Nothing is loaded from there; the page's policy admits that host, and other pages' policies do not."""
        built = site(self.VIDEO, settings=self.ALLOWED).build()
        page = parsed(built.page(STORM))
        (link,) = page.xpath("//figure[@class='video']/a")

        assert [] == built.codes
        assert ("https://video.example.org/1", "https://Player.example.org/1?a=b") == (
            link.get("href"),
            link.get("data-embed"),
        )
        assert [] == page.xpath("//iframe")
        assert f"{CSP}; frame-src https://Player.example.org" == page.xpath("//meta[@http-equiv]/@content")[0]
        assert CSP == parsed(built.page("news/2024/calm/index.html")).xpath("//meta[@http-equiv]/@content")[0]
        assert "frame-src https://player.example.org" in built.page("_headers")
        assert "frame-src https://player.example.org" in built.page("nginx.conf")
        assert 1 == len([each for each in page.xpath("//script/@src") if "player" in each])

    @pytest.mark.parametrize(
        "host", ["https://player.example.org", "player", "player.example.org/1", "a; script-src *"]
    )
    def test_hosts_are_hosts(self, host: str) -> None:
        """Nothing else gets into a policy."""
        assert "value/type" in site(settings=f"embeds: ['{host}']\n").build().codes

    @pytest.mark.parametrize("url", ["http://player.example.org/1", "player.html", "https://a'; script-src *"])
    def test_players_are_safe(self, url: str) -> None:
        """A player has an https address."""
        front = f'video: {{url: "https://video.example.org/1", embed: "{url}"}}\n'

        assert "value/type" in site(front, settings=self.ALLOWED).build().codes


class TestProblems:
    def test_where_and_what(self) -> None:
        """Each place that names a bad picture is a problem, in front matter and in text."""
        whole = drawn.photo(200, 100)
        built = site(
            "image: {path: a.jpg, alt: A}\n", "![A](a.jpg) ![B](b.png)", a_jpg=whole[:-400], b_png=whole
        ).build()

        assert ["image/unreadable", "image/unreadable", "image/format"] == built.codes
        assert [(4, 15), (6, 6), (6, 18)] == [(each.span.line, each.span.column) for each in built.diagnostics]

    def test_a_missing_film(self) -> None:
        """A film beside the item must be there."""
        assert ["attachment/missing"] == site("video: film.mp4\n").build().codes

    def test_the_item_can_be_left_out(self) -> None:
        """With `--keep-going` the site is built without it, and without what only it shows."""
        room = site(body="![A](a.jpg) ![B](b.png)", a_jpg=b"words", b_png=drawn.png())
        built = room.build(keep_going=True)

        assert STORM not in built.tree
        assert "news/2024/calm/index.html" in built.tree
        assert set() == shown(built.tree)

    def test_a_rule_that_was_lowered(self) -> None:
        """Then the file is published as it is."""
        built = site(body="![A](a.jpg)", settings="diagnostics: {image/unreadable: warning}\n", a_jpg=b"words").build()

        assert b"words" == built.tree["news/a.jpg"]
        assert "../../../news/a.jpg" in parsed(built.page(STORM)).xpath("//main//img/@src")


# -- builds after builds ---------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskSite]:
    """Give a site on disk: 24 items in as many months, every third with a picture of its own."""
    place = DiskSite(tmp_path / "site")
    place.write("site.yaml", SETTINGS)
    for number in range(24):
        date = f"{2022 + number // 12}-{number % 12 + 1:02d}-05"
        has_picture = number % 3 == 0
        body = f"![Sample](picture-{number}.png)" if has_picture else "Words."
        if has_picture:
            place.write(f"content/news/picture-{number}.png", drawn.png(500, 400, number))
        place.write(f"content/news/item-{number}.md", f"---\ntitle: Item {number}\ndate: {date}\n---\n{body}\n")
    place.build()
    yield place
    assert [] == place.rests()


def replaced(disk: DiskSite, name: str, data: bytes) -> set[str]:
    """Replace a picture, build, and name the files of the output that are new or other."""
    before = tree_of(disk.out)
    disk.write(name, data)
    assert disk.build().written is not None
    after = tree_of(disk.out)
    assert disk.clean() == after
    return {path for path, data in after.items() if before.get(path, b"") != data}


def test_without_pictures_nobody_looks_for_them(tmp_path: Path) -> None:
    """A site without pictures is built without Pillow, whose import takes as long as many pages."""
    place = DiskSite(tmp_path / "site")
    place.write("site.yaml", SETTINGS)
    place.write("content/news/a.md", "---\ntitle: A\ndate: 2024-05-01\nattachments: a.pdf\n---\nWords.\n")
    place.write("content/news/a.pdf", b"%PDF")
    program = (
        "import sys; from csto_site.shell.cli import run; status = run(sys.argv[1:]); "
        "sys.exit(status or any(name.split('.')[0] == 'PIL' for name in sys.modules))"
    )
    command = [
        sys.executable,
        "-c",
        program,
        "build",
        "--jobs",
        "1",
        "--as-of",
        "2025-01-01",
        "--root",
        str(place.root),
    ]

    assert 0 == subprocess.run(command, check=False, capture_output=True).returncode
    assert (place.out / "news/a.pdf").is_file()


def test_a_bar_on_a_terminal(tmp_path: Path) -> None:
    """There one sees how many pictures are made; elsewhere nothing is said of it."""
    place = DiskSite(tmp_path / "site")
    place.write("site.yaml", SETTINGS)
    place.write("content/news/a.md", "---\ntitle: A\ndate: 2024-05-01\n---\n![A](a.png) ![B](b.png)\n")
    for number, name in enumerate("ab"):
        place.write(f"content/news/{name}.png", drawn.png(number=number))
    command = [sys.executable, "-m", "csto_site", "build", "--jobs", "1", "--clean", "--root", str(place.root)]
    ours, theirs = os.openpty()
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    said = os.read(ours, 1 << 16).decode()
    os.close(ours)
    plain = subprocess.run(command, check=True, capture_output=True)

    assert [("░", "1 of 2"), ("█", "2 of 2")] == re.findall(r"Pictures █+[█░]*([█░]) (\d of \d)", said)
    assert said.endswith("\r\x1b[K")
    assert b"" == plain.stderr
    assert b"2 pictures, 2 of them developed now" in plain.stdout


def test_the_demo_has_its_own_pictures() -> None:
    """Its pictures are those that its own script draws."""
    for path in scenery.PICTURES:
        kept = drawn.opened((scenery.CONTENT / path).read_bytes()).convert("RGB")
        fresh = scenery.drawn(path)

        assert kept.size == fresh.size
        assert max(ImageStat.Stat(ImageChops.difference(kept, fresh)).mean) < 3, path
    assert sum((scenery.CONTENT / path).stat().st_size for path in scenery.PICTURES) < 600_000


class TestIncremental:
    def test_another_picture_makes_its_pages_again(self, disk: DiskSite) -> None:
        """Those that show it and no others; the pictures of others are not made again."""
        changed = replaced(disk, "content/news/picture-6.png", drawn.png(500, 400, 99))
        pages = {path for path in changed if path.endswith("index.html")}

        assert {"news/2022/item-6/index.html"} == pages
        assert {"picture-6"} == {PICTURES(path)[1] for path in changed if PICTURES(path)}  # type: ignore[index] # it matches
        assert 6 == sum(PICTURES(path) is not None for path in changed)

    def test_a_picture_that_is_saved_again(self, disk: DiskSite) -> None:
        """With the same bytes nothing is made again."""
        assert set() == replaced(disk, "content/news/picture-6.png", drawn.png(500, 400, 6))

    def test_nothing_is_encoded_twice(self, disk: DiskSite, monkeypatch: pytest.MonkeyPatch) -> None:
        """An output that was lost, or all of it, comes back from the cache."""
        before = tree_of(disk.out)
        monkeypatch.setattr(darkroom, "_encoded", None)
        next(disk.out.glob("assets/pictures/picture-3.*.avif")).unlink()
        disk.build()
        assert before == tree_of(disk.out)

        for path in sorted(disk.out.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        disk.build()

        assert before == tree_of(disk.out)

    @pytest.mark.parametrize("harm", ["cut", "flipped", "lost"])
    def test_a_damaged_cache_is_not_published(self, disk: DiskSite, harm: str) -> None:
        """What is kept and is not whole is made again."""
        before = tree_of(disk.out)
        for path in (disk.root / ".cache/pictures").iterdir():
            data = path.read_bytes()
            if harm == "lost":
                path.unlink()
            else:
                path.write_bytes(data[: len(data) - 9] if harm == "cut" else data[:-9] + b"\xff" + data[-8:])
        for path in disk.out.glob("assets/pictures/*"):
            path.unlink()
        disk.build()

        assert before == tree_of(disk.out)

    def test_what_nobody_shows_is_not_kept(self, disk: DiskSite) -> None:
        """Neither in the output nor in the cache."""
        disk.write("content/news/item-6.md", "---\ntitle: Item 6\ndate: 2022-07-05\n---\nWords.\n")
        disk.build()

        assert [] == list(disk.out.glob("assets/pictures/picture-6.*"))
        assert len(list((disk.root / ".cache/pictures").iterdir())) == len(list(disk.out.glob("assets/pictures/*")))

    def test_a_clean_build_encodes_all(self, disk: DiskSite) -> None:
        """`--clean` does not trust the cache, and comes to the same."""
        before = tree_of(disk.out)
        stamps = {path.name: path.stat().st_ino for path in (disk.root / ".cache/pictures").iterdir()}
        disk.build(clean=True)
        again = {path.name: path.stat().st_mtime_ns for path in (disk.root / ".cache/pictures").iterdir()}

        assert before == tree_of(disk.out)
        assert stamps.keys() == again.keys()

    def test_processes_make_the_same_bytes(self, disk: DiskSite) -> None:
        """However many there are."""
        before = tree_of(disk.out)
        told: list[tuple[int, int]] = []
        build.run(msgspec.structs.replace(disk.options, jobs=2, clean=True), lambda *each: told.append(each))

        assert before == tree_of(disk.out)
        assert [(number, 8) for number in range(1, 9)] == told
