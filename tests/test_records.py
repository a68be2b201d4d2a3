"""What machines read: feeds, sitemaps, redirects, robots, manifest, JSON-LD."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from html import escape, unescape
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csto_site.manifests import File, manifest, read_manifest, renewed
from csto_site.model import Digest, Made, Origin, OutPath, Permalink
from csto_site.records import (
    EPOCH,
    Alternate,
    Article,
    Chain,
    Correction,
    Entry,
    Feed,
    NewsUrl,
    Redirect,
    SitemapUrl,
    alternates,
    atom_feed,
    json_feed,
    json_ld,
    news_sitemap,
    redirects_map,
    robots_txt,
    rss_feed,
    sitemap,
    sitemap_index,
    sitemap_sheets,
)

SITE = "https://news.example.org/"
ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"

STORM = Entry(
    id="tag:news.example.org,2024:/news/2024/storm/",
    url=f"{SITE}news/2024/storm/",
    title="Storm & <calm>",
    published="2024-07-26T18:30:00+03:00",
    updated="2024-07-27T09:00:00+03:00",
    lead=("Wind < 10 m/s.", "Then none."),
    html="<p>Wind &lt; 10 m/s.</p>",
    authors=("Sample Author", "Second Author"),
    terms=("weather", "News"),
    section="News",
    language="en",
    image=f"{SITE}storm.jpg",
    source=Origin("Sample Agency", "https://agency.example.net/storm"),
)
PLAIN = Entry(
    id="tag:news.example.org,2024:/news/2024/plain/",
    url=f"{SITE}news/2024/plain/",
    title="Простая новость",
    published="2024-07-27T00:00:00-08:00",
    updated="2024-07-27T00:00:00-08:00",
    html="<p>Text</p>",
    language="ru",
)
FEED = Feed(
    id="tag:news.example.org,2024:/",
    title="Sample news",
    home_url=SITE,
    language="en",
    author="Sample news",
    description="All news",
    entries=(PLAIN, STORM),
)
CHAIN = Chain(self_url=f"{SITE}feed")
EMPTY = msgspec.structs.replace(FEED, entries=())

printable = st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("\t\n\r"))


def feed_of(**changes: object) -> Feed:
    """Make a feed of one plain entry with other contents."""
    return msgspec.structs.replace(FEED, entries=(msgspec.structs.replace(PLAIN, **changes),))


def xml(data: bytes) -> ET.Element:
    """Read a document."""
    return ET.fromstring(data)  # noqa: S314 - the documents are our own


def texts(root: ET.Element, path: str) -> list[str | None]:
    """List the texts of all elements at a path."""
    return [element.text for element in root.findall(path)]


def links(root: ET.Element) -> dict[str | None, str | None]:
    """Map the relation of each Atom link to its address."""
    return {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}


class TestAtom:
    """Atom, RFC 4287."""

    def test_the_whole_text(self) -> None:
        """A feed of one entry, as it is written."""
        feed = msgspec.structs.replace(FEED, entries=(STORM,))

        assert """\
<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0" \
xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en">
<id>tag:news.example.org,2024:/</id>
<title>Sample news</title>
<subtitle>All news</subtitle>
<updated>2024-07-27T09:00:00+03:00</updated>
<link rel="self" type="application/atom+xml" href="https://news.example.org/feed.atom"/>
<link rel="alternate" type="text/html" href="https://news.example.org/"/>
<author>
<name>Sample news</name>
</author>
<entry>
<id>tag:news.example.org,2024:/news/2024/storm/</id>
<title>Storm &amp; &lt;calm&gt;</title>
<published>2024-07-26T18:30:00+03:00</published>
<updated>2024-07-27T09:00:00+03:00</updated>
<link rel="alternate" type="text/html" href="https://news.example.org/news/2024/storm/"/>
<link rel="via" href="https://agency.example.net/storm" title="Sample Agency"/>
<author>
<name>Sample Author</name>
</author>
<author>
<name>Second Author</name>
</author>
<category term="News"/>
<category term="weather"/>
<summary>Wind &lt; 10 m/s.

