"""A body to fragment, links, headings and text: the same promises in both dialects."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csto_site.diagnostics import Checked, Diagnostic
from csto_site.markup import Converted, convert, plain, resolved, styled
from csto_site.model import Dialect, Form, Heading, Link, LinkKind
from pages import parsed

URL = "https://news.example.org/repo/"
LINE = 5

both = pytest.mark.parametrize("dialect", list(Dialect))
python = Dialect.PYTHON_MARKDOWN
commonmark = Dialect.COMMONMARK


def made(
    body: str, dialect: Dialect = commonmark, *, form: Form = Form.TEXT, language: str = "en", url: str = URL
) -> Checked[Converted]:
    return convert(
        body, dialect=dialect, form=form, path="content/news/x.md", first_line=LINE, language=language, url=url
    )


def html(body: str, dialect: Dialect = commonmark, **more: str) -> str:
    value = made(body, dialect, **more).value  # type: ignore[arg-type] # options are all of other types
    return resolved(value.fragment, [f"{link.target}#{link.fragment}".removesuffix("#") for link in value.facts.links])


def questions(body: str, dialect: Dialect = commonmark, language: str = "en") -> str:
    return made(body, dialect, form=Form.QUESTIONS, language=language).value.fragment


def spots(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[str, int, int, int]]:
    return [(each.code, each.span.line, each.span.column, each.span.length) for each in diagnostics]


def codes(body: str, dialect: Dialect = commonmark) -> list[str]:
    return [each.code for each in made(body, dialect).diagnostics]


def messages(body: str, dialect: Dialect = commonmark) -> list[str]:
    return [each.message for each in made(body, dialect).diagnostics]


class TestDialects:
    @both
    def test_references_to_what_no_page_may_hold(self, dialect: Dialect) -> None:
        """They are shown as browsers would show them, or left out."""
        body = "&#128;&#x96;&#x81;&#127;&#1;&#xFDD0;&#x1FFFE;<b>x</b>"

        assert "<p>\u20ac\u2013<b>x</b></p>" == html(body, dialect).rstrip()

    @both
    def test_news_item(self, dialect: Dialect) -> None:
        """Paragraphs, emphasis, lists, quotes and code come out the same in both dialects."""
        body = "One *two* **three** `four`.\n\n- a\n- b\n\n1. c\n\n> d\n"
        lists = "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<ol>\n<li>c</li>\n</ol>\n"
        expected = (
            "<p>One <em>two</em> <strong>three</strong> <code>four</code>.</p>\n"
            + lists
            + "<blockquote>\n<p>d</p>\n</blockquote>"
        )

        assert expected == html(body, dialect).strip()

    @both
    def test_table(self, dialect: Dialect) -> None:
        """A table keeps its alignment without any style."""
        fragment = html("| a | b |\n|:-:|--:|\n| c | d |\n", dialect)

        assert ('<th align="center">a</th>', '<td align="right">d</td>') == tuple(
            cell for cell in re.findall(r"<t[hd].*?</t[hd]>", fragment) if "a</" in cell or "d</" in cell
        )

    @both
    def test_a_page_aligns_by_classes(self, dialect: Dialect) -> None:
        """Where there is a style sheet the attribute, which HTML no longer has, becomes a class of its own."""
        body = 'align="right"\n\n| a | b |\n|:--|--:|\n| c | d |\n'
        fragment = styled(html(body, dialect))

        assert ["<td>c</td>", '<td class="end">d</td>'] == re.findall(r"<td.*?</td>", fragment)
        assert '<p>align="right"</p>' in fragment

    @both
    def test_strikethrough(self, dialect: Dialect) -> None:
        """Two tildes strike a text through."""
        assert "<p><del>gone</del></p>" == html("~~gone~~", dialect).strip()

    @both
    def test_bare_links(self, dialect: Dialect) -> None:
        """An address alone becomes a link."""
        expected = '<p>See <a href="https://example.org/a">https://example.org/a</a>.</p>'

        assert expected == html("See https://example.org/a.", dialect).strip()

    @both
    def test_fenced_code(self, dialect: Dialect) -> None:
        """Fenced code keeps its language as a class."""
        expected = '<pre><code class="language-python">a &lt; b\n</code></pre>'

        assert expected == html("```python\na < b\n```\n", dialect).strip()

    @both
    def test_definition_list(self, dialect: Dialect) -> None:
        """A line that begins with a colon defines the term above it."""
        assert "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>" == html("Term\n:   Meaning\n", dialect).strip()

    @both
    def test_footnotes(self, dialect: Dialect) -> None:
        """A footnote and the way back are links to ids that exist, in a section of their own."""
        value = made("A[^1].\n\n[^1]: The note.\n", dialect).value

        assert [("", "fn-1"), ("", "fnref-1")] == [(each.target, each.fragment) for each in value.facts.links]
        assert {"fn-1", "fnref-1"} == set(value.facts.anchors)
        assert 1 == value.fragment.count('<section class="footnotes">') == value.fragment.count("</section>")

    @both
    @pytest.mark.parametrize("label", ["ü", "примечание", "й", "ÿ%20", "50%", "a&b", "1.2", "ΑΣ"])
    def test_footnotes_by_any_name(self, label: str, dialect: Dialect) -> None:
        """Whatever a footnote is called, the ways to and fro lead to ids that there are."""
        value = made(f"A[^{label}] b[^{label}].\n\n[^{label}]: The note.\n", dialect).value

        assert 4 == len(value.facts.links)
        assert {each.fragment for each in value.facts.links} == set(value.facts.anchors)

    @both
    def test_a_footnote_that_nothing_refers_to(self, dialect: Dialect) -> None:
        """It is named at its place, and no way leads back from it."""
        checked = made("A[^1].\n\n[^1]: One.\n[^unused]: Two.\n", dialect)

        assert ["fn-1", "fnref-1"] == [each.fragment for each in checked.value.facts.links]
        assert [("markup/footnote", LINE + 3, 1, 9)] == spots(checked.diagnostics)

    @both
    def test_a_footnote_written_twice(self, dialect: Dialect) -> None:
        """Readers would reach only one of the two; in code they are no footnotes."""
        checked = made("A[^1].\n\n[^1]: One.\n\n[^1]: Two.\n", dialect)
        code = "A[^1].\n\n[^1]: One.\n\n```\n[^1]: Two.\n```\n"

        assert [("markup/footnote", LINE + 4, 1, 4)] == spots(checked.diagnostics)
        assert [] == codes(code, dialect)

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            ("![x](photo.jpg =300x) ![](photo.jpg)", [("image/alt-missing", LINE, 27, 9)]),
            ("See (photo.jpg) or 'photo.jpg':\n\n![]( photo.jpg 'x')", [("image/alt-missing", LINE + 2, 6, 9)]),
        ],
    )
    def test_equal_texts_elsewhere(self, body: str, found: list[tuple[str, int, int, int]]) -> None:
        """The place of an address is where a link or tag has one, not the first text that equals it."""
        assert found == spots(made(body).diagnostics)

    def test_equal_attributes(self) -> None:
        """The value of another attribute is no address."""
        links = made('<p title="x" data-a=x>a</p>\n\n<audio><source src=x></audio>').value.facts.links

        assert [(LINE + 2, 20)] == [(each.line, each.column) for each in links]

    @both
    def test_footnotes_way_back_has_a_name_in_the_language(self, dialect: Dialect) -> None:
        """The arrow back to the text has a name that a screen reader can say."""
        body = "A[^1].\n\n[^1]: The note.\n"

        assert 'aria-label="Вернуться к тексту"' in html(body, dialect, language="ru")
        assert 'aria-label="Back to the text"' in html(body, dialect, language="xx")

    @both
    def test_footnotes_in_text(self, dialect: Dialect) -> None:
        """The plain text holds the note but neither its number nor its arrow."""
        assert "A.\nThe note." == made("A[^1].\n\n[^1]: The note.\n", dialect).value.text

    @both
    def test_footnote_in_a_footnote(self, dialect: Dialect) -> None:
        """A note that stands in another one is not lost, whatever the engine makes of its place."""
        text = made("A[^1] b[^3].\n\n[^1]: - One[^2]\n\n        [^2]: Two\n\n[^3]: Three\n", dialect).value.text

        assert {"One", "Two", "Three"} == set(re.findall("One|Two|Three", text))

    def test_attribute_list(self) -> None:
        """In Python-Markdown braces give an element an id."""
        assert '<p id="here">Text</p>' == html("Text\n{: #here }\n", python).strip()

    def test_task_list(self) -> None:
        """In CommonMark a task's state is a character, since a field without a label says nothing."""
        assert "☑ done\n☐ open" == made("- [x] done\n- [ ] open\n", commonmark).value.text

    @both
    def test_nothing_is_carried_over(self, dialect: Dialect) -> None:
        """A document converts in the same way whatever came before it."""
        first = "# A\n\n[x](y.md)[^1] [ref]\n\n[ref]: /r/\n\n[^1]: note\n"
        second = "# A\n\n[ref] [^1] {{ tag }} <b id=a>\n\n" + "> " * 500 + "x"
        before = made(first, dialect)
        made(second, dialect)

        assert before == made(first, dialect)

    @both
    def test_line_ends(self, dialect: Dialect) -> None:
        """Line ends of other systems change nothing."""
        body = "# A\n\nb\nc\n\n[d](e.md)\n"

        assert (
            made(body, dialect) == made(body.replace("\n", "\r\n"), dialect) == made(body.replace("\n", "\r"), dialect)
        )


