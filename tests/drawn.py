"""Pictures for tests: small, of known size, the same bytes on every machine."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"/>'


def png(width: int = 40, height: int = 30, number: int = 0) -> bytes:
    """Draw stripes, two colours in a byte of eight pixels; `number` makes another picture, nothing is compressed."""
    row = b"\0" + bytes([0b11001100 ^ number % 0xFF]) * -(-width // 8)
    head = struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)
    palette = bytes([20, 48, 90, 200, 210, number % 0xFF])
    parts = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(row * height, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def chunk(kind: bytes, body: bytes) -> bytes:
    """Write a part of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def photo(width: int = 64, height: int = 48, form: str = "JPEG", **told: Any) -> bytes:
    """Make a picture whose left half is red and whose right half is blue; `told` goes to the encoder."""
    image = Image.new("RGB", (width, height), (200, 30, 30))
    image.paste((30, 30, 200), (width // 2, 0, width, height))
    out = BytesIO()
    image.save(out, form, **told)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """Make the notes of a camera: how it was held, where it was, what it is."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = "Camera of the sample"
    notes.get_ifd(0x8825).update({1: "N", 2: (55.0, 45.0, 0.0), 3: "E", 4: (37.0, 36.0, 0.0)})
    return notes


def opened(data: bytes) -> Image.Image:
    """Decode a picture."""
    image = Image.open(BytesIO(data))
    image.load()
    return image
