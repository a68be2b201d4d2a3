"""Pillow at work: what a look at a picture tells, and what is made of it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

import drawn
from csto_site import jobs, pictures
from csto_site.codec import digest_bytes
from csto_site.model import Asset, Measured
from csto_site.shell import darkroom
from csto_site.shell.darkroom import Darkroom, measured
from csto_site.shell.errors import SiteError

RED, BLUE = (200, 30, 30), (30, 30, 200)


def saved(image: Image.Image, form: str, **told: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **told)
    return out.getvalue()


class TestLooking:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
    def test_forms(self, form: str) -> None:
        """All forms that browsers show are known, with their size."""
        found = measured(drawn.photo(60, 40, form))

        assert (form, 60, 40, "", False, False) == (
            found.form,
            found.width,
            found.height,
            found.flaw,
            found.is_moving,
            found.has_alpha,
        )

    @pytest.mark.parametrize(
        ("turn", "size"), [(3, (60, 40)), (5, (40, 60)), (6, (40, 60)), (7, (40, 60)), (8, (40, 60))]
    )
    def test_upright(self, turn: int, size: tuple[int, int]) -> None:
        """A picture that its camera held on its side is as high as it is wide otherwise, mirrored or not."""
        found = measured(drawn.photo(60, 40, exif=drawn.exif(turn)))

        assert size == (found.width, found.height)
        assert found.bare

    def test_what_can_be_seen_through(self) -> None:
        """Only where something really can."""
        opaque = Image.new("RGBA", (8, 8), (*RED, 255))
        clear = opaque.copy()
        clear.putpixel((0, 0), (0, 0, 0, 0))
        palette = Image.new("P", (8, 8))

        assert [False, True, True] == [
            measured(data).has_alpha
            for data in (saved(opaque, "PNG"), saved(clear, "PNG"), saved(palette, "PNG", transparency=0))
        ]

    @pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
    def test_what_moves(self, form: str) -> None:
        """It is told, since no still may take its place."""
        frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]

        assert measured(saved(frames[0], form, save_all=True, append_images=frames[1:])).is_moving

    def test_what_holds_further_pictures(self) -> None:
        """Cameras add some to a JPEG, such as one for each eye; the first one is what is shown."""
        frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
        found = measured(saved(frames[0], "MPO", save_all=True, append_images=frames[1:]))

        assert ("JPEG", False, "") == (found.form, found.is_moving, found.flaw)

    @pytest.mark.parametrize(
        ("data", "size"),
        [
            (b'<svg width="40" height="30"/>', (40, 30)),
            (b'<?xml version="1.0"?>\n<!-- a --><svg viewBox="0 0 4e1 30"/>', (0, 0)),
            (b'\xef\xbb\xbf<svg viewBox="0 -5 40.4,30" width="100%"/>', (40, 30)),
            (b'<svg width="40px" height="2cm" viewBox="0 0 8 6">', (8, 6)),
            (b"<svg>", (0, 0)),
        ],
    )
    def test_drawings(self, data: bytes, size: tuple[int, int]) -> None:
        """A drawing says its size itself, or at least its shape, or nothing."""
        found = measured(data)

        assert ("SVG", *size, "") == (found.form, found.width, found.height, found.flaw)

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "is empty"),
            (b"words", "is no picture"),
            (saved(Image.new("RGB", (4, 4)), "TIFF"), "is a TIFF file"),
            (saved(Image.new("RGB", (4, 4)), "BMP"), "is a BMP file"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "is a HEIC file"),
            (b"<html><svg/></html>", "is no picture"),
        ],
    )
    def test_what_is_none(self, data: bytes, said: str) -> None:
        """It is said what a file is instead."""
        assert measured(data).flaw.startswith(said)

    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
    @pytest.mark.parametrize("share", [0.5, 0.9])
    def test_cut_off(self, form: str, share: float) -> None:
        """A file whose end is missing is found out, though its beginning says its size."""
        noise = Image.effect_noise((200, 200), 80).convert("RGB")
        data = saved(noise, form)

        assert measured(data[: int(len(data) * share)]).flaw

    def test_a_bomb_is_not_decoded(self) -> None:
        """A small file that says it has thousands of millions of pixels is refused by what it says."""
        data = drawn.png(8, 8)
        bomb = data[:16] + b"\0\1\0\0" * 2 + data[24:]
        bomb = data[:8] + drawn.chunk(b"IHDR", bomb[16:29]) + data[33:]

        assert "has 65,536 times 65,536 pixels" in measured(bomb).flaw

    def test_as_many_pixels_as_there_may_be(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """They are looked at."""
        monkeypatch.setattr(darkroom, "MOST_PIXELS", 64)

        assert ["", "has 9 times"] == [measured(drawn.png(width, 8)).flaw[:11] for width in (8, 9)]

    @settings(deadline=None)
    @given(
        st.one_of(
            st.binary(max_size=100),
            st.tuples(st.sampled_from([b"<svg ", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary()).map(
                b"".join
            ),
        )
    )
    def test_whatever_the_bytes(self, data: bytes) -> None:
        """A look never fails."""
        assert isinstance(measured(data), Measured)


def run_of(data: bytes, name: str = "storm.jpg") -> jobs.PictureRun:
    """Ask for the renditions of a picture."""
    facts = measured(data)
    suffix = "png" if facts.has_alpha else "jpg"
    picture = pictures.named(name, digest_bytes(data), (facts.width, facts.height), suffix)
    return jobs.PictureRun(language="en", picture=picture, file=Asset(name, len(data), digest_bytes(data)))


def made(data: bytes) -> dict[str, Image.Image]:
    """Make the renditions of a picture, by their endings."""
    room = Darkroom(read=lambda _: data)
    found = room.developed(run_of(data))
    return {each.path.split(".", 2)[2]: drawn.opened(each.data) for each in found if isinstance(each.data, bytes)}


def colours(image: Image.Image) -> tuple[tuple[int, ...], ...]:
    """Give the colours a little inside the four corners, each rounded to what is plain to see."""
    width, height = image.size
    plain = image.convert("RGB")
    points = ((x, y) for y in (height // 8, height * 7 // 8) for x in (width // 8, width * 7 // 8))
    pixels = (plain.getpixel(point) for point in points)
    return tuple(tuple(round(part / 64) for part in pixel) for pixel in pixels if isinstance(pixel, tuple))


class TestMaking:
    def test_sizes_and_forms(self) -> None:
        """Each width, in each form, of the picture's shape."""
        found = made(drawn.photo(1000, 600))

        assert {
            f"{size}.{form}": tuple(map(int, size.split("x")))
            for size in ("400x240", "800x480", "1000x600")
            for form in ("avif", "webp", "jpg")
        } == {name: image.size for name, image in found.items()}

    def test_upright(self) -> None:
        """A picture that was held on its side stands, in all forms: what was left is above."""
        for name, image in made(drawn.photo(64, 48, exif=drawn.exif(6))).items():
            assert (48, 64) == image.size, name
            assert ((3, 0, 0), (3, 0, 0), (0, 0, 3), (0, 0, 3)) == colours(image), name

    def test_nothing_is_told(self) -> None:
        """No rendition says where, when and with what a picture was taken, nor has a profile or a comment."""
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        data = drawn.photo(
            500, 400, exif=drawn.exif(), comment=b"Where it was", icc_profile=profile, xmp=b"<x:xmpmeta/>"
        )
        for each in Darkroom(read=lambda _: data).developed(run_of(data)):
            assert isinstance(each.data, bytes)
            image = drawn.opened(each.data)

            assert not image.getexif()
            assert not {"exif", "xmp", "comment", "icc_profile"} & {key for key, value in image.info.items() if value}
            assert b"Camera" not in each.data
            assert b"Where it was" not in each.data

    def test_colours_of_another_profile(self) -> None:
        """Colours are those of screens: a picture in a wider space looks the same, not paler."""
        wide = ImageCms.ImageCmsProfile(BytesIO(PROFILE)).tobytes()
        image = Image.new("RGB", (64, 64), (128, 128, 128))
        data = saved(image, "PNG", icc_profile=wide)
        pixel = made(data)["64x64.jpg"].getpixel((32, 32))

        assert isinstance(pixel, tuple)
        assert all(180 < part < 200 for part in pixel)  # linear light at a half is brighter on screens

    @pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "I;16"])
    def test_modes(self, mode: str) -> None:
        """Pictures of all kinds come out as they look: here white on the right."""
        if mode == "I;16":
            image = Image.new("I;16", (64, 64))
            image.paste(65_535, (32, 0, 64, 64))
        else:
            plain = Image.new("RGB", (64, 64))
            plain.paste((255, 255, 255), (32, 0, 64, 64))
            image = plain.convert("L").convert(mode) if mode == "LA" else plain.convert(mode)
        data = saved(image, "JPEG" if mode == "CMYK" else "PNG")
        for name, found in made(data).items():
            assert ((0, 0, 0), (4, 4, 4), (0, 0, 0), (4, 4, 4)) == colours(found), name

    def test_what_can_be_seen_through_stays_so(self) -> None:
        """In all three forms: PNG takes the place of JPEG."""
        image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
        image.paste((*RED, 255), (0, 0, 32, 64))
        found = made(saved(image, "PNG"))

        assert {"64x64.avif", "64x64.webp", "64x64.png"} == found.keys()
        for each in found.values():
            assert [255, 0] == [each.convert("RGBA").getchannel("A").getpixel((x, 32)) for x in (8, 56)]

    def test_the_same_bytes_whatever_else_is_made(self) -> None:
        """A rendition does not depend on which others are kept already."""
        data = saved(Image.effect_noise((900, 500), 60).convert("RGB"), "JPEG")
        picture = run_of(data).picture
        every = dict(darkroom.renditions(data, picture, tuple(picture.renditions())))

        for each in (*picture.renditions(),)[1::4]:
            assert {each: every[each]} == dict(darkroom.renditions(data, picture, (each,)))

    @pytest.mark.parametrize(("height", "expected"), [(16_500, "jpg"), (65_600, "png")])
    def test_a_strip(self, height: int, expected: str) -> None:
        """What is too high for a form is made in another one."""
        assert [f"4x{height}.{expected}"] == list(made(drawn.png(4, height)))

    def test_an_encoder_that_refuses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever it raises names the picture and its file."""
        monkeypatch.setitem(darkroom.QUALITIES["webp"], "quality", "much")
        data = drawn.photo(60, 40)
        with pytest.raises(SiteError, match=r"assets/pictures/storm\..*\.60x40\.jpg cannot be made: ") as refusal:
            Darkroom(read=lambda _: data).developed(run_of(data))

        assert "storm.jpg" == refusal.value.path


class TestKeeping:
    def test_nothing_is_made_twice(self, tmp_path: Path) -> None:
        """What is kept needs not even the file."""
        data = drawn.photo(500, 400)
        run = run_of(data)
        first = Darkroom(tmp_path, read=lambda _: data).developed(run)

        assert first == Darkroom(tmp_path, read=refuse).developed(run)

    def test_a_picture_has_a_name_of_its_own(self, tmp_path: Path) -> None:
        """Under another one that people give it it is the same, and is not made again."""
        data = drawn.photo(50, 40)
        Darkroom(tmp_path, read=lambda _: data).developed(run_of(data))

        assert Darkroom(tmp_path, read=refuse).developed(run_of(data, "gale.jpg"))

    @pytest.mark.parametrize("damage", ["cut", "altered", "another's", "emptied", "swapped"])
    def test_damage_is_found_out(self, tmp_path: Path, damage: str) -> None:
        """What is kept and is not what was made is made again, never published."""
        data = drawn.photo(500, 400)
        run = run_of(data)
        first = Darkroom(tmp_path, read=lambda _: data).developed(run)
        paths = sorted(tmp_path.iterdir())
        place, other = paths[:2]
        whole = place.read_bytes()
        place.write_bytes(
            {
                "cut": whole[: len(whole) // 2],
                "altered": whole[:-5] + b"\0" + whole[-4:],
                "another's": bytes(32) + whole[32:],
                "emptied": b"",
                "swapped": other.read_bytes(),
            }[damage]
        )

        assert first == Darkroom(tmp_path, read=lambda _: data).developed(run)
        assert whole == place.read_bytes()

    def test_a_cache_that_cannot_be_written(self, tmp_path: Path) -> None:
        """It costs time, and nothing else."""
        data = drawn.photo(50, 40)
        (tmp_path / "file").write_bytes(b"")

        assert Darkroom(tmp_path / "file" / "below", read=lambda _: data).developed(run_of(data))


def refuse(file: Asset) -> bytes:
    raise AssertionError(f"{file.origin} was read")


def linear_profile() -> bytes:
    """Write a profile whose light is linear, with the colours of sRGB: it shows whether a profile is heeded."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = profile.find(b"para")
    while at >= 0:  # a curve of the third kind: its exponent becomes 1, which leaves the light as it is
        end = profile.find(b"para", at + 4)
        profile[at + 8 : at + 10] = b"\0\0"
        profile[at + 12 : at + 16] = (1 << 16).to_bytes(4, "big")
        at = end
    return bytes(profile)


PROFILE = linear_profile()
