"""`site.yaml` to settings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csto_site import settings
from csto_site.diagnostics import as_text, has_errors, ordered
from csto_site.model import Dialect, Form, FrontMatterRules, Language, Logo, Section, Settings, Taxonomy

NEEDED = """\
title: Gazette
url: https://news.example.org/
id_authority: news.example.org,2024
"""


def read(more: str = "") -> Settings:
    """Read settings that have no problems."""
    found = settings.parse((NEEDED + more).encode())
    assert found.value is not None, report(more)
    assert () == found.diagnostics

    return found.value


def report(more: str = "", needed: str = NEEDED) -> str:
    """Give all diagnostics as a terminal shows them."""
    text = needed + more
    found = settings.parse(text.encode())
    return "\n".join(
        as_text(each, lambda _, number: text.split("\n")[number - 1]) for each in ordered(found.diagnostics)
    )


def codes(more: str) -> list[str]:
    """Give the codes of the diagnostics of settings."""
    return [each.code for each in settings.parse((NEEDED + more).encode()).diagnostics]


def test_what_is_required_is_enough() -> None:
    """All else has a default; the languages begin with the site's own."""
    assert (
        Settings(
            title="Gazette",
            url="https://news.example.org/",
            id_authority="news.example.org,2024",
            language="en",
            languages=(Language(code="en", prefix="", title="Gazette", dates="dd.MM.yyyy"),),
            timezone="UTC",
            markdown=Dialect.PYTHON_MARKDOWN,
            permalink="/{section}/{year}/{slug}/",
            taxonomies=(Taxonomy("tags", "Tags"),),
        )
        == read()
    )


def test_the_example_of_the_manual() -> None:
    """Every key that a site may write."""
    found = read(
        """\
description: All that is new
language: en
languages:
  ru: {title: Новости, description: Всё новое, dates: d MMMM y, sections: {news: Новости}, taxonomies: {tags: Метки}}
  kk: Жаңалықтар
timezone: Europe/Moscow
markdown: commonmark
dates: d MMMM y
permalink: /{year}/{month}/{name}
sections:
  news: News
  commentary: {title: Commentary, form: questions}
taxonomies: {tags: Tags, topics: Topics}
front_matter:
  rename: {Summary: lead, categories: tags, deck: lead}
  join: {date: [date, Time]}
  invert: {published: draft}
  ignore: [Layout, weight]
  defaults: {section: news, authors: Press office}
diagnostics: {image/missing: warning, key/unknown: error, link/broken: off}
"""
    )

    assert found == Settings(
        title="Gazette",
        url="https://news.example.org/",
        id_authority="news.example.org,2024",
        description="All that is new",
        languages=(
            Language(code="en", prefix="", title="Gazette", dates="d MMMM y", description="All that is new"),
            Language(
                code="ru",
                prefix="/ru",
                title="Новости",
                dates="d MMMM y",
                description="Всё новое",
                sections={"news": "Новости"},
                taxonomies={"tags": "Метки"},
            ),
            Language(code="kk", prefix="/kk", title="Жаңалықтар", dates="d MMMM y", description="All that is new"),
        ),
        timezone="Europe/Moscow",
        markdown=Dialect.COMMONMARK,
        permalink="/{year}/{month}/{name}",
        sections=(
            Section(name="news", title="News"),
            Section(name="commentary", title="Commentary", form=Form.QUESTIONS),
        ),
        taxonomies=(Taxonomy("tags", "Tags"), Taxonomy("topics", "Topics")),
        front_matter=FrontMatterRules(
            rename={"summary": "lead", "categories": "tags", "deck": "lead"},
            join={"date": ("date", "time")},
            invert={"published": "draft"},
            ignore=("layout", "weight"),
            defaults={"section": "news", "authors": "Press office"},
        ),
        diagnostics={"image/missing": "warning", "key/unknown": "error", "link/broken": "off"},
    )


