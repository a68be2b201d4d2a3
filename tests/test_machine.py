"""What machines get of a whole site: feeds with their history, records, citations, what servers are told."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import jsonschema
import pytest

import drawn
from csto_site.codec import digest_bytes
from csto_site.policy import CSP
from csto_site.records import machine_schema
from newsroom import SETTINGS, Built, Newsroom, instant
from pages import parsed, texts
from strategies import written

SITE = "https://news.example.org/"
SCHEMA = Path(__file__).parent.parent / "docs" / "machine-record.schema.json"
ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"


def item(date: dt.date, number: int = 0, section: str = "news", **more: str) -> dict[str, bytes]:
    """Write an item of a day."""
    front = {"title": f"Item {date:%Y-%m-%d} {number}", "date": date.isoformat(), "": f"Text {number}.", **more}
    return {f"content/{section}/{number:03}-of-{date:%Y-%m-%d}.md": written(front)}


def month(year: int, number: int, count: int, section: str = "news") -> dict[str, bytes]:
    """Write so many items of one month."""
    return {
        path: data
        for each in range(count)
        for path, data in item(dt.date(year, number, each % 28 + 1), each, section).items()
    }


FEW = {**month(2024, 3, 7), **month(2024, 4, 3, "speeches"), **month(2024, 5, 30)}
MANY = {**month(2024, 3, 7), **month(2024, 4, 120), **month(2024, 6, 110)}


def built(files: Mapping[str, bytes], settings: str = "", as_of: str = "2025-01-31") -> Built:
    """Build a site of these files, with these settings beside the usual ones."""
    return Newsroom(files={"site.yaml": (SETTINGS + settings).encode(), **files}).build(as_of)


def fetched(tree: Mapping[str, bytes], url: str) -> bytes:
    """Give what lies at an absolute address."""
    return tree[url.removeprefix(SITE)]


def links(feed: bytes) -> dict[str, str]:
    """Give the links of a feed itself, by relation."""
    root = ET.fromstring(feed)  # noqa: S314 - the documents are our own
    return {link.get("rel", ""): link.get("href", "") for link in root.findall(f"{ATOM}link")}


def titles(feed: bytes) -> list[str]:
    """Give the titles of a feed's entries, as a feed reader finds them."""
    read = feedparser.parse(feed)
    assert not read.bozo
    return [entry.title for entry in read.entries]


def history(tree: Mapping[str, bytes], feed: str = "feed.atom") -> Iterator[bytes]:
    """Walk from a feed to the oldest document of its history, as RFC 5005 says."""
    url = links(tree[feed]).get("prev-archive")
    while url:
        document = fetched(tree, url)
        yield document
        url = links(document).get("prev-archive")


