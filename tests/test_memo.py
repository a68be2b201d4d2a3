"""What one build leaves for the next: how it is written, when it is believed, and what is looked at again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from csto_site.shell import memo
from csto_site.shell.memo import RACY, kept, stamp_of, times_of
from sites import small_site


class Rows(msgspec.Struct, frozen=True, array_like=True):
    """A value whose rows are many."""

    name: str
    rows: dict[str, int]
    more: tuple[int, ...] = (1, 2)


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 999, 1000, 1001, 1015, 1016, 2000])
def test_pieces_are_the_whole(count: int) -> None:
    """However many rows there are, what is written in pieces is read as one value."""
    value = Rows("x", {str(number): number for number in range(count)})

    assert value == msgspec.msgpack.decode(b"".join(memo.pieces(value, "rows")), type=Rows)


class TestRacy:
    """A stamp is kept only of a file that is older than the look at it by the grain of the clock."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "a.md"
        path.write_bytes(b"x")
        os.utime(path, (1, 1))  # as an archive is unpacked; when the inode changed nobody can set
        return path

    def test_by_the_inode(self, path: Path) -> None:
        """A file that says that it is old may have been written just now."""
        stamp = stamp_of(path.stat())
        _, changed = times_of(stamp)

        assert (None, stamp) == (kept(stamp, changed + RACY), kept(stamp, changed + RACY + 1))

    def test_by_the_file(self, path: Path) -> None:
        """One that says that it is of tomorrow is looked at again until then."""
        tomorrow = path.stat().st_ctime_ns + 86_400_000_000_000
        os.utime(path, ns=(tomorrow, tomorrow))
        stamp = stamp_of(path.stat())

        assert (None, stamp) == (kept(stamp, tomorrow + RACY), kept(stamp, tomorrow + RACY + 1))

    def test_by_whole_seconds(self) -> None:
        """Where the file system counts in seconds, or in two of them, the grain is as coarse."""
        second = 1_000_000_000
        status = os.stat_result((0o644, 7, 1, 1, 0, 0, 1, 0, 0, 0), {"st_mtime_ns": second, "st_ctime_ns": 5 * second})
        stamp = stamp_of(status)

        assert (None, stamp) == (kept(stamp, 7 * second), kept(stamp, 7 * second + 1))


def flipped(place: int) -> Callable[[bytes], bytes]:
    """Give what changes one byte, counted from the end where it is negative."""

    def flip(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[place] ^= 0xFF
        return bytes(changed)

    return flip


def of_another_form(_: bytes) -> bytes:
    body = msgspec.msgpack.encode(["another form"])
    return hashlib.sha256(body).digest() + len(body).to_bytes(8, "big") + body


@pytest.mark.parametrize(
    ("damage", "note"),
    [
        (flipped(0), "memo is damaged"),
        (flipped(32), "memo is damaged"),  # it begins to say how long the first part is
        (flipped(60), "memo is damaged"),
        (flipped(-1), "half of the memo is damaged"),
        (lambda data: data[:-1], "half of the memo is damaged"),
        (lambda data: data[:50], "memo is damaged"),
        (lambda _: b"", "memo is damaged"),
        (of_another_form, "memo has another form"),
    ],
)
def test_damage_is_found_out(tmp_path: Path, damage: Callable[[bytes], bytes], note: str) -> None:
    """A memo that is not as it was left is none: the build is a clean one, and says why."""
    site = small_site(tmp_path / "site", 2)
    site.build()
    place = site.root / ".cache/memo"
    place.write_bytes(damage(place.read_bytes()))
    site.write("content/news/item-0.md", "---\ntitle: Edited\ndate: 2024-01-11\n---\n\nText.\n")
    report = site.build()

    assert [f"{note}: building anew"] == [each.replace(f"the memo {place}", "memo") for each in report.notes]
    assert 2 == report.work.parsed
    assert "Edited" in (site.out / "news/2024/item-0/index.html").read_text()