@pytest.mark.parametrize(("url", "base"), [("https://a.example", "/"), ("http://a.example:8000/repo", "/repo/")])
def test_a_url_gets_its_slash(url: str, base: str) -> None:
    """The path is that of the site on its host."""
    found = settings.parse(NEEDED.replace("https://news.example.org/", url).encode()).value

    assert (f"{url}/", base) == (found and found.url, found and found.base)


@pytest.mark.parametrize(
    "written",
    [
        "sections: {news: News, news/regional: Regional, speeches: Speeches}",
        "sections: {news: {title: News, sections: {regional: Regional}}, speeches: Speeches}",
        "sections: {news: {title: News, sections: {regional: {title: Regional}}}, speeches: {title: Speeches}}",
    ],
)
def test_sections_nest(written: str) -> None:
    """By a slash in the name or by a mapping; the order is kept."""
    assert ["news", "news/regional", "speeches"] == [each.name for each in read(written).sections]


def test_names_below_a_section_are_free() -> None:
    """What the site needs for itself lies at the top."""
    assert ["news", "news/tags"] == [each.name for each in read("sections: {news: News, news/tags: Tagged}").sections]


def test_the_pattern_of_dates_holds_for_all_languages() -> None:
    """Unless one says another."""
    assert ["d MMMM y", "d MMMM y"] == [
        each.dates for each in read("dates: d MMMM y\nlanguages: {ru: {title: Новости}}").languages
    ]


def test_a_region_is_written_as_its_code_is() -> None:
    """In addresses, too."""
    assert ["", "/pt-BR"] == [each.prefix for each in read("languages: {pt-BR: Gazeta}").languages]


def test_capitals_do_not_count() -> None:
    """Neither in hosts nor in keys."""
    found = read("embeds: [Player.Example.org]\nfront_matter: {join: {Date: [Day, time]}}")

    assert (("player.example.org",), {"date": ("day", "time")}) == (found.embeds, found.front_matter.join)


@pytest.mark.parametrize("more", ["sections: {search: Search}\n", "taxonomies: {search: Search}\n"])
def test_search_needs_its_name(more: str) -> None:
    """No section or taxonomy may lie where readers search; where they do not the name is free."""
    assert ["settings/value"] == codes(f"{more}search: true\n")
    assert [] == codes(more)


def test_the_look() -> None:
    """An accent is six digits in small letters, a logo has its path below `static/`, its words and its size."""
    found = read("accent: '#FA0'\nlogo: {path: /static/assets/mark.svg, alt: '', width: 80, height: 40}")

    assert ("#ffaa00", Logo("assets/mark.svg", "", 80, 40, (5, 14, 23))) == (found.accent, found.logo)


def test_no_is_no() -> None:
    """A key that is there may say that it is not so."""
    found = read("item_json: false\nsearch: off")

    assert (False, False) == (found.item_json, found.search)


def test_a_blank_that_is_missing() -> None:
    """A file of one such line is no key with a value."""
    assert "site.yaml:1:6: error[yaml/syntax]: no blank after the colon of `title`" in report(needed="title:Gazette\n")


def test_a_size_that_is_none() -> None:
    """No picture is smaller than nothing: it is as if it said nothing."""
    found = read("logo: {path: mark.svg, alt: '', width: -80}").logo

    assert 0 == (found and found.width)


def test_taxonomies_replace_the_default() -> None:
    """A site that lists its taxonomies lists them all."""
    assert (Taxonomy("topics", "Topics"),) == read("taxonomies: {topics: Topics}").taxonomies


