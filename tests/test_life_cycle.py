"""The life of an item as readers and machines see it: updated, corrected, withdrawn, superseded, gone.

One site has an item in each state; every output is asked whether it names the item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import feedparser
import pytest
from lxml import etree

from newsroom import Built, Newsroom
from pages import dead, parsed, teasers, texts

SITE = """\
-- site.yaml --
title: Gazette
url: https://news.example.org/
id_authority: news.example.org,2024
sections: {news: News, speeches: Speeches}
item_json: true
search: true
"""
ITEM = "-- content/news/{}.md --\n---\ntitle: {}\ndate: {}\ntags: [sea]\n{}---\nWords of {}.\n"
STATES = {
    "updated": "changes:\n- {date: 2024-05-20, note: A list was added., kind: major}\n"
    "- {date: 2024-05-21, note: A comma., kind: minor}\n",
    "corrected": "changes: [{date: 2024-05-20, note: It was hail., kind: correction}]\n",
    "withdrawn": "withdrawn: {date: 2024-05-20, reason: Nobody saw it.}\n",
    "superseded": "withdrawn: {date: 2024-05-20, reason: Counted too early., replaced_by: plain.md}\n",
    "gone": "gone: {reason: It named a child.}\n",
    "plain": "",
}
HOST = "https://news.example.org/"
BEFORE = "2023-05-{:02}"
"""A day on which an older item stands, so that the days of those above have another year."""


@lru_cache
def built() -> Built:
    """Build the site as of a day on which all of it is news; an item alone on its tag is withdrawn, too."""
    files = [
        ITEM.format(name, name.capitalize(), f"2024-05-{11 + n}", more, name)
        for n, (name, more) in enumerate(STATES.items())
    ]
    files += [
        ITEM.format(f"old-{name}", f"Old {name}", BEFORE.format(11 + n), more, name)
        for n, (name, more) in enumerate(STATES.items())
    ]
    files.append(
        ITEM.format("alone", "Alone", "2022-02-02", "withdrawn: A slip.\n", "alone").replace("sea", "sea, rare")
    )
    site = Newsroom(SITE + "".join(files)).build("2024-05-17")

    assert {"date/order"} == set(site.codes)  # it is built on a day before those of the changes, while all is news
    assert [] == dead(site.tree)
    return site


def page(name: str) -> bytes:
    return built().tree[f"news/2024/{name}/index.html"]


def json_ld(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(parsed(page(name)).xpath("//script[@type='application/ld+json']")[0].text)
    return found


def entry(name: str, path: str = "feed.atom") -> Any:
    """Give an item's entry in a feed, or None."""
    feed = feedparser.parse(built().tree[path])
    return next((each for each in feed.entries if each.link.endswith(f"/news/2024/{name}/")), None)


def naming(name: str, year: int = 2024) -> set[str]:
    """Give all outputs that name an item's address, absolute or relative, without those that list all files."""
    address = re.compile(rf"news/{year}/{name}/(?!index)|\"(\.\./)+{name}/")
    outputs = {path: data.decode(errors="replace") for path, data in built().tree.items() if path != "manifest.json"}
    return {path for path, text in outputs.items() if address.search(text)}


class TestChanged:
    """Updated and corrected items."""

    def test_the_page_tells_its_history(self) -> None:
        """Newest first, corrections marked; below the title stands when the text last changed its meaning."""
        history, updated = "//section[@class='history']//li", "//p[@class='updated']/time"

        assert ["21.05.2024 A comma.", "20.05.2024 A list was added."] == texts(page("updated"), history)
        assert ["20.05.2024 Correction It was hail."] == texts(page("corrected"), history)
        assert ["20.05.2024"] == texts(page("updated"), updated) == texts(page("corrected"), updated)
        assert [] == texts(page("plain"), history) == texts(page("plain"), updated)

    def test_json_ld_says_when_and_what(self) -> None:
        """`dateModified` moves with a major change and with a correction, which is told as such."""
        assert ("2024-05-20", None) == (json_ld("updated")["dateModified"], json_ld("updated").get("correction"))
        assert [{"@type": "CorrectionComment", "text": "It was hail.", "datePublished": "2024-05-20"}] == json_ld(
            "corrected"
        )["correction"]
        assert "2024-05-16" == json_ld("plain")["dateModified"]

    @pytest.mark.parametrize("path", ["feed.atom", "feed.rss", "feed.json", "news/feed.atom"])
    def test_feeds_carry_the_history(self, path: str) -> None:
        """Whoever reads in a feed may never come back to the page."""
        data = built().tree[path].decode()

        assert "A list was added." in data
        assert "It was hail." in data

    def test_the_feed_says_that_an_entry_is_new_again(self) -> None:
        """Readers' programs show what has another moment of change."""
        assert "2024-05-20T00:00:00+00:00" == entry("updated").updated == entry("corrected").updated
        assert "2024-05-16T00:00:00+00:00" == entry("plain").updated

    def test_the_record_tells_it_too(self) -> None:
        """Kind, date and note of each change."""
        record = json.loads(built().tree["news/2024/corrected/index.json"])

        assert [{"date": "2024-05-20", "kind": "correction", "note": "It was hail."}] == record["changes"]
        assert "2024-05-20" == record["versionCreated"]


