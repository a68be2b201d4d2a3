"""What is written for web servers, as a real nginx reads it, and `_headers` by the rules of its format."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest

from browser.hosting import header_rules, headers_for
from csto_site.policy import LONG, SHORT, headers
from newsroom import Newsroom
from pages import parsed, texts
from serving import DEADLINE

GOLDEN = Path(__file__).parent / "golden" / "site.txt"
BASES = ("/", "/repo/")
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin")
MISSING = "no nginx for these tests: install one (Debian and Ubuntu: apt-get install nginx)"
CONF = """\
daemon off;
master_process off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/errors;
events {{ }}
http {{
  include {types};
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  map_hash_bucket_size 1024;
  map $request_uri $moved {{ include {site}/redirects.map; }}
  server {{
    listen 127.0.0.1:{port};
    root {folder}/root;
    include {site}/nginx.conf;
  }}
}}
"""
PLACES = {
    "": ("text/html", SHORT),
    "news/2024/storm/": ("text/html", SHORT),
    "ru/news/2024/storm/": ("text/html", SHORT),
    "feed.atom": ("application/atom+xml", SHORT),
    "news/feed.rss": ("application/rss+xml", SHORT),
    "ru/news/feed.rss": ("application/rss+xml", SHORT),
    "feed.json": ("application/feed+json", SHORT),
    "news/feed.json": ("application/feed+json", SHORT),
    "news/2024/07/index.json": ("application/json", SHORT),
    "sitemap.xml": ("xml", SHORT),
    "assets/site.*.css": ("text/css", LONG),
    "assets/site.*.js": ("javascript", LONG),
    "assets/icon.*.svg": ("image/svg+xml", LONG),
}
"""Addresses below the site's path, what they are, and how long they may be kept."""


class Answer(NamedTuple):
    """What a server answered: its status, its headers by their names in small letters, and the bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Server(NamedTuple):
    """A site's folder, its path on its host, and the port at which nginx answers."""

    site: Path
    base: str
    port: int

    def get(self, path: str, **more: str) -> Answer:
        """Ask for an address below the site's path."""
        return self.ask(self.base + path, **more)

    def ask(self, path: str, **more: str) -> Answer:
        """Ask for an address of the host."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.request("GET", path, headers=more)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def found(self, path: str) -> str:
        """Give an address whose fingerprint is written as an asterisk."""
        (path,) = [each.relative_to(self.site).as_posix() for each in self.site.glob(path)] if "*" in path else [path]
        return path


def written(base: str, root: Path) -> Path:
    """Build the site of the golden pages for a path on its host, and write it below a root."""
    files = dict(Newsroom(GOLDEN.read_text(encoding="utf-8")).files)
    files["site.yaml"] = files["site.yaml"].replace(b"example.org/repo/", b"example.org" + base.encode())
    files["static/assets/site.css"] = b"p { margin: 0 } /* long enough to be compressed */\n"
    site = root / base.strip("/")
    for path, data in Newsroom(files=files).build("2024-07-27T12:00:00").tree.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    return site


def free_port() -> int:
    """Give a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def types(nginx: str) -> Path:
    """Find the table of media types that this nginx comes with."""
    said = subprocess.run([nginx, "-V"], capture_output=True, text=True, check=True).stderr
    place = re.search(r"--conf-path=(\S+)", said)
    return Path(place[1] if place else "/etc/nginx/nginx.conf").with_name("mime.types")


@contextmanager
def served(nginx: str, conf: Path, port: int) -> Iterator[None]:
    """Let nginx run until the end; it must have found its configuration right, and have had no error."""
    command = (nginx, "-c", conf, "-e", conf.with_name("errors"), "-p", conf.parent)
    test = subprocess.run((*command, "-t"), capture_output=True, text=True, check=False)
    assert (test.returncode, "warn" in test.stderr) == (0, False), test.stderr
    with subprocess.Popen(command) as process:
        try:
            _wait(port)
            yield
        finally:
            process.terminate()
            assert process.wait(DEADLINE) == 0
    said = conf.with_name("errors").read_text()
    assert [] == [line for line in said.splitlines() if re.search(r"\[(emerg|alert|crit|warn)\]", line)]


def _wait(port: int) -> None:
    end = time.monotonic() + DEADLINE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.02)
        else:
            return