@pytest.mark.parametrize("text", ["", "# nothing\n", "description: a\n"])
def test_what_is_required(text: str) -> None:
    """All that is missing is named at once."""
    found = settings.parse(text.encode()).diagnostics

    assert ["`title` is missing", "`url` is missing", "`id_authority` is missing"] == [each.message for each in found]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "timezone: MSK",
            (
                "site.yaml:4:11: error[settings/value]: no time zone has the name 'MSK'\n"
                "  4 | timezone: MSK\n"
                "    |           ^^^ did you mean `Europe/Moscow`?"
            ),
        ),
        (
            "timezone: Moscow",
            (
                "site.yaml:4:11: error[settings/value]: no time zone has the name 'Moscow'\n"
                "  4 | timezone: Moscow\n"
                "    |           ^^^^^^ did you mean `Europe/Moscow`?"
            ),
        ),
        (
            "dates: DD.MM.YYYY",
            (
                "site.yaml:4:8: error[settings/value]: D is the day of the year: 26.07.2024 would become 208\n"
                "  4 | dates: DD.MM.YYYY\n"
                "    |        ^^ write d\n"
                "site.yaml:4:14: error[settings/value]: Y is the year that the week belongs to:"
                " 30.12.2024 would become 2025\n"
                "  4 | dates: DD.MM.YYYY\n"
                "    |              ^^^^ write y"
            ),
        ),
        (
            "dates: dd.MM.yyyy HH:mm",
            (
                "site.yaml:4:19: error[settings/value]: H shows no date\n"
                "  4 | dates: dd.MM.yyyy HH:mm\n"
                "    |                   ^^ use d, M, L, y and E\n"
                "site.yaml:4:22: error[settings/value]: m shows no date\n"
                "  4 | dates: dd.MM.yyyy HH:mm\n"
                "    |                      ^^ use d, M, L, y and E"
            ),
        ),
        (
            "permalink: '/{section}/{yaer}/{slug}/'",
            (
                "site.yaml:4:24: error[settings/value]: addresses have no part {yaer}\n"
                "  4 | permalink: '/{section}/{yaer}/{slug}/'\n"
                "    |                        ^^^^^^ did you mean `year`?"
            ),
        ),
        (
            "permalink: /{section}/{year}/",
            (
                "site.yaml:4:12: error[settings/value]: an address with neither {slug} nor {name}"
                " would be that of many items\n"
                "  4 | permalink: /{section}/{year}/\n"
                "    |            ^^^^^^^^^^^^^^^^^^ expected /{section}/{year}/{slug}/"
            ),
        ),
        (
            "sections: {all: All}",
            (
                "site.yaml:4:12: error[settings/value]: section 'all' is a name"
                " that the site needs for something else\n"
                "  4 | sections: {all: All}\n"
                "    |            ^^^ choose another name, or declare what is missing"
            ),
        ),
        (
            "sections: {news/regional: Regional}",
            (
                "site.yaml:4:12: error[settings/value]: section 'news/regional' lies below 'news',"
                " which is not declared before it\n"
                "  4 | sections: {news/regional: Regional}\n"
                "    |            ^^^^^^^^^^^^^ choose another name, or declare what is missing"
            ),
        ),
        (
            "diagnostics: {date/unreadable: warning}",
            (
                "site.yaml:4:15: error[settings/value]:"
                " `date/unreadable` cannot be lowered: a date is not written in a form"
                " that is read here\n"
                "  4 | diagnostics: {date/unreadable: warning}\n"
                "    |               ^^^^^^^^^^^^^^^ leave this line out and mend the files"
            ),
        ),
        (
            "diagnostics: {image/mising: off}",
            (
                "site.yaml:4:15: error[settings/value]: no diagnostic has the code 'image/mising'\n"
                "  4 | diagnostics: {image/mising: off}\n"
                "    |               ^^^^^^^^^^^^ did you mean `image/missing`?"
            ),
        ),
        (
            "front_matter: {rename: {summary: laed}}",
            (
                "site.yaml:4:34: error[settings/value]: 'laed' is no key that can stand here\n"
                "  4 | front_matter: {rename: {summary: laed}}\n"
                "    |                                  ^^^^ did you mean `lead`?"
            ),
        ),
        (
            "front_matter: {rename: {title: lead, lead: title}}",
            (
                "site.yaml:4:24: warning[settings/doubtful]: `lead` and `title` are renamed to each other\n"
                "  4 | front_matter: {rename: {title: lead, lead: title}}\n"
                "    |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^ leave one of the two out"
            ),
        ),
        (
            "security: {contact: 'tel:+1', expires: 2025-05-01, policy: HTTP://a.example/}",
            (
                "site.yaml:4:60: error[settings/value]: not a way to reach someone safely: 'HTTP://a.example/'\n"
                "  4 | security: {contact: 'tel:+1', expires: 2025-05-01, policy: HTTP://a.example/}\n"
                "    |                                                            ^^^^^^^^^^^^^^^^^"
                " write mailto:security@news.example.org, or an address that begins with https://"
            ),
        ),
        (
            "gfm\n",
            (
                "site.yaml:4:3: error[yaml/syntax]:"
                " not YAML: could not find expected ':' while scanning a simple key\n"
                "  4 | gfm\n"
                "    |   ^ expected `key: value`"
            ),
        ),
        (
            "tilte: a",
            (
                "site.yaml:4:1: warning[key/unknown]: no rule reads 'tilte'\n"
                "  4 | tilte: a\n"
                "    | ^^^^^ did you mean `title`?"
            ),
        ),
        (
            "markdown: gfm",
            (
                "site.yaml:4:11: error[value/choice]: `markdown` takes python-markdown or commonmark, found 'gfm'\n"
                "  4 | markdown: gfm\n"
                "    |           ^^^ write python-markdown or commonmark"
            ),
        ),
    ],
)
def test_what_is_said(written: str, expected: str) -> None:
    """Each with its place in the file and what to write."""
    assert expected == report(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("language: xx", "settings/value"),
        ("language: English", "settings/value"),
        ("languages: {xx: Xx}", "settings/value"),
        ("languages: [ru]", "value/type"),
        ("languages: {ru: {titel: a}}", "key/unknown"),
        ("languages: {ru: {sections: {nws: a}}}", "settings/value"),
        ("languages: {ru: {dates: YYYY}}", "settings/value"),
        ("timezone: Europe", "settings/value"),
        ("timezone: [Europe/Moscow]", "value/type"),
        ("dates: soon", "settings/value"),
        ("dates: ddddd", "settings/value"),
        ("permalink: '{slug}'", "settings/value"),
        ("permalink: '/{slug}/{'", "settings/value"),
        ("permalink: /../{slug}/", "settings/value"),
        ("permalink: /?id={slug}", "settings/value"),
        ("sections: News", "value/type"),
        ("sections: {News: News}", "settings/value"),
        ("sections: {n ws: News}", "settings/value"),
        ("sections: {2024: News}", "settings/value"),
        (f"sections: {{{'я' * 128}: News}}", "settings/value"),
        ("sections: {pages: Pages}", "settings/value"),
        ("sections: {tags: Tags}", "settings/value"),
        ("languages: {ru: Ru}\nsections: {ru: Russian}", "settings/value"),
        ("taxonomies: {topics: Topics}\nsections: {topics: Topics}", "settings/value"),
        ("sections: {news: }", "value/empty"),
        ("sections: {news: [a]}", "value/type"),
        ("sections: {news: {form: questions}}", "key/missing"),
        ("sections: {news: {title: a, form: poem}}", "value/choice"),
        ("sections: {news: {title: a, sections: {b: B}}, news/b: B}", "settings/value"),
        ("sections: {news: a, news: b}", "yaml/duplicate-key"),
        ("taxonomies: {title: Titles}", "settings/value"),
        ("taxonomies: {feed.atom: Feeds}", "settings/value"),
        ("front_matter: [a]", "value/type"),
        ("front_matter: {renam: {a: lead}}", "key/unknown"),
        ("front_matter: {rename: {a: }}", "settings/value"),
        ("front_matter: {join: {dat: [date, time]}}", "settings/value"),
        ("front_matter: {invert: {published: title}}", "settings/value"),
        ("front_matter: {defaults: {section: nws}}", "settings/value"),
        ("front_matter: {defaults: {draft: maybe}}", "value/type"),
        ("front_matter: {defaults: {tags: [a, b]}}", "value/type"),
        ("front_matter: {defaults: {layout: post}}", "settings/value"),
        ("diagnostics: {image/missing: loud}", "value/choice"),
        ("description: [a]", "value/type"),
        ("accent: blue", "settings/value"),
        ("accent: '#12345'", "settings/value"),
        ("accent: ['#123456']", "value/type"),
        ("logo: mark.svg", "value/type"),
        ("logo: {alt: A mark}", "key/missing"),
        ("logo: {path: mark.svg}", "image/alt-required"),
        ("logo: {path: ../mark.svg, alt: A mark}", "settings/value"),
        ("logo: {path: [mark.svg], alt: A mark}", "value/type"),
        ("logo: {path: mark.svg, alt: A mark, width: wide}", "value/type"),
        ("logo: {path: mark.svg, alt: A mark, colour: red}", "key/unknown"),
    ],
)
def test_what_is_refused(written: str, code: str) -> None:
    """One mistake is one diagnostic."""
    assert [code] == codes(written)


