"""Picture files without what cameras and programs note in them: where and when, with what, by whom.

Nothing is decoded or encoded: whole segments are left out, and what is seen stays the same to the last bit. That a
picture is to be turned is all that is kept of EXIF, since browsers heed it. Colour profiles stay.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SUFFIXES = (".jpg", ".jpeg", ".jpe", ".png", ".webp")
"""The files that this is about; what has such a name and is none of them is left alone."""


def bare(data: bytes) -> bytes:
    """Give a JPEG, PNG or WebP file without metadata; anything else, damaged files too, as it is."""
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return b"".join(_jpeg(data))
        if data.startswith(_PNG):
            return b"".join(_png(data))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError, _StrangeError):
        pass
    return data


class _StrangeError(Exception):
    """The file is not built as its form asks for."""


# -- EXIF ------------------------------------------------------------------------------------------

_ORIENTATION = 0x0112
_SHORT = 3
UPRIGHT = 1


def orientation(exif: bytes) -> int:
    """Read from EXIF (a TIFF header and what follows) how a picture is turned: 1-8, 1 is upright."""
    if exif[:4] not in (b"II*\0", b"MM\0*"):
        return UPRIGHT
    order = "<" if exif[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, start + 2 + 12 * number)
            if tag == _ORIENTATION and kind == _SHORT:
                return value if UPRIGHT <= value <= 8 else UPRIGHT  # noqa: PLR2004 - the eight ways to turn
    except struct.error:
        pass
    return UPRIGHT


def _turned(value: int) -> bytes:
    """Write EXIF that says nothing but how a picture is turned."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, value, 0, 0)


# -- JPEG ------------------------------------------------------------------------------------------

_EXIF = b"Exif\0\0"
_START, _END = 0xDA, 0xD9
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_COMMENT = 0xFE
_KEPT_APPS = (b"JFIF\0", b"JFXX\0", b"ICC_PROFILE\0", b"Adobe")


def _jpeg(data: bytes) -> Iterator[bytes]:
    """Go from marker to marker; what follows the end, such as a second picture, is left out."""
    yield data[:2]
    at = 2
    while True:
        if data[at] != 0xFF:  # noqa: PLR2004 - what each marker begins with
            raise _StrangeError
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - filling
            at += 1
            continue
        if marker == _END:
            yield data[at : at + 2]
            return
        if marker in _NO_LENGTH:
            yield data[at : at + 2]
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        segment = data[at : at + 2 + length]
        if len(segment) < 2 + length:
            raise _StrangeError
        yield from _kept(marker, segment)
        at += 2 + length
        if marker == _START:
            end = _scan_end(data, at)
            yield data[at:end]
            at = end


def _kept(marker: int, segment: bytes) -> Iterator[bytes]:
    body = segment[4:]
    if 0xE0 <= marker <= 0xEF:  # noqa: PLR2004 - segments of applications
        if body.startswith(_EXIF) and (turn := orientation(body[len(_EXIF) :])) != UPRIGHT:
            exif = _EXIF + _turned(turn)
            yield b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        elif body.startswith(_KEPT_APPS):
            yield segment
    elif marker != _COMMENT:
        yield segment


def _scan_end(data: bytes, at: int) -> int:
    """Find the marker that ends a scan: in a scan 0xFF is followed by 0 or by a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _StrangeError
        if data[at + 1] and not 0xD0 <= data[at + 1] <= 0xD7:  # noqa: PLR2004 - restarts
            return at
        at += 2


# -- PNG -------------------------------------------------------------------------------------------

_PNG = b"\x89PNG\r\n\x1a\n"
_TOLD = frozenset({b"tEXt", b"zTXt", b"iTXt", b"tIME"})


def _png(data: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length:
            raise _StrangeError
        if kind == b"eXIf":
            turn = orientation(chunk[8:-4])
            yield png_chunk(kind, _turned(turn)) if turn != UPRIGHT else b""
        elif kind not in _TOLD:
            yield chunk
        if kind == b"IEND":
            return
        at += 12 + length


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """Write a chunk of a PNG file: length, kind of four letters, body, checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


# -- WebP ------------------------------------------------------------------------------------------

_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def _webp(data: bytes) -> bytes:
    parts: list[bytes] = []
    at = 12
    end = 8 + int(struct.unpack_from("<I", data, 4)[0])
    if end > len(data):
        raise _StrangeError
    turn = UPRIGHT
    while at < end:
        kind, length = struct.unpack_from("<4sI", data, at)
        step = 8 + length + length % 2
        if at + 8 + length > end:
            raise _StrangeError
        if kind == b"EXIF":
            turn = orientation(data[at + 8 : at + 8 + length].removeprefix(_EXIF))
        elif kind != b"XMP ":
            parts.append(data[at : at + step])
        at += step
    if turn != UPRIGHT:
        exif = _turned(turn)
        parts.append(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    if parts and parts[0].startswith(b"VP8X"):
        flags = parts[0][8] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if turn != UPRIGHT else 0)
        parts[0] = parts[0][:8] + bytes([flags]) + parts[0][9:]
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body
