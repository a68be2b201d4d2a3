"""Static files to their places in the output: those below `assets/` carry their digest in the name."""

from __future__ import annotations

from collections.abc import Mapping

from csto_site import cards, colours
from csto_site.codec import digest_bytes
from csto_site.model import Asset, Settings

FOLDER = "assets/"
"""The folder of what browsers may keep for ever."""
ACCENT = FOLDER + "accent.css"
"""The style sheet of the site's own accent colour, which no file holds unless the site brings it itself."""

Files = Mapping[str, Asset | bytes]
"""Files by their names: those on disk, and the bytes of those that are made."""


def files(static: Mapping[str, Asset], settings: Settings) -> Files:
    """Give static files by their path in the output."""
    return {fingerprinted(name, file): file for name, file in _named(static, settings).items()}


def addresses(static: Mapping[str, Asset], settings: Settings) -> Mapping[str, str]:
    """Give the addresses of what lies below `assets/`, by file name."""
    return {
        name.removeprefix(FOLDER): "/" + fingerprinted(name, file)
        for name, file in _named(static, settings).items()
        if name.startswith(FOLDER)
    }


def card(section: str) -> str:
    """Name the picture that other sites show beside a link to a page of a section, or of none ("")."""
    return f"cards/{section}.png" if section else "card.png"


def _named(static: Mapping[str, Asset], settings: Settings) -> Files:
    """Give files by their names, the site's own before those that are made."""
    made: dict[str, bytes] = {}
    if colour := colours.parse(settings.accent):
        made[ACCENT] = colours.style(colour).encode()
    for section in ("", *(each.name for each in settings.sections)):
        made[FOLDER + card(section)] = cards.png(settings.accent, section)
    return {**made, **static}


def fingerprinted(name: str, file: Asset | bytes) -> str:
    """Put the first digits of a file's digest into its name, if it lies below `assets/`."""
    if not name.startswith(FOLDER):
        return name
    stem, dot, suffix = name.rpartition(".")
    mark = (digest_bytes(file) if isinstance(file, bytes) else file.digest)[:10]
    return f"{stem}.{mark}.{suffix}" if dot else f"{name}.{mark}"