class TestReferences:
    @both
    @pytest.mark.parametrize(
        ("written", "target", "fragment"),
        [
            ("../x.md", "../x.md", ""),
            ("/news/2024/", "/news/2024/", ""),
            ("x.md#part", "x.md", "part"),
            ("#part", "", "part"),
            ("%D0%B0.md#%D0%B1", "а.md", "б"),
            ("а.md#б", "а.md", "б"),
            ("/old.php?ID=7&b=%20", "/old.php?ID=7&b=%20", ""),
            (URL, "/", ""),
            (URL[:-1], "/", ""),
            (URL + "news/#a", "/news/", "a"),
        ],
    )
    def test_internal(self, dialect: Dialect, written: str, target: str, fragment: str) -> None:
        """What leads to this site becomes a token, with its target decoded and its place."""
        checked = made(f"Text\n\nSee [it]({written}).\n", dialect)

        assert (Link(target, fragment, LinkKind.LINK, LINE + 2, 10, len(written)),) == checked.value.facts.links
        assert '<p>See <a href="\x020\x03">it</a>.</p>' in checked.value.fragment
        assert () == checked.diagnostics

    @both
    @pytest.mark.parametrize(
        "written",
        [
            "https://example.org/a?b=c#d",
            "http://example.org/",
            "HTTPS://EXAMPLE.ORG/",
            "//example.org/x",
            "mailto:press@example.org",
            "tel:+74950000000",
            "https://news.example.org/other/",
            "https://news.example.org/repository/",
        ],
    )
    def test_external(self, dialect: Dialect, written: str) -> None:
        """What leads elsewhere stays as it was written."""
        checked = made(f"[it]({written})", dialect)

        assert f'<p><a href="{written}">it</a></p>' == checked.value.fragment.strip()
        assert ((), ()) == (checked.value.facts.links, checked.diagnostics)

    @both
    @pytest.mark.parametrize(
        "written",
        [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "%ff",
            "a#%ff",
            "/a%00b",
            "http://[",
        ],
    )
    def test_refused(self, dialect: Dialect, written: str) -> None:
        """Scripts, data and what cannot be read never become an address, and that is said."""
        checked = made(f"ab [it]({written})", dialect)

        assert "<p>ab <a>it</a></p>" == checked.value.fragment.strip()
        assert [("markup/removed", LINE, 9, len(written))] == spots(checked.diagnostics)

    @both
    @pytest.mark.parametrize(
        "raw",
        [
            '<a href="java\nscript:alert(1)">x</a>',
            '<a href=" &#1; javascript:alert(1)">x</a>',
            "<a href=&#106;avascript:alert(1)>x</a>",
            '<a href="java&Tab;script:alert(1)">x</a>',
            '<img src="javascript:alert(1)">',
            '<img src=x onerror="alert(1)">',
            "<svg onload=alert(1)></svg>",
            '<math><a href="javascript:alert(1)">x</a></math>',
            "<style>p { background: url(javascript:alert(1)) }</style>",
            "<iframe src=javascript:alert(1)></iframe>",
            "<form action=javascript:alert(1)><button>x</button></form>",
            "<object data=javascript:alert(1)></object>",
            "<a xlink:href=javascript:alert(1)>x</a>",
            '<video poster="javascript:alert(1)"></video>',
            "<p style='x:javascript:alert(1)'>x</p>",
        ],
    )
    def test_scripts_in_raw_html(self, dialect: Dialect, raw: str) -> None:
        """No disguise of a script survives as markup."""
        checked = made(f"{raw}\n", dialect)
        tags = "".join(re.findall(r"<[^>]*>", checked.value.fragment))

        assert re.search(r"script|alert|style|\bon\w+=", tags) is None
        assert "markup/removed" in [each.code for each in checked.diagnostics]

    @both
    def test_disguised_host(self, dialect: Dialect) -> None:
        """A backslash is a slash to a browser: such an address is foreign."""
        checked = made(r'<a href="/\example.org">x</a>', dialect)

        assert ((), True) == (checked.value.facts.links, 'href="//example.org"' in checked.value.fragment)

    @both
    def test_kinds(self, dialect: Dialect) -> None:
        """Links, pictures and sound are told apart, and stand in the order of the text."""
        body = 'a [b](b.pdf) ![c](c.png) <audio src="d.mp3"></audio> <video src="e.mp4" poster="f.png"></video>\n'
        found = [(each.target, each.kind.value, each.column) for each in made(body, dialect).value.facts.links]

        assert [
            ("b.pdf", "link", 7),
            ("c.png", "image", 19),
            ("d.mp3", "file", 38),
            ("e.mp4", "file", 66),
            ("f.png", "image", 81),
        ] == found

    @both
    def test_positions_of_equal_targets(self, dialect: Dialect) -> None:
        """Links to one target are found one after the other."""
        links = made("[a](x.md)\n[b](x.md#y)\n\n[c](x.md) xx.md\n", dialect).value.facts.links

        assert [(LINE, 5), (LINE + 1, 5), (LINE + 3, 5)] == [(each.line, each.column) for each in links]

    @both
    def test_position_of_a_definition(self, dialect: Dialect) -> None:
        """A link by reference stands where its address is defined."""
        links = made("[a] and [a]\n\n[a]: ../x.md\n", dialect).value.facts.links

        assert [(LINE + 2, 6, 7)] * 2 == [(each.line, each.column, each.length) for each in links]

    def test_position_unknown(self) -> None:
        """An address written so that no search finds it has line 0."""
        assert (Link("a*b", "", LinkKind.LINK, 0, 0, 0),) == made(r"[x](a\*b)").value.facts.links

    @both
    def test_links_get_no_rel(self, dialect: Dialect) -> None:
        """Cleaning adds nothing to a link."""
        assert '<a href="/x/">x</a>' in html("[x](/x/)", dialect)

    @both
    def test_no_site_url(self, dialect: Dialect) -> None:
        """Without the site's own URL every absolute one is foreign."""
        assert () == made("[x](https://news.example.org/)", dialect, url="").value.facts.links


