"""Draws the photographs' stand-ins of the demo, always the same: `make scenery`.

No camera took them and nobody's rights are in them: layers of hills, water and lamps from sums of waves.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

CONTENT = Path(__file__).parent.parent / "content"
Colour = tuple[int, int, int]
Ridge = Callable[[float], float]
_TWICE = 2
"""Drawn so many times larger, so that edges are smooth."""


def ridge(level: float, height: float, seed: int, roughness: float = 0.5) -> Ridge:
    """Give a line of hills: for a place from 0 to 1 how far below the upper edge it is, likewise."""

    def line(x: float) -> float:
        sums = (math.sin(x * math.tau * (1.3 + n * 1.7) + seed * (n + 1.37)) * roughness**n for n in range(7))
        return level - height * sum(sums) / 2

    return line


def sky(size: tuple[int, int], above: Colour, below: Colour) -> Image.Image:
    """Draw a sky that changes from one colour to another."""
    shade = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, below), Image.new("RGB", size, above), shade)


def hills(picture: Image.Image, ridges: Sequence[tuple[Ridge, Colour]]) -> None:
    """Draw lines of hills, the furthest first."""
    width, height = picture.size
    pen = ImageDraw.Draw(picture)
    for line, colour in ridges:
        edge = [(x, line(x / width) * height) for x in range(0, width + 4, 4)]
        pen.polygon([*edge, (width, height), (0, height)], fill=colour)


def lamps(picture: Image.Image, line: Ridge, count: int, colour: Colour) -> None:
    """Draw lamps along a line, each with its glow."""
    width, height = picture.size
    pen = ImageDraw.Draw(picture, "RGBA")
    for number in range(count):
        x = (number + 0.7) / (count + 0.4)
        at = (x * width, (line(x) + 0.06 + 0.03 * math.sin(number * 2.1)) * height)
        for radius, strength in ((46, 26), (32, 46), (20, 90), (9, 255)):
            box = (at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius)
            pen.ellipse(box, fill=(*colour, strength))


def disc(picture: Image.Image, at: tuple[float, float], radius: float, colour: Colour) -> None:
    """Draw a sun or a moon."""
    width, height = picture.size
    x, y, r = at[0] * width, at[1] * height, radius * height
    ImageDraw.Draw(picture).ellipse((x - r, y - r, x + r, y + r), fill=colour)


def bands(picture: Image.Image, lines: Sequence[Ridge], colour: Colour, thick: float) -> None:
    """Draw rivers or contour lines."""
    width, height = picture.size
    pen = ImageDraw.Draw(picture)
    for line in lines:
        points = [(x, line(x / width) * height) for x in range(0, width + 40, 40)]
        pen.line(points, fill=colour, width=round(thick * height), joint="curve")


def night(size: tuple[int, int]) -> Image.Image:
    """Draw a ridge at night, with the lamps of seven teams along the slope."""
    picture = sky(size, (9, 14, 32), (44, 60, 96))
    disc(picture, (0.82, 0.2), 0.055, (232, 232, 214))
    slope = ridge(0.66, 0.1, 5, 0.45)
    hills(
        picture,
        [(ridge(0.45, 0.2, 2, 0.6), (52, 68, 104)), (ridge(0.56, 0.14, 8), (32, 44, 72)), (slope, (17, 25, 43))],
    )
    lamps(picture, slope, 7, (255, 206, 112))
    hills(picture, [(ridge(0.9, 0.05, 11), (7, 11, 20))])
    return picture


def pass_by_day(size: tuple[int, int]) -> Image.Image:
    """Draw a snow-covered range under a pale evening sky, with a dark slope in front."""
    picture = sky(size, (142, 164, 196), (240, 216, 190))
    hills(
        picture,
        [
            (ridge(0.44, 0.2, 3, 0.62), (236, 240, 246)),
            (ridge(0.53, 0.16, 7, 0.6), (206, 216, 230)),
            (ridge(0.65, 0.12, 4, 0.55), (148, 164, 188)),
            (ridge(0.82, 0.14, 9), (38, 48, 62)),
        ],
    )
    return picture


def lake(size: tuple[int, int]) -> Image.Image:
    """Draw a lake before sunrise, with hills on its far shore and their image in the water."""
    width, height = size
    shore = height * 58 // 100
    land = sky((width, shore), (64, 92, 140), (248, 196, 150))
    disc(land, (0.3, 0.86), 0.13, (255, 232, 190))
    hills(land, [(ridge(0.74, 0.16, 6, 0.55), (122, 122, 156)), (ridge(0.9, 0.1, 2, 0.5), (70, 78, 116))])
    water = land.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, height - shore))
    water = Image.blend(water, Image.new("RGB", water.size, (36, 58, 96)), 0.4)
    picture = Image.new("RGB", size)
    picture.paste(land, (0, 0))
    picture.paste(water, (0, shore))
    return picture


def map_sheet(size: tuple[int, int]) -> Image.Image:
    """Draw an old map: contour lines, and a river with two arms."""
    picture = Image.new("RGB", size, (238, 226, 198))
    bands(picture, [ridge(n * 0.09 - 0.1, 0.09, 3 + n // 3, 0.4) for n in range(15)], (198, 172, 128), 0.003)
    bands(picture, [ridge(0.52, 0.12, 2, 0.35), ridge(0.66, 0.2, 6, 0.3)], (74, 116, 150), 0.02)
    return picture


def film(size: tuple[int, int]) -> Image.Image:
    """Draw a still of the film: the last descent, four lamps on a dark slope."""
    picture = sky(size, (12, 18, 38), (70, 84, 122))
    slope = ridge(0.5, 0.16, 12, 0.4)
    hills(picture, [(ridge(0.42, 0.18, 4, 0.6), (58, 74, 110)), (slope, (20, 28, 48))])
    lamps(picture, slope, 4, (255, 206, 112))
    return picture


def high_water(size: tuple[int, int]) -> Image.Image:
    """Draw a river that rises against a dyke."""
    picture = sky(size, (150, 172, 196), (226, 224, 214))
    hills(picture, [(ridge(0.5, 0.12, 4), (104, 128, 112)), (ridge(0.62, 0.02, 2), (88, 74, 58))])
    hills(picture, [(ridge(0.68 + n * 0.08, 0.02, 3 + n), (60 - n * 8, 104 - n * 12, 148 - n * 14)) for n in range(4)])
    return picture


PICTURES: Mapping[str, tuple[Callable[[tuple[int, int]], Image.Image], tuple[int, int]]] = {
    "announcements/2024/lake.jpg": (lake, (1600, 900)),
    "news/2022/grey-pass.jpg": (pass_by_day, (1600, 900)),
    "news/2024/night-exercise.jpg": (night, (1600, 900)),
    "news/2023/high-water.jpg": (high_water, (1200, 630)),
    "news/2024/last-descent.jpg": (film, (1280, 720)),
    "news/2024/long-river.jpg": (map_sheet, (1200, 800)),
}
"""Where they lie below `content/`, who draws them, and their sizes."""


def drawn(path: str) -> Image.Image:
    """Draw a picture of the demo."""
    draw, (width, height) = PICTURES[path]
    return draw((width * _TWICE, height * _TWICE)).resize((width, height), Image.Resampling.LANCZOS)


def main() -> int:
    """Write all of them."""
    for path in PICTURES:
        drawn(path).save(CONTENT / path, "JPEG", quality=84, optimize=True, progressive=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
