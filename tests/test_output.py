"""The output folder: what is ours in it, how it is switched, and what is left when a switch is cut off at any step."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from csto_site.codec import digest_bytes
from csto_site.manifests import manifest
from csto_site.model import MANIFEST, Made, OutPath
from csto_site.shell import output, switch
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Written
from csto_site.shell.output import Folder
from csto_site.shell.switch import Switch
from sites import tree_of

Notes = Mapping[OutPath, Written]

OLD = {
    "index.html": "old assets/style.1.css",
    "news/a/index.html": "old assets/style.1.css",
    "news/b/index.html": "gone assets/style.1.css news/b/picture.png",
    "news/b/picture.png": "picture",
    "deep/er/still/index.html": "gone assets/style.1.css",
    "file": "a file that becomes a folder",
    "folder/in/it": "a folder that becomes a file",
    "folder/beside": "a folder that becomes a file",
    "same/index.html": "same",
    "assets/style.1.css": "old",
    "feed.json": "old",
}
NEW = {
    "index.html": "new assets/style.2.css",
    "news/a/index.html": "new assets/style.2.css",
    "news/c/d/index.html": "new assets/style.2.css",
    "file/index.html": "new assets/style.2.css",
    "folder": "a file",
    "same/index.html": "same",
    "assets/style.2.css": "new",
    "feed.json": "new",
}


def whole(tree: Mapping[str, str]) -> dict[OutPath, bytes]:
    """Give a tree with its manifest."""
    files = {OutPath(path): text.encode() for path, text in tree.items()}
    return files | {MANIFEST: manifest(made_of(files).values())}


def made_of(files: Mapping[OutPath, bytes]) -> dict[OutPath, Made]:
    return {path: Made(path, digest_bytes(data), len(data)) for path, data in files.items()}


def staged(folder: Folder, tree: Mapping[str, str], known: Notes) -> Switch:
    """Stage a tree as a build does, without what lies there already, and plan the switch to it."""
    files = whole(tree)
    left = folder.left(known)
    for path, data in files.items():
        if path not in left or left[path].digest != digest_bytes(data):
            (folder.stage / path).parent.mkdir(parents=True, exist_ok=True)
            (folder.stage / path).write_bytes(data)
    return folder.switch(made_of(files), left, known.keys())


def put(out: Path, tree: Mapping[str, str], known: Notes | None = None) -> Notes:
    """Make the output hold a tree, as a build does from beginning to end; gives what its memo would note."""
    folder = Folder(out, grace=0)
    with folder.locked():
        folder.recover()
        try:
            folder.commit(staged(folder, tree, known or {}))
        finally:
            folder.discard()
        return folder.stamped(made_of(whole(tree)).values(), folder.left(known or {}), {})


def lying(out: Path) -> dict[str, str]:
    """Read the files of an output, but for its manifest; folders that hold nothing count."""
    found = {path: data for path, data in tree_of(out).items() if path != MANIFEST}
    empty = {path for path in found if found[path] is None and not any(each.startswith(path + "/") for each in found)}
    return {path: (data or b"").decode() for path, data in found.items() if data is not None or path in empty}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "public"


def beside(out: Path) -> list[str]:
    """Name what lies beside an output."""
    return sorted(each.name for each in out.parent.iterdir() if each != out)


class TestLeft:
    """Which files of the output are as they were left."""

    def test_nothing(self, out: Path) -> None:
        """Nothing is left where there is no output."""
        assert Folder(out).left({}) == {}

    def test_as_it_was(self, out: Path) -> None:
        """A file that nobody touched is known by its note."""
        notes = put(out, OLD)

        assert Folder(out).left(notes).keys() == whole(OLD).keys()

    def test_as_it_is_now(self, out: Path) -> None:
        """What was moved over another file is noted with its own bytes: nobody looks for the old ones."""
        notes = put(out, OLD)
        folder = Folder(out, grace=0)
        left = folder.left(notes)
        folder.commit(staged(folder, NEW, notes))
        now = folder.stamped(made_of(whole(NEW)).values(), left, {})

        assert Folder(out).left(now).keys() == whole(NEW).keys()

    def test_removed_before_it_was_noted(self, out: Path) -> None:
        """A file that someone takes away between its move and the note of it ends no build, and is not left."""
        folder = Folder(out)
        folder.commit(staged(folder, OLD, {}))
        (out / "index.html").unlink()
        notes = folder.stamped(made_of(whole(OLD)).values(), {}, {})

        assert Folder(out).left(notes).keys() == whole(OLD).keys() - {"index.html"}

    def test_by_the_manifest(self, out: Path) -> None:
        """Without a memo the manifest says which files there are, and their bytes are read."""
        put(out, OLD)
        (out / "index.html").write_text("by hand")
        left = Folder(out).left({})

        assert left.keys() == whole(OLD).keys() - {"index.html"}
        assert left[OutPath("feed.json")].digest == hashlib.sha256(b"old").hexdigest()

    @pytest.mark.parametrize("text", ["by hand", "old assets/style.9.css"])
    def test_altered(self, out: Path, text: str) -> None:
        """A file with other bytes is not left, not even with its old size and time."""
        notes = put(out, OLD)
        page = out / "index.html"
        status = page.stat()
        page.write_text(text)
        os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))

        assert OutPath("index.html") not in Folder(out).left(notes)

    def test_altered_before_it_was_noted(self, out: Path) -> None:
        """A file that someone writes into between its move and the note of it is not left either."""
        folder = Folder(out)
        folder.commit(staged(folder, OLD, {}))
        (out / "index.html").write_text("old assets/style.9.css")
        past = time.monotonic() + 0.05
        while time.monotonic() < past:
            pass  # as long as a pause for readers may take, it is no longer as new as the note
        notes = folder.stamped(made_of(whole(OLD)).values(), {}, {})

        assert OutPath("index.html") not in Folder(out).left(notes)

    def test_touched(self, out: Path) -> None:
        """A file that was only touched is left, and its new stamp is noted unless it is as new as the look."""
        notes = put(out, OLD)
        os.utime(out / "index.html", (1, 1))

        assert Folder(out).left(notes)[OutPath("index.html")].digest == notes[OutPath("index.html")].digest

    def test_another_thing(self, out: Path) -> None:
        """A folder or a link to nowhere in a file's place is none of ours."""
        notes = put(out, OLD)
        for name in ("index.html", "feed.json"):
            (out / name).unlink()
        (out / "index.html").mkdir()
        (out / "feed.json").symlink_to("nowhere")

        assert Folder(out).left(notes).keys() == whole(OLD).keys() - {"index.html", "feed.json"}

    def test_suspect_manifest(self, out: Path) -> None:
        """A manifest that names files elsewhere is not believed."""
        out.mkdir()
        (out.parent / "secret").write_text("x")
        data = manifest([Made(OutPath("../secret"), digest_bytes(b"x"), 1)])
        (out / MANIFEST).write_bytes(data)

        assert Folder(out).left({}) == {}


