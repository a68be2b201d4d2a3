"""What the preview shows, and its server, without a browser."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from csto_site.model import Asset, Digest, OutPath
from csto_site.shell import reload
from csto_site.shell.errors import SiteError
from csto_site.shell.preview import Answer, Preview, after, answer, content_type, with_reload
from serving import DEADLINE, fetch, serving, until

T = TypeVar("T")
PAGE = b"<!doctype html><html><head><title>%b</title></head><body><p>%b</p></body></html>"


def page(text: str) -> bytes:
    return PAGE % (text.encode(), text.encode())


def preview(files: Mapping[str, bytes | Asset], problems: tuple[str, ...] = (), base: str = "/") -> Preview:
    return Preview({OutPath(path): data for path, data in files.items()}, problems, base)


class TestAnswer:
    """The answer to an address, without a server."""

    site = preview(
        {
            "index.html": page("home"),
            "news/новости/index.html": page("Новости"),
            "feed.atom": b"<feed/>",
            "404.html": page("nothing here"),
        }
    )

    def test_folder(self) -> None:
        """A folder answers with its index page."""
        assert answer(self.site, "/") == Answer(200, page("home"))

    def test_other_normal_form(self) -> None:
        """An address in another normal form of Unicode, as macOS writes names, is the same address."""
        assert answer(self.site, "/news/новости/") == Answer(200, page("Новости"))

    def test_folder_without_slash(self) -> None:
        """Without its slash a folder redirects, encoded, since relative links need the slash."""
        expected = Answer(302, location="/news/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/")

        assert answer(self.site, "/news/новости") == expected

    @pytest.mark.parametrize(
        "path", ["/storm/", "/storm", "/../secret", "/%2e%2e/secret", "/news/../index.html", "//index.html", "/\x00"]
    )
    def test_unknown(self, path: str) -> None:
        """What is no output, be it written as a way out of the site, is the site's own page for that."""
        assert answer(self.site, path) == Answer(404, page("nothing here"))

    @pytest.mark.parametrize("path", ["/repo/news/2030/a/", "/repo/news/2030/a", "/repo/news/2030/a/index.html"])
    def test_scheduled(self, path: str) -> None:
        """At the address of what is to appear later stands when, and how it can be seen now."""
        later = {OutPath("news/2030/a/index.html"): ("content/news/a.md", "2030-01-01")}
        found = answer(Preview({OutPath("404.html"): page("no")}, (), "/repo/", later), path)

        assert (404, True) == (found.status, found.is_document)
        assert isinstance(found.data, bytes)
        assert b"content/news/a.md is scheduled for 2030-01-01: <code>csto-site serve --as-of 2030" in found.data

    def test_unknown_without_page(self) -> None:
        """A site without a 404.html still gets a readable page."""
        found = answer(preview({}), "/storm/")

        assert (found.status, found.is_document) == (404, True)

    def test_below_a_base(self) -> None:
        """A project site is shown at the path that its own 404 page and absolute links expect."""
        site = replace(self.site, base="/repo/")

        assert answer(site, "/repo/") == Answer(200, page("home"))

    @pytest.mark.parametrize("path", ["/", "/repo"])
    def test_door_of_a_base(self, path: str) -> None:
        """The top of the host leads to the site."""
        assert answer(preview({}, base="/repo/"), path) == Answer(302, location="/repo/")

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("feed.atom", "application/atom+xml; charset=utf-8"),
            ("feed.rss", "application/rss+xml; charset=utf-8"),
            ("news/feed.json", "application/feed+json; charset=utf-8"),
            ("sitemap.xml", "application/xml; charset=utf-8"),
            ("robots.txt", "text/plain; charset=utf-8"),
            ("photo.JPG", "image/jpeg"),
            ("unheard.of", "application/octet-stream"),
        ],
    )
    def test_content_type(self, path: str, expected: str) -> None:
        """Media types come from one table, the same on every machine; text says that it is UTF-8."""
        assert content_type(path) == expected


