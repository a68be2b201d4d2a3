"""Each language a site of its own: its tree, the ways between languages, its words, dates and numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from lxml import etree

from newsroom import Built, Newsroom
from pages import dead, parsed, place, teasers, texts

THEME = Path(__file__).parent.parent
SITE = """\
-- site.yaml --
title: Gazette
url: https://news.example.org/
id_authority: news.example.org,2024
description: A sample.
languages:
  ru: {title: Газета, description: Образец., sections: {news: Новости}, taxonomies: {tags: Метки}, dates: d MMMM y}
  hy: {}
sections: {news: News, speeches: Speeches}
search: true
"""
ITEM = "-- content/{}.md --\n---\ntitle: {}\ndate: {}\n{}---\nText.\n"
HOST = "https://news.example.org/"


@lru_cache
def built() -> Built:
    """Build a site with a text in three languages, one in two, one alone, one alone in Russian, one withdrawn."""
    items = (
        ("news/each", "Everywhere", "2024-05-01", "tags: [sea]\n"),
        ("news/each.ru", "Везде", "2024-05-01", "tags: [море]\n"),
        ("news/each.hy", "Ամենուր", "2024-05-01", ""),
        ("news/two", "Two", "2024-05-02", ""),
        ("news/two.ru", "Два", "2024-05-03", ""),
        ("news/one", "One", "2024-05-04", ""),
        ("speeches/alone.ru", "Один", "2024-05-05", ""),
        ("news/off", "Off", "2024-05-06", ""),
        ("news/off.ru", "Снято", "2024-05-06", "withdrawn: Ошибка.\n"),
        ("news/draft", "Not yet", "2024-05-07", ""),
        ("news/draft.ru", "Ещё нет", "2024-05-07", "draft: true\n"),
        ("news/lost", "Lost", "2024-05-08", "gone: So ruled.\n"),
        ("news/lost.ru", "Утрачено", "2024-05-08", ""),
    )
    page = "-- content/pages/about{}.md --\n---\ntitle: {}\n---\nText.\n"
    found = Newsroom(
        SITE + "".join(ITEM.format(*each) for each in items) + page.format("", "About") + page.format(".ru", "О сайте")
    ).build()

    assert "" == found.report
    assert [] == dead(found.tree)
    return found


def pages() -> Iterator[str]:
    """Name the pages with a frame, but for the fragments that scripts fetch."""
    return (path for path in built().tree if path.endswith(".html") and not path.endswith("latest.html"))


def switch(path: str) -> dict[str, str]:
    """Say where the languages at the top of a page lead: outputs by code."""
    links = parsed(built().tree[path]).xpath("//nav[@class='languages']//a")
    where = {each.get("hreflang"): place(each.get("href"), path) for each in links}
    return {code: found.path for code, found in where.items() if found}


def hreflang(path: str) -> dict[str, str]:
    """Give the versions that a page names for search engines: outputs by code."""
    links = parsed(built().tree[path]).xpath("//head/link[@rel='alternate'][@hreflang]")
    return {each.get("hreflang"): each.get("href").removeprefix(HOST) + "index.html" for each in links}


class TestTree:
    def test_each_language_has_the_same_kinds_of_pages(self) -> None:
        """Home, heads, search, feeds, tags, the page for lost readers: all of them below `/ru/` and `/hy/`, too."""
        kinds = [
            *("index.html", "404.html", "latest.html", "all/index.html", "news/index.html", "speeches/index.html"),
            *("tags/index.html", "search/index.html", "search/bundles.json"),
            *(f"{top}feed.{kind}" for top in ("", "news/", "speeches/") for kind in ("atom", "rss", "json")),
        ]

        assert [] == [
            f"{top}{kind}" for top in ("", "ru/", "hy/") for kind in kinds if f"{top}{kind}" not in built().tree
        ]

    def test_listings_and_feeds_hold_a_languages_own_items(self) -> None:
        """No item falls through to another language's lists."""
        tree = built().tree
        titles = etree.fromstring(tree["ru/feed.atom"]).findall("{*}entry/{*}title")

        assert ["Утрачено", "Один", "Два", "Везде"] == [each.text for each in titles]
        assert ["Ամենուր"] == teasers(tree["hy/news/index.html"])
        assert [] == teasers(tree["hy/speeches/index.html"])
        assert ["One", "Two", "Everywhere"] == [
            t for t in teasers(tree["all/2024/05/index.html"])[::-1] if t in {"One", "Two", "Everywhere"}
        ]
        assert ["море"] == texts(tree["ru/tags/index.html"], "//main//li/a")

    def test_a_site_is_described_in_each_language(self) -> None:
        """At the foot, to search engines and in feeds; where nothing is said, as in the site's own."""
        tree, path = built().tree, "//meta[@name='description']/@content"

        assert [["A sample."], ["Образец."], ["A sample."]] == [
            [str(each) for each in parsed(tree[f"{top}index.html"]).xpath(path)] for top in ("", "ru/", "hy/")
        ]
        assert "ГазетаОбразец." in texts(tree["ru/news/2024/two/index.html"], "//footer//p")
        assert "Образец." in tree["ru/feed.rss"].decode()

    def test_a_page_says_its_language(self) -> None:
        """So do all pages below a language's address, and the feeds."""
        codes = {path: parsed(built().tree[path]).get("lang") for path in pages()}

        assert {"en", "ru", "hy"} == set(codes.values())
        assert [] == [p for p, code in codes.items() if code != (p[:2] if p[2:3] == "/" else "en")]
        assert b'xml:lang="ru"' in built().tree["ru/feed.atom"]


