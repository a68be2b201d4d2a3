"""Builds on a Dask cluster: the same bytes, whoever dies; and what cannot be is refused in one line."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

import csto_site
from csto_site.shell import cli, cluster, making, verify, work
from csto_site.shell.cluster import Card, Cluster, difference, place_of
from csto_site.shell.errors import SiteError
from farm import Farm
from sites import DiskSite, add_item, change_style, small_site, tree_of

ITEMS = 60


@pytest.fixture(scope="module")
def _farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    farm = Farm(tmp_path_factory.getbasetemp())
    yield farm
    farm.close()


@pytest.fixture
def farm(_farm: Farm) -> Farm:
    """Give a cluster of two workers."""
    return _farm.staffed(2)


@pytest.fixture(scope="module")
def _built(tmp_path_factory: pytest.TempPathFactory) -> DiskSite:
    site = small_site(tmp_path_factory.mktemp("cluster") / "site", ITEMS)
    site.build()
    return site


@pytest.fixture
def site(_built: DiskSite, tmp_path: Path) -> DiskSite:
    """Give a site that was never built."""
    site = DiskSite(tmp_path / "site")
    shutil.copytree(_built.root, site.root, ignore=shutil.ignore_patterns(".*", "public"))
    return site


@pytest.fixture
def expected(_built: DiskSite) -> object:
    """Give what `--jobs 1` makes of it."""
    return tree_of(_built.out)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a small site be many chunks, and see that no connection outlives its build."""
    monkeypatch.setattr(work, "CHUNK", 4)
    monkeypatch.setattr(work, "FEW", 2)
    yield
    assert [] == [each.name for each in threading.enumerate() if each.name == "IO loop"]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody be waited for."""
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    monkeypatch.setattr(cluster, "LOOK", 0.1)


@pytest.fixture
def at_call(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], object]], list[int]]:
    """Give what lets something happen when so many calls have been sent; the list counts them."""

    def let(number: int, happen: Callable[[], object]) -> list[int]:
        calls = [0]

        class Watched(Cluster):
            def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
                calls[0] += 1
                if calls[0] == number:
                    happen()
                return super().submit(fn, *args, **kwargs)

        monkeypatch.setattr(making, "Cluster", Watched)
        return calls

    return let


class TestBytes:
    """What a cluster makes is what one process makes."""

    def test_of_a_clean_build(self, farm: Farm, site: DiskSite, expected: object, at_call: Any) -> None:
        """Two workers, who open no file of the site, make the bytes that one process makes."""
        calls = at_call(0, lambda: None)
        report = site.build(executor=farm.executor)

        assert expected == tree_of(site.out)
        assert (ITEMS, True) == (report.work.parsed, calls[0] > 2 * work.WINDOW)
        assert [] == site.rests()

    def test_of_a_folder_that_is_named_from_here(
        self, farm: Farm, site: DiskSite, expected: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A site may be named by a path that means another place to the workers."""
        monkeypatch.chdir(site.root.parent)
        site.build(executor=farm.executor, root=Path("site"), out=Path("site/public"))

        assert expected == tree_of(site.out)

    def test_of_an_edit(self, farm: Farm, site: DiskSite) -> None:
        """An edit through the cluster costs what it costs elsewhere, in either order."""
        site.build()
        change_style(site, 1)
        for number in range(ITEMS, ITEMS + 5):
            add_item(site, number)
        by_cluster = site.build(executor=farm.executor)
        again = site.build()

        assert site.clean() == tree_of(site.out)
        assert (5, 0, 0) == (by_cluster.work.parsed, again.work.parsed, again.work.rendered)

    def test_of_a_few(self, farm: Farm, site: DiskSite, monkeypatch: pytest.MonkeyPatch, at_call: Any) -> None:
        """What is not worth a pool is not worth a cluster either."""
        site.build(executor=farm.executor)
        monkeypatch.setattr(work, "FEW", 200)
        calls = at_call(0, lambda: None)
        site.sources()[0].write_text(site.sources()[0].read_text() + "\nMore.\n")
        report = site.build(executor=farm.executor)

        assert (1, 0) == (report.work.parsed, calls[0])
        assert site.clean() == tree_of(site.out)

    def test_of_lost_fragments(self, farm: Farm, site: DiskSite) -> None:
        """Bodies that are in the cache no more are converted again."""
        site.build(executor=farm.executor)
        shutil.rmtree(site.root / ".cache" / "fragments")
        change_style(site, 1)
        site.build(executor=farm.executor)

        assert site.clean() == tree_of(site.out)

    def test_as_verified(self, farm: Farm, site: DiskSite) -> None:
        """`--verify` holds them against a build of this machine."""
        site.build(executor=farm.executor)

        assert [] == list(verify.differences(site.options))


