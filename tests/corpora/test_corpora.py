"""Real archives that nobody here wrote, each built by the command line with the settings in its folder here.

They are no part of the repository: they lie where $CSTO_CORPORA says, else in ../shared/corpora beside the
checkout. Sources and pages are counted, read and compared by what imports nothing of ours.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import lxml.html
import pytest
from markdown_it import MarkdownIt

HERE = Path(__file__).parent
BESIDE = HERE.parents[2] / "shared" / "corpora"
CORPORA = Path(os.environ.get("CSTO_CORPORA") or BESIDE)

if not CORPORA.is_dir() and "CSTO_CORPORA" not in os.environ:
    reason = f"no real archives in {BESIDE}: they are no part of this repository; CSTO_CORPORA can name their folder"
    pytest.skip(reason, allow_module_level=True)

pytestmark = pytest.mark.corpora

ADDRESSES = {
    "carpentries": "blog/{year}/{month}/{slug}",
    "digitalgov": "{year}/{month}/{day}/{slug}",
    "radio-t-yaml": "p/{year}/{month}/{day}/{slug}",
    "swift": "blog/{slug}",
}
"""By which rule the archive itself made the addresses of most items."""


# -- sources ---------------------------------------------------------------------------------------

_PARTS = re.compile(r"\s*-{3,}[ \t]*\n(.*?)^-{3,}[ \t]*$\n?(.*)", re.DOTALL | re.MULTILINE)


class Source(NamedTuple):
    """A file of an archive: its path, front matter and body."""

    path: str
    head: str
    body: str

    def said(self, key: str) -> str:
        """Give what follows a key, without quotes and comment."""
        found = re.search(rf"^{key}:[ \t]*(['\"]?)(.*?)\1[ \t\r]*(?:#.*)?$", self.head, re.MULTILINE | re.IGNORECASE)
        return found[2] if found else ""

    @property
    def is_introduction(self) -> bool:
        return self.path.endswith("_index.md")

    @property
    def is_draft(self) -> bool:
        return self.said("draft") == "true"

    def address(self, rule: str) -> str:
        """Say at which address the archive itself had it; "" if that cannot be told."""
        date = re.match(r"(\d{4})-(\d\d?)-(\d\d?)", self.said("date"))
        name = re.sub(r"^\d{4}-\d\d?-\d\d?-", "", Path(self.path).stem)
        if not date:
            return ""
        year, month, day = (part.zfill(2) for part in date.groups())
        return rule.format(year=year, month=month, day=day, slug=self.said("slug") or name)


def source(path: Path, top: Path) -> Source:
    """Read a file and take it apart."""
    parts = _PARTS.match(path.read_text(encoding="utf-8-sig"))
    assert parts, path
    return Source(path.relative_to(top).as_posix(), *parts.groups())


# -- what was built --------------------------------------------------------------------------------


class Built(NamedTuple):
    """An archive with the folder it was built into, and what was reported."""

    name: str
    out: Path
    sources: tuple[Source, ...]
    problems: tuple[dict[str, Any], ...]

    @property
    def left_out(self) -> set[str]:
        """The paths of the sources that have errors."""
        return {each["path"].removeprefix("content/") for each in self.problems if each["severity"] == "error"}

    @property
    def files(self) -> set[str]:
        """The paths of all outputs."""
        return {path.relative_to(self.out).as_posix() for path in self.out.rglob("*") if path.is_file()}

    def items(self) -> Iterator[Source]:
        """Give the sources that must have a page of their own."""
        left_out = self.left_out
        for each in self.sources:
            if not each.is_introduction and not each.is_draft and each.path not in left_out:
                yield each

    def introductions(self) -> Iterator[Source]:
        """Give the sources that introduce a section or the whole."""
        return (each for each in self.sources if each.is_introduction and each.path not in self.left_out)

    def pages(self) -> dict[str, Source]:
        """Give the sources of items by the output that is found at the address the archive gave them."""
        rule = ADDRESSES[self.name]
        return {f"{address}/index.html": each for each in self.items() if (address := each.address(rule))}


def build(name: str, root: Path) -> Built:
    """Build an archive as a user would, leaving out what has errors."""
    content = CORPORA / name
    assert content.is_dir(), f"the archive {name} is missing in {CORPORA}"
    shutil.copy(HERE / name / "site.yaml", root)
    options = ["--root", root, "--content", content, "--as-of", "2027-01-01", "--keep-going", "--format", "json"]
    command = [sys.executable, "-m", "csto_site", "build", *map(str, options)]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode in {0, 3}, done.stderr[-2000:]
    sources = tuple(source(path, content) for path in sorted(content.rglob("*.md")))
    return Built(name, root / "public", sources, tuple(json.loads(done.stderr)))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Build each archive once, in whatever order the tests want them."""
    return cache(lambda name: build(name, tmp_path_factory.mktemp(name)))


@pytest.fixture(params=sorted(ADDRESSES))
def built(request: pytest.FixtureRequest, archive: Callable[[str], Built]) -> Built:
    """Give each archive, built."""
    return archive(request.param)


def parsed(page: Path) -> Any:
    """Parse a page."""
    return lxml.html.parse(page, lxml.html.HTMLParser(encoding="utf-8"))