class TestTokens:
    def test_resolved(self) -> None:
        """URLs take the place of tokens, escaped for an attribute."""
        fragment = made("[a](x.md) [b](y.md) [c](z.md)").value.fragment

        assert (
            '<p><a href="/a?b&amp;c">a</a> <a href="&quot;&lt;">b</a> <a href="d">c</a></p>'
            == resolved(fragment, ["/a?b&c", '"<', "d"]).strip()
        )

    @both
    @pytest.mark.parametrize(
        "mark", ["\x02{}\x03", "&#2;{}&#3;", "&#x2;{}&#x03;", "&#02{}&#00003", "\x04{}\x05", "&#4;{}&#5;"]
    )
    def test_forged(self, dialect: Dialect, mark: str) -> None:
        """A text cannot forge a token, nor the mark of a template tag."""
        forged = mark.format(0)
        fragment = html(f'[x](/x/) {forged} <b title="{forged}">="{forged}"</b> {{{{ tag }}}}', dialect)

        assert 1 == fragment.count("/x/")
        assert None is re.search(r"[\x00-\x08]", fragment)

    @given(
        st.lists(
            st.sampled_from(["\x02", "\x03", "\x04", "\x05", "\x06", "&#2;", "&#3;", "&#4;", "0", "{{a}}", '="', "`"])
        )
    )
    def test_forged_at_random(self, parts: list[str]) -> None:
        """No mixture of marks raises or leaves one behind."""
        for dialect in Dialect:
            assert None is re.search(r"[\x00-\x08]", html("".join(parts), dialect))


