"""Files that commands make for editors: a site of one's own, a new item."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from csto_site import __version__
from csto_site.editing.draft import Draft
from csto_site.shell.errors import SiteError


def begin_site(folder: Path) -> tuple[str, ...]:
    """Write the files that a new site begins with; give their paths below the folder."""
    with as_file(files("csto_site") / "starter") as starter:
        texts = {path: (starter / path).read_text(encoding="utf-8") for path in sorted(_files_below(starter))}
    taken = [path for path in texts if os.path.lexists(folder / path)]
    if taken:
        raise SiteError(f"{folder} has a {taken[0]} already: name another folder, or move it away")
    for path, text in texts.items():
        _write_new(folder / path, text.replace("{version}", __version__) if path == "requirements.txt" else text)
    return tuple(texts)


def _files_below(folder: Path) -> Iterator[str]:
    for where, _, names in os.walk(folder):
        yield from ((Path(where) / name).relative_to(folder).as_posix() for name in names)


def begin_item(content: Path, draft: Draft) -> Path:
    """Write a new item's file, never over another."""
    path = content / draft.path
    if os.path.lexists(path):
        raise SiteError(f"{path} is there already: choose another title or date")
    _write_new(path, draft.text)
    return path


def _write_new(path: Path, text: str) -> None:
    data = text.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
