"""What pages of more than one kind show: links to sections and other languages, teasers, pictures, bodies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from markupsafe import Markup

from csto_site import context, jobs, markup, permalinks, pictures, wording
from csto_site.links import Href, Media
from csto_site.model import Image, Teaser
from csto_site.views.viewpoint import Fragments, Viewpoint


def section_title(at: Viewpoint, name: str) -> str:
    """Give a section's title in the page's language; "" is all news."""
    if not name:
        return at.text("All news")
    return at.language.sections.get(name) or at.settings.section_of(name).title


def taxonomy_title(at: Viewpoint, name: str) -> str:
    """Give a taxonomy's title in the page's language."""
    title = next(each.title for each in at.settings.taxonomies if each.name == name)
    return at.language.taxonomies.get(name) or at.text(title)


def section_link(at: Viewpoint, name: str, *, current: str | None = None) -> context.LinkTo:
    """Link to the head of a section, or of all news."""
    link = at.sections.get(name)
    if link is None:
        url = at.url(permalinks.head(at.language.prefix, name))
        link = at.sections[name] = context.LinkTo(title=section_title(at, name), url=url)
    return link if current is None or name != current else msgspec.structs.replace(link, is_current=True)


def teaser(at: Viewpoint, value: Teaser) -> context.Teaser:
    """Show an item as listings do."""
    shown = at.teasers.get(value.permalink)
    if shown is None:
        shown = at.teasers[value.permalink] = context.Teaser(
            id=jobs.anchor(value.permalink),
            title=value.title,
            url=at.url(value.permalink),
            lead=value.lead,
            date=at.date(value.date),
            section=section_link(at, value.section),
            is_withdrawn=value.is_withdrawn,
        )
    return shown


def teasers(at: Viewpoint, values: Iterable[Teaser]) -> tuple[context.Teaser, ...]:
    """Show items as listings do."""
    return tuple(teaser(at, value) for value in values)


def feeds(at: Viewpoint, section: str) -> context.Feeds:
    """Link to the feeds of a section, or of the whole site in this language."""
    top = permalinks.top(at.language.prefix, section)
    return context.Feeds(atom=at.url(top + "feed.atom"), rss=at.url(top + "feed.rss"), json=at.url(top + "feed.json"))


def translations(at: Viewpoint, alternates: jobs.Alternates) -> tuple[context.Translation, ...]:
    """Link to a page's versions in other languages."""
    return tuple(
        context.Translation(
            language=code, title=wording.language_name(code), url=at.url(address), absolute=at.absolute(address)
        )
        for code, address in alternates
        if code != at.language.code
    )


def x_default(at: Viewpoint, alternates: jobs.Alternates) -> str:
    """Give the version for readers of any other language: that in the site's own; "" where it is the page itself."""
    own = [address for code, address in alternates if code == at.settings.language != at.language.code]
    return at.absolute(own[0]) if own else ""


def home_crumb(at: Viewpoint) -> context.LinkTo:
    """Lead to the home page, as the trail of a page begins."""
    return context.LinkTo(title=at.text("Home"), url=at.url(permalinks.home(at.language.prefix)))


def crumbs(at: Viewpoint, section: str) -> tuple[context.LinkTo, ...]:
    """Lead from the home page down to a section, that section included."""
    names = section.split("/") if section else []
    paths = ["/".join(names[: depth + 1]) for depth in range(len(names))]
    return (home_crumb(at), *(section_link(at, path) for path in paths or [""]))


def description(lead: Sequence[str]) -> str:
    """Cut a lead to what search engines and previews show."""
    text = " ".join(lead)
    return text if len(text) <= _DESCRIPTION else text[:_DESCRIPTION].rsplit(" ", 1)[0] + "…"


_DESCRIPTION = 300


def picture(at: Viewpoint, image: Image, media: Media, page: str) -> context.Picture | None:
    """Show a picture, if there is one: a file that is missing or not published has no address."""
    if not media.href:
        return None
    shown = pictures.read(media.href)
    return context.Picture(
        url=at.href(media.href),
        absolute=at.absolute_href(media.href, page),
        is_file=not media.href.lower().startswith(("http://", "https://")),
        srcset=pictures.srcset(shown.widths(), at.root) if shown and shown.is_made else "",
        sources=tuple(
            context.Source(type=kind, srcset=pictures.srcset(each, at.root))
            for kind, each in (shown.sources() if shown else ())
        ),
        sizes=pictures.sizes(shown) if shown else "",
        across=pictures.box(shown)[0] if shown else 0,
        down=pictures.box(shown)[1] if shown else 0,
        width=shown.width if shown else 0,
        height=shown.height if shown else 0,
        alt=image.alt,
        caption=image.caption,
        credit=image.credit,
    )


def intro(at: Viewpoint, part: jobs.IntroPart, fragments: Fragments) -> Markup:
    """Give the HTML of an introduction."""
    return body(at, fragments[part.path], part.links) if part.path else Markup()


def body(at: Viewpoint, fragment: str, links: Sequence[Href], *, is_first: bool = False) -> Markup:
    """Put a page's own links into the fragment of a body, which the markup stage has cleaned.

    `is_first` says that no picture stands before those of the body.
    """
    made = markup.resolved(markup.styled(fragment), [at.href(link) for link in links])
    return Markup(pictures.dressed(made, at.root, is_first=is_first))  # noqa: S704 - cleaned by nh3
