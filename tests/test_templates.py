"""Templates: what is refused before anything is rendered, what is rendered, and the built-in theme."""

from __future__ import annotations

import ast
import io
import pickle
import re
import types
import typing
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import html5lib
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.ext import babel_extract
from markupsafe import Markup, escape

from csto_site import context, reference, templates
from csto_site.context import PAGES, Site, View
from csto_site.diagnostics import Diagnostic
from csto_site.templates import TemplateFailed, Templates, names

ROOT = Path(__file__).parent.parent
THEME = ROOT / "templates"


@lru_cache
def theme() -> Mapping[str, bytes]:
    return {file.relative_to(THEME).as_posix(): file.read_bytes() for file in sorted(THEME.rglob("*.html"))}


@lru_cache
def locales() -> Mapping[str, bytes]:
    return {file.stem: file.read_bytes() for file in THEME.glob("locale/*.po")}


def load(changed: Mapping[str, str] | None = None, spoken: Mapping[str, bytes] | None = None) -> Templates:
    texts = {**theme(), **{name: text.encode() for name, text in (changed or {}).items()}}
    loaded = templates.load(texts, locales=locales() if spoken is None else spoken)

    assert () == loaded.diagnostics
    assert loaded.value
    return loaded.value


def refused(text: str, name: str = "home.html", **more: str) -> list[tuple[str, int, int, str]]:
    """Load the theme with a template changed: code, line, column and message of what is found."""
    return [(each.code, each.span.line, each.span.column, each.message) for each in found(text, name, **more)]


def found(text: str, name: str = "home.html", **more: str) -> tuple[Diagnostic, ...]:
    texts = {**theme(), name: text.encode(), **{f"parts/{key}.html": each.encode() for key, each in more.items()}}
    return templates.load(texts).diagnostics


def example(shape: object, *, full: bool = True, **fields: object) -> typing.Any:
    """Make up a value of a type: with everything in it, or with as little as may be."""
    if isinstance(shape, type) and issubclass(shape, View):
        made = {name: example(each, full=full) for name, each in typing.get_type_hints(shape).items()}
        return shape(**{**made, **{name: fields[name] for name in fields if name in made}})
    origin, of = typing.get_origin(shape), typing.get_args(shape)
    if origin is tuple:
        return (example(of[0], full=full),) * 2 if full else ()
    if origin in {types.UnionType, typing.Union}:
        return example(of[0], full=full) if full else None
    if origin is not None:
        names = ("site.css", "site.js", "icon.svg", "search.css", "search.js", "player.js")
        return {name: name.replace(".", f".{number}.") for number, name in enumerate(names, 1)}
    plain: dict[object, object] = {str: "words" if full else "", int: 3, bool: full, Markup: Markup("")}
    return plain[shape]


def page_of(template: str, *, full: bool = True, **fields: object) -> dict[str, View]:
    views = {"site": example(Site, full=full, language="en", direction="ltr", title="Gazette", root="./")}
    for each in PAGES[template]:
        views["page"] = example(each, full=full, title="Title", **fields)
    return views


ITEM: dict[str, typing.Any] = {"body": Markup("<p>The body</p>"), "json_ld": Markup('{"@type":"NewsArticle"}')}


