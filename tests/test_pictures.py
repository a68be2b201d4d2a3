"""Pictures as values: addresses, widths, the HTML around them, files without metadata, cards of sections."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import drawn
from csto_site import cards, metadata, pictures
from csto_site.codec import digest_bytes
from csto_site.model import Digest
from csto_site.pictures import Picture, dressed, named, read
from pages import parsed

DIGEST = digest_bytes(b"a picture")
SIZES = st.tuples(st.integers(1, 20_000), st.integers(1, 20_000))


class TestAddresses:
    @given(
        path=st.text(min_size=1, max_size=30),
        size=SIZES,
        suffix=st.sampled_from(["jpg", "png", "svg", "gif", "apng", "webp", "avif"]),
        root=st.sampled_from(["/", "", "./", "../../", "https://example.org/repo/"]),
    )
    def test_an_address_says_all(self, path: str, size: tuple[int, int], suffix: str, root: str) -> None:
        """Whatever a file is called and from wherever it is seen, its picture is read back from its address."""
        picture = named(path, DIGEST, size, suffix)

        assert picture == read(root + picture.path)
        assert re.fullmatch(r"[a-z0-9./-]+", picture.path)

    @pytest.mark.parametrize(
        "address",
        ["", "/", "/news/storm.jpg", "/assets/site.0123456789.css", "/assets/pictures/storm.1600x900.0123456789.jpg"],
    )
    def test_other_addresses_are_none(self, address: str) -> None:
        """Above all a static file is no picture, whose fingerprint stands last."""
        assert read(address) is None

    def test_another_picture_has_another_address(self) -> None:
        """Also where name and size are the same, so that browsers may keep each for ever."""
        other = named("a.jpg", Digest(digest_bytes(b"another")), (40, 30), "jpg")

        assert named("a.jpg", DIGEST, (40, 30), "jpg").address != other.address

    def test_names_of_all_alphabets(self) -> None:
        """What is left of a name stands in the address, for people."""
        assert ["harbour-at-noon", "2024", "picture"] == [
            named(path, DIGEST, (1, 1), "jpg").stem
            for path in ("news/Harbour at Noon.JPG", "буря-2024.png", "буря.png")
        ]


class TestWidths:
    @given(size=SIZES)
    def test_never_wider_than_the_picture(self, size: tuple[int, int]) -> None:
        """Widths grow, none is that of more pixels than there are, and all have the picture's shape."""
        picture = named("a.jpg", DIGEST, size, "jpg")
        widths = [each.width for each in picture.widths()]

        assert sorted(set(widths)) == widths
        assert widths[-1] == min(size[0], pictures.WIDTHS[-1])
        for each in picture.widths():
            assert abs(each.height - size[1] * each.width / size[0]) <= 1.5 + size[1] / size[0]

    @pytest.mark.parametrize(
        ("width", "expected"),
        [(320, [320]), (420, [420]), (800, [400, 800]), (1000, [400, 800, 1000]), (6000, [400, 800, 1200, 1600])],
    )
    def test_which(self, width: int, expected: list[int]) -> None:
        """A width that is nearly that of the picture itself is not worth its files."""
        assert expected == [each.width for each in named("a.jpg", DIGEST, (width, width), "jpg").widths()]

    def test_all_files_of_a_picture(self) -> None:
        """Each width as AVIF, as WebP and in the form that every browser reads."""
        files = [
            each.path.rpartition(".")[0][-7:] + each.suffix
            for each in named("a", DIGEST, (500, 500), "png").renditions()
        ]

        assert ["400x400avif", "400x400webp", "400x400png", "500x500avif", "500x500webp", "500x500png"] == [
            each[-11:] for each in files
        ]

    @pytest.mark.parametrize(
        ("height", "forms"),
        [
            (16_383, ["avif", "webp", "jpg"]),
            (16_384, ["jpg"]),
            (65_500, ["jpg"]),
            (65_501, ["png"]),
        ],
    )
    def test_what_forms_can_hold(self, height: int, forms: list[str]) -> None:
        """A form that cannot hold the largest width is not made at all: browsers would take a narrow one of it."""
        picture = named("a.jpg", DIGEST, (800, height), "jpg")

        assert forms == [each.suffix for each in picture.renditions() if each.width == 800]
        assert forms == [each.suffix for each in picture.renditions() if each.width == 400]
        assert forms == [*(each[0].suffix for _, each in picture.sources()), picture.suffix]

    def test_a_strip_has_the_width_of_the_text(self) -> None:
        """At the height of a screen nobody could read it; what is less high is seen at once."""
        assert [(800, 16_500), (800, 2_401), (171, 512)] == [
            pictures.box(named("a.png", DIGEST, (800, height), "jpg")) for height in (16_500, 2_401, 2_400)
        ]


