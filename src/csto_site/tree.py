"""Path-to-digest mapping of a whole site, its difference with another, and its collisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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


class Ground:
    """Which output comes from what: `owners` by path, "" for the site's own `paths`.

    No file can stand where another one needs a folder.
    """

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self.owners: dict[str, str] = {}
        self._inside: dict[str, str] = {}
        for path in paths:
            self.claim(path, "")

    def claim(self, path: str, owner: str) -> str | None:
        """Note whose an output is; give the path of the one that it cannot stand together with, if there is one."""
        if path in self.owners:
            return path
        if path in self._inside:
            return self._inside[path]
        above = []
        folder = path.rpartition("/")[0]
        while folder and folder not in self._inside:
            if folder in self.owners:
                return folder
            above.append(folder)
            folder = folder.rpartition("/")[0]
        self.owners[path] = owner
        self._inside.update(dict.fromkeys(above, path))
        return None

    def claim_all(self, owners: Mapping[str, str]) -> bool:
        """Note whose many outputs are, if all of them can stand, and tell so: far quicker than a claim for each."""
        inside = _folders(owners)
        taken, needed = self.owners.keys(), self._inside.keys()
        if not (
            taken.isdisjoint(owners)
            and taken.isdisjoint(inside)
            and needed.isdisjoint(owners)
            and inside.keys().isdisjoint(owners)
        ):
            return False
        self.owners |= owners
        self._inside = inside | self._inside
        return True


def _folders(paths: Iterable[str]) -> dict[str, str]:
    """Name all folders that paths lie in, each with one of these."""
    found: dict[str, str] = {}
    level = {path.rpartition("/")[0]: path for path in paths}
    while level:
        level.pop("", None)
        found |= level
        level = {folder.rpartition("/")[0]: path for folder, path in level.items()}
    return found


def collisions(planned: Iterable[tuple[str, str]], ground: Ground | None = None) -> Iterable[Diagnostic]:
    """Find outputs that cannot stand together; `planned` are path and the path of what it comes from (or "").

    Two of one path collide, and so does a file with one that needs a folder of its name. What stands on the
    `ground` already stands first.
    """
    row = list(planned)
    if ground is None and _can_stand([path for path, _ in row]):
        return
    ground = ground or Ground()
    for path, origin in row:
        other = ground.claim(path, origin)
        if other is not None:
            span = Span(origin or ground.owners[other] or path)
            help_text = "give one of them another address or another file name"
            yield problem("output/collision", span, in_the_way(path, other), help_text)


def _can_stand(paths: Sequence[str]) -> bool:
    """Tell whether outputs can stand together, with less time and memory than it takes to say which cannot."""
    distinct = set(paths)
    return len(distinct) == len(paths) and distinct.isdisjoint(_folders(paths))


def in_the_way(path: str, other: str) -> str:
    """Say why two outputs cannot stand together."""
    if path == other:
        return f"two outputs have the path {path!r}"
    file, inside = sorted((path, other))
    return f"the output {inside!r} needs a folder where the file {file!r} is planned"