class TestWithdrawn:
    """Withdrawn and superseded items."""

    def test_the_page_has_a_banner(self) -> None:
        """It says since when and why, leads to what replaces it, and keeps the text."""
        banner = "//section[@class='notice']"

        assert ["Withdrawn, 20.05.2024 Nobody saw it."] == texts(page("withdrawn"), banner)
        assert ["Withdrawn, 20.05.2024 Counted too early. Replaced by: Plain"] == texts(page("superseded"), banner)
        assert ["Withdrawn: Superseded – Gazette"] == texts(page("superseded"), "//title")
        assert "Words of superseded." in page("superseded").decode()

    def test_json_ld_says_so(self) -> None:
        """Status, since when, why, and where the right thing stands."""
        comment = {"@type": "CorrectionComment", "datePublished": "2024-05-20"}
        expected = {
            "withdrawn": {**comment, "text": "Nobody saw it."},
            "superseded": {**comment, "text": "Counted too early.", "url": f"{HOST}news/2024/plain/"},
        }
        for name, correction in expected.items():
            found = json_ld(name)
            assert ("Withdrawn", "2024-05-20") == (found["creativeWorkStatus"], found["expires"])
            assert [correction] == found["correction"]

    @pytest.mark.parametrize("name", ["withdrawn", "superseded"])
    @pytest.mark.parametrize("prefix", ["", "old-"])
    def test_only_its_months_and_it_itself_name_it(self, name: str, prefix: str) -> None:
        """No home page, head, year, tag, rail, neighbour, related item, feed, sitemap or bundle of the search does."""
        year = 2023 if prefix else 2024
        own = {f"news/{year}/{prefix}{name}/index.{kind}" for kind in ("html", "json")}
        months = {f"{top}/{year}/05/index.{kind}" for top in ("all", "news") for kind in ("html", "json")}

        assert own | months == naming(prefix + name, year)

    def test_what_stands_is_named_in_all_of_these_places(self) -> None:
        """The test above looks where items are."""
        expected = {
            *("index.html", "latest.html", "news/index.html", "all/index.html", "all/2024/index.html"),
            *("tags/sea/index.html", "feed.atom", "feed.rss", "feed.json", "sitemap-2024.xml", "sitemap-news.xml"),
            *("all/2024/05/index.html", "all/2024/05/index.json"),
        }
        assert expected <= naming("plain")
        assert {"all/2023/05/archive.atom", "news/2024/plain/index.html"} <= naming("old-plain", 2023)

    def test_its_months_mark_it(self) -> None:
        """In its own place, for readers and for programs."""
        for path in ("all/2024/05/index", "news/2024/05/index"):
            listed = built().tree[f"{path}.html"]
            record = {each["headlines"][0]["value"]: each for each in json.loads(built().tree[f"{path}.json"])["items"]}
            marked = "//article[.//strong[@class='mark']]//h3"

            assert ["Updated", "Corrected", "Withdrawn", "Superseded", "Plain"] == teasers(listed)
            assert ["Withdrawn", "Superseded"] == texts(listed, marked)
            assert ["canceled", "usable"] == [record[name]["pubStatus"] for name in ("Superseded", "Plain")]
            assert {"date": "2024-05-20", "reason": "Nobody saw it."} == record["Withdrawn"]["withdrawn"]

    def test_it_is_counted_where_it_is_listed(self) -> None:
        """Its month counts five, all other pages the three that stand."""
        tree, words = built().tree, "//header[@class='opening']/p[@class='meta']"

        assert ["5 items"] == texts(tree["news/2024/05/index.html"], words)
        assert ["3 items"] == texts(tree["news/2024/index.html"], words)
        assert ["6 items"] == texts(tree["tags/sea/index.html"], words)
        assert "2024 3 items" in texts(tree["index.html"], "//ul[@class='chart']/li")
        assert "2022 0 items" in texts(tree["index.html"], "//ul[@class='chart']/li")
        assert 6 == sum(each["count"] for each in json.loads(tree["search/bundles.json"]))

    def test_a_day_is_not_remembered_for_it(self) -> None:
        """On the day of a withdrawn item of last year there is nothing to be remembered."""
        days = {name: texts(page(name), "//nav[@class='days']//a") for name in STATES if name != "gone"}

        assert {
            "updated": ["2023"],
            "corrected": ["2023"],
            "withdrawn": [],
            "superseded": [],
            "plain": ["2023"],
        } == days

    def test_neighbours_pass_over_it(self) -> None:
        """Older and newer lead to what stands; from the withdrawn item, too."""
        way = "//nav[@class='neighbours']//a/@href"

        assert ["../../../news/2024/corrected/"] == [str(each) for each in parsed(page("plain")).xpath(way)]
        assert ["../../../news/2024/corrected/", "../../../news/2024/plain/"] == [
            str(each) for each in parsed(page("superseded")).xpath(way)
        ]

    def test_the_way_back_leads_to_its_month(self) -> None:
        """Where it stands; that of the others leads to the year, which lists them all."""
        back = "//nav[@class='ways']//a[text()='Back to the section']/@href"

        assert ["../../../news/2024/05/#news/2024/withdrawn"] == parsed(page("withdrawn")).xpath(back)
        assert ["../../../news/2024/#news/2024/plain"] == parsed(page("plain")).xpath(back)

    def test_a_tag_whose_items_were_all_withdrawn_keeps_its_page(self) -> None:
        """Its address was published, and the item still leads there; the list of tags names it no more."""
        tree = built().tree

        assert [] == teasers(tree["tags/rare/index.html"])
        assert ["sea"] == texts(tree["tags/index.html"], "//main//li/a")
        assert ["rare", "sea"] == sorted(texts(tree["news/2022/alone/index.html"], "//nav[@class='tags']//a"))


