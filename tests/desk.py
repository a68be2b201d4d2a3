"""The stages between sources and pages, one by one: what `pipeline.build` does before it renders."""

from __future__ import annotations

from typing import NamedTuple

from csto_site.archive import Archive, assemble
from csto_site.hands import parsed
from csto_site.links import References, Targets, references, targets
from csto_site.model import Item, Settings, Source, Undated
from csto_site.plan import Task, listing_addresses, record_addresses, tasks
from newsroom import Newsroom


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
    inputs, _ = newsroom.inputs(as_of)
    assert inputs
    settings = inputs.settings
    rows = [parsed(Source(path, data), settings)[0] for path, data in newsroom.sources.items()]
    entries = [row.entry for row in rows if row.entry]
    archive = assemble(entries, settings, inputs.as_of)
    addresses = (*listing_addresses(archive, settings), *record_addresses(archive, settings))
    known = targets(archive, settings, addresses, inputs.files)
    found = references(archive, known)
    planned = list(tasks(archive, found, settings, {row.path: row.ids for row in rows}, inputs.as_of))
    assert len({task.name for task in planned}) == len(planned)
    return Desk(settings, entries, archive, known, found, {task.name: task for task in planned})
