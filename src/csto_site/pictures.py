"""Pictures as pages show them: at which addresses they are, in which widths, and the HTML around them.

The address of a shown picture says all that a page needs to know of it:

    /assets/pictures/harbour.0123456789abcdef.1600x1067.jpg
                     name    of what it is made  size   form

`of what it is made` is a digest of the picture's bytes and of the way in which they are made, so that another picture
never has the address of an old one, and a page that shows it is keyed by it without further ado. A `.jpg`, or a
`.png` where something is transparent, is the largest of several widths, each as AVIF and WebP, too; what has another
form (`.svg`, `.gif`, what moves) is the file itself. What moves as PNG ends with `.apng`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import NamedTuple

from csto_site.codec import fingerprint
from csto_site.markup.text import escaped
from csto_site.model import Digest, OutPath

FOLDER = "assets/pictures/"
"""Where they lie: below `assets/`, since browsers may keep them for ever."""
WIDTHS = (400, 800, 1200, 1600)
"""The widths in pixels in which a picture is made; the last one is that of the largest."""
RECIPE = 1
"""The number of the way in which they are made (sizes, qualities): another way gives other addresses."""
MEASURE = 672
"""How many pixels wide the text is, on a screen with room for more (42rem)."""
_FULL = "(min-width: 44rem) 42rem, 100vw"
HIGHEST = 512
"""How many pixels high a picture in the text is shown at most, so that it fits on a screen with its caption."""
_STRIP = 3
"""How many times as high as wide a picture is that is read from top to bottom, not seen at once: it has its width."""

_NEAR = 0.85
"""A width nearer than this to that of the largest is not made."""
_MARK = 16
_STEM = 40
_TYPES: Mapping[str, str] = {"avif": "image/avif", "webp": "image/webp"}
"""The forms in which each width is made beside JPEG or PNG, smallest files first, with their media types."""
_MADE = frozenset({"jpg", "png"})
_TALLEST = {"jpg": 65_500, "avif": 16_383, "webp": 16_383}
"""How many pixels high a form may be: what WebP and JPEG can hold, and no AVIF that some browsers do not show."""


class Picture(NamedTuple):
    """A shown picture: its name, the digest in its address, its size in pixels (0: unknown), the form it ends with."""

    stem: str
    mark: str
    width: int
    height: int
    suffix: str

    @property
    def address(self) -> str:
        """The largest of its renditions, in the form that every browser reads; or the file itself."""
        return f"/{FOLDER}{self.stem}.{self.mark}.{self.width}x{self.height}.{self.suffix}"

    @property
    def path(self) -> OutPath:
        """The output that answers there."""
        return OutPath(self.address[1:])

    @property
    def is_made(self) -> bool:
        """Whether it is made in several widths; else it is shown as it is."""
        return self.suffix in _MADE

    def widths(self) -> tuple[Picture, ...]:
        """Give its renditions of one form, narrowest first, itself last; never wider than the picture."""
        narrow = [width for width in WIDTHS if width <= _NEAR * self.width]
        return (*(self._replace(width=w, height=max(1, round(self.height * w / self.width))) for w in narrow), self)

    def renditions(self) -> Iterator[Picture]:
        """Give all that is made of it, each width in each form."""
        for each in self.widths():
            yield from (each._replace(suffix=suffix) for suffix in (*self._smaller(), self.suffix))

    def _smaller(self) -> Iterator[str]:
        """Give the forms beside its own; one that cannot hold the largest width would keep browsers from it."""
        return (suffix for suffix in _TYPES if self.height <= _TALLEST[suffix])

    def sources(self) -> tuple[tuple[str, tuple[Picture, ...]], ...]:
        """Give the forms that browsers should prefer: media type and renditions; none where it is shown as it is."""
        if not self.is_made:
            return ()
        widths = self.widths()
        return tuple(
            (_TYPES[suffix], tuple(each._replace(suffix=suffix) for each in widths)) for suffix in self._smaller()
        )


def named(path: str, digest: Digest, size: tuple[int, int], suffix: str) -> Picture:
    """Name a picture by its file's path and the digest of its bytes; `size` is its own, upright."""
    width, height = size
    if suffix in _MADE and width > WIDTHS[-1]:
        width, height = WIDTHS[-1], max(1, round(height * WIDTHS[-1] / width))
    if suffix == "jpg" and height > _TALLEST["jpg"]:
        suffix = "png"
    mark = fingerprint((digest, RECIPE))[:_MARK]
    return Picture(_stem(path), mark, width, height, suffix)


