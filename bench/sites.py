"""A site of one program: laid out, changed as an editor would, put back, and looked at after each build."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import Head, body
from bench.install import Installed
from bench.measuring import Files
from bench.programs import IS_OURS, PEERS, Program

SENTENCE = "The benchmark wrote this sentence in round {}."
EDITION = '<p class="edition">Edition {}</p>'
ITEM = re.compile(r"[a-z]+/\d{4}/[^/]*[a-z][^/]*/index\.html")
"""The output of an item; a month has no letters."""

_trash = itertools.count()


@dataclass(frozen=True)
class Corpus:
    """The sources that all programs read, the item that is edited and the one that is added."""

    folder: Path
    size: int
    seed: int
    edited: Head
    added: Head


@dataclass(frozen=True)
class Site:
    """A program's own copy of the sources, with its settings and templates, its output and its cache."""

    program: Program
    corpus: Corpus
    root: Path
    installed: Installed | None = None

    @property
    def src(self) -> Path:
        """The folder with settings and sources."""
        return self.root / "site"

    @property
    def out(self) -> Path:
        """The folder that is written to."""
        return self.root / "out"

    @property
    def cache(self) -> Path:
        """The folder that lasts from build to build."""
        return self.root / "cache"

    @property
    def log(self) -> Path:
        """What the program said."""
        return self.root / "log.txt"

    @property
    def outputs(self) -> Path:
        """The list that the floor writes after."""
        return self.root.parent / "outputs.txt"

    def filled(self, texts: Iterable[str], **more: str) -> tuple[str, ...]:
        """Fill the places of a command in."""
        values = {
            "src": str(self.src),
            "out": str(self.out),
            "out_from_src": os.path.relpath(self.out, self.src),
            "cache": str(self.cache),
            "list": str(self.outputs),
            "program": str(self.installed.program) if self.installed else "",
            "home": str(self.installed.home) if self.installed else "",
            **more,
        }
        return tuple(text.format_map(values) for text in texts)

    @property
    def environment(self) -> Mapping[str, str]:
        """What the program finds in its environment."""
        names = self.program.environment
        return dict(zip(names, self.filled(names.values()), strict=True))


# -- laying out ------------------------------------------------------------------------------------


def lay_out(site: Site, theme: Path) -> None:
    """Make a program's site: its own files, the templates' common parts, and the sources by hard links.

    `theme` holds our own templates, of which the site gets the one that is edited.
    """
    program, src = site.program, site.src
    shutil.copytree(program.folder, src, ignore=shutil.ignore_patterns("__pycache__"))
    if program.chrome:
        shutil.copytree(PEERS / "shared", src / program.chrome, dirs_exist_ok=True)
    if program.name in IS_OURS:
        (src / "templates").mkdir()
        shutil.copyfile(theme / program.template, src / program.template)
    if program.settings:
        with (src / "site.yaml").open("a", encoding="utf-8") as settings:
            settings.write(program.settings)
    link(site.corpus.folder, src / "content")
    site.cache.mkdir()


def link(source: Path, target: Path) -> None:
    """Copy a folder by hard links."""
    for top, _, names in os.walk(source):
        folder = target / os.path.relpath(top, source)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            os.link(f"{top}/{name}", folder / name)


def put_back(site: Site, trash: Path) -> None:
    """Undo all changes, and take output and cache out of the way.

    They are moved, not deleted: after many files were removed, some file systems are slow to make new ones.
    """
    corpus, src = site.corpus, site.src
    for each in (site.out, site.cache, *(src / name for name in site.program.state)):
        if os.path.lexists(each):
            trash.mkdir(parents=True, exist_ok=True)
            each.rename(trash / str(next(_trash)))
    site.cache.mkdir()
    (src / "content" / corpus.added.path).unlink(missing_ok=True)
    _save(src / "content" / corpus.edited.path, (corpus.folder / corpus.edited.path).read_text(encoding="utf-8"))


# -- changes ---------------------------------------------------------------------------------------


def change(site: Site, step: str, number: int) -> None:
    """Change the site as a step says; each round changes it otherwise."""
    if step == "edit":
        edit(site, SENTENCE.format(number))
    elif step == "new":
        add(site, site.corpus.added)
    elif step == "template":
        _edition(site, EDITION.format(number))


def edit(site: Site, sentence: str) -> None:
    """Add a sentence to the item in the middle, in place of the one that was added before."""
    path = site.corpus.edited.path
    text = (site.corpus.folder / path).read_text(encoding="utf-8")
    _save(site.src / "content" / path, f"{text}\n{sentence}\n")


def add(site: Site, item: Head) -> None:
    """Add an item."""
    path = site.src / "content" / item.path
    path.parent.mkdir(parents=True, exist_ok=True)
    _save(path, item.front_matter + body(site.corpus.seed, item))


def _edition(site: Site, line: str) -> None:
    """Put a line into the template of all item pages, in place of the one that was put there before."""
    path, mark = site.src / site.program.template, site.program.mark
    text = re.sub(EDITION.format(r"\d+") + "\n", "", path.read_text(encoding="utf-8"))
    _save(path, text.replace(mark, f"{line}\n{mark}", 1))


def _save(path: Path, text: str) -> None:
    """Write a file without writing into those that it is linked with."""
    if path.exists() and path.stat().st_nlink > 1:
        path.unlink()
    path.write_text(text, encoding="utf-8")


# -- looking ---------------------------------------------------------------------------------------


def items(found: Files) -> int:
    """Count the pages of items."""
    return sum(ITEM.fullmatch(path) is not None for path in found.paths)


def fault(site: Site, step: str, number: int, found: Files) -> str:
    """Say in what the output is not what it should be after a step; "" if it is."""
    if site.program.name == "floor":
        return ""
    expected = site.corpus.size + (site.src / "content" / site.corpus.added.path).exists()
    if items(found) != expected:
        return f"{items(found):,} pages of {expected:,} items"
    wanted = {"edit": SENTENCE, "template": EDITION}.get(step, "").format(number)
    if wanted not in page(site, site.corpus.edited):
        return f"the page of the edited item lacks {wanted!r}"
    if step == "new" and site.corpus.added.address not in _listing(site):
        return "the new item is not on the first page of its section"
    return ""


def page(site: Site, item: Head) -> str:
    """Read the page of an item; "" if there is none."""
    path = site.out / item.address.strip("/") / "index.html"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _listing(site: Site) -> str:
    """Read the first page of the new item's section, whose links may be relative."""
    text = (site.out / site.corpus.added.section / "index.html").read_text(encoding="utf-8")
    return re.sub(r'href="(\.\./)+', 'href="/', text)
