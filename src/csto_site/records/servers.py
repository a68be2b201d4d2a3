"""What web servers are told, and `security.txt`: headers, caching, redirects."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from csto_site import policy
from csto_site.model import Security
from csto_site.parse.dates import LAST
from csto_site.records.redirects import GONE

_FEEDS = ((".atom", "application/atom+xml"), (".rss", "application/rss+xml"), ("/feed.json", "application/feed+json"))
"""How the addresses of feeds end, and what they are: servers do not know of themselves."""
_TEXTS = """\
text/css text/plain text/xml text/javascript application/javascript application/json application/xml
  application/atom+xml application/rss+xml application/feed+json"""
"""What is text beside HTML: it is UTF-8, and worth compressing."""

Headers = tuple[tuple[str, str], ...]


def headers_file(base: str, *, searches: bool = False, embeds: Iterable[str] = ()) -> bytes:
    """Write `_headers`, as Netlify and Cloudflare Pages read it; `base` is the site's path on its host.

    No header is named by two rules that match one file, which these hosts treat differently. Pages are not
    mentioned under caching: both let them be kept only as long as they are asked about again.
    """
    rules = (
        (f"{base}*", policy.headers(searches=searches, embeds=embeds)),
        (f"{base}assets/*", (("Cache-Control", policy.LONG),)),
        *((each, (("Content-Type", f"{kind}; charset=utf-8"),)) for end, kind in _FEEDS for each in _paths(base, end)),
    )
    return "\n".join(_rule(path, headers) for path, headers in rules).encode()


def _paths(base: str, end: str) -> tuple[str, ...]:
    """Give the patterns of all addresses that end so; an asterisk before a slash misses the one at the top."""
    return (f"{base}{end[1:]}", f"{base}*{end}") if end.startswith("/") else (f"{base}*{end}",)


def _rule(path: str, headers: Iterable[tuple[str, str]]) -> str:
    return f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in headers)


def nginx_conf(base: str, prefixes: Iterable[str], *, searches: bool = False, embeds: Iterable[str] = ()) -> bytes:
    """Write what belongs into nginx's `server`; `prefixes` are those of languages with pages of their own."""
    return "\n".join(_nginx(base, prefixes, policy.headers(searches=searches, embeds=embeds))).encode() + b"\n"


def _nginx(base: str, prefixes: Iterable[str], headers: Headers) -> Iterator[str]:
    yield (
        "# For nginx: include this in the `server` whose root has the site at its path.\n"
        "#   http {   map_hash_bucket_size 1024;\n"
        "#            map $request_uri $moved { include /path/to/redirects.map; } }\n"
        "index index.html;\n"
        "charset utf-8;\n"
        f"charset_types {_TEXTS};\n"
        "gzip on;\n"
        "gzip_vary on;\n"
        f"gzip_types image/svg+xml {_TEXTS};\n"
        f"error_page 404 {base}404.html;\n"
        "error_page 410 @gone;\n"
        f"if ($moved = {GONE}) {{ return 410; }}\n"
        "if ($moved) { return 301 $moved; }\n"
    )
    yield _location(headers, "@gone", policy.SHORT, "try_files ${uri}index.html $uri =404;")
    yield _location(headers, f"{base}", policy.SHORT)
    yield _location(headers, f"^~ {base}assets/", policy.LONG)
    for prefix in filter(None, prefixes):
        own = f"error_page 404 {base}{prefix[1:]}/404.html;"
        yield _location(headers, f"{base}{prefix[1:]}/", policy.SHORT, own)
    for end, kind in _FEEDS:
        yield _location(headers, f"~ {re.escape(end)}$", policy.SHORT, "types { }", f"default_type {kind};")


def _location(headers: Headers, match: str, cached: str, *more: str) -> str:
    """Write a location with all headers, since one that adds a header of its own inherits none."""
    sent = (f'add_header {name} "{value}" always;' for name, value in headers)
    lines = (*more, *sent, f'add_header Cache-Control "{cached}";')
    return f"location {match} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def security_txt(security: Security, canonical: str, languages: Iterable[str]) -> bytes:
    """Write `security.txt` (RFC 9116); it names its own address only where that is safe."""
    expires = dt.datetime.fromtimestamp(min(security.expires.instant, LAST), dt.UTC)
    lines = (
        *(f"Contact: {each}" for each in security.contact),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
        *([f"Canonical: {canonical}"] if canonical.startswith("https:") else []),
        *([f"Policy: {security.policy}"] if security.policy else []),
    )
    return "".join(f"{line}\n" for line in lines).encode()
