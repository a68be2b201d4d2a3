"""The colours that pages need, made from one: they can be read in both schemes, whatever the site's accent is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csto_site import colours
from csto_site.colours import BLACK, DARK, LIGHT, WHITE, Colour

SHADES = st.integers(0, 255)


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#14467c", Colour(0x14, 0x46, 0x7C)), ("#FFF", WHITE), ("#000000", BLACK)]
    + [(wrong, None) for wrong in ("14467c", "#14467", "#14467cff", "blue", "#12345g", "#", "")],
)
def test_a_colour_is_read(text: str, colour: Colour | None) -> None:
    """Three or six hexadecimal digits after `#` are a colour, nothing else is."""
    assert colour == colours.parse(text)


def test_contrast() -> None:
    """The contrast is that of WCAG, from 1 to 21, whichever colour comes first."""
    assert (21, 21, 1) == (colours.contrast(BLACK, WHITE), colours.contrast(WHITE, BLACK), colours.contrast(DARK, DARK))
    assert 4.54 == round(colours.contrast(Colour(0x76, 0x76, 0x76), WHITE), 2)


@given(st.builds(Colour, SHADES, SHADES, SHADES))
def test_every_accent_can_be_read(accent: Colour) -> None:
    """Links and marks stand out from the papers of their scheme, and the white title from its band."""
    light, dark = colours.style(accent).split("@media(prefers-color-scheme:dark)")
    (band, link), (night, lit) = (
        [colours.parse(each) or WHITE for each in re.findall(r"#\w{6}", scheme)[:2]] for scheme in (light, dark)
    )

    assert min(colours.contrast(link, paper) for paper in (WHITE, LIGHT)) >= 4.5
    assert min(colours.contrast(lit, paper) for paper in (BLACK, DARK)) >= 4.5
    assert min(colours.contrast(WHITE, each) for each in (band, night)) >= 7


def test_a_colour_that_can_be_read_is_left_alone() -> None:
    """An accent with enough contrast is the site's own, digit for digit."""
    assert "--band:#14305a;--accent:#14305a" in colours.style(Colour(0x14, 0x30, 0x5A))