class TestHistory:
    """Feeds as archived feeds, RFC 5005."""

    @pytest.mark.parametrize("files", [FEW, MANY, month(2024, 4, 50), month(2024, 4, 100), item(dt.date(2024, 5, 1))])
    @pytest.mark.parametrize("feed", ["feed.atom", "news/feed.atom"])
    def test_every_item_is_reached_once(self, files: Mapping[str, bytes], feed: str) -> None:
        """No item is in two documents of the history, and those in none are in the feed itself."""
        tree = built(files).tree
        own = [path for path in files if feed == "feed.atom" or path.startswith("content/news/")]
        documents = Counter(title for document in history(tree, feed) for title in titles(document))

        assert set(documents.values()) <= {1}
        assert len(own) == len(documents.keys() | set(titles(tree[feed])))

    def test_from_the_newest_to_the_oldest(self) -> None:
        """Read from the feed on, entries grow older."""
        tree = built(MANY).tree
        known = set(titles(tree["feed.atom"]))
        walked = [*titles(tree["feed.atom"]), *(t for d in history(tree) for t in titles(d) if t not in known)]
        dates = [title[5:15] for title in walked]

        assert sorted(dates, reverse=True) == dates
        assert len(MANY) == len(walked)

    def test_what_a_document_says_of_itself(self) -> None:
        """It is an archive, names itself, the current feed and its neighbours, which name it in turn."""
        tree = built(MANY).tree
        feed = tree["feed.atom"]
        assert b"<fh:archive" not in feed
        newer = ""
        url = links(feed)["prev-archive"]
        while url:
            document = fetched(tree, url)
            found = links(document)
            assert b"<fh:archive/>" in document
            assert (url, f"{SITE}feed.atom", newer) == (found["self"], found["current"], found.get("next-archive", ""))
            assert feedparser.parse(feed).feed.id == feedparser.parse(document).feed.id
            newer, url = url, found.get("prev-archive", "")

    def test_a_new_item_leaves_the_history_alone(self) -> None:
        """What has been written of it stays byte for byte, as long as the month goes on."""
        before, after = (built({**MANY, **more}).tree for more in ({}, item(dt.date(2024, 6, 29))))
        documents = [path for path in before if "/archive" in path]

        assert len(documents) > 10
        assert [] == [path for path in documents if before[path] != after[path]]
        assert "Item 2024-06-29 0" == titles(after["feed.atom"])[0]

    def test_a_new_month_closes_the_one_before(self) -> None:
        """Its last document is new; the one before that gets the link to it, and no other is touched."""
        before, after = (built({**MANY, **more}).tree for more in ({}, item(dt.date(2024, 7, 1))))
        changed = {path for path in after if "/archive" in path and before.get(path) != after[path]}

        assert {"all/2024/06/archive-2.atom", "all/2024/06/archive-3.atom"} == {p for p in changed if p[:3] == "all"}

    def test_a_back_dated_item_touches_its_own_month(self) -> None:
        """Of the history of a listing only documents of its month change."""
        before, after = (built({**MANY, **more}).tree for more in ({}, item(dt.date(2024, 4, 28), 999)))
        changed = {path for path in after if "/archive" in path and before.get(path) != after[path]}

        assert {"all/2024/04/archive-3.atom", "news/2024/04/archive-3.atom"} == changed

    def test_a_document_that_is_added_to_an_old_month_is_found(self) -> None:
        """The 51st item of the newest closed month opens a document: the feed leads there, from the memo as well."""
        files = {**month(2024, 4, 50), **month(2024, 6, 30)}
        first = built(files)
        assert first.outcome
        more = {**files, **item(dt.date(2024, 4, 28), 999)}
        again = Newsroom(files={"site.yaml": SETTINGS.encode(), **more}).build("2025-01-31", memo=first.outcome.memo)

        assert f"{SITE}all/2024/04/archive-2.atom" == links(again.tree["feed.atom"])["prev-archive"]

    def test_withdrawn_items_are_in_no_document(self) -> None:
        """And a month that has no others has no document."""
        lost = item(dt.date(2024, 1, 1), withdrawn="In error")
        tree = built({**MANY, **lost}).tree

        assert "all/2024/01/archive.atom" not in tree
        assert not [title for document in history(tree) for title in titles(document) if "2024-01" in title]

    def test_withdrawn_items_leave_no_gap(self) -> None:
        """The feed reaches back to the newest document, however many items of its month were withdrawn since."""
        lost = [item(dt.date(2024, 4, 29), number, withdrawn="Wrong") for number in range(20)]
        tree = built({path: data for each in (month(2024, 4, 80), *lost) for path, data in each.items()}).tree
        documents = {title for document in history(tree) for title in titles(document)}

        assert 80 == len(documents | set(titles(tree["feed.atom"])))

    def test_a_language_has_a_history_of_its_own(self) -> None:
        """Below its own address."""
        russian = {path.replace(".md", ".ru.md"): data for path, data in FEW.items()}
        tree = built({**FEW, **russian}, "languages: {ru: Газета}\n").tree

        assert f"{SITE}ru/all/2024/04/archive.atom" == links(tree["ru/feed.atom"])["prev-archive"]

    def test_the_id_of_a_feed(self) -> None:
        """A tag URI of authority and encoded address, like those of its items; it never changes."""
        settings = SETTINGS.replace("  speeches:", "  речи:").encode()
        tree = Newsroom(files={"site.yaml": settings}).build().tree

        assert (
            "tag:news.example.org,2024:/%D1%80%D0%B5%D1%87%D0%B8/feed"
            == feedparser.parse(tree["речи/feed.atom"]).feed.id
        )

    def test_other_formats_have_a_head_only(self) -> None:
        """They have no history in which one could find what is missing, and stay small."""
        tree = built(FEW).tree
        lengths = [len(titles(tree[name])) for name in ("feed.atom", "feed.rss")]

        assert [30, 20, 20] == [*lengths, len(json.loads(tree["feed.json"])["items"])]


