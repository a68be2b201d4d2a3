"""An accent colour to the colours that pages need, light and dark, each with enough contrast to be read."""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """Red, green and blue, each from 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        """Write it as style sheets do."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)
LIGHT = Colour(0xEE, 0xF2, 0xF7)
"""The tinted paper of the light scheme in `site.css`: what stands out from it does so from white as well."""
DARK = Colour(0x1D, 0x24, 0x2E)
"""The tinted paper of the dark scheme: it is lighter than the paper."""
READABLE = 4.6
"""A little more than the contrast of text that WCAG 2.2 asks for (4.5)."""
CLEAR = 7.0
"""The contrast of the title and the menu with the band behind them."""
_STEPS = 50


def parse(text: str) -> Colour | None:
    """Read `#rgb` or `#rrggbb`; None where it is neither."""
    digits = text.removeprefix("#").lower()
    if digits == text.lower() or set(digits) - set("0123456789abcdef") or len(digits) not in {3, 6}:
        return None
    pairs = [each * 2 for each in digits] if len(digits) == 3 else [digits[at : at + 2] for at in (0, 2, 4)]  # noqa: PLR2004 - one digit a part
    return Colour(*(int(pair, 16) for pair in pairs))


def contrast(one: Colour, other: Colour) -> float:
    """Give the contrast of two colours as WCAG 2.2 defines it: from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)  # noqa: PLR2004 - of sRGB
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(colour: Colour, on: Colour, towards: Colour, least: float) -> Colour:
    """Move a colour towards black or white, no farther than it takes to be read on another."""
    mixed = (_mixed(colour, towards, step / _STEPS) for step in range(_STEPS + 1))
    return next((each for each in mixed if contrast(each, on) >= least), towards)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    return Colour(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))


def style(accent: Colour) -> str:
    """Write the style sheet that gives a site its own accent colour in both schemes."""
    band = readable(accent, WHITE, BLACK, CLEAR)
    light = readable(accent, LIGHT, BLACK, READABLE)
    dark = readable(accent, DARK, WHITE, READABLE)
    night = readable(_mixed(band, BLACK, 0.4), WHITE, BLACK, CLEAR)
    return (
        f":root{{--band:{band};--accent:{light};--focus:{light}}}\n"
        f"@media(prefers-color-scheme:dark){{:root{{--band:{night};--accent:{dark};--focus:{dark}}}}}\n"
    )