Then none.</summary>
<content type="html">&lt;p&gt;Wind &amp;lt; 10 m/s.&lt;/p&gt;</content>
<media:content url="https://news.example.org/storm.jpg" medium="image"/>
</entry>
</feed>
""" == atom_feed(feed, Chain(self_url=f"{SITE}feed.atom")).decode()

    def test_a_reader_accepts_it(self) -> None:
        """A feed reader finds nothing wrong and reads what was written."""
        read = feedparser.parse(atom_feed(FEED, CHAIN))

        assert (False, "atom10") == (bool(read.bozo), read.version)
        assert ["Простая новость", "Storm & <calm>"] == [unescape(entry.title) for entry in read.entries]
        assert [STORM.id, STORM.url] == [read.entries[1].id, read.entries[1].link]
        assert ["Sample Author", "Second Author"] == [author.name for author in read.entries[1].authors]

    def test_what_the_specification_requires(self) -> None:
        """The feed and each entry have one id, title and date; the feed has an author and names itself."""
        root = xml(atom_feed(FEED, CHAIN))

        for each in (root, *root.findall(f"{ATOM}entry")):
            assert [1, 1, 1] == [len(each.findall(ATOM + name)) for name in ("id", "title", "updated")]
            assert dt.datetime.fromisoformat(each.findtext(f"{ATOM}updated", "")).tzinfo
        assert texts(root, f"{ATOM}author/{ATOM}name") == ["Sample news"]
        assert links(root) == {"self": f"{SITE}feed", "alternate": SITE}

    def test_the_feed_was_updated_when_its_newest_entry_was(self) -> None:
        """The newest instant counts, whatever the offsets look like."""
        root = xml(atom_feed(FEED, CHAIN))

        assert root.findtext(f"{ATOM}updated") == PLAIN.updated

    def test_an_empty_feed_has_the_date_it_is_given(self) -> None:
        """The date of a feed without entries is handed in, or the epoch: never the time of the build."""
        given_date = msgspec.structs.replace(EMPTY, updated="2024-01-01T00:00:00+03:00")
        dates = [xml(atom_feed(each, CHAIN)).findtext(f"{ATOM}updated") for each in (EMPTY, given_date)]

        assert dates == [EPOCH, "2024-01-01T00:00:00+03:00"]

    def test_an_entry_names_its_language_where_it_differs(self) -> None:
        """An entry in the feed's language inherits it."""
        root = xml(atom_feed(FEED, CHAIN))
        name = "{http://www.w3.org/XML/1998/namespace}lang"

        assert ["en", "ru", None] == [each.get(name) for each in (root, *root.findall(f"{ATOM}entry"))]

    def test_an_entry_without_lead_has_no_summary(self) -> None:
        """An empty summary would hide the content in some readers."""
        root = xml(atom_feed(FEED, CHAIN))

        assert [None, STORM.summary] == [each.findtext(f"{ATOM}summary") for each in root.findall(f"{ATOM}entry")]

    def test_a_document_of_the_archive(self) -> None:
        """A month of the past links to its neighbours and to the feed, and says that it is of the archive."""
        chain = Chain(self_url="urn:s", older="urn:o", newer="urn:n", current="urn:c")
        root = xml(atom_feed(FEED, chain))

        assert root.find(f"{HISTORY}archive") is not None
        assert links(root) == {
            "self": "urn:s",
            "alternate": SITE,
            "current": "urn:c",
            "prev-archive": "urn:o",
            "next-archive": "urn:n",
        }

    def test_the_feed_that_readers_follow_leads_into_the_archive(self) -> None:
        """It names the newest month, and is of the archive itself not."""
        root = xml(atom_feed(FEED, Chain(self_url="urn:s", older="urn:o")))

        assert root.find(f"{HISTORY}archive") is None
        assert links(root)["prev-archive"] == "urn:o"

    @given(printable, printable, st.lists(printable, max_size=3))
    def test_any_text_survives(self, title: str, html: str, terms: list[str]) -> None:
        """Title, content and terms are read back as they were, whatever stands in them."""
        root = xml(atom_feed(feed_of(title=title, html=html, terms=tuple(terms)), CHAIN))
        entry = root.findall(f"{ATOM}entry")[0]

        assert (title, html) == (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}content"))
        assert list(dict.fromkeys(filter(None, terms))) == [
            each.get("term") for each in entry.findall(f"{ATOM}category")
        ]

    def test_a_character_that_xml_forbids_is_replaced(self) -> None:
        """The feed can be read even where a control character came through."""
        root = xml(atom_feed(feed_of(title="a\x00b\x1bc\ufffe"), CHAIN))

        assert root.findtext(f"{ATOM}entry/{ATOM}title") == "a\ufffdb\ufffdc\ufffd"


