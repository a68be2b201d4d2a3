"""A made-up site in the words of its files: what histories begin with, and what editors write into it."""

from __future__ import annotations

import datetime as dt
import posixpath
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

import drawn

THEME = Path(__file__).parent.parent.parent
BEGINNING = int(dt.datetime(2024, 6, 15, 12, tzinfo=dt.UTC).timestamp())
SECTIONS = ("news", "news/regional", "speeches", "commentary")
FOLDERS = {"news": "news", "news/regional": "news/regional", "speeches": "speeches", "commentary": "commentary"}
MONTHS = ("2023-03", "2023-04", "2023-11", "2024-01", "2024-02", "2024-05")
TAGS = ("Sample tag", "sample Tag", "Weather", "Harvest", "C++", "Порядок")

SETTINGS = """\
title: {title}
url: {url}
id_authority: news.example.org,2024
description: {description}
accent: {accent}
logo: {logo}
timezone: {zone}
markdown: {markdown}
dates: {dates}
permalink: {permalink}
languages: {{ru: {{title: Газета, sections: {{news: {russian}}}}}}}
taxonomies: {taxonomies}
sections:
  news: {{title: {news}, sections: {{regional: {regional}}}}}
  speeches: {{title: Speeches, form: {form}}}
  commentary: {{title: Commentary, form: questions}}
hub: {hub}
item_json: {item_json}
search: {search}
organizations: {organizations}
security: {security}
front_matter: {{ignore: {ignored}}}
diagnostics:
  link/broken: warning
  link/anchor: warning
  security/expired: warning
  attachment/missing: warning
  image/missing: warning
  image/alt-missing: {severity}
  translation/duplicate: warning
"""

CHOICES: Mapping[str, Sequence[str]] = {
    "title": ["Gazette", "Sample gazette", "Gazette of samples"],
    "url": ["https://news.example.org/", "https://example.org/repo/", "https://example.org/"],
    "description": ["A sample.", "Another sample.", "A third sample."],
    "accent": ["''", "'#7a1f2b'", "'#06c'"],
    "logo": ["''", "{path: plain.txt, alt: Sample}", "{path: assets/icon.svg, alt: '', width: 32, height: 32}"],
    "zone": ["Europe/Moscow", "America/New_York", "UTC"],
    "markdown": ["python-markdown", "commonmark"],
    "dates": ["dd.MM.yyyy", "d MMMM yyyy", "yyyy-MM-dd"],
    "permalink": ["/{section}/{year}/{slug}/", "/{section}/{year}/{month}/{slug}/", "/{section}/{slug}/"],
    "russian": ["Новости", "События", "Вести"],
    "taxonomies": ["{tags: Tags}", "{tags: Subjects}", "{tags: Tags, topics: Topics}", "{topics: Topics, tags: Tags}"],
    "news": ["News", "Reports", "Bulletins"],
    "regional": ["Regional", "From the regions"],
    "form": ["text", "questions"],
    "hub": ["''", "https://hub.example.org/", "https://hub.example.net/"],
    "item_json": ["no", "yes"],
    "search": ["no", "yes"],
    "organizations": ["[]", "[First Author]", "[First Author, Second Author]"],
    "security": [
        "{contact: mailto:first@example.org, expires: 2024-07-01}",
        "{contact: ['https://example.org/flaws', mailto:a@example.org], expires: 2024-06-16 12:00}",
        "''",
    ],
    "ignored": ["[weight]", "[weight, colour]"],
    "severity": ["warning", "'off'"],
}


class Piece(msgspec.Struct):
    """A source as an editor sees it: the keys of its front matter with their values in YAML, and its body."""

    front: dict[str, str]
    body: str

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        lines = [f"{key}: {value}\n" for key, value in self.front.items()]
        return f"---\n{''.join(lines)}---\n\n{self.body}".encode()


class Site(msgspec.Struct):
    """All files of a site: sources by their path below `content/`, other files by their path below the root."""

    settings: dict[str, str]
    pieces: dict[str, Piece]
    files: dict[str, bytes]
    count: int = 0

    @property
    def items(self) -> list[str]:
        """The paths of all items, in order."""
        return [path for path in sorted(self.pieces) if is_item(path)]

    def number(self) -> int:
        """Give a number that no other piece has."""
        self.count += 1
        return self.count

    def tree(self) -> dict[str, bytes]:
        """Give all files with their bytes."""
        sources = {f"content/{path}": piece.data for path, piece in self.pieces.items()}
        return {"site.yaml": settings_text(self.settings), **sources, **self.files}


def is_item(path: str) -> bool:
    """Tell an item from undated pages and introductions."""
    return not path.startswith("pages/") and not posixpath.basename(path).startswith("_index")


def settings_text(settings: Mapping[str, str]) -> bytes:
    """Write `site.yaml`."""
    return SETTINGS.format(**settings).encode()


def theme(name: str) -> str:
    """Read a file of the built-in theme."""
    return (THEME / name).read_text(encoding="utf-8")


