"""What browsers may do with a page of this site: one policy for the pages themselves and for the servers' headers."""

from __future__ import annotations

from collections.abc import Container, Iterable
from urllib.parse import urlsplit

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' https:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'"
)
"""The Content-Security-Policy of every page, as its first `<meta>` says it."""

SEARCH_CSP = CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""The same on a search page, whose program is WebAssembly."""


def framing(hosts: Iterable[str]) -> str:
    """Admit the players of some hosts into frames: on a page that has one, and only there."""
    return f"{CSP}; frame-src {' '.join(f'https://{host}' for host in hosts)}"


def may_frame(url: str, hosts: Container[str]) -> bool:
    """Tell whether what is at an https URL may stand in a frame."""
    return urlsplit(url).netloc.lower() in hosts


HEADERS = (
    ("Content-Security-Policy", f"{CSP}; frame-ancestors 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
"""What servers are to send with every file: a `<meta>` cannot say who may frame a page."""

LONG = "public, max-age=31536000, immutable"
"""How long files may be kept whose names change with their bytes."""
SHORT = "public, max-age=300"
"""How long all others may be: an edit is seen after five minutes."""


def headers(*, searches: bool, embeds: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """Give `HEADERS` for a site with or without search, and with the players of some hosts in its pages.

    Where there is search, they admit WebAssembly for every file, since a page and the worker that it starts get them;
    the `<meta>` of all other pages takes it back.
    """
    hosts = tuple(embeds)
    policy = framing(hosts) if hosts else CSP
    policy = policy.replace(CSP, SEARCH_CSP) if searches else policy
    return tuple((name, value.replace(CSP, policy)) for name, value in HEADERS)
