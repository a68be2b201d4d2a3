"""Former addresses, and those of what is gone, for the web server: the body of an nginx `map` of `$request_uri`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote

from csto_site.model import Permalink, Value
from csto_site.permalinks import encoded

_HEAD = """\
# Former addresses and where their pages are now, for nginx:
#   http {   map_hash_bucket_size 1024;
#            map $request_uri $moved { include /path/to/redirects.map; }
#   server { include /path/to/nginx.conf; }
"""
GONE = "gone"
"""What stands in the place of a new address where there is none: the tombstone is shown, with the status 410."""


class Redirect(Value, frozen=True, kw_only=True):
    """A former address and the permalink that took its place, both decoded; `query` is what followed a `?`."""

    old: Permalink
    query: str = ""
    new: Permalink


def redirects_map(redirects: Iterable[Redirect], base: str, gone: Iterable[Permalink] = ()) -> bytes:
    """Write one line for each former address; `base` is the site's path on its host, `/` or `/repo/`."""
    targets = {_request(each, base): _target(each, base) for each in redirects}
    targets |= {base + encoded(each[1:]): GONE for each in gone}
    readings = Counter(request.lower() for request in targets)
    lines = (
        f'"{_key(each, base, is_alone=readings[each.lower()] == 1, target=targets[each])}" "{targets[each]}";\n'
        for each in sorted(targets)
    )
    return (_HEAD + "".join(lines)).encode()


_QUERY = "%!$&'()*+,;=:@/?-._~[]{}|^`"
"""What browsers leave in a query as it is."""


def _request(redirect: Redirect, base: str) -> str:
    """Write what a browser asks for: no quote, backslash or blank is left in it, and it begins with a slash."""
    path = base + encoded(redirect.old[1:])
    return f"{path}?{quote(redirect.query, safe=_QUERY)}" if redirect.query else path


def _target(redirect: Redirect, base: str) -> str:
    """Write the new address; nginx would take what follows a dollar sign for the name of a variable."""
    return (base + encoded(redirect.new[1:])).replace("$", "%24")


def _key(request: str, base: str, target: str, *, is_alone: bool) -> str:
    """Write a request as the map reads it.

    nginx reads plain text without regard to case: `/News/` would stand for `/news/` as well, which may be
    a page, or the target itself. Where that can matter, the request is written as a regular expression.
    """
    has_capital = "?" not in request and _CAPITAL(request, len(base))
    is_safe = is_alone and not has_capital and request.lower() != target.lower()
    return request if is_safe else f"~^{re.escape(request)}$"


_CAPITAL = re.compile(r"(?<!%)(?<!%[0-9A-F])[A-Z]").search
"""Finds a capital letter outside of percent-encoding."""