class TestSwitch:
    @pytest.mark.parametrize(
        ("page", "expected"),
        [
            ("news/2024/each/", {"ru": "ru/news/2024/each/", "hy": "hy/news/2024/each/"}),
            ("news/2024/two/", {"ru": "ru/news/2024/two/", "hy": "hy/news/"}),
            ("ru/news/2024/two/", {"en": "news/2024/two/", "hy": "hy/news/"}),
            ("news/2024/one/", {"ru": "ru/news/", "hy": "hy/news/"}),
            ("ru/speeches/2024/alone/", {"en": "speeches/", "hy": "hy/speeches/"}),
            ("news/2024/off/", {"ru": "ru/news/", "hy": "hy/news/"}),
            ("news/2024/draft/", {"ru": "ru/news/", "hy": "hy/news/"}),
            ("ru/news/2024/lost/", {"en": "news/", "hy": "hy/news/"}),
            ("news/2024/05/", {"ru": "ru/news/", "hy": "hy/news/"}),
            ("ru/all/2024/", {"en": "all/", "hy": "hy/all/"}),
            ("", {"ru": "ru/", "hy": "hy/"}),
            ("about/", {"ru": "ru/about/", "hy": "hy/"}),
            ("search/", {"ru": "ru/search/", "hy": "hy/search/"}),
            ("tags/sea/", {"ru": "ru/", "hy": "hy/"}),
        ],
    )
    def test_it_leads_to_the_version_or_to_the_section(self, page: str, expected: dict[str, str]) -> None:
        """To what really is the same text, else to the section, else home; never to what is no version that stands."""
        assert {code: f"{to}index.html" for code, to in expected.items()} == switch(f"{page}index.html")

    def test_each_link_is_in_its_own_language(self) -> None:
        """A language is called by its own name, which is marked as being of that language."""
        links = parsed(built().tree["news/2024/two/index.html"]).xpath("//nav[@class='languages']//a")

        assert [("ru", "Русский"), ("hy", "Հայերեն")] == [(each.get("lang"), each.text) for each in links]

    def test_the_item_names_real_versions_only(self) -> None:
        """Below the text stand the languages in which it can be read."""
        path = "//article//nav[@class='translations']//a"

        assert ["Русский"] == texts(built().tree["news/2024/two/index.html"], path)
        assert [] == texts(built().tree["news/2024/one/index.html"], path)