class TestCleaning:
    @both
    @pytest.mark.parametrize(
        "raw",
        [
            '<b lang="ru" dir="ltr" title="t" id="i">x</b>',
            "<kbd>x</kbd> <mark>y</mark> <small>z</small> <sub>1</sub> <sup>2</sup>",
            '<time datetime="2024-07-26">26.07.2024</time>',
            '<abbr title="t">x</abbr> <cite>y</cite> <q>z</q> <ins>a</ins>',
            "a <!-- comment --> b",
            "<B>x</B><br/>",
            '<a rel="nofollow" href="https://example.org/">x</a>',
        ],
    )
    def test_kept(self, dialect: Dialect, raw: str) -> None:
        """Prose keeps its HTML, and what cleaning writes otherwise is no news."""
        assert () == made(f"Text {raw}\n", dialect).diagnostics

    @both
    def test_blocks_kept(self, dialect: Dialect) -> None:
        """Figures, details and tables written as HTML stay."""
        body = (
            '<figure><img src="x.png" alt="x"><figcaption>c</figcaption></figure>\n\n'
            "<details open><summary>s</summary><p>t</p></details>\n\n"
            '<table><tr><td colspan="2">a</td></tr></table>\n'
        )
        checked = made(body, dialect)

        assert ((), "c\ns\nt\na") == (checked.diagnostics, checked.value.text)

    @both
    @pytest.mark.parametrize(
        ("raw", "column", "length", "message"),
        [
            ("<iframe src='x'></iframe>", 3, 16, "'<iframe>' was taken away: expected prose, tables, images or sound"),
            ("<Font>x</Font>", 3, 6, "'<Font>' was taken away: expected prose, tables, images or sound"),
            (
                '<b onclick="x()">x</b>',
                6,
                7,
                "the attribute 'onclick' of '<b>' was taken away: expected a style sheet to do what it does",
            ),
            (
                '<i class="note">x</i>',
                13,
                4,
                "the class 'note' of '<i>' was taken away: expected 'language-…' on code alone",
            ),
            (
                '<audio src="http://example.org/a.mp3"></audio>',
                15,
                24,
                "the address 'http://example.org/a.mp3' of '<audio>' was taken away: expected a path or https",
            ),
            (
                '<video poster="https://example.org/a.jpg"></video>',
                18,
                25,
                "the address 'https://example.org/a.jpg' of '<video>' was taken away: expected a path",
            ),
        ],
    )
    def test_removed(self, dialect: Dialect, raw: str, column: int, length: int, message: str) -> None:
        """What cleaning takes away is named, at its place."""
        checked = made(f"a\nb\n\n. {raw}\n", dialect)

        assert [("markup/removed", LINE + 3, column, length)] == spots(checked.diagnostics)
        assert [message] == [each.message for each in checked.diagnostics]

    @both
    def test_removed_twice(self, dialect: Dialect) -> None:
        """Equal things are named one after the other, each at its own place."""
        found = spots(made("a <font>b</font>\n<font>c</font>\n", dialect).diagnostics)

        assert [("markup/removed", LINE, 3, 6), ("markup/removed", LINE + 1, 1, 6)] == found

    @both
    def test_removed_from_equal_tags(self, dialect: Dialect) -> None:
        """All that is taken out of one tag is found there, and of the next equal one in that."""
        tag = '<b style="x" id="not" class="note">x</b>'
        found = spots(made(f"{tag}\n{tag}\n", dialect).diagnostics)

        assert [(LINE, 4, 5), (LINE, 30, 4), (LINE + 1, 4, 5), (LINE + 1, 30, 4)] == [each[1:] for each in found]

    @both
    def test_removed_in_a_list(self, dialect: Dialect) -> None:
        """A tag that spans lines is found where its margin is no part of it."""
        found = made('- a\n\n    <img alt="x" src="y.png"\n    style="z">\n', dialect).diagnostics

        assert [("markup/removed", LINE + 2, 5, 24)] == spots(found)

    @both
    def test_not_in_code(self, dialect: Dialect) -> None:
        """HTML in code is text: nothing is taken away."""
        checked = made('`<iframe style="x">`\n\n    <script>x</script>\n\n```\n<b onclick=x>\n```\n', dialect)

        assert ((), True) == (checked.diagnostics, "<script>x</script>" in checked.value.text)

    def test_never_closed(self) -> None:
        """A tag that is never closed takes the rest with it in CommonMark, and that is said."""
        body = '<div title="\n\nrest of the text\n'

        assert ["'<div title=\"' is never closed: expected a '>' at its end"] == messages(body, commonmark)
        assert '<div title="\nrest of the text' == made(body, python).value.text

    @both
    def test_script_content(self, dialect: Dialect) -> None:
        """A script goes with its content, and what looks like a tag in it is not named."""
        checked = made('<script>document.write("<font>")</script>\n\nText\n', dialect)

        assert ("Text", 1) == (checked.value.text, len(checked.diagnostics))

    @both
    def test_ids_of_the_theme(self, dialect: Dialect) -> None:
        """What a page's own parts are called no body may be: the ids are taken away, and headings get another."""
        checked = made("<p id='site:cite'>Y</p>\n\n<h2 id='site:a b'>Z</h2>\n", dialect)
        expected = "the id '{}' of '<{}>' was taken away: expected one that does not begin with 'site:'"

        assert [expected.format("site:cite", "p"), expected.format("site:a b", "h2")] == [
            each.message for each in checked.diagnostics
        ]
        assert [("markup/removed", LINE, 8, 9), ("markup/removed", LINE + 2, 9, 8)] == spots(checked.diagnostics)
        assert (("z",), False) == (checked.value.facts.anchors, "site:" in checked.value.fragment)

    @both
    def test_ids_of_the_theme_in_headings(self, dialect: Dialect) -> None:
        """A heading that was given such an id has the one that its words make."""
        value, found = made("[s](#site:main)\n\n## X {#site:main}\n", dialect)
        expected = [("markup/removed", LINE + 2, 8, 9)] if dialect is python else []

        assert (("x",), ' id="site:' in value.fragment) == (value.facts.anchors, False)
        assert expected == spots(found)

    @both
    def test_sound(self, dialect: Dialect) -> None:
        """Sound and video get controls, whoever wrote them without, and nothing of them is fetched before a click."""
        for tag in ("audio", "video"):
            for written in ("", ' preload="auto"', " preload autoplay"):
                fragment = html(f'<{tag} src="https://example.org/a"{written}></{tag}>\n', dialect)
                names = {"controls": "", "preload": "none", "src": "https://example.org/a"}

                assert names == dict(parsed(fragment).xpath(f"//{tag}")[0].attrib)

    @both
    def test_old_anchors(self, dialect: Dialect) -> None:
        """An anchor of the old kind becomes an id."""
        checked = made('<a name="part"></a>Text', dialect)

        assert (("part",), ()) == (checked.value.facts.anchors, checked.diagnostics)
        assert '<a id="part"></a>' in checked.value.fragment

    @both
    def test_ids_are_unique(self, dialect: Dialect) -> None:
        """Of two equal ids the first is kept."""
        assert 1 == html('<p id="a">x</p>\n\n<p id="a">y</p>\n', dialect).count('id="a"')


