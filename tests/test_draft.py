"""A new item as an editor first sees it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml

from csto_site.editing.draft import Draft, draft, slug_of
from csto_site.model import Language, Section, Settings

EVENING = 1721941200  # 26 July 2024, 00:00 in Moscow, still the 25th in London
SETTINGS = Settings(
    title="News",
    url="https://news.example.org/",
    id_authority="news.example.org,2024",
    timezone="Europe/Moscow",
    languages=(
        Language(code="en", prefix="", title="News", dates="dd.MM.yyyy"),
        Language(code="ru", prefix="/ru", title="Новости", dates="dd.MM.yyyy"),
    ),
    sections=(Section(name="news", title="News"), Section(name="news/regional", title="Regional")),
)


def made(title: str = "A meeting", **options: Any) -> Draft:
    return draft(title, SETTINGS, as_of=EVENING, **options)


def front_matter(made: Draft) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load(made.text.split("---\n")[1])
    return values


def test_the_file_lies_below_its_section_and_year() -> None:
    """The path carries section, year, date and slug; the date is today's in the site's zone."""
    assert made("A meeting in Moscow").path == "news/2024/2024-07-26-a-meeting-in-moscow.md"


def test_a_section_below_another_is_a_folder_below_it() -> None:
    """The section's name is its path."""
    assert made(section="news/regional").path == "news/regional/2024/2024-07-26-a-meeting.md"


def test_another_language_stands_before_the_suffix() -> None:
    """A translation's file says its language, an item in the site's own does not."""
    assert made("Встреча", language="ru").path == "news/2024/2024-07-26-vstrecha.ru.md"
    assert made(language="en").path == "news/2024/2024-07-26-a-meeting.md"


def test_a_date_is_kept_as_it_was_typed() -> None:
    """The front matter has the date with its time, the file name the day in the site's zone."""
    item = made(date="31.12.2023 23:30 +01:00")

    assert item.path == "news/2024/2024-01-01-a-meeting.md"
    assert "date: 31.12.2023 23:30 +01:00\n" in item.text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"date": "tomorrow"}, "not a date: 'tomorrow': expected 2024-05-01"),
        ({"section": "sport"}, "site.yaml declares no section 'sport': expected one of news, news/regional"),
        ({"language": "de"}, "site.yaml declares no language 'de': expected one of en, ru"),
    ],
)
def test_what_the_site_does_not_know_is_refused(options: dict[str, str], message: str) -> None:
    """A wrong name is quoted, with the right ones."""
    with pytest.raises(ValueError, match=message):
        made(**options)


@pytest.mark.parametrize("title", ["", " \n"])
def test_a_title_says_something(title: str) -> None:
    """What `check` would refuse is not made."""
    with pytest.raises(ValueError, match="the title says nothing"):
        made(title)


@pytest.mark.parametrize("title", ['He said: "No" # 1', "- dash", "NO", "Новости\n", "{braces} & {title}", "a\\b"])
def test_any_title_comes_back_from_the_front_matter(title: str) -> None:
    """Whatever a title holds, YAML reads it as it was typed."""
    assert title == front_matter(made(title))["title"]


def test_a_new_item_is_a_draft() -> None:
    """Nothing is published by accident."""
    assert front_matter(made()) == {"title": "A meeting", "date": dt.date(2024, 7, 26), "draft": True}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("2024", "news-2024"),
        ("All", "news-all"),
        ("Tags", "news-tags"),
        ("!!!", "news-item"),
        ("Überblick über Straßen", "uberblick-uber-strassen"),
        ("word " * 40, "-".join(["word"] * 16)),
    ],
)
def test_a_slug_can_always_be_an_address(title: str, slug: str) -> None:
    """Digits, reserved names and titles without letters get the section's name before them; long ones are cut."""
    assert slug == slug_of(title, "news")
