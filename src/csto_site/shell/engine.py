"""The engine: a digest of the program and of every installed library that can change a byte of the output."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = (
    "babel",
    "comrak",
    "comrak-ext",
    "jinja2",
    "markdown",
    "markupsafe",
    "msgspec",
    "nh3",
    "pymdown-extensions",
    "python-frontmatter",
    "pyyaml",
    "tzdata",
)


def engine() -> str:
    """Name this program as it is installed: another one may make other bytes of the same sources."""
    digest = hashlib.blake2b(platform.python_version().encode(), digest_size=16)
    for name in LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    package = Path(__file__).parent.parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