class TestDeaths:
    """Workers may die."""

    @pytest.mark.parametrize("call", [8, 25])
    def test_of_one(self, farm: Farm, site: DiskSite, expected: object, at_call: Any, call: int) -> None:
        """One worker is killed among the sources, or among the pages: the other one does its work."""
        calls = at_call(call, lambda: farm.kill(0))
        site.build(executor=farm.executor)

        assert expected == tree_of(site.out)
        assert (True, False) == (calls[0] > call, farm.workers[0].poll() is None)
        assert [] == site.rests()

    @pytest.mark.usefixtures("hasty")
    def test_of_all(self, farm: Farm, site: DiskSite, at_call: Any) -> None:
        """All of them are killed: the build ends, and the output is as it was."""
        site.build()
        before = tree_of(site.out)
        change_style(site, 1)
        at_call(4, lambda: farm.kill(0, 1))
        with pytest.raises(SiteError, match="has no worker: begin some"):
            site.build(executor=farm.executor)

        assert before == tree_of(site.out)
        assert [] == site.rests()

    def test_of_the_scheduler(self, tmp_path: Path) -> None:
        """The scheduler is killed: whoever waits is told."""
        farm = Farm(tmp_path)
        with Cluster(farm.executor) as workers:
            answer = workers.submit(sum, (1, 2))
            farm.scheduler.kill()
            with pytest.raises(SiteError, match="has gone, or does not answer"):
                answer.result()
        farm.close()

    def test_by_the_work(self, tmp_path: Path) -> None:
        """Work that kills its workers is not given to all of them."""
        farm = Farm(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0").staffed(1)
        with Cluster(farm.executor) as workers, pytest.raises(SiteError, match="died of it"):
            workers.submit(os._exit, 1).result()
        farm.close()

    def test_of_the_asker(self, farm: Farm, site: DiskSite, expected: object, at_call: Any) -> None:
        """Ctrl-C leaves the cluster as it was, fit for the next build."""

        def interrupt() -> None:
            raise KeyboardInterrupt

        at_call(20, interrupt)
        with pytest.raises(KeyboardInterrupt):
            site.build(executor=farm.executor)
        at_call(0, interrupt)
        site.build(executor=farm.executor)

        assert expected == tree_of(site.out)


class TestRefusals:
    """What cannot be is said in one line."""

    @pytest.mark.parametrize(
        "name", ["dask", "dask:", "dask:tcp://", "dask:tcp://127.0.0.1", "dask:tcp://h:0", "ray:tcp://127.0.0.1:8786"]
    )
    def test_no_address(self, site: DiskSite, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        """Another word than dask:ADDRESS is wrong usage, even when there is nothing to build."""
        site.build()
        status = cli.run(["build", "--root", str(site.root), "--executor", name])

        assert (2, "") == (status, capsys.readouterr().out)
        with pytest.raises(SiteError, match=f"no such executor: '{name}', expected dask:ADDRESS"):
            place_of(name)

    @pytest.mark.usefixtures("hasty")
    @pytest.mark.parametrize("is_listening", [False, True])
    def test_no_scheduler(self, site: DiskSite, *, is_listening: bool) -> None:
        """Where nobody listens, and where nobody answers, a build waits some seconds only."""
        with socket.socket() as port:
            port.bind(("127.0.0.1", 0))
            if is_listening:
                port.listen()
            place = f"tcp://127.0.0.1:{port.getsockname()[1]}"
            with pytest.raises(SiteError, match=f"no Dask scheduler at {place}: "):
                site.build(executor=f"dask:{place}")

    def test_no_keys(self, site: DiskSite) -> None:
        """An encrypted address needs keys, which Dask is told of in its own settings."""
        with pytest.raises(SiteError, match=r"no Dask scheduler at tls://127\.0\.0\.1:1: TLS expects"):
            site.build(executor="dask:tls://127.0.0.1:1")

    def test_in_a_process_of_its_own(self, site: DiskSite) -> None:
        """The command says one line and no more, though Dask has a lot to say."""
        code = "import sys; from csto_site.shell import cli, cluster, work; cluster.PATIENCE, work.FEW = 1, 1; "
        command = [sys.executable, "-c", f"{code} sys.exit(cli.run(sys.argv[1:]))"]
        arguments = ["build", "--root", str(site.root), "--executor", "dask:tcp://127.0.0.1:9"]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)

        assert (1, "") == (done.returncode, done.stdout)
        assert (True, 1) == (
            done.stderr.startswith("error: no Dask scheduler at tcp://127.0.0.1:9: "),
            done.stderr.count("\n"),
        )

    def test_no_library(self, site: DiskSite, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the library the extra is named that brings it."""
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(SiteError, match=r"needs the extra `cluster`: pip install 'csto-site\[cluster\]'"):
            site.build(executor="dask:tcp://127.0.0.1:9")

    @pytest.mark.usefixtures("hasty")
    def test_no_worker(self, farm: Farm, site: DiskSite) -> None:
        """A cluster without workers is given a moment to get one."""
        farm.staffed(0)
        with pytest.raises(SiteError, match="has no worker: begin some"):
            site.build(executor=farm.executor)

    def test_another_program(self, farm: Farm, site: DiskSite, tmp_path: Path) -> None:
        """A worker that runs another program is refused before it is given work, and named."""
        package = Path(csto_site.__file__).parent
        shutil.copytree(package, tmp_path / "other" / "csto_site")
        with (tmp_path / "other" / "csto_site" / "wording.py").open("a") as file:
            file.write("# changed\n")
        address = farm.hire(PYTHONPATH=str(tmp_path / "other"), CSTO_FENCED=str(site.root))
        with pytest.raises(SiteError, match=f"the worker {address} has other libraries, or another csto-site"):
            site.build(executor=farm.executor)

        assert not site.out.exists()

    def test_no_program(self, farm: Farm, site: DiskSite, tmp_path: Path) -> None:
        """A worker on whose machine csto-site is not installed is told from the others."""
        (tmp_path / "csto_site.py").write_text("raise ModuleNotFoundError(\"No module named 'csto_site'\")")
        address = farm.hire(PYTHONPATH=str(tmp_path), CSTO_FENCED=str(site.root))
        with pytest.raises(SiteError, match=f"the worker {address} cannot run csto-site: .*No module named"):
            site.build(executor=farm.executor)

    def test_one_that_comes_later(self, farm: Farm, site: DiskSite, tmp_path: Path, at_call: Any) -> None:
        """A worker that comes when the others were looked at is looked at as well."""
        package = Path(csto_site.__file__).parent
        shutil.copytree(package, tmp_path / "other" / "csto_site")
        (tmp_path / "other" / "csto_site" / "__init__.py").write_text('"""Later."""\n__version__ = "99"\n')

        def replace() -> None:
            farm.staffed(0).hire(PYTHONPATH=str(tmp_path / "other"), CSTO_FENCED=str(site.root))

        at_call(10, replace)  # a few before it are under way, and are lost with their workers
        with pytest.raises(SiteError, match="has csto-site 99, and we have "):
            site.build(executor=farm.executor)

    @pytest.mark.parametrize(
        ("theirs", "said"),
        [
            (Card("3.11.2", "1.0", "2026.1", "e"), ""),
            (Card("3.12.1", "1.0", "2026.1", "f"), "has Python 3.12.1, and we have 3.11.2"),
            (Card("3.11.2", "1.1", "2026.1", "f"), "has csto-site 1.1, and we have 1.0"),
            (Card("3.11.2", "1.0", "2026.2", "e"), "has distributed 2026.2, and we have 2026.1"),
            (Card("3.11.2", "1.0", "2026.1", "f"), "has other libraries, or another csto-site of the same version"),
            (ImportError("No module"), "cannot run csto-site: No module"),
        ],
    )
    def test_who_is_like_us(self, theirs: Card | Exception, said: str) -> None:
        """The first difference is named."""
        assert said == difference(Card("3.11.2", "1.0", "2026.1", "e"), theirs)
