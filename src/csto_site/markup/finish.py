"""Everything that follows both engines: clean, tags, notes, headings, images, questions, facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import unescape
from itertools import repeat
from operator import contains

import msgspec

from csto_site.diagnostics import Checked, Diagnostic, problem
from csto_site.markup import footnotes, tags
from csto_site.markup.clean import Cleaned, Found, cleaned
from csto_site.markup.headings import headed
from csto_site.markup.places import Places
from csto_site.markup.questions import marked
from csto_site.markup.text import escaped, lines, without_control_references
from csto_site.markup.words import words
from csto_site.model import Digest, Facts, Form, Link, LinkKind


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """A body as a page shows it, and what others may know of it."""

    fragment: str
    """Clean HTML; references to this site are tokens, see `resolved`."""
    facts: Facts
    """Links in the order of the tokens, headings, ids, words, digest."""
    lead: tuple[str, ...]
    """The first paragraph that says something, as plain text; empty where there is none."""
    text: str
    """The whole body as plain text, its blocks parted by newlines."""


def finished(
    html: str, source: tags.Hidden, places: Places, *, form: Form, language: str, url: str
) -> Checked[Converted]:
    """Make what an engine gave fit for a page, and say what of it had to be taken away."""
    if "&" in source.body and "&#" in source.body:  # for one character alone, C looks far faster
        html = without_control_references(html)
    is_own = not any(map(contains, repeat(source.body), MAKE_TAGS))
    clean = cleaned(footnotes.mended(html), url, is_own=is_own)
    where = tuple([places.address(each.written) for each in clean.found])
    images = _images(tags.shown(clean.html, source), where, places)
    noted = _notes(images.value, language)
    titled = headed(noted, clean.ids)
    fragment = marked(titled.html, language) if form is Form.QUESTIONS else titled.html
    said = lines(fragment)
    text = "\n".join(said)
    facts = Facts(
        links=tuple([_link(*each, places) for each in zip(clean.found, where, strict=True)]) if where else (),
        headings=titled.headings,
        anchors=(*clean.ids, *[each.id for each in titled.headings if each.id not in clean.ids]),
        words=text.count(" ") + len(said),
        digest=Digest(sha256(fragment.encode()).hexdigest()),
    )
    value = Converted(fragment=fragment, facts=facts, lead=lead(fragment, said if is_own else ()), text=text)
    removed = _removed(clean, source, places) if clean.refused else ()
    warnings = tags.warnings(clean.html, source, places) if source.tags else ()
    empty = [_empty(places) for each in clean.found if not each.written and each.kind is LinkKind.LINK]
    return Checked(value, (*removed, *warnings, *images.diagnostics, *empty, *footnotes.warnings(places)))


MAKE_TAGS = "<{`~"
"""What makes tags, attributes and classes of its author's choice: raw HTML, attribute lists, fenced code."""


# -- references --------------------------------------------------------------------------------------


_Where = tuple[int, int]
"""Offset and length in the body; the offset is negative where it is unknown."""


def _link(found: Found, where: _Where, places: Places) -> Link:
    span = places.span(*where)
    return Link(*found.reference, found.kind, span.line, span.column, span.length if span.line else 0)


def _empty(places: Places) -> Diagnostic:
    at = places.text("]()")
    span = places.span(at, len("]()"))
    return problem("link/empty", span, "a link without an address", "write where it leads, or take the brackets away")


def _removed(clean: Cleaned, source: tags.Hidden, places: Places) -> Iterator[Diagnostic]:
    number, at, tag = -1, -1, ""
    for each in clean.refused:
        part, what = tags.text(each.part, source), tags.text(each.what, source)
        if each.number != number:  # one search for all that was taken out of one tag
            number, (at, tag) = each.number, _place(tags.text(each.tag, source), places)
        span = places.span(*(_inside(tag, part, at) if at >= 0 else _given(part, places)))
        yield problem("markup/removed", span, f"{what}: expected {each.expected}", _HELP)


_HELP = "write Markdown, a link to it, or &lt; for a '<' that is meant as text"


def _place(tag: str, places: Places) -> tuple[int, str]:
    """Find a tag as written, or else its first line: in a list or quote the others have another margin."""
    at = places.text(tag)
    if at < 0 and "\n" in tag:
        tag = tag.partition("\n")[0]
        at = places.text(tag)
    return at, tag


def _given(part: str, places: Places) -> _Where:
    """Find what stands in no tag of HTML: an id in an attribute list, or an address."""
    at = places.text(f"{{#{part}") if part else -1
    return (at + 2, len(part)) if at >= 0 else places.address(part)


