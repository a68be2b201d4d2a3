"""Items to one ordered, grouped archive as of an instant, with neighbours and translations."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeVar

from csto_site.model import Item, Permalink, Settings, State, Undated, UndatedKind, Value

T = TypeVar("T")

Month = tuple[int, int]
"""A year and a month of it."""


class Listing(Value, frozen=True, kw_only=True):
    """What one language has in one section and those below it; section "" is all news.

    `items` are published and withdrawn ones, oldest first; `months` groups the same items, since a withdrawn one
    stays in its month. Everywhere else those that stand are shown and counted: `standing` has them by month, or none.
    """

    language: str
    section: str
    items: tuple[Item, ...]
    months: Mapping[Month, tuple[Item, ...]]
    standing: Mapping[Month, tuple[Item, ...]]

    @property
    def newest(self) -> Iterable[Item]:
        """The items that heads, rails and feeds may show, newest first: not the withdrawn ones."""
        return (item for item in reversed(self.items) if item.withdrawn is None)

    @property
    def years(self) -> dict[int, int]:
        """How many items each year has, withdrawn ones included, oldest first."""
        return years_of(self.months)


def years_of(months: Mapping[Month, Sequence[Item]]) -> dict[int, int]:
    """Count the items of each year, oldest first."""
    counts: dict[int, int] = defaultdict(int)
    for (year, _), items in months.items():
        counts[year] += len(items)
    return dict(counts)


def with_neighbours(row: Iterable[T]) -> Iterator[tuple[T, T | None, T | None]]:
    """Give each of a row, as of years or months, with the one before it and the one after it."""
    each = tuple(row)
    return zip(each, (None, *each), (*each[1:], None), strict=False)


class Term(Value, frozen=True, kw_only=True):
    """A tag, or a term of another taxonomy, in one language; items oldest first.

    One whose items were all withdrawn has none and keeps its page, whose address was published.
    """

    language: str
    taxonomy: str
    slug: str
    title: str
    items: tuple[Item, ...]


class Neighbours(NamedTuple):
    """The items beside one in its own section, and the four before it among all news, newest first: their paths.

    None of them is withdrawn.
    """

    older: str | None
    newer: str | None
    rail: tuple[str, ...]


class Archive(Value, frozen=True, kw_only=True):
    """All items that are due, and what is made of them: the collection that the whole site is planned from.

    `translations` are languages and addresses of one text by source path, `hidden` names drafts and what is
    scheduled by path and by address; `next_instant` is when the next one falls due.
    """

    items: tuple[Item, ...]
    gone: tuple[Item, ...]
    undated: tuple[Undated, ...]
    introductions: Mapping[tuple[str, str], Undated]
    listings: Mapping[tuple[str, str], Listing]
    terms: Mapping[tuple[str, str], tuple[Term, ...]]
    translations: Mapping[str, tuple[tuple[str, Permalink], ...]]
    hidden: Mapping[str, State]
    next_instant: int | None


RAIL = 4
"""How many items the rail shows."""


def assemble(entries: Sequence[Item | Undated], settings: Settings, as_of: int) -> Archive:
    """Sort and group what is due at `as_of` (seconds since 1970 UTC)."""
    by_state: dict[State, list[Item]] = {state: [] for state in State}
    shown: list[Item] = []
    for item in sorted((each for each in entries if isinstance(each, Item)), key=lambda item: item.order):
        state = item.state(as_of)
        by_state[state].append(item)
        if state is State.PUBLISHED or state is State.WITHDRAWN:
            shown.append(item)
    undated = [each for each in entries if isinstance(each, Undated) and not each.draft]
    pages = [each for each in undated if each.kind is UndatedKind.PAGE]
    introductions = [each for each in undated if each.kind is UndatedKind.INTRODUCTION]
    return Archive(
        items=tuple(shown),
        gone=tuple(by_state[State.GONE]),
        undated=tuple(sorted(pages, key=lambda page: (page.order, page.title, page.path))),
        introductions={(each.language, each.section): each for each in introductions},
        listings={(each.language, each.section): each for each in _listings(shown, settings)},
        terms=_terms(shown, settings),
        translations=_translations([*by_state[State.PUBLISHED], *pages]) | _translations(by_state[State.WITHDRAWN]),
        hidden=_hidden(entries, by_state[State.SCHEDULED]),
        next_instant=min((item.publish.instant for item in by_state[State.SCHEDULED]), default=None),
    )


def _hidden(entries: Iterable[Item | Undated], scheduled: Iterable[Item]) -> Mapping[str, State]:
    drafts = ((each, State.DRAFT) for each in entries if each.draft)
    waiting = ((each, State.SCHEDULED) for each in scheduled)
    return {name: state for each, state in (*drafts, *waiting) for name in (each.path, each.permalink)}


def neighbours(archive: Archive, language: str) -> Mapping[str, Neighbours]:
    """Give each item of a language its neighbours, by path."""
    items = archive.listings[language, ""].items
    newer = _newer(items)
    older: dict[str, str] = {}
    rail: tuple[str, ...] = ()
    found = {}
    for item in items:
        path, section = item.path, item.section
        found[path] = Neighbours(older.get(section), newer[path], rail)
        if item.withdrawn is None:
            rail = (path, *rail[: RAIL - 1])
            older[section] = path
    return found


def _newer(items: Sequence[Item]) -> Mapping[str, str | None]:
    """Give each item, by path, the next one of its section that was not withdrawn."""
    found: dict[str, str | None] = {}
    next_of: dict[str, str] = {}
    for item in reversed(items):
        found[item.path] = next_of.get(item.section)
        if item.withdrawn is None:
            next_of[item.section] = item.path
    return found


RELATED = 3
"""How many related items an item names."""
_REMEMBERED = 5
"""Of how many items before it that carry a term these are chosen: so a changed item bears on few others."""
_SECTION = 1 << 32
_TERM = 2 * _SECTION
"""What a shared section and each shared term weigh; below them counts the place: the newer comes first."""


def related(items: Sequence[Item]) -> Mapping[str, tuple[str, ...]]:
    """Give each item of a row, oldest first, those before it that are most like it, by paths; none where none is.

    They share terms: the more the better, then those of its section, then the newest. Only older ones are chosen,
    so what is new changes no page that stands; the last of its section is its neighbour, which it names anyway.
    """
    carrying: dict[tuple[str, str], deque[tuple[int, str]]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
    last: dict[str, int] = {}
    found = {}
    for place, item in enumerate(items):
        if item.terms:
            terms = {(name, term_slug(each)) for name, words in item.terms for each in words}
            rows = [carrying[term] for term in terms]
            likest = _likest(rows, item.section, last.get(item.section))
            found[item.path] = tuple([items[each].path for each in likest])
            if item.withdrawn is None:
                for row in rows:
                    row.append((place, item.section))
        if item.withdrawn is None:
            last[item.section] = place
    return found


def _likest(rows: Iterable[Iterable[tuple[int, str]]], section: str, last: int | None) -> list[int]:
    weights: dict[int, int] = {}
    for row in rows:
        for place, of in row:
            if place in weights:
                weights[place] += _TERM
            else:
                weights[place] = place + (_TERM + _SECTION if of == section else _TERM)
    weights.pop(-1 if last is None else last, None)
    return [weight % _SECTION for weight in sorted(weights.values(), reverse=True)[:RELATED]]


def _listings(items: Sequence[Item], settings: Settings) -> Iterable[Listing]:
    rows: dict[tuple[str, str], dict[Month, list[Item]]] = {
        (language.code, name): {}
        for language in settings.languages
        for name in ("", *(section.name for section in settings.sections))
    }
    for item in items:
        day = item.date.date
        month = (day.year, day.month)
        for name in ("", *upwards(item.section)):
            row = rows[item.language, name]
            if month in row:
                row[month].append(item)
            else:
                row[month] = [item]
    for (language, section), row in rows.items():
        months = {month: tuple(of) for month, of in row.items()}
        standing = {month: _standing(of) for month, of in months.items()}
        every = tuple(chain.from_iterable(months.values()))
        yield Listing(language=language, section=section, items=every, months=months, standing=standing)


def _standing(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Leave out what was withdrawn; mostly that is nothing, and the row itself will do."""
    kept = tuple([item for item in items if item.withdrawn is None])
    return kept if len(kept) < len(items) else items