@pytest.fixture(scope="module", params=BASES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the site with what was written for nginx; where there is none, CI fails and others skip."""
    if NGINX is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)(MISSING)
    folder = tmp_path_factory.mktemp("nginx")
    site, port = written(request.param, folder / "root"), free_port()
    conf = folder / "main.conf"
    conf.write_text(CONF.format(folder=folder, types=types(NGINX), site=site, port=port))
    with served(NGINX, conf, port):
        yield Server(site, request.param, port)


class TestNginx:
    @pytest.mark.parametrize("path", PLACES)
    def test_headers(self, server: Server, path: str) -> None:
        """Every file comes with the policy, as what it is, and may be kept as long as its name lasts."""
        kind, kept = PLACES[path]
        answer = server.get(server.found(path))

        assert answer.status == 200
        assert kind in answer.headers["content-type"]
        assert kept == answer.headers["cache-control"]
        assert {name.lower(): value for name, value in headers(searches=False)}.items() <= answer.headers.items()

    @pytest.mark.parametrize("path", ["", "news/feed.rss", "feed.json", "assets/site.*.css"])
    def test_texts_are_utf_8_and_compressed(self, server: Server, path: str) -> None:
        """Whoever reads compressed texts gets them, unchanged."""
        path = server.found(path)
        answer = server.get(path, **{"Accept-Encoding": "gzip"})
        file = server.site / path
        data = (file / "index.html" if file.is_dir() else file).read_bytes()

        assert answer.headers["content-type"].endswith("; charset=utf-8")
        assert ("gzip", "Accept-Encoding") == (answer.headers["content-encoding"], answer.headers["vary"])
        assert data == gzip.decompress(answer.body)

    @pytest.mark.parametrize(
        ("old", "new"),
        [("old/storm.html", "news/2024/storm/"), ("index.php?ID=7", "news/2024/storm/")],
    )
    def test_a_former_address_leads_on(self, server: Server, old: str, new: str) -> None:
        """For good, one with a query as well."""
        answer = server.get(old)

        assert (301, server.base + new) == (answer.status, re.sub(r"^http://[^/]+", "", answer.headers["location"]))

    def test_another_query_is_no_former_address(self, server: Server) -> None:
        """Only the whole address is known."""
        assert server.get("index.php?ID=8").status == 404

    @pytest.mark.parametrize("address", ["news/2024/list/", "old/list.html"])
    def test_what_is_gone_says_so(self, server: Server, address: str) -> None:
        """Its address shows the tombstone, and tells programs that nothing will come back; a former one leads there."""
        answer = server.get(address)
        answer = server.ask(re.sub(r"^http://[^/]+", "", answer.headers.get("location", server.base + address)))

        assert answer.status == 410
        assert (server.site / "news/2024/list/index.html").read_bytes() == answer.body
        assert parsed(answer.body).xpath("//p[@class='notice']")
        assert dict(headers(searches=False))["Content-Security-Policy"] == answer.headers["content-security-policy"]

    @pytest.mark.parametrize(("path", "language"), [("no/such/page/", "en"), ("ru/no/such/page", "ru")])
    def test_a_lost_reader_gets_the_page_of_his_language(self, server: Server, path: str, language: str) -> None:
        """With the status that says so, the policy, and nothing about keeping it."""
        answer = server.get(path)

        assert (404, [language]) == (answer.status, parsed(answer.body).xpath("/html/@lang"))
        assert "content-security-policy" in answer.headers
        assert "cache-control" not in answer.headers
        assert texts(answer.body, "//h1")

    def test_a_folder_without_slash_leads_to_its_page(self, server: Server) -> None:
        """As readers write addresses by hand."""
        answer = server.get("news/2024/storm")

        assert answer.status == 301
        assert answer.headers["location"].endswith(f"{server.base}news/2024/storm/")


class TestHeadersFile:
    @pytest.mark.parametrize("base", BASES)
    def test_the_same_as_from_nginx(self, base: str, tmp_path: Path) -> None:
        """Files get the same policy and the same kind; how long pages are kept is left to the host."""
        site = Server(written(base, tmp_path), base, 0)
        rules = header_rules((site.site / "_headers").read_text(encoding="utf-8"))
        for path, (kind, kept) in PLACES.items():
            sent = headers_for(rules, base + site.found(path))

            assert dict(headers(searches=False)).items() <= sent.items(), path
            assert (kept if kept == LONG else None) == sent.get("Cache-Control"), path
            assert (f"{kind}; charset=utf-8" if "feed" in path else None) == sent.get("Content-Type"), path

    @pytest.mark.parametrize(
        "text", ["  X: y\n", "/*\n", "/a/*/b/*\n  X: y\n", "/*\n  X y\n", "/*\n  X:\n", "*\n  X: y\n"]
    )
    def test_what_is_no_rule_is_found(self, text: str) -> None:
        """The reading above would notice."""
        with pytest.raises((AssertionError, IndexError)):
            header_rules(text)
