"""Facts of all entries together to diagnostics: addresses taken twice, aliases that collide, translations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from csto_site import policy
from csto_site.archive import term_slug, translation_key
from csto_site.diagnostics import Diagnostic, Span, problem
from csto_site.model import Alias, Item, Settings, Undated, UndatedKind
from csto_site.parse.addresses import LONGEST
from csto_site.permalinks import out_path

Entry = Item | Undated


def entries(all_entries: Sequence[Entry], taken: Iterable[str]) -> Iterator[Diagnostic]:
    """Check entries against each other and against `taken`, the addresses of pages without a source."""
    paged = [each for each in all_entries if isinstance(each, Item) or each.kind is UndatedKind.PAGE]
    owners: dict[str, str] = {out_path(address): "" for address in taken}
    yield from duplicate_addresses(paged, owners)
    yield from colliding_aliases(all_entries, owners)
    yield from duplicate_translations(paged)
    yield from long_terms(each for each in all_entries if isinstance(each, Item))
    yield from duplicate_introductions(each for each in all_entries if isinstance(each, Undated))


def logo(settings: Settings, static: Container[str]) -> Iterator[Diagnostic]:
    """Find a logo that is not there; `static` names the files below `static/`."""
    if settings.logo is not None and settings.logo.path not in static:
        message = f"there is no file {f'static/{settings.logo.path}'!r}"
        yield problem(
            "image/missing", Span("site.yaml", *settings.logo.mark), message, "put it there, or mend the path"
        )


def embeds(items: Iterable[Item], settings: Settings) -> Iterator[Diagnostic]:
    """Find players in frames of hosts that `site.yaml` does not allow: readers get a link instead."""
    for item in items:
        if item.video is not None and (link := item.video.embed) and not policy.may_frame(link.target, settings.embeds):
            host = urlsplit(link.target).netloc
            text = f"site.yaml does not allow players of {host!r}: readers get a link"
            place = Span(f"content/{item.path}", link.line, link.column, link.length)
            yield problem("video/embed", place, text, f"add `embeds: [{host}]` to site.yaml, or leave `embed` out")


DAY = 24 * 3600
SOON = 30 * DAY
"""How long before security.txt expires that is said."""
AHEAD = 366 * DAY
"""How far ahead it may expire: RFC 9116 advises against more than a year, which may be a leap year."""


def security(settings: Settings, as_of: int) -> Iterator[Diagnostic]:
    """Find that security.txt no longer holds, or not for long, or says so too far ahead."""
    if settings.security is None:
        return
    left = settings.security.expires.instant - as_of
    span, shown = Span("site.yaml", *settings.security.mark), settings.security.expires.iso
    advice = "write a date within a year once you have seen that the contacts still hold"
    if left <= 0:
        yield problem("security/expired", span, f"security.txt expired on {shown!r}", advice)
    elif left <= SOON:
        yield problem("security/expires", span, f"security.txt expires on {shown!r}, in less than 30 days", advice)
    elif left > AHEAD:
        message = f"security.txt expires on {shown!r}, more than a year from now"
        yield problem("security/expires", span, message, advice)


def instants(settings: Settings) -> Iterator[int]:
    """Give the instants at which `security` has other things to say."""
    if settings.security is not None:
        expires = settings.security.expires.instant
        yield from (expires - AHEAD, expires - SOON, expires)


def duplicate_addresses(paged: Iterable[Entry], owners: dict[str, str]) -> Iterator[Diagnostic]:
    """Find permalinks that are taken; notes in `owners` (output path to source path) whom each belongs to."""
    for entry in sorted(paged, key=lambda each: each.path):
        owner = owners.setdefault(out_path(entry.permalink), entry.path)
        if owner != entry.path:
            whose = f"content/{owner}" if owner else "a page that the site makes itself"
            yield problem(
                "address/duplicate",
                Span(f"content/{entry.path}", *entry.mark),
                f"the address {entry.permalink!r} belongs to {whose} already",
                "write another `slug` or `permalink`",
            )


def colliding_aliases(all_entries: Iterable[Entry], owners: dict[str, str]) -> Iterator[Diagnostic]:
    """Find former addresses that are somebody's present or former address; items claim theirs first."""
    former: dict[tuple[str, str], str] = {}
    for entry in sorted(all_entries, key=lambda each: (isinstance(each, Undated), each.path)):
        for alias in entry.aliases:
            owner = None if alias.query else owners.get(out_path(alias.path))
            other = former.setdefault((out_path(alias.path), alias.query), entry.path)
            if owner is not None or other != entry.path:
                yield _collision(entry, alias, owner if owner is not None else other)


def _collision(entry: Entry, alias: Alias, owner: str) -> Diagnostic:
    whose = f"content/{owner}" if owner else "a page that the site makes itself"
    address = alias.path + (f"?{alias.query}" if alias.query else "")
    return problem(
        "alias/collision",
        Span(f"content/{entry.path}", alias.line, alias.column, max(alias.length, 1)),
        f"the former address {address!r} belongs to {whose}",
        "take the alias away, or give it to one item only",
    )


def duplicate_translations(paged: Iterable[Entry]) -> Iterator[Diagnostic]:
    """Find items of one language that claim, by a key that was written, to be one text."""
    seen: dict[tuple[str, str], Entry] = {}
    for entry in sorted(paged, key=lambda each: each.path):
        if isinstance(entry, Item) and entry.translation == f"{entry.section}/{entry.slug}":
            continue
        first = seen.setdefault((translation_key(entry), entry.language), entry)
        if first is not entry:
            yield problem(
                "translation/duplicate",
                Span(f"content/{entry.path}", *entry.mark),
                f"the translation key {entry.translation!r} belongs to content/{first.path} in the same language",
                "write another `translation`: one key is for one text in several languages",
            )


def long_terms(items: Iterable[Item]) -> Iterator[Diagnostic]:
    """Find terms whose address no file system can hold."""
    for item in items:
        for name, titles in item.terms:
            for title in titles:
                size = len(term_slug(title).encode())
                if size > LONGEST:
                    yield problem(
                        "address/too-long",
                        Span(f"content/{item.path}", *item.mark),
                        f"a term of `{name}` makes an address of {size} bytes, {LONGEST} are the most",
                        "write a shorter one",
                    )


def duplicate_introductions(undated: Iterable[Undated]) -> Iterator[Diagnostic]:
    """Find sections that are introduced twice in one language."""
    by_place: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in undated:
        if each.kind is UndatedKind.INTRODUCTION:
            by_place[each.language, each.section].append(each.path)
    for paths in by_place.values():
        first, *more = sorted(paths)
        for path in more:
            yield problem(
                "address/duplicate",
                Span(f"content/{path}", 1, 1),
                f"content/{first} introduces the same section in the same language",
                "keep one of the two files",
            )
