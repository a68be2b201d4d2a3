"""Every kind of thing that can happen to a site between two builds."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import msgspec
import pytest

import drawn
from csto_site.model import Digest
from csto_site.shell import build, scan
from csto_site.shell.errors import SiteError
from proof import writing
from proof.history import GRAIN, History, coarse_stamp, overwrite, paths_of
from proof.writing import CHOICES, Piece, Site

Step = Callable[[History, random.Random], None]
STEPS: dict[str, Step] = {}
"""All kinds of steps by name."""
EDITS: list[Step] = []
"""Those that change content and leave no error behind."""


def step(function: Step) -> Step:
    """Note a kind of step."""
    STEPS[function.__name__.replace("_", " ")] = function
    return function


def edit(function: Step) -> Step:
    """Note a kind of step that others may use."""
    EDITS.append(function)
    return step(function)


def item(history: History, rng: random.Random) -> Piece:
    """Choose an item."""
    return history.site.pieces[rng.choice(history.site.items)]


# -- items -----------------------------------------------------------------------------------------


@edit
def add_newest(history: History, rng: random.Random) -> None:
    """An item of today, in either language."""
    when = writing.written(history.as_of - rng.randrange(5 * 3600))
    path = writing.add(history.site, rng, rng.choice(writing.SECTIONS), when)
    if rng.random() < 0.3:
        writing.translate(history.site, rng, path)


@edit
def add_back_dated(history: History, rng: random.Random) -> None:
    """An item of a month long ago, or of one that had none."""
    month = rng.choice((*writing.MONTHS, "2022-12", "2023-12", "2024-04"))
    writing.add(history.site, rng, rng.choice(writing.SECTIONS), f"{month}-{rng.randint(1, 28):02d}")


@edit
def add_anniversary(history: History, rng: random.Random) -> None:
    """An item of the same day as another, with the same tags, a year earlier or later."""
    front = item(history, rng).front
    day = front["date"][4:10]
    year = rng.choice([each for each in ("2022", "2023", "2024") if each != front["date"][:4]])
    path = writing.add(history.site, rng, rng.choice(writing.SECTIONS), year + day)
    history.site.pieces[path].front |= {key: front[key] for key in ("tags",) if key in front}


@edit
def add_translation(history: History, rng: random.Random) -> None:
    """A Russian version of an item."""
    items = history.site.items
    alone = [path for path in items if ".ru." not in path and path[:-3] + ".ru.md" not in items]
    writing.translate(history.site, rng, rng.choice(alone or items))


@edit
def edit_body(history: History, rng: random.Random) -> None:
    """Another text."""
    path = rng.choice(history.site.items)
    history.site.pieces[path].body = writing.body(history.site, rng, path)


@edit
def edit_inside(history: History, rng: random.Random) -> None:
    """One more sentence, which nobody sees but on the item's own page."""
    item(history, rng).body += f"\n\nA sentence more: {rng.randrange(1000)}.\n"


@edit
def edit_heading(history: History, rng: random.Random) -> None:
    """Another heading, or one more, often where another item leads to it."""
    pieces = history.site.pieces
    led_to = [
        path
        for path in history.site.items
        if any(f"{path.rpartition('/')[2]}#part-1" in each.body for each in pieces.values())
    ]
    piece = pieces[rng.choice(led_to or history.site.items)]
    heading = f"## Part {rng.randrange(3)}"
    body, count = re.subn(r"## Part \d", heading, piece.body, count=1)
    piece.body = body if count else f"{piece.body}\n\n{heading}\n\nOf the whole.\n"


@edit
def edit_title(history: History, rng: random.Random) -> None:
    """Another title, often of an item that another one names as what replaces it."""
    pieces = history.site.pieces
    named = [
        path for path in history.site.items for each in pieces.values() if f"/{path}" in each.front.get("withdrawn", "")
    ]
    path = rng.choice(named if named and rng.random() < 0.5 else history.site.items)
    pieces[path].front["title"] = f"Titled {rng.randrange(1000)}"