class TestNames:
    """What is refused on the syntax tree."""

    def test_theme(self) -> None:
        """The built-in theme and its catalogues are without fault."""
        assert () == templates.load(theme(), locales=locales()).diagnostics

    def test_syntax(self) -> None:
        """A tag that is not closed is a syntax error at its line."""
        expected = "unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'"
        code, line, column, message = refused("<p>\n{% if page.title %}\n")[0]

        assert ("template/syntax", 2, 4, expected) == (code, line, column, message.rpartition(". ")[0])

    def test_unknown_name(self) -> None:
        """A name that is neither given nor the template's own is refused where it stands."""
        assert [("template/name", 2, 4, "no such name: 'pge', expected one of page, site")] == refused(
            "<p>\n{{ pge.title }}"
        )

    def test_nearest_name(self) -> None:
        """The help names what was probably meant."""
        assert ["did you mean `page`?"] == [each.help for each in found("{{ pge }}")]

    def test_unknown_field(self) -> None:
        """A field that the view does not have is refused, with the column of the field."""
        assert [("template/name", 1, 9, "no field 'titel' in Home")] == refused("{{ page.titel }}")

    def test_field_of_field(self) -> None:
        """Types are followed through fields, also through those that may be none."""
        assert [("template/name", 1, 17, "no field 'name' in Teaser")] == refused("{{ page.leading.name }}")

    def test_field_of_element(self) -> None:
        """The elements of a list have the list's type, whatever harmless filter it went through."""
        text = "{% for item in page.latest | reverse %}{{ item.ttle }}{{ loop.index }}{% endfor %}"

        assert [("template/name", 1, 48, "no field 'ttle' in Teaser")] == refused(text)

    def test_element_by_number(self) -> None:
        """An element that is taken out by its number, a filter or a slice has its type too."""
        text = "{{ page.latest[0].a }}{{ (page.latest | first).b }}{% for x in page.latest[1:] %}{{ x.c }}{% endfor %}"

        assert ["a", "b", "c"] == [each[3].split("'")[1] for each in refused(text)]

    def test_field_by_subscript(self) -> None:
        """A field that is named in brackets is a field like any other."""
        assert [("template/name", 1, 1, "no field 'titel' in Home")] == refused("{{ page['titel'] }}")

    def test_method(self) -> None:
        """Methods of texts may be called; what a text does not have is refused."""
        assert ["no field 'uppper' in str"] == [
            each[3] for each in refused("{{ page.title.upper() }}{{ page.title.uppper() }}")
        ]

    def test_hidden_field(self) -> None:
        """No template reaches for what begins with an underscore."""
        text = "{% set x = page.title %}{{ page.__class__ }}{{ x.__class__ }}"

        assert ["no field '__class__' in Home", "no field '__class__' in a value"] == [
            each[3] for each in refused(text)
        ]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("{{ page.latest }}", "prints a whole list, expected a text"),
            ("{{ page.leading }}", "prints a whole Teaser, expected a text"),
            ("{{ site.assets }}", "prints a whole mapping, expected a text"),
            ("{{ page.title.upper }}", "prints a method, expected a text"),
            ("{{ page.latest | map('upper') }}", "prints a whole list, expected a text"),
        ],
    )
    def test_printed_whole(self, text: str, message: str) -> None:
        """What is no text is not printed: its looks would differ from run to run."""
        assert [message] == [each[3] for each in refused(text)]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("{{ lipsum() }}", "no such name: 'lipsum', expected one of page, site"),
            ("{{ page.title | random }}", "no such filter: 'random'"),
            ("{{ page.title is callable }}", "no such test: 'callable'"),
            (
                "{% for n in range(3) %}{{ n }}{{ now() }}{% endfor %}",
                "no such name: 'now', expected one of n, page, site",
            ),
        ],
    )
    def test_not_on_the_list(self, text: str, message: str) -> None:
        """Filters, tests and functions outside the lists are refused."""
        assert [message] == [each[3] for each in refused(text)]

    @pytest.mark.parametrize(
        "text",
        [
            "{% set words = page.title %}{{ words.anything }}",
            "{% macro line(item) %}{{ item.anything }}{{ caller() }}{% endmacro %}{% call line(1) %}x{% endcall %}",
            "{% for a, b in site.assets.items() %}{{ a.x }}{{ b }}{% else %}{{ page.title }}{% endfor %}",
            "{% with a = page.leading %}{{ a.anything }}{% endwith %}",
            "{% set ns = namespace(n=0) %}{% set ns.n = 1 %}{{ ns.n }}",
            "{% block a %}{{ later }}{{ self.a() }}{% endblock %}{% set later = 1 %}",
            "{% for item in page.latest %}{% block b scoped %}{{ item.title }}{% endblock %}{% endfor %}",
            "{% set x %}{{ page.title }}{% endset %}{{ x }}{% filter upper %}a{% endfilter %}",
            "{% from 'parts/lists.html' import when as date %}{{ date(page.leading.date) }}",
            "{% import 'parts/lists.html' as lists %}{{ lists.anything }}",
            "{% trans n=page.years | length %}{{ n }} year{% pluralize %}{{ n }} years{% endtrans %}",
        ],
    )
    def test_own_names(self, text: str) -> None:
        """Names that a template makes itself are known; what they hold is not."""
        assert [] == refused(text)

    def test_name_outside_its_loop(self) -> None:
        """A loop's name ends with the loop, and blocks inside the loop do not see it."""
        text = "{% for item in page.latest %}{% block x %}{{ item }}{% endblock %}{% endfor %}\n{{ item }}"

        assert [1, 2] == [each[1] for each in refused(text)]

    def test_included_by_several(self) -> None:
        """A partial has only the fields that all the pages have from which it is reached."""
        base = theme()["base.html"].decode() + "{% include 'parts/more.html' %}"

        assert ["no field 'section' in NotFound"] == [
            each.message for each in found(base, "base.html", more="{{ page.title }}{{ page.section.title }}")
        ]

    def test_included_by_part(self) -> None:
        """What a part includes sees `site` alone."""
        text = "{% include 'parts/more.html' %}"

        assert ["no such name: 'page', expected one of site"] == [
            each.message for each in found(text, "parts/header.html", more="{{ site.title }}{{ page.title }}")
        ]

    def test_imported(self) -> None:
        """What is imported without context sees no names."""
        text = "{% import 'parts/more.html' as more %}"

        assert ["no such name: 'site', expected one of m"] == [
            each.message for each in found(text, more="{% macro m() %}{{ site.title }}{% endmacro %}")
        ]

    def test_imported_with_context(self) -> None:
        """What is imported with context sees them."""
        text = "{% import 'parts/more.html' as more with context %}"

        assert () == found(text, more="{% macro m() %}{{ site.title }}{{ page.blocks[0].section.url }}{% endmacro %}")

    def test_dynamic_name(self) -> None:
        """The name of a template must be written out."""
        message = "the name of a template must be written out, expected a text in quotes"

        assert [("template/name", 2, 1, message)] == refused("\n{% include page.kind %}")

    def test_missing_include(self) -> None:
        """A template that is not there is missed where it is named, unless that is allowed."""
        text = (
            '{% include "parts/headr.html" %}{% include ["a.html", "base.html"] %}{% include "b.html" ignore missing %}'
        )

        assert [
            ("template/missing", 1, 13, "no such template: 'parts/headr.html', expected a file below templates/")
        ] == refused(text)

    def test_missing_page(self) -> None:
        """Every kind of page needs its template."""
        texts = {name: text for name, text in theme().items() if name != "gone.html"}

        assert ["no template 'gone.html', expected one of that name"] == [
            each.message for each in templates.load(texts).diagnostics
        ]

    def test_not_utf_8(self) -> None:
        """A template that is no text is refused, and the others are still checked."""
        loaded = templates.load({**theme(), "home.html": b"a\n\xff", "page.html": b"{{ x }}"})

        assert None is loaded.value
        assert [
            ("source/encoding", "templates/home.html", "not UTF-8: byte 0xFF"),
            ("template/name", "templates/page.html", "no such name: 'x', expected one of page, site"),
        ] == [(each.code, each.span.path, each.message) for each in loaded.diagnostics]

    @settings(max_examples=25, deadline=None)
    @given(
        st.one_of(
            st.binary(max_size=30),
            st.lists(
                st.sampled_from(
                    [
                        "{{ ",
                        " }}",
                        "{% ",
                        " %}",
                        "if",
                        "for x in",
                        "page",
                        ".title",
                        "endif",
                        "block",
                        " x ",
                        "|",
                        "(",
                        "'",
                        "[",
                        "\n",
                    ]
                ),
                max_size=12,
            ).map(lambda parts: "".join(parts).encode()),
        )
    )
    def test_anything(self, text: bytes) -> None:
        """Whatever stands in a file, loading ends with a result or with diagnostics that lie in it."""
        loaded = templates.load({**theme(), "home.html": text})
        lines = text.count(b"\n") + 1

        assert loaded.value or all(0 <= each.span.line <= lines + 1 for each in loaded.diagnostics)


