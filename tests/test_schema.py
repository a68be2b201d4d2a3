"""The JSON Schemas: what they say, and that they agree with what is read."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from csto_site import keys, parse, schema, settings
from csto_site.codes import CODES
from csto_site.model import Settings, Source
from csto_site.schema import Schema

SITE = b"""\
title: Gazette
url: https://news.example.org/
id_authority: news.example.org,2024
languages: {ru: Gazeta}
sections: {news: News, interviews: {title: Interviews, form: questions}}
taxonomies: {tags: Tags, topics: Topics}
front_matter:
  rename: {summary: lead}
  join: {date: [date, time]}
  invert: {published: draft}
  ignore: [layout]
"""


def site() -> Settings:
    """Give the settings of a site with habits of its own."""
    found = settings.parse(SITE).value
    assert found is not None

    return found


def fits(schema_: Schema, text: str) -> bool:
    """Tell whether a YAML text fits a schema, as an editor's YAML 1.2 reads it (dates are text there)."""
    values = yaml.load(text, Loader=_Editor)  # noqa: S506 - a safe loader without dates
    return bool(jsonschema.Draft202012Validator(schema_).is_valid(values))


class _Editor(yaml.SafeLoader):
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {  # type: ignore[misc] # the stubs take it for an instance's
        first: [(tag, form) for tag, form in forms if not tag.endswith("timestamp")]
        for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@pytest.mark.parametrize(
    "made",
    [
        schema.item_schema(),
        schema.item_schema(site()),
        schema.page_schema(),
        schema.page_schema(site()),
        schema.site_schema(),
    ],
)
def test_they_are_schemas(made: Schema) -> None:
    """They follow the draft that they name."""
    jsonschema.Draft202012Validator.check_schema(made)


def test_every_key_is_described() -> None:
    """What the table says of a key is what an editor shows."""
    described = {name: each["description"] for name, each in schema.item_schema()["properties"].items()}

    assert described == {key.name: key.doc for key in keys.ITEM} | {"tags": "Terms of tags"}


def test_every_code_can_be_named() -> None:
    """Those that guard addresses, dates and parsing can only be errors."""
    levels = schema.site_schema()["properties"]["diagnostics"]["properties"]

    assert {name: ["error"] if code.fixed else ["error", "warning", "off"] for name, code in CODES.items()} == {
        name: each["enum"] for name, each in levels.items()
    }


def test_a_site_names_its_own() -> None:
    """Sections, languages, taxonomies, and the keys of other systems that it reads."""
    found = schema.item_schema(site())["properties"]

    assert (["news", "interviews", None], ["en", "ru", None]) == (found["section"]["enum"], found["lang"]["enum"])
    assert {"topics", "summary", "time", "published", "layout"} <= set(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: a\ndate: 2024-05-01", True),
        ("title: 1.10\ndate: 01.05.2024 18:30", True),
        ("title: a\ntags: Sea", True),
        ("title: a\ntags: [Sea, 2024]", True),
        ("title: a\nimage: {path: a.jpg, alt: ''}", True),
        ("title: a\nwithdrawn: In error", True),
        ("date: 2024-05-01", False),
        ("title: [a]", False),
        ("title: a\ndate: soon", False),
        ("title: a\nform: poem", False),
        ("title: a\ntilte: b", False),
        ("title: a\nimage: {path: a.jpg, alt: '', width: 3}", False),
        ("title: a\nchanges: {note: a}", False),
    ],
)
def test_items(text: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """What an editor underlines while one types."""
    assert expected == fits(schema.item_schema(), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SITE.decode(), True),
        ("title: a\nurl: https://a.example/", False),
        (SITE.decode() + "dates: dd.MM.yyyy\nmarkdown: commonmark\ndiagnostics: {link/broken: off}", True),
        (SITE.decode() + "markdown: gfm", False),
        (SITE.decode() + "diagnostics: {date/missing: warning}", False),
        (SITE.decode() + "timezones: UTC", False),
    ],
)
def test_settings(text: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The same for `site.yaml`."""
    assert expected == fits(schema.site_schema(), text.replace("off}", "'off'}"))


@given(
    st.fixed_dictionaries(
        {"title": st.sampled_from(["Storm", "1.10", "NO", "12:30"])},
        optional={
            "date": st.dates(dt.date(1, 1, 1)).map(lambda date: f"{date.day}.{date.month}.{date.year:04}"),
            "lead": st.sampled_from(["|\n  a\n\n  b", "", "text"]),
            "tags": st.sampled_from(["a", "[a, b]", "[]", "~"]),
            "draft": st.sampled_from(["true", "no", "on", ""]),
            "image": st.sampled_from(["{path: a.jpg, alt: ''}", ""]),
            "source": st.sampled_from(["Agency", "{name: Agency, url: https://a.example/}"]),
            "changes": st.sampled_from(["{date: 2024-05-01, note: a}", "[{date: 2024-05-01, note: a, kind: major}]"]),
            "withdrawn": st.sampled_from(["{}", "why", "{date: 2024-05-01}"]),
            "video": st.sampled_from(["https://v.example/", "{url: https://v.example/, poster: a.jpg}"]),
            "permalink": st.sampled_from(["/a/", "/a.html", "a"]),
            "aliases": st.sampled_from(["/a/", "[/a/, '/b?c=1']"]),
            "section": st.sampled_from(["news", "interviews", "nws"]),
            "form": st.sampled_from(["questions", "text", "poem"]),
            "layout": st.just("post"),
            "summary": st.just("text"),
        },
    )
)
def test_what_is_read_without_a_diagnostic_fits(written: dict[str, str]) -> None:
    """A schema never forbids what the program takes."""
    text = "".join(f"{key}: {value}\n" for key, value in written.items())
    found = parse.source(Source("news/2024-05-01-a.md", f"---\n{text}---\n".encode()), site())

    assert found.diagnostics or fits(schema.item_schema(site()), text)