@edit
def edit_date(history: History, rng: random.Random) -> None:
    """Another month, another day, or another time of the same day."""
    front = item(history, rng).front
    day = front["date"][:10]
    other = f"{rng.choice(writing.MONTHS)}-{rng.randint(1, 28):02d}"
    front["date"] = rng.choice((other, other, f"{day} {rng.randrange(24)}:00", f"{other} 08:30 +03:00"))


@edit
def edit_section(history: History, rng: random.Random) -> None:
    """Into another section."""
    item(history, rng).front["section"] = rng.choice(writing.SECTIONS)


@edit
def edit_tags(history: History, rng: random.Random) -> None:
    """Other tags, or none; or another spelling of one on many items, the commonest of which is its title."""
    if rng.random() < 0.4:
        one, other = rng.sample(("Sample tag", "sample Tag", "SAMPLE TAG"), 2)
        for path in rng.sample(history.site.items, min(20, len(history.site.items))):
            front = history.site.pieces[path].front
            front["tags"] = front.get("tags", f"[{one}]").replace(one, other)
        return
    front = item(history, rng).front
    front["tags"] = writing.tags(rng)
    if rng.random() < 0.3:
        del front["tags"]


@edit
def edit_lead(history: History, rng: random.Random) -> None:
    """Another lead, one of two paragraphs, or none."""
    front = item(history, rng).front
    number = rng.randrange(1000)
    front["lead"] = rng.choice((f"Led {number}", f"|\n  Led {number}\n\n  And {number}"))
    if rng.random() < 0.2:
        del front["lead"]


@edit
def edit_aliases(history: History, rng: random.Random) -> None:
    """Other former addresses, or none."""
    front, number = item(history, rng).front, history.site.number()
    if front.pop("aliases", None) is None or rng.random() < 0.5:
        front["aliases"] = f"[/former/{number}/, '/former.php?ID={number}']"


@edit
def edit_changes(history: History, rng: random.Random) -> None:
    """A public history, another, or none."""
    front, day = item(history, rng).front, rng.randint(1, 28)
    if front.pop("changes", None) is None or rng.random() < 0.5:
        kind = rng.choice(("major", "minor", "correction"))
        front["changes"] = f"[{{date: 2024-05-{day:02d}, note: Note {day}, kind: {kind}}}]"


@edit
def edit_details(history: History, rng: random.Random) -> None:
    """A picture, a video, where it first appeared, the byline, or another of the smaller things; or one less."""
    path, number = rng.choice(history.site.items), rng.randrange(100)
    front = history.site.pieces[path].front
    picture = f"{{path: {writing.beside(path, 'speeches/picture.png')}, alt: Picture {number}}}"
    key, value = rng.choice(
        (
            ("image", picture),
            ("gallery", f"[{picture}, {picture}]"),
            ("video", f"{{url: 'https://example.org/{number}', title: Video {number}, poster: {picture}}}"),
            ("source", f"{{name: Agency {number}, url: 'https://example.org/{number}'}}"),
            ("authors", f"[Author {number}]"),
            ("place", f"Place {number}"),
            ("updated", f"2024-06-{number % 28 + 1:02d} 12:00"),
            ("id", f"'tag:example.org,2024:{history.site.number()}'"),
            ("form", rng.choice(("text", "questions"))),
            ("topics", f"[Topic {number % 3}]"),
            ("attachments", writing.attachments(path)),
        )
    )
    if front.pop(key, None) is None or rng.random() < 0.5:
        front[key] = value


@edit
def edit_translation(history: History, rng: random.Random) -> None:
    """A key of translations that another item has, or none."""
    one, other = item(history, rng).front, item(history, rng).front
    if one.pop("translation", None) is None or rng.random() < 0.5:
        one["translation"] = other["translation"] = f"key-{history.site.number()}"