# -- what is written -------------------------------------------------------------------------------


def beginning() -> Site:
    """Write the site that every history begins with: over 60 items, undated pages, introductions, attachments."""
    rng = random.Random(2024)
    site = Site({key: values[0] for key, values in CHOICES.items()}, {}, {})
    for kind in ("paper", "table"):
        site.files[f"content/news/{kind}.pdf"] = f"%PDF {kind}".encode()
    site.files["content/speeches/picture.png"] = drawn.png()
    site.files["static/plain.txt"] = b"plain\n"
    for place in range(48):
        section = SECTIONS[(0, 0, 1, 2, 0, 3)[place % 6]]
        add(site, rng, section, f"{MONTHS[place % 5 if place % 7 else 5]}-{place % 28 + 1:02d}")
    for hours in (-70, -49, -30, -10, -2, 5, 20, 60):
        add(site, rng, rng.choice(SECTIONS), written(BEGINNING + hours * 3600))
    for path in site.items[::6]:
        translate(site, rng, path)
    site.pieces["pages/about.md"] = Piece({"title": "About", "menu": "menu"}, "About this sample, by @program@.\n")
    site.pieces["pages/about.ru.md"] = Piece({"title": "О сайте", "menu": "menu"}, "О примере.\n")
    site.pieces["pages/contacts.md"] = Piece({"title": "Contacts"}, "See [news](/news/).\n")
    site.pieces["_index.md"] = Piece({"title": "Welcome"}, "Welcome to the sample.\n")
    site.pieces["speeches/_index.md"] = Piece({"title": "All speeches"}, "What was said, by @program@.\n")
    for path in site.items:
        site.pieces[path].body = body(site, rng, path)
    return site


def add(site: Site, rng: random.Random, section: str, date: str) -> str:
    """Write a new item; gives its path."""
    number = site.number()
    path = f"{FOLDERS[section]}/item-{number:03d}.md"
    front = {"title": f"Item {number}", "date": date}
    if rng.random() < 0.6:
        front["lead"] = f"Lead {number} {rng.randrange(100)}"
    if rng.random() < 0.5:
        front["tags"] = tags(rng)
    if rng.random() < 0.2:
        front["aliases"] = f"[/old/{number}/, '/old.php?ID={number}']"
    if rng.random() < 0.2:
        front["place"] = "Sample town"
    if rng.random() < 0.2:
        front["authors"] = "[First Author, Second Author]"
    if rng.random() < 0.2:
        front["attachments"] = attachments(path)
    site.pieces[path] = Piece(front, "")
    site.pieces[path].body = body(site, rng, path)
    return path


def translate(site: Site, rng: random.Random, path: str) -> str:
    """Write the Russian version of an item; gives its path."""
    other = path.removesuffix(".md") + ".ru.md"
    front = {key: value for key, value in site.pieces[path].front.items() if key in {"date", "section", "slug"}}
    site.pieces[other] = Piece({"title": f"Заметка {rng.randrange(100)}", **front}, "")
    site.pieces[other].body = body(site, rng, other)
    return other


def attachments(path: str) -> str:
    """Name the two papers from an item's folder."""
    return f"[{{path: {beside(path, 'news/paper.pdf')}, title: The paper}}, {beside(path, 'news/table.pdf')}]"


def beside(path: str, other: str) -> str:
    """Say how a source names another file below `content/`."""
    return posixpath.relpath(other, posixpath.dirname(path))


def tags(rng: random.Random) -> str:
    """Name one to three tags."""
    return "[" + ", ".join(rng.sample(TAGS, rng.randint(1, 3))) + "]"


def body(site: Site, rng: random.Random, path: str) -> str:
    """Write a body: text that both dialects read differently, a heading, links to items, files and addresses."""
    parts = [f"The wind of {rng.randrange(1000)} is rising over the ~~sample~~ coast, by @program@."]
    if path.startswith("commentary/"):
        parts += [f"Question: is it {rng.randrange(10)}?", "Answer: it is."]
    if rng.random() < 0.5:
        parts.append("Read on:\n- first\n- second")
    if rng.random() < 0.3:
        parts.append(f"## Part {rng.randrange(3)}\n\nOf the whole.")
    others = site.items
    for _ in range(rng.choice((0, 1, 1, 2)) if others else 0):
        parts.append(f"See [another]({beside(path, rng.choice(others))}{rng.choice(('', '', '#part-1'))}) text.")
    if rng.random() < 0.2:
        parts.append(f"See [the month](/{rng.choice(SECTIONS)}/2024/0{rng.choice('125')}/).")
    if rng.random() < 0.2:
        parts.append(f"![]({beside(path, 'speeches/picture.png')})")
    return "\n\n".join(parts) + "\n"


def written(instant: int) -> str:
    """Write an instant as front matter has it."""
    return dt.datetime.fromtimestamp(instant, dt.UTC).strftime("%Y-%m-%d %H:%M +00:00")
