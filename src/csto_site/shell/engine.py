"""The engine: a digest of the program and of every installed library that can change a byte of the output."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

LIBRARIES = frozenset(
    {
        "babel",
        "comrak",
        "comrak_ext",
        "jinja2",
        "markdown",
        "markupsafe",
        "msgspec",
        "nh3",
        "pagefind_bin",
        "pillow",
        "pymdown_extensions",
        "python_frontmatter",
        "pyyaml",
        "tzdata",
    }
)


def engine() -> str:
    """Name this program as it is installed: another one may make other bytes of the same sources."""
    digest = hashlib.blake2b(sys.version.encode(), digest_size=16)
    for name in _installed():
        digest.update(name.encode() + b"\n")
    package = Path(__file__).parent.parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _installed() -> Iterator[str]:
    """Give name and version of each library as its folder `jinja2-3.1.6.dist-info` says.

    `importlib.metadata` says the same, but it costs 20 ms, a tenth of a build where nothing changed.
    """
    for folder in sys.path:
        if os.path.isdir(folder):
            for name in sorted(os.listdir(folder)):
                if name.endswith(".dist-info") and name.partition("-")[0].lower() in LIBRARIES:
                    yield name
