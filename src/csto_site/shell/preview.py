"""What `serve` shows: a build held in memory, and its answer to each address.

    Preview ── answer(path) ──► Answer ── with_reload(host, build) ──► what the browser gets

`shell.rebuild` makes previews, `shell.reload` is the server around them; nothing is ever written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import escape, unescape
from pathlib import PurePosixPath
from typing import Final

import msgspec

from csto_site.model import Asset, OutPath
from csto_site.permalinks import encoded


class Preview(msgspec.Struct, frozen=True):
    """A finished build: its outputs, or the errors that kept it from being one."""

    files: Mapping[OutPath, bytes | Asset] = {}
    """The bytes of each output, or the asset that stands there."""
    problems: tuple[str, ...] = ()
    """The diagnostics as a terminal shows them, when there are errors; empty when the site is whole."""
    base: str = "/"
    """The path of the site on its host: `/` or `/repo/`."""
    scheduled: Mapping[OutPath, tuple[str, str]] = {}
    """Where what falls due later will stand: its source and its date."""


class Answer(msgspec.Struct, frozen=True):
    """What one address gets; `location` is where a redirect leads, as a browser writes it."""

    status: int
    data: bytes | Asset = b""
    type: str = "text/html; charset=utf-8"
    location: str = ""

    @property
    def is_document(self) -> bool:
        """Tell a whole HTML page, which can carry the reload script, from a fragment and everything else."""
        return isinstance(self.data, bytes) and self.type.startswith("text/html") and _DOCUMENT(self.data) is not None


_DOCUMENT = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html)\b", re.IGNORECASE | re.DOTALL).match


def after(shown: Preview, built: Preview) -> Preview:
    """Say what is shown once a build is finished: a broken one keeps the last style sheets and pictures."""
    return msgspec.structs.replace(built, files=built.files or shown.files) if built.problems else built


def answer(preview: Preview, path: str) -> Answer:
    """Answer at a decoded path, as the hosts of static sites do."""
    path = unicodedata.normalize("NFC", path)
    if preview.problems and _is_page(path):
        return Answer(500, _problem_page(preview.problems))
    if not path.startswith(preview.base):
        at_the_door = path in ("/", preview.base[:-1])
        return Answer(302, location=encoded(preview.base)) if at_the_door else _not_found(preview)
    return _below_base(preview, path.removeprefix(preview.base))


def _below_base(preview: Preview, path: str) -> Answer:
    name = OutPath(path + "index.html" if path.endswith("/") or not path else path)
    if name in preview.files:
        return Answer(200, preview.files[name], content_type(name))
    if OutPath(f"{path}/index.html") in preview.files:
        # Relative links on the page need the slash.
        return Answer(302, location=encoded(f"{preview.base}{path}/"))
    later = preview.scheduled.get(name) or preview.scheduled.get(OutPath(f"{path}/index.html"))
    return Answer(404, _scheduled_page(*later)) if later else _not_found(preview)


def _scheduled_page(source: str, date: str) -> bytes:
    shown = f"<code>csto-site serve --as-of {escape(date)}</code> shows the site of then"
    return _page("Not yet published", f"<p>{escape(source)} is scheduled for {escape(date)}: {shown}.</p>")


def _not_found(preview: Preview) -> Answer:
    page = preview.files.get(OutPath("404.html"), _page("Not found", "<p>There is nothing at this address.</p>"))
    return Answer(404, page)


def _is_page(path: str) -> bool:
    return PurePosixPath(path).suffix in ("", ".html", ".htm") or path.endswith("/")


_TYPES: Final[Mapping[str, str]] = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".rss": "application/rss+xml; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".wasm": "application/wasm",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
}
# A table of our own, since `mimetypes` reads files of the system and so differs between machines.


def content_type(path: str) -> str:
    """Give the media type that a file of that name is served with."""
    name = PurePosixPath(path)
    if name.name == "feed.json":
        return "application/feed+json; charset=utf-8"
    return _TYPES.get(name.suffix.lower(), "application/octet-stream")


# -- the page that stands in for a broken site -----------------------------------------------------

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.4rem}li{margin:0 0 1.5rem}"
    "p,pre{margin:.25rem 0}p{overflow-wrap:anywhere}"
    "pre{overflow-x:auto;padding:.5rem .75rem;border-left:.25rem solid #c33;background:#8882}"
)


def _problem_page(problems: tuple[str, ...]) -> bytes:
    listed = "\n".join(f"<li>{_problem(each)}</li>" for each in problems)
    return _page(
        "The site cannot be built",
        f"<ol>\n{listed}\n</ol>\n<p>This page gives way to the site as soon as the errors are mended and saved.</p>",
    )


def _problem(text: str) -> str:
    head, _, rest = text.partition("\n")
    return f"<p><strong>{escape(head)}</strong></p>" + (f"<pre>{escape(rest)}</pre>" if rest else "")


def _page(title: str, body: str) -> bytes:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    ).encode()


# -- the reload script -----------------------------------------------------------------------------


def with_reload(page: bytes, host: str, build: int) -> bytes:
    """Put livereload's script into a page, as a file of this server, and let the page's policy admit it.

    livereload itself would inject an inline script, which the policy of our pages forbids, and only into
    pages that write `</head>`. The script hands `snipver` back, so the server can tell what the page shows.
    """
    port = host.rpartition(":")[2] if ":" in host else "80"
    script = f'<script src="/livereload.js?port={port}&amp;snipver={build}&amp;maxdelay=2000" defer></script>'
    page = _POLICY.sub(lambda found: _admitting(found, host), page, count=1)
    end = _END(page)
    at = end.start() if end else len(page)
    return page[:at] + script.encode() + page[at:]


_END = re.compile(rb"</head\s*>|</body\s*>|</html\s*>", re.IGNORECASE).search
_POLICY = re.compile(
    rb"""(<meta\b(?=[^>]*\bhttp-equiv=["']?content-security-policy\b)[^>]*?\bcontent=)("[^"]*"|'[^']*')""",
    re.IGNORECASE,
)


def _admitting(found: re.Match[bytes], host: str) -> bytes:
    """Widen a policy by this server's script and its socket, and by nothing else: what it blocks stays blocked."""
    rules = [part.split() for part in unescape(found[2][1:-1].decode()).split(";") if part.strip()]
    policy = {name.lower(): sources for name, *sources in rules}
    for name, needed in (("script-src", ["'self'"]), ("connect-src", ["'self'", f"ws://{host}"])):
        sources = policy.get(name, policy.get("default-src"))
        if sources is not None:
            policy[name] = [each for each in sources if each != "'none'" and each not in needed] + needed
    text = "; ".join(" ".join([name, *sources]) for name, sources in policy.items())
    return found[1] + f'"{escape(text)}"'.encode()
