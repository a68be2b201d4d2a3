"""Pillow, which looks at pictures and makes their renditions; it is imported only where there is one to look at.

    file ── measured ──► form, size, what is wrong        file ── developed ──► renditions, kept below `.cache/`

What is kept is sealed together with the versions of all encoders: what is damaged or another program's is made again.
All encoders work in one thread each, since some write other bytes with more; processes share the pictures.
"""

from __future__ import annotations

import hashlib
import os
import re
import warnings
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csto_site import jobs, metadata
from csto_site.codec import digest_bytes
from csto_site.model import Asset, Digest, Measured, Output
from csto_site.pictures import Picture
from csto_site.shell import scan
from csto_site.shell.errors import SiteError
from csto_site.shell.renamed import renamed

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 100_000_000
"""What a picture may have at most: more would fill the memory, which is what some files are made for."""
FORMS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
QUALITIES: dict[str, dict[str, Any]] = {
    "avif": {"quality": 60, "speed": 8, "max_threads": 1},
    "webp": {"quality": 80, "method": 4},
    "jpg": {"quality": 82, "optimize": True, "progressive": True},
    "png": {"optimize": True},
}
"""What encoders are told: a change of it needs another number of `pictures.RECIPE`."""
_FORMATS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG", "png": "PNG"}
_SEAL = 32


class Darkroom:
    """Works with pictures; `read` gives a file's bytes, `folder` keeps renditions (None: nothing is kept)."""

    def __init__(self, folder: Path | None = None, read: Callable[[Asset], bytes] | None = None) -> None:
        self._folder = folder
        self._read = read or whole

    def measured(self, file: Asset) -> Measured:
        """Look at a picture; raises `SiteError` when it cannot be read."""
        return measured(self._read(file))

    def developed(self, run: jobs.PictureRun) -> tuple[Output, ...]:
        """Give the renditions of a picture, those that are kept or new ones; raises `SiteError`."""
        found = self.kept(run)
        missing = missing_of(run, found)
        try:
            made = dict(renditions(self._read(run.file), run.picture, missing)) if missing else {}
        except SiteError as error:
            error.path = run.file.origin
            raise
        self.keep(run, made)
        return outputs(run, {**found, **made})

    def kept(self, run: jobs.PictureRun) -> dict[Picture, bytes]:
        """Give those renditions of a picture that are kept."""
        found = ((each, self._kept(run, each)) for each in run.picture.renditions())
        return {each: data for each, data in found if data is not None}

    def keep(self, run: jobs.PictureRun, made: Mapping[Picture, bytes]) -> None:
        """Keep renditions."""
        for each, data in made.items():
            self._keep(run, each, data)

    def _kept(self, run: jobs.PictureRun, picture: Picture) -> bytes | None:
        if self._folder is None:
            return None
        try:
            whole = (self._folder / name_of(picture)).read_bytes()
        except OSError:
            return None
        data = whole[_SEAL:]
        return data if whole[:_SEAL] == _seal(run.file, picture, data) else None

    def _keep(self, run: jobs.PictureRun, picture: Picture, data: bytes) -> None:
        """Keep a rendition, by rename; a cache that cannot be written costs time and nothing else."""
        if self._folder is None:
            return
        place = self._folder / name_of(picture)
        with suppress(OSError), renamed(place.with_name(f"{place.name}.{os.getpid()}.part"), lambda: place) as file:
            file.writelines((_seal(run.file, picture, data), data))


def missing_of(run: jobs.PictureRun, found: Container[Picture]) -> tuple[Picture, ...]:
    """Give the renditions of a picture that were not found."""
    return tuple(each for each in run.picture.renditions() if each not in found)


def outputs(run: jobs.PictureRun, found: Mapping[Picture, bytes]) -> tuple[Output, ...]:
    """Give the renditions of a picture as outputs, in their own order."""
    return tuple(Output(each.path, found[each]) for each in run.picture.renditions())