class TestHeadings:
    @both
    def test_ids(self, dialect: Dialect) -> None:
        """Ids are made as GitHub makes them, in any script, and are the same in both dialects."""
        body = "## История и мир\n\n## What's *new*, 2024?\n\n## हिन्दी\n\n## 問い\n\n## …\n\n## A_b - c\n"
        expected = ("история-и-мир", "whats-new-2024", "हिन्दी", "問い", "section", "a_b---c")

        assert expected == tuple(each.id for each in made(body, dialect).value.facts.headings)

    @both
    def test_repeated(self, dialect: Dialect) -> None:
        """A heading that comes again gets a number, and never the id of another."""
        body = "## A\n\n## A\n\n## A 1\n\n## A\n"

        assert ["a", "a-1", "a-1-1", "a-2"] == [each.id for each in made(body, dialect).value.facts.headings]

    @both
    def test_explicit(self, dialect: Dialect) -> None:
        """An id that was written is kept, in the attribute list's form too."""
        body = "## One {#first}\n\n## Two\n\n<h2 id='two'>Three</h2>\n"
        expected = (Heading(2, "first", "One"), Heading(2, "two-1", "Two"), Heading(2, "two", "Three"))

        assert expected == made(body, dialect).value.facts.headings

    @both
    def test_not_those_of_footnotes(self, dialect: Dialect) -> None:
        """A heading cannot take a footnote's id."""
        facts = made("## fn 1\n\nA[^1]\n\n[^1]: note\n", dialect).value.facts

        assert ("fn-1-1", True) == (facts.headings[0].id, len(facts.anchors) == len(set(facts.anchors)))

    @both
    def test_levels_without_h1(self, dialect: Dialect) -> None:
        """Without a first-level heading the levels stay."""
        assert [2, 3, 6] == [each.level for each in made("## a\n\n### b\n\n###### c\n", dialect).value.facts.headings]

    @both
    def test_levels_with_h1(self, dialect: Dialect) -> None:
        """The page's own title is the only h1: a body that uses it is moved down as a whole."""
        checked = made("# a\n\n## b\n\nc\n=\n\n###### d\n", dialect)

        assert [2, 3, 2, 6] == [each.level for each in checked.value.facts.headings]
        assert "<h1" not in checked.value.fragment

    @both
    def test_text(self, dialect: Dialect) -> None:
        """A heading's text is plain."""
        heading = made("## A *b* `<c>` & [d](e.md)\n", dialect).value.facts.headings[0]

        assert "A b <c> & d" == heading.text


class TestImages:
    @both
    def test_lazy(self, dialect: Dialect) -> None:
        """Pictures load when they come into view."""
        checked = made("![alt](x.png)", dialect)

        assert ('loading="lazy"' in checked.value.fragment, ()) == (True, checked.diagnostics)

    @both
    @pytest.mark.parametrize(
        ("body", "column", "length"),
        [
            ("a ![](x.png)", 7, 5),
            ('a <img src="x.png">', 13, 5),
            ("a <img src=x.png>", 12, 5),
        ],
    )
    def test_without_alt(self, dialect: Dialect, body: str, column: int, length: int) -> None:
        """A picture that says nothing to those who cannot see it is a warning."""
        checked = made(body, dialect)

        assert [("image/alt-missing", LINE, column, length)] == spots(checked.diagnostics)
        assert ' alt=""' in checked.value.fragment

    @both
    @pytest.mark.parametrize(
        ("body", "column", "fragment"),
        [
            ("a ![A b](https://e.org/x.png)", 10, 'a <a href="https://e.org/x.png"><img '),
            ("a ![](http://e.org/x?a&b)", 7, "a <img "),
            ('a <img src="//e.org/x" alt="&lt;" id="y">', 13, 'a <a href="//e.org/x"><img '),
            ("[a ![A b](https://e.org/x.png)](c.md) ![d](e.png)", 11, '<a href="\x020\x03">a <img '),
            ("[a](c.md) ![A b](https://e.org/x.png)", 18, '</a> <a href="https://e.org/x.png"><img '),
        ],
    )
    def test_elsewhere(self, dialect: Dialect, body: str, column: int, fragment: str) -> None:
        """A picture elsewhere leads there, for browsers only show its words; without words it leads nowhere."""
        checked = made(body, dialect)

        assert [("image/elsewhere", LINE, column)] == [each[:3] for each in spots(checked.diagnostics)]
        assert fragment in checked.value.fragment

    @both
    def test_decorative(self, dialect: Dialect) -> None:
        """Who writes an empty alt in HTML says that the picture is decorative."""
        assert [] == codes('a <img src="x.png" alt="">', dialect)

    @both
    def test_message(self, dialect: Dialect) -> None:
        """The message names the picture."""
        expected = "an image without alternative text: 'x.png', expected words that say what it shows"

        assert [expected] == messages("![](x.png)", dialect)

    @both
    def test_without_address(self, dialect: Dialect) -> None:
        """A picture whose address was taken away is taken out whole."""
        checked = made("a ![b](data:image/png;base64,AAAA) c", dialect)

        assert ("<p>a  c</p>", ["markup/removed"]) == (
            checked.value.fragment.strip(),
            [each.code for each in checked.diagnostics],
        )


