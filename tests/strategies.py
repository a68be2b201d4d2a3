"""Sites and their histories for properties: a small site, and edits of every kind that people make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

import drawn
from newsroom import Newsroom

SETTINGS = """\
title: {title}
url: {url}
id_authority: news.example.org,2024
timezone: {zone}
accent: {accent}
logo: {logo}
dates: {dates}
languages: {{ru: {{title: Газета, sections: {{news: {russian}}}}}}}
taxonomies: {{tags: {tags}}}
hub: {hub}
item_json: {item_json}
embeds: {embeds}
organizations: {organizations}
security: {security}
sections:
  news: {{title: {news}, sections: {{regional: Regional}}}}
  speeches: {{title: Speeches, form: {form}}}
"""
CHOICES: Mapping[str, Sequence[str]] = {
    "title": ["Gazette", "Sample gazette"],
    "url": ["https://news.example.org/", "https://example.org/repo/"],
    "zone": ["Europe/Moscow", "America/New_York"],
    "accent": ["''", "'#7a1f2b'"],
    "logo": ["''", "{path: assets/icon.svg, alt: ''}"],
    "dates": ["dd.MM.yyyy", "d MMMM yyyy"],
    "russian": ["Новости", "События"],
    "tags": ["Tags", "Subjects"],
    "hub": ["''", "https://hub.example.org/"],
    "item_json": ["no", "yes"],
    "embeds": ["[]", "[player.example.org]"],
    "organizations": ["[]", "[A. Sample]"],
    "security": ["''", "{contact: mailto:a@example.org, expires: 2025-12-31}"],
    "news": ["News", "Reports"],
    "form": ["text", "questions"],
}

ITEMS = (
    "news/a.md",
    "news/a.ru.md",
    "news/b.md",
    "news/c.md",
    "news/regional/d.md",
    "news/regional/e.md",
    "speeches/f.md",
    "speeches/f.ru.md",
    "speeches/g.md",
    "speeches/h.md",
)
PAGES = ("pages/about.md", "news/_index.md", "_index.ru.md")

KEYS: Mapping[str, Sequence[str | None]] = {
    "title": ["Storm", "Calm", "Tide"],
    "date": ["2024-05-01", "2024-05-02 09:30", "2023-05-01", "2024-06-10", "2023-12-31 23:30", "2025-03-01"],
    "lead": [None, "One.", "|\n  One.\n\n  Two."],
    "slug": [None, "storm", "calm"],
    "permalink": [None, "/special/", "/special.html"],
    "tags": [None, "[x]", "[x, Y y]", "X", "[y y]"],
    "translation": [None, "one"],
    "place": [None, "Moscow"],
    "authors": [None, "A. Sample", "[A. Sample, B. Sample]"],
    "withdrawn": [None, "Wrong.", "{date: 2024-05-09, reason: Wrong., replaced_by: /news/2024/b/}"],
    "gone": [None, "{reason: So ruled.}"],
    "draft": [None, "true"],
    "aliases": [None, "/old/", "[/older/x.html, '/o.php?i=1']"],
    "updated": [None, "2024-07-01"],
    "changes": [None, "[{date: 2024-07-02, note: A number, kind: correction}]"],
    "publish": [None, "2024-06-01"],
    "image": [None, "{path: /one.png, alt: One}", "{path: /one.png, alt: Two, credit: Somebody}"],
    "attachments": [None, "[/one.png]", "[{path: /two.pdf, title: Two}]"],
    "source": [None, "An agency", "{name: An agency, url: https://agency.example.org/}"],
    "form": [None, "questions"],
    "id": [None, "urn:sample:1"],
}
PAGE_KEYS: Mapping[str, Sequence[str | None]] = {
    "title": ["About", "Contacts"],
    "lead": [None, "One."],
    "draft": [None, "true"],
    "aliases": [None, "/former/"],
}
BODIES = (
    "Plain text.",
    "Another text.",
    "A [link](/news/2024/b/) and [another](../news/c.md).",
    "An [anchor](/news/2024/a/#more).\n\n## More",
    "## More\n\n**Question:** Why?\n\n**Answer:** Because.",
    "A ![picture](/one.png) and a [broken link](nowhere.md).",
    "To [the month](/news/2024/05/), to [about](/about/), to [the file](/two.pdf).",
)
FILES: Mapping[str, Sequence[bytes | None]] = {
    "content/one.png": [drawn.png(), drawn.png(number=1), None],
    "content/two.pdf": [b"2", b"22", None],
    "static/robots.css": [None, b"a {}"],
    "templates/latest.html": [None, b"{% for each in page.items %}{{ each.title }}{% endfor %}"],
    "templates/parts/footer.html": [None, b"<footer>{{ site.title }}</footer>"],
}
INSTANTS = ("2024-12-31", "2024-05-02T12:00:00", "2024-06-02", "2025-06-01")


class Edit(NamedTuple):
    """A change: of a key of a source, of its body (key ""), of a file, a setting, or the clock."""

    what: str
    name: str
    key: str
    value: str | bytes | None


class Scene(NamedTuple):
    """A site and the instant at which it is looked at; sources are keys with their values, "" is the body."""

    sources: Mapping[str, Mapping[str, str]]
    files: Mapping[str, bytes]
    settings: Mapping[str, str]
    as_of: str

    def after(self, edit: Edit) -> Scene:
        """Give the site after an edit."""
        match edit:
            case Edit("source", name, key, value):
                return self._replace(sources=with_(self.sources, name, with_(self.sources.get(name, {}), key, value)))
            case Edit("remove", name, _, _):
                return self._replace(sources=with_(self.sources, name, None))
            case Edit("file", name, _, value):
                return self._replace(files=with_(self.files, name, value))
            case Edit("setting", name, _, value):
                return self._replace(settings=with_(self.settings, name, value))
            case _:
                return self._replace(as_of=edit.name)

    @property
    def newsroom(self) -> Newsroom:
        """The site as files."""
        site = {"site.yaml": SETTINGS.format(**self.settings).encode()}
        sources = {f"content/{path}": written(keys) for path, keys in self.sources.items()}
        return Newsroom(files={**site, **sources, **self.files})


def with_(values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Give a mapping with one value replaced, or without it where that is None."""
    kept = {key: each for key, each in values.items() if key != name}
    return kept if value is None else {**kept, name: value}