class TestProblems:
    """What stands in for a site that cannot be built."""

    text = (
        "content/news/storm.md:4:7: error[date/unreadable]: not a date: '<b>'\n"
        "  4 | date: <b>\n"
        "    |       ^^^ expected 2024-05-01"
    )
    broken = preview({"index.html": page("home"), "site.css": b"p {}"}, (text,))

    @pytest.mark.parametrize("path", ["/", "/news/", "/news", "/old.html", "/never/heard/of/"])
    def test_every_page_shows_them(self, path: str) -> None:
        """Every address of a page shows the diagnostics, line for line, with nothing read as HTML."""
        found = answer(self.broken, path)
        assert isinstance(found.data, bytes)
        shown = found.data.decode()

        assert found.status == 500
        assert "content/news/storm.md:4:7: error[date/unreadable]: not a date: &#x27;&lt;b&gt;&#x27;</strong>" in shown
        assert "<pre>  4 | date: &lt;b&gt;\n    |       ^^^ expected 2024-05-01</pre>" in shown

    def test_other_files_stay(self) -> None:
        """What is no page answers as in the last whole build."""
        shown = after(self.broken, preview({}, (self.text,)))

        assert answer(shown, "/site.css") == Answer(200, b"p {}", "text/css; charset=utf-8")

    def test_whole_again(self) -> None:
        """A whole build replaces all that was shown."""
        whole = preview({"index.html": page("mended")})

        assert after(self.broken, whole) == whole


class TestReloadScript:
    """The script in a page."""

    script = '<script src="/livereload.js?port=8000&amp;snipver=7&amp;maxdelay=2000" defer></script>'

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("<!doctype html><html><head><title>x</title>", "</head><body></body></html>"),
            ("<!doctype html><title>x</title><body><p>x", "</body>"),
            ("<!doctype html><title>x</title><p>x", ""),
        ],
    )
    def test_place(self, start: str, end: str) -> None:
        """The script finds its place also in pages that leave out optional tags."""
        page = with_reload((start + end).encode(), "127.0.0.1:8000", 7)

        assert page.decode() == start + self.script + end

    def test_policy(self) -> None:
        """A strict policy is widened by this server alone; what else it forbids stays forbidden."""
        policy = "default-src 'none'; script-src 'sha256-abc'; style-src 'self'; object-src 'none'"
        page = f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{policy}"><title>x</title>'
        shown = with_reload(page.encode(), "127.0.0.1:8000", 7).decode()
        expected = (
            "default-src &#x27;none&#x27;; script-src &#x27;sha256-abc&#x27; &#x27;self&#x27;; "
            "style-src &#x27;self&#x27;; object-src &#x27;none&#x27;; "
            "connect-src &#x27;self&#x27; ws://127.0.0.1:8000"
        )

        assert f'content="{expected}">' in shown

    @pytest.mark.parametrize(
        ("data", "expected"), [(b" \n<!DOCTYPE html><p>x", True), (b"<html>", True), (b"<ul><li>latest</ul>", False)]
    )
    def test_fragments_are_none_of_its_business(self, data: bytes, *, expected: bool) -> None:
        """Only documents carry the script: a fragment that a page fetches stays as it is."""
        assert Answer(200, data).is_document == expected


def site_of(folder: Path) -> Callable[[], Preview]:
    """Give a rebuild that makes a page of each file in a folder, and a problem of each named `broken`."""

    def rebuild() -> Preview:
        texts = {path.name: path.read_text() for path in sorted(folder.iterdir())} if folder.is_dir() else {}
        problems = tuple(text for name, text in texts.items() if name == "broken")
        return preview({f"{name}/index.html": page(text) for name, text in texts.items()}, problems)

    return rebuild


def shows(url: str, text: str) -> Callable[[], bool]:
    return lambda: text.encode() in fetch(url).body