class TestRss:
    """RSS 2.0."""

    def test_the_whole_text(self) -> None:
        """A feed of one entry, as it is written."""
        feed = msgspec.structs.replace(FEED, entries=(STORM,))

        assert """\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:fh="http://purl.org/syndication/history/1.0" \
xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>Sample news</title>
<link>https://news.example.org/</link>
<description>All news</description>
<language>en</language>
<lastBuildDate>Sat, 27 Jul 2024 09:00:00 +0300</lastBuildDate>
<atom:link rel="self" type="application/rss+xml" href="https://news.example.org/feed.rss"/>
<item>
<title>Storm &amp; &lt;calm&gt;</title>
<link>https://news.example.org/news/2024/storm/</link>
<guid isPermaLink="false">tag:news.example.org,2024:/news/2024/storm/</guid>
<pubDate>Fri, 26 Jul 2024 18:30:00 +0300</pubDate>
<dc:creator>Sample Author</dc:creator>
<dc:creator>Second Author</dc:creator>
<category>News</category>
<category>weather</category>
<description>&lt;p&gt;Wind &amp;lt; 10 m/s.&lt;/p&gt;&lt;p&gt;Then none.&lt;/p&gt;</description>
<content:encoded>&lt;p&gt;Wind &amp;lt; 10 m/s.&lt;/p&gt;</content:encoded>
<dc:source>https://agency.example.net/storm</dc:source>
<media:content url="https://news.example.org/storm.jpg" medium="image"/>
</item>
</channel>
</rss>
""" == rss_feed(feed, Chain(self_url=f"{SITE}feed.rss")).decode()

    def test_a_reader_accepts_it(self) -> None:
        """A feed reader finds nothing wrong, and the same ids as in the Atom feed."""
        read = feedparser.parse(rss_feed(FEED, CHAIN))

        assert (False, "rss20") == (bool(read.bozo), read.version)
        assert [PLAIN.id, STORM.id] == [entry.id for entry in read.entries]
        assert read.entries[1].published_parsed[:5] == (2024, 7, 26, 15, 30)
        assert read.entries[1].content[0].value == STORM.html

    def test_what_the_specification_requires(self) -> None:
        """A channel has title, link and description, also where the site describes itself with nothing."""
        root = xml(rss_feed(msgspec.structs.replace(EMPTY, description=""), CHAIN))

        assert [["Sample news"], [SITE], ["Sample news"]] == [
            texts(root, f"channel/{name}") for name in ("title", "link", "description")
        ]

    def test_an_empty_feed_has_no_date(self) -> None:
        """What never changed has no last change."""
        root = xml(rss_feed(EMPTY, CHAIN))

        assert texts(root, "channel/lastBuildDate") == []

    def test_dates_are_english_and_exact(self) -> None:
        """Every day and month is what mail programs read, in any locale and offset."""
        stamps = [
            f"{year}-{month:02d}-{month + 6:02d}T23:05:09-09:30" for year in (1999, 2024) for month in range(1, 13)
        ]
        dates = [texts(xml(rss_feed(feed_of(published=each), CHAIN)), ".//pubDate") for each in stamps]

        assert [parsedate_to_datetime(date or "") for (date,) in dates] == [
            dt.datetime.fromisoformat(each) for each in stamps
        ]
        assert all(re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} 23:05:09 -0930", d or "") for (d,) in dates)

    def test_a_source_without_address_is_named(self) -> None:
        """The name of an agency says where a text came from."""
        root = xml(rss_feed(feed_of(source=Origin("Sample Agency")), CHAIN))

        assert texts(root, ".//{http://purl.org/dc/elements/1.1/}source") == ["Sample Agency"]

    @given(printable, printable)
    def test_any_text_survives(self, title: str, lead: str) -> None:
        """The title is read back as it was, the lead as HTML that says the same."""
        root = xml(rss_feed(feed_of(title=title, lead=(lead,)), CHAIN))

        assert title == root.findtext("channel/item/title")
        assert f"<p>{escape(lead, quote=False)}</p>" == root.findtext("channel/item/description")


