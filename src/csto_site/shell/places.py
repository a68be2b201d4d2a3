"""Where workers of this machine find what they work with, and leave what they make."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from csto_site import jobs
from csto_site.codec import digest_bytes
from csto_site.hands import parsed
from csto_site.model import Digest, Settings, Source
from csto_site.shell import scan
from csto_site.shell.errors import SiteError
from csto_site.shell.fragments import Packs


class Places(NamedTuple):
    """The folders of sources, of packs of fragments and for staging; `instead` are bytes in place of a source's own.

    `pictures` is where renditions are kept (None: nowhere).
    """

    content: Path
    packs: Path
    stage: Path
    instead: Mapping[str, bytes]
    pictures: Path | None = None

    def read(self, path: str) -> Source:
        """Read a source; raises `SiteError` when it cannot be read."""
        return Source(path, self.instead[path] if path in self.instead else scan.read(f"{self.content}/{path}"))


class Bodies:
    """Finds fragments in packs, or makes them again from their sources."""

    def __init__(self, places: Places, settings: Settings, where: Mapping[str, str]) -> None:
        self._places = places
        self._settings = settings
        self._where = where
        self._packs = Packs(places.packs)

    def of(self, job: jobs.Job) -> Mapping[str, str]:
        """Give the fragments that a job's pages show."""
        return {path: self._fragment(path, digest) for path, digest in jobs.fragments_of(job)}

    def _fragment(self, path: str, digest: Digest) -> str:
        pack = self._where.get(path)
        found = self._packs.fragment(pack, path, digest) if pack else None
        if found is not None:
            return found
        made = parsed(self._places.read(path), self._settings)[1]
        if digest_bytes(made.encode()) != digest:
            raise SiteError(f"content/{path} changed while the site was built: build again")
        return made
