"""Which pictures a site shows, and what becomes of their files: widths, a copy, or a problem.

    references ── wanted ──► files ── measured by hands ──► settled ──► references to what is made of them

A picture that is only shown is not published itself: its renditions are, without whatever its camera noted. A file
that something links to keeps its own address and its pixels, and loses such notes, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from msgspec.structs import replace

from csto_site import metadata, pictures
from csto_site.archive import Archive
from csto_site.diagnostics import Diagnostic, problem
from csto_site.links import Href, Media, References, media_links, span
from csto_site.model import Asset, Digest, Item, Link, LinkKind, Measured, OutPath, Value
from csto_site.pictures import Picture
from csto_site.targets import Entry

Files = Mapping[str, Asset]
"""What references can lead to beside pages, by path in the output."""

_SUFFIXES = (*metadata.SUFFIXES, ".avif", ".gif", ".svg", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".jfif")
"""How the names of pictures end: a site that has none of them needs no second look at its references."""
_AS_WRITTEN: Mapping[str, tuple[str, ...]] = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "AVIF": (".avif",),
    "GIF": (".gif",),
    "SVG": (".svg",),
}
"""The forms that browsers show, each with the names that its files have."""


def developed(
    archive: Archive,
    references: References,
    files: Files,
    known: dict[Digest, Measured],
    measure: Callable[[Sequence[Asset]], Iterable[Measured]],
    *,
    are_made: bool,
) -> Settled:
    """Find the pictures that are shown, look at those that are not known, note them there, and settle them all.

    Where pictures are not `are_made`, as in the preview, references stay as they are.
    """
    if not may_show(files):
        return Settled(references=references)
    found, later = wanted(archive, references, files), _later(references, files)
    names = {**asked(later, files), **asked(found, files)}
    unseen = [files[path] for name, path in names.items() if name not in known]
    known |= {file.digest: each for file, each in zip(unseen, measure(unseen), strict=False)}
    measured = {name: known[name] for name in names if name in known}
    done = settled(references, found, files, measured, are_made=are_made)
    seen = ((path, measured.get(files[path].digest), places) for path, places in later.shown.items())
    problems = (each for path, facts, places in seen if facts for each in _problems(path, facts, places))
    return replace(done, diagnostics=(*done.diagnostics, *problems))


class Wanted(Value, frozen=True, kw_only=True):
    """The files that pages show as pictures, each with the places that name it; and those that they link to."""

    shown: Mapping[str, tuple[tuple[Entry, Link], ...]]
    linked: Mapping[str, tuple[Entry, ...]]


class Settled(Value, frozen=True, kw_only=True):
    """What became of the pictures: references that lead to their renditions, and what is wrong with them.

    `made` are to be made from files, `copies` are published as they are, but perhaps without metadata; `bare` are
    files that keep their address and lose their metadata. `measured` is what was used of what is known of pictures.
    """

    references: References
    diagnostics: tuple[Diagnostic, ...] = ()
    made: Mapping[Picture, Asset] = {}
    copies: Mapping[OutPath, Asset] = {}
    bare: Mapping[str, Asset] = {}
    measured: Mapping[Digest, Measured] = {}


def may_show(files: Iterable[str]) -> bool:
    """Tell whether there is a file that may be a picture, but for those that pages cannot name (`assets/`)."""
    return any(path.lower().endswith(_SUFFIXES) and not path.startswith("assets/") for path in files)


def wanted(archive: Archive, references: References, files: Files) -> Wanted:
    """Find what pages show, and what they link to."""
    return _sorted_out(_named(archive, references), files)


def _later(references: References, files: Files) -> Wanted:
    """Find the pictures of what falls due later: they are looked at, and nothing is made of them yet."""
    return replace(_sorted_out(references.ahead, files), linked={})


def _sorted_out(named: Iterable[tuple[Entry, Link, Href]], files: Files) -> Wanted:
    shown: dict[str, list[tuple[Entry, Link]]] = {}
    linked: dict[str, list[Entry]] = {}
    for entry, link, href in named:
        path = _file(href)
        if path in files:
            if link.kind is LinkKind.IMAGE and _is_whole(href):
                shown.setdefault(path, []).append((entry, link))
            else:
                linked.setdefault(path, []).append(entry)
    return Wanted(
        shown={path: tuple(places) for path, places in shown.items()},
        linked={path: tuple(entries) for path, entries in linked.items()},
    )


def _named(archive: Archive, references: References) -> Iterator[tuple[Entry, Link, Href]]:
    entries: tuple[Entry, ...] = (*archive.items, *archive.undated, *archive.introductions.values())
    for entry in entries:
        if entry.facts.links:
            yield from ((entry, *each) for each in zip(entry.facts.links, references.body[entry.path], strict=True))
    for item in archive.items:
        if media := references.media[item.path]:
            yield from ((item, link, file.href) for link, file in zip(media_links(item), media, strict=True))


def _file(href: Href) -> str:
    return unquote(href.partition("#")[0].partition("?")[0]).removeprefix("/") if href.startswith("/") else ""


def _is_whole(href: Href) -> bool:
    """Tell a picture from a part of one (`flags.svg#red`), which only its own address can name."""
    return "#" not in href and "?" not in href


def asked(known: Wanted, files: Files) -> Mapping[Digest, str]:
    """Give the files that must be measured, by the digest of their bytes: each with a path that it has."""
    paths = {*known.shown, *(path for path in known.linked if path.lower().endswith(metadata.SUFFIXES))}
    return {files[path].digest: path for path in sorted(paths, reverse=True)}


def settled(
    references: References, known: Wanted, files: Files, measured: Mapping[Digest, Measured], *, are_made: bool
) -> Settled:
    """Decide what becomes of each picture; `measured` has what `asked` named, as far as it could be looked at."""
    addresses: dict[Href, Href] = {}
    found: list[Diagnostic] = []
    made: dict[Picture, Asset] = {}
    copies: dict[OutPath, Asset] = {}
    for path, places in known.shown.items():
        facts = measured.get(files[path].digest)
        if facts is None:
            continue
        found += _problems(path, facts, places)
        if facts.flaw or not are_made:
            continue
        picture = pictures.named(path, files[path].digest, (facts.width, facts.height), _suffix(facts))
        addresses[path] = picture.address
        if picture.is_made:
            made[picture] = files[path]
        else:
            copies[picture.path] = _bare(files[path], facts)
    bare = {
        path: _bare(files[path], facts)
        for path in (*known.shown, *known.linked)
        if (facts := measured.get(files[path].digest)) and facts.bare
    }
    return Settled(
        references=_led(references, known, addresses, bare) if addresses or bare else references,
        diagnostics=tuple(found),
        made=made,
        copies=copies,
        measured=measured,
        bare=bare,
    )


def _suffix(facts: Measured) -> str:
    if facts.is_moving or facts.form in {"GIF", "SVG"}:
        return "apng" if facts.form == "PNG" else facts.form.lower()
    return "png" if facts.has_alpha else "jpg"


def _bare(asset: Asset, facts: Measured) -> Asset:
    return replace(asset, size=facts.bare_size, digest=facts.bare, is_bare=True) if facts.bare else asset


def _problems(path: str, facts: Measured, places: Iterable[tuple[Entry, Link]]) -> Iterator[Diagnostic]:
    for entry, link in places:
        if facts.flaw:
            code = "image/too-large" if facts.width else "image/unreadable"
            advice = (
                "make it smaller: no page shows more than 1,600 pixels across"
                if facts.width
                else "put a whole JPEG, PNG, WebP, AVIF, GIF or SVG file there"
            )
            yield problem(code, span(entry, link), f"{link.target!r} {facts.flaw}", advice)
        elif not path.lower().endswith(_AS_WRITTEN[facts.form]):
            text = f"{link.target!r} is named otherwise than the {facts.form} that it is"
            advice = f"let its name end with {_AS_WRITTEN[facts.form][0]}"
            yield problem("image/format", span(entry, link), text, advice)


def _led(references: References, known: Wanted, addresses: Mapping[str, str], bare: Files) -> References:
    """Let references lead to what is made of pictures, and know the size of what is bare.

    What is only shown is not published itself.
    """

    def led(link: Link, href: Href) -> Href:
        is_shown = link.kind is LinkKind.IMAGE and _is_whole(href)
        return addresses.get(_file(href), href) if is_shown else href

    def file_led(link: Link, file: Media) -> Media:
        href = led(link, file.href)
        path = _file(href)
        if href != file.href:
            return Media(href, 0)  # its size is that of another file
        return Media(href, bare[path].size) if path in bare else file

    entries = {entry.path: entry for path in addresses for entry, _ in known.shown[path]}
    entries |= {entry.path: entry for path in bare for entry in known.linked.get(path, ())}
    body, media = {}, {}
    for path, entry in entries.items():
        body[path] = tuple(map(led, entry.facts.links, references.body[path]))
        if isinstance(entry, Item):
            files = zip(media_links(entry), references.media[path], strict=True)
            media[path] = tuple(file_led(link, file) for link, file in files)
    gone = addresses.keys() - known.linked.keys()
    return replace(
        references,
        body={**references.body, **body},
        media={**references.media, **media},
        files=tuple(path for path in references.files if path not in gone),
    )
