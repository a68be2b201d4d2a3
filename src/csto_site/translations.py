"""What the languages of a site lack: texts without a version, and versions that their original has left behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from csto_site.archive import texts
from csto_site.diagnostics import Diagnostic, Span, problem
from csto_site.model import Item, Moment, Settings, Undated
from csto_site.moments import modified
from csto_site.parse.names import taken_apart

Entry = Item | Undated


def report(entries: Iterable[Entry], settings: Settings) -> Iterator[Diagnostic]:
    """Name every text that lacks a language of the site, and every translation that is outdated.

    The original is the version in the first of the site's languages that has one. A draft is work on a translation:
    it is neither missing nor outdated, and lacks none itself. An item that waits for its day may well lack some.
    """
    places = {language.code: place for place, language in enumerate(settings.languages)}
    for versions in texts(entries):
        row = sorted((each for each in versions if not each.draft), key=lambda each: places[each.language])
        if row:
            original, *others = row
            if _stands(original):
                yield from missing(original, places.keys() - {each.language for each in versions}, settings)
            yield from outdated(original, others)


def missing(original: Entry, languages: Iterable[str], settings: Settings) -> Iterator[Diagnostic]:
    """Name the languages in which a text has no version."""
    for language in sorted(languages):
        yield problem(
            "translation/missing",
            Span(f"content/{original.path}", *original.mark),
            f"no version in {language!r}, expected one in each language of the site",
            f"write {_proposed(original, language, settings)}",
        )


def outdated(original: Entry, others: Sequence[Entry]) -> Iterator[Diagnostic]:
    """Find the translations that say what their original no longer says; pages have no dates and are not judged."""
    for other in others:
        if isinstance(original, Item) and isinstance(other, Item) and _stands(other):
            found = _left_behind(original, other)
            if found:
                message, advice = found
                yield problem("translation/outdated", Span(f"content/{other.path}", *other.mark), message, advice)


def _left_behind(original: Item, other: Item) -> tuple[str, str] | None:
    if not _stands(original):
        state = "withdrawn" if original.gone is None else "removed"
        return f"its original, content/{original.path}, was {state}", f"let it be {state}, too, with the same reason"
    changed, seen = modified(original), _last_seen(other)
    if changed == original.date or not _is_before(seen, changed):
        return None
    return (
        f"from {seen.date}, older than the last change of its original, content/{original.path}, on {changed.date}",
        "bring the text up to date, and say so under `updated` or `changes`",
    )


def _last_seen(item: Item) -> Moment:
    """Give the last moment at which somebody says to have worked on a text: a change of any kind will do."""
    moments = [item.date, *(change.date for change in item.changes), *([item.updated] if item.updated else [])]
    return max(moments, key=lambda moment: moment.order)


def _is_before(one: Moment, other: Moment) -> bool:
    """Tell whether a moment surely lies before another: on one day only if both have a time."""
    return one.order < other.order if one.time and other.time else one.date < other.date


def _stands(entry: Entry) -> bool:
    return isinstance(entry, Undated) or (entry.withdrawn is None and entry.gone is None)


def _proposed(original: Entry, language: str, settings: Settings) -> str:
    """Name the file beside the original that would be found as its version in a language, and the key that it needs."""
    name = taken_apart(original.path, {each.code.lower(): each.code for each in settings.languages})
    code = "" if language == settings.language else f".{language}"
    path = f"content/{name.folder}/{name.full}{code}.{original.path.rpartition('.')[2]}".replace("//", "/")
    needs_key = isinstance(original, Item) and original.translation != f"{original.section}/{name.slug}"
    return f"{path} with `translation: {original.translation}`" if needs_key else path