class TestTemplateTags:
    @both
    @pytest.mark.parametrize(
        "tag",
        [
            '{{< figure src="a_b_c" alt="*x*" >}}',
            "{{% notice %}}",
            "{% include a_b_.html %}",
            "{{ site.url | upcase }}",
            '{{< youtube id="https://example.org/" >}}',
            "{{< a\n  b >}}",
        ],
    )
    def test_visible(self, dialect: Dialect, tag: str) -> None:
        """A tag of another system stays as text, untouched by the engine, with a warning at its place."""
        checked = made(f"_a_ {tag} _b_\n", dialect)

        assert f"a {' '.join(tag.split())} b" == checked.value.text
        assert [("markup/template-tag", LINE, 5, len(tag.partition("\n")[0]))] == spots(checked.diagnostics)
        assert "<p><em>a</em> {" in checked.value.fragment

    @both
    def test_marks_beside_a_tag(self, dialect: Dialect) -> None:
        """Emphasis that begins or ends at a tag is emphasis."""
        checked = made("{{< box >}}_First._{{< /box >}} and {{< box >}}*second.*{{< /box >}}\n", dialect)

        assert 2 == checked.value.fragment.count("<em>")

    @both
    def test_escaped(self, dialect: Dialect) -> None:
        """What is HTML in a tag stays text."""
        assert "<p>{{&lt; a &lt;script&gt; &gt;}}</p>" == html("{{< a <script> >}}", dialect).strip()

    @both
    def test_once_for_each_name(self, dialect: Dialect) -> None:
        """A tag is named once in a file, its end tag not at all."""
        body = "{{< note a >}}x{{< /note >}} {{< note b >}} {% note %} {{< other >}}"
        expected = [
            "a template tag of another system: '{{< note a >}}', expected Markdown",
            "a template tag of another system: '{{< other >}}', expected Markdown",
        ]

        assert expected == messages(body, dialect)

    @both
    def test_far_down(self, dialect: Dialect) -> None:
        """In a long text its place is found otherwise, and is the same."""
        checked = made("Words.\n\n" * 2_000 + "{{< note >}}", dialect)

        assert [("markup/template-tag", LINE + 4_000, 1, 12)] == spots(checked.diagnostics)

    @both
    def test_in_code(self, dialect: Dialect) -> None:
        """In code a tag is what the text is about."""
        checked = made("`{{< a >}}`\n\n```\n{% b %}\n```\n\n    {{ c }}\n", dialect)

        assert ("{{< a >}}\n{% b %}\n{{ c }}", ()) == (checked.value.text, checked.diagnostics)

    @both
    @pytest.mark.parametrize("tag", ["{{ url }}", '{{< ref "x.md" >}}', "{% link x %}"])
    def test_as_address(self, dialect: Dialect, tag: str) -> None:
        """A tag as an address makes no link; all of it stays visible."""
        checked = made(f"See [the text]({tag}/x) there.", dialect)

        assert (f"See [the text]({tag}/x) there.", ()) == (checked.value.text, checked.value.facts.links)
        assert [("markup/template-tag", LINE, 16, len(tag))] == spots(checked.diagnostics)

    @both
    def test_as_address_in_html(self, dialect: Dialect) -> None:
        """In a tag's attribute it is taken away like any bad address."""
        checked = made('x <a href="{{ url }}/y">z</a>', dialect)

        assert ("x z", [("markup/removed", LINE, 12, 11)]) == (checked.value.text, spots(checked.diagnostics))

    @both
    def test_unclosed(self, dialect: Dialect) -> None:
        """Braces that are never closed are text, even where later ones close."""
        checked = made("a {{ b\n\nc }} d {% e\n", dialect)

        assert ("a {{ b\nc }} d {% e", ()) == (checked.value.text, checked.diagnostics)

    @both
    def test_table_cell(self, dialect: Dialect) -> None:
        """A tag's bar does not part a table's cells."""
        assert "a\nb\n{{ c | d }}\ne" == made("| a | b |\n|---|---|\n| {{ c | d }} | e |\n", dialect).value.text


class TestQuestions:
    @both
    def test_labels(self, dialect: Dialect) -> None:
        """Labelled questions and answers are set apart, and what stands before them stays outside."""
        expected = (
            "<p>Before.</p>\n"
            '<div class="question">\n<p><span class="label">Question:</span> One?</p>\n</div>\n'
            '<div class="answer">\n<p><span class="label">Answer:</span> Yes.</p>\n<p>More.</p>\n</div>\n'
            '<div class="question">\n<p><span class="label">Question:</span> Two?</p>\n</div>\n'
            '<div class="answer">\n<p><span class="label">Answer:</span> No.</p>\n</div>\n'
        )
        body = "Before.\n\nQuestion: One?\n\nAnswer: Yes.\n\nMore.\n\nQuestion: Two?\n\nAnswer: No.\n"

        assert expected == questions(body, dialect)

    @both
    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("**Question:** One?", '<p><strong><span class="label">Question:</span></strong> One?</p>'),
            ("**Question**: One?", '<p><span class="label"><strong>Question</strong>:</span> One?</p>'),
            ("**Question: One?**", '<p><strong><span class="label">Question:</span> One?</strong></p>'),
            ("*question 2 :* One?", '<p><em><span class="label">question 2 :</span></em> One?</p>'),
            ("Q: One?", '<p><span class="label">Q:</span> One?</p>'),
        ],
    )
    def test_emphasised_labels(self, dialect: Dialect, written: str, expected: str) -> None:
        """A label may be emphasised, numbered or short."""
        assert f'<div class="question">\n{expected}\n</div>\n' == questions(written, dialect)

    @both
    @pytest.mark.parametrize(
        ("language", "question", "answer"),
        [
            ("ru", "Вопрос", "Ответ"),
            ("kk", "Сұрақ", "Жауап"),
            ("hy", "Հարց", "Պատասխան"),
            ("de-AT", "Frage", "Antwort"),
        ],
    )
    def test_languages(self, dialect: Dialect, language: str, question: str, answer: str) -> None:
        """Labels are those of the item's language, and English ones."""
        for labels in ((question, answer), ("Question", "Answer")):
            fragment = questions(f"{labels[0]}: a\n\n{labels[1]}: b\n", dialect, language)

            assert [f"{labels[0]}:", f"{labels[1]}:"] == re.findall(r'<span class="label">(.*?)</span>', fragment)

    @both
    def test_a_wide_colon(self, dialect: Dialect) -> None:
        """As Chinese texts have it."""
        assert ["问：", "答："] == re.findall(
            r'<span class="label">(.*?)</span>', questions("问：a\n\n答：b\n", dialect, "zh")
        )

    @both
    def test_dashes(self, dialect: Dialect) -> None:
        """A dash opens a question; right after a question without answer it opens the answer."""
        body = "Intro.\n\n— One?\n\n— Yes.\n\nMore.\n\n– **Two?**\n\nNo.\n\n**— Three?**\n\n— Perhaps.\n"
        found = re.findall(r'<div class="(\w+)">\n(.*?)\n</div>', questions(body, dialect), re.DOTALL)

        assert [
            ("question", "— One?"),
            ("answer", "— Yes.\nMore."),
            ("question", "– Two?"),
            ("answer", "No."),
            ("question", "— Three?"),
            ("answer", "— Perhaps."),
        ] == [(kind, plain(inner)) for kind, inner in found]

    @both
    def test_dashes_among_labels(self, dialect: Dialect) -> None:
        """Where questions are labelled a dash is no more than a dash."""
        fragment = questions("Question: a\n\nAnswer: first\n\n— second\n", dialect)

        assert (1, 1) == (fragment.count('class="question"'), fragment.count('class="answer"'))

    @both
    def test_question_of_two_paragraphs(self, dialect: Dialect) -> None:
        """What stands between a question and a labelled answer is part of the question."""
        found = questions("Question: a\n\nb\n\n- c\n\nAnswer: d\n", dialect).partition('<div class="answer">')

        assert ("Question: a\nb\nc", "Answer: d") == (plain(found[0]), plain(found[2]))

    @both
    def test_blocks_of_an_answer(self, dialect: Dialect) -> None:
        """Lists, quotes and pictures belong to the answer before the next question."""
        body = "— a?\n\nb\n\n> — quoted\n\n- c\n\n![d](e.png)\n\n---\n\n— f?\n"
        fragment = questions(body, dialect)

        assert 2 == fragment.count('<div class="question">')
        assert "b\n— quoted\nc" == plain(fragment.partition('<div class="answer">')[2].partition("</div>")[0])

    @both
    def test_none(self, dialect: Dialect) -> None:
        """A body without questions stays as it is."""
        assert html("Text.\n\n- a\n", dialect) == questions("Text.\n\n- a\n", dialect)

    @both
    def test_only_where_asked_for(self, dialect: Dialect) -> None:
        """In other bodies nothing is marked up."""
        assert "<div" not in html("Question: a\n\nAnswer: b\n", dialect)


