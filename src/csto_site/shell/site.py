"""The site that a command is about: its folder, its settings, its time zone."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from csto_site import settings
from csto_site.model import Settings
from csto_site.parse.dates import zone
from csto_site.shell.disk import SETTINGS, find_root
from csto_site.shell.errors import SiteError


def root_of(named: Path | None) -> Path:
    """Give the folder that was named, else the one with `site.yaml`, looked for upwards from here."""
    if named is not None:
        return named
    found = find_root(Path.cwd())
    if found is None:
        raise SiteError(f"no {SETTINGS} here or above: begin a site with `csto-site init DIR`, or name one with --root")
    return Path(os.path.relpath(found))


def settings_of(root: Path) -> Settings:
    """Read the settings, where a command cannot go on without."""
    path = root / SETTINGS
    if not path.is_file():
        raise SiteError(f"no {SETTINGS} in {root}: begin a site with `csto-site init DIR`")
    found = settings.parse(path.read_bytes()).value
    if found is None:
        raise SiteError(f"{path} cannot be used as it stands: `csto-site check` says why")
    return found


def zone_of(root: Path) -> dt.tzinfo:
    """Give the zone of dates without one; UTC where the settings cannot be used, which every build reports."""
    try:
        return zone(settings_of(root).timezone)
    except SiteError:
        return dt.UTC
