"""The settings of the site that a command is about, and its time zone."""

from __future__ import annotations

import datetime as dt
import os
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
        why, advice = no_settings(root)
        raise SiteError(f"{why}: {advice}")
    found = settings.parse(path.read_bytes()).value
    if found is None:
        raise SiteError(f"{path} cannot be used as it stands: `csto-site check` says why")
    return found


def no_settings(root: Path) -> tuple[str, str]:
    """Say why a site has no settings that could be read, and what to do."""
    if os.path.lexists(root / SETTINGS):
        return f"{root / SETTINGS} is not a file", "put the settings there as a file"
    return f"there is no {SETTINGS} in {root}", "begin a site with `csto-site init DIR`"


def zone_of(root: Path) -> dt.tzinfo:
    """Give the zone of dates without one; UTC where the settings cannot be used, which every build reports."""
    try:
        return zone(settings_of(root).timezone)
    except SiteError:
        return dt.UTC