class TestFacts:
    @both
    def test_text_and_words(self, dialect: Dialect) -> None:
        """The plain text has a line for each block; words are counted in it."""
        value = made("# A  b\n\nc\n*d* `<e>` &amp; [f](g)\\\nh\n\n- i\n- j\n".replace("\\\n", "  \n"), dialect).value

        assert ("A b\nc d <e> & f h\ni\nj", 10) == (value.text, value.facts.words)

    @both
    def test_lead(self, dialect: Dialect) -> None:
        """The lead is the first paragraph that says something."""
        body = "# Title\n\n![pic](x.png)\n\n{{< toc >}}\n\nThe *first*\nparagraph[^1].\n\nSecond.\n\n[^1]: Note.\n"

        assert ("The first paragraph.",) == made(body, dialect).value.lead

    @both
    @pytest.mark.parametrize("body", ["", "\n", "# Title\n", "- a\n", "```\na\n```\n", "## A[^1]\n\n[^1]: Note.\n"])
    def test_no_lead(self, dialect: Dialect, body: str) -> None:
        """A body without paragraphs has no lead."""
        assert () == made(body, dialect).value.lead

    @both
    def test_empty(self, dialect: Dialect) -> None:
        """An empty body is an empty fragment, without complaint."""
        checked = made("", dialect)

        assert ("", "", 0, ()) == (
            checked.value.fragment,
            checked.value.text,
            checked.value.facts.words,
            checked.diagnostics,
        )

    @both
    def test_digest(self, dialect: Dialect) -> None:
        """The digest is that of the fragment."""
        value = made("Text [a](b).", dialect).value

        assert sha256(value.fragment.encode()).hexdigest() == value.facts.digest

    def test_plain(self) -> None:
        """Plain text undoes what HTML needs, and no more."""
        assert "a <b> & &lt; c d\ne\nf" == plain(
            "<p>a &lt;b&gt; &amp; &amp;lt;&nbsp;c<br>d</p><table><tr><td>e</td><td>f</td></tr></table>"
        )


