"""Facts of all entries together to diagnostics: addresses taken twice, aliases that collide, translations."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from unicodedata import normalize
from urllib.parse import urlsplit

from msgspec.structs import replace

from csto_site import policy
from csto_site.archive import term_slug, translation_key
from csto_site.diagnostics import Diagnostic, Span, has_errors, problem
from csto_site.model import Alias, Asset, Item, Settings, Undated, UndatedKind
from csto_site.parse.addresses import LONGEST
from csto_site.parse.dates import doubt
from csto_site.permalinks import out_path
from csto_site.tree import Ground, in_the_way

Entry = Item | Undated
Files = Mapping[str, Asset]
"""Files that are copied, by their path in their folder."""


def entries(all_entries: Sequence[Entry], ground: Ground) -> Iterator[Diagnostic]:
    """Check entries against each other and against the outputs without a source, which the `ground` knows.

    It knows those of entries afterwards.
    """
    paged = [each for each in all_entries if isinstance(each, Item) or each.kind is UndatedKind.PAGE]
    yield from duplicate_addresses(paged, ground)
    yield from colliding_aliases(all_entries, ground)
    yield from addresses_alike(paged, ground)
    yield from duplicate_translations(paged)
    yield from duplicate_ids([each for each in all_entries if isinstance(each, Item)])
    yield from unusable_terms(each for each in all_entries if isinstance(each, Item))
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
            place = Span(_source(item), link.line, link.column, link.length)
            yield problem("video/embed", place, text, f"add `embeds: [{host}]` to site.yaml, or leave `embed` out")


def once_a_folder(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Say once that a folder is in no section, at the first of its files."""
    rows: dict[tuple[str, str], list[Diagnostic]] = defaultdict(list)
    for each in diagnostics:
        if each.code == "section/unknown" and each.message.startswith("the folder "):
            rows[each.message, each.severity].append(each)
        else:
            yield each
    for first, *others in rows.values():
        more = f", with {len(others):,} more of its files" if others else ""
        yield replace(first, message=first.message + more)


def to_leave_out(
    diagnostics: Iterable[Diagnostic],
    already: Container[str],
    content: Container[str],
    files: Container[str],
    static: Container[str],
) -> Mapping[str, str]:
    """Name what keep-going leaves out next, by its path from the site's root; sources with their path below `content/`.

    Files that stand where an output does wait until no source has errors: without these they may have their place.
    """
    wrong = {each.span.path for each in diagnostics if has_errors([each])}
    parts = [(path, *path.partition("/")[::2]) for path in wrong if path not in already]
    sources = {path: name for path, folder, name in parts if folder == "content" and name in content}
    others = {"content": files, "static": static}
    return sources or {path: "" for path, folder, name in parts if name in others.get(folder, ())}


def others_without(paths: Container[str], files: Files, static: Files) -> Mapping[str, Files]:
    """Give the files below `content/` and `static/` but for those whose path from the root is named."""
    return {
        "files": {name: each for name, each in files.items() if f"content/{name}" not in paths},
        "static": {name: each for name, each in static.items() if f"static/{name}" not in paths},
    }


_MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd", ".mdwn")
_UNREAD = (*_MARKDOWN, *(f"{each}.txt" for each in _MARKDOWN))
"""How the names of files end that hold Markdown; editors on Windows add an ending of their own."""
_COPY = re.compile(
    r"(.+?)(?: (?:[\u2013\u2014-] )?\(?(?:copy|copie|copia|cópia|kopie|kopia|копия)\)?(?: \(?\d+\)?)?| \(\d+\))\.md",
    re.IGNORECASE,
).fullmatch
"""Names that systems give to copies: `a (1).md`, `a - Copy.md`, `a copy 2.md`."""


def names(content: Collection[str], files: Iterable[str], used: Iterable[str]) -> Iterator[Diagnostic]:
    """Check the names of sources and of the other files below `content/`, of which some are `used`."""
    yield from names_alike(chain(content, files))
    yield from unread(files, used, content)
    yield from copies(content)