LARGE = named("storm.jpg", DIGEST, (1000, 500), "jpg")
DRAWING = named("map.svg", DIGEST, (60, 40), "svg")


def image(picture: Picture, more: str = ' alt="Waves"') -> str:
    return f'<img src="../../{picture.path}"{more} loading="lazy">'


class TestBodies:
    def test_without_pictures_nothing_happens(self) -> None:
        """A body without one is the same text."""
        html = "<p>Words.</p>"

        assert html is dressed(html, "../../")

    def test_widths_and_size(self) -> None:
        """Browsers choose from widths and forms, and keep the place free."""
        page = parsed(dressed(f"<p>Before {image(LARGE)} after.</p>", "../../"))
        (img,), sources = page.xpath("//picture//img"), page.xpath("//picture//source")

        assert ["image/avif", "image/webp"] == [each.get("type") for each in sources]
        assert ["400w", "800w", "1000w"] == [each.split()[1] for each in img.get("srcset").split(", ")]
        assert ("1000", "500", "lazy", "Waves") == tuple(
            img.get(name) for name in ("width", "height", "loading", "alt")
        )
        assert all(each.get("sizes") == "(min-width: 44rem) 42rem, 100vw" for each in (img, *sources))

    @pytest.mark.parametrize(
        ("size", "expected"),
        [((320, 200), "352px) 320px"), ((900, 1600), "320px) 288px"), ((3000, 500), "44rem) 42rem")],
    )
    def test_as_wide_as_it_is_shown(self, size: tuple[int, int], expected: str) -> None:
        """A high picture is not as wide as the text, and none is wider than it is."""
        assert f"(min-width: {expected}, 100vw" == pictures.sizes(named("a.jpg", DIGEST, size, "jpg"))

    def test_the_first_is_loaded_at_once(self) -> None:
        """But only where no picture stands before it."""
        html = image(LARGE) + image(DRAWING)
        first = [each.get("loading") for each in parsed(dressed(html, "../../", is_first=True)).xpath("//img")]
        second = [each.get("loading") for each in parsed(dressed(html, "../../")).xpath("//img")]

        assert (["eager", "lazy"], ["lazy", "lazy"]) == (first, second)

    def test_a_picture_alone_is_a_figure(self) -> None:
        """Its title is the caption; among words a picture stays among them."""
        told = ' alt="W &amp; &quot;x&quot;" title="The &lt;wall&gt;"'
        page = parsed(dressed(f"<p>{image(LARGE, told)}</p>", "../../"))

        assert "The <wall>" == page.xpath("//figure/figcaption")[0].text
        assert 'W & "x"' == page.xpath("//figure//img")[0].get("alt")
        assert page.xpath("//img")[0].get("title") is None
        assert "<figure" not in dressed(f"<p>See {image(LARGE)}</p>", "../../")

    def test_a_width_of_its_author_stays(self) -> None:
        """Then browsers need no larger file than that."""
        (img,) = parsed(dressed(image(LARGE, ' alt="" width="200"'), "../../")).xpath("//img")

        assert ("200", None, "200px") == (img.get("width"), img.get("height"), img.get("sizes"))

    def test_a_drawing_has_its_size_alone(self) -> None:
        """It is sharp at any width."""
        html = dressed(image(DRAWING), "../../")

        assert "<picture" not in html
        assert 'width="60" height="40"' in html

    def test_a_picture_from_elsewhere_stays(self) -> None:
        """What is not ours has no widths."""
        html = dressed('<img src="https://example.net/a.jpg" alt="A">', "")

        assert 'src="https://example.net/a.jpg" alt="A"' in html
        assert "srcset" not in html


# -- files without metadata ------------------------------------------------------------------------

SECRETS = (b"Camera of the sample", b"Exif", b"Where it was", b"xmpmeta", b"GPS")