class TestCompile:
    """What only compiling finds, and what no page can hold: refused before anything is rendered."""

    @pytest.mark.parametrize(
        ("text", "line", "column", "message"),
        [
            ("\n{% block a %}{% endblock %}{% block a %}{% endblock %}", 2, 10, "block 'a' defined twice"),
            ("\n\n{% macro a(x,x) %}{% endmacro %}", 3, 12, "duplicate argument 'x' in function definition"),
            ("a\n{{ dict(a=1, a=2) }}", 2, 9, "keyword argument repeated: a"),
            ("a\n" + "{% for a in '1' %}" * 21 + "{% endfor %}" * 21, 2, 1, "too many statically nested blocks"),
            ("a\n" + "{% if 1 %}" * 200 + "{% endif %}" * 200, 2, 1, "nested too deeply: "),
            ("\n{{ " + "(" * 500 + "1" + ")" * 500 + " }}", 2, 1, "nested too deeply: "),
            ("\n{{ " + "not " * 5000 + "1 }}", 2, 1, "nested too deeply: "),
            ("\n{{ 10**5000 }}", 2, 1, "a number of more than 10,000 binary digits"),
            ("\n{{ 10**(10**10) }}", 2, 1, "a number of more than 10,000 binary digits"),
            ("\n{{ 'ab' * 10**10 }}", 2, 1, "2 repeated 10,000,000,000 times, expected 1,000,000 characters at most"),
            ('\n{{ "\\ud800" }}', 2, 1, "a text holds the character U+D800, which cannot be published"),
            ('\n{{ "\\0" }}', 2, 1, "a text holds the character U+0000, which cannot be published"),
        ],
    )
    def test_refused(self, text: str, line: int, column: int, message: str) -> None:
        """The place is that in the template, not in what Jinja makes of it."""
        loaded = templates.load({**theme(), "404.html": text.encode()})
        found = loaded.value.compile(["en"]) if loaded.value else loaded.diagnostics

        assert [("template/syntax", "templates/404.html", line, column)] == [
            (each.code, each.span.path, each.span.line, each.span.column) for each in found
        ]
        assert found[0].message.startswith(message)

    def test_nul(self) -> None:
        """A NUL is refused where it stands, and so is what XML forbids."""
        assert [("source/nul", 2, 2, "NUL byte")] == refused("a\n¶\0b")
        assert [("source/control", 1, 1, "control character U+0001")] == refused("\1")

    def test_compiled_once(self) -> None:
        """What a seal holds is not compiled again."""
        loaded = load()
        before = loaded.compile(["en"]), loaded.seal.code["en"].keys()
        again = templates.load(theme(), locales=locales(), seal=loaded.seal).value

        assert ((), theme().keys()) == before
        assert again
        assert ((), loaded.seal.code) == (again.compile(["en"]), again.seal.code)

    def test_a_seal_is_of_the_catalogues_too(self) -> None:
        """With other words nothing holds that was found before."""
        other = {"ru": locales()["ru"].replace("Назад в раздел".encode(), "Обратно в раздел".encode())}
        found = templates.load(theme(), locales=other, seal=load().seal).value

        assert "Обратно в раздел" == (found and found.translator("ru")("Back to the section"))

    def test_a_bom_is_none_of_a_page(self) -> None:
        """Neither at the first check nor with its seal: the next build is to make the same bytes."""
        texts = {**theme(), "home.html": b"\xef\xbb\xbf" + theme()["home.html"]}
        first = templates.load(texts, locales=locales()).value
        assert first
        again = templates.load(texts, locales=locales(), seal=first.seal).value
        assert again
        pages = [each.render("home.html", "en", **page_of("home.html")) for each in (first, again)]

        assert ["<!", "<!"] == [each[:2] for each in pages]

    def test_half_a_character(self) -> None:
        """What only rendering finds fails with its template, too."""
        with pytest.raises(TemplateFailed, match=r"home.html cannot be rendered: a text holds the character U\+D800"):
            load({"home.html": "{{ '%c' % 55296 }}"}).page("home.html", "en", **page_of("home.html"))


