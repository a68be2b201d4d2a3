"""Diagnostics on their way to people."""

from __future__ import annotations

import json

from csto_site.diagnostics import Diagnostic, Span, as_text, has_errors, lowered, ordered, problem
from csto_site.shell.report import SHOWN_IN_SUMMARY, Format, below, counted, numbered, rendered, summary

WRONG_DATE = problem(
    "date/unreadable",
    Span("content/news/storm.md", 4, 7, 12),
    "not a date: 'next | tuesday'",
    "expected 2024-05-01",
)
UNKNOWN_KEY = problem("key/unknown", Span("site.yaml", 2, 1, 5), "unknown key 'titel'")


def line_of(path: str, line: int) -> str | None:
    """Give the one line that these tests know."""
    return "date: next | tuesday" if (path, line) == ("content/news/storm.md", 4) else None


def shown(*diagnostics: Diagnostic, form: Format = Format.TEXT, colour: bool = False) -> str:
    return rendered(diagnostics, form, line_of, colour=colour)


def test_text_is_plain_without_a_terminal() -> None:
    """Where colour is not asked for, no escape sequence is written."""
    expected = (
        "content/news/storm.md:4:7: error[date/unreadable]: not a date: 'next | tuesday'\n"
        "  4 | date: next | tuesday\n"
        "    |       ^^^^^^^^^^^^ expected 2024-05-01"
    )

    assert expected == shown(WRONG_DATE)


def test_those_of_one_place_have_an_order() -> None:
    """Of two builds of the same files neither says it otherwise."""
    found = [problem("link/broken", Span("content/a.md"), f"no {number}") for number in range(9)]

    assert tuple(found) == ordered(reversed(found))


def test_a_rule_that_is_off_says_nothing() -> None:
    """Not even one that would keep the build from writing."""
    found = [problem("image/alt-required", Span("content/a.md"), "no alt"), UNKNOWN_KEY]

    assert has_errors(found)
    assert (UNKNOWN_KEY,) == lowered(found, {"image/alt-required": "off"})


def test_colour_marks_severity_and_code() -> None:
    """On a terminal the severity with its code stands out, errors and warnings in colours of their own."""
    text = shown(WRONG_DATE, UNKNOWN_KEY, colour=True)

    assert ": \x1b[1;31merror[date/unreadable]\x1b[0m: not a date" in text
    assert ": \x1b[1;33mwarning[key/unknown]\x1b[0m: unknown key" in text


def test_a_line_that_looks_like_a_diagnostic_has_no_colour() -> None:
    """Colour is for the first line; what an editor wrote stays as it is."""
    found = problem("key/unknown", Span("content/a.md", 2, 1, 1), "no rule reads 'x'")
    text = rendered([found], Format.TEXT, lambda *_: "x: error[date/unreadable]", colour=True)

    assert text.startswith("content/a.md:2:1: \x1b[1;33mwarning[key/unknown]\x1b[0m: no rule")
    assert 1 == text.count("\x1b[0m")


def test_json_is_one_array_even_when_empty() -> None:
    """A program that reads the output finds an array in each case."""
    codes = [each["code"] for each in json.loads(shown(WRONG_DATE, UNKNOWN_KEY, form=Format.JSON))]

    assert ["date/unreadable", "key/unknown"] == codes
    assert [] == json.loads(shown(form=Format.JSON))


def test_github_gets_one_annotation_a_line() -> None:
    """Each diagnostic is one workflow command."""
    assert [
        (
            "::error file=content/news/storm.md,title=date/unreadable,line=4,col=7,endColumn=19"
            "::not a date: 'next | tuesday'%0Aexpected 2024-05-01"
        ),
        "::warning file=site.yaml,title=key/unknown,line=2,col=1,endColumn=6::unknown key 'titel'",
    ] == shown(WRONG_DATE, UNKNOWN_KEY, form=Format.GITHUB).splitlines()


def test_paths_start_at_the_repository() -> None:
    """Annotations name files as the repository does, when the site is only a folder of it."""
    (moved,) = below([UNKNOWN_KEY], "sites/news")

    assert moved.span.path == "sites/news/site.yaml"


def test_counts_are_said_in_words() -> None:
    """One is one, more are more, none is said too."""
    assert counted([WRONG_DATE, WRONG_DATE, UNKNOWN_KEY]) == "2 errors, 1 warning"
    assert counted([]) == "no errors"
    assert numbered(1200, "file") == "1,200 files"


def test_the_summary_is_a_table_that_no_content_can_break() -> None:
    """What content says is shown as text: it neither ends a cell nor becomes markup."""
    assert (
        "### csto-site: 1 error\n"
        "\n"
        "| place | code | message |\n"
        "|---|---|---|\n"
        "| content/news/storm.md:4:7 | error[date/unreadable] "
        "| not a date: 'next &#124; tuesday'<br>expected 2024-05-01 |\n"
    ) == summary([WRONG_DATE])


def test_a_long_summary_says_how_many_it_left_out() -> None:
    """GitHub refuses a summary over a megabyte, so it is cut and says so."""
    text = summary([WRONG_DATE] * (SHOWN_IN_SUMMARY + 7))

    assert text.endswith("\n\nand 7 more\n")
    assert SHOWN_IN_SUMMARY == text.count("error[")
    assert "more" not in summary([WRONG_DATE] * SHOWN_IN_SUMMARY)


def test_what_a_terminal_would_obey_is_escaped() -> None:
    """A file's name may hold ESC or a line end; it is shown as Python escapes it."""
    found = problem("date/missing", Span("content/news/\x1b[31m\n.md"), "no date in \x1b", "write\x07 it")

    assert "\x1b" not in rendered([found], Format.TEXT, lambda _path, _line: None)
    assert r"content/news/\x1b[31m\n.md: error[date/missing]: no date in \x1b" in as_text(found, lambda *_: None)
    assert r"::no date in \x1b%0Awrite\x07 it" in rendered([found], Format.GITHUB, line_of)