def noted(form: str, orientation: int = 1) -> bytes:
    """Give a picture with notes of all kinds that its form knows."""
    told: dict[str, Any] = {"exif": drawn.exif(orientation)}
    if form == "JPEG":
        return drawn.photo(form=form, comment=b"Where it was", xmp=b"<x:xmpmeta/>", **told) + b"GPS of a second picture"
    if form == "WEBP":
        return drawn.photo(form=form, xmp=b"<x:xmpmeta/>", **told)
    plain = drawn.photo(form=form, **told)
    more = drawn.chunk(b"tEXt", b"Comment\0Where it was") + drawn.chunk(b"iTXt", b"XMP\0\0\0\0\0<x:xmpmeta/>")
    return plain[:33] + more + plain[33:]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
class TestBare:
    def test_nothing_is_told(self, form: str) -> None:
        """Neither place nor camera nor comment; what is seen is the same to the last bit."""
        data = noted(form)
        bare = metadata.bare(data)

        assert any(secret in data for secret in SECRETS)
        assert [] == [secret for secret in SECRETS if secret in bare]
        assert drawn.opened(data).tobytes() == drawn.opened(bare).tobytes()
        assert not drawn.opened(bare).getexif()

    @pytest.mark.parametrize("orientation", range(2, 9))
    def test_how_it_is_turned_stays(self, form: str, orientation: int) -> None:
        """Or it would lie on its side."""
        found = drawn.opened(metadata.bare(noted(form, orientation))).getexif()

        assert {0x0112: orientation} == dict(found)

    def test_twice_is_once(self, form: str) -> None:
        """A bare file has nothing to lose."""
        bare = metadata.bare(noted(form, 6))

        assert bare == metadata.bare(bare)

    @given(data=st.data())
    def test_damage(self, form: str, data: st.DataObject) -> None:
        """A file cut off or altered anywhere gives bytes, never a failure."""
        whole = noted(form)
        end, at = (data.draw(st.integers(0, len(whole) - 1)) for _ in range(2))
        altered = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]

        assert isinstance(metadata.bare(whole[:end]), bytes)
        assert isinstance(metadata.bare(altered), bytes)


def test_what_is_seldom_seen_is_no_damage() -> None:
    """Padding of a WebP, restarts in a JPEG and filling before its markers."""
    photo = drawn.photo(comment=b"Where it was", restart_marker_blocks=1)
    for data in (
        drawn.photo(form="WEBP", icc_profile=b"of odd length", xmp=b"Where it was"),
        photo,
        photo[:2] + b"\xff" * 3 + photo[2:],
    ):
        bare = metadata.bare(data)

        assert (True, False) == (b"Where it was" in data, b"Where it was" in bare)
        assert drawn.opened(data).tobytes() == drawn.opened(bare).tobytes()


def test_the_colours_of_printers_stay() -> None:
    """What says how they are written is no note."""
    out = BytesIO()
    Image.new("CMYK", (8, 8), (200, 30, 0, 10)).save(out, "JPEG", comment=b"Where it was")
    bare = metadata.bare(out.getvalue())

    assert (True, False) == (b"Adobe" in bare, b"Where it was" in bare)  # browsers turn the colours by it
    assert drawn.opened(out.getvalue()).tobytes() == drawn.opened(bare).tobytes()


@given(st.binary(max_size=200))
def test_other_bytes_stay(data: bytes) -> None:
    """What is no picture is left alone, unless it begins as one."""
    assert isinstance(metadata.bare(data), bytes)
    assert data == metadata.bare(b"%PDF" + data)[4:]


# -- cards -----------------------------------------------------------------------------------------


class TestCards:
    def test_a_card_is_a_picture(self) -> None:
        """Of the size that other sites ask for, in the accent colour, and small."""
        data = cards.png("#7a1f2b", "news")
        picture = drawn.opened(data).convert("RGB")

        assert (cards.WIDTH, cards.HEIGHT) == picture.size
        assert (0x7A, 0x1F, 0x2B) == picture.getpixel((5, 5))
        assert len(data) < 4000

    def test_sections_differ(self) -> None:
        """So that one knows where a link leads."""
        assert 3 == len({cards.png("", section) for section in ("", "news", "speeches")})