def names_alike(paths: Iterable[str]) -> Iterator[Diagnostic]:
    """Find files whose names differ only in how letters and their accents are put together."""
    others = [each for each in paths if not each.isascii()]
    seen: dict[str, str] = {}
    for path in sorted(others) if len({normalize("NFC", each) for each in others}) < len(others) else ():
        first = seen.setdefault(normalize("NFC", path), path)
        if first is not path:
            message = "another file has this name but for how accents are joined to their letters (Unicode NFC and NFD)"
            advice = "keep one of the two: to readers, links and Macs they are one name"
            yield problem("output/collision", Span(f"content/{path}"), message, advice)


def unread(files: Iterable[str], used: Iterable[str], content: Container[str]) -> Iterator[Diagnostic]:
    """Find files below `content/` that hold Markdown by their names and are no sources; `used` are published files."""
    for path in sorted({each for each in files if each.lower().endswith(_UNREAD)}.difference(used)):
        folder, slash, name = path.rpartition("/")
        ending = next(each for each in _UNREAD if name.lower().endswith(each))
        meant = f"{name[: -len(ending)]}.md"
        advice = f"rename it to {meant}"
        if folder + slash + meant in content:
            advice = f"{meant} lies beside it: delete one of the two, or give this one another name that ends with .md"
        message = f"{name!r} is not read: the names of sources end with .md"
        yield problem("source/extension", Span(f"content/{path}"), message, advice)


def copies(content: Collection[str]) -> Iterator[Diagnostic]:
    """Find sources that are named as copies are, where the one lies beside that they are of."""
    for path in sorted(each for each in content if " " in each):
        folder, slash, name = path.rpartition("/")
        copy = _COPY(name)
        if copy and f"{folder}{slash}{copy[1]}.md" in content:
            message = f"{name!r} seems to be a copy of {f'{copy[1]}.md'!r}, and is read as one more source"
            yield problem("source/copy", Span(f"content/{path}"), message, "delete it, or give it a name of its own")


def future_changes(items: Iterable[Item], as_of: int) -> Iterator[Diagnostic]:
    """Find changes that are said to have been made after `as_of`."""
    for item in items:
        for change in item.changes:
            if change.date.instant > as_of:
                message = f"a change is said to have been made on {change.date.date}, which is yet to come"
                yield problem("date/order", Span(_source(item), *item.mark), message, "correct its `date`")


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
    elif left > AHEAD and not doubt(settings.security.expires.date):  # of such a year is told where it is read
        message = f"security.txt expires on {shown!r}, more than a year from now"
        yield problem("security/expires", span, message, advice)


def instants(settings: Settings) -> Iterator[int]:
    """Give the instants at which `security` has other things to say."""
    if settings.security is not None:
        expires = settings.security.expires.instant
        yield from (expires - AHEAD, expires - SOON, expires)


def duplicate_addresses(paged: Iterable[Entry], ground: Ground) -> Iterator[Diagnostic]:
    """Find permalinks that are taken, or whose file cannot stand beside those of others."""
    row = sorted(((each.path, out_path(each.permalink), each) for each in paged), key=itemgetter(0))
    owners: dict[str, str] = {path: _source(entry) for _, path, entry in row}
    if len(owners) == len(row) and ground.claim_all(owners):
        return
    for _, path, entry in row:
        other = ground.claim(path, _source(entry))
        if other is None or normalize("NFC", ground.owners[other]) == normalize("NFC", _source(entry)):
            continue  # of names that differ in their form `names_alike` tells
        whose = ground.owners[other] or "a page that the site makes itself"
        span, help_text = Span(_source(entry), *entry.mark), "write another `slug` or `permalink`"
        if other == path:
            message = f"the address {entry.permalink!r} belongs to {whose} already"
            yield problem("address/duplicate", span, message, help_text)
        else:
            yield problem("output/collision", span, f"{in_the_way(path, other)}, for {whose}", help_text)


