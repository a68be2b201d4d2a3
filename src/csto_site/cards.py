"""The picture that other sites show beside a link to a page without a picture of its own: one for each section.

It is drawn here, stripe by stripe, and needs neither fonts nor a library: a field in the accent colour, and on it the
bars of a chart, whose heights follow from the section's name.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from csto_site import colours
from csto_site.codec import fingerprint
from csto_site.metadata import png_chunk

WIDTH, HEIGHT = 1200, 630
"""The size in pixels that such sites ask for."""
_PLAIN = (0x14, 0x30, 0x5A)
"""The theme's own band."""
_LEFT, _FLOOR, _BAR, _GAP, _BARS = 96, 486, 72, 24, 11
_LOWEST, _HIGHEST = 60, 340
_RULE = 8
_DOTS = 4
"""How many pixels a byte of a row holds, each one of four colours; all that is drawn begins and ends with a byte."""
_FOUR = 0b01010101
"""Four pixels of the colour 1."""
_LEVEL = 3
"""How hard zlib tries: most would take twice as long for 800 bytes less."""


@lru_cache(maxsize=256)
def png(accent: str, section: str) -> bytes:
    """Draw a section's picture for an accent colour (`#rrggbb`, or "")."""
    band = colours.parse(accent) or _PLAIN
    palette = (*band, *_mixed(band, 0.25), *_mixed(band, 0.6), 0xFF, 0xFF, 0xFF)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 2, 3, 0, 0, 0)
    body = zlib.compress(b"".join(_rows(_heights(section))), _LEVEL)
    parts = ((b"IHDR", head), (b"PLTE", bytes(palette)), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


def _heights(section: str) -> tuple[int, ...]:
    digits = bytes.fromhex(fingerprint(("heights", section)))
    return tuple(_LOWEST + digit * (_HIGHEST - _LOWEST) // 0xFF for digit in digits[:_BARS])


def _rows(heights: Sequence[int]) -> Iterator[bytes]:
    """Draw the lines of pixels from above: bars of these heights, the last one the brightest, and a rule below them."""
    tops = {_FLOOR - _RULE - height for height in heights}
    edges = sorted({0, *tops, _FLOOR - _RULE, _FLOOR, _FLOOR + _RULE, HEIGHT})
    last = len(heights) - 1
    for top, end in pairwise(edges):
        dots = bytearray(WIDTH // _DOTS)
        for number, height in enumerate(heights):
            start = (_LEFT + number * (_BAR + _GAP)) // _DOTS
            if _FLOOR - _RULE - height <= top < _FLOOR - _RULE:
                colour = 3 if number == last else 1 + number % 2
                dots[start : start + _BAR // _DOTS] = bytes([colour * _FOUR]) * (_BAR // _DOTS)
            elif top == _FLOOR:
                length = (_BAR if number == last else _BAR + _GAP) // _DOTS
                dots[start : start + length] = bytes([3 * _FOUR]) * length
        yield (b"\0" + dots) * (end - top)


def _mixed(colour: Iterable[int], white: float) -> Iterator[int]:
    return (round(each + (0xFF - each) * white) for each in colour)
