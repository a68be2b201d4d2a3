"""Everything that a build depends on, from disk: settings, content, templates, static files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from csto_site import settings as site_settings
from csto_site.codec import digest_bytes
from csto_site.diagnostics import Checked, Span, problem
from csto_site.model import Asset, OutPath, Output
from csto_site.pipeline import Inputs
from csto_site.shell import scan
from csto_site.shell.errors import SiteError
from csto_site.shell.look import CONTENT, SETTINGS, STATIC, TEMPLATES, THEME, Index, Site, digested, look, site_at
from csto_site.shell.memo import Known


class Loaded(msgspec.Struct, frozen=True):
    """What a build depends on, how to get the bytes of a source by its path, and what the look at all files saw."""

    inputs: Inputs
    read: Callable[[str], bytes]
    index: Index


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
    settings, diagnostics = site_settings.parse(_read(site, SETTINGS, index))
    if settings is None:
        return Checked(None, diagnostics)
    content = {name.removeprefix(CONTENT): each for name, each in index.items() if name.startswith(CONTENT)}
    templates = _themed(index, TEMPLATES)
    made = Inputs(
        content={path: each.digest for path, each in content.items() if path.endswith(".md")},
        files={p: _asset(site, CONTENT + p, each) for p, each in content.items() if not p.endswith(".md")},
        templates={path: _read(site, name, index) for path, name in templates.items() if path.endswith(".html")},
        locales={Path(p).stem: _read(site, name, index) for p, name in templates.items() if p.endswith(".po")},
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


def _read(site: Site, name: str, index: Index) -> bytes:
    """Read a file that was looked at: what is remembered of it must be what the build is made of."""
    data = scan.read(site.path(name))
    if digest_bytes(data) != index[name].digest:
        raise SiteError(f"{site.path(name)} changed while the site was built: build again")
    return data


def _asset(site: Site, name: str, known: Known) -> Asset:
    return Asset(str(site.path(name)), known.size, known.digest)


def load(
    root: Path,
    *,
    content: Path | None = None,
    as_of: int,
    drafts: bool = False,
    keep_going: bool = False,
    known: Index = MappingProxyType({}),
) -> Checked[Loaded | None]:
    """Read all that a build depends on; what is as the last look at it saw it (`known`) is not read again."""
    site = site_at(root, content)
    index = digested(site, look(site, known))
    made, diagnostics = inputs(site, index, as_of=as_of, drafts=drafts, keep_going=keep_going)
    return Checked(None if made is None else Loaded(made, site.read, index), diagnostics)


class Staging:
    """Holds outputs in memory, for the preview: nothing is written."""

    def __init__(self) -> None:
        self.outputs: dict[OutPath, bytes | Asset] = {}

    def emit(self, outputs: Iterable[Output]) -> None:
        """Take outputs."""
        self.outputs.update((output.path, output.data) for output in outputs)
