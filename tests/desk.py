"""The stages between sources and pages, one by one: what `pipeline.build` does before it renders."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from csto_site import settings
from csto_site.addresses import listing_addresses, record_addresses
from csto_site.archive import Archive, assemble
from csto_site.hands import parsed
from csto_site.links import References, references
from csto_site.model import Item, Row, Settings, Source, Undated
from csto_site.plan import tasks
from csto_site.targets import Targets, targets
from csto_site.task import Task
from newsroom import Newsroom
from newsroom import instant as instant_of


class Desk(NamedTuple):
    """A site before it is rendered; tasks by name."""

    settings: Settings
    entries: list[Item | Undated]
    archive: Archive
    targets: Targets
    references: References
    tasks: dict[str, Task]


def desk(newsroom: Newsroom, as_of: str = "2024-12-31") -> Desk:
    """Read, assemble and plan a site."""
    site = newsroom.files["site.yaml"]
    made, instant = _settings(site), instant_of(as_of)
    rows = [_row(site, path, data) for path, data in newsroom.sources.items()]
    entries = [row.entry for row in rows if row.entry]
    archive = assemble(entries, made, instant)
    addresses = (*listing_addresses(archive, made), *record_addresses(archive, made))
    known = targets(archive, made, addresses, newsroom.attachments)
    found = references(archive, known)
    planned = list(tasks(archive, found, made, {row.path: row.ids for row in rows}, instant))
    assert len({task.name for task in planned}) == len(planned)
    return Desk(made, entries, archive, known, found, {task.name: task for task in planned})


@lru_cache
def _settings(site: bytes) -> Settings:
    found = settings.parse(site).value
    assert found
    return found


@lru_cache(maxsize=4096)
def _row(site: bytes, path: str, data: bytes) -> Row:
    return parsed(Source(path, data), _settings(site))[0]