class TestJsonFeed:
    """JSON Feed 1.1."""

    def test_the_whole_feed(self) -> None:
        """A feed of one entry, with every field that it can have."""
        feed = msgspec.structs.replace(FEED, entries=(STORM,))

        assert {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Sample news",
            "home_page_url": SITE,
            "feed_url": f"{SITE}feed",
            "description": "All news",
            "language": "en",
            "authors": [{"name": "Sample news"}],
            "items": [
                {
                    "id": STORM.id,
                    "url": STORM.url,
                    "title": "Storm & <calm>",
                    "content_html": "<p>Wind &lt; 10 m/s.</p>",
                    "date_published": "2024-07-26T18:30:00+03:00",
                    "date_modified": "2024-07-27T09:00:00+03:00",
                    "summary": "Wind < 10 m/s.\n\nThen none.",
                    "image": f"{SITE}storm.jpg",
                    "authors": [{"name": "Sample Author"}, {"name": "Second Author"}],
                    "tags": ["News", "weather"],
                    "language": "en",
                }
            ],
        } == json.loads(json_feed(feed, CHAIN))

    def test_an_empty_feed_has_its_list(self) -> None:
        """`items` is required."""
        assert json.loads(json_feed(EMPTY, CHAIN))["items"] == []

    def test_an_item_without_text_keeps_the_required_field(self) -> None:
        """Every item must have `content_html`, be it empty."""
        assert json.loads(json_feed(feed_of(html=""), CHAIN))["items"][0]["content_html"] == ""

    def test_older_items_are_the_next_page(self) -> None:
        """The way into the archive has its own field."""
        assert json.loads(json_feed(FEED, Chain(self_url="urn:s", older="urn:o")))["next_url"] == "urn:o"

    def test_ids_are_those_of_the_other_formats(self) -> None:
        """A reader that changes the format shows nothing twice."""
        read: dict[str, Any] = json.loads(json_feed(FEED, CHAIN))

        assert [PLAIN.id, STORM.id] == [item["id"] for item in read["items"]]

    @given(printable, printable)
    def test_any_text_survives(self, title: str, html: str) -> None:
        """Title and content are read back as they were."""
        item = json.loads(json_feed(feed_of(title=title, html=html), CHAIN))["items"][0]

        assert (title, html) == (item["title"], item["content_html"])


def locations(data: bytes) -> list[str | None]:
    """List the addresses of a sitemap."""
    return texts(xml(data), f".//{SITEMAP}loc")