@lru_cache(maxsize=1024)
def upwards(section: str) -> tuple[str, ...]:
    """Name a section and those that it lies below."""
    return (section, *upwards(section.rpartition("/")[0])) if section else ()


@lru_cache(maxsize=65536)
def term_slug(title: str) -> str:
    """Make the last part of a term's address: its words, folded, with hyphens; `C++` and `C#` stay apart."""
    folded = unicodedata.normalize("NFC", title).casefold().replace("/", "-").replace("\\", "-")
    return "-".join(folded.split()).strip(".") or "-"


def _terms(items: Iterable[Item], settings: Settings) -> Mapping[tuple[str, str], tuple[Term, ...]]:
    rows: dict[tuple[str, str], dict[str, list[Item]]] = {
        (language.code, taxonomy.name): {} for language in settings.languages for taxonomy in settings.taxonomies
    }
    spellings: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for item in items:
        for taxonomy, titles in item.terms:
            slugs = {term_slug(title): title for title in titles}
            for slug, title in slugs.items():
                row = rows[item.language, taxonomy].setdefault(slug, [])
                if item.withdrawn is None:
                    row.append(item)
                spellings[item.language, taxonomy, slug][title] += 1
    return {
        (language, taxonomy): tuple(
            Term(
                language=language,
                taxonomy=taxonomy,
                slug=slug,
                title=_commonest(spellings[language, taxonomy, slug]),
                items=tuple(row),
            )
            for slug, row in sorted(slugs.items())
        )
        for (language, taxonomy), slugs in rows.items()
    }