WIDE = "is given 1,000,000,000, expected 10,000 at most"
MACRO = "{% macro m(a, b=1) %}{{ a }}{{ b }}{% endmacro %}"


class TestCalls:
    """What templates hand to each other, and to texts."""

    @pytest.mark.parametrize(
        ("text", "line", "column", "message"),
        [
            ("{% from 'parts/x.html' import m, nope %}", 1, 34, "parts/x.html has no 'nope', expected one of m"),
            ("{% import 'parts/x.html' as x %}\n{{ x.nope() }}", 2, 6, "parts/x.html has no 'nope', expected one of m"),
            (
                "{% from 'parts/x.html' import m %}\n{{ m() }}",
                2,
                4,
                "'m' is not given 'a', expected the arguments a, b",
            ),
            ("{% import 'parts/x.html' as x %}{{ x.m(1, 2, 3) }}", 1, 38, "'m' is given 3 arguments, expected 2: a, b"),
            (MACRO + "\n{{ m(1, c=2) }}", 2, 4, "'m' takes no argument 'c', expected a, b"),
            ("\n{{ _('a %(x)s', y=1) }}", 2, 11, "the text has %(x)s, and is handed only y; expected a value for 'x'"),
            ("{{ _('%(x)s') }}", 1, 9, "the text has %(x)s, and is handed nothing; expected a value for 'x'"),
        ],
    )
    def test_refused(self, text: str, line: int, column: int, message: str) -> None:
        """A call that fails whatever the page is refused where it stands."""
        assert [("template/name", line, column, message)] == refused(text, x=MACRO)

    @pytest.mark.parametrize(
        "text",
        [
            "{% from 'parts/x.html' import m %}{{ m(1) }}{{ m(a=1, b=2) }}{{ m(*'a') }}{{ m(**{'a': 1}) }}",
            "{% macro n(a) %}{{ a | d('') }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ n() }}{{ n(1, 2, c=3) }}",
            "{% macro n(a) %}{{ caller() }}{{ a }}{% endmacro %}{% call n(1) %}{% endcall %}",
            "{% from 'parts/x.html' import m %}{% for m in page.years %}{{ m() }}{% endfor %}",
            "{{ ngettext('%(num)s', '%(num)s of %(x)s', 2, x=3) }}{{ _('100%% %%(x)s') }}",
            "{% if page.title %}{% include 'home.html' %}{% endif %}",
        ],
    )
    def test_not_refused(self, text: str) -> None:
        """What may go well is left to the page."""
        assert [] == refused(text, x=MACRO)

    @pytest.mark.parametrize(
        "text", ["{% include 'home.html' %}", "{% extends 'home.html' %}", "{% import 'home.html' as x %}"]
    )
    def test_itself(self, text: str) -> None:
        """A template that needs itself whatever happens would never end."""
        assert ["this includes, extends or imports 'home.html' itself: expected an end"] == [
            e[3] for e in refused(text)
        ]

    def test_itself_by_way(self) -> None:
        """The way may be long: each template on it is named."""
        by_way = found("{% include 'parts/x.html' %}", x="\n{% include 'home.html' %}")

        assert [("templates/home.html", 1, 13), ("templates/parts/x.html", 2, 13)] == [
            (each.span.path, each.span.line, each.span.column) for each in by_way
        ]

    def test_key(self) -> None:
        """A text that is made up while rendering says what it lacks, too."""
        with pytest.raises(TemplateFailed, match="there is nothing under 'x'"):
            load({"home.html": "{{ _(page.title ~ '%(x)s', y=1) }}"}).render("home.html", "en", **page_of("home.html"))