def whole(file: Asset) -> bytes:
    """Read a file that the look at all files has digested; raises `SiteError` where it is another one by now."""
    data = scan.read(file.origin)
    if digest_bytes(data) != file.digest:
        raise SiteError(f"{file.origin} changed while the site was built: build again")
    return data


def published(file: Asset) -> bytes:
    """Read a file as it is published: a bare one without its metadata. Raises `SiteError`."""
    data = scan.read(file.origin)
    return metadata.bare(data) if file.is_bare else data


def name_of(picture: Picture) -> str:
    """Name a rendition in the cache: by all of its address but the name that people gave it."""
    return picture._replace(stem="").path.rpartition("/")[2].lstrip(".")


def _seal(file: Asset, picture: Picture, data: bytes) -> bytes:
    told = "\n".join((encoders(), file.digest, name_of(picture), ""))
    return hashlib.blake2b(told.encode() + data, digest_size=_SEAL).digest()


@cache
def encoders() -> str:
    """Name what makes the bytes: Pillow, and the libraries that it was built with."""
    from PIL import features

    names = ("pil", "jpg", "libjpeg_turbo", "zlib", "webp", "avif", "littlecms2")
    return ", ".join(f"{name} {features.version(name)}" for name in names)


# -- looking ---------------------------------------------------------------------------------------


def measured(data: bytes) -> Measured:
    """Look at a picture's bytes; nothing that they hold makes it fail."""
    if (svg := _svg(data)) is not None:
        return svg
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Pillow says of odd metadata, which is taken away
        try:
            return _measured(data)
        except Exception:  # noqa: BLE001 - whatever a decoder raises, the file is at fault
            return Measured(flaw="cannot be read as a picture: it is damaged or cut off")


