"""Builds from disk to disk: what is remembered of the last one must be what it was made of."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

import drawn
from csto_site.model import OutPath, Output
from csto_site.shell import build, making, scan, staging, work
from csto_site.shell.build import Options, Report
from csto_site.shell.cli import INCOMPLETE, run
from csto_site.shell.errors import SiteError

AS_OF = 1_735_689_600  # 2025-01-01
SETTINGS = """\
title: Sample news
url: https://news.example.org/
id_authority: news.example.org,2024
sections: {news: News}
"""
STORM = """\
---
title: Storm
date: 2024-05-01
---

The wind is rising.
"""
BROKEN = STORM.replace("2024-05-01", "next tuesday")
TEMPLATE = (Path(__file__).parent.parent / "templates/base.html").read_text(encoding="utf-8")


class Site:
    """A site in a folder, and its output."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.save("site.yaml", SETTINGS)
        self.save("content/news/storm.md", STORM)

    def save(self, name: str, text: str | bytes) -> Path:
        place = self.root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return place

    def build(self, **changes: object) -> Report:
        """Build, with some options other than usual."""
        options = Options(root=self.root, out=self.root / "public", as_of=AS_OF, jobs=1, grace=0)
        return build.run(msgspec.structs.replace(options, **changes))

    def page(self, path: str = "news/2024/storm/index.html") -> str:
        return (self.root / "public" / path).read_text(encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def changed_after_the_look(monkeypatch: pytest.MonkeyPatch, place: Path, text: str) -> Callable[[], None]:
    """Write a text into a file right after the next build has looked at it; gives what ends that."""
    digest_of = scan.digest_of

    def digested(path: str) -> str:
        found = digest_of(path)
        if path == str(place):
            place.write_text(text, encoding="utf-8")
        return found

    monkeypatch.setattr(scan, "digest_of", digested)
    return monkeypatch.undo


def test_a_source_that_changes_back(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that changes between the look and the reading, and back before the next build, is not taken for read."""
    site.build()
    place = site.save("content/news/storm.md", STORM.replace("rising", "sinking"))
    undo = changed_after_the_look(monkeypatch, place, STORM.replace("rising", "turning"))
    site.build()
    undo()
    assert "The wind is turning." in site.page()
    site.save("content/news/storm.md", STORM.replace("rising", "sinking"))
    site.build()

    assert "The wind is sinking." in site.page()


@pytest.mark.parametrize("name", ["templates/base.html", "site.yaml"])
def test_a_file_that_changes_while_it_is_read(site: Site, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A build that reads another template or other settings than it looked at is refused: its memo would be wrong."""
    text = {"templates/base.html": TEMPLATE, "site.yaml": SETTINGS}[name]
    place = site.save(name, text)
    site.build()
    place.write_text(text + "\n", encoding="utf-8")
    changed_after_the_look(monkeypatch, place, text + "\n\n")

    with pytest.raises(SiteError, match="changed while the site was built: build again"):
        site.build()


def git(root: Path, *arguments: str) -> None:
    """Run git as nobody in particular."""
    names = ["-c", "user.name=Sample", "-c", "user.email=sample@example.org"]
    subprocess.run(["git", *names, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(site: Site) -> Site:
    """A site under git, whose item has an error since its last revision."""
    git(site.root, "init", "--quiet")
    git(site.root, "add", "site.yaml", "content")
    git(site.root, "commit", "--quiet", "--message", "Begin")
    site.save("content/news/storm.md", BROKEN)
    return site


def test_last_good_is_not_taken_for_the_source(repository: Site) -> None:
    """What was read from the last good revision is not taken for the bytes of the file, which still has its error."""
    report = repository.build(last_good="HEAD")
    assert ("news/storm.md",) == report.restored
    report = repository.build()

    assert (["date/unreadable"], None) == ([each.code for each in report.diagnostics], report.written)


def test_last_good_is_incomplete(repository: Site) -> None:
    """Whoever runs a command is told by its status that the site is not what its files say."""
    assert INCOMPLETE == run(["build", "--root", str(repository.root), "--jobs", "1", "--last-good", "HEAD"])


def test_last_good_of_an_older_file(repository: Site) -> None:
    """Nor is it where the file is so old that the look at it is remembered, and no build had seen it before."""
    time.sleep(0.05)
    assert ("news/storm.md",) == repository.build(last_good="HEAD").restored
    report = repository.build()

    assert (["date/unreadable"], None) == ([each.code for each in report.diagnostics], report.written)


def test_last_good_of_what_is_not_in_it(repository: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new source with an error has no old text: it is left out, in whichever language git says so."""
    monkeypatch.setenv("LANGUAGE", "de")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    repository.save("content/news/new.md", BROKEN)
    report = repository.build(last_good="HEAD")

    assert (("news/storm.md",), (("content/news/new.md", ""),)) == (report.restored, report.left_out)


def test_last_good_of_what_cannot_be_read(repository: Site) -> None:
    """A source that cannot be read is read as it was in a revision, too."""
    source = repository.root / "content/news/storm.md"
    source.unlink()
    source.symlink_to("nowhere")
    report = repository.build(last_good="HEAD")

    assert (("news/storm.md",), ()) == (report.restored, report.left_out)
    assert repository.page()


def test_last_good_that_is_none(repository: Site) -> None:
    """An unknown revision is refused at once, even where nothing has to be read from it."""
    repository.save("content/news/storm.md", STORM)

    with pytest.raises(SiteError, match="--last-good nope: no revision"):
        repository.build(last_good="nope")
    assert not (repository.root / "public").exists()


def test_last_good_is_said_again(repository: Site) -> None:
    """A second build from the last good revision says again which items are not as they lie there."""
    repository.build(last_good="HEAD")

    assert ("news/storm.md",) == repository.build(last_good="HEAD").restored


def test_last_good_moves(repository: Site) -> None:
    """The name of a revision may come to mean another one, though no file of the site changes."""
    repository.build(last_good="HEAD")
    repository.save("content/news/storm.md", STORM.replace("rising", "sinking"))
    git(repository.root, "commit", "--quiet", "--all", "--message", "Edit")
    repository.save("content/news/storm.md", BROKEN)
    repository.build(last_good="HEAD")

    assert "The wind is sinking." in repository.page()


def test_a_file_name_that_is_no_text(site: Site) -> None:
    """A file whose name is not UTF-8 could not be remembered, nor could its address be: it is refused."""
    place = site.root / "content/news" / b"\xff.pdf".decode("utf-8", "surrogateescape")
    place.write_bytes(b"%PDF")

    (problem,) = site.build().diagnostics
    assert ("source/unreadable", r"content/news/\xff.pdf") == (problem.code, problem.span.path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"wind", b"w\xffnd"),
        lambda data: data.replace(b"storm.md", b"st\xffrm.md"),
        lambda data: data[:-1],
        lambda _: msgspec.msgpack.encode({"news/storm.md": 7}),
    ],
    ids=["in a text", "in a path", "cut off", "no text"],
)
def test_a_damaged_pack(site: Site, damage: Callable[[bytes], bytes]) -> None:
    """A pack of fragments that is no text any more is none: the body is converted again."""
    site.build()
    for pack in (site.root / ".cache/fragments").iterdir():
        pack.write_bytes(damage(pack.read_bytes()))
    site.save("templates/base.html", TEMPLATE.replace("<body", "<body data-edit"))
    site.build()

    assert "The wind is rising." in site.page()


def test_a_cache_that_two_sites_share(tmp_path: Path) -> None:
    """What the cache says is ours in one site's output says nothing of another's."""
    one, other = Site(tmp_path / "one"), Site(tmp_path / "other")
    one.build(cache=tmp_path / "cache")
    other.save("public/index.html", "not ours")

    with pytest.raises(SiteError, match="not made by csto-site"):
        other.build(cache=tmp_path / "cache")
    assert "not ours" == other.page("index.html")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_build_without_a_memo_writes_nothing_twice(site: Site, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    """What lies in the output already, with the same bytes, is not even staged, whoever makes it again."""

    def refuse(_folder: Path, output: Output) -> NoReturn:
        raise SiteError(f"{output.path} was staged")

    site.build()
    shutil.rmtree(site.root / ".cache")
    monkeypatch.setattr(work, "FEW", 0)  # so that two jobs are two processes
    monkeypatch.setattr(staging, "stage", refuse)
    monkeypatch.setattr(making, "stage", refuse)
    written = site.build(jobs=jobs).written

    assert written is not None
    assert (0, 0) == (written.written, written.removed)


def test_an_error_costs_nothing_afterwards(site: Site) -> None:
    """What was made before an error is remembered beyond it: mended, nothing is parsed or printed but what changed."""
    site.save("content/news/calm.md", STORM)
    site.save("content/news/coast.png", drawn.png(1200, 800))
    site.save("content/news/storm.md", STORM + "\n![The coast](coast.png)\n")
    site.build()
    pictures = sorted((site.root / ".cache/pictures").iterdir())
    site.save("content/news/calm.md", BROKEN)
    assert site.build().written is None
    kept = sorted((site.root / ".cache/pictures").iterdir())
    site.save("content/news/calm.md", STORM)
    work = site.build().work

    assert pictures
    assert (pictures, 1, 0, 0) == (kept, work.parsed, work.rendered, work.developed)


def test_packs_that_nothing_uses_are_removed(site: Site) -> None:
    """A pack goes with the last of its sources, whether those were edited or deleted."""
    calm = site.save("content/news/calm.md", STORM)
    site.build()
    site.save("content/news/storm.md", STORM.replace("rising", "sinking"))
    site.build()
    assert 2 == len(list((site.root / ".cache/fragments").iterdir()))
    calm.unlink()
    site.build()

    assert 1 == len(list((site.root / ".cache/fragments").iterdir()))


def test_a_disk_that_takes_a_few_bytes_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit into one write is written on where the last one ended."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, bytes(data)[:3]))
    staging.stage(tmp_path, Output(OutPath("a/index.html"), b"One two three."))

    assert b"One two three." == (tmp_path / "a/index.html").read_bytes()


class TestExplain:
    """Why an output was made again, or kept."""

    PAGE = "news/2024/storm/index.html"

    @pytest.fixture
    def site(self, site: Site) -> Site:
        """A site of two items that has been built."""
        site.save("content/news/w\u00f6rter.md", STORM.replace("2024-05-01", "2023-04-01"))
        site.build()
        return site

    @pytest.mark.parametrize(
        ("address", "path"),
        [
            ("/news/2024/storm/", PAGE),
            ("https://news.example.org/news/2024/storm/?x=1#y", PAGE),
            ("/news/2023/w%C3%B6rter/", "news/2023/w\u00f6rter/index.html"),
            ("/news/2023/w\u00f6rter/", "news/2023/w\u00f6rter/index.html"),
        ],
    )
    def test_kept(self, site: Site, address: str, path: str) -> None:
        """An address may be copied from a browser, or typed."""
        assert (f"{path}: kept: nothing that it shows has changed",) == site.build(explain=address).explanation

    def test_edited(self, site: Site) -> None:
        """The source is named, first as what it is to the page."""
        site.save("content/news/storm.md", STORM.replace("rising", "sinking"))
        first, second, *_ = site.build(explain="/news/2024/storm/").explanation

        assert f"{self.PAGE}: made again with 'month news 2024-5 en', because" == first
        assert "  content/news/storm.md changed (the item)" == second

    @pytest.mark.parametrize("name", ["static/assets/site.css", "templates/base.html"])
    def test_printed_with_something_else(self, site: Site, name: str) -> None:
        """What all pages are printed with is named as well, by its file, and nothing else."""
        site.save(name, TEMPLATE.replace("<body", "<body data-edit"))

        assert (f"  {name} changed",) == site.build(explain="/news/2024/storm/").explanation[1:]

    def test_altered(self, site: Site) -> None:
        """A page that someone wrote into is made again for that reason."""
        site.save(f"public/{self.PAGE}", "by hand")
        why = f"{self.PAGE}: made again, because {self.PAGE} was altered or removed by hand"

        assert (why,) == site.build(explain="/news/2024/storm/").explanation

    def test_new(self, site: Site) -> None:
        """The first page of a month was never made before."""
        site.save("content/news/new.md", STORM.replace("2024-05-01", "2024-06-01"))
        why = "news/2024/new/index.html: made, because there was no 'month news 2024-6 en' before"

        assert (why,) == site.build(explain="/news/2024/new/").explanation

    def test_of_another_item(self, site: Site) -> None:
        """One that came into the month is told from one that was edited."""
        site.save("content/news/new.md", STORM)

        assert "  content/news/new.md is new (its neighbour)" in site.build(explain="/news/2024/storm/").explanation