class TestRender:
    """Rendered text, and what fails while it is rendered."""

    def test_render(self) -> None:
        """A template prints what its views hold."""
        loaded = load({"home.html": "{{ site.title }}: {{ page.title }}\n"})

        assert "Gazette: Title\n" == loaded.render("home.html", "en", **page_of("home.html"))

    @settings(max_examples=30, deadline=None)
    @given(st.text(alphabet="<>&\"'a¶", max_size=9))
    def test_escaped(self, title: str) -> None:
        """Texts are escaped when they are printed, exactly as MarkupSafe does it."""
        views = page_of("home.html")
        views["page"] = msgspec.structs.replace(views["page"], title=title)

        assert str(escape(title)) == printing_title().render("home.html", "en", **views)

    def test_markup_is_not_escaped(self) -> None:
        """HTML is printed as it is, a number as a text."""
        loaded = load({"home.html": "{{ page.intro }}{{ page.years | length }}"})

        assert "<b>x</b>2" == loaded.render("home.html", "en", **page_of("home.html", intro=Markup("<b>x</b>")))

    def test_failure(self) -> None:
        """What is missing while a page is rendered is reported with template and line, through includes and macros."""
        more = "{% macro m(x) %}\n{{ x.missing }}\n{% endmacro %}\n{{ m(site) }}"
        loaded = load({"home.html": "\n{% include 'parts/more.html' %}", "parts/more.html": more})
        with pytest.raises(TemplateFailed) as failed:
            loaded.render("home.html", "en", **page_of("home.html"))
        got = failed.value.diagnostic

        assert ("template/failed", "templates/parts/more.html", 2, 6, 7) == (
            got.code,
            got.span.path,
            got.span.line,
            got.span.column,
            got.span.length,
        )
        assert "home.html cannot be rendered: 'Site' has no attribute 'missing'" == got.message

    def test_field_of_none(self) -> None:
        """A field of what is none fails at its line."""
        loaded = load({"home.html": "<p>\n{{ page.leading.title }}"})
        with pytest.raises(TemplateFailed, match="'None' has no attribute 'title'") as failed:
            loaded.render("home.html", "en", **page_of("home.html", full=False))

        assert 2 == failed.value.diagnostic.span.line

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("page.title | length ** (10 ** 10)", "a number of more than 10,000 binary digits, expected a smaller one"),
            ("n * n * n", "a number of more than 10,000 binary digits, expected a smaller one"),
            ("10 ** 10 * page.title", "5 repeated 10,000,000,000 times, expected 1,000,000 characters at most"),
            ("'%c%c' % (65, site.title | length - 7)", "a text holds the character U+0000, which cannot be published"),
            ("'%c' | format(127)", "a text holds the character U+007F, which cannot be published"),
            ("'%9999999d' % page.title | length", "a text of more than 1,000,000 characters, expected a smaller width"),
            ("range(10 ** 10) | list", "a range of more than 1,000,000 numbers, expected fewer"),
            ("'%(x)0999999999d' | format(x=1)", "a text of more than 1,000,000 characters, expected a smaller width"),
            ("'%*s' % (10 ** 9, page.title)", "a text of more than 1,000,000 characters, expected a smaller width"),
            *((f"{each}(10 ** 9)", WIDE) for each in ("'x'.center", "'x' | center", "page.title.ljust", "[1] | slice")),
            ("page.title.zfill(10 ** 9)", WIDE),
            ("'x' | indent(10 ** 9, true)", WIDE),
            ("'x' | indent(width='x' * 10 ** 5)", "`indent` is given 100,000 characters, expected 10,000 at most"),
            ("'a b' | wordwrap(1, wrapstring='x' * 10 ** 5)", "`wordwrap` is given 100,000 characters"),
            ("[1] | batch(10 ** 9, 0)", WIDE),
            ("[1] | tojson(10 ** 9)", WIDE),
            ("5 | round(-10 ** 9)", "`round` is given -1,000,000,000, expected 10,000 at most"),
            ("[page.title] | map('center', 10 ** 9) | list", WIDE),
            ("'{:>999999999}'.format(1)", "a field is formatted as '>999999999', expected a smaller width"),
            ("'{:{w}}'.format(1, w=10 ** 9)", "a field is formatted as '1000000000', expected a smaller width"),
            ("('{:>999999999}' | safe).format(1)", "a field is formatted as '>999999999', expected a smaller width"),
            ("'{x:>999999999}'.format_map({'x': 1})", "a field is formatted as '>999999999', expected a smaller width"),
        ],
    )
    def test_too_large(self, text: str, said: str) -> None:
        """What would fill the memory fails at its line."""
        loaded = load({"home.html": f"{{% set n = 2 ** 4500 %}}\n{{% set x = {text} %}}{{{{ page.title }}}}"})
        assert () == loaded.compile(["en"])
        with pytest.raises(TemplateFailed) as failed:
            loaded.render("home.html", "en", **page_of("home.html"))

        assert 2 == failed.value.diagnostic.span.line
        assert said in failed.value.diagnostic.message

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("2 * 3 ** 2", "18"),
            ("2 ** -1 * 4", "2.0"),
            ("7 % 4 ~ '%03d%s' % (1, '<') ~ '%s' | format(1)", "3001&lt;1"),
            ("'<a>' * 2", "&lt;a&gt;&lt;a&gt;"),
            ("[1] * 2", "[1, 1]"),
            ("1 ** 10 ** 9 * 0.5", "0.5"),
            ("range(3, 0, -1) | join", "321"),
            ("2000000 | center(9) ~ 2000000 | tojson ~ 2000000 | round(1)", " 2000000 20000002000000"),
            ("'{:,} {0:>3}'.replace('{:', '{0:').format(2000000)", "2,000,000 2000000"),
            ("('<b>{:{w}}</b>' | safe).format('<', w=3)", "<b>&lt;  </b>"),
            ("page.title.center(9) ~ page.title.startswith('T')", "  Title  True"),
        ],
    )
    def test_not_too_large(self, text: str, shown: str) -> None:
        """All else is as Python has it."""
        assert shown == load({"home.html": f"{{{{ {text} }}}}"}).render("home.html", "en", **page_of("home.html"))

    def test_failure_crosses_processes(self) -> None:
        """The exception can be pickled with its diagnostic."""
        loaded = load({"home.html": "{{ 1 / 0 }}{{ page.title }}"})
        with pytest.raises(TemplateFailed) as failed:
            loaded.render("home.html", "en", **page_of("home.html"))

        assert failed.value.diagnostic == pickle.loads(pickle.dumps(failed.value)).diagnostic  # noqa: S301 - our own bytes

    def test_templates_cross_processes(self) -> None:
        """Checked templates can be pickled, and render the same elsewhere."""
        loaded, views = load(), page_of("item.html", **ITEM)
        sent = pickle.loads(pickle.dumps(loaded))  # noqa: S301 - our own bytes

        assert loaded.render("item.html", "ru", **views) == sent.render("item.html", "ru", **views)