class TestHub:
    """WebSub."""

    def test_feeds_name_their_hub(self) -> None:
        """In each format, beside their own address."""
        tree = built(FEW, "hub: https://hub.example.org/\n").tree
        rss = ET.fromstring(tree["feed.rss"]).findall(f"channel/{ATOM}link")  # noqa: S314 - our own

        assert ("https://hub.example.org/", f"{SITE}feed.atom") == tuple(
            map(links(tree["feed.atom"]).get, ("hub", "self"))
        )
        assert {"hub": "https://hub.example.org/", "self": f"{SITE}feed.rss"} == {
            e.get("rel"): e.get("href") for e in rss
        }
        assert [{"type": "WebSub", "url": "https://hub.example.org/"}] == json.loads(tree["feed.json"])["hubs"]

    def test_without_a_hub_none_is_named(self) -> None:
        """Nor an empty one."""
        assert not [path for path, data in built(FEW).tree.items() if "feed." in path and b"hub" in data]

    def test_a_hub_is_an_address(self) -> None:
        """Else it is an error, with its place."""
        assert ["value/type"] == built(FEW, "hub: soon\n").codes


FULL = {
    "content/news/storm.md": written(
        {
            "title": "Storm",
            "date": "2024-05-01 18:30",
            "lead": "|\n  One.\n\n  Two.",
            "authors": "[Sample Author, Press desk]",
            "tags": "[Sea wall]",
            "place": "Harbour",
            "source": "{name: Agency, url: 'https://agency.example.net/'}",
            "image": "{path: storm.png, alt: Waves}",
            "attachments": "[{path: storm.pdf, title: Report}]",
            "video": "https://video.example.net/1",
            "changes": "[{date: 2024-05-02, note: The time was wrong., kind: correction}]",
            "": "See [calm](calm.md).",
        }
    ),
    "content/news/storm.ru.md": written({"title": "Шторм", "date": "2024-05-01", "": "Текст."}),
    "content/news/calm.md": written(
        {
            "title": "Calm",
            "date": "2024-05-03",
            "withdrawn": "{date: 2024-05-04, reason: Wrong., replaced_by: storm.md}",
        }
    ),
    "content/news/storm.png": drawn.png(),
    "content/news/storm.pdf": b"%PDF",
}
MORE = "languages: {ru: Газета}\nitem_json: true\norganizations: [Press desk]\n"


@cache
def full() -> Mapping[str, bytes]:
    """Build a site whose items have all that items can have."""
    made = built(FULL, MORE)
    assert made.report == ""
    return made.tree