@pytest.mark.parametrize(
    ("needed", "code"),
    [
        (NEEDED.replace("https://", "ftp://"), "settings/value"),
        (NEEDED.replace("https://news.example.org/", "news.example.org"), "settings/value"),
        (NEEDED.replace("https://news.example.org/", "https://"), "settings/value"),
        (NEEDED.replace("https://news.example.org/", "https://a.example/?x=1"), "settings/value"),
        (NEEDED.replace("https://news.example.org/", "https://a.example:port/"), "settings/value"),
        (NEEDED.replace("https://news.example.org/", "https://[::1/"), "settings/value"),
        (NEEDED.replace(",2024", ""), "settings/value"),
        (NEEDED.replace(",2024", ",2024-13"), "settings/value"),
        (NEEDED.replace("title: Gazette", "title: ''"), "key/missing"),
        ("- title\n", "settings/value"),
        ("title: a: b\n", "yaml/syntax"),
        ("title: a\0b\n" + NEEDED.split("\n", 1)[1], "source/nul"),
    ],
)
def test_what_is_refused_of_what_is_required(needed: str, code: str) -> None:
    """The site's address and authority must be such; the file must be YAML."""
    found = settings.parse(needed.encode())

    assert (None, [code]) == (found.value, [each.code for each in found.diagnostics])


