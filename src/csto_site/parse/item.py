"""A source to an item."""

from __future__ import annotations

import msgspec

from csto_site import permalinks
from csto_site.model import Alias, Form, Item, Moment, Parsed, Permalink, Slug, Video
from csto_site.parse import addresses, dates
from csto_site.parse.head import File, Head, body, language, no_section, permalink, slug, title
from csto_site.parse.reading import quoted

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
    if found is not None or head.is_refused("date"):
        return found
    if file.name.date is not None:
        return dates.civil(file.name.date, file.rules.zone)
    message = "no date: neither a key `date` nor a file name that begins with one"
    file.problem("date/missing", None, message, "add `date:`, such as 2024-05-01 or 01.05.2024")
    return None


def _expanded(file: File, section: str, date: Moment, own: str) -> str:
    """Make an address by the site's rule."""
    year, month, day = date.date.isoformat().split("-")
    name = addresses.decoded(file.name.full) or file.name.full
    made = file.rules.settings.permalink.format(section=section, year=year, month=month, day=day, slug=own, name=name)
    return addresses.folded(made)


def _id(authority: str, address: Permalink, date: Moment) -> str:
    """Make a feed id, a tag URI (RFC 4151): `tag:news.example.org,2024:2024-05-01:/news/2024/storm/`."""
    return f"tag:{authority}:{date.date.isoformat()}:{permalinks.encoded(address)}"