@lru_cache
def printing_title() -> Templates:
    return load({"home.html": "{{ page.title }}"})


class TestClosure:
    """What a template's result depends on."""

    def test_closure(self) -> None:
        """A closure holds what is extended, included and imported, however far away."""
        changed = {"page.html": "{% include 'parts/a.html' %}", "parts/a.html": "{% import 'parts/lists.html' as x %}"}

        assert ("page.html", "parts/a.html", "parts/lists.html") == load(changed).closure("page.html")

    def test_digest_of_closure(self) -> None:
        """A digest changes with any text of the closure, and with no other."""
        before = load()
        after = load({"parts/media.html": theme()["parts/media.html"].decode() + "\n"})
        changed = {name for name in PAGES if before.digest(name) != after.digest(name)}

        assert {"item.html"} == changed

    def test_digest_of_catalogue(self) -> None:
        """A digest changes with the catalogue of its language; without a language, with any."""
        other = {"ru": locales()["ru"].replace("Назад в раздел".encode(), "Обратно в раздел".encode())}
        before, after = load(), load(spoken=other)

        assert before.digest("item.html", "en") == after.digest("item.html", "en")
        assert before.digest("item.html", "ru") != after.digest("item.html", "ru")
        assert before.digest("item.html") != after.digest("item.html")


PO = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n>1);\\n"\n\n'