class TestServer:
    """The server, over HTTP."""

    def test_page(self) -> None:
        """A page comes with its type, the script, and no leave to be cached unasked."""
        with serving(lambda: preview({"index.html": page("Новости")})) as url:
            response = fetch(url)

            assert response.status == 200
            assert response.headers["content-type"] == "text/html; charset=utf-8"
            assert response.headers["cache-control"] == "no-cache"
            assert "<p>Новости</p>" in response.body.decode()
            assert b'<script src="/livereload.js?' in response.body

    def test_unicode_address(self) -> None:
        """Percent-encoded names are decoded once."""
        with serving(lambda: preview({"новости 100%/index.html": page("found")})) as url:
            response = fetch(url + "%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8%20100%25/")

            assert (response.status, b"found" in response.body) == (200, True)

    @pytest.mark.parametrize("path", ["storm/", "%E0%A4%A", "..%2f..%2fetc/passwd", "../../etc/passwd", "%00"])
    def test_unknown_address(self, path: str) -> None:
        """An address that is none gets the site's own page, however it is written."""
        with serving(lambda: preview({"404.html": page("nothing here")})) as url:
            response = fetch(url + path)

            assert (response.status, b"nothing here" in response.body) == (404, True)

    def test_redirect_keeps_the_query(self) -> None:
        """A folder without its slash leads on with its query."""
        with serving(lambda: preview({"news/index.html": page("news")})) as url:
            response = fetch(url + "news?from=rail")

            assert (response.status, response.headers["location"]) == (302, "/news/?from=rail")

    def test_feed_is_untouched(self) -> None:
        """What is no page is served byte for byte."""
        with serving(lambda: preview({"feed.atom": b"<feed></feed>"})) as url:
            assert fetch(url + "feed.atom").body == b"<feed></feed>"

    def test_asset(self, tmp_path: Path) -> None:
        """An asset is read where it lies, in parts if a film is asked for in parts."""
        (tmp_path / "film.mp4").write_bytes(b"0123456789")
        asset = Asset(str(tmp_path / "film.mp4"), 10, Digest("abc"))
        with serving(lambda: preview({"film.mp4": asset})) as url:
            whole = fetch(url + "film.mp4")
            part = fetch(url + "film.mp4", headers={"Range": "bytes=2-4"})

            assert (whole.status, whole.headers["content-type"], whole.body) == (200, "video/mp4", b"0123456789")
            assert (part.status, part.body) == (206, b"234")

    def test_asset_that_went_away(self, tmp_path: Path) -> None:
        """An asset that was removed after the build is not found."""
        with serving(lambda: preview({"a.png": Asset(str(tmp_path / "a.png"), 1, Digest("abc"))})) as url:
            assert fetch(url + "a.png").status == 404

    def test_unchanged_page_is_not_sent_again(self) -> None:
        """A browser that has the page is told so."""
        with serving(lambda: preview({"index.html": page("home")})) as url:
            tag = fetch(url).headers["etag"]
            response = fetch(url, headers={"If-None-Match": tag})

            assert (response.status, response.body) == (304, b"")

    def test_head(self) -> None:
        """HEAD gives the headers alone."""
        with serving(lambda: preview({"feed.atom": b"<feed/>"})) as url:
            response = fetch(url + "feed.atom", method="HEAD")

            assert (response.status, response.headers["content-length"], response.body) == (200, "7", b"")

    def test_foreign_host(self) -> None:
        """A name on the web that was made to point to this machine reads no drafts."""
        with serving(lambda: preview({"index.html": page("a draft")})) as url:
            response = fetch(url, headers={"Host": "evil.example"})

            assert (response.status, b"a draft" in response.body) == (404, False)

    def test_port_that_is_taken(self) -> None:
        """A taken port is said in one line before anything is built."""
        builds: list[str] = []

        def rebuild() -> Preview:
            builds.append("built")
            return preview({})

        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            work = reload.run(rebuild, watch=(), port=port, announce=print, stop=asyncio.Event())
            with pytest.raises(SiteError, match=f"^cannot serve at port {port}: Address already in use: choose"):
                in_thread(lambda: work)

        assert builds == []

    def test_bug_in_a_rebuild(self) -> None:
        """A rebuild that raises ends the server with just that: a traceback is a bug, and is not hidden."""
        work = reload.run(lambda: preview({})[0], watch=(), port=0, announce=print, stop=asyncio.Event())  # type: ignore[index] # the bug
        with pytest.raises(TypeError):
            in_thread(lambda: work)