def test_all_problems_at_once() -> None:
    """Nobody should mend ten mistakes in ten runs."""
    assert ["settings/value", "settings/value", "value/choice", "settings/value"] == codes(
        "timezone: Moscow\ndates: YYYY\nmarkdown: gfm\ndiagnostics: {a/b: off}\n"
    )


def test_a_site_may_raise_a_rule() -> None:
    """Severities go up for any rule, and down for those that guard nothing for ever."""
    assert {"key/unknown": "error", "date/unreadable": "error"} == read(
        "diagnostics: {key/unknown: error, date/unreadable: error}"
    ).diagnostics


@given(st.binary(max_size=120))
def test_arbitrary_bytes(data: bytes) -> None:
    """They give settings, or at least one error."""
    found = settings.parse(data)

    assert found.value is not None or has_errors(found.diagnostics)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "title",
                "url",
                "language",
                "languages",
                "timezone",
                "dates",
                "permalink",
                "sections",
                "front_matter",
                "diagnostics",
                "taxonomies",
            ]
        ),
        st.one_of(
            st.text(max_size=10),
            st.sampled_from(["{a: b}", "[a]", "{a: {b: c}}", "'{slug}'", "~", "{a: [b]}", "&a *a"]),
        ),
    )
)
def test_what_looks_like_settings(written: dict[str, str]) -> None:
    """Known keys with odd values never raise."""
    text = "".join(f"{key}: {value}\n" for key, value in written.items())
    found = settings.parse(text.encode("utf-8", "surrogatepass"))

    assert found.value is not None or has_errors(found.diagnostics)