@edit
def draft(history: History, rng: random.Random) -> None:
    """Taken back into drafts, or out of them."""
    front = item(history, rng).front
    if front.pop("draft", None) is None:
        front["draft"] = "true"


@edit
def withdraw(history: History, rng: random.Random) -> None:
    """Withdrawn in favour of another, or restored."""
    front = item(history, rng).front
    other = rng.choice(history.site.items)
    if front.pop("withdrawn", None) is None:
        front["withdrawn"] = f"{{date: 2024-06-01, reason: Outdated {rng.randrange(9)}, replaced_by: /{other}}}"


@edit
def remove_for_good(history: History, rng: random.Random) -> None:
    """Gone, with a tombstone, or restored."""
    front = item(history, rng).front
    if front.pop("gone", None) is None:
        front["gone"] = f"{{reason: Removed {rng.randrange(9)}}}"


@edit
def schedule(history: History, rng: random.Random) -> None:
    """Under an embargo of hours or days, past or to come."""
    item(history, rng).front["publish"] = writing.written(history.as_of + rng.randint(-72, 72) * 3600)


@edit
def rename(history: History, rng: random.Random) -> None:
    """Another file name, with another address or the same."""
    path = rng.choice(history.site.items)
    piece = history.site.pieces.pop(path)
    folder, _, name = path.rpartition("/")
    stem, *language = name.removesuffix(".md").split(".")
    if rng.random() < 0.5:
        piece.front.setdefault("slug", stem)
    number = history.site.number()
    history.site.pieces["/".join([folder, ".".join([f"named-{number}", *language, "md"])])] = piece


@edit
def delete(history: History, rng: random.Random) -> None:
    """Away with an item, or with all that a month has."""
    path = rng.choice(history.site.items)
    month = history.site.pieces[path].front["date"][:7]
    del history.site.pieces[path]
    if rng.random() < 0.2:
        same = [each for each in history.site.items if history.site.pieces[each].front["date"].startswith(month)]
        for each in same[:8]:
            del history.site.pieces[each]


# -- other content ---------------------------------------------------------------------------------


@edit
def edit_page(history: History, rng: random.Random) -> None:
    """An undated page with another title, text or place, a new one, or one less."""
    pieces, number = history.site.pieces, history.site.number()
    pages = sorted(path for path in pieces if path.startswith("pages/"))
    piece = pieces[rng.choice(pages)] if pages else Piece({}, "")
    change = rng.randrange(7)
    if change == 0 or not pages:
        place = rng.choice(("menu", "footer", "none"))
        pieces[f"pages/page-{number}.md"] = Piece({"title": f"Page {number}", "menu": place}, f"Page {number}\n")
    elif change == 1:
        piece.front["title"] = f"Page {number}"
    elif change == 2:
        piece.front["menu"] = rng.choice(("menu", "footer", "none"))
    elif change == 3:
        piece.front["order"] = str(rng.randrange(9))
    elif change == 4:
        piece.front["aliases"] = f"[/page/{number}/]"
    elif change == 5:
        piece.body += f"\nMore {number}, see [it](/news/).\n"
    else:
        del pieces[rng.choice(pages)]


@edit
def edit_introduction(history: History, rng: random.Random) -> None:
    """Another introduction of a section or of the home page, or none."""
    pieces, number = history.site.pieces, history.site.number()
    path = rng.choice(("_index.md", "_index.ru.md", "news/_index.md", "speeches/_index.md", "news/regional/_index.md"))
    if path in pieces and rng.random() < 0.3:
        del pieces[path]
    else:
        front = {"title": f"Introduced {number}"} if rng.random() < 0.5 else {"lead": f"Introduced {number}"}
        pieces[path] = Piece(front, f"Introduction {number}, see [it](/speeches/).\n")


