"""Where references lead: the links of a body or of front matter to addresses, or to diagnostics."""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Iterable, Mapping
from unicodedata import normalize
from urllib.parse import quote, unquote

import msgspec

from csto_site import permalinks
from csto_site.archive import Archive
from csto_site.diagnostics import Checked, Diagnostic, Span, problem
from csto_site.model import Item, Link, LinkKind, Permalink, Small, Value
from csto_site.targets import Entry, Targets, nearest


class Resolved(Value, frozen=True, kw_only=True):
    """Where a reference leads: an address with its query and fragment, and the file that must be published for it.

    `is_hidden`: to what is not published, so that readers get the words without a link.
    """

    permalink: str = ""
    query: str = ""
    fragment: str = ""
    file: str = ""
    is_hidden: bool = False


Href = str
"""A reference ready but for the way to the top: `/news/x/#y` from there, `#y` on the page, else as written.

"" is no link: what it would lead to is not published.
"""


class Media(Small, frozen=True):
    """Where a file named in front matter is, and its size in bytes (0: unknown, it is elsewhere)."""

    href: Href
    size: int


class References(Value, frozen=True, kw_only=True):
    """What all sources refer to, by source path.

    `body` belongs to the tokens of fragments, `media` to an item's files as `media_links` gives them, `replaced_by` are
    title and place of what replaces a withdrawn item, `files` are the paths below `content/` that must be published.
    `ahead` is where the references of what falls due later will lead.
    """

    body: Mapping[str, tuple[Href, ...]]
    media: Mapping[str, tuple[Media, ...]]
    replaced_by: Mapping[str, tuple[str, Href]]
    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    ahead: tuple[tuple[Entry, Link, Href], ...] = ()


def references(archive: Archive, known: Targets) -> References:
    """Resolve every reference of what is published; those of what falls due later are judged, too.

    Else the hourly build would be the first to see what is wrong with them.
    """
    found: list[tuple[Entry, Link, Checked[Resolved | None]]] = []

    def sought(entry: Entry, link: Link) -> Resolved | None:
        resolved = resolve(entry, link, known)
        found.append((entry, link, resolved))
        return resolved.value

    def href(entry: Entry, link: Link) -> Href:
        to = sought(entry, link)
        return _as_written(link) if to is None else _href(to)

    def medium(item: Item, link: Link) -> Media:
        to = sought(item, link)
        if to is None:
            return Media(_as_written(link) if _SCHEME(link.target) else "", 0)
        return Media(_href(to), known.files[to.file].size if to.file else 0)

    entries: tuple[Entry, ...] = (*archive.items, *archive.undated, *archive.introductions.values())
    body = {entry.path: tuple(href(entry, link) for link in entry.facts.links) for entry in entries}
    media = {item.path: tuple(medium(item, link) for link in media_links(item)) for item in archive.items}
    titles = {entry.permalink: entry.title for entry in known.entries.values()}
    replaced = {
        item.path: (titles.get(Permalink(_address_in(place)), place), place)
        for item in archive.items
        if item.withdrawn and item.withdrawn.replaced_by and (place := href(item, item.withdrawn.replaced_by))
    }
    ahead = list(_ahead(known))
    return References(
        body=body,
        media=media,
        replaced_by=replaced,
        files=tuple(sorted({each.value.file for *_, each in found if each.value and each.value.file})),
        diagnostics=(
            *(diagnostic for *_, each in (*found, *ahead) for diagnostic in each.diagnostics),
            *_unfit_replacements(archive, {path: _address_in(place) for path, (_, place) in replaced.items()}),
        ),
        ahead=tuple((entry, link, _href(each.value)) for entry, link, each in ahead if each.value),
    )


def _ahead(known: Targets) -> Iterable[tuple[Entry, Link, Checked[Resolved | None]]]:
    for item in known.ahead.items if known.ahead else ():
        replaced_by = item.withdrawn and item.withdrawn.replaced_by
        for link in (*item.facts.links, *media_links(item), *([replaced_by] if replaced_by else ())):
            yield item, link, resolve(item, link, known)