class TestSitemap:
    """Sitemaps, their index and their sheets."""

    def test_the_whole_text(self) -> None:
        """Two language versions, each with the same links, and a page without a date."""
        versions = alternates(
            [Alternate(language="en", url=f"{SITE}a/"), Alternate(language="ru", url=f"{SITE}ru/a/")], "en"
        )
        urls = [
            SitemapUrl(url=f"{SITE}a/", modified="2024-07-26", alternates=versions),
            SitemapUrl(url=f"{SITE}b/?x=1&y=2"),
        ]

        assert """\
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url>
<loc>https://news.example.org/a/</loc>
<lastmod>2024-07-26</lastmod>
<xhtml:link rel="alternate" hreflang="en" href="https://news.example.org/a/"/>
<xhtml:link rel="alternate" hreflang="ru" href="https://news.example.org/ru/a/"/>
<xhtml:link rel="alternate" hreflang="x-default" href="https://news.example.org/a/"/>
</url>
<url>
<loc>https://news.example.org/b/?x=1&amp;y=2</loc>
</url>
</urlset>
""" == sitemap(urls).decode()

    def test_alternates_include_the_page_itself_and_are_the_same_for_all(self) -> None:
        """Each version lists all of them, so every link is returned."""
        versions = [Alternate(language=code, url=f"{SITE}{code}/a/") for code in ("en", "ru", "hy")]
        listed = alternates(versions, "en")
        root = xml(sitemap(SitemapUrl(url=each.url, alternates=listed) for each in versions))
        sets = [[link.get("href") for link in url.findall(LINK)] for url in root]

        assert sets == [[each.url for each in (*versions, versions[0])]] * 3

    def test_everybody_else_gets_the_first_version_where_the_sites_own_is_missing(self) -> None:
        """`x-default` always leads somewhere."""
        versions = [Alternate(language="ru", url="urn:ru"), Alternate(language="hy", url="urn:hy")]

        assert alternates(versions, "en")[-1] == Alternate(language="x-default", url="urn:ru")

    def test_a_page_without_translations_has_no_alternates(self) -> None:
        """Nobody needs a link to where he is."""
        assert alternates([Alternate(language="en", url="urn:en")], "en") == ()

    def test_a_year_is_cut_where_a_sitemap_is_full(self) -> None:
        """No sheet holds more than 50,000 addresses; the first ones stay as they are when one is added."""
        urls = [SitemapUrl(url=f"{SITE}{number}/", modified="2024-07-26") for number in range(50_001)]
        full, more = sitemap_sheets("2024", urls[:-1]), sitemap_sheets("2024", urls)

        assert [("sitemap-2024.xml", 50_000), ("sitemap-2024-2.xml", 1)] == [
            (sheet.path, sheet.data.count(b"<loc>")) for sheet in more
        ]
        assert full == more[:1]

    def test_a_year_is_cut_where_a_sitemap_is_too_large(self) -> None:
        """Long addresses fill a sitemap before it has too many of them."""
        urls = [SitemapUrl(url=f"{SITE}{number}/" + "a" * 999_000) for number in range(51)]
        sheets = sitemap_sheets("2024", urls)

        assert [50, 1] == [sheet.data.count(b"<loc>") for sheet in sheets]
        assert all(len(sheet.data) < 50 * 1024 * 1024 for sheet in sheets)

    def test_a_sheet_is_as_new_as_its_newest_page(self) -> None:
        """Dates with and without a time are compared as instants; what has none does not count."""
        dates = (
            "2024-07-26",
            "2024-07-27T01:00:00+03:00",
            "",
            "0001-01-01T00:00:00+03:00",
            "2024-07-26T21:30:00+00:00",
        )
        urls = [SitemapUrl(url=f"urn:{date}", modified=date) for date in dates]

        assert [sheet.modified for sheet in sitemap_sheets("2024", urls)] == ["2024-07-27T01:00:00+03:00"]
        assert [sheet.modified for sheet in sitemap_sheets("pages", [SitemapUrl(url="urn:x")])] == [""]

    def test_no_addresses_need_no_sheet(self) -> None:
        """A sitemap without addresses is not valid."""
        assert sitemap_sheets("2024", []) == ()

    def test_the_index(self) -> None:
        """The index lists sheets with their dates where these are known."""
        sheets = [SitemapUrl(url=f"{SITE}sitemap-2024.xml", modified="2024-07-26"), SitemapUrl(url=f"{SITE}s.xml")]

        assert """\
<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap>
<loc>https://news.example.org/sitemap-2024.xml</loc>
<lastmod>2024-07-26</lastmod>
</sitemap>
<sitemap>
<loc>https://news.example.org/s.xml</loc>
</sitemap>
</sitemapindex>
""" == sitemap_index(sheets).decode()


def news_url(number: int = 0, language: str = "en", title: str = "Storm") -> NewsUrl:
    """Make an item of the latest news; a higher number is newer."""
    stamp = f"2024-07-26T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}+03:00"
    return NewsUrl(url=f"{SITE}{number}/", publication="Sample news", title=title, published=stamp, language=language)