@step
def edit_attachment(history: History, rng: random.Random) -> None:
    """An attachment or picture of other bytes, of another size, no more, or there again."""
    files = history.site.files
    name = rng.choice(("content/news/paper.pdf", "content/news/table.pdf", "content/speeches/picture.png"))
    if name in files and rng.random() < 0.2:
        del files[name]
    elif name.endswith(".png"):
        files[name] = drawn.png(40, rng.choice((30, 40)), rng.randrange(9))
    else:
        files[name] = b"%03d" % rng.randrange(1000) * rng.choice((1, 1, 500))


@step
def edit_static(history: History, rng: random.Random) -> None:
    """A plain static file, new, changed or no more."""
    files, name = history.site.files, f"static/{rng.choice(('plain', 'other/plain', 'humans'))}.txt"
    if name in files and rng.random() < 0.3:
        del files[name]
    else:
        files[name] = b"plain %d\n" % rng.randrange(1000)


@step
def edit_asset(history: History, rng: random.Random) -> None:
    """The style sheet or the script, whose fingerprint every page shows."""
    name = f"static/assets/{rng.choice(('site.css', 'site.js'))}"
    if name in history.site.files and rng.random() < 0.3:
        del history.site.files[name]
    else:
        history.site.files[name] = (writing.theme(name) + f"/* {rng.randrange(1000)} */\n").encode()


# -- templates -------------------------------------------------------------------------------------

PAGES = ("item", "listing", "home", "term", "terms", "page", "gone", "404", "redirect", "latest", "base")
PARTS = {
    "header": '<header class="top">',
    "footer": '<footer class="foot">',
    "head": '<link rel="icon"',
    "lists": '<article class="teaser"',
    "media": "<figure",
}


@step
def edit_template(history: History, rng: random.Random) -> None:
    """A page's template of the site's own, changed, or that of the theme again."""
    name = f"templates/{rng.choice(PAGES)}.html"
    text = writing.theme(name)
    block = "{% block main %}\n"
    mark = f"<p>edited {rng.randrange(1000)}</p>\n"
    own = text.replace(block, block + mark) if block in text else text + mark
    override(history, rng, name, own)


def edit_every_page(history: History, rng: random.Random) -> None:
    """The template that all pages extend: each has its body from the cache again."""
    name = "templates/base.html"
    text = writing.theme(name).replace("<body", f"<body data-edit={rng.randrange(1000)}", 1)
    history.site.files[name] = text.encode()


@step
def edit_part(history: History, rng: random.Random) -> None:
    """A part that templates include or import, or that is printed once for all pages."""
    part = rng.choice(sorted(PARTS))
    name = f"templates/parts/{part}.html"
    start = PARTS[part]
    text = writing.theme(name)
    assert start in text
    override(
        history,
        rng,
        name,
        text.replace(start, f"{start.split()[0]} data-edit={rng.randrange(1000)} {start.partition(' ')[2]}"),
    )


@step
def edit_catalogue(history: History, rng: random.Random) -> None:
    """The Russian words of the interface, or English ones of the site's own."""
    number = rng.randrange(1000)
    if rng.random() < 0.3:
        entry = f'msgid ""\nmsgstr ""\n\nmsgid "All news"\nmsgstr "Everything {number}"\n'
        override(history, rng, "templates/locale/en.po", entry)
        return
    name = "templates/locale/ru.po"
    word = rng.choice(("Ранее", "Позже", "Метки", "О сайте", "Лента Atom"))
    text = writing.theme(name)
    assert word in text
    override(history, rng, name, text.replace(word, f"{word} {number}"))


def override(history: History, rng: random.Random, name: str, text: str) -> None:
    """Write a file over that of the theme, or take it away again."""
    if name in history.site.files and rng.random() < 0.3:
        del history.site.files[name]
    else:
        history.site.files[name] = text.encode()


# -- settings --------------------------------------------------------------------------------------


def setting(history: History, rng: random.Random, *names: str) -> None:
    """Give a setting another value."""
    name = rng.choice(names)
    now = history.site.settings[name]
    history.site.settings[name] = rng.choice([each for each in CHOICES[name] if each != now])


@step
def set_title(history: History, rng: random.Random) -> None:
    """The site's title or description."""
    setting(history, rng, "title", "description")