class TestHostile:
    @both
    @pytest.mark.parametrize(
        "body",
        [
            "".join("    " * depth + "- a\n" for depth in range(400)),
            "> " * 400 + "a",
            "<div>" * 400,
            "<b><i>" * 200 + "<p>" * 200,
            "<blockquote><p>" * 3000,
        ],
    )
    def test_too_deep(self, dialect: Dialect, body: str) -> None:
        """What is nested too deeply is one error, and no traceback."""
        checked = made(body, dialect)

        assert [("markup/too-deep", LINE, 1, 1)] == spots(checked.diagnostics)
        assert "" == checked.value.fragment

    @both
    def test_not_too_deep(self, dialect: Dialect) -> None:
        """Thirty lists in one another, or three hundred beside one another, are fine."""
        deep = "".join("    " * depth + "- a\n" for depth in range(30))

        assert ([], []) == (codes(deep, dialect), codes("> a\n\n- *b*\n\n" * 300, dialect))

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            ("[" * 3000, "3,000 brackets"),
            ("[[a](" * 3000, "6,000 brackets"),
            ("![" * 3000, "3,000 brackets"),
            ("a[^1]\n\n" * 3000 + "[^1]: b", "3,001 references to one footnote"),
            ("<a " * 10000, "10,000 tags that are never closed"),
            ("a\n---\n" * 3000, "3,000 headings or rules"),
            ("*a* " * 50000, "100,000 marks such as * and `"),
            ("[a](b 'c' " * 1500, "1,500 brackets"),
            ("[`]` " * 1500, "1,500 brackets"),
            ("[a\\](b) " * 1500, "1,500 brackets"),
            ("|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "|b\n" * 1500, "tables with 1,498,999 empty cells"),
            ("- a\n- |b" + "|b" * 999 + "\n  " + "|-" * 1000 + "\n  |c" * 500, "tables with 499,500 empty cells"),
            (("|a" * 300 + "|\n" + "|-" * 300 + "|\n" + "|b\n" * 200 + "\n") * 2, "tables with 119,398 empty cells"),
            ("`a`|" * 10000 + "\n" + "-|" * 10000, "20,000 marks of code in a row of a table"),
        ],
    )
    def test_too_complex(self, body: str, found: str) -> None:
        """Where Python-Markdown would take minutes, the text is refused and says why."""
        checked = made(body, python)

        assert [
            f"the text holds {found} too close together: expected so few that it can be converted in a second or two"
        ] == [each.message for each in checked.diagnostics]

    def test_empty_cells_in_commonmark(self) -> None:
        """The compiled engine fills rows as well."""
        body = "|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "|b\n" * 1500

        assert ["markup/too-complex"] == codes(body, commonmark)

    @pytest.mark.parametrize(
        ("before", "bomb"),
        [
            ("Words.\n\n```\ncode\n\ncode\n```\n\n<div>\nraw\n</div>\n\n- a\n\n\n\n", "[" * 3000),
            ("a\tb\n\n", "Words\twith a tab.\n" + "[" * 3000),
            ("a\n\n", "<div>\nraw\n</div>\n\n" + "more\n" * 3 + "[" * 3000),
            ("Words.\n\n", "<a " * 10000),
            ("Words.\n\n", "|a" * 1000 + "\n" + "|-" * 1000 + "\n" + "|b\n" * 1500),
        ],
    )
    def test_too_complex_has_a_place(self, before: str, bomb: str) -> None:
        """It is the line where the paragraph begins, whatever was set aside before it."""
        (found,) = made(before + bomb, python).diagnostics
        begin = LINE + before.count("\n") + (4 if bomb.startswith("<div>") else 0)

        assert ("markup/too-complex", begin, 1) == (found.code, found.span.line, found.span.column)

    @pytest.mark.parametrize(
        "body",
        [
            "- [a](https://example.org/)\n" * 3000,
            "a | b\n--|--\n" + "[a](https://example.org/) | b\n" * 3000,
            "```\n" + "[a] <b>\n" * 3000 + "```\n",
            "<table>\n" + "<tr><td>a</td></tr>\n" * 3000 + "</table>\n",
            "Text with [a link](https://example.org/).\n\n" * 3000,
            "*a* `b` ~~c~~\n\n" * 9000,
            " a ".join("`" * length for length in range(1, 601)),
            '[Resolution no. 7 of the Council](https://www.example.org/2024/a_(b)-007.html "Text")  \n' * 1000,
            "[![A map](map.png)](https://www.example.org/documents/archive/2024/map.html)\n" * 1000,
            "".join(f"[{n}]: https://www.example.org/documents/{'a' * 70}\n" for n in range(300)),
            "[a][b] and [c]\n" * 3000,
            "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + ("|b" * 100 + "|\n") * 200,
            "|a" * 20 + "|\n" + "|-" * 20 + "|\n" + ("|b" * 20 + "|\n") * 2000,
            "a." * 10000 + "@",
        ],
    )
    def test_large_but_plain(self, body: str) -> None:
        """Size alone is no reason to refuse a text."""
        assert () == made(body, python).diagnostics

    @pytest.mark.parametrize(
        "body",
        ["[" * 50000, "*a **b " * 20000, "`" * 50000, "a\n: b\n\n" * 10000, "<a " * 20000, "|" * 50000, "{{" * 50000],
    )
    def test_commonmark_is_linear(self, body: str) -> None:
        """What is hard on Python-Markdown is read by the compiled engine like anything else."""
        assert isinstance(made(body, commonmark).value, Converted)

    @both
    def test_after_a_refusal(self, dialect: Dialect) -> None:
        """A refused body leaves nothing behind in the engine."""
        made("".join("    " * depth + "- a\n" for depth in range(300)), dialect)

        assert "<p>a</p>\n<ul>\n<li>b</li>\n</ul>" == html("a\n\n- b\n", dialect).strip()


PIECES = (
    "[ ] ( ) ![ < </ > <!-- --> <![CDATA[ & &# ; a b * ** _ ` ``` ~~ | -|- : {: } {# # = \" ' \\ http:// www. a@b.c"
    ' [^1] [^1]: [a]: <div> </div> <p> <b> <script> </script> <style> <pre> <a_href= x=" История {{ }} {% %} {{< >}}'
    " <img_src=x /> --- <td> <table> <svg> <textarea> <plaintext> <template> [x] % %ff javascript: /x #y <h1> <h2_id=a>"
).split()
TEXTS = st.lists(
    st.sampled_from(
        [*(piece.replace("_", " ") for piece in PIECES), " ", "\n", "\n\n", "    ", "- ", "1. ", "> ", "# "]
    ),
    max_size=30,
).map("".join)


class TestProperties:
    @given(st.one_of(TEXTS, st.text()), st.sampled_from(list(Dialect)), st.sampled_from(list(Form)))
    def test_any_text(self, body: str, dialect: Dialect, form: Form) -> None:
        """Any text converts: ids are unique, all tokens have links, nothing dangerous is left."""
        value = made(body, dialect, form=form).value
        fragment = resolved(value.fragment, ["u"] * len(value.facts.links))
        ids = re.findall(r' id="([^"]*)"', fragment)

        assert (len(set(ids)), None) == (len(ids), re.search(r"[\x00-\x08]", fragment))
        assert set(ids) <= set(value.facts.anchors)
        assert None is re.search(r"<(script|style|iframe|object|form|svg|h1)\b| on\w+=|=\"javascript:", fragment)

    @given(TEXTS, st.sampled_from(list(Dialect)))
    def test_spans_lie_in_the_body(self, body: str, dialect: Dialect) -> None:
        """Whatever has a place has one inside the body."""
        checked = made(body, dialect)
        lines = body.split("\n")
        places = [(each.line, each.column, each.length) for each in checked.value.facts.links]
        places += [(each.span.line, each.span.column, 1) for each in checked.diagnostics]

        for line, column, length in places:
            assert line == 0 or column + length - 1 <= len(lines[line - LINE]) + 1