class TestSwitch:
    """From one output to the next."""

    def test_none_before(self, out: Path) -> None:
        """Where there was no output the staging folder becomes it in one step, folders above it included."""
        out = out / "below" / "public"
        folder = Folder(out)
        planned = staged(folder, OLD, {})
        folder.commit(planned)

        assert (planned.is_whole, len(planned.moved)) == (True, len(whole(OLD)))
        assert (lying(out), beside(out)) == (OLD, [])

    def test_empty_folder(self, out: Path) -> None:
        """An empty folder is filled and stays the folder that it was: someone may be serving it."""
        out.mkdir(0o755)
        before = out.stat()
        put(out, OLD)

        assert (lying(out), beside(out)) == (OLD, [])
        assert out.stat().st_ino == before.st_ino

    @pytest.mark.parametrize("is_known", [True, False])
    def test_only_what_differs(self, out: Path, *, is_known: bool) -> None:
        """Only bytes that differ are moved, with a memo or without; what is there already stays untouched."""
        notes = put(out, OLD)
        before = (out / "same/index.html").stat()
        put(out, NEW, notes if is_known else {})

        assert (lying(out), beside(out)) == (NEW, [])
        assert (out / "same/index.html").stat().st_ino == before.st_ino

    def test_back_again(self, out: Path) -> None:
        """Files become folders, folders files, and back."""
        put(out, OLD, put(out, NEW, put(out, OLD)))

        assert lying(out) == OLD

    def test_nothing_to_do(self, out: Path) -> None:
        """When nothing differs, nothing is written, not even a journal."""
        notes = put(out, OLD)
        planned = staged(Folder(out), OLD, notes)

        assert (planned.has_steps, planned.moved) == (False, ())

    def test_staged_in_vain(self, out: Path) -> None:
        """What was staged with the bytes that lie there is not moved."""
        notes = put(out, OLD)
        folder = Folder(out)
        (folder.stage / "same").mkdir(parents=True)
        (folder.stage / "same/index.html").write_text("same")

        assert not staged(folder, OLD, notes).has_steps

    def test_altered(self, out: Path) -> None:
        """What someone changed in our files, links included, is put right."""
        notes = put(out, OLD)
        (out / "index.html").write_text("by hand")
        (out / "feed.json").unlink()
        (out / "feed.json").symlink_to("same/index.html")
        (out / "news/a/index.html").unlink()
        (out / "news/a").rmdir()
        put(out, OLD, notes)

        assert (lying(out), (out / "feed.json").is_symlink()) == (OLD, False)

    def test_no_manifest(self, out: Path) -> None:
        """Without the manifest the memo says which files are ours."""
        notes = put(out, OLD)
        (out / MANIFEST).write_text("{")
        put(out, NEW, notes)

        assert lying(out) == NEW

    def test_moves_in_order(self, out: Path) -> None:
        """What pages load comes first, then pages, the manifest last; pages go before what they loaded."""
        planned = staged(Folder(out), NEW, put(out, OLD))
        kinds = [("page" if path.endswith(".html") else path) for path in planned.moved]

        assert kinds == ["assets/style.2.css", "feed.json", "folder", *["page"] * 4, MANIFEST]
        assert planned.cleared == ("file", "folder/beside", "folder/in/it")
        assert planned.removed[:2] == ("deep/er/still/index.html", "news/b/index.html")
        assert set(planned.removed[2:]) == {"assets/style.1.css", "news/b/picture.png"}

    def test_vanished(self, out: Path) -> None:
        """A file that should have been staged and is not there ends the build before anything is changed."""
        put(out, OLD)
        folder = Folder(out)
        with pytest.raises(SiteError, match="has vanished"):
            folder.switch(made_of(whole(NEW)), folder.left({}))


