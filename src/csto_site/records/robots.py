"""What crawlers are told: `robots.txt` (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable


def robots_txt(sitemaps: Iterable[str]) -> bytes:
    """Let all crawlers in and name the sitemaps, by absolute URL."""
    lines = (
        "# Crawlers read this file only at the root of the host.",
        "User-agent: *",
        "Allow: /",
        "",
        *(f"Sitemap: {url}" for url in sitemaps),
    )
    return "".join(f"{line}\n" for line in lines).encode()
