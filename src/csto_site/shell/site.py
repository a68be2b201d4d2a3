"""The settings of the site that a command is about, and its time zone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from csto_site import settings
from csto_site.model import Settings
from csto_site.parse.dates import zone
from csto_site.shell.errors import SiteError
from csto_site.shell.look import SETTINGS


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