class TestNewsSitemap:
    """The sitemap of the last 48 hours."""

    def test_required_elements(self) -> None:
        """Each item names publication, language, date and title."""
        root = xml(news_sitemap([news_url(1)]))
        news = f"{SITEMAP}url/{NEWS}news/"
        publication = f"{news}{NEWS}publication/"

        assert [["Sample news"], ["en"], ["2024-07-26T00:00:01+03:00"], ["Storm"]] == [
            texts(root, f"{publication}{NEWS}name"),
            texts(root, f"{publication}{NEWS}language"),
            texts(root, f"{news}{NEWS}publication_date"),
            texts(root, f"{news}{NEWS}title"),
        ]

    def test_of_more_than_a_thousand_the_newest_stay(self) -> None:
        """The limit drops the oldest, in whatever order the items come."""
        data = news_sitemap([news_url(number) for number in range(1001)])

        assert locations(data) == [f"{SITE}{number}/" for number in range(1000, 0, -1)]

    def test_an_empty_one_is_a_document(self) -> None:
        """Two days without news are no error."""
        assert locations(news_sitemap([])) == []

    @pytest.mark.parametrize(
        ("code", "written"), [("ru", "ru"), ("pt-BR", "pt"), ("zh-TW", "zh-tw"), ("zh-Hant", "zh")]
    )
    def test_languages_have_two_or_three_letters(self, code: str, written: str) -> None:
        """But for the two of Chinese, which are written out."""
        root = xml(news_sitemap([news_url(language=code)]))

        assert texts(root, f".//{NEWS}language") == [written]

    @given(printable)
    def test_any_title_survives(self, title: str) -> None:
        """The title is read back as it was."""
        root = xml(news_sitemap([news_url(title=title)]))

        assert root.findtext(f".//{NEWS}title") == title


def map_lines(redirects: Iterable[tuple[str, str, str]], base: str = "/") -> list[str]:
    """Write a map and give its lines without comments."""
    values = (Redirect(old=Permalink(old), query=query, new=Permalink(new)) for old, query, new in redirects)
    lines = redirects_map(values, base).decode().splitlines()
    return [line for line in lines if not line.startswith("#")]


class TestRedirects:
    """The body of nginx's map."""

    def test_lines_are_sorted_and_encoded(self) -> None:
        """Paths are percent-encoded as browsers send them; queries stay as they were written."""
        lines = map_lines(
            [("/old/b/", "", "/news/b/"), ("/old/", "", "/новости/"), ("/a b.php", "ID=7&x=é", "/news/7/")]
        )

        assert lines == [
            '"/a%20b.php?ID=7&x=%C3%A9" "/news/7/";',
            '"/old/" "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/";',
            '"/old/b/" "/news/b/";',
        ]

    def test_the_sites_own_path_stands_before_both(self) -> None:
        """A site below a folder of its host is asked with that folder."""
        assert map_lines([("/a/", "", "/b/")], "/Repo/") == ['"/Repo/a/" "/Repo/b/";']

    def test_a_dollar_sign_is_no_variable(self) -> None:
        """nginx reads variables in the new address only, and knows no escape but percent-encoding."""
        assert map_lines([("/5$/", "p=$x", "/10$/")]) == ['"/5$/?p=$x" "/10%24/";']

    def test_quotes_and_backslashes_cannot_end_a_string(self) -> None:
        """What has a meaning inside of nginx's quotes is percent-encoded."""
        assert map_lines([('/a"\\/', 'q="\\', '/b"\\/')]) == ['"/a%22%5C/?q=%22%5C" "/b%22%5C/";']

    @given(printable, printable, printable)
    def test_every_line_has_two_strings(self, old: str, query: str, new: str) -> None:
        """Whatever an address holds, nginx finds two quoted strings of ASCII and the end of the line."""
        (line,) = map_lines([("/" + old, query, "/" + new)])

        assert re.fullmatch(r'"(?:~\^)?/[!#-~]*" "/[!#%-\[\]-~]*";', line)

    def test_a_capital_letter_is_matched_exactly(self) -> None:
        """Plain keys are read without regard to case: `/News/` must not catch `/news/`, which may be a page."""
        assert map_lines([("/News/a.html", "", "/b/"), ("/к/", "", "/c/")]) == [
            '"/%D0%BA/" "/c/";',
            '"~^/News/a\\.html$" "/b/";',
        ]

    def test_a_query_is_no_page(self) -> None:
        """Thousands of old addresses with `ID=` stay plain keys, which nginx finds at once."""
        assert map_lines([("/Old.php", "ID=7", "/b/")]) == ['"/Old.php?ID=7" "/b/";']

    def test_addresses_that_differ_by_case_are_both_exact(self) -> None:
        """nginx would refuse the second of two plain keys that it reads alike."""
        assert map_lines([("/x.php", "ID=a", "/a/"), ("/x.php", "ID=A", "/b/")]) == [
            '"~^/x\\.php\\?ID=A$" "/b/";',
            '"~^/x\\.php\\?ID=a$" "/a/";',
        ]

    def test_a_page_is_not_led_to_itself(self) -> None:
        """An address that was in small letters once does not catch the one in capitals."""
        assert map_lines([("/storm/", "", "/Storm/")]) == ['"~^/storm/$" "/Storm/";']

    def test_what_is_gone_has_no_new_address(self) -> None:
        """Its line says so, in the same table and by the same rules."""
        lines = redirects_map([], "/repo/", [Permalink("/News/a/"), Permalink("/b c/")]).decode().splitlines()

        assert ['"/repo/b%20c/" "gone";', '"~^/repo/News/a/$" "gone";'] == sorted(
            line for line in lines if not line.startswith("#")
        )

    def test_the_map_says_how_it_is_included(self) -> None:
        """Who finds the file knows what to do with it."""
        head = redirects_map([], "/").decode()

        assert "map $request_uri $moved { include /path/to/redirects.map; }" in head
        assert all(line.startswith("#") for line in head.splitlines())