class TestHreflang:
    def test_it_is_reciprocal_on_every_page(self) -> None:
        """All versions of a page carry one and the same list, which has each of them and the default."""
        named = {path: found for path in pages() if (found := hreflang(path))}

        assert {"index.html", "news/2024/each/index.html", "about/index.html", "search/index.html"} <= named.keys()
        for path, found in named.items():
            assert path in found.values()
            assert found["x-default"] == found["en"]
            assert all(named[version] == found for version in found.values())

    @pytest.mark.parametrize(
        "page", ["news/2024/one/", "news/2024/off/", "ru/news/2024/off/", "news/2024/draft/", "news/"]
    )
    def test_what_has_no_version_names_none(self, page: str) -> None:
        """That the switch leads to the section makes that no version."""
        assert {} == hreflang(f"{page}index.html")

    def test_the_sitemap_says_the_same(self) -> None:
        """What a page says of its versions stands in the sitemap, too."""
        urls = [
            url
            for path in ("sitemap-2024.xml", "sitemap-pages.xml")
            for url in etree.fromstring(built().tree[path]).findall("{*}url")
        ]
        said = {
            url.findtext("{*}loc").removeprefix(HOST) + "index.html": {
                each.get("hreflang"): each.get("href").removeprefix(HOST) + "index.html"
                for each in url.findall("{*}link")
            }
            for url in urls
        }
        assert {"news/2024/each/index.html", "ru/news/2024/two/index.html", "about/index.html"} <= said.keys()
        assert {path: hreflang(path) for path in said if "/2024/" in path or "about" in path} == {
            path: found for path, found in said.items() if "/2024/" in path or "about" in path
        }


class TestWords:
    def test_a_term_is_written_as_in_its_language(self) -> None:
        """Items of two languages that carry the same word show the commonest spelling of their own."""
        tags = (("a", "sea"), ("b", "Sea"), ("c", "Sea"), ("a.ru", "sea"))
        items = [ITEM.format(f"news/{name}", name, "2024-05-01", f"tags: {tag}\n") for name, tag in tags]
        built = Newsroom(SITE + "".join(items)).build()
        pages = [built.tree[f"{top}news/2024/a/index.html"] for top in ("", "ru/")]
        shown = [texts(each, "//a[contains(@href, '/tags/sea/')]") for each in pages]

        assert [["Sea"], ["sea"]] == shown

    def test_months_and_dates_follow_the_language(self) -> None:
        """A month alone is in the nominative, a day's month in the genitive; a day's style is the site's."""
        month = built().tree["ru/news/2024/05/index.html"]

        assert ["Новости, май 2024"] == texts(month, "//h1")
        assert ["1 мая", "3 мая"] == texts(month, "//h2/time")[:2]
        assert ["1 мая 2024"] == texts(built().tree["ru/news/2024/each/index.html"], "//p[@class='dateline']/time")
        assert ["Пн", "Вт"] == texts(month, "//table[@class='calendar']//th")[:2]
        assert "Май 2024" in texts(month, "//table[@class='calendar']/caption")

    @pytest.mark.parametrize(
        ("count", "words"),
        [(1, "1 материал"), (2, "2 материала"), (5, "5 материалов"), (11, "11 материалов"), (21, "21 материал")],
    )
    def test_numbers_take_the_form_that_the_language_has(self, count: int, words: str) -> None:
        """A list of so many items says so, in Russian with its three forms."""
        items = "".join(ITEM.format(f"news/i{n}.ru", "Т", f"2024-05-{n + 1:02}", "") for n in range(count))
        page = Newsroom(SITE.replace("search: true\n", "") + items).build().tree["ru/news/2024/05/index.html"]

        assert [words] == texts(page, "//header[@class='opening']/p[@class='meta']")