def written(keys: Mapping[str, str]) -> bytes:
    """Write a source: its keys as front matter, "" as its body."""
    head = "".join(f"{key}: {value}\n" for key, value in keys.items() if key)
    return f"---\n{head}---\n{keys.get('', 'Plain text.')}\n".encode()


START = Scene(
    sources={
        "news/a.md": {
            "title": "Title a",
            "date": "2024-05-01",
            "tags": "[x, Y y]",
            "image": "{path: /one.png, alt: One}",
            "attachments": "[/two.pdf]",
            "authors": "A. Sample",
            "": "A [link](/speeches/2024/f/) and [another](../speeches/f.md#more).",
        },
        "news/a.ru.md": {"title": "Title a, Russian", "date": "2024-05-01"},
        "news/b.md": {
            "title": "Title b",
            "date": "2024-06-02",
            "withdrawn": "{reason: Wrong., replaced_by: /speeches/2024/f/}",
        },
        "news/c.md": {"title": "Title c", "date": "2024-06-03", "aliases": "/old/"},
        "news/regional/d.md": {"title": "Title d", "date": "2024-06-04", "tags": "x"},
        "news/regional/e.md": {"title": "Title e", "date": "2024-07-05"},
        "speeches/f.md": {"title": "Title f", "date": "2024-12-06", "tags": "[y y]", "": "## More\n\nText."},
        "speeches/f.ru.md": {"title": "Title f, Russian", "date": "2023-05-07"},
        "speeches/g.md": {"title": "Title g", "date": "2024-05-08", "tags": "[Y y]"},
        "speeches/h.md": {"title": "Title h", "date": "2024-05-09", "gone": "{reason: So ruled.}"},
        "pages/about.md": {"title": "About"},
        "news/_index.md": {"title": "Our news", "": "To [f](/speeches/2024/f/)."},
        "_index.ru.md": {"title": "Welcome"},
    },
    files={"content/one.png": drawn.png(), "content/two.pdf": b"2"},
    settings={name: choices[0] for name, choices in CHOICES.items()},
    as_of=INSTANTS[0],
)
"""A site in which much depends on something far away."""