def _commonest(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda title: (-spellings[title], title))


def _translations(entries: Iterable[Item | Undated]) -> dict[str, tuple[tuple[str, Permalink], ...]]:
    """Give each entry's language versions by its path, where there are several.

    Those that stand and those that were withdrawn do not name each other, or readers would be led to what no longer
    holds; search engines heed only links that are returned.
    """
    found = {}
    for text in texts(entries):
        if len(text) > 1:
            versions = tuple(sorted((each.language, each.permalink) for each in text))
            found.update({each.path: versions for each in text})
    return found


def texts(entries: Iterable[Item | Undated]) -> Iterator[Sequence[Item | Undated]]:
    """Bring together what is one text in several languages.

    A slug may come back year after year: then its items meet only those of their own date.
    """
    by_key: dict[str, list[Item | Undated]] = defaultdict(list)
    for entry in entries:
        by_key[translation_key(entry)].append(entry)
    for row in by_key.values():
        if len(row) == 1 or _is_one_text(row):
            yield row
        else:
            for group in _by_date(row):
                yield from [group] if _is_one_text(group) else ([each] for each in group)


def _is_one_text(row: Sequence[Item | Undated]) -> bool:
    return len({each.language for each in row}) == len(row)


def _by_date(row: Iterable[Item | Undated]) -> Iterable[list[Item | Undated]]:
    groups: dict[dt.date | None, list[Item | Undated]] = defaultdict(list)
    for each in row:
        groups[each.date.date if isinstance(each, Item) else None].append(each)
    return groups.values()


def translation_key(entry: Item | Undated) -> str:
    """Say under which key an entry meets its translations: items and pages never meet each other."""
    return f"{'item' if isinstance(entry, Item) else 'page'}:{entry.translation}"