class TestGone:
    def test_a_tombstone_is_all_that_is_left(self) -> None:
        """It says why, and nothing of the text, to readers; nothing at all to search engines."""
        tombstone = page("gone")

        assert ["It named a child."] == texts(tombstone, "//p[@class='notice']")
        assert ["noindex"] == parsed(tombstone).xpath("//meta[@name='robots']/@content")
        assert b"Words of gone." not in tombstone
        assert b"ld+json" not in tombstone
        assert "Gone" not in " ".join(texts(tombstone, "//h1 | //title"))

    def test_nothing_names_it(self) -> None:
        """No list, feed, record or sitemap: its own page does, and the map that has servers answer 410."""
        assert {"news/2024/gone/index.html", "redirects.map"} == naming("gone")
        assert "news/2024/gone/index.json" not in built().tree

    def test_feeds_are_well_formed_without_it(self) -> None:
        """Three items stand in the year, and each feed has those and the three of the year before."""
        for path in ("feed.atom", "news/feed.atom"):
            titles = etree.fromstring(built().tree[path]).findall("{*}entry/{*}title")
            assert ["Plain", "Corrected", "Updated"] == [each.text for each in titles][:3]

    def test_its_former_addresses_lead_to_it(self) -> None:
        """Whoever comes by an old link learns that it was removed, and why."""
        more = "aliases: [/old/, '/old.php?ID=1']\ngone: {reason: It named a child.}\n"
        tree = Newsroom(SITE + ITEM.format("gone", "Gone", "2024-05-11", more, "gone")).build().tree

        assert "old/index.html" in tree
        for former in (b'"/old/"', b'"/old.php?ID=1"'):
            assert former + b' "/news/2024/gone/";\n' in tree["redirects.map"]
