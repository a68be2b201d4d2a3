"""A source to an item."""

from __future__ import annotations

import datetime as dt

import msgspec

from csto_site import permalinks
from csto_site.model import Alias, Form, Item, Moment, Parsed, Permalink, Slug, Video
from csto_site.parse import addresses, dates
from csto_site.parse.head import File, Head, body, language, no_section, permalink, slug, title
from csto_site.parse.reading import quoted
from csto_site.parse.yaml_tree import Scalar, Sequence

_AS_THEY_ARE = frozenset(
    {
        "authors",
        "place",
        "source",
        "image",
        "gallery",
        "attachments",
        "social",
        "updated",
        "changes",
        "withdrawn",
        "gone",
        "draft",
    }
)
"""Keys whose values are the item's fields of the same names."""


def item(head: Head, file: File) -> Parsed | None:
    """Make an item of its front matter and body; None if an error stands in the way."""
    values, settings = head.values, file.rules.settings
    name, code, section, date = title(head, file), language(head, file), _section(head, file), _date(head, file)
    own = slug(head, file, file.name.slug)
    form = values.get("form") or file.rules.forms.get(section or "", Form.TEXT)
    converted = body(file, code, form)
    if section is None or date is None or own is None:
        return None
    _questioned(head, file, date)
    _unusable_terms(head, file)
    address = permalink(head, file, _expanded(file, section, date, own), code)
    if address is None or file.is_refused:
        return None
    found = Item(
        path=file.path,
        language=code,
        section=section,
        title=name,
        date=date,
        publish=values.get("publish") or date,
        lead=values.get("lead") or converted.lead,
        lead_written="lead" in values,
        slug=Slug(own),
        permalink=address,
        id=values.get("id") or _id(settings.id_authority, address, date),
        translation=values.get("translation") or f"{section}/{own}",
        terms=tuple([(each.name, values[each.name]) for each in settings.taxonomies if each.name in values]),
        form=form,
        video=_titled(values.get("video"), name),
        aliases=_former(values.get("aliases", ()), address),
        facts=converted.facts,
        mark=file.reading.mark(head.place("permalink", "slug", "title") or file.parts.opening),
        **{name: each for name, each in values.items() if name in _AS_THEY_ARE},
    )
    return Parsed(found, converted.fragment)


def _former(aliases: tuple[Alias, ...], address: Permalink) -> tuple[Alias, ...]:
    """Leave out an alias that is the item's own address, as old archives write it: it needs no redirect."""
    own = permalinks.out_path(address)
    return tuple(each for each in aliases if each.query or permalinks.out_path(each.path) != own)


def _titled(video: Video | None, name: str) -> Video | None:
    return video if video is None or video.title else msgspec.structs.replace(video, title=name)


def _section(head: Head, file: File) -> str | None:
    """Give the section. Where there is none it is the site's first, for sites that lower the rule."""
    forms = file.rules.forms
    written: str | None = head.values.get("section")
    if written in forms:
        return written
    default = _folder_section(file) or file.rules.settings.front_matter.defaults.get("section")
    if written is None and default in forms:
        return default
    folder = file.name.folder
    if written is not None:
        no_section(head, file, f"site.yaml declares no section {quoted(written)}", written)
    elif folder:
        no_section(head, file, f"the folder {quoted(folder)} is in no section", folder.partition("/")[0])
    else:
        advice = "write `section:`, or move the file into a section's folder"
        file.problem("section/missing", None, "neither a key nor a folder says the section", advice)
    return default if default in forms else next(iter(forms), None)


def _folder_section(file: File) -> str:
    folder = file.name.folder
    while folder and folder not in file.rules.forms:
        folder = folder.rpartition("/")[0]
    return folder


def _date(head: Head, file: File) -> Moment | None:
    found: Moment | None = head.values.get("date")
    if file.name.date is None and dates.looks_dated(file.name.full):
        message = f"the file's name begins with a date that there is not: {quoted(file.name.full)}"
        file.problem("date/in-name", None, message, f"rename the file: {dates.expected(file.name.full[:10])}")
    if found is not None and file.name.date is not None:
        _compared(found, file.name.date, head, file)
    if found is not None or head.is_refused("date"):
        return found
    if file.name.date is not None:
        if doubt := dates.doubt(file.name.date):
            file.problem("date/doubtful", None, f"the file's name: {doubt}", "rename the file")
        return dates.civil(file.name.date, file.rules.zone)
    message = "no date: neither a key `date` nor a file name that begins with one"
    at = head.written["date"][0] if "date" in head.written else None
    if at is not None:
        message = "no date: `date` says none, and the file name does not begin with one"
    file.problem("date/missing", at, message, "add `date:`, such as 2024-05-01 or 01.05.2024")
    return None


def _compared(date: Moment, named: dt.date, head: Head, file: File) -> None:
    """Warn of a name with another date than the item's; where a day begins depends on the zone that a time is of."""
    if abs((date.date - named).days) > (date.time is not None):
        message = f"the file's name says {named}, and `date` says {date.date}"
        file.problem("date/in-name", head.place("date"), message, "`date` counts: rename the file, or correct the date")


def _questioned(head: Head, file: File, date: Moment) -> None:
    """Warn of what is said to have happened to an item before its own date."""
    values = head.values
    said = {name: [values[name]] for name in ("updated", "withdrawn") if name in values}
    if "changes" in values:
        said["changes"] = values["changes"]
    for name, moments in said.items():
        for each in moments:
            moment = each if isinstance(each, Moment) else each.date
            if moment and moment.date < date.date:
                message = f"`{name}` says {moment.date}, which is before the item's own date, {date.date}"
                file.problem("date/order", head.place(name), message, "correct one of the two dates")


def _unusable_terms(head: Head, file: File) -> None:
    """Find terms of which no address can be made, where they stand; folding may make others so: `check` finds them."""
    for each in file.rules.settings.taxonomies:
        if each.name in head.values and each.name in head.written:
            node = head.written[each.name][1]
            for term in node.items if isinstance(node, Sequence) else (node,):
                if isinstance(term, Scalar) and (size := len(term.text.strip().encode())) > addresses.LONGEST:
                    message = f"a term of `{each.name}` makes an address of {size} bytes"
                    advice = f"write a shorter one: {addresses.LONGEST} are the most"
                    file.problem("address/too-long", term, message, advice)
                elif isinstance(term, Scalar) and term.text.strip().casefold() == permalinks.out_path("/"):
                    message = f"the term {quoted(term.text)} of `{each.name}` is a name that the site needs for itself"
                    file.problem("address/reserved", term, message, "write another word")


def _expanded(file: File, section: str, date: Moment, own: str) -> str:
    """Make an address by the site's rule."""
    year, month, day = date.date.isoformat().split("-")
    name = addresses.decoded(file.name.full) or file.name.full
    made = file.rules.settings.permalink.format(section=section, year=year, month=month, day=day, slug=own, name=name)
    return addresses.folded(made)


def _id(authority: str, address: Permalink, date: Moment) -> str:
    """Make a feed id, a tag URI (RFC 4151): `tag:news.example.org,2024:2024-05-01:/news/2024/storm/`."""
    return f"tag:{authority}:{date.date.isoformat()}:{permalinks.encoded(address)}"