class TestRecords:
    """A record of each item and of each month, as JSON."""

    def test_the_schema_in_the_manual_is_made_of_the_values(self, pytestconfig: pytest.Config) -> None:
        """Nobody has to remember to document a field."""
        text = json.dumps(machine_schema(), indent=2, ensure_ascii=False) + "\n"
        if pytestconfig.getoption("--update-golden"):
            SCHEMA.write_text(text, encoding="utf-8")

        assert SCHEMA.read_text(encoding="utf-8") == text

    @pytest.mark.parametrize("files", [FULL, FEW])
    def test_records_follow_the_schema(self, files: Mapping[str, bytes]) -> None:
        """Every one of a site, those of items as well as those of months; and what is no record does not."""
        validator = jsonschema.Draft202012Validator(machine_schema())
        records = [json.loads(data) for path, data in built(files, MORE).tree.items() if path.endswith("index.json")]

        assert len(records) > len(FEW if files is FEW else FULL) - 2
        assert [] == [error.message for record in records for error in validator.iter_errors(record)]
        assert not validator.is_valid({**records[0], "language": 3})

    def test_an_item(self) -> None:
        """What its page says, for programs."""
        record = json.loads(full()["news/2024/storm/index.json"])
        picture = SITE + next(path for path in full() if path.endswith("40x30.jpg"))

        assert {
            "uri": "tag:news.example.org,2024:2024-05-01:/news/2024/storm/",
            "type": "text",
            "representationType": "full",
            "pubStatus": "usable",
            "language": "en",
            "firstCreated": "2024-05-01T18:30:00+03:00",
            "versionCreated": "2024-05-02",
            "headlines": [{"value": "Storm"}],
            "renditions": [
                {"name": "page", "href": f"{SITE}news/2024/storm/", "contentType": "text/html"},
                {"name": "image", "href": picture, "title": "Waves"},
                {"name": "attachment", "href": f"{SITE}news/storm.pdf", "title": "Report", "sizeInBytes": 4},
                {"name": "video", "href": "https://video.example.net/1", "title": "Storm"},
            ],
            "subjects": [
                {"name": "News", "rel": "section", "uri": f"{SITE}news/", "literal": "news"},
                {"name": "Sea wall", "rel": "tags", "uri": f"{SITE}tags/sea-wall/", "literal": "sea-wall"},
            ],
            "descriptions": [
                {"value": "One.", "contentType": "text/plain"},
                {"value": "Two.", "contentType": "text/plain"},
            ],
            "bodies": [
                {
                    "value": f'<p>See <a href="{SITE}news/2024/calm/">calm</a>.</p>',
                    "contentType": "text/html",
                    "wordCount": 2,
                }
            ],
            "by": "Sample Author, Press desk",
            "located": "Harbour",
            "people": [{"name": "Sample Author", "rel": "author"}],
            "organisations": [{"name": "Press desk", "rel": "author"}],
            "infoSources": [{"name": "Agency", "uri": "https://agency.example.net/"}],
            "associations": [
                {"name": "Русский", "uri": f"{SITE}ru/news/2024/storm/", "rel": "translation", "language": "ru"}
            ],
            "changes": [{"date": "2024-05-02", "kind": "correction", "note": "The time was wrong."}],
        } == record

    def test_a_file_that_is_not_there(self) -> None:
        """Where a site lets that pass nobody outside of its page is told of an address, which would be none."""
        rules = "diagnostics: {attachment/missing: warning, image/missing: warning}\n"
        lost = item(dt.date(2024, 5, 1), attachments="[lost.pdf]", image="{path: lost.png, alt: Lost}")
        made = built(lost, rules)
        (record,) = json.loads(made.tree["all/2024/05/index.json"])["items"]
        (entry,) = json.loads(made.tree["feed.json"])["items"]

        assert ["page"] == [each["name"] for each in record["renditions"]]
        assert "image" not in entry
        assert '"image":["lost.png"]' not in made.page("news/2024/000-of-2024-05-01/index.html")

    def test_what_is_not_published_has_no_address(self) -> None:
        """Records name what there is to fetch, and nothing that a draft keeps back."""
        files = {
            **item(dt.date(2024, 5, 1), attachments="[later.md]"),
            "content/news/later.md": written({"title": "Later", "date": "2024-05-02", "draft": "true", "": "Text."}),
        }
        made = built(files)
        (record,) = json.loads(made.tree["all/2024/05/index.json"])["items"]

        assert ["link/unpublished"] == made.codes
        assert ["page"] == [each["name"] for each in record["renditions"]]

    def test_the_site_is_no_person(self) -> None:
        """Items that are signed with its title are by an organization, whoever else is named one."""
        tree = built(item(dt.date(2024, 5, 1), authors="[Gazette, Sample Author]")).tree
        (record,) = json.loads(tree["all/2024/05/index.json"])["items"]

        assert (["Sample Author"], ["Gazette"]) == tuple(
            [each["name"] for each in record[kind]] for kind in ("people", "organisations")
        )

    def test_a_month_lists_its_items_without_their_bodies(self) -> None:
        """Oldest first, the withdrawn one marked, with what takes its place."""
        record = json.loads(full()["all/2024/05/index.json"])
        storm, calm = record["items"]

        assert ("2024-05", "All news", f"{SITE}all/2024/05/") == (record["period"], record["title"], record["url"])
        assert ("partial", False, "canceled") == (storm["representationType"], "bodies" in storm, calm["pubStatus"])
        assert {"date": "2024-05-04", "reason": "Wrong."} == calm["withdrawn"]
        assert [{"name": "Storm", "uri": f"{SITE}news/2024/storm/", "rel": "replacement"}] == calm["associations"]

    def test_months_lead_to_each_other(self) -> None:
        """From the newest record of all news to the oldest, and back."""
        tree = built(FEW).tree
        walked, url = [], f"{SITE}all/2024/05/index.json"
        while url:
            walked.append(json.loads(fetched(tree, url)))
            url = walked[-1].get("older", "")

        assert ["2024-05", "2024-04", "2024-03"] == [each["period"] for each in walked]
        assert f"{SITE}all/2024/05/index.json" == walked[1]["newer"]

    @pytest.mark.parametrize("path", ["all/2024/05/", "ru/news/2024/05/", "news/2024/storm/"])
    def test_pages_lead_to_their_records(self, path: str) -> None:
        """By a link in the head."""
        links = parsed(full()[f"{path}index.html"]).xpath("//link[@type='application/json']/@href")

        assert [f"{path}index.json"] == [link.replace("../" * path.count("/"), "") for link in links]

    def test_records_of_items_are_made_where_they_are_asked_for(self) -> None:
        """Else there is one file less for each item, and no link to it."""
        tree = built(FULL, "languages: {ru: Газета}\n").tree

        assert "news/2024/storm/index.json" not in tree
        assert b"application/json" not in tree["news/2024/storm/index.html"]

    def test_a_record_has_its_address_to_itself(self) -> None:
        """No page may take it."""
        taken = item(dt.date(2024, 5, 1), permalink="/all/2024/05/index.json")

        assert ["address/reserved"] == built(taken).codes


