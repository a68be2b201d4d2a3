"""A web server for a built site, as simple hosts are: folders answer with `index.html`, the rest with `404.html`.

It sends what the site's own `_headers` asks for, and compresses texts, as hosts that read that file do.
"""

from __future__ import annotations

import gzip
import io
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

TEXT = re.compile(r"text/|application/(javascript|json|xml)|\w+/[\w.-]+\+(xml|json)").match
MOST_RULES, LONGEST_LINE = 100, 2000
"""What Cloudflare Pages reads of a `_headers` file."""


class Rule(NamedTuple):
    """A pattern of addresses, and the headers that are sent with them."""

    pattern: re.Pattern[str]
    headers: Sequence[tuple[str, str]]


def header_rules(text: str) -> Sequence[Rule]:
    """Read `_headers` by the rules that Netlify and Cloudflare Pages have in common.

    A line that is not indented is a path, in which one asterisk stands for anything; indented ones below it are
    headers. Empty lines, and those that begin with `#`, say nothing.
    """
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for line in text.splitlines():
        assert len(line) <= LONGEST_LINE, line
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] in " \t":
            name, colon, value = line.strip().partition(":")
            assert colon, line
            assert re.fullmatch(r"[\w-]+", name), line
            assert value.strip(), line
            found[-1][1].append((name, value.strip()))
        else:
            assert line.startswith("/"), line
            assert line.count("*") <= 1, line
            found.append((line, []))
    assert len(found) <= MOST_RULES
    assert all(headers for _, headers in found)
    return [Rule(re.compile(re.escape(path).replace(r"\*", ".*")), headers) for path, headers in found]


def headers_for(rules: Sequence[Rule], path: str) -> dict[str, str]:
    """Give the headers of an address; of several rules that name one header the values are joined."""
    sent: dict[str, str] = {}
    for rule in rules:
        if rule.pattern.fullmatch(path):
            for name, value in rule.headers:
                sent[name] = f"{sent[name]}, {value}" if name in sent else value
    return sent


class Host(SimpleHTTPRequestHandler):
    """Answers below `base` with the files of a folder."""

    def __init__(self, *args: object, folder: Path, base: str, rules: Sequence[Rule], **more: object) -> None:
        self.folder, self.base, self.rules = folder, base, rules
        super().__init__(*args, directory=str(folder), **more)  # type: ignore[arg-type]  # handed on as they come

    def translate_path(self, path: str) -> str:
        """Find the file at an address; outside of `base` there is none."""
        wanted = unquote(urlsplit(path).path)
        if not wanted.startswith(self.base):
            return str(self.folder / "nothing is here")
        return super().translate_path("/" + path.removeprefix(self.base))

    def do_GET(self) -> None:
        """Answer with a file; a text is compressed where the browser reads that."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() and urlsplit(self.path).path.endswith("/") else path
        if not path.is_file():
            super().do_GET()  # a redirect to the folder, or the page for lost readers
            return
        self._answer(HTTPStatus.OK, path)

    def _answer(self, status: HTTPStatus, path: Path) -> None:
        kind, data = self.guess_type(str(path)), path.read_bytes()
        self.send_response(status)
        headers = {"Content-Type": f"{kind}; charset=utf-8" if TEXT(kind) else kind}
        if TEXT(kind) and "gzip" in self.headers.get("Accept-Encoding", ""):
            data = gzip.compress(data, 6)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        headers |= headers_for(self.rules, urlsplit(self.path).path)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.copyfile(io.BytesIO(data), self.wfile)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the page for lost readers."""
        page = self.folder / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        self._answer(HTTPStatus.NOT_FOUND, page)

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests' output is not a server's log."""


@contextmanager
def hosted(folder: Path, base: str) -> Iterator[str]:
    """Serve a folder below `base` on a free port, and give the address of the site."""
    rules = header_rules((folder / "_headers").read_text(encoding="utf-8"))
    handler = partial(Host, folder=folder, base=base, rules=rules)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{base}"
        finally:
            server.shutdown()
            thread.join()