class TestLanguages:
    """The texts of the interface."""

    def text(self, template: str, language: str = "ru", po: str = "") -> str:
        spoken = {language: (PO + po).encode()} if po else None
        return load({"home.html": template}, spoken).render("home.html", language, **page_of("home.html"))

    def test_translated(self) -> None:
        """A text is translated into the page's language."""
        assert "Назад в раздел" == self.text("{{ _('Back to the section') }}")

    def test_untranslated(self) -> None:
        """A text that no catalogue has stays English; so do all in a language without a catalogue."""
        assert "Not there" == self.text("{{ _('Not there') }}")
        assert "Go back" == self.text("{{ _('Go back') }}", "fr")

    def test_a_region_may_have_its_own_catalogue(self) -> None:
        """Then that of the language does not count."""
        own = locales()["ru"].replace("Назад в раздел".encode(), "Обратно в раздел".encode())
        translate = load(spoken={**locales(), "ru-BY": own}).translator

        assert ["Назад в раздел", "Обратно в раздел"] == [
            translate(each)("Back to the section") for each in ("ru", "ru-BY")
        ]

    def test_region(self) -> None:
        """A language with a region falls back to the language."""
        assert "Назад" == self.text("{{ _('Go back') }}", "ru-BY")

    @pytest.mark.parametrize(
        ("count", "words"), [(1, "1 материал"), (2, "2 материала"), (5, "5 материалов"), (21, "21 материал")]
    )
    def test_plural(self, count: int, words: str) -> None:
        """Numbers take the form that the language has for them."""
        assert words == self.text("{{ ngettext('%(num)s item', '%(num)s items', " + str(count) + ") }}")

    def test_filled_in_and_escaped(self) -> None:
        """What is put into a text is escaped; the text itself is not."""
        po = 'msgid "By %(names)s"\nmsgstr "<i>%(names)s</i>"\n'

        assert "<i>&lt;</i>" == self.text("{{ _('By %(names)s', names='<') }}", po=po)

    def test_trans_tag(self) -> None:
        """The tag for longer texts works as the function does."""
        po = 'msgid "Hello %(who)s"\nmsgstr "Bonjour %(who)s"\n'

        assert "Bonjour Title" == self.text("{% trans who=page.title %}Hello {{ who }}{% endtrans %}", "fr", po)

    def test_context(self) -> None:
        """A text may mean different things in different contexts."""
        po = 'msgctxt "month"\nmsgid "May"\nmsgstr "Mai"\n'

        assert "Mai May" == self.text("{{ pgettext('month', 'May') }} {{ _('May') }}", "fr", po)

    def test_percent(self) -> None:
        """A percent sign is written twice, as gettext has it."""
        assert "100%" == self.text("{{ _('100%%') }}")

    @pytest.mark.parametrize(
        ("po", "line", "message"),
        [
            (PO + 'msgid "a"\nmsgstr "b\n', 6, "not one text between two quotes: "),
            (PO + 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', 8, "this msgid stands in line 5 already"),
            (PO + 'msgid "a"\nmsgstr "b \\q"\n', 6, "no such escape: '\\q', expected one of "),
            ("nonsense\n", 1, "not a gettext catalogue: "),
            ('msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(os);\\n"\n', 1, "not a gettext catalogue: "),
            ('msgid "a"\nmsgstr "%(x)s"\n', 2, "the text has no %(x)s, expected no %(name)s"),
        ],
    )
    def test_broken_catalogue(self, po: str, line: int, message: str) -> None:
        """A catalogue that cannot be read, or that fills in what a text does not have, is refused with its line."""
        loaded = templates.load(theme(), locales={"xx": po.encode()})

        assert [("templates/locale/xx.po", line)] == [(each.span.path, each.span.line) for each in loaded.diagnostics]
        assert loaded.diagnostics[0].message.startswith(message)

    def test_russian_is_complete(self) -> None:
        """The Russian catalogue has every text of the theme and of the program's titles, and no other."""
        from babel.messages.pofile import read_po

        used = {"Tags"}
        for text in theme().values():
            for _, _, words, _ in babel_extract(
                io.BytesIO(text), ("_", "gettext", "ngettext"), [], {"trimmed": "true"}
            ):
                used.add(words if isinstance(words, str) else str((words or ("",))[0]))
        for module in (ROOT / "src" / "csto_site" / "views").glob("*.py"):
            used |= set(re.findall(r'\.text\("([^"]+)"\)', module.read_text()))
        catalog = read_po(io.BytesIO(locales()["ru"]))
        known = {each.id if isinstance(each.id, str) else each.id[0] for each in catalog if each.id and each.string}

        assert used == known


@pytest.fixture(scope="module")
def loaded() -> Templates:
    return load()


class TestTheme:
    """The built-in pages."""

    @pytest.mark.parametrize("full", [True, False])
    @pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("parts/")])
    def test_pages_are_html(self, loaded: Templates, name: str, *, full: bool) -> None:
        """Each page, whether full or nearly empty, is HTML without parse errors, inline styles or inline scripts."""
        fields = ITEM if name == "item.html" else {}
        html = loaded.render(name, "en", **page_of(name, full=full, **fields))
        html5lib.HTMLParser(strict=True).parse(html)

        assert [] == re.findall(r"<style|\sstyle=|\son\w+=|<script>", html)
        assert 0 <= html.encode().find(b'<meta charset="utf-8">') < 1000

    @pytest.mark.parametrize("name", [n for n in PAGES if n not in {"latest.html", "redirect.html"} and "/" not in n])
    def test_frame(self, loaded: Templates, name: str) -> None:
        """Each page has one `h1`, one `main`, and the security policy before all else in its head."""
        html = loaded.render(name, "en", **page_of(name, **(ITEM if name == "item.html" else {})))

        assert (1, 1) == (html.count("<h1"), html.count("<main"))
        assert '<head>\n<meta http-equiv="Content-Security-Policy"' in html
        assert "unsafe-inline" not in html

    def test_parts(self, loaded: Templates) -> None:
        """The parts print menu, feeds and assets from `site` alone."""
        site = page_of("home.html")["site"]
        parts = [loaded.render(name, "en", site=site) for name in PAGES if name.startswith("parts/")]

        assert 3 == len(parts)
        assert '<link rel="stylesheet" href="site.1.css">' in parts[0]

    def test_order_of_an_item(self, loaded: Templates) -> None:
        """An item comes in the order that its readers know: rail, section, title with date, text, ways out."""
        views = page_of("item.html", section=context.LinkTo(title="Section", url="s/"), **ITEM)
        html = loaded.render("item.html", "en", **views)
        marks = ["Earlier", ">Section<", "<h1>Title</h1>", 'class="dateline"', 'id="site:withdrawn"', 'class="lead"']
        marks += ["The body", 'class="video"', "Pictures", "Documents", "Source:", 'id="site:history"']
        marks += ['rel="tag"', 'class="translations"', 'rel="prev"', 'rel="next"']
        marks += [">Go back</a>", ">Back to the section</a>", ">Back to the all news</a>"]
        places = [html.find(mark) for mark in marks]

        assert sorted(places) == places
        assert -1 not in places

    def test_rail_shows_leads(self, loaded: Templates) -> None:
        """The rail shows date and lead, and the title only where there is no lead."""
        teaser = example(context.Teaser, title="Its title", lead=("One.", "Two."), date=example(context.Date, time=""))
        bare = msgspec.structs.replace(teaser, lead=())
        html = loaded.render("item.html", "en", **page_of("item.html", rail=(teaser, bare), **ITEM))
        rail = html.partition("<aside")[2].partition("</aside>")[0]

        assert ["One.", "Two.", "Its title"] == re.findall(r"<span>(.*?)</span>", rail)

    def test_hreflang(self, loaded: Templates) -> None:
        """A page names its translations, itself and the version for everyone else; without translations nothing."""
        other = example(context.Translation, language="ru", absolute="https://h/ru/")
        views = page_of(
            "page.html", translations=(other,), canonical="https://h/", x_default="", body=Markup("<p>x</p>")
        )
        html = loaded.render("page.html", "en", **views)
        alone = loaded.render("page.html", "en", **page_of("page.html", full=False))

        assert [("en", "https://h/"), ("ru", "https://h/ru/"), ("x-default", "https://h/")] == re.findall(
            r'hreflang="([^"]+)" href="(https[^"]+)"', html
        )
        assert "hreflang" not in alone

    def test_bars(self, loaded: Templates) -> None:
        """Years have bars as long as their share, and counts in words."""
        years = (context.Period(title="2024", url="2024/", count=1, share=40),)
        html = loaded.render("listing.html", "en", **page_of("listing.html", years=years, months=()))

        assert 1 == html.count('<rect width="40" height="8">')
        assert "<span>1 item</span>" in html

    def test_no_colliding_ids(self, loaded: Templates) -> None:
        """The theme's own ids begin with `site:`, so that none is equal to a heading's or an item's."""
        for name in PAGES:
            html = loaded.render(name, "en", **page_of(name, full=False, **(ITEM if name == "item.html" else {})))
            assert [] == [each for each in re.findall(r'\sid="([^"]+)"', html) if not each.startswith("site:")]

    def test_small(self) -> None:
        """Style sheet and script stay small, and know no other host."""
        import gzip

        assets = ROOT / "static" / "assets"
        style, script = (assets / "site.css").read_bytes(), (assets / "site.js").read_bytes()

        assert len(gzip.compress(style)) < 5000
        assert len(gzip.compress(script)) < 1800
        assert b"//" not in re.sub(rb"(?m)^\s*//.*|; //.*", b"", style + script).replace(b"http://www.w3.org", b"")