def _inside(tag: str, part: str, at: int) -> _Where:
    """Find a part of a tag that stands at an offset: an attribute, a class, an address; else the tag itself."""
    inside = tag.find(part)
    while inside > 0 and tag[inside - 1] not in _BEFORE:
        inside = tag.find(part, inside + 1)
    found = part if inside >= 0 and part else tag
    return at + max(inside, 0), len(found.partition("\n")[0])


_BEFORE = " \t\n\"'="


# -- images ------------------------------------------------------------------------------------------

_IMAGE = re.compile(r"<img[^>]*>|<(/?)a\b[^>]*>")
_SRC = re.compile(r' src="(?:\x02(\d+)\x03|([^"]*))"').search
_ALT = re.compile(r' alt="[^"]').search


def _images(html: str, where: Sequence[_Where], places: Places) -> Checked[str]:
    """Take out images whose address was taken away, link to those elsewhere, warn of those without alternative text."""
    if "=" not in html or "<img" not in html:  # cleaning gives each an attribute
        return Checked(html)
    found: list[Diagnostic] = []
    is_in_link = False

    def replace(match: re.Match[str]) -> str:
        nonlocal is_in_link
        image = match[0]
        if match[1] is not None:
            is_in_link = not match[1]
            return image
        source = _SRC(image)
        if source is None:
            return ""
        if not source[1]:
            found.append(_elsewhere(unescape(source[2]), places))
            return _linked(image, source[2], is_in_link=is_in_link)
        if ' alt="' in image and ' alt=""' not in image:
            return image
        place = where[int(source[1])]
        if ' alt="' not in image or not _is_attribute(place, places.body):
            found.append(_without_alt(place, places))
        return image if ' alt="' in image else image[:-1] + ' alt="">'

    return Checked(_IMAGE.sub(replace, html), tuple(found))


def _linked(image: str, address: str, *, is_in_link: bool) -> str:
    """Let an image elsewhere lead there: the site's policy keeps browsers from fetching it, so they show its words."""
    return f'<a href="{address}">{image}</a>' if _ALT(image) and not is_in_link else image


def _elsewhere(address: str, places: Places) -> Diagnostic:
    message = f"a picture on another site: '{address}', expected a file of this one"
    advice = "put the picture beside the item and name it: readers get a link, since no page fetches anything elsewhere"
    return problem("image/elsewhere", places.span(*places.address(address)), message, advice)


def _is_attribute(place: _Where, body: str) -> bool:
    """Tell HTML from Markdown: who writes `alt=""` there says that the picture is decorative."""
    return place[0] > 0 and body[place[0] - 1] in "\"'="


def _without_alt(place: _Where, places: Places) -> Diagnostic:
    name = places.body[place[0] : place[0] + place[1]] if place[0] >= 0 else ""
    message = f"an image without alternative text: '{name}', expected words that say what it shows"
    return problem("image/alt-missing", places.span(*place), message, f"write ![what it shows]({name})")


# -- footnotes and lead ------------------------------------------------------------------------------

_PYTHON_NOTES = '<div class="footnote">\n<hr>\n'
_BACK = re.compile(r'<a ([^>]*class="footnote-backref"[^>]*)>')
_LABEL = re.compile(r' ?(?:aria-label|title)="[^"]*"')
_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>((?:[^<]++|<(?!/p>))*+)</p>")


def _notes(html: str, language: str) -> str:
    """Give footnotes the same form in both dialects, and their ways back a name in the body's language."""
    if "=" not in html or 'class="footnote' not in html:
        return html
    back = escaped(words(language).back)
    before, start, notes = html.partition(_PYTHON_NOTES)
    if start and notes.rstrip().endswith("</div>"):  # they stand at the end
        html = f'{before}<section class="footnotes">\n{notes.rstrip()[: -len("</div>")]}</section>\n'
    return _BACK.sub(lambda match: f'<a {_LABEL.sub("", match[1])} aria-label="{back}">', html)


def lead(fragment: str, said: Sequence[str]) -> tuple[str, ...]:
    """Give the first paragraph that says something; template tags and footnotes do not.

    `said` is the fragment's plain text where no block stands in a paragraph, which saves reading it again.
    """
    if said and fragment.startswith("<p>") and fragment[3].isalnum():  # most bodies begin with words
        return (said[0],)
    body = fragment.partition('<section class="footnotes">')[0] if "=" in fragment else fragment
    for match in _PARAGRAPH.finditer(body):
        paragraph = " ".join(lines(match[1]))
        if paragraph and not tags.is_alone(paragraph):
            return (paragraph,)
    return ()
