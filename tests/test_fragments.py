"""Packs of fragments."""

from __future__ import annotations

from pathlib import Path

from csto_site.codec import digest_bytes
from csto_site.shell import fragments, memo
from csto_site.shell.fragments import MANY, SMALL, Packs


def kept(folder: Path, packs: int, size: int) -> dict[str, str]:
    """Write packs of so many fragments each, and say where each lies."""
    where: dict[str, str] = {}
    for number in range(packs):
        held = {f"{number}-{place}.md": f"<p>{number}, {place}</p>" for place in range(size)}
        fragments.write(folder, f"pack-{number}", held)
        where |= dict.fromkeys(held, f"pack-{number}")
    return where


def test_many_small_packs_become_one(tmp_path: Path) -> None:
    """What a hundred edits left is put together, and nothing is lost."""
    where = kept(tmp_path, MANY + 1, 1)

    now = fragments.gathered(tmp_path, "all", where)
    memo.sweep(tmp_path, now.values())

    assert [each.name for each in tmp_path.iterdir()] == ["all"]
    digest = digest_bytes(b"<p>7, 0</p>")
    assert Packs(tmp_path).fragment(now["7-0.md"], "7-0.md", digest) == "<p>7, 0</p>"


def test_few_packs_stay(tmp_path: Path) -> None:
    """A few small packs are not worth the trouble."""
    where = kept(tmp_path, MANY, 1)

    assert fragments.gathered(tmp_path, "all", where) == where


def test_large_packs_stay(tmp_path: Path) -> None:
    """Packs that a clean build wrote are not written again."""
    where = kept(tmp_path, MANY + 1, 1) | {f"large-{n}.md": "large" for n in range(SMALL)}

    now = fragments.gathered(tmp_path, "all", where)

    assert {pack for path, pack in now.items() if path.startswith("large")} == {"large"}


def test_a_fragment_that_is_lost_stays_lost(tmp_path: Path) -> None:
    """A pack that cannot be read is left for whoever needs its fragment: it is made again then."""
    where = kept(tmp_path, MANY + 1, 1)
    (tmp_path / "pack-7").unlink()

    now = fragments.gathered(tmp_path, "all", where)

    assert now["7-0.md"] == "pack-7"
    assert now["8-0.md"] == "all"


def test_more_packs_than_are_held_at_once(tmp_path: Path) -> None:
    """Those that were read long ago are let go, and read again when they are asked for."""
    where = kept(tmp_path, 10, 1)
    packs = Packs(tmp_path)
    for _ in range(2):
        for path, pack in where.items():
            text = f"<p>{path[0]}, 0</p>"

            assert text == packs.fragment(pack, path, digest_bytes(text.encode()))