def test_half_of_the_demo_is_russian() -> None:
    """More than half of its items have a version, each as new as its original; pages and introductions all have one."""
    files = {path.relative_to(THEME).as_posix(): path for path in (THEME / "content").rglob("*") if path.is_file()}
    demo = Newsroom(
        files={name: path.read_bytes() for name, path in (files | {"site.yaml": THEME / "site.yaml"}).items()}
    )
    missing = [each.span.path for each in demo.translations().diagnostics if each.code == "translation/missing"]
    items = [name for name in files if re.fullmatch(r"content/(?!pages/)(?:.*/)?(?!_index)[^/.]+\.md", name)]

    assert {"translation/missing"} == {each.code for each in demo.translations().diagnostics}
    assert set(missing) <= set(items)
    assert 2 * len(missing) < len(items)


# -- the catalogues --------------------------------------------------------------------------------

_CALL = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\(")
_TEXT = r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\""""


def in_templates() -> set[tuple[str, ...]]:
    """Give the texts of all templates: one each, or singular and plural."""
    found = set()
    for path in sorted((THEME / "templates").rglob("*.html")):
        template = path.read_text(encoding="utf-8")
        assert "{% trans" not in template, f"{path.name}: this test reads calls only"
        for call in _CALL.finditer(template):
            count = 2 if call[1].startswith("n") else 1
            literals = re.match(
                rf"\s*(?:{_TEXT})\s*" + rf"(?:,\s*(?:{_TEXT})\s*)?" * (count - 1), template[call.end() :]
            )
            assert literals, f"{path.name}: {template[call.start() :][:60]}"
            assert call[1] in {"_", "gettext", "ngettext"}, f"{path.name}: keys with contexts are not read here"
            found.add(tuple(each for each in literals.groups() if each is not None))
    return found


def in_program() -> set[tuple[str, ...]]:
    """Give the texts that the program itself has: the constants that it gives to a translator."""
    found = set()
    package = THEME / "src/csto_site"
    for path in sorted((*package.glob("*.py"), *(package / "views").glob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "text":
                found |= {
                    (arg.value,) for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found | {("Tags",)}  # the title of the taxonomy that a site has by itself


def catalogue() -> Catalog:
    """Read the Russian catalogue strictly."""
    with (THEME / "templates/locale/ru.po").open("rb") as file:
        return read_po(file, locale="ru", abort_invalid=True)


def russian() -> dict[tuple[str, ...], Message]:
    """Give the messages of the Russian catalogue by their texts."""
    return {_forms(message.id): message for message in catalogue() if message.id}


def _forms(texts: object) -> tuple[str, ...]:
    return tuple(map(str, texts)) if isinstance(texts, (tuple, list)) else (str(texts or ""),)


class TestCatalogues:
    def test_the_texts_are_found(self) -> None:
        """Both kinds: what follows would hold of nothing at all."""
        assert {("Skip to the text",), ("%(num)s item", "%(num)s items")} <= in_templates()
        assert {("Home",), ("Correction",), ("All news",)} <= in_program()

    def test_russian_is_complete(self) -> None:
        """Each text of templates and program has a translation, plurals with their three forms, none fuzzy."""
        used, known = in_templates() | in_program(), russian()

        assert set() == used - known.keys()
        for text in used:
            forms = _forms(known[text].string)
            assert (len(text) == 1 or 3, True, False) == (len(forms), all(forms), known[text].fuzzy), text

    def test_russian_holds_nothing_else(self) -> None:
        """A text that is no longer used leaves the catalogue."""
        assert set() == russian().keys() - in_templates() - in_program()

    def test_placeholders_are_those_of_the_text(self) -> None:
        """Each form of a translation fills in what its text does, no more and no less."""
        for text, message in russian().items():
            names = set(re.findall(r"%\((\w+)\)s", text[0]))
            assert all(names == set(re.findall(r"%\((\w+)\)s", form)) for form in _forms(message.string)), text

    def test_the_rule_for_plurals_is_that_of_the_language(self) -> None:
        """The three forms of the header are those that Babel gives Russian."""
        assert (3, Catalog(locale="ru").plural_expr) == (catalogue().num_plurals, catalogue().plural_expr)