class TestServers:
    """What web servers are told."""

    @pytest.mark.parametrize("name", ["_headers", "nginx.conf"])
    def test_pages_and_servers_have_one_policy(self, name: str) -> None:
        """But for who may frame a page, which a page cannot say."""
        tree = built(FEW).tree
        policy = parsed(tree["all/index.html"]).xpath("//meta[1]/@content")[0]

        assert policy == CSP
        assert f"{policy}; frame-ancestors 'self'" in tree[name].decode()

    def test_no_header_is_named_twice_for_one_file(self) -> None:
        """Hosts join, replace or ignore the second, each in its own way."""
        rules = [rule.splitlines() for rule in built(FEW).tree["_headers"].decode().split("\n\n")]
        everywhere = {line.split(":")[0].strip() for line in rules[0][1:]}
        others = [line.split(":")[0].strip() for rule in rules[1:] for line in rule[1:]]

        assert "/*" == rules[0][0]
        assert not everywhere & set(others)

    def test_crawlers_are_told_of_the_newest_news(self) -> None:
        """The index of sitemaps says when that of the news changed last."""
        news = {**item(dt.date(2024, 5, 2)), **item(dt.date(2024, 5, 3), 1)}
        index = built(news, as_of="2024-05-03").page("sitemap.xml")

        assert "sitemap-news.xml</loc>\n<lastmod>2024-05-03</lastmod>" in index

    def test_only_what_has_a_fingerprint_is_kept_for_ever(self) -> None:
        """And there is such a rule for the folder in which they lie."""
        rules = built(FEW).tree["_headers"].decode().split("\n\n")

        assert ["/assets/*"] == [rule.splitlines()[0] for rule in rules if "immutable" in rule]

    def test_a_site_below_a_path_says_so(self) -> None:
        """Rules begin with the path of the site on its host."""
        rules = built(FEW, "").tree
        below = Newsroom(files={"site.yaml": SETTINGS.replace(SITE, f"{SITE}repo/").encode()}).build().tree

        assert rules["_headers"].decode().replace("\n/", "\n/repo/").replace("/*", "/repo/*", 1) == below[
            "_headers"
        ].decode().replace("\n/repo/", "\n/repo/")
        assert b"location /repo/ {" in below["nginx.conf"]


