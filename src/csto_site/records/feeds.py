"""A feed and its entries, as all three formats print them."""

from __future__ import annotations

import datetime as dt

from csto_site.model import Origin, Value

EPOCH = "1970-01-01T00:00:00Z"
"""When a feed was updated that never had an entry: the format demands a date, and the build's own would lie."""


class Entry(Value, frozen=True, kw_only=True):
    """An item in a feed. Addresses are absolute and encoded, dates RFC 3339 with offset, `lead` plain text.

    `id` is the item's feed id, `html` its body as a fragment whose links are absolute, `section` the title
    of its section, `updated` the date of the last change that matters.
    """

    id: str
    url: str
    title: str
    published: str
    updated: str
    lead: tuple[str, ...] = ()
    html: str = ""
    authors: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    image: str = ""
    source: Origin | None = None

    @property
    def summary(self) -> str:
        """The lead as one text, a blank line between paragraphs."""
        return "\n\n".join(self.lead)

    @property
    def categories(self) -> tuple[str, ...]:
        """What the entry is about: its section, then its terms, each once."""
        return tuple(dict.fromkeys(filter(None, (self.section, *self.terms))))


class Feed(Value, frozen=True, kw_only=True):
    """The newest entries of the site or of a section, newest first, or one period's.

    `author` stands for entries without authors: the site's title. `updated` counts only where there are no entries.
    """

    id: str
    title: str
    home_url: str
    language: str
    author: str
    description: str = ""
    updated: str = EPOCH
    entries: tuple[Entry, ...] = ()

    @property
    def newest(self) -> str:
        """The newest `updated` of the entries: the feed changes when they do, not when it is built."""
        dates = (entry.updated for entry in self.entries)
        return max(dates, key=dt.datetime.fromisoformat, default=self.updated)


class Chain(Value, frozen=True, kw_only=True):
    """Where a feed document lies, and its neighbours in the feed's history (RFC 5005), "" where there is none.

    `current` is the address of the feed that readers follow; it is given in documents of the archive only.
    `hub` tells subscribers when the feed changes (WebSub), which those documents seldom do.
    """

    self_url: str
    older: str = ""
    newer: str = ""
    current: str = ""
    hub: str = ""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Relation and address of each link that the document has to its neighbours."""
        named = (("current", self.current), ("prev-archive", self.older), ("next-archive", self.newer))
        return tuple((relation, url) for relation, url in named if url)
