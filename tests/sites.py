"""A small site on disk: written, edited by chance, built, and held against a build that knows nothing of the past."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

import drawn
from csto_site.shell import build, switch
from csto_site.shell.build import Options, Report

AS_OF = 1_735_689_600  # 2025-01-01
THEME = Path(__file__).parent.parent
SETTINGS = """\
title: Sample news
url: https://news.example.org/
id_authority: news.example.org,2024
sections: {news: News, speeches: Speeches}
taxonomies: {tags: Tags}
"""
HEAD = "templates/parts/head.html"
STYLE = "static/assets/site.css"

Tree = Mapping[str, bytes | None]
"""What lies in a folder by path: the bytes of files, None for folders."""


class DiskSite:
    """A site in a folder of its own, with its output in `public/`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.out = root / "public"

    def write(self, name: str, text: str | bytes) -> Path:
        """Save a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    @property
    def options(self) -> Options:
        """What is asked of a build: in one process, and with no pause for readers."""
        return Options(root=self.root, out=self.out, as_of=AS_OF, jobs=1, grace=0)

    def build(self, **changes: object) -> Report:
        """Build, with some options changed."""
        return build.run(msgspec.structs.replace(self.options, **changes))

    def clean(self) -> Tree:
        """Build a copy of the sources, without output or cache, and give what it has in its output."""
        copy = DiskSite(self.root.with_name(self.root.name + ".clean"))
        shutil.copytree(self.root, copy.root, ignore=shutil.ignore_patterns(".*", "public"))
        assert copy.build().written
        found = tree_of(copy.out)
        shutil.rmtree(copy.root)
        return found

    def rests(self) -> list[str]:
        """Name everything that a build has no business to leave behind."""
        beside = [each.name for each in self.root.iterdir() if each.name.startswith(".public")]
        parts = [each.name for each in (self.root / ".cache").rglob("*.part")]
        return sorted(beside + parts)

    def sources(self) -> list[Path]:
        """List the items."""
        return sorted((self.root / "content").rglob("*.md"))


def small_site(root: Path, count: int = 30) -> DiskSite:
    """Write a site of so many items, an image beside every third, with a style sheet and a template of its own."""
    site = DiskSite(root)
    site.write("site.yaml", SETTINGS)
    site.write(STYLE, (THEME / STYLE).read_bytes())
    site.write(HEAD, (THEME / HEAD).read_bytes())
    for number in range(count):
        add_item(site, number)
    return site


def add_item(site: DiskSite, number: int) -> None:
    """Write an item, whose section, date, tag, image and alias follow from its number."""
    section, month = ("news", "speeches")[number % 2], number % 5 + 1
    alias = f"aliases: [/old/{number}/]\n" if number % 4 == 0 else ""
    image = ""
    if number % 3 == 0:
        site.write(f"content/{section}/picture-{number}.png", drawn.png(number=number))
        image = f"![Sample](picture-{number}.png)\n"
    front = f"title: Item {number}\ndate: 2024-0{month}-11\ntags: [tag-{number % 3}]\n{alias}"
    site.write(f"content/{section}/item-{number}.md", f"---\n{front}---\n\nText of {number}.\n\n{image}")


def change(site: DiskSite, rng: random.Random) -> None:
    """Change several things at once, as a day of editing does: nearly every kind of output comes, changes and goes."""
    for path in rng.sample(site.sources(), 2):
        path.write_text(path.read_text() + f"\nAnd {rng.randrange(10**6)}.\n")
    if rng.random() < 0.7:
        rng.choice(site.sources()).unlink()
    add_item(site, rng.randrange(10**4))
    if rng.random() < 0.3:
        change_style(site, rng.randrange(10**6))


def change_style(site: DiskSite, number: int) -> None:
    """Change the style sheet and a template that every page uses."""
    for name, mark in ((STYLE, "/* {} */"), (HEAD, "<!-- {} -->")):
        site.write(name, (THEME / name).read_text() + mark.format(number) + "\n")


def tree_of(folder: Path) -> Tree:
    """Give everything that lies below a folder, empty folders too; nothing where there is none."""
    return {
        path.relative_to(folder).as_posix(): None if path.is_dir() and not path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


def progress(site: DiskSite) -> tuple[int, int] | None:
    """Say, by its journal, how many of a switch's renames are done, and of how many; None where none has begun."""
    begun = switch.read_journal(site.root / ".public.journal")
    if begun is None:
        return None
    stage = site.root / ".public.stage" / begun.stage
    waiting = sum(os.path.lexists(stage / path) for path in begun.moved)
    return len(begun.moved) - waiting, len(begun.moved)
