"""The demo as browser tests see it: built as project sites are, with one name for each kind of page."""

from __future__ import annotations

import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from csto_site.shell import build

CHECKOUT = Path(__file__).parent.parent.parent
AS_OF = 1_735_678_800  # 2025-01-01 in Moscow

KINDS = {
    "home": r"index\.html",
    "another language's home": r"ru/index\.html",
    "head of all": r"all/index\.html",
    "head": r"news/index\.html",
    "year": r"all/\d{4}/index\.html",
    "month": r"all/\d{4}/\d{2}/index\.html",
    "terms": r"tags/index\.html",
    "term": r"tags/[^/]+/index\.html",
    "item": r"(news|speeches|statements|announcements)/\d{4}/[a-z][^/]*/index\.html",
    "item of questions": r"(commentary|interviews)/\d{4}/[a-z][^/]*/index\.html",
    "withdrawn item": r"news/2023/dyke-inspection/index\.html",
    "corrected item": r"statements/2023/false-messages/index\.html",
    "tombstone": r"announcements/2023/vacancy-interpreter/index\.html",
    "search": r"search/index\.html",
    "undated page": r"(about|contacts|accessibility)/index\.html",
    "lost": r"404\.html",
}
"""Kinds of pages, and the paths of those that are of that kind."""


def build_demo(root: Path, more: str = "") -> Path:
    """Build the demo for a host's path `/repo/`, with more settings, and give its folder."""
    shutil.copytree(CHECKOUT / "content", root / "content")
    settings = (CHECKOUT / "site.yaml").read_text(encoding="utf-8")
    (root / "site.yaml").write_text(settings.replace("example.org/", "example.org/repo/") + more, encoding="utf-8")
    (root / ".cache").mkdir()
    (root / ".cache/pictures").symlink_to(_pictures().name)
    assert build.run(build.Options(root=root, out=root / "public", as_of=AS_OF, jobs=1)).written
    return root / "public"


@cache
def _pictures() -> tempfile.TemporaryDirectory[str]:
    """Make a folder where all demos of this process keep their pictures, so that each is made once."""
    return tempfile.TemporaryDirectory(prefix="pictures-")


def largest(built: Path, kind: str, count: int) -> list[str]:
    """Give the paths of the largest pages of a kind."""
    paths = [path.relative_to(built).as_posix() for path in built.rglob("*.html")]
    chosen = [path for path in paths if re.fullmatch(KINDS[kind], path)]
    assert chosen
    return sorted(chosen, key=lambda path: ((built / path).stat().st_size, path))[-count:]
