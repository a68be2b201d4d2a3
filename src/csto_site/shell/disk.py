"""Everything that a build depends on, from disk: settings, content, templates, static files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from unicodedata import normalize

import msgspec

from csto_site import settings as site_settings
from csto_site.codec import digest_bytes
from csto_site.diagnostics import Checked, Diagnostic, Span, problem
from csto_site.model import Asset, OutPath, Output
from csto_site.pipeline import Inputs
from csto_site.shell import scan
from csto_site.shell.errors import SiteError
from csto_site.shell.look import CONTENT, SETTINGS, STATIC, TEMPLATES, THEME, Index, Site, digested, look, site_at
from csto_site.shell.memo import Known
from csto_site.shell.site import no_settings


class Loaded(msgspec.Struct, frozen=True):
    """What a build depends on, how to get the bytes of a source by its path, and what the look at all files saw."""

    inputs: Inputs
    read: Callable[[str], bytes]
    index: Index


def inputs(
    site: Site,
    index: Index,
    unread: Mapping[str, Diagnostic],
    *,
    as_of: int,
    engine: str = "",
    drafts: bool = False,
    keep_going: bool = False,
) -> Checked[Inputs | None]:
    """Read what the index names but for the sources, of which `unread` cannot be; None without usable settings.

    Raises `SiteError` when a file cannot be read.
    """
    if SETTINGS not in index:
        return Checked(None, (problem("settings/missing", Span(SETTINGS), *no_settings(site.root)),))
    settings, diagnostics = site_settings.parse(_read(site, SETTINGS, index))
    if settings is None:
        return Checked(None, diagnostics)
    content = {name.removeprefix(CONTENT): each for name, each in index.items() if name.startswith(CONTENT)}
    others = sorted(name for name in index if not name.startswith(CONTENT))
    templates = _themed(others, TEMPLATES)
    made = Inputs(
        content={path: each.digest for path, each in content.items() if path.endswith(".md")},
        unread=unread,
        files=_composed({p: _asset(site, CONTENT + p, each) for p, each in content.items() if not p.endswith(".md")}),
        templates={path: _read(site, name, index) for path, name in templates.items() if path.endswith(".html")},
        locales={Path(p).stem: _read(site, name, index) for p, name in templates.items() if p.endswith(".po")},
        static=_composed({path: _asset(site, name, index[name]) for path, name in _themed(others, STATIC).items()}),
        settings=settings,
        as_of=as_of,
        engine=engine,
        drafts=drafts,
        keep_going=keep_going,
    )
    return Checked(made, diagnostics)


def _themed(names: Iterable[str], folder: str) -> Mapping[str, str]:
    """Give those of sorted names that are in a folder, by path: the theme's, and over them the site's own."""
    return {name.removeprefix(top): name for top in (THEME + folder, folder) for name in names if name.startswith(top)}


def _composed(files: Mapping[str, Asset]) -> Mapping[str, Asset]:
    """Name files as they are published: in NFC, which people type, since servers compare bytes.

    Where two would have one name all keep theirs, which is an error below `content/`.
    """
    found = {normalize("NFC", path): each for path, each in files.items()}
    return found if len(found) == len(files) else files


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
    looked, unread = look(site, known)
    index = digested(site, looked)
    made, diagnostics = inputs(site, index, unread, as_of=as_of, drafts=drafts, keep_going=keep_going)
    return Checked(None if made is None else Loaded(made, site.read, index), diagnostics)


class Staging:
    """Holds outputs in memory, for the preview: nothing is written."""

    def __init__(self) -> None:
        self.outputs: dict[OutPath, bytes | Asset] = {}

    def emit(self, outputs: Iterable[Output]) -> None:
        """Take outputs."""
        self.outputs.update((output.path, output.data) for output in outputs)