def _stem(path: str) -> str:
    """Give a file's name as it may stand in any address: no blank or comma, which part candidates of `srcset`."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    return _ODD.sub("-", name.lower())[:_STEM].strip("-") or "picture"


_ODD = re.compile(r"[^a-z0-9]+")
_ADDRESS = re.compile(
    rf"(?P<root>.*/|){FOLDER}(?P<stem>[a-z0-9-]+)\.(?P<mark>[0-9a-f]{{{_MARK}}})"
    r"\.(?P<width>\d+)x(?P<height>\d+)\.(?P<suffix>jpg|png|svg|gif|apng|webp|avif)"
).fullmatch


def read(address: str) -> Picture | None:
    """Read a picture from its address, however it is written; None where it is another one."""
    found = _ADDRESS(address) if FOLDER in address else None
    if found is None:
        return None
    return Picture(found["stem"], found["mark"], int(found["width"]), int(found["height"]), found["suffix"])


def box(picture: Picture) -> tuple[int, int]:
    """Give the width and height of a picture in the text: never larger than it is, and not too high.

    A strip, such as an infographic, is as high as it is: at the height of a screen nobody could read it.
    """
    if picture.height <= HIGHEST or picture.height > _STRIP * picture.width:
        return picture.width, picture.height
    return max(1, round(picture.width * HIGHEST / picture.height)), HIGHEST


def sizes(picture: Picture) -> str:
    """Say how wide a picture in the text is shown, as `sizes` of HTML does; 16 pixels lie on each side of it."""
    width = box(picture)[0]
    return f"(min-width: {width + 32}px) {width}px, 100vw" if width < MEASURE else _FULL


def srcset(renditions: Sequence[Picture], root: str) -> str:
    """Write renditions as candidates, each with its width; `root` is the page's way to the top."""
    return ", ".join(f"{root}{each.path} {each.width}w" for each in renditions)


# -- in a body -------------------------------------------------------------------------------------

_IMAGE = re.compile(r"<img [^>]*>")
_ALONE = re.compile(r"<p>\s*(<img [^>]*>)\s*</p>")
_ATTRIBUTE = re.compile(r' ([a-z-]+)(?:="([^"]*)")?')


def dressed(html: str, root: str, *, is_first: bool = False) -> str:
    """Give the pictures of a body their widths, and a figure where one stands alone; its title is the caption.

    `is_first` says that no picture stands before them: then the first one is loaded at once, all others when they are
    near.
    """
    if "<img" not in html:
        return html
    html = _ALONE.sub(_figure, html)
    eager = is_first

    def dress(found: re.Match[str]) -> str:
        nonlocal eager
        image, eager = _dressed(found[0], root, is_eager=eager), False
        return image

    return _IMAGE.sub(dress, html)


def _figure(found: re.Match[str]) -> str:
    attributes = _attributes(found[1])
    caption = attributes.pop("title", "")
    words = f"\n<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure>\n{_tag('img', attributes)}{words}\n</figure>"


def _dressed(image: str, root: str, *, is_eager: bool) -> str:
    attributes = _attributes(image)
    attributes |= {"loading": "eager", "fetchpriority": "high"} if is_eager else {"loading": "lazy"}
    attributes["decoding"] = "async"
    picture = read(unescape(attributes.get("src", "")))
    if picture is None:
        return _tag("img", attributes)
    is_sized = "width" in attributes or "height" in attributes  # by its author
    if picture.width and not is_sized:
        width, height = map(str, box(picture))
        attributes |= {"width": width, "height": height}
    if not picture.is_made:
        return _tag("img", attributes)
    own = attributes.get("width", "") if is_sized else ""
    shown = f"{own}px" if own.isdigit() else sizes(picture)
    attributes |= {"srcset": srcset(picture.widths(), root), "sizes": shown}
    sources = (
        _tag("source", {"type": kind, "srcset": srcset(each, root), "sizes": shown}) for kind, each in picture.sources()
    )
    return f"<picture>{''.join(sources)}{_tag('img', attributes)}</picture>"


def _attributes(tag: str) -> dict[str, str]:
    """Read the attributes of a tag that cleaning has written; values stay escaped."""
    return {name: value or "" for name, value in _ATTRIBUTE.findall(tag)}


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    return f"<{name}" + "".join(f' {key}="{_quoted(value)}"' for key, value in attributes.items()) + ">"


def _quoted(value: str) -> str:
    return escaped(unescape(value))
