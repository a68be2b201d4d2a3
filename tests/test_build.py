"""Builds from disk to disk: what is remembered of the last one must be what it was made of."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from csto_site.shell import build, scan
from csto_site.shell.build import Options, Report
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

    def build(self, *, last_good: str = "", cache: Path | None = None) -> Report:
        out = self.root / "public"
        return build.run(
            Options(root=self.root, out=out, as_of=AS_OF, last_good=last_good, cache=cache, jobs=1, grace=0)
        )

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


def test_a_damaged_pack(site: Site) -> None:
    """A pack of fragments that is no text any more is none: the body is converted again."""
    site.build()
    for pack in (site.root / ".cache/fragments").iterdir():
        pack.write_bytes(pack.read_bytes().replace(b"wind", b"w\xffnd"))
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
