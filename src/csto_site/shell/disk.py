"""Everything that a build depends on, from disk: settings, content, templates, static files, with the stat index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from pathlib import Path

import msgspec

from csto_site import settings as site_settings
from csto_site.diagnostics import Checked, LineOf, Span, problem
from csto_site.model import Asset, OutPath, Output
from csto_site.pipeline import Inputs
from csto_site.shell import scan
from csto_site.shell.memo import Known

SETTINGS = "site.yaml"
CONTENT, TEMPLATES, STATIC = "content/", "templates/", "static/"
THEME = "theme/"
"""What names in the index begin with; the built-in theme's templates are `theme/templates/…`."""

Index = Mapping[str, Known]
"""Every file that a build depends on, by its name: `site.yaml`, `content/news/a.md`, `theme/static/assets/site.css`."""


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


class Loaded(msgspec.Struct, frozen=True):
    """What a build depends on, and how to get the bytes of a source by its path."""

    inputs: Inputs
    read: Callable[[str], bytes]


def find_root(start: Path) -> Path | None:
    """Find the folder that holds `site.yaml`, from `start` upwards."""
    return next((folder for folder in (start, *start.parents) if (folder / SETTINGS).is_file()), None)


def site_at(root: Path, content: Path | None = None) -> Site:
    """Say where the parts of a site lie."""
    return Site(root, content or root / "content", theme_folder())


def theme_folder() -> Path:
    """Give the folder of the built-in theme: in the wheel inside the package, in a checkout at its top."""
    package = Path(str(resources.files("csto_site")))
    inside = package / "theme"
    return inside if inside.is_dir() else package.parent.parent


def look(site: Site, known: Index) -> Index:
    """Look at every file that a build depends on; a source that is new is left for its parser to read."""

    def is_new_source(name: str) -> bool:
        return name.endswith(".md") and name not in known

    index = scan.scan(site.content, CONTENT, known, put_off=is_new_source)
    for folder in (TEMPLATES, STATIC):
        index |= scan.scan(site.theme / folder, THEME + folder, known)
        if site.root.resolve() != site.theme.resolve():  # the demo's own templates are the built-in ones
            index |= scan.scan(site.root / folder, folder, known)
    return index | _settings(site, known)


def _settings(site: Site, known: Index) -> dict[str, Known]:
    if not (site.root / SETTINGS).is_file():
        return {}
    found = scan.look_at(site.root / SETTINGS, known.get(SETTINGS))
    return {SETTINGS: found}


def inputs(
    site: Site, index: Index, *, as_of: int, engine: str = "", drafts: bool = False, keep_going: bool = False
) -> Checked[Inputs | None]:
    """Read what the index names but for the sources; None when the settings cannot be used.

    Raises `SiteError` when a file cannot be read.
    """
    if SETTINGS not in index:
        missing = problem(
            "settings/missing", Span(SETTINGS), f"there is no {SETTINGS} in {site.root}", "csto-site init DIR"
        )
        return Checked(None, (missing,))
    settings, diagnostics = site_settings.parse(scan.read(site.root / SETTINGS))
    if settings is None:
        return Checked(None, diagnostics)
    content = {name.removeprefix(CONTENT): each for name, each in index.items() if name.startswith(CONTENT)}
    templates = _themed(index, TEMPLATES)
    made = Inputs(
        content={path: each.digest for path, each in content.items() if path.endswith(".md")},
        files={p: _asset(site, CONTENT + p, each) for p, each in content.items() if not p.endswith(".md")},
        templates={path: scan.read(site.path(name)) for path, name in templates.items() if path.endswith(".html")},
        locales={Path(p).stem: scan.read(site.path(name)) for p, name in templates.items() if p.endswith(".po")},
        static={path: _asset(site, name, index[name]) for path, name in _themed(index, STATIC).items()},
        settings=settings,
        as_of=as_of,
        engine=engine,
        drafts=drafts,
        keep_going=keep_going,
    )
    return Checked(made, diagnostics)


def _themed(index: Index, folder: str) -> Mapping[str, str]:
    """Give the names of a folder's files by path: the theme's, and over them the site's own."""
    return {
        name.removeprefix(top): name
        for top in (THEME + folder, folder)
        for name in sorted(index)
        if name.startswith(top)
    }


def _asset(site: Site, name: str, known: Known) -> Asset:
    return Asset(str(site.path(name)), known.size, known.digest)


def load(
    root: Path, *, content: Path | None = None, as_of: int, drafts: bool = False, keep_going: bool = False
) -> Checked[Loaded | None]:
    """Read all that a build depends on, without a memory of the last look."""
    site = site_at(root, content)
    index = look(site, {})
    made, diagnostics = inputs(site, digested(site, index), as_of=as_of, drafts=drafts, keep_going=keep_going)
    return Checked(None if made is None else Loaded(made, site.read), diagnostics)


def digested(site: Site, index: Index) -> Index:
    """Digest what a look left for the parser."""
    return {
        name: each if each.digest else each._replace(digest=scan.digest_of(str(site.path(name))))
        for name, each in index.items()
    }


def line_of(root: Path, content: Path | None = None) -> LineOf:
    """Give what finds the text of a line in a file that a span names."""
    site = site_at(root, content)

    def line(name: str, number: int) -> str | None:
        for path in (site.path(name), site.theme / name):
            if path.is_file():
                text = scan.read(path).decode("utf-8-sig", "replace")
                lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
                return lines[number - 1] if number <= len(lines) else None
        return None

    return line


class Staging:
    """Holds outputs in memory, for the preview: nothing is written."""

    def __init__(self) -> None:
        self.outputs: dict[OutPath, bytes | Asset] = {}

    def emit(self, outputs: Iterable[Output]) -> None:
        """Take outputs."""
        self.outputs.update((output.path, output.data) for output in outputs)