class TestForeign:
    """What others put into the output."""

    def test_untouched(self, out: Path) -> None:
        """A foreign file stays, whatever becomes of the files around it; so does its folder."""
        notes = put(out, OLD)
        (out / "deep/er/note.txt").write_text("mine")
        (out / "CNAME").write_text("news.example.org")
        put(out, NEW, notes)

        assert lying(out) == NEW | {"deep/er/note.txt": "mine", "CNAME": "news.example.org"}

    @pytest.mark.parametrize(
        "name",
        ["news/c/d/index.html", "news/c", "news/c/d/index.html/note", "file/index.html", "folder/note", "index.html/x"],
    )
    def test_in_the_way(self, out: Path, name: str) -> None:
        """A foreign file where a page, or a folder for it, is to be: an error that names it, and nothing changes."""
        notes = put(out, OLD)
        for path in (out / "file", out / "index.html"):
            if name.startswith(path.name + "/"):
                path.unlink()
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine")
        before = tree_of(out)
        with pytest.raises(SiteError, match=f"{out / name}: not made by csto-site"):
            put(out, NEW, notes)

        assert (tree_of(out), beside(out)) == (before, [])

    def test_link_in_the_way(self, out: Path) -> None:
        """A link that leads nowhere stands in the way like a file."""
        notes = put(out, OLD)
        (out / "news/c").symlink_to("nowhere")
        with pytest.raises(SiteError, match=f"{out / 'news/c'}: not made by csto-site"):
            put(out, NEW, notes)

    @pytest.mark.parametrize("pages", [NEW, {"index.html": OLD["index.html"]}, OLD | {"news/a/index.html": "other"}])
    def test_link_out_of_it(self, out: Path, tmp_path: Path, pages: dict[str, str]) -> None:
        """A folder on the way that leads elsewhere: nothing is written there, and nothing removed."""
        notes = put(out, OLD)
        (out / "news").rename(tmp_path / "elsewhere")
        (out / "news").symlink_to("../elsewhere")
        before = tree_of(tmp_path / "elsewhere")
        with pytest.raises(SiteError, match=f"{out / 'news'}: not made by csto-site"):
            put(out, pages, notes)

        assert tree_of(tmp_path / "elsewhere") == before

    def test_link_within_it(self, out: Path) -> None:
        """One that leads to another folder of the output is no other place."""
        notes = put(out, OLD)
        (out / "news").rename(out / "kept")
        (out / "news").symlink_to("kept")
        put(out, NEW, notes)

        assert (out / "news").is_symlink()

    def test_several(self, out: Path) -> None:
        """The first is named, the others are counted."""
        notes = put(out, OLD)
        (out / "assets/style.2.css").write_text("mine")
        (out / "news/c").write_text("mine")
        with pytest.raises(SiteError, match=r"style\.2\.css and 1 more: not made by csto-site"):
            put(out, NEW, notes)

    def test_folder_of_someone(self, out: Path) -> None:
        """A folder that csto-site never wrote into keeps its files, though there is a page of that name to be made."""
        out.mkdir()
        (out / "index.html").write_text("mine")
        with pytest.raises(SiteError, match=r"index\.html: not made by csto-site"):
            put(out, NEW)

        assert lying(out) == {"index.html": "mine"}

    def test_empty_folders_in_the_way(self, out: Path) -> None:
        """Empty folders where a file is to be give way: there is nothing in them to lose."""
        notes = put(out, OLD)
        (out / "assets/style.2.css/empty/folders").mkdir(parents=True)
        put(out, NEW, notes)

        assert lying(out) == NEW

    def test_folder_in_place_of_a_file_to_be_removed(self, out: Path) -> None:
        """Where a file of ours was to be removed and someone has made a folder, the folder stays."""
        notes = put(out, OLD)
        (out / "news/b/picture.png").unlink()
        (out / "news/b/picture.png").mkdir()
        (out / "news/b/picture.png/note").write_text("mine")
        put(out, NEW, notes)

        assert lying(out) == NEW | {"news/b/picture.png/note": "mine"}