@step
def set_dialect(history: History, rng: random.Random) -> None:
    """The other dialect of Markdown."""
    setting(history, rng, "markdown")


@step
def set_dates(history: History, rng: random.Random) -> None:
    """How dates are shown, or in which zone they are read."""
    setting(history, rng, "dates", "dates", "zone")


@step
def set_section(history: History, rng: random.Random) -> None:
    """A section's title, in either language, or its form."""
    setting(history, rng, "news", "regional", "russian", "form")


@step
def set_permalinks(history: History, rng: random.Random) -> None:
    """How addresses are made."""
    setting(history, rng, "permalink")


@step
def set_taxonomies(history: History, rng: random.Random) -> None:
    """Titles, number and order of taxonomies."""
    setting(history, rng, "taxonomies")


@step
def set_other(history: History, rng: random.Random) -> None:
    """The site's URL, its accent colour or logo, keys to be ignored, the severity of a rule."""
    setting(history, rng, "url", "accent", "logo", "ignored", "severity")


@step
def set_machines(history: History, rng: random.Random) -> None:
    """Whether items have records, who is no person, who is told of new items, whom to tell of flaws."""
    setting(history, rng, "item_json", "organizations", "hub", "security")


# -- the clock, and nothing ------------------------------------------------------------------------


@step
def clock_on(history: History, rng: random.Random) -> None:
    """Hours or weeks go by."""
    history.as_of += rng.choice((1, 7, 30, 49, 400)) * 3600


@step
def clock_back(history: History, rng: random.Random) -> None:
    """The site as it was hours or months ago."""
    history.as_of -= rng.choice((1, 7, 30, 49, 2000)) * 3600


@step
def nothing(_: History, __: random.Random) -> None:
    """Nothing at all."""


@step
def touch(history: History, rng: random.Random) -> None:
    """Files with a new time, in the past or to come, or with a new inode, and the same bytes."""
    tree = history.site.tree()
    for name in rng.sample(sorted(tree), 5):
        place = history.place(name)
        if rng.random() < 0.3:
            place.unlink()
            place.write_bytes(tree[name])
        now = time.time_ns() + rng.choice((0, 0, -(10**15), 10**15))
        os.utime(place, ns=(now, now))


@step
def same_size_and_time(history: History, rng: random.Random) -> None:
    """Other bytes, as many as before, and the time set back."""
    site = history.site
    if rng.random() < 0.3:
        name = rng.choice(sorted(name for name in site.files if not name.startswith("templates/")))
        site.files[name] = site.files[name][:-1] + bytes([site.files[name][-1] ^ 1])
    else:
        path = rng.choice(site.items)
        site.pieces[path].body = site.pieces[path].body.translate(str.maketrans("0123456789", "1234567890"))
        name = f"content/{path}"
    history.save_with_old_stamp(name)


@step
def go_back(history: History, rng: random.Random) -> None:
    """The whole site as it was some steps ago."""
    if history.past:
        count = history.site.count
        history.site = msgspec.structs.replace(copied(rng.choice(history.past)), count=count)


