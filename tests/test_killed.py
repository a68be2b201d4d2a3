"""Builds that are killed: the next one completes, has the bytes of a clean build, and leaves nothing behind."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from killing import Answer, Order
from sites import DiskSite, change, change_style, progress, small_site, tree_of

HERE = Path(__file__).parent


class Killer:
    """Has builds killed, and counts where each was when it died."""

    def __init__(self, process: subprocess.Popen[str], counts: dict[str, int]) -> None:
        self._process = process
        self._counts = counts

    def kill(self, site: DiskSite, **when: object) -> Answer:
        """Have a site built, and the build killed."""
        assert self._process.stdin
        assert self._process.stdout
        order = Order(str(site.root), **when)  # type: ignore[arg-type]  # the names are those of its fields
        self._process.stdin.write(msgspec.json.encode(order).decode() + "\n")
        self._process.stdin.flush()
        answer = msgspec.json.decode(self._process.stdout.readline(), type=Answer)
        stage = _stage(site, answer)
        self._counts[stage] = self._counts.get(stage, 0) + 1
        return answer


def _stage(site: DiskSite, answer: Answer) -> str:
    if not answer.was_killed:
        return "too late"
    moves = progress(site)
    if moves is None:
        return "outside the switch"
    done, all_of_them = moves
    return "between the first and the last rename" if 0 < done < all_of_them else "at an end of the switch"


@pytest.fixture(scope="module")
def process() -> Iterator[subprocess.Popen[str]]:
    """Run the program that kills."""
    command = [sys.executable, str(HERE / "killing.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.fixture
def killer(process: subprocess.Popen[str], record_property: Callable[[str, object], None]) -> Killer:
    """Give the one who kills; how many died where is printed at the end of all tests."""
    counts: dict[str, int] = {}
    record_property("kills", counts)
    return Killer(process, counts)


@pytest.fixture(scope="module")
def kills(request: pytest.FixtureRequest) -> int:
    """Give how many kills are wanted of all tests here together."""
    return int(request.config.getoption("--kills"))


@pytest.fixture
def site(tmp_path: Path) -> DiskSite:
    """Give a site that has been built."""
    site = small_site(tmp_path / "site")
    site.build()
    return site


def mended(site: DiskSite) -> None:
    """Build, and see that all is as if nothing had happened."""
    assert site.build().written
    assert site.clean() == tree_of(site.out)
    assert site.rests() == []


def test_in_the_switch(site: DiskSite, killer: Killer, kills: int) -> None:
    """Half of all builds, edits as well as cold ones, die between the first and the last rename of their switch."""
    between = 0
    for number in range(kills * 6 // 10):
        rng = random.Random(number)
        change(site, rng)
        if number % 3 == 2:
            shutil.rmtree(site.root / ".cache")
        killer.kill(site, step=rng.randrange(2, 20), in_switch=True)
        moves = progress(site)
        between += moves is not None and 0 < moves[0] < moves[1]
        mended(site)

    assert between >= kills // 2


def test_at_any_step(site: DiskSite, killer: Killer, kills: int) -> None:
    """A build may die before any step of it, with an output or without."""
    steps = 60
    for number in range(kills * 2 // 10):
        rng = random.Random(1000 + number)
        change(site, rng)
        if number % 3 == 2:
            shutil.rmtree(site.root / ".cache")
        if number % 6 == 5:
            shutil.rmtree(site.out)
        answer = killer.kill(site, step=rng.randrange(1, steps))
        steps = max(answer.steps + 1, 60) if not answer.was_killed else steps + 20
        mended(site)


def test_at_any_moment(site: DiskSite, killer: Killer, kills: int) -> None:
    """A build may die at any time, with workers that are still at their work."""
    for number in range(kills - kills * 6 // 10 - kills * 2 // 10):
        rng = random.Random(2000 + number)
        change(site, rng)
        is_cold = number % 2 == 1
        if is_cold:
            shutil.rmtree(site.root / ".cache")
        killer.kill(site, seconds=rng.uniform(0.01, 1.2 if is_cold else 0.3), is_parallel=is_cold)
        mended(site)


def test_twice(site: DiskSite, killer: Killer) -> None:
    """The build that completes what another left may die as well."""
    rng = random.Random(1)
    change(site, rng)
    killer.kill(site, step=5, in_switch=True)
    first = progress(site)
    for step in range(1, 12):
        killer.kill(site, step=step)
    assert first is not None
    mended(site)


def test_workers_end_with_their_build(site: DiskSite, killer: Killer) -> None:
    """When a build is killed its workers go, too: nobody else would ever end them."""
    shutil.rmtree(site.root / ".cache")
    change_style(site, 1)
    answer = killer.kill(site, step=40, is_parallel=True, is_awaited=True)

    assert (answer.was_killed, answer.have_workers_ended) == (True, True)
    mended(site)


@pytest.mark.parametrize("name", ["memo.part", "fragments/18f-0.4711.part", "pictures/18f.4711.part"])
def test_rests_of_the_cache(site: DiskSite, name: str) -> None:
    """What a killed build had not finished writing goes with the next build, even when that has nothing to do."""
    site.write(f".cache/{name}", "half")
    report = site.build()

    assert (report.written and report.written.written, report.work.parsed, site.rests()) == (0, 0, [])