class TestSaves:
    """From a save to what is shown."""

    def test_save(self, tmp_path: Path) -> None:
        """A save is shown."""
        (tmp_path / "storm").write_text("first")
        with serving(site_of(tmp_path), [tmp_path]) as url:
            until(shows(url + "storm/", "first"), "the first text")
            (tmp_path / "storm").write_text("second")

            assert until(shows(url + "storm/", "second"), "the second text")

    def test_new_folder(self, tmp_path: Path) -> None:
        """A watched folder may come later, go, and come again."""
        content = tmp_path / "content"
        with serving(site_of(content), [content]) as url:
            for text in ("first", "second"):
                content.mkdir()
                (content / "storm").write_text(text)
                until(shows(url + "storm/", text), text)
                (content / "storm").write_text(text + " again")
                until(shows(url + "storm/", text + " again"), text + " again")
                (content / "storm").unlink()
                content.rmdir()
                until(lambda: fetch(url + "storm/").status == 404, "the page to go")

    def test_replaced_file(self, tmp_path: Path) -> None:
        """A watched file is followed through replacements, which is how many editors save."""
        settings = tmp_path / "site.yaml"
        settings.write_text("zero")
        with serving(lambda: preview({"index.html": page(settings.read_text())}), [settings]) as url:
            for text in ("one", "two", "three"):
                (tmp_path / "new").write_text(text)
                (tmp_path / "new").replace(settings)

                assert until(shows(url, text), text)

    def test_save_during_a_rebuild(self, tmp_path: Path) -> None:
        """What is saved while a rebuild has already read its files leads to another one."""
        source = tmp_path / "storm"
        source.write_text("before")
        has_read, may_end = threading.Event(), threading.Event()

        def rebuild() -> Preview:
            text = source.read_text()
            if text == "during":
                has_read.set()
                assert may_end.wait(DEADLINE)
            return preview({"index.html": page(text)})

        with serving(rebuild, [tmp_path]) as url:
            source.write_text("during")
            assert has_read.wait(DEADLINE)
            source.write_text("after")
            may_end.set()

            assert until(shows(url, "after"), "the last save")

    def test_pages_during_a_rebuild(self, tmp_path: Path) -> None:
        """While a rebuild runs, the last build is served."""
        source = tmp_path / "storm"
        source.write_text("before")
        has_begun, may_end = threading.Event(), threading.Event()

        def rebuild() -> Preview:
            text = source.read_text()
            if text == "during":
                has_begun.set()
                assert may_end.wait(DEADLINE)
            return preview({"index.html": page(text)})

        with serving(rebuild, [tmp_path]) as url:
            source.write_text("during")
            assert has_begun.wait(DEADLINE)
            shown = fetch(url).body
            may_end.set()

            assert b"<p>before</p>" in shown

    def test_what_editors_leave(self, tmp_path: Path) -> None:
        """Swap files, backups and locks beside an open file build nothing."""
        counts: list[int] = []

        def rebuild() -> Preview:
            counts.append(1)
            return preview({"index.html": page((tmp_path / "storm").read_text())})

        (tmp_path / "storm").write_text("before")
        with serving(rebuild, [tmp_path]) as url:
            until(shows(url, "before"), "the first build")
            for name in (".storm.swp", "storm~", ".#storm", "4913", "storm.tmp"):
                (tmp_path / name).write_text("x")
                (tmp_path / name).unlink()
            before = len(counts)
            (tmp_path / "storm").write_text("after")
            until(shows(url, "after"), "the save")

        assert 1 <= len(counts) - before <= 2  # an empty file may be seen between opening and writing


def in_thread(work: Callable[[], Awaitable[T]]) -> T:
    """Run a coroutine beside whatever loop the main thread has."""

    async def run() -> T:
        return await work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()


class Listener:
    """A browser's half of livereload's protocol."""

    def __init__(self, url: str, build: int) -> None:
        self.url = f"ws://{urlsplit(url).netloc}/livereload"
        self.build = build
        self.socket: WebSocketClientConnection

    async def open(self) -> None:
        self.socket = await websocket_connect(self.url)
        await self.say({"command": "hello", "protocols": [], "snipver": self.build})
        assert (await self.hear())["command"] == "hello"
        await self.say({"command": "info", "plugins": {}, "url": "http://127.0.0.1/"})

    async def say(self, message: dict[str, object]) -> None:
        await self.socket.write_message(json.dumps(message))

    async def hear(self) -> dict[str, object]:
        message = await asyncio.wait_for(self.socket.read_message(), DEADLINE)
        assert isinstance(message, str)
        told: dict[str, object] = json.loads(message)
        return told

    async def close(self) -> None:
        self.socket.close()
        while await self.socket.read_message() is not None:
            pass