SECURITY = "security: {{contact: [mailto:a@example.org, 'https://example.org/flaws'], expires: {}}}\n"


class TestSecurityText:
    """RFC 9116."""

    def test_the_whole_text(self) -> None:
        """Contacts, the end in UTC, languages, its own address."""
        assert """\
Contact: mailto:a@example.org
Contact: https://example.org/flaws
Expires: 2024-05-31T21:00:00Z
Preferred-Languages: en
Canonical: https://news.example.org/.well-known/security.txt
""" == built({}, SECURITY.format("2024-06-01"), "2024-04-01").page(".well-known/security.txt")

    def test_an_address_that_anyone_may_have_written(self) -> None:
        """Where there is no https it names none of its own."""
        settings = SETTINGS.replace("https:", "http:") + SECURITY.format("2024-06-01")
        made = Newsroom(files={"site.yaml": settings.encode()}).build("2024-04-01")

        assert "Canonical" not in made.page(".well-known/security.txt")

    def test_the_end_of_all_years(self) -> None:
        """West of Greenwich the year 9999 ends after the last instant that the text can name."""
        settings = SETTINGS.replace("Europe/Moscow", "America/New_York") + SECURITY.format("9999-12-31 23:59")
        made = Newsroom(files={"site.yaml": settings.encode()}).build("2024-04-01")

        assert "\nExpires: 9999-12-31T23:59:59Z\n" in made.page(".well-known/security.txt")

    def test_without_the_setting_there_is_none(self) -> None:
        """A made-up contact would be worse than none."""
        assert ".well-known/security.txt" not in built({}).tree

    @pytest.mark.parametrize(
        ("expires", "codes"),
        [
            ("2024-03-31", ["security/expired"]),
            ("2024-04-01 03:00", ["security/expired"]),
            ("2024-04-01 03:01", ["security/expires"]),
            ("2024-05-01 03:00", ["security/expires"]),
            ("2024-05-01 03:01", []),
            ("2025-04-02 03:00", []),
            ("2025-04-02 03:01", ["security/expires"]),
            ("2301-01-01", ["date/doubtful"]),
            ("soon", ["date/unreadable"]),
        ],
    )
    def test_it_holds_for_a_while(self, expires: str, codes: list[str]) -> None:
        """At the first of April, Moscow time: neither over, nor for less than a month, nor for more than a year."""
        assert codes == built({}, SECURITY.format(expires), "2024-04-01").codes

    @pytest.mark.parametrize("contact", ["security", "http://example.org/", "ftp://example.org/", "mailto:nobody"])
    def test_a_contact_is_reached_safely(self, contact: str) -> None:
        """By mail, telephone or https."""
        found = built({}, f"security: {{contact: '{contact}', expires: 2024-06-01}}\n", "2024-04-01").codes

        assert found
        assert set(found) <= {"settings/value", "value/type"}

    @pytest.mark.parametrize("name", ["contact", "expires"])
    def test_what_is_required(self, name: str) -> None:
        """Contact and end."""
        lines = {"contact": "mailto:a@example.org", "expires": "2024-06-01"}
        rest = ", ".join(f"{key}: {value}" for key, value in lines.items() if key != name)

        assert ["key/missing"] == built({}, f"security: {{{rest}}}\n", "2024-04-01").codes

    @pytest.mark.parametrize(
        ("expires", "awaited"),
        [
            ("2024-06-01", dt.date(2024, 5, 2)),
            ("2024-04-02", dt.date(2024, 4, 2)),
            ("2025-06-01", dt.date(2024, 5, 31)),
        ],
    )
    def test_the_clock_is_awaited(self, expires: str, awaited: dt.date) -> None:
        """A build says when it will have something else to say: a month before the end, at the end, a year before."""
        made = built({}, SECURITY.format(f"{expires} 00:00 +00:00"), "2024-04-01").outcome
        assert made is not None

        assert instant(awaited.isoformat()) == made.next_instant