def addresses_alike(paged: Iterable[Entry], ground: Ground) -> Iterator[Diagnostic]:
    """Find permalinks that differ from others in capitals only: on many disks they are one file."""
    seen: dict[str, str] = {}
    with_capitals = [each for each in paged if each.permalink != each.permalink.casefold()]
    for entry in sorted(with_capitals, key=lambda each: each.path):
        path = out_path(entry.permalink)
        folded = path.casefold()
        other = folded if folded in ground.owners else seen.setdefault(folded, path)
        if other != path:
            whose = ground.owners[other] or "a page that the site makes itself"
            yield problem(
                "address/case",
                Span(_source(entry), *entry.mark),
                f"the address {entry.permalink!r} differs only in capitals from that of {whose}",
                "write another `slug` or `permalink`: Windows and macOS take the two for one",
            )


def colliding_aliases(all_entries: Iterable[Entry], ground: Ground) -> Iterator[Diagnostic]:
    """Find former addresses that are somebody's present or former address; items claim theirs first."""
    queried: dict[tuple[str, str], str] = {}
    moved = [each for each in all_entries if each.aliases]
    for entry in sorted(moved, key=lambda each: (isinstance(each, Undated), each.path)):
        own = _source(entry)
        for alias in entry.aliases:
            path = out_path(alias.path)
            other = None if alias.query else ground.claim(path, own)
            owner = queried.setdefault((path, alias.query), own) if alias.query else ground.owners[other or path]
            if owner != own or other not in {None, path}:
                yield _collision(entry, alias, owner, other or path)


def _source(entry: Entry) -> str:
    return f"content/{entry.path}"


def _collision(entry: Entry, alias: Alias, owner: str, other: str) -> Diagnostic:
    whose = owner or "a page that the site makes itself"
    path = out_path(alias.path)
    address = alias.path + (f"?{alias.query}" if alias.query else "")
    why = f"belongs to {whose}" if other == path else f"cannot be kept: {in_the_way(path, other)}, for {whose}"
    return problem(
        "alias/collision",
        Span(_source(entry), alias.line, alias.column, max(alias.length, 1)),
        f"the former address {address!r} {why}",
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
                Span(_source(entry), *entry.mark),
                f"the translation key {entry.translation!r} belongs to content/{first.path} in the same language",
                "write another `translation`: one key is for one text in several languages",
            )


def duplicate_ids(items: Sequence[Item]) -> Iterator[Diagnostic]:
    """Find ids that two items claim (RFC 4287, section 4.2.6); what has another's address is named for that.

    Only those that were written can meet: what is made of an address ends with it, and is not remembered here.
    """
    written = {item.id for item in items if not item.id.endswith(item.permalink)}
    seen: dict[str, Item] = {}
    for item in sorted((each for each in items if each.id in written), key=lambda each: each.path):
        first = seen.setdefault(item.id, item)
        if first is not item and first.permalink != item.permalink:
            yield problem(
                "id/duplicate",
                Span(_source(item), *item.mark),
                f"the id {item.id!r} belongs to content/{first.path} already: feed readers would show one of the two",
                "leave `id` out, or write another",
            )


def unusable_terms(items: Iterable[Item]) -> Iterator[Diagnostic]:
    """Find terms whose address no file system can hold, or is that of the page on which all terms stand."""
    for item in items:
        for name, titles in item.terms:
            for title in titles:
                last = term_slug(title)
                if (size := len(last.encode())) > LONGEST:
                    message = f"a term of `{name}` makes an address of {size} bytes, {LONGEST} are the most"
                    yield problem("address/too-long", Span(_source(item), *item.mark), message, "write a shorter one")
                elif last == _OWN:
                    message = f"the term {title!r} of `{name}` makes an address that the site needs for itself"
                    yield problem("address/reserved", Span(_source(item), *item.mark), message, "write another word")


_OWN = out_path("/")


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
