"""What one build leaves for the next: how it is written, when it is believed, and what is looked at again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from csto_site.shell import memo, retouching
from csto_site.shell.engine import engine
from csto_site.shell.memo import RACY, kept, stamp_of, times_of
from sites import DiskSite, small_site, tree_of


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
    return hashlib.sha256(body).digest() + body


def other_of(cache: Path) -> Path:
    """Give the place of the memo's other file, of which there is one."""
    (path,) = cache.glob("memo.*")
    return path


@pytest.mark.parametrize(
    ("damage", "note"),
    [
        (flipped(0), "memo is damaged"),
        (flipped(32), "memo is damaged"),
        (flipped(-1), "memo is damaged"),
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

    assert f"{note}: building anew" == said_of_an_edit(site).replace(f"the memo {place}", "memo")


@pytest.mark.parametrize("damage", [flipped(0), flipped(-1), lambda data: data[:-1], lambda _: b""])
def test_damage_of_the_other_file_is_found_out(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """The same for what is read only when something has changed."""
    site = small_site(tmp_path / "site", 2)
    site.build()
    place = other_of(site.root / ".cache")
    place.write_bytes(damage(place.read_bytes()))

    assert "half of the memo is missing or damaged: building anew" == said_of_an_edit(site)


def test_a_memo_without_its_other_file(tmp_path: Path) -> None:
    """A cache that was restored in part is none, either."""
    site = small_site(tmp_path / "site", 2)
    site.build()
    other_of(site.root / ".cache").unlink()

    assert "half of the memo is missing or damaged: building anew" == said_of_an_edit(site)


def test_a_memo_that_is_changed_while_it_is_used(tmp_path: Path) -> None:
    """What was read and found undamaged is used, whatever is written into the files meanwhile."""
    site = small_site(tmp_path / "site", 2)
    site.build()
    cache = site.root / ".cache"
    record, _ = memo.read(cache, engine())
    assert record
    rest = memo.rest_of(cache, record)
    for path in cache.glob("memo*"):
        os.truncate(path, 0)

    assert "news/2024/item-0/index.html" in memo.outputs_of(record)
    assert rest
    assert {*rest.where} == {path.relative_to(site.root / "content").as_posix() for path in site.root.rglob("*.md")}


def test_a_memo_that_cannot_be_written(tmp_path: Path) -> None:
    """Nothing is left of it: on a small disk its larger half would keep out all that come later."""
    site = small_site(tmp_path / "site", 2)
    site.build()
    cache = site.root / ".cache"
    (cache / "memo").unlink()
    (cache / "memo").mkdir()
    report = site.build()

    assert report.notes[-1].startswith("the memo cannot be written")
    assert ["fragments", "memo"] == sorted(path.name for path in cache.iterdir() if path.name != "pictures")


def said_of_an_edit(site: DiskSite) -> str:
    """Build after an edit as if nothing had been built before, and give the note."""
    site.write("content/news/item-0.md", EDITED.format(""))
    report = site.build()
    assert 2 == report.work.parsed
    assert "Edited" in (site.out / "news/2024/item-0/index.html").read_text()
    (note,) = report.notes
    return note


EDITED = "---\ntitle: Edited\ndate: 2024-01-11\nlead: A lead.\n---\n\nText.\n{}"


class TestPatch:
    """What an edit changes is kept beside the other file of the memo, until it is much."""

    @pytest.fixture
    def site(self, tmp_path: Path) -> DiskSite:
        """A site that was built, with two items to be edited."""
        site = small_site(tmp_path / "site", 12)
        for name in ("item-0", "other"):
            site.write(f"content/news/{name}.md", EDITED.format(""))
        site.build()
        return site

    def test_edits_leave_the_other_file_as_it_is(self, site: DiskSite) -> None:
        """However often one item or another is edited, a later build knows the last state of each."""
        place = other_of(site.root / ".cache")
        before = place.stat()
        for number in range(3):
            site.write("content/news/item-0.md", EDITED.format(f"More {number}.\n"))
            assert not site.build().work.is_planned
        site.write("content/news/other.md", EDITED.format("More.\n"))

        assert not site.build().work.is_planned
        assert before == other_of(site.root / ".cache").stat()
        assert site.clean() == tree_of(site.out)

    def test_a_plan_after_edits(self, site: DiskSite) -> None:
        """What is planned later starts from the edits: nothing is parsed or printed twice; the patch is no more."""
        place = other_of(site.root / ".cache")
        site.write("content/news/item-0.md", EDITED.format("More.\n"))
        site.build()
        site.write("content/news/new.md", EDITED.format("").replace("2024-01-11", "2024-11-30"))
        report = site.build()

        assert (True, 1) == (report.work.is_planned, report.work.parsed)
        assert place != other_of(site.root / ".cache")
        assert site.clean() == tree_of(site.out)
        assert 0 == site.build().work.rendered

    def test_a_large_patch_becomes_part_of_the_other_file(
        self, site: DiskSite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And nothing of it is lost."""
        monkeypatch.setattr(retouching, "LARGE", 0)
        places = []
        for number in range(3):
            site.write("content/news/item-0.md", EDITED.format(f"More {number}.\n"))
            assert not site.build().work.is_planned
            places.append(other_of(site.root / ".cache"))

        assert 3 == len({*places})
        assert site.clean() == tree_of(site.out)
        assert 0 == site.build().work.rendered