def _unfit_replacements(archive: Archive, replaced: Mapping[str, str]) -> Iterable[Diagnostic]:
    """Find withdrawn items whose replacement, by their path, is removed, or leads back to the item in the end."""
    gone = {item.permalink for item in archive.gone} if replaced else set()
    withdrawn = [item for item in archive.items if item.path in replaced] if replaced else []
    following = {str(item.permalink): replaced[item.path] for item in withdrawn}
    for item in withdrawn:
        seen = [str(item.permalink)]
        while (place := following.get(seen[-1])) and place not in seen:
            seen.append(place)
        if place == item.permalink:
            message = "`replaced_by` leads back to the item itself"
        elif replaced[item.path] in gone:
            message = f"`replaced_by` leads to {replaced[item.path]!r}, which was removed"
        else:
            continue
        link = item.withdrawn and item.withdrawn.replaced_by
        if link:
            yield problem("link/replacement", span(item, link), message, "name an item that stands, or leave it out")


def media_links(item: Item) -> Iterable[Link]:
    """Give the files that an item's front matter names: image, gallery, attachments, poster, video, social picture."""
    if item.image:
        yield item.image.link
    yield from (image.link for image in item.gallery)
    yield from (attachment.link for attachment in item.attachments)
    if item.video and item.video.poster:
        yield item.video.poster.link
    if item.video and item.video.link:
        yield item.video.link
    if item.social:
        yield item.social


def _address_in(href: Href) -> str:
    return unquote(href.partition("#")[0])


def _href(found: Resolved) -> Href:
    if found.is_hidden:
        return ""
    fragment = "#" + quote(found.fragment, safe="/!$&'()*+,;=:@?") if found.fragment else ""
    return permalinks.encoded(found.permalink) + _query(found.query) + fragment or "#"


def _query(query: str) -> str:
    return "?" + quote(query, safe="/!$&'()*+,;=:@?%") if query else ""


def _as_written(link: Link) -> Href:
    path, _, query = link.target.partition("?")
    fragment = f"#{quote(link.fragment)}" if link.fragment else ""
    return quote(path, safe="/:!$&'()*+,;=@~") + _query(query) + fragment


def resolve(entry: Entry, link: Link, known: Targets) -> Checked[Resolved | None]:
    """Say where a reference leads, or why it leads nowhere."""
    if not link.target:
        return _with_anchor(entry, link, "", entry.facts.anchors)
    target = "/" + link.target[len(known.url) :] if link.target.startswith(known.url) else link.target
    if _SCHEME(target):
        return Checked(None)
    path, _, query = target.partition("?")
    found = _address(entry, link, path, known) if path.startswith("/") else _beside(entry, link, path, known)
    if not query or found.value is None:
        return found
    return Checked(msgspec.structs.replace(found.value, query=query), found.diagnostics)


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://").match


def _beside(entry: Entry, link: Link, path: str, known: Targets) -> Checked[Resolved | None]:
    """Resolve a relative path: first as a file beside the source, then as an address beside the page."""
    source = known.path(posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), path)))
    if source in known.files:
        return _file(source, link)
    folder = posixpath.dirname(permalinks.out_path(entry.permalink))
    beside = posixpath.normpath(posixpath.join(folder, path))
    is_media = link.kind is not LinkKind.LINK
    if path.endswith(".md") or source in known.left_out or (is_media and f"/{beside}" not in known.addresses):
        is_in_text = is_media and link in entry.facts.links  # there browsers read it from the page's address
        if source.startswith("../") and (not is_in_text or beside.startswith("../")):
            return Checked(None, (_outside(entry, link),))
        return _source(entry, link, source, known)
    address = posixpath.normpath(f"/{beside}")
    return _address(entry, link, address + "/" * path.endswith("/"), known)


def _source(entry: Entry, link: Link, source: str, known: Targets) -> Checked[Resolved | None]:
    found = known.entries.get(source)
    if found is not None and found.permalink:
        return _with_anchor(entry, link, found.permalink, known.addresses.get(found.permalink))
    if source in known.hidden or source in known.left_out:
        return _unpublished(entry, link, source, known)
    return Checked(None, (_broken(entry, link, source, known),))