def copied(site: Site) -> Site:
    """Copy a site, which steps change."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(site), type=Site)


@step
def move_content(history: History, _: random.Random) -> None:
    """The content in another folder."""
    history.save()
    other = history.root / ("elsewhere" if history.content.name == "content" else "content")
    history.content.rename(other)
    history.content = other


@step
def new_program(history: History, _: random.Random) -> None:
    """Another version of the program, which makes other bytes of the same sources."""
    history.program += 1


# -- the output ------------------------------------------------------------------------------------


def ours(history: History) -> list[str]:
    """Name the files of the output that the program made."""
    return sorted(set(paths_of(history.out)) - history.foreign.keys())


@step
def lose_outputs(history: History, rng: random.Random) -> None:
    """Some files, a section or everything is no more."""
    paths = ours(history)
    if rng.random() < 0.2:
        shutil.rmtree(history.out)
        history.foreign.clear()
    for path in rng.sample(paths, 3) if history.out.exists() else ():
        (history.out / path).unlink()


@step
def change_output(history: History, _: random.Random) -> None:
    """Another output folder, which is new or was left some steps ago; the cache is the same."""
    history.out, history.other_out = history.other_out, history.out
    history.foreign, history.other_foreign = history.other_foreign, history.foreign


@step
def alter_outputs(history: History, rng: random.Random) -> None:
    """Some files have other bytes, most often as many as before, and sometimes the same time."""
    for path in rng.sample(ours(history), 3):
        place = history.out / path
        status, data = place.stat(), place.read_bytes()
        overwrite(place, bytes([data[0] ^ 1]) + data[1:] + b"more" * (rng.random() < 0.3))
        if rng.random() < 0.5:
            os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))


@step
def alter_manifest(history: History, rng: random.Random) -> None:
    """The output's own list of files is damaged, wrong or no more; without a cache all files are strangers then."""
    place = history.out / "manifest.json"
    if not place.exists():
        return
    data = place.read_bytes()
    listed = json.loads(data)
    path = rng.choice(sorted(listed["files"]))
    lacking = json.dumps({**listed, "files": {k: v for k, v in listed["files"].items() if k != path}}).encode()
    wrong = json.dumps({**listed, "files": {**listed["files"], path: {"sha256": "0" * 64, "size": 1}}}).encode()
    place.write_bytes(rng.choice((b"", b"{}", data[:-9], data + b" ", lacking, wrong)))
    if rng.random() < 0.3:
        place.unlink()
        if rng.random() < 0.5 and history.clean().tree is not None:
            shutil.rmtree(history.root / ".cache")
            history.refused()
            shutil.rmtree(history.out)
            history.foreign.clear()


@step
def add_foreign(history: History, rng: random.Random) -> None:
    """Files that the program did not make, and never touches; or one less of them."""
    if history.foreign and rng.random() < 0.3:
        path = rng.choice(sorted(history.foreign))
        (history.out / path).unlink()
        del history.foreign[path]
        return
    folder = rng.choice(("", "news/", "speeches/2024/", "own/"))
    path = f"{folder}foreign-{rng.randrange(100)}.txt"
    put(history.out / path, b"not ours")
    history.foreign[path] = b"not ours"


@step
def foreign_in_the_way(history: History, rng: random.Random) -> None:
    """A stranger's file, or folder, stands where a page is to be: nothing is written until it is away."""
    history.check()
    writing.add(history.site, rng, rng.choice(writing.SECTIONS), f"2023-0{rng.randint(1, 9)}-05")
    history.save()
    planned, there = history.clean().tree or {}, set(paths_of(history.out))
    new = sorted(path for path in planned.keys() - there if not (history.out / path).parent.exists())
    if not new:
        return
    page = history.out / rng.choice(new)
    stranger = rng.choice((page, page.parent, page / "foreign.txt"))
    put(stranger, b"not ours")
    history.refused()
    while stranger != history.out and not (stranger.is_dir() and any(stranger.iterdir())):
        stranger.rmdir() if stranger.is_dir() else stranger.unlink()
        stranger = stranger.parent