def _measured(data: bytes) -> Measured:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # we ask ourselves, below
    try:
        image = Image.open(BytesIO(data), formats=FORMS)
    except UnidentifiedImageError:
        return Measured(flaw=_strange(data))
    with image:
        form = "JPEG" if image.format == "MPO" else str(image.format)  # cameras add further pictures to some
        width, height = image.size
        if width * height > MOST_PIXELS:
            flaw = f"has {width:,} times {height:,} pixels, {MOST_PIXELS // 1_000_000} million were expected at most"
            return Measured(width=width, height=height, flaw=flaw)
        is_moving = form != "JPEG" and bool(getattr(image, "is_animated", False))
        turn = image.getexif().get(_ORIENTATION, 1)
        image.draft(None, (width // 8, height // 8))  # a JPEG cut off is found as well at an eighth of its size
        image.load()
        clean = metadata.bare(data)
        has_notes = clean != data
        return Measured(
            form=form,
            width=height if turn in _SIDEWAYS else width,
            height=width if turn in _SIDEWAYS else height,
            has_alpha=not is_moving and _has_alpha(image),
            is_moving=is_moving,
            bare=digest_bytes(clean) if has_notes else Digest(""),
            bare_size=len(clean) if has_notes else 0,
        )


_ORIENTATION = 0x0112
_SIDEWAYS = frozenset({5, 6, 7, 8})


def _has_alpha(image: Image.Image) -> bool:
    """Tell whether something can be seen through; many files could show that, and do not."""
    if not image.has_transparency_data:
        return False
    lowest, _ = image.convert("RGBA").getchannel("A").getextrema()
    return isinstance(lowest, int | float) and lowest < 0xFF  # noqa: PLR2004 - opaque


_SVG = re.compile(rb"\s*(?:<(?:\?xml|!DOCTYPE)[^>]*>\s*|<!--.*?-->\s*)*<svg\b([^>]*)>", re.DOTALL)
_HEAD = 1 << 16
"""In how many bytes a drawing's first tag is looked for."""
_VIEW = re.compile(rb"""\bviewBox\s*=\s*["']\s*[-\d.e]+[\s,]+[-\d.e]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")
_SIDE = rb"""\s%s\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']"""
_WIDTH, _HEIGHT = (re.compile(_SIDE % side) for side in (b"width", b"height"))


def _svg(data: bytes) -> Measured | None:
    """Read the size of a drawing from its first tag: in pixels, or as its view box says it."""
    found = _SVG.match(data[:_HEAD].removeprefix(b"\xef\xbb\xbf")) if b"<svg" in data[:_HEAD] else None
    if found is None:
        return None
    sides = (_WIDTH.search(found[1]), _HEIGHT.search(found[1]))
    view = _VIEW.search(found[1])
    size = tuple(side[1] for side in sides if side)
    if len(size) < len(sides):
        size = view.groups() if view else ()
    with suppress(ValueError):
        width, height = (round(float(side)) for side in size)
        return Measured(form="SVG", width=width, height=height)
    return Measured(form="SVG")


_OTHERS = {
    re.compile(rb".{4}ftyp(?:heic|heix|mif1|msf1|hevc)", re.DOTALL): "HEIC",
    re.compile(rb"II\*\0|MM\0\*"): "TIFF",
    re.compile(rb"BM"): "BMP",
    re.compile(rb"%PDF"): "PDF",
}


def _strange(data: bytes) -> str:
    """Say what a file is that is none of our forms."""
    if not data:
        return "is empty, a picture was expected"
    name = next((each for start, each in _OTHERS.items() if start.match(data)), "")
    return f"is a {name} file, which browsers do not show" if name else "is no picture: its bytes have another form"


# -- making ----------------------------------------------------------------------------------------


def renditions(data: bytes, picture: Picture, wanted: Sequence[Picture]) -> Iterator[tuple[Picture, bytes]]:
    """Make some of a picture's renditions: upright, in the colours of all screens, without metadata.

    What is made of a picture does not depend on what else is made. Raises `SiteError` where it cannot be decoded, or
    an encoder refuses it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield from _renditions(data, picture, wanted)
        except Exception as error:  # whatever a library of pictures raises
            raise SiteError(f"{picture.path} cannot be made: {str(error) or type(error).__name__}") from error


def _renditions(data: bytes, picture: Picture, wanted: Sequence[Picture]) -> Iterator[tuple[Picture, bytes]]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    twice = 2 * max(picture.width, picture.height)
    with Image.open(BytesIO(data), formats=FORMS) as image:
        image.draft(None, (twice, twice))  # a camera's picture need not be decoded at its whole size
        upright = _upright(image, "RGBA" if picture.suffix == "png" else "RGB")
    for size, same in groupby(wanted, lambda each: (each.width, each.height)):
        small = upright if upright.size == size else upright.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        for each in same:
            yield each, _encoded(small, each.suffix)


def _upright(image: Image.Image, mode: str) -> Image.Image:
    """Turn a picture as its camera was held, and give it the colours that screens have."""
    from PIL import ImageOps

    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    if turned.mode.startswith("I"):  # of 16 bits
        turned = turned.convert("I").point(lambda value: value / 256).convert("L")
    plain = _in_srgb(turned, profile, mode) if profile else turned.convert(mode)
    plain.info = {}  # or an encoder would write what is in it
    return plain


def _in_srgb(image: Image.Image, profile: bytes, mode: str) -> Image.Image:
    from PIL import ImageCms

    if image.mode not in {"RGB", "RGBA", "L", "CMYK"}:
        image = image.convert(mode)
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    opaque = image.convert("RGB") if alpha else image
    try:
        screen = ImageCms.createProfile("sRGB")
        made = ImageCms.profileToProfile(opaque, ImageCms.ImageCmsProfile(BytesIO(profile)), screen, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):  # a profile of another kind of colours, or none
        made = None
    plain = made or opaque.convert("RGB")
    if alpha:
        plain.putalpha(alpha)
    return plain.convert(mode)


def _encoded(image: Image.Image, suffix: str) -> bytes:
    out = BytesIO()
    image.save(out, _FORMATS[suffix], **QUALITIES[suffix])
    return out.getvalue()