def build_of(url: str) -> int:
    found = re.search(rb"snipver=(\d+)", fetch(url).body)
    assert found
    return int(found[1])


class TestReload:
    """What the open browsers are told."""

    def test_saves_in_a_row(self, tmp_path: Path) -> None:
        """Each of three quick saves is told: none falls into livereload's three seconds of deafness."""
        source = tmp_path / "storm"
        source.write_text("0")

        async def told() -> list[object]:
            listener = Listener(url, build_of(url))
            await listener.open()
            messages = []
            for text in ("1", "2", "3"):
                source.write_text(text)
                messages.append((await listener.hear())["command"])
            await listener.close()
            return messages

        with serving(lambda: preview({"index.html": page(source.read_text() or "empty")}), [tmp_path]) as url:
            assert in_thread(told) == ["reload", "reload", "reload"]

    def test_late_browser(self) -> None:
        """A browser that shows an earlier build, since it loaded while one ended, is told at once."""

        async def told() -> object:
            listener = Listener(url, build_of(url) - 1)
            await listener.open()
            message = await listener.hear()
            await listener.close()
            return message["command"]

        with serving(lambda: preview({"index.html": page("home")})) as url:
            assert in_thread(told) == "reload"

    def test_a_browser_that_is_up_to_date(self) -> None:
        """It is told nothing, else a page would load again and again; its next word is answered."""

        async def told() -> object:
            listener = Listener(url, build_of(url))
            await listener.open()
            await listener.say({"command": "hello", "protocols": [], "snipver": listener.build})
            message = await listener.hear()
            await listener.close()
            return message["command"]

        with serving(lambda: preview({"index.html": page("home")})) as url:
            assert in_thread(told) == "hello"

    def test_nothing_to_see(self, tmp_path: Path) -> None:
        """A save that changes no output reloads nothing: the page keeps its build."""
        source = tmp_path / "storm"
        source.write_text("0")
        seen: list[str] = []

        def rebuild() -> Preview:
            seen.append(source.read_text())
            return preview({"index.html": page("the same")})

        with serving(rebuild, [tmp_path]) as url:
            before = build_of(url)
            source.write_text("1")
            until(lambda: "1" in seen, "the rebuild")
            source.write_text("2")
            until(lambda: "2" in seen, "the next rebuild, when the first has been shown")

            assert build_of(url) == before

    def test_foreign_page(self) -> None:
        """A page of another origin cannot listen."""

        async def status() -> int:
            request = HTTPRequest(f"ws://{urlsplit(url).netloc}/livereload", headers={"Origin": "https://evil.example"})
            try:
                await websocket_connect(request)
            except HTTPClientError as error:
                return error.code
            return 200

        with serving(lambda: preview({})) as url:
            assert in_thread(status) == 403


SERVE = """
import sys, threading
from csto_site.shell.preview import Preview
from csto_site.shell.reload import serve

def rebuild():
    print("building", flush=True)
    {body}
    return Preview({{"index.html": b"<!doctype html>"}})

serve(rebuild, watch=[], port=0, announce=lambda url: print(url, flush=True))
"""


class TestStop:
    """How the server ends, in a process of its own."""

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_signal(self, number: signal.Signals) -> None:
        """Ctrl-C and SIGTERM end it in silence with status 0."""
        with started(SERVE.format(body="pass")) as process:
            assert process.stdout
            assert process.stderr
            assert [process.stdout.readline(), process.stdout.readline()[:17]] == ["building\n", "http://127.0.0.1:"]
            process.send_signal(number)

            assert (process.wait(DEADLINE), process.stderr.read()) == (0, "")

    def test_signal_during_a_long_build(self) -> None:
        """A build that does not end keeps nobody waiting for long."""
        with started(SERVE.format(body="threading.Event().wait()")) as process:
            assert process.stdout
            assert process.stdout.readline() == "building\n"
            process.send_signal(signal.SIGINT)

            assert process.wait(DEADLINE) == 0


@contextmanager
def started(program: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program, and end it whatever happens."""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()