class TestPlace:
    """Where the output may lie."""

    def test_link(self, out: Path, tmp_path: Path) -> None:
        """A link to the output is followed: it stays a link, and the rests lie beside what it leads to."""
        (tmp_path / "real").mkdir()
        out.symlink_to("real")
        notes = put(out, OLD)
        put(out, NEW, notes)

        assert (out.is_symlink(), lying(tmp_path / "real"), beside(out)) == (True, NEW, ["real"])

    def test_link_to_nowhere(self, out: Path, tmp_path: Path) -> None:
        """A link to a folder that is yet to be made makes it."""
        out.symlink_to("site/real")
        put(out, OLD)

        assert (out.is_symlink(), lying(tmp_path / "site/real")) == (True, OLD)

    def test_one_lock_for_a_folder_and_a_link_to_it(self, out: Path, tmp_path: Path) -> None:
        """Whoever comes by the link waits for whoever has come by the folder."""
        put(out, OLD)
        (tmp_path / "link").symlink_to("public")
        with Folder(out).locked(), pytest.raises(SiteError, match="another build"), Folder(tmp_path / "link").locked(0):
            pass

    def test_file(self, out: Path) -> None:
        """A file where the output should be is named, and kept."""
        out.write_text("mine")
        with pytest.raises(SiteError, match=f"{out} is not a folder"):
            put(out, OLD)

        assert (out.read_text(), beside(out)) == ("mine", [])

    def test_another_disk(self, tmp_path: Path) -> None:
        """On a disk of its own the output holds its staging folder itself, for renames cannot leave a disk."""
        memory = Path("/dev/shm")  # noqa: S108 - the one place of which tests can know that it is another disk
        if not os.access(memory, os.W_OK) or memory.stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("no second disk here")
        folder = memory / f"csto-site-test-{os.getpid()}"
        folder.mkdir()
        try:
            (tmp_path / "public").symlink_to(folder)
            put(tmp_path / "public", NEW, put(tmp_path / "public", OLD))

            assert (lying(folder), beside(tmp_path / "public")) == (NEW, [])
        finally:
            subprocess.run(["rm", "-r", folder], check=True)


