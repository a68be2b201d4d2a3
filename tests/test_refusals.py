"""What the world refuses: one line that names it, nothing lost, the old output as it was, and the next build fine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from csto_site.model import Asset, Digest, OutPath, Output
from csto_site.shell import lock, scan, work
from csto_site.shell.cli import run
from csto_site.shell.errors import SiteError
from csto_site.shell.output import Folder
from csto_site.shell.places import Places
from csto_site.shell.staging import stage
from sites import DiskSite, change_style, small_site, tree_of

BOUND = ("setpriv", "--bounding-set", "-all") if os.geteuid() == 0 else ()
"""Starts a command that permissions bind, even if it is root's."""


class Ended(NamedTuple):
    """How a command ended, and what it said on stderr."""

    status: int
    err: str


def arguments(site: DiskSite, *more: str) -> list[str]:
    """Give the command line that builds a site."""
    return ["build", "--root", str(site.root), "--as-of", "2025-01-01", "--jobs", "1", *more]


def told(site: DiskSite, *more: str, by: Sequence[str] = ()) -> Ended:
    """Build with the command in a process of its own; `by` is a command that starts it."""
    command = [*by, sys.executable, "-m", "csto_site", *arguments(site, *more)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return Ended(ended.returncode, ended.stderr)


@pytest.fixture
def site(tmp_path: Path) -> DiskSite:
    """Give a small site that has been built, and then changed on every page."""
    site = small_site(tmp_path / "site", count=6)
    site.build()
    change_style(site, 1)
    return site


def mended(site: DiskSite) -> None:
    """Build, and see that all is as if nothing had happened."""
    assert site.build().written
    assert site.clean() == tree_of(site.out)
    assert site.rests() == []


# -- what a build reads ----------------------------------------------------------------------------


def folder_as_source(path: Path) -> None:
    path.mkdir(parents=True)


def link_to_nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def link_to_folder(path: Path) -> None:
    path.symlink_to("..")


def link_outside(path: Path) -> None:
    path.symlink_to(__file__)


OUTSIDE = "a link out of the site, which is not followed: put a copy there"


def pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("content/news/x.md", folder_as_source, "a folder with the name of a source"),
        ("templates/item.html", folder_as_source, "a folder with the name of a template"),
        ("templates/locales/ru.po", folder_as_source, "a folder with the name of a catalogue"),
        ("content/news/x.md", link_to_nowhere, "a link that leads to no file (No such file or directory)"),
        ("content/news/x.md", link_to_itself, "a link that leads to no file (Too many levels of symbolic links)"),
        ("content/news/x.md", pipe, "it is not a file"),
        ("content/x", link_to_folder, "a link to a folder, which is not followed"),
        ("static/x.png", link_to_nowhere, "a link that leads to no file (No such file or directory)"),
        ("templates/x.html", link_to_nowhere, "a link that leads to no file (No such file or directory)"),
        ("content/news/x.md", link_outside, OUTSIDE.partition(":")[0]),
        ("content/news/x.txt", link_outside, OUTSIDE.partition(":")[0]),
        ("static/x.txt", link_outside, OUTSIDE.partition(":")[0]),
        ("templates/x.html", link_outside, OUTSIDE.partition(":")[0]),
    ],
)
def test_unreadable(
    site: DiskSite, name: str, make: Callable[[Path], None], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can be neither read nor looked into is named; nothing is passed over in silence."""
    before = tree_of(site.out)
    make(site.root / name)

    assert run(arguments(site)) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"{name}: error[source/unreadable]: cannot be read: {reason}\n  = help: ")
    assert said.count("\n") == 2
    assert (tree_of(site.out), site.rests()) == (before, [])
    (site.root / name).rmdir() if reason.startswith("a folder") else (site.root / name).unlink()
    mended(site)


def forbidden(path: Path) -> None:
    path.touch(mode=0)


@pytest.mark.parametrize("make", [folder_as_source, link_to_nowhere, link_outside, forbidden])
def test_left_out(site: DiskSite, make: Callable[[Path], None]) -> None:
    """With keep-going a source that cannot be read is left out, until it can be."""
    source = site.root / "content/news/item-0.md"
    source.rename(site.root / "item-0")
    without = site.clean()
    make(source)

    for _ in range(2):  # the second time nothing has changed, and the same is said
        ended = told(site, "--keep-going", by=BOUND)
        assert (ended.status, tree_of(site.out), site.rests()) == (3, without, [])
        assert ended.err.startswith("content/news/item-0.md: error[source/unreadable]: cannot be read: ")
    source.rmdir() if make is folder_as_source else source.unlink()
    (site.root / "item-0").rename(source)
    mended(site)


@pytest.mark.parametrize("name", ["site.yaml", "static/assets/site.css", "templates/parts/head.html", "content/news"])
def test_not_left_out(site: DiskSite, name: str) -> None:
    """Without a template, a file or a folder nobody can tell what the site is, not even with keep-going."""
    before = tree_of(site.out)
    path = site.root / name
    mode = path.stat().st_mode
    path.chmod(0)
    ended = told(site, "--keep-going", by=BOUND)
    path.chmod(mode)

    assert (ended.status, tree_of(site.out)) == (1, before)


@pytest.mark.parametrize("name", ["site.yaml", "content", "static", "templates"])
def test_moved_outside(site: DiskSite, name: str, tmp_path: Path) -> None:
    """Nor may what the site consists of be a link to elsewhere, whoever made it: it would be published."""
    (site.root / name).rename(tmp_path / "elsewhere")
    (site.root / name).symlink_to(tmp_path / "elsewhere")
    ended = told(site)

    assert (ended.status, ended.err) == (1, f"error: cannot read {site.root / name}: {OUTSIDE}\n")


def test_link_inside(site: DiskSite) -> None:
    """A link to a file of the site is as good as the file; so is one below a content folder that lies elsewhere."""
    (site.root / "static/same.md").symlink_to("../content/news/item-0.md")

    assert run(arguments(site)) == 0
    assert (site.out / "same.md").read_bytes() == (site.root / "content/news/item-0.md").read_bytes()


@pytest.mark.parametrize("name", ["content/news/item-0.md", "site.yaml", "static/assets/site.css", "content/news"])
def test_forbidden(site: DiskSite, name: str) -> None:
    """A file or folder that may not be read is named."""
    path = site.root / name
    mode = path.stat().st_mode
    path.chmod(0)
    ended = told(site, by=BOUND)
    path.chmod(mode)

    assert (ended.status, ended.err.count("error")) == (1, 1)
    assert f"{name}" in ended.err
    assert "Permission denied" in ended.err


@pytest.mark.parametrize("command", ["check", "build"])
def test_all_that_is_unreadable(site: DiskSite, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All is named at once, in the form that was asked for."""
    link_to_nowhere(site.root / "content/x.md")
    folder_as_source(site.root / "content/y.md")
    link_to_folder(site.root / "static/z")

    assert run([command, "--root", str(site.root), "--format", "json"]) == 1
    found = [(each["code"], each["path"]) for each in json.loads(capsys.readouterr().err)]
    assert found == [("source/unreadable", name) for name in ("content/x.md", "content/y.md", "static/z")]


def test_name_that_is_no_text(site: DiskSite) -> None:
    """A file whose name is not UTF-8 is named as far as it can be."""
    path = os.fsencode(site.root) + b"/content/news/\xff.md"
    with open(path, "wb") as file:  # noqa: PTH123 - pathlib has no paths of bytes
        file.write(b"---\ntitle: x\ndate: 2024-01-01\n---\n\nText.\n")

    ended = told(site)

    problem = "content/news/\\xff.md: error[source/unreadable]: cannot be read: its name is not UTF-8\n"
    assert ended == (1, f"{problem}  = help: give it another name\n")
    os.unlink(path)  # noqa: PTH108 - as above
    mended(site)


def test_changed_while_it_was_copied(tmp_path: Path) -> None:
    """A file that is no longer the one whose digest stands in the manifest is not copied."""
    path = tmp_path / "picture.png"
    path.write_bytes(b"new")
    output = Output(OutPath("picture.png"), Asset(str(path), 3, Digest("0" * 64)))
    with pytest.raises(SiteError, match=r"picture\.png changed while the site was built: build again"):
        stage(tmp_path / "stage", output)


def test_changed_while_it_was_read(site: DiskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that is read twice, since its fragment could not be kept, must be the same both times."""
    shutil.rmtree(site.root / ".cache")
    site.write(".cache", "no folder")
    read, seen = scan.read, set()

    def read_changing(path: str) -> bytes:
        data = read(path)
        if str(path).endswith("item-0.md") and path in seen:
            return data + b"\nChanged.\n"
        seen.add(path)
        return data

    monkeypatch.setattr(scan, "read", read_changing)
    with pytest.raises(SiteError, match=r"content/news/item-0\.md changed while the site was built: build again"):
        site.build()


# -- what a build writes ---------------------------------------------------------------------------


def test_full(site: DiskSite) -> None:
    """A disk that takes no more: what fits of a file is not taken for the whole."""
    before = tree_of(site.out)
    ended = told(site, by=["sh", "-c", 'ulimit -f 8 && exec "$@"', "sh"])

    assert (ended.status, ended.err.count("error: ")) == (1, 1)
    assert ended.err.splitlines()[-1].startswith(f"error: cannot write {site.root}/.public.stage/")
    assert ended.err.splitlines()[-1].endswith(": File too large")
    assert (tree_of(site.out), site.rests()) == (before, [])
    mended(site)


@pytest.mark.parametrize("name", ["public", "public/news", "public/news/2024"])
def test_output_of_someone_else(site: DiskSite, name: str) -> None:
    """A folder of the output that takes no files is noticed before the first step, not after half of them."""
    folder = site.root / name
    folder.chmod(0o555)
    before = tree_of(site.out)
    ended = told(site, by=BOUND)

    message = f"error: cannot write into {folder}: it is read-only, or belongs to someone else\n"
    assert (ended.status, ended.err) == (1, message)
    assert (tree_of(site.out), site.rests()) == (before, [])
    folder.chmod(0o755)
    mended(site)


def test_closed_to_readers(site: DiskSite) -> None:
    """A page or file that someone has closed to readers is made again, and readable; another mode is theirs."""
    site.build()
    pages = [site.out / name for name in ("news/index.html", "robots.txt", "manifest.json")]
    for page in pages:
        page.chmod(0o600)
    (site.out / "all/index.html").chmod(0o755)
    written = site.build().written

    assert written
    assert (3, {0o644}) == (written.written, {page.stat().st_mode & 0o777 for page in pages})
    assert site.build().written == msgspec.structs.replace(written, written=0, kept=written.kept + 3)
    assert site.clean() == tree_of(site.out)


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("content/public", "lies in"),
        ("templates/public", "lies in"),
        (".git", "lies in git's own folder"),
        ("static", "holds the site's own files"),
        (".", "holds the site's own files"),
        ("..", "holds the site's own files"),
    ],
)
def test_output_among_the_sources(site: DiskSite, out: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An output that would be read as a source, or that would replace sources, is refused."""
    before = tree_of(site.root)

    assert run(arguments(site, "--out", str(site.root / out))) == 1
    assert why in capsys.readouterr().err
    assert tree_of(site.root) == before


@pytest.mark.parametrize(
    ("cache", "why"),
    [
        ("public", "would be published"),
        ("public/.cache", "would be published"),
        ("content/c", "lies in"),
        ("static", "holds the site's own files"),
        (".", "holds the site's own files"),
    ],
)
def test_cache_among_the_sources_or_outputs(
    site: DiskSite, cache: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A cache that would be published, or read as a source, is refused."""
    before = tree_of(site.root)

    assert run(arguments(site, "--cache", str(site.root / cache))) == 1
    assert why in (said := capsys.readouterr().err)
    assert "--cache" in said
    assert tree_of(site.root) == before


def test_parent_of_someone_else(site: DiskSite) -> None:
    """Where nothing can be put beside the output, nothing is built."""
    site.root.chmod(0o555)
    before = tree_of(site.out)
    ended = told(site, by=BOUND)
    site.root.chmod(0o755)

    assert ended == (1, f"error: cannot write {site.root}/.public.lock: Permission denied\n")
    assert tree_of(site.out) == before
    mended(site)


@pytest.mark.parametrize("place", ["site.yaml/public", "site.yaml/a/public"])
def test_below_a_file(site: DiskSite, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder cannot be made below a file."""
    assert run(arguments(site, "--out", str(site.root / place))) == 1
    assert capsys.readouterr().err.startswith(f"error: cannot write {site.root}/site.yaml")


def test_foreign_file(site: DiskSite, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that others put where a page is to be is named, and kept."""
    site.write("content/pages/about.md", "---\ntitle: About\n---\n\nText.\n")
    site.write("public/about/index.html", "mine")
    before = tree_of(site.out)

    assert run(arguments(site)) == 1
    message = f"error: {site.out}/about/index.html: not made by csto-site, and a page is to stand there: move it away\n"
    assert capsys.readouterr().err == message
    assert (tree_of(site.out), site.rests()) == (before, [])


def test_another_folder_in_place_of_the_output(site: DiskSite) -> None:
    """The memo gives no right to files of a folder in which nothing is left of the output."""
    shutil.rmtree(site.out)
    site.write("public/index.html", "mine")
    with pytest.raises(SiteError, match=r"index\.html: not made by csto-site"):
        site.build()

    assert tree_of(site.out) == {"index.html": b"mine"}
    (site.out / "index.html").unlink()
    mended(site)


def test_output_without_its_list(site: DiskSite) -> None:
    """What was altered by hand is mended, even where the list of all files is lost."""
    (site.out / "manifest.json").unlink()
    site.write("public/index.html", "altered")
    mended(site)


@pytest.mark.parametrize("has_error", [False, True])
def test_output_that_another_memo_speaks_of(site: DiskSite, tmp_path: Path, *, has_error: bool) -> None:
    """What the memo knows of one output gives no right to files of another, were one of them the same.

    Nor does a build into it that ended with an error.
    """
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "index.html").write_text("mine")
    (mine / "old").mkdir()
    (mine / "old" / "page.html").write_text("mine")
    site.build()
    same = (site.out / "robots.txt").read_bytes()
    (mine / "robots.txt").write_bytes(same)
    item = site.root / "content/news/item-0.md"
    before = item.read_text()
    if has_error:
        item.write_text(before.replace("date:", "date: x"))
        assert site.build(out=mine).written is None
        item.write_text(before)
    with pytest.raises(SiteError, match=r"index\.html: not made by csto-site"):
        site.build(out=mine)

    assert tree_of(mine) == {"index.html": b"mine", "old": None, "old/page.html": b"mine", "robots.txt": same}
    mended(site)


def test_two_outputs(site: DiskSite, tmp_path: Path) -> None:
    """One site may be built into two places in turn; each holds the whole."""
    for number in range(3):
        site.write("content/news/item-0.md", f"---\ntitle: Changed {number}\ndate: 2024-01-11\n---\n\nText.\n")
        out = (site.out, tmp_path / "other")[number % 2]
        site.build(out=out)

        assert tree_of(out) == site.clean()


def test_cache_that_cannot_be_written(site: DiskSite, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a cache a build is slower, and says so; that is all."""
    shutil.rmtree(site.root / ".cache")
    site.write(".cache", "no folder")

    assert run(arguments(site)) == 0
    noted = capsys.readouterr().err.splitlines()
    assert [line.partition(" (")[0] for line in noted] == [
        f"note: the memo {site.root}/.cache/memo cannot be read",
        "note: the memo cannot be written",
        "note: bodies cannot be kept",
    ]
    assert site.clean() == tree_of(site.out)


# -- who else is at work ---------------------------------------------------------------------------


def test_two_at_once(site: DiskSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A build that waits in vain names the one it has waited for."""
    held = lock.held
    monkeypatch.setattr(lock, "held", lambda path, what, _: held(path, what, 0.2))
    with Folder(site.out).locked():
        assert run(arguments(site)) == 1
    said = capsys.readouterr().err

    assert said.startswith(f"error: another build works on {site.out} (process {os.getpid()}, since ")
    assert said.endswith("): try again when it has ended\n")
    mended(site)


@pytest.mark.parametrize("moment", ["begun", "with workers", "at work"])
def test_interrupted(tmp_path: Path, moment: str) -> None:
    """Ctrl-C ends a build and its workers, just started or at work: one line, and no word from any of them."""
    site = small_site(tmp_path / "site", count=230)
    command = [sys.executable, "-m", "csto_site", *arguments(site), "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        has_come = {
            "begun": (site.root / ".public.lock").exists,
            "with workers": lambda: _children(process.pid) > 1,  # the first one only keeps the books
            "at work": (site.root / ".cache" / "fragments").exists,
        }
        while not has_come[moment]():
            _wait(process, 0.01)
        if moment == "with workers":
            _wait(process, 0.15)  # they are importing the program
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate()

    line = f"interrupted: {site.out} is whole, as it was or as it is to be\n"
    assert (process.returncode, said) in {(130, line), (-signal.SIGINT, "")}  # a shell sees no difference
    assert not site.out.exists()
    mended(site)  # a worker that was about to write may have left what the next build removes


@pytest.mark.parametrize("is_for_all", [False, True])
def test_terminated(tmp_path: Path, *, is_for_all: bool) -> None:
    """SIGTERM, to the build alone or to its workers as well, ends all of them with one line."""
    site = small_site(tmp_path / "site", count=230)
    command = [sys.executable, "-m", "csto_site", *arguments(site), "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        while not (site.root / ".cache" / "fragments").exists():
            _wait(process, 0.01)
        (os.killpg if is_for_all else os.kill)(process.pid, signal.SIGTERM)
        _, said = process.communicate()  # whose end is that of the last process which may write there

    assert (process.returncode, said) == (143, f"interrupted: {site.out} is whole, as it was or as it is to be\n")
    assert not site.out.exists()
    mended(site)


TERMINATED_IN_THE_SWITCH = """
import os, signal, sys
from csto_site.shell.cli import run

renames = []
def hook(event, arguments):
    if event == "os.rename" and (renames or str(arguments[1]).endswith(".journal")):
        renames.append(arguments)
        if len(renames) == 5:
            os.kill(os.getpid(), signal.SIGTERM)

sys.addaudithook(hook)
sys.exit(run(sys.argv[1:]))
"""


def test_terminated_in_the_switch(site: DiskSite) -> None:
    """Between two steps of the switch SIGTERM leaves a journal, which the next build completes."""
    command = [sys.executable, "-c", TERMINATED_IN_THE_SWITCH, *arguments(site)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    line = f"interrupted: {site.out} is half switched over: the next build completes that\n"
    assert (ended.returncode, ended.stderr) == (143, line)
    mended(site)


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)


def _children(process: int) -> int:
    parents = subprocess.run(["ps", "-A", "-o", "ppid="], capture_output=True, text=True, check=True).stdout
    return parents.split().count(str(process))


def test_worker_killed(site: DiskSite, tmp_path: Path) -> None:
    """When the system kills a worker the build ends, and says what may help."""

    class Dying(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            raise BrokenExecutor

    places = Places(site.root / "content", tmp_path / "packs", tmp_path / "stage", {})
    desk = work.Desk(places, Dying, left={}, name="x")
    with pytest.raises(SiteError, match="a worker process was killed, perhaps for want of memory: try fewer --jobs"):
        list(desk.parse(None, ["news/item-0.md"] * (work.FEW + 1)))  # type: ignore[arg-type] # no one will look at it


# -- mounts ----------------------------------------------------------------------------------------

WAYS = (("unshare", "--user", "--map-root-user", "--mount"), ("unshare", "--mount"))
"""Ways to mount what only a command's own children see: as anybody, and as root where that is refused."""


def can_mount(way: Sequence[str]) -> bool:
    """Tell whether this process may mount something in this way."""
    if not shutil.which(way[0]):
        return False
    return subprocess.run([*way, "mount", "-t", "tmpfs", "x", "/mnt"], capture_output=True, check=False).returncode == 0


NAMESPACE = next(filter(can_mount, WAYS), ())
mounting = pytest.mark.skipif(
    not NAMESPACE, reason="mounts are not allowed here; a limit of sizes and permissions have been tried all the same"
)


def by_mounts(site: DiskSite, mounts: str) -> list[str]:
    """Give a command that starts another with mounts in the site's folder, and keeps what `public/` holds then."""
    program = f'cd {site.root} && {mounts} && "$@"; status=$?; cp -a public seen; exit $status'
    return [*NAMESPACE, "sh", "-c", program, "sh"]


@mounting
def test_full_disk(site: DiskSite) -> None:
    """An output on a disk that is too small stays as it was, down to the lock."""
    before = tree_of(site.out)
    by = by_mounts(site, "mount -t tmpfs -o size=128k x public")
    ended = told(site, by=by)

    assert (ended.status, tree_of(site.root / "seen")) == (1, {})
    assert ended.err.startswith(f"error: cannot write {site.out}/.public.stage/")
    assert ended.err.endswith(": No space left on device\n")
    assert (tree_of(site.out), site.rests()) == (before, [])
    mended(site)


@mounting
def test_full_cache(site: DiskSite) -> None:
    """A full disk below the cache alone costs time, not the build."""
    by = by_mounts(site, "mount -t tmpfs -o size=4k,nr_inodes=2 x .cache")
    ended = told(site, by=by)

    assert ended.status == 0
    assert [line for line in ended.err.splitlines() if line.startswith(("error", "Traceback"))] == []
    assert "note: the memo cannot be written (No space left on device)" in ended.err
    assert site.clean() == tree_of(site.out)


@mounting
@pytest.mark.parametrize(
    ("mounts", "lock_file"),
    [
        ("mount --bind public public && mount -o remount,ro,bind public", "public/.public.lock"),
        ("mount --bind . . && cd $PWD && mount -o remount,ro,bind .", ".public.lock"),
    ],
)
def test_read_only(site: DiskSite, mounts: str, lock_file: str) -> None:
    """A disk that is mounted read-only, below the output or below all of the site."""
    before = tree_of(site.out)
    ended = told(site, by=by_mounts(site, mounts))

    assert ended.status == 1
    assert ended.err.splitlines()[0] == f"error: cannot write {site.root}/{lock_file}: Read-only file system"
    assert (tree_of(site.out), site.rests()) == (before, [])
    mended(site)


@mounting
@pytest.mark.parametrize("mount", ["mount --bind real public", "mount -t tmpfs x public && cp -a real/. public/"])
def test_mount_point(site: DiskSite, mount: str) -> None:
    """An output that is a mount point itself is switched like any other, be it of another disk or of this one."""
    shutil.copytree(site.out, site.root / "real")
    ended = told(site, by=by_mounts(site, mount))

    assert ended.status == 0
    assert tree_of(site.root / "seen") == site.clean()
    assert site.rests() == []