SOURCE = '''
class Site(View):
    """The site."""

    title: str
    """Its title."""
    sections: tuple[LinkTo, ...]
    """Its sections."""

class LinkTo(View):
    """A link."""

    url: str | None
    """Where to."""
    assets: Mapping[str, str]
    """Files."""

class Page(View):
    """Any page."""

    title: str
    """A title."""

class Home(Page):
    """The home page."""

PAGES: Mapping[str, tuple[type[View], ...]] = {"home.html": (Home,), "foot.html": ()}
'''


class TestManual:
    """The manual's tables."""

    def test_table(self) -> None:
        """Views, fields, types and meanings are printed from the module's text."""
        text = reference.table(SOURCE)

        assert "| `home.html` | [Site](#site) | [Home](#home) |\n| `foot.html` | [Site](#site) | not given |" in text
        assert "| `sections` | list of [LinkTo](#linkto) | Its sections. |" in text
        assert "| `url` | text or none | Where to. |\n| `assets` | mapping of text to text | Files. |" in text
        assert "The home page. It has all fields of [Page](#page).\n" in text

    def test_every_field_is_documented(self) -> None:
        """Every field of every view has a row."""
        text = reference.table(source())
        missing = [
            (view.name, field.target.id)
            for view in ast.parse(source()).body
            if isinstance(view, ast.ClassDef)
            for field in view.body
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
            if f"| `{field.target.id}` |" not in text.partition(f"#### {view.name}\n")[2].partition("####")[0]
        ]

        assert [] == missing

    def test_manual_is_current(self, request: pytest.FixtureRequest) -> None:
        """The manual holds the tables as they are now (`pytest --update-golden` renews them)."""
        manual = ROOT / "docs" / "templates.md"
        renewed = reference.renewed(manual.read_text(), source())
        if request.config.getoption("update_golden", default=False):
            manual.write_text(renewed)

        assert renewed == manual.read_text()

    @pytest.mark.parametrize(
        ("title", "known"), [("Filters", names.FILTERS), ("Tests", names.TESTS), ("Functions", names.GLOBALS)]
    )
    def test_lists_are_current(self, title: str, known: frozenset[str]) -> None:
        """The manual names all filters, tests and functions that templates may use."""
        manual = (ROOT / "docs" / "templates.md").read_text()
        line = manual.partition(f"\n{title}: ")[2].partition("\n")[0]

        assert {each for each in known if each[0].isalnum() or each == "_"} == set(re.findall(r"`(\w+)`", line))


def source() -> str:
    return (ROOT / "src" / "csto_site" / "context.py").read_text()
