"""Read content, templates and static files; make a directory equal to a tree."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path

import msgspec

from csto_site import settings as site_settings
from csto_site.codec import digest_bytes
from csto_site.diagnostics import Checked, LineOf, Span, problem
from csto_site.model import Asset, Digest, OutPath, Output
from csto_site.pipeline import MANIFEST, Inputs
from csto_site.records import read_manifest
from csto_site.shell.errors import SiteError
from csto_site.tree import Tree

SETTINGS = "site.yaml"


def find_root(start: Path) -> Path | None:
    """Find the folder that holds `site.yaml`, from `start` upwards."""
    return next((folder for folder in (start, *start.parents) if (folder / SETTINGS).is_file()), None)


class Loaded(msgspec.Struct, frozen=True):
    """What a build depends on, and how to get the bytes of a source by its path."""

    inputs: Inputs
    read: Callable[[str], bytes]


def load(
    root: Path, *, content: Path | None = None, as_of: int, drafts: bool = False, keep_going: bool = False
) -> Checked[Loaded | None]:
    """Read all that a build of the site at `root` depends on, with the theme below the site's own files.

    Raises `SiteError` when a file cannot be read.
    """
    path = root / SETTINGS
    if not path.is_file():
        missing = problem("settings/missing", Span(SETTINGS), f"there is no {SETTINGS} in {root}", "csto-site init DIR")
        return Checked(None, (missing,))
    settings, diagnostics = site_settings.parse(_read(path))
    if settings is None:
        return Checked(None, diagnostics)
    theme, own = theme_folder(), root / "templates"
    files = dict(_walk(content or root / "content"))
    sources = {name: _read(path) for name, path in files.items() if name.endswith(".md")}
    templates = dict(_walk(theme / "templates")) | dict(_walk(own))
    inputs = Inputs(
        content={name: digest_bytes(data) for name, data in sources.items()},
        files=_assets({name: path for name, path in files.items() if name not in sources}),
        templates={name: _read(file) for name, file in templates.items() if name.endswith(".html")},
        locales={Path(name).stem: _read(file) for name, file in templates.items() if name.endswith(".po")},
        static=_assets(dict(_walk(theme / "static")) | dict(_walk(root / "static"))),
        settings=settings,
        as_of=as_of,
        drafts=drafts,
        keep_going=keep_going,
    )
    return Checked(Loaded(inputs, sources.__getitem__), diagnostics)


def theme_folder() -> Path:
    """Give the folder of the built-in theme: in the wheel inside the package, in a checkout at its top."""
    package = Path(str(resources.files("csto_site")))
    inside = package / "theme"
    return inside if inside.is_dir() else package.parent.parent


def line_of(root: Path, content: Path | None = None) -> LineOf:
    """Give what finds the text of a line in a file that a span names."""
    theme = theme_folder()

    def line(name: str, number: int) -> str | None:
        below = content / name.removeprefix("content/") if content and name.startswith("content/") else root / name
        for path in (below, theme / name):
            if path.is_file():
                lines = _read(path).decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
                return lines[number - 1] if number <= len(lines) else None
        return None

    return line


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """List the files below a folder by path with slashes, sorted; hidden ones and editors' leavings are left out."""
    found = []
    for directory, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(directory, name) for name in names if not name.startswith(".") and not name.endswith("~")]
    return iter(sorted((path.relative_to(folder).as_posix(), path) for path in found))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SiteError(f"cannot read {path}: {error.strerror}") from error


def _assets(files: Mapping[str, Path]) -> Mapping[str, Asset]:
    return {name: _asset(path) for name, path in files.items()}


def _asset(path: Path) -> Asset:
    try:
        return Asset(str(path), path.stat().st_size, Digest(_digest(path)))
    except OSError as error:
        raise SiteError(f"cannot read {path}: {error.strerror}") from error


# -- the output folder -----------------------------------------------------------------------------


class Written(msgspec.Struct, frozen=True):
    """How many files of the output were written, removed, and kept as they were."""

    written: int
    removed: int
    kept: int


class Staging:
    """Holds outputs until all are made: nothing in the output folder changes before that."""

    def __init__(self) -> None:
        self.outputs: dict[OutPath, bytes | Asset] = {}

    def emit(self, outputs: Iterable[Output]) -> None:
        """Take outputs."""
        self.outputs.update((output.path, output.data) for output in outputs)

    def write(self, out: Path, tree: Tree, *, clean: bool = False) -> Written:
        """Make the output folder equal to `tree`: write what differs, remove what is ours and no longer in it.

        With `clean` every file is written again.
        Raises `SiteError` when a file that is not ours stands in the way, or the disk refuses.
        """
        listed = _listed(out)
        _refuse_foreign(out, self.outputs.keys() - listed.keys())
        stale = [p for p in tree if clean or listed.get(p) != tree[p] or _digest(out / p) != tree[p]]
        gone = sorted(listed.keys() - tree.keys())
        try:
            for path in sorted(stale, key=_assets_first):
                _write(out / path, self.outputs[path])
            for path in gone:
                _remove(out, path)
        except OSError as error:
            raise SiteError(f"cannot write {error.filename or out}: {error.strerror}") from error
        return Written(len(stale), len(gone), len(tree) - len(stale))


def _refuse_foreign(out: Path, paths: Iterable[OutPath]) -> None:
    strange = sorted(path for path in paths if (out / path).exists())
    if strange:
        more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
        raise SiteError(f"{out / strange[0]}{more}: not made by csto-site, and a page is to stand there: move it away")


def _assets_first(path: str) -> tuple[bool, bool, str]:
    """Order writes so that no page meets a missing style sheet: assets, pages, the manifest last."""
    return (path == MANIFEST, path.endswith(".html"), path)


def _listed(out: Path) -> Tree:
    """Read which files of the output folder are ours, from the manifest that lies in it."""
    path = out / MANIFEST
    if not path.is_file():
        return {}
    data = _read(path)
    files = read_manifest(data)
    if files is None:
        raise SiteError(f"{path} is damaged or not made by csto-site: remove {out}, or choose another --out")
    return {**{name: file.sha256 for name, file in files.items()}, MANIFEST: digest_bytes(data)}


def _digest(path: Path) -> str:
    """Digest a file of the output, which someone may have altered or removed by hand."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes | Asset) -> None:
    """Write a file by rename: a reader meets the old bytes or the new, never half of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name[:200] + ".part")
    if isinstance(data, bytes):
        part.write_bytes(data)
    else:
        shutil.copyfile(data.origin, part)
    part.replace(path)


def _remove(out: Path, path: OutPath) -> None:
    (out / path).unlink(missing_ok=True)
    _remove_empty(out, (out / path).parent)


def _remove_empty(out: Path, folder: Path) -> None:
    while folder != out and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