# -- cut off at any step ---------------------------------------------------------------------------


class Cut(BaseException):
    """The moment at which everything stops."""


STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}
_watchers: list[Callable[[], None]] = []


def _hook(event: str, _: tuple[Any, ...]) -> None:
    if event in STEPS and _watchers:
        _watchers[-1]()


@contextmanager
def watched(watcher: Callable[[], None]) -> Iterator[None]:
    """Call something before each step on disk."""
    if _hook not in _installed:
        sys.addaudithook(_hook)  # it can never be taken away again
        _installed.append(_hook)
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.pop()


_installed: list[object] = []


def cut(out: Path, tree: Mapping[str, str], known: Notes, step: int) -> bool:
    """Switch to a tree, but stop before a step of the switch; tell whether it came to that."""
    folder = Folder(out, grace=0)
    planned = staged(folder, tree, known)
    steps = iter(range(step))

    def stop() -> None:
        if next(steps, None) is None:
            raise Cut

    with watched(stop):
        try:
            folder.commit(planned)
        except Cut:
            return True
    return False


class TestCutOff:
    """A switch that ends at any of its steps is completed by whoever comes next."""

    def test_at_each_step(self, tmp_path: Path) -> None:
        """Before the journal is on the disk nothing has changed; from then on all of it will be."""
        step, found = 0, []
        while True:
            out = tmp_path / str(step) / "public"
            notes = put(out, OLD)
            if not cut(out, NEW, notes, step):
                break
            found.append(Folder(out, grace=0).recover())
            assert (step, lying(out), beside(out)) == (step, NEW if step else OLD, [])
            put(out, NEW, notes)
            assert (step, lying(out)) == (step, NEW)
            step += 1

        first, *rest = found
        assert (first, rest) == (False, sorted(rest, reverse=True))  # at the end, only the staging folder goes
        assert sum(found) > 25

    def test_twice(self, tmp_path: Path) -> None:
        """The completion may be cut off as well."""
        for step in range(1, 25):
            out = tmp_path / str(step) / "public"
            cut(out, NEW, put(out, OLD), step)
            budget = iter(range(step // 2))

            def stop(budget: Iterator[int] = budget) -> None:
                if next(budget, None) is None:
                    raise Cut

            with watched(stop), pytest.raises(Cut):
                Folder(out, grace=0).recover()
            Folder(out, grace=0).recover()

            assert (step, lying(out), beside(out)) == (step, NEW, [])

    def test_by_an_exception(self, out: Path) -> None:
        """A switch that Ctrl-C ends keeps what it staged: the build's own clearing up must not take that away."""
        notes = put(out, OLD)
        folder = Folder(out, grace=0)
        planned = staged(folder, NEW, notes)
        (out / "news/a/index.html").unlink()
        (out / "news/a/index.html/mine").mkdir(parents=True)
        (out / "news/a/index.html/mine/note").write_text("it came in between")
        with pytest.raises(SiteError, match=r"cannot write .*news/a/index\.html.*: Directory not empty; some files"):
            folder.commit(planned)
        folder.discard()
        with pytest.raises(SiteError, match=r"news/a/index\.html.*: Directory not empty; the switch that was cut off"):
            Folder(out).recover()
        (out / "news/a/index.html/mine/note").unlink()

        assert Folder(out, grace=0).recover()
        assert (lying(out), beside(out)) == (NEW, [])

    def test_by_a_file_that_cannot_be_removed(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A page that stays where it should go is not passed over: the switch is completed when that is mended."""
        notes = put(out, OLD)
        folder = Folder(out, grace=0)
        planned = staged(folder, NEW, notes)

        def refuse(path: str) -> None:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), path)

        with monkeypatch.context() as patched:
            patched.setattr(os, "unlink", refuse)
            with pytest.raises(SiteError, match="Operation not permitted; some files"):
                folder.commit(planned)

        assert Folder(out, grace=0).recover()
        assert (lying(out), beside(out)) == (NEW, [])

    def test_new_files_are_ours_afterwards(self, out: Path) -> None:
        """A build with the memo of before the cut knows the files that the completed switch brought."""
        notes = put(out, OLD)
        cut(out, NEW, notes, 9)
        put(out, OLD, notes)

        assert (lying(out), beside(out)) == (OLD, [])

    @pytest.mark.parametrize("name", [".public.journal.part", ".public.stage/17f/index.html", ".public.stage"])
    def test_rests(self, out: Path, name: str) -> None:
        """What a build left that did not come to its switch is removed."""
        put(out, OLD)
        (out.parent / name).parent.mkdir(exist_ok=True, parents=True)
        (out.parent / name).write_text("rest")

        assert Folder(out).recover() is False
        assert [each for each in beside(out) if not (out.parent / each).is_file() or each.endswith(".part")] == []

    def test_a_journal_is_on_the_disk_before_it_counts(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """All its bytes are, before it takes its name: else a power cut may leave steps that nobody knows of."""
        journal = tmp_path / "journal"
        synced = []
        monkeypatch.setattr(os, "fsync", lambda file: synced.append((os.fstat(file).st_size, journal.exists())))
        switch.write_journal(journal, Switch("x", removed=(OutPath("index.html"),)))

        assert [(journal.stat().st_size, False)] == synced

    def test_unfinished_journal(self, out: Path) -> None:
        """A journal whose bytes did not all reach the disk was never acted upon."""
        put(out, OLD)
        journal = Folder(out).journal
        switch.write_journal(journal, Switch("x", removed=(OutPath("index.html"),)))
        journal.write_bytes(journal.read_bytes()[:-1])

        assert Folder(out).recover() is False
        assert (lying(out), beside(out)) == (OLD, [])

    @pytest.mark.parametrize(
        "steps",
        [
            Switch("x", removed=(OutPath("../secret"),)),
            Switch("x", cleared=(OutPath("../secret"),)),
            Switch("x", moved=(OutPath("../secret"),)),
            Switch("../..", moved=(OutPath("secret"),)),
        ],
    )
    def test_suspect_journal(self, out: Path, steps: Switch) -> None:
        """A journal that reaches out of the output is not obeyed."""
        put(out, OLD)
        secret = out.parent / "secret"
        secret.write_text("x")
        switch.write_journal(Folder(out).journal, steps)
        with pytest.raises(SiteError, match=r"\.public\.journal is of another version"):
            Folder(out).recover()

        assert secret.exists()


# -- readers ---------------------------------------------------------------------------------------


class TestReader:
    """Someone reads while the output is switched."""

    def test_whole_at_each_step(self, out: Path) -> None:
        """Before every step each page that is there has what it loads."""
        folder = Folder(out, grace=0)
        planned = staged(folder, NEW, put(out, OLD))
        looks = []

        def look() -> None:
            loaded = [out / name for page in out.rglob("*.html") for name in page.read_text().split()[1:]]
            assert [name for name in loaded if not name.exists()] == []
            looks.append(loaded)

        with watched(look):
            folder.commit(planned)

        assert len(looks) > 20

    def test_grace(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What old pages load goes only when they have been gone for a while, and all else is done."""
        folder = Folder(out, grace=7)
        planned = staged(folder, NEW, put(out, OLD))
        while_waiting = {}

        def wait(seconds: float) -> None:
            while_waiting[seconds] = lying(out)

        monkeypatch.setattr("csto_site.shell.switch.time.sleep", wait)
        folder.commit(planned)
        loaded = {path: OLD[path] for path in ("assets/style.1.css", "news/b/picture.png")}

        assert while_waiting == {7: NEW | loaded}

    @pytest.mark.parametrize("name", ["picture.png", "script.js", "style.css", "font.woff2"])
    def test_grace_where_pages_only_go(self, out: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """Whoever has just fetched a page that goes is still to ask for what it loads, though no other page comes."""
        stays = {"index.html": "same"}
        notes = put(out, stays | {"b/index.html": f"gone {name}", f"b/{name}": "loaded"})
        while_waiting = []
        monkeypatch.setattr("csto_site.shell.switch.time.sleep", lambda _: while_waiting.append(lying(out)))
        folder = Folder(out)
        folder.commit(staged(folder, stays, notes))

        assert ([stays | {f"b/{name}": "loaded"}], stays) == (while_waiting, lying(out))

    @pytest.mark.parametrize(
        "tree", [OLD | {"index.html": "changed"}, {k: v for k, v in OLD.items() if k != "feed.json"}]
    )
    def test_no_grace(self, out: Path, tree: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody waits when nothing goes that a page could load."""
        notes = put(out, OLD)
        folder = Folder(out)
        monkeypatch.setattr("csto_site.shell.switch.time.sleep", lambda _: pytest.fail("waited"))
        folder.commit(staged(folder, tree, notes))

        assert lying(out) == tree


# -- the lock --------------------------------------------------------------------------------------


class TestLock:
    """Two builds at once."""

    def test_waits(self, out: Path) -> None:
        """The second build waits until the first has ended, and leaves no lock behind."""
        order = []
        first = Folder(out).locked()
        first.__enter__()

        def second() -> None:
            with Folder(out).locked(60):
                order.append("second")

        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        order.append("first")
        first.__exit__(None, None, None)
        thread.join()

        assert (order, beside(out)) == (["first", "second"], [])

    def test_names_the_holder(self, out: Path) -> None:
        """Patience has an end; the error says who holds the output."""
        message = rf"another build works on {out} \(process {os.getpid()}, since 20"
        with Folder(out).locked(), pytest.raises(SiteError, match=message), Folder(out).locked(0.2):
            pass

    def test_dead_holder(self, out: Path) -> None:
        """A holder that was killed holds nothing: its lock file is only a file."""
        program = f"""if True:
            import os, pathlib, signal
            from csto_site.shell.output import Folder
            with Folder(pathlib.Path({str(out)!r})).locked():
                os.kill(os.getpid(), signal.SIGKILL)
        """
        subprocess.run([sys.executable, "-c", program], check=False)
        assert beside(out) == [".public.lock"]
        with Folder(out).locked(0):
            pass

        assert beside(out) == []

    def test_patience(self) -> None:
        """A build waits a minute for another one."""
        assert output.PATIENCE == 60