def put(place: Path, data: bytes) -> None:
    """Write a file, with the folders above it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


# -- the cache -------------------------------------------------------------------------------------


def memo_files(history: History) -> Sequence[Path]:
    """List the two files of the memo, if there are any."""
    return sorted((history.root / ".cache").glob("memo*"))


@step
def lose_cache(history: History, rng: random.Random) -> None:
    """The cache is no more, or parts of it."""
    cache = history.root / ".cache"
    if not cache.exists():
        return
    part = rng.choice((cache, *memo_files(history), cache / "fragments"))
    if part.is_dir():
        shutil.rmtree(part)
    else:
        part.unlink(missing_ok=True)
    if rng.random() < 0.5:
        edit_template(history, rng)


@step
def damage_memo(history: History, rng: random.Random) -> None:
    """Bytes of a file of the memo are flipped, or it is cut off."""
    places = memo_files(history)
    if not places:
        return
    place = rng.choice(places)
    data = bytearray(place.read_bytes())
    for at in (rng.randrange(len(data)) for _ in range(rng.choice((1, 5, 500)))):
        data[at] ^= rng.choice((1, 2, 32, 128))
    place.write_bytes(bytes(data[: rng.randrange(len(data))] if rng.random() < 0.2 else data))
    rng.choice(EDITS)(history, rng)


@step
def damage_packs(history: History, rng: random.Random) -> None:
    """Bytes of the packs are flipped: often so that they still are texts, and other ones."""
    places = sorted((history.root / ".cache/fragments").glob("*"))
    for place in places:
        data = bytearray(place.read_bytes())
        letters = [at for at, byte in enumerate(data) if byte in b"aeiost"]
        for at in rng.sample(letters, min(len(letters), rng.choice((1, 20, 2000)))):
            data[at] ^= 2
        if rng.random() < 0.3:
            data[rng.randrange(len(data))] ^= 0x80
        place.write_bytes(bytes(data))
    edit_every_page(history, rng)


@step
def damage_pictures(history: History, rng: random.Random) -> None:
    """Bytes of kept pictures are altered or cut off, and the pictures themselves are lost."""
    for place in sorted((history.root / ".cache/pictures").glob("*")):
        data = bytearray(place.read_bytes())
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        place.write_bytes(data if rng.random() < 0.7 else data[: rng.randrange(len(data))])
    for place in sorted(history.out.glob("assets/pictures/*")):
        place.unlink()


# -- while it is built -----------------------------------------------------------------------------


@step
def kill(history: History, rng: random.Random) -> None:
    """A build that is killed at some step on disk, early or late; what it was to build is small or large."""
    rng.choice(EDITS)(history, rng)
    if rng.random() < 0.5:
        edit_every_page(history, rng)
    number = rng.randint(1, rng.choice((20, 100, 600)))
    history.counts["builds killed"] += history.kill(number)
    if rng.random() < 0.3:
        rng.choice(EDITS)(history, rng)


BROKEN = (
    ("templates/item.html", b"{% if %}"),
    ("templates/listing.html", b"{{ page.no_such_field }}"),
    ("templates/home.html", b"{{ 1 // 0 }}"),
    ("templates/locale/ru.po", b"msgid"),
)


@step
def break_something(history: History, rng: random.Random) -> None:
    """An item, a template, a catalogue or the settings have an error: nothing is written until it is mended."""
    with broken(history, rng):
        history.check()
        if rng.random() < 0.5:
            rng.choice(EDITS)(history, rng)
            history.check()


@step
def keep_going(history: History, rng: random.Random) -> None:
    """Items have errors, and are left out."""
    history.keep_going = True
    paths = rng.sample(history.site.items, rng.randint(1, 3))
    for path in paths:
        history.site.pieces[path].front["updated"] = "next tuesday"
    history.check()
    rng.choice(EDITS)(history, rng)
    history.check()
    for piece in history.site.pieces.values():
        if piece.front.get("updated") == "next tuesday":
            del piece.front["updated"]
    history.keep_going = rng.random() < 0.2


class broken:  # noqa: N801 - used as a context manager only
    """Break something for a while."""

    def __init__(self, history: History, rng: random.Random) -> None:
        self.history = history
        self.mend = self._break(history.site, rng)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self.mend()

    def _break(self, site: Site, rng: random.Random) -> Callable[[], None]:
        choice = rng.randrange(6)
        if choice < len(BROKEN):
            name, data = BROKEN[choice]
            was = site.files.get(name)
            site.files[name] = data
            return lambda: site.files.update({name: was}) if was is not None else _ignore(site.files.pop(name, None))
        if choice == len(BROKEN):
            title = site.settings["title"]
            site.settings["title"] = "["
            return lambda: site.settings.update(title=title)
        path = rng.choice(site.items)
        piece = site.pieces[path]
        piece.front["updated"] = "next tuesday"
        return lambda: _ignore(piece.front.pop("updated", None))


def _ignore(_: object) -> None:
    pass


@step
def change_while_built(history: History, rng: random.Random) -> None:
    """A file changes while a build reads it, within the grain of the file system's clock.

    Either after it was read, or between the look at it and the reading: then it is often changed back at once.
    """
    name, text = changeable(history, rng)
    place = history.place(name)
    is_late = rng.random() < 0.6
    change = changed_once(history, rng, place, text, is_late=is_late)
    for _ in range(2):  # a busy machine may not come to it within the grain
        if not change.is_within_grain:
            change = changed_once(history, rng, place, text, is_late=is_late)
    history.counts["changed within a grain"] += change.is_within_grain
    if not is_late and rng.random() < 0.7:
        place.write_bytes(change.first)
    history.read_again(name)


def changed_once(history: History, rng: random.Random, place: Path, text: bytes, *, is_late: bool) -> changing:
    """Build while a file changes from one number to another."""
    first, second = (text.replace(b"0000", b"%04d" % number, 1) for number in rng.sample(range(10**4), 2))
    with changing(place, first, second, is_late=is_late) as change, suppress(SiteError):
        build.run(history.options)
    return change


def changeable(history: History, rng: random.Random) -> tuple[str, bytes]:
    """Choose a file that the build will read, and give it a text with a number in it."""
    if rng.random() < 0.2:
        edit_attachment(history, rng)
    if rng.random() < 0.4:
        name = "templates/base.html"
        text = writing.theme(name).replace("<body", "<body data-edit=0000", 1).encode()
    else:
        path = rng.choice(history.site.items)
        history.site.pieces[path].body += "\nMore 0000.\n"
        name, text = f"content/{path}", history.site.pieces[path].data
    history.site.files.update({name: text} if name.startswith("templates/") else {})
    history.save()
    return name, text


class changing:  # noqa: N801 - used as a context manager only
    """Write one text into a file just before a build looks at it, and another one just after, or once it was read."""

    def __init__(self, place: Path, first: bytes, second: bytes, *, is_late: bool) -> None:
        self.place, self.first, self.second, self.is_late = place, first, second, is_late
        self.patch = pytest.MonkeyPatch()
        self.walk, self.digest_of, self.read = scan.walk, scan.digest_of, scan.read
        self.is_within_grain = False
        self.is_done = False

    def __enter__(self) -> Self:
        self.patch.setattr(scan, "walk", self.walked)
        self.patch.setattr(scan, "digest_of", self.digested)
        self.patch.setattr(scan, "read", self.was_read)
        return self

    def __exit__(self, *_: object) -> None:
        self.patch.undo()

    def walked(self, *given: Any) -> Iterator[tuple[str, os.DirEntry[str]]]:
        for path, entry in self.walk(*given):
            if entry.path == str(self.place) and not self.is_done:
                while not GRAIN * 3 // 10 < time.time_ns() % GRAIN < GRAIN * 4 // 10:
                    pass  # the rest of this tick is enough for what follows, and its beginning is over
                overwrite(self.place, self.first)
            yield path, entry

    def digested(self, path: str) -> Digest:
        digest = self.digest_of(path)
        if path == str(self.place) and not self.is_late:
            self.change()
        return digest

    def was_read(self, place: Path) -> bytes:
        data = self.read(place)
        if place == self.place and self.is_late:
            self.change()
        return data

    def change(self) -> None:
        if self.is_done:
            return
        status = self.place.stat()
        before = coarse_stamp(status)
        overwrite(self.place, self.second)
        os.utime(self.place, ns=(status.st_mtime_ns, status.st_mtime_ns))
        self.is_within_grain = before == coarse_stamp(self.place.stat())
        self.is_done = True