class TestCitations:
    """How an item is cited."""

    def test_a_line_of_text(self) -> None:
        """Authors, title, site, date, address."""
        assert [f"Sample Author, Press desk. Storm. Gazette. 01.05.2024. {SITE}news/2024/storm/"] == texts(
            full()["news/2024/storm/index.html"], "//p[@id='site:cite']"
        )

    def test_bibtex(self) -> None:
        """What BibTeX would take for its own is escaped, and no name is taken apart."""
        files = item(dt.date(2024, 5, 1), title="'50 % & {more} of #1_a'", slug="шторм")
        page = built(files).tree["news/2024/шторм/index.html"]
        (text,) = parsed(page).xpath("//pre[@id='site:bibtex']/text()")

        assert (
            r"""@misc{2024-05-01,
  author = {{Gazette}},
  title = {{50 \% \& \{more\} of \#1\_a}},
  publisher = {{Gazette}},
  year = {2024},
  month = may,
  day = {1},
  url = {https://news.example.org/news/2024/%D1%88%D1%82%D0%BE%D1%80%D0%BC/}
}"""
            == text
        )

    def test_without_script_it_can_be_selected(self) -> None:
        """The buttons come with the script alone, and what they do is announced."""
        page = parsed(full()["news/2024/storm/index.html"])
        (box,) = page.xpath("//details[@class='cite']")

        assert 2 == len(box.xpath(".//button[@hidden][@data-copy]"))
        assert 1 == len(box.xpath(".//*[@role='status']"))


