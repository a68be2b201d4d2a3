"""A web server for a built site, as simple hosts are: folders answer with `index.html`, the rest with `404.html`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Host(SimpleHTTPRequestHandler):
    """Answers below `base` with the files of a folder."""

    def __init__(self, *args: object, folder: Path, base: str, **more: object) -> None:
        self.folder, self.base = folder, base
        super().__init__(*args, directory=str(folder), **more)  # type: ignore[arg-type]  # handed on as they come

    def translate_path(self, path: str) -> str:
        """Find the file at an address; outside of `base` there is none."""
        wanted = unquote(urlsplit(path).path)
        if not wanted.startswith(self.base):
            return str(self.folder / "nothing is here")
        return super().translate_path("/" + path.removeprefix(self.base))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the page for lost readers."""
        page = self.folder / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.read_bytes())

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests' output is not a server's log."""


@contextmanager
def hosted(folder: Path, base: str) -> Iterator[str]:
    """Serve a folder below `base` on a free port, and give the address of the site."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, folder=folder, base=base)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{base}"
        finally:
            server.shutdown()
            thread.join()