def _address(entry: Entry, link: Link, path: str, known: Targets) -> Checked[Resolved | None]:
    for address in _spellings(normalize("NFC", path)):
        address = known.moved.get(address, Permalink(address))  # noqa: PLW2901 - a former address stands for the present one
        if address in known.addresses or (address in known.later and entry.path in known.coming):
            return _with_anchor(entry, link, address, known.addresses.get(address))
        if address in known.hidden or address in known.left_out:
            return _unpublished(entry, link, address, known)
    if (source := known.path(path.strip("/"))) in known.files:
        return _file(source, link)
    if path.endswith(".md") or source in known.left_out or link.kind is not LinkKind.LINK:
        return _source(entry, link, source, known)
    return Checked(None, (_broken(entry, link, path, known),))


def _spellings(path: str) -> Iterable[str]:
    yield path
    if path.endswith("/index.html"):
        yield path.removesuffix("index.html")
    if not path.endswith("/"):
        yield path + "/"
    elif len(path) > 1:
        yield path.removesuffix("/")


def _file(source: str, link: Link) -> Checked[Resolved | None]:
    return Checked(Resolved(permalink="/" + source, fragment=link.fragment, file=source))


def _with_anchor(entry: Entry, link: Link, address: str, anchors: tuple[str, ...] | None) -> Checked[Resolved | None]:
    """Lead to an address ("": the page itself) which has these anchors (None: unknown)."""
    resolved = Resolved(permalink=address, fragment=link.fragment)
    if not link.fragment or anchors is None or link.fragment in anchors or link.fragment == "top":
        return Checked(resolved)
    near = difflib.get_close_matches(link.fragment, anchors, 1, 0.5)
    has = f"; did you mean #{near[0]}?" if near else f"; it has {_listed(anchors)}"
    text = f"a link leads to the place {link.fragment!r} that its page does not have"
    return Checked(resolved, (problem("link/anchor", span(entry, link), text, f"headings give the places{has}"),))


def _listed(anchors: tuple[str, ...]) -> str:
    shown = ", ".join(f"#{each}" for each in anchors[:3])
    return "none" if not anchors else shown + (" and more" if len(anchors) > len(anchors[:3]) else "")


def span(entry: Entry, link: Link) -> Span:
    """Say where a reference stands."""
    return Span(f"content/{entry.path}", link.line, link.column, max(link.length, 1))


def _outside(entry: Entry, link: Link) -> Diagnostic:
    return problem(
        "path/outside",
        span(entry, link),
        f"{link.target!r} leads out of the content folder, a path below it was expected",
        "put the file beside the item and name it from there",
    )


def _unpublished(entry: Entry, link: Link, place: str, known: Targets) -> Checked[Resolved | None]:
    """Judge a reference to what is not published: a draft, what has errors, or what falls due later."""
    coming, found = known.coming.get(place), Checked[Resolved | None](None)
    if coming:
        found = _with_anchor(entry, link, coming.permalink, coming.facts.anchors)
        if isinstance(entry, Item) and entry.publish.instant >= coming.publish.instant:
            return found
    state = known.hidden[place].value if place in known.hidden else "left out for its errors"
    warning = problem(
        "link/unpublished",
        span(entry, link),
        f"{link.target!r} leads to an item that is not published: it is {state}",
        "readers see the words without a link until the item is published",
    )
    return Checked(Resolved(is_hidden=True), (warning, *found.diagnostics))


_MISSING = {
    LinkKind.LINK: ("link/broken", "a link leads to {!r}, which is nowhere on this site", "correct the link{}"),
    LinkKind.IMAGE: ("image/missing", "there is no image {!r}", "put the image beside the item{}"),
    LinkKind.FILE: ("attachment/missing", "there is no file {!r}", "put the file beside the item{}"),
}


def _broken(entry: Entry, link: Link, place: str, known: Targets) -> Diagnostic:
    code, text, help_text = _MISSING[link.kind]
    return problem(
        code, span(entry, link), text.format(link.target), help_text.format(nearest(entry, link, place, known))
    )
