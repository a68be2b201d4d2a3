"""Path-to-digest mapping of a whole site, its difference with another, and its collisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from csto_site.diagnostics import Diagnostic, Span, problem
from csto_site.model import Digest, OutPath

Tree = Mapping[OutPath, Digest]
"""A site as git would name it: path to the SHA-256 of its bytes."""


class Difference(msgspec.Struct, frozen=True):
    """What makes a tree from another: paths that are new, that have other bytes, that are no more."""

    added: tuple[OutPath, ...]
    changed: tuple[OutPath, ...]
    removed: tuple[OutPath, ...]


def difference(old: Tree, new: Tree) -> Difference:
    """Say what leads from one tree to another, each part sorted."""
    return Difference(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(path for path in new.keys() & old.keys() if new[path] != old[path])),
        removed=tuple(sorted(old.keys() - new.keys())),
    )


def collisions(planned: Iterable[tuple[str, str]]) -> Iterable[Diagnostic]:
    """Find outputs that cannot stand together; `planned` are path and the path of what it comes from (or "").

    Two of one path collide, and so does a file with one that needs a folder of its name.
    """
    origins: dict[str, str] = {}
    for path, origin in planned:
        if path in origins:
            yield _collision(path, origin or origins[path], f"two outputs have the path {path!r}")
        origins.setdefault(path, origin)
    blocked = _folders(origins) & origins.keys()
    for path, origin in origins.items() if blocked else ():
        for folder in sorted(_folders([path]) & blocked, reverse=True):
            text = f"the output {path!r} needs a folder where the file {folder!r} is planned"
            yield _collision(path, origin or origins[folder], text)


def _folders(paths: Iterable[str]) -> set[str]:
    """Name every folder that files need, each once."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _collision(path: str, origin: str, message: str) -> Diagnostic:
    help_text = "give one of them another address or another file name"
    return problem("output/collision", Span(origin or path), message, help_text)