class TestLifeCycle:
    """What becomes of an item, as machines read it."""

    def json_ld(self, path: str) -> dict[str, Any]:
        """Give what a page says to search engines."""
        (text,) = parsed(full()[path]).xpath("//script[@type='application/ld+json']/text()")
        found: dict[str, Any] = json.loads(text)
        return found

    def test_a_civil_date_stays_one(self) -> None:
        """Neither search engines nor previews are told of a midnight that nobody wrote."""
        calm = parsed(full()["news/2024/calm/index.html"])

        assert "2024-05-03" == self.json_ld("news/2024/calm/index.html")["datePublished"]
        assert ["2024-05-03"] == calm.xpath("//meta[@property='article:published_time']/@content")

    def test_a_withdrawn_item_says_so(self) -> None:
        """To search engines, and in the title of its window."""
        found = self.json_ld("news/2024/calm/index.html")

        assert ("Withdrawn", "2024-05-04") == (found["creativeWorkStatus"], found["expires"])
        assert ["Withdrawn: Calm – Gazette"] == texts(full()["news/2024/calm/index.html"], "//title")

    def test_a_withdrawal_without_a_reason(self) -> None:
        """Search engines are told that it is withdrawn, and no comment without words."""
        page = built(item(dt.date(2024, 5, 1), withdrawn="{date: 2024-05-02}")).page(
            "news/2024/000-of-2024-05-01/index.html"
        )

        assert ('"Withdrawn"' in page, "CorrectionComment" in page) == (True, False)

    def test_a_withdrawn_item_is_marked_in_its_month_and_nowhere_fed(self) -> None:
        """It stands in its months' pages and records, and in no feed."""
        fed = [path for path, data in full().items() if path.rpartition(".")[2] in {"atom", "rss"} and b"Calm" in data]

        assert [] == fed
        assert ["Withdrawn"] == texts(full()["all/2024/05/index.html"], "//strong[@class='mark']")

    def test_authors_are_people_or_organizations(self) -> None:
        """Those that `site.yaml` names, and the site itself, are organizations."""
        assert [
            {"@type": "Person", "name": "Sample Author"},
            {"@type": "Organization", "name": "Press desk"},
        ] == self.json_ld("news/2024/storm/index.html")["author"]

    def test_feeds_tell_what_was_changed(self) -> None:
        """A reader of feeds sees a correction without going to the page again."""
        read = feedparser.parse(full()["feed.atom"])
        (storm,) = (entry for entry in read.entries if entry.title == "Storm")

        assert "2024-05-02T00:00:00+00:00" == storm.updated
        assert "<strong>Correction</strong> The time was wrong." in storm.content[0].value

    def test_a_way_within_a_text_leads_to_its_page(self) -> None:
        """A feed has no such place."""
        text = "See [there](#there).\n\n## There\n\nHere."
        files = item(dt.date(2024, 5, 1), 0, "news", **{"": text})
        (entry,) = json.loads(built(files).tree["feed.json"])["items"]

        assert f'<a href="{entry["url"]}#there">there</a>' in entry["content_html"]

    def test_what_was_changed_is_no_markup(self) -> None:
        """A note is text: feeds have it escaped, as the page does."""
        changes = "[{date: 2024-05-02, note: '<img src=x> & more'}]"
        (entry,) = json.loads(built(item(dt.date(2024, 5, 1), changes=changes)).tree["feed.json"])["items"]

        assert "&lt;img src=x&gt; &amp; more</li>" in entry["content_html"]

    def test_the_words_of_feeds_follow_the_catalogue(self) -> None:
        """With other words for a correction the feeds are other ones, from the memo as well."""
        room = Newsroom(files={"site.yaml": (SETTINGS + MORE).encode(), **FULL})
        first = room.build()
        assert first.outcome is not None
        catalogue = '-- templates/locale/en.po --\nmsgid ""\nmsgstr ""\n\nmsgid "Correction"\nmsgstr "Put right"\n'
        again = room.edit(catalogue).build(memo=first.outcome.memo)

        assert b"Put right" in again.tree["feed.atom"]
        assert b"Put right" in room.edit(catalogue).build().tree["feed.atom"]

    def test_the_news_sitemap_names_each_publication_in_its_language(self) -> None:
        """By the site's title in the language of the item."""
        tree = built(FULL, MORE, "2024-05-02").tree
        names = ET.fromstring(tree["sitemap-news.xml"]).iter("{http://www.google.com/schemas/sitemap-news/0.9}name")  # noqa: S314

        assert {"Gazette", "Газета"} == {each.text for each in names}


LARGE = {
    path: data
    for number in range(2000)
    for path, data in item(dt.date(2015, 1, 1) + dt.timedelta(days=number * 3650 // 2000), number).items()
}


@cache
def digests(date: dt.date | None = None) -> Mapping[str, str]:
    """Build them, with a further item of that date, into digests of all outputs."""
    more = item(date, 2000, lead="New", tags="[new]") if date else {}
    return {path: digest_bytes(data) for path, data in built({**LARGE, **more}, "item_json: true\n").tree.items()}


@pytest.mark.parametrize("date", [dt.date(2024, 12, 29), dt.date(2025, 1, 2), dt.date(2020, 5, 5)])
def test_a_new_item_among_two_thousand_touches_a_few_dozen_files(date: dt.date) -> None:
    """Be it the newest, or the first of its year, or one of years ago."""
    before, after = digests(), digests(date)
    changed = [path for path in after if before.get(path) != after[path]]

    assert len(before) > 4000
    assert 20 < len(changed) <= 45
