"""Where a site lies, and a look at every file that a build of it depends on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from csto_site.diagnostics import Diagnostic, LineOf, ordered
from csto_site.model import Digest
from csto_site.shell import scan
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Known
from csto_site.shell.scan import Strange, UnreadableError

SETTINGS = "site.yaml"
CONTENT, TEMPLATES, STATIC = "content/", "templates/", "static/"
THEME = "theme/"
"""What names in the index begin with; the built-in theme's templates are `theme/templates/…`."""

Index = Mapping[str, Known]
"""Every file that a build depends on, by its name: `site.yaml`, `content/news/a.md`, `theme/static/assets/site.css`.

A source that cannot be read has the reason in place of a digest.
"""


class Site(msgspec.Struct, frozen=True):
    """Where a site lies: its root, its content (elsewhere, if so asked), the built-in theme."""

    root: Path
    content: Path
    theme: Path

    def path(self, name: str) -> Path:
        """Give the place of a file by its name in the index."""
        if name.startswith(CONTENT):
            return self.content / name.removeprefix(CONTENT)
        if name.startswith(THEME):
            return self.theme / name.removeprefix(THEME)
        return self.root / name

    def read(self, source: str) -> bytes:
        """Read a source by its path below the content; raises `SiteError` when it cannot be read."""
        return scan.read(self.content / source)


def find_root(start: Path) -> Path | None:
    """Find the folder that holds `site.yaml`, from `start` upwards."""
    return next((folder for folder in (start, *start.parents) if (folder / SETTINGS).is_file()), None)


def root_of(named: Path | None) -> Path:
    """Give the folder that was named, else the one with `site.yaml`, looked for upwards from here."""
    if named is not None:
        return named
    found = find_root(Path.cwd())
    if found is None:
        raise SiteError(f"no {SETTINGS} here or above: begin a site with `csto-site init DIR`, or name one with --root")
    return Path(os.path.relpath(found))


def site_at(root: Path, content: Path | None = None) -> Site:
    """Say where the parts of a site lie."""
    return Site(root, content or root / "content", theme_folder())


def theme_folder() -> Path:
    """Give the folder of the built-in theme: in the wheel inside the package, in a checkout at its top."""
    package = Path(__file__).parent.parent  # `importlib.resources` says the same for 20 ms
    inside = package / "theme"
    return inside if inside.is_dir() else package.parent.parent


def look(site: Site, known: Index) -> tuple[Index, Mapping[str, Diagnostic]]:
    """Look at every file that a build depends on; a source that is new is left for its parser to read.

    Sources that cannot be read are given, too, by their paths below the content. Raises `UnreadableError` for all
    that cannot be read where something else is among it: nobody can tell what a site is without that.
    """

    def is_new_source(name: str) -> bool:
        return is_source(name) and name not in known

    root = (site.root,)
    if site.content == site.root / CONTENT:  # one that was named on the command line may be anywhere
        scan.refuse_outside(site.content, root)
    folders = {CONTENT: site.content}
    is_theme = site.root.resolve() == site.theme.resolve()  # the demo's own templates are the built-in ones
    for folder in (TEMPLATES, STATIC):  # those of an installed theme may be links into the installer's cache
        folders[THEME + folder] = site.theme / folder
        if not is_theme:
            scan.refuse_outside(site.root / folder, root)
            folders[folder] = site.root / folder
    index: dict[str, Known] = {}
    unreadable: list[Diagnostic] = []
    for before, place in folders.items():
        within = root if is_theme or not before.startswith(THEME) else None
        strange: list[Strange] = []
        index |= scan.scan(place, before, known, strange, put_off=is_new_source, within=within)
        unreadable += (each.below(before) for each in strange)
    sources = {each.span.path: each for each in unreadable if is_source(each.span.path)}
    if len(sources) < len(unreadable):
        raise UnreadableError(ordered(unreadable))
    index |= {name: Known(None, Digest(each.message), 0) for name, each in sources.items()}
    unread = {name.removeprefix(CONTENT): each for name, each in sources.items()}
    return index | _settings(site, known), unread


def is_source(name: str) -> bool:
    """Tell whether a file that was looked at is a source, by its name in the index."""
    return name.startswith(CONTENT) and name.endswith(".md")


def _settings(site: Site, known: Index) -> dict[str, Known]:
    if not (site.root / SETTINGS).is_file():
        return {}
    scan.refuse_outside(site.root / SETTINGS, (site.root,))
    found = scan.look_at(site.root / SETTINGS, known.get(SETTINGS))
    return {SETTINGS: found}


def digested(site: Site, index: Index) -> Index:
    """Digest what a look left for the parser."""
    return {
        name: each if each.digest else each._replace(digest=scan.digest_of(str(site.path(name))))
        for name, each in index.items()
    }


def line_of(root: Path, content: Path | None = None) -> LineOf:
    """Give what finds the text of a line in a file that a span names."""
    site = site_at(root, content)

    @lru_cache(maxsize=1)  # what is said of a file is said together
    def lines_of(name: str) -> list[str]:
        for path in (site.path(name), site.theme / name):
            if path.is_file():
                text = scan.read(path).decode("utf-8-sig", "replace")
                return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return []

    def line(name: str, number: int) -> str | None:
        lines = lines_of(name)
        return lines[number - 1] if number <= len(lines) else None

    return line