class TestRobots:
    """What crawlers are told."""

    def test_the_whole_text(self) -> None:
        """All may come in, and find the sitemaps."""
        assert """\
# Crawlers read this file only at the root of the host.
User-agent: *
Allow: /

Sitemap: https://news.example.org/sitemap.xml
Sitemap: https://news.example.org/sitemap-news.xml
""" == robots_txt([f"{SITE}sitemap.xml", f"{SITE}sitemap-news.xml"]).decode()


SUM = Digest("0123456789abcdef" * 4)


class TestManifest:
    """The list of all other outputs."""

    def test_the_whole_text(self) -> None:
        """A line for each file, in the order of their paths."""
        files = [Made(OutPath("news/ж.html"), SUM, 12), Made(OutPath('a".css'), SUM, 0)]

        assert f"""\
{{"version":1,"files":{{
"a\\".css":{{"sha256":"{SUM}","size":0}},
"news/ж.html":{{"sha256":"{SUM}","size":12}}
}}}}
""" == manifest(files).decode()

    @given(st.dictionaries(st.from_regex(r"[a-zя\"]{1,5}(/[a-z. ]{3,5})?", fullmatch=True), st.integers(0), max_size=4))
    def test_what_was_written_is_read(self, sizes: dict[str, int]) -> None:
        """Reading gives back what was written, in whatever order it came."""
        made = [Made(OutPath(path), SUM, size % 2**53) for path, size in sizes.items()]

        assert read_manifest(manifest(made)) == {each.path: File(SUM, each.size) for each in made}
        assert manifest(made) == manifest(reversed(made))

    def test_an_empty_one(self) -> None:
        """A site without files has a manifest too."""
        assert read_manifest(manifest([])) == {}

    @given(st.dictionaries(st.text(min_size=1).map(OutPath), st.tuples(st.integers(0, 10**6), st.booleans())))
    def test_a_few_files_anew(self, files: Mapping[OutPath, tuple[int, bool]]) -> None:
        """It is the same whether all of it is written or what is new in it, however paths begin and end."""
        old = [Made(path, SUM, size) for path, (size, _) in files.items()]
        new = [Made(path, Digest("b" * 64), size // 7) for path, (size, is_new) in files.items() if is_new]
        kept = [each for each in old if not files[each.path][1]]

        assert renewed(manifest(old), new) == manifest([*kept, *new])

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\xff",
            b"[]",
            b"{}",
            b'{"version":2,"files":{}}',
            b'{"version":1,"files":{"a":{"sha256":"0","size":1}}}',
            b'{"version":1,"files":{"a":{"size":1}}}',
            manifest([Made(OutPath("a"), SUM, 1)])[:-4],
            manifest([Made(OutPath("a"), SUM, -1)]),
            manifest([Made(OutPath("a"), SUM, 1)]).replace(b'"a"', b'"\xff"'),
        ],
    )
    def test_a_damaged_one_is_none(self, data: bytes) -> None:
        """What is cut off, of another kind or version, or not even text says nothing."""
        assert read_manifest(data) is None

    @pytest.mark.parametrize("path", ["", "/etc/a", "../a", "a/../b", "a/..", ".", "a//b", "a/", "a\\b", "a\0b"])
    def test_a_path_that_leads_out_makes_it_foreign(self, path: str) -> None:
        """Listed files may be removed, so none of them may lie elsewhere."""
        assert read_manifest(manifest([Made(OutPath("a"), SUM, 1), Made(OutPath(path), SUM, 1)])) is None

    @pytest.mark.parametrize("path", [".nojekyll", "a/..b", "...", "a..b/c.", ".well-known/security.txt"])
    def test_a_dot_alone_is_no_harm(self, path: str) -> None:
        """Names may begin or end with dots."""
        assert read_manifest(manifest([Made(OutPath(path), SUM, 1)])) == {path: File(SUM, 1)}