def text_of(element: Any) -> str:
    """Give an element's text with single blanks."""
    return " ".join(element.text_content().split())


# -- counting --------------------------------------------------------------------------------------


def test_every_file_is_a_page_or_named(built: Built) -> None:
    """Item pages are the files less those with errors, drafts, and introductions, which are part of a listing."""
    expected = len(list(built.items()))
    pages = [name for name in built.files if b'<article class="item' in (built.out / name).read_bytes()]

    assert expected == len(pages)


def test_98_percent_become_pages(built: Built) -> None:
    """Of all files, drafts too, at least 98 of 100 are published."""
    published = len(list(built.items())) + len(list(built.introductions()))

    assert published >= 0.98 * len(built.sources)


def test_introductions_are_on_their_heads(built: Built) -> None:
    """What `_index.md` says stands on the first page of its section."""
    for each in built.introductions():
        head = parsed(built.out / Path(each.path).parent / "index.html").xpath("//main")[0]

        assert shown_by_markdown(each.body) in text_of(head)


def test_items_keep_their_addresses(built: Built) -> None:
    """The addresses that the archive itself gave its items are kept.

    But for a few: here `2016-1-05-` begins no date, and a time with a zone belongs to the day in the site's zone.
    """
    expected = len(list(built.items()))
    kept = len(built.files & built.pages().keys())

    assert kept >= 0.97 * expected


# -- comparing -------------------------------------------------------------------------------------

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_HEADING_ID = re.compile(r"^(#+ .*?) *\{#\S+\} *$", re.MULTILINE)
_BEYOND = re.compile(r"\[\^|^ {0,3}[:~] |\[[ xX]\] ", re.MULTILINE)
"""Footnotes, definitions and tasks, which the engine used here for comparison does not know."""


def words_of(nodes: Any) -> Iterator[str]:
    """Give the text that a reader would see."""
    for node in nodes:
        if isinstance(node, str):
            yield node
            continue
        if isinstance(node.tag, str) and node.tag not in {"script", "style"}:
            yield node.text or ""
            yield from words_of(node)
        yield node.tail or ""


def shown_by_markdown(body: str) -> str:
    """Say what a Markdown body says, by another engine and another parser; template tags stay as text.

    A blank in what stands for a tag keeps it from being an address.
    """
    tags, numbers = _TAG.findall(body), count()
    marked = _HEADING_ID.sub(r"\1", _TAG.sub(lambda _: f"‹ {next(numbers)} ›", body))
    nodes = html5lib.parseFragment(_MARKDOWN.render(marked), treebuilder="lxml", namespaceHTMLElements=False)
    return " ".join(re.sub(r"‹ (\d+) ›", lambda mark: tags[int(mark[1])], "".join(words_of(nodes))).split())


def test_text_is_that_of_the_source(built: Built) -> None:
    """The plain text of 30 random items is what their sources say."""
    pages = {page: each for page, each in built.pages().items() if (built.out / page).is_file()}
    simple = sorted(page for page, each in pages.items() if not _BEYOND.search(each.body))
    for page in random.Random(2027).sample(simple, 30):
        (body,) = parsed(built.out / page).xpath("//*[@class='body']")

        assert shown_by_markdown(pages[page].body) == text_of(body), pages[page].path


# -- links -----------------------------------------------------------------------------------------


class Page(NamedTuple):
    """What can be linked to on a page, and what it links to."""

    ids: frozenset[str]
    links: tuple[str, ...]


def page(path: Path) -> Page:
    """Read a page."""
    root = parsed(path)
    return Page(frozenset(root.xpath("//@id")), tuple(root.xpath("//@href | //@src | //@poster | //@data-latest")))


def dead(pages: dict[str, Page], files: set[str]) -> Iterator[tuple[str, str]]:
    """Give page and link where a relative link leads to no file, or to no place on its page."""
    for name, each in pages.items():
        for link in dict.fromkeys(each.links):
            url = urlsplit(urljoin(f"http://here/{name}", link))
            target = unquote(url.path).removeprefix("/")
            target += "index.html" if target.endswith("/") or not target else ""
            if url.netloc == "here" and not (target in files and is_there(url.fragment, pages.get(target))):
                yield name, link


def is_there(fragment: str, target: Page | None) -> bool:
    return not fragment or target is None or fragment == "top" or unquote(fragment) in target.ids


def is_named(link: str, messages: str) -> bool:
    """Tell whether a message quotes the address that a link leads to, or the place on its page."""
    path, _, fragment = unquote(link).partition("#")
    return any(place and place in messages for place in (path.lstrip("./"), fragment))


def test_links_that_were_made_are_alive(built: Built) -> None:
    """Each relative link leads to a file and a place on it, but for those in texts that diagnostics name."""
    files, sources = built.files, built.pages()
    messages: dict[str, str] = defaultdict(str)
    for each in built.problems:
        messages[each["path"].removeprefix("content/")] += each["message"] + "\n"
    pages = {name: page(built.out / name) for name in files if name.endswith(".html")}

    unnamed = []
    for name, link in dead(pages, files):
        said = messages[sources[name].path] if name in sources else "".join(messages.values())
        if not is_named(link, said):
            unnamed.append((name, link))

    assert unnamed == []