def _source_edits(paths: Sequence[str], keys: Mapping[str, Sequence[str | None]]) -> st.SearchStrategy[Edit]:
    path = st.sampled_from(paths)
    key = st.sampled_from([(key, value) for key, values in keys.items() for value in values])
    return st.one_of(
        st.builds(lambda path, key: Edit("source", path, *key), path, key),
        st.builds(lambda path, body: Edit("source", path, "", body), path, st.sampled_from(BODIES)),
        st.builds(lambda path: Edit("remove", path, "", None), path),
    )


def edits() -> st.SearchStrategy[Edit]:
    """Give edits of every kind; most are of items."""
    items = _source_edits(ITEMS, KEYS)
    return st.one_of(items, items, st.sampled_from(AROUND))


FILE_EDITS = tuple(Edit("file", name, "", value) for name, values in FILES.items() for value in values)
AROUND = (
    *FILE_EDITS,
    *(Edit("setting", name, "", value) for name, values in CHOICES.items() for value in values),
    *(Edit("clock", each, "", None) for each in INSTANTS),
    *(Edit("source", path, key, value) for path in PAGES for key, values in PAGE_KEYS.items() for value in values),
)
"""Every edit of what is no item."""


def item_edits(paths: Sequence[str]) -> Iterator[Edit]:
    """Give every edit of those items."""
    for path in paths:
        yield Edit("remove", path, "", None)
        yield from (Edit("source", path, "", body) for body in BODIES)
        yield from (Edit("source", path, key, value) for key, values in KEYS.items() for value in values)


def histories(longest: int = 8) -> st.SearchStrategy[list[Scene]]:
    """Give a site as it was after each of some edits, the first state included."""

    def lived(changes: list[Edit]) -> list[Scene]:
        scenes = [START]
        for each in changes:
            scenes.append(scenes[-1].after(each))
        return scenes

    return st.lists(edits(), min_size=1, max_size=longest).map(lived)


# -- archives ----------------------------------------------------------------------------------------


def dates(first: int = 2021, last: int = 2024) -> st.SearchStrategy[dt.date]:
    """Give dates of some years."""
    return st.dates(dt.date(first, 1, 1), dt.date(last, 12, 30))


def archives(least: int = 1, most: int = 40) -> st.SearchStrategy[dict[str, bytes]]:
    """Give the sources of an archive by path: items in three sections over four years, some with time or tags."""
    piece = st.tuples(
        st.sampled_from(["news", "news/regional", "speeches"]),
        dates(),
        st.sampled_from(["", " 09:30", " 18:00"]),
        st.sampled_from(["", "tags: [x]\n", "tags: [x, y]\n", "withdrawn: Wrong.\n", "gone: So ruled.\n"]),
    )

    def filed(pieces: list[tuple[str, dt.date, str, str]]) -> dict[str, bytes]:
        return {
            f"content/{section}/item-{n}.md": (
                f"---\ntitle: Item {n}\ndate: {date}{time}\n{more}---\nText {n}.\n".encode()
            )
            for n, (section, date, time, more) in enumerate(pieces)
        }

    return st.lists(piece, min_size=least, max_size=most).map(filed)