ARTICLE = Article(
    url=f"{SITE}news/2024/storm/",
    headline="Storm",
    published="2024-07-26T18:30:00+03:00",
    modified="2024-07-27T09:00:00+03:00",
    language="en",
    publisher="Sample news",
    publisher_url=SITE,
)
PUBLISHER = {"@type": "Organization", "name": "Sample news", "url": SITE}


class TestJsonLd:
    """`NewsArticle` for search engines."""

    def test_an_item_that_says_little(self) -> None:
        """The site stands for the author; what is unknown is left out."""
        assert {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "mainEntityOfPage": {"@type": "WebPage", "@id": ARTICLE.url},
            "url": ARTICLE.url,
            "headline": "Storm",
            "datePublished": "2024-07-26T18:30:00+03:00",
            "dateModified": "2024-07-27T09:00:00+03:00",
            "inLanguage": "en",
            "author": [PUBLISHER],
            "publisher": PUBLISHER,
        } == json.loads(json_ld(ARTICLE))

    def test_an_item_that_says_much(self) -> None:
        """Authors, lead, picture, section, dateline, corrections and source have their properties."""
        article = msgspec.structs.replace(
            ARTICLE,
            description="A lead",
            authors=("Sample Author",),
            section="News",
            dateline="Moscow, 26.07.2024",
            image=f"{SITE}storm.jpg",
            corrections=(Correction(text="The date was wrong", date="2024-07-27"),),
            source=Origin("Sample Agency", "https://agency.example.net/storm"),
        )
        read: dict[str, Any] = json.loads(json_ld(article))

        assert {
            "description": "A lead",
            "author": [{"@type": "Person", "name": "Sample Author"}],
            "articleSection": "News",
            "dateline": "Moscow, 26.07.2024",
            "image": [f"{SITE}storm.jpg"],
            "correction": [{"@type": "CorrectionComment", "text": "The date was wrong", "datePublished": "2024-07-27"}],
            "isBasedOn": {
                "@type": "CreativeWork",
                "publisher": {"@type": "Organization", "name": "Sample Agency"},
                "url": "https://agency.example.net/storm",
            },
        }.items() <= read.items()

    def test_who_is_no_person(self) -> None:
        """The site itself, by whose title items are often signed, and the organizations that it names."""
        authors = ("Press desk", PUBLISHER["name"])
        article = msgspec.structs.replace(ARTICLE, authors=authors, organizations=frozenset({"Press desk"}))

        assert [{"@type": "Organization", "name": "Press desk"}, PUBLISHER] == json.loads(json_ld(article))["author"]

    @given(printable | st.sampled_from(["</script>", "<!-- <script>", "\u2028\u2029", "]]>&amp;"]))
    def test_no_text_can_end_the_script(self, text: str) -> None:
        """The text is read back as it was, and holds nothing that HTML or old JavaScript would see."""
        written = json_ld(msgspec.structs.replace(ARTICLE, headline="x" + text, description=text))

        assert json.loads(written)["headline"] == "x" + text
        assert not set("<>&\u2028\u2029\n") & set(written)
