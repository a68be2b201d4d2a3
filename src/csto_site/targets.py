"""What references may lead to, and what is proposed in the place of one that leads nowhere."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain
from unicodedata import normalize
from urllib.parse import quote

import msgspec

from csto_site.archive import Archive, assemble
from csto_site.model import Asset, Item, Link, Permalink, Settings, State, Undated
from csto_site.parse.dates import LAST

Entry = Item | Undated


class Targets(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All that a reference can lead to.

    `entries` are published sources by path, `addresses` all addresses of the site with the anchors that
    are known there (None: not checked), `moved` former addresses with the present ones, `files` the other
    files below `content/`, `hidden` what is not published and `left_out` what has errors, both by path and by
    address. `ahead` is what falls due later, `later` are the addresses of the lists that will name it.
    """

    url: str
    entries: Mapping[str, Entry]
    addresses: Mapping[str, tuple[str, ...] | None]
    moved: Mapping[str, Permalink]
    files: Mapping[str, Asset]
    hidden: Mapping[str, State]
    left_out: frozenset[str] = frozenset()
    ahead: Archive | None = None
    later: frozenset[str] = frozenset()

    @cached_property
    def coming(self) -> Mapping[str, Item]:
        """Find what falls due later by its path and by its address."""
        items = (*self.ahead.items, *self.ahead.gone) if self.ahead else ()
        return {place: item for item in items for place in (item.path, item.permalink)}

    def path(self, written: str) -> str:
        """Give a path as the disk has it: a Mac may write letters and their accents apart."""
        return written if written.isascii() else self._composed.get(normalize("NFC", written), written)

    @cached_property
    def _composed(self) -> Mapping[str, str]:
        paths = chain(self.entries, self.files, self.hidden, self.left_out)
        return {normalize("NFC", path): path for path in paths if not path.isascii()}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Find what a reference can lead to by its last part, for advice: made when a reference leads nowhere."""
        sources = (path for path, entry in self.entries.items() if entry.permalink)
        places = sorted([*self.addresses, *sources, *self.files], reverse=True)
        return {posixpath.basename(each.rstrip("/")): each for each in places}

    @cached_property
    def folded(self) -> Mapping[str, str]:
        """Give such names by themselves in small letters: capitals are the likeliest mistake."""
        return {name.casefold(): name for name in self.names}

    @cached_property
    def alike(self) -> Mapping[str, tuple[str, ...]]:
        """Give such names by their first letters."""
        return _by_beginning(self.names)


def due_later(entries: Mapping[str, Entry], archive: Archive, settings: Settings) -> Archive:
    """Gather what falls due later, as if it were the whole archive; `entries` are all of them, by path."""
    scheduled = (path for path, state in archive.hidden.items() if state is State.SCHEDULED and path in entries)
    return assemble([entries[path] for path in scheduled], settings, LAST)


def targets(
    archive: Archive,
    settings: Settings,
    addresses: Iterable[str],
    files: Mapping[str, Asset],
    left_out: Iterable[str] = (),
    *,
    ahead: Archive | None = None,
    later: Iterable[str] = (),
) -> Targets:
    """Gather what references may lead to; `addresses` are those of pages and files without a source.

    So are those that there will be `later`, for what falls due later: `ahead` has it.
    """
    paged: tuple[Entry, ...] = (*archive.items, *archive.gone, *archive.undated)
    entries: dict[str, Entry] = {entry.path: entry for entry in (*paged, *archive.introductions.values())}
    known: dict[str, tuple[str, ...] | None] = dict.fromkeys(addresses)
    known |= {entry.permalink: entry.facts.anchors for entry in paged}
    moving = chain((*ahead.items, *ahead.gone) if ahead else (), entries.values())
    return Targets(
        url=settings.url,
        entries=entries,
        addresses=known,
        moved={a.path: entry.permalink for entry in moving for a in entry.aliases if not a.query},
        files=files,
        hidden=archive.hidden,
        left_out=frozenset(left_out),
        ahead=ahead,
        later=frozenset(later),
    )


def nearest(entry: Entry, link: Link, place: str, known: Targets) -> str:
    """Propose, as it can be typed at that link, what has the same last part.

    But for capitals, or else much the same among few.
    """
    name = posixpath.basename(place.rstrip("/"))
    if name and name not in known.names:
        name = known.folded.get(name.casefold(), name)
    if name and name not in known.names:
        near = known.alike.get(name[0]) or known.alike.get(name[:_BEGINNING], ())
        name = next(iter(difflib.get_close_matches(name, near, 1, 0.8)), name)
    if not name or name not in known.names:
        return ""
    found = known.names[name]
    if not found.startswith("/"):
        found = posixpath.relpath(f"/{found}", f"/{posixpath.dirname(entry.path)}")
    typed = found.translate(_TYPED) if link in entry.facts.links else found.replace("%", "%25")
    return f"; did you mean {typed!r}?"


_TYPED = str.maketrans({char: quote(char) for char in " %()<>?#"})
"""What would end an address in Markdown, or mean something else in it."""


def _by_beginning(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in names:
        for length in (1, _BEGINNING):
            found.setdefault(name[:length], []).append(name)
    return {beginning: tuple(each) for beginning, each in found.items() if len(each) <= _FEW}


_BEGINNING, _FEW = 3, 300
"""A misspelt name is compared with those that begin alike, if they are few: comparing with all would be slow."""
