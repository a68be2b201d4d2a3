"""Sources to items, pages and introductions; and what is said of those that are none."""

from __future__ import annotations

import datetime as dt
from unicodedata import normalize

import msgspec
import pytest
from frontmatter.default_handlers import YAMLHandler
from hypothesis import given
from hypothesis import strategies as st

from csto_site import parse
from csto_site.diagnostics import Severity, as_text, has_errors, ordered
from csto_site.keys import Kind
from csto_site.model import (
    Alias,
    Attachment,
    Change,
    ChangeKind,
    Form,
    FrontMatterRules,
    Image,
    Item,
    Language,
    Link,
    LinkKind,
    Menu,
    Moment,
    Origin,
    Parsed,
    Permalink,
    Section,
    Settings,
    Slug,
    Source,
    State,
    Taxonomy,
    Undated,
    UndatedKind,
    Video,
    Withdrawal,
)
from csto_site.parse import front_matter
from csto_site.parse.examples import EXAMPLES
from csto_site.parse.reading import Reading

SITE = Settings(
    title="Gazette",
    url="https://news.example.org/site/",
    id_authority="news.example.org,2024",
    timezone="Europe/Moscow",
    languages=(
        Language(code="en", prefix="", title="Gazette", dates="dd.MM.yyyy"),
        Language(code="ru", prefix="/ru", title="Газета", dates="dd.MM.yyyy"),
    ),
    sections=(
        Section(name="news", title="News"),
        Section(name="news/regional", title="Regional"),
        Section(name="interviews", title="Interviews", form=Form.QUESTIONS),
    ),
    taxonomies=(Taxonomy("tags", "Tags"), Taxonomy("topics", "Topics")),
)
PATH = "news/2024/2024-05-01-storm.md"


def with_rules(**rules: object) -> Settings:
    """Give the site other rules for front matter."""
    return msgspec.structs.replace(SITE, front_matter=msgspec.structs.replace(FrontMatterRules(), **rules))


def source(head: str, body: str = "Words.\n", path: str = PATH) -> Source:
    """Write a source."""
    return Source(path, f"---\n{head}\n---\n\n{body}".encode())


def item(head: str, body: str = "Words.\n", path: str = PATH, settings: Settings = SITE) -> Item:
    """Read an item that has no problems."""
    found = parse.source(source(head, body, path), settings)
    assert found.value is not None, report(source(head, body, path), settings)
    assert () == found.diagnostics
    assert isinstance(found.value.entry, Item)

    return found.value.entry


def undated(head: str, path: str, body: str = "Words.\n", settings: Settings = SITE) -> Undated:
    """Read a page or introduction that has no problems."""
    found = parse.source(source(head, body, path), settings)
    assert found.value is not None, report(source(head, body, path), settings)
    assert () == found.diagnostics
    assert isinstance(found.value.entry, Undated)

    return found.value.entry


def report(source: Source, settings: Settings = SITE) -> str:
    """Give all diagnostics as a terminal shows them."""
    text = source.data.decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    found = ordered(parse.source(source, settings).diagnostics)
    return "\n".join(as_text(each, lambda _, number: lines[number - 1]) for each in found)


def codes(head: str, path: str = PATH, settings: Settings = SITE) -> list[str]:
    """Give the codes of the diagnostics of a source."""
    return [each.code for each in ordered(parse.source(source(head, path=path), settings).diagnostics)]


class TestInvisible:
    @pytest.mark.parametrize(
        "text",
        [
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian: a joiner keeps two parts of a word apart
            "\u0915\u094d\u200d\u0937",  # Devanagari: a joiner shows half of a letter
            "Family \U0001f468\u200d\U0001f469\u200d\U0001f467",
            "\U0001f3f3\ufe0f\u200d\U0001f308 and \U0001f469\U0001f3fd\u200d\U0001f680",
            "\u05e9\u05dc\u05d5\u05dd (CSTO)\u200e",  # Hebrew: a mark keeps the bracket in its place
            "\u2067\u0633\u0644\u0627\u0645\u2069 and words",
            "Soft\u00adly, with\u00a0a blank that does not break",
        ],
    )
    def test_what_writing_needs(self, text: str) -> None:
        """It stays without a word, in titles as in terms."""
        assert text.strip() == item(f"title: {text}\ntags: [a, {text}]\nslug: a").title

    @pytest.mark.parametrize(
        ("head", "column", "said"),
        [
            ("title: Sto\u200brm", 11, "`title` holds U+200B ZERO WIDTH SPACE"),
            ("title: 'Sto\u200crm'", 12, "`title` holds U+200C ZERO WIDTH NON-JOINER"),
            ("title: \u0428\u0442\u043e\u0440\u043c\u200d", 13, "`title` holds U+200D ZERO WIDTH JOINER"),
            ("title: a\ntags: [b, \u200eSea]", 11, "`tags` holds U+200E LEFT-TO-RIGHT MARK"),
            ("title: \u05e9\u202e\u05dc", 9, "`title` holds U+202E RIGHT-TO-LEFT OVERRIDE"),
            ("title: a\nslug: sto\u2060rm", 10, "`slug` holds U+2060 WORD JOINER"),
            ("title: a\u200b\u200bb\u200b", 9, "`title` holds U+200B ZERO WIDTH SPACE"),
        ],
    )
    def test_what_nobody_sees(self, head: str, column: int, said: str) -> None:
        """It is named with its place, once a value."""
        (found,) = parse.source(source(head), SITE).diagnostics

        assert ("text/invisible", column, 1) == (found.code, found.span.column, found.span.length)
        assert f"{said}, which nobody sees" == found.message

    def test_a_name_of_a_file(self) -> None:
        """An address may be made of it."""
        (found,) = parse.source(source("title: a", path="news/2024-05-01-sto\u200brm.md"), SITE).diagnostics

        assert ("text/invisible", 0) == (found.code, found.span.line)
        assert "the file's name holds U+200B ZERO WIDTH SPACE, which nobody sees" == found.message


class TestProposals:
    def test_they_end(self) -> None:
        """A file with thousands of unknown keys is read in a second; the first ones have their proposals."""
        head = "title: a\n" + "\n".join(f"tilte{n}: b" for n in range(3000))
        found = ordered(parse.source(source(head), SITE).diagnostics)
        helped = [each.help.startswith("did you mean `title`?") for each in found]

        assert ["key/unknown"] * 3000 == [each.code for each in found]
        assert [True] * 20 + [False] * 2980 == helped


class TestText:
    """What becomes of scalars that YAML would read as something else."""

    @pytest.mark.parametrize(
        ("written", "title"),
        [
            ("1.10", "1.10"),
            ("NO", "NO"),
            ("2024", "2024"),
            ("12:30", "12:30"),
            ("2024-05-01", "2024-05-01"),
            ("0x1F", "0x1F"),
            ("true", "true"),
            ("'Storm: a report'", "Storm: a report"),
            ("Fish &amp; chips", "Fish & chips"),
            ("&quot;Storm&quot;", ""),
            ("'&quot;Storm&quot; &#8212; &#x41;'", '"Storm" — A'),
            ("'<i>Storm</i>'", "<i>Storm</i>"),
            ("AT&T", "AT&T"),
            ("'  Storm   warning '", "Storm warning"),
            ("Storm\n  warning", "Storm warning"),
            ("|\n  Storm\n  warning", "Storm warning"),
            ("'Storm\u00a0warning'", "Storm\u00a0warning"),
            ("Storm\u2028warning", "Storm warning"),
        ],
    )
    def test_a_title_is_what_was_written(self, written: str, title: str) -> None:
        """Numbers, booleans and times stay text; blanks are folded, entities decoded, tags left alone."""
        found = parse.source(source(f"title: {written}"), SITE).value

        assert title == (found.entry.title if found else "")

    @pytest.mark.parametrize(
        ("written", "lead"),
        [
            ("One.", ("One.",)),
            ("One\n  goes on.\n\n  Two.", ("One goes on.", "Two.")),
            (">\n  One\n  goes on.\n\n  Two.", ("One goes on.", "Two.")),
            ("|\n  One\n  goes on.\n\n  Two.", ("One goes on.", "Two.")),
            ('"One.\\n\\nTwo."', ("One.", "Two.")),
            ("Fish &amp; chips", ("Fish & chips",)),
        ],
    )
    def test_a_lead_has_paragraphs(self, written: str, lead: tuple[str, ...]) -> None:
        """Blank lines part them, however YAML is told to fold lines."""
        assert (lead, True) == (
            item(f"title: a\nlead: {written}").lead,
            item(f"title: a\nlead: {written}").lead_written,
        )

    @pytest.mark.parametrize("written", ["", "lead:", "lead: ~", "lead: ''"])
    def test_without_a_lead_it_is_the_first_paragraph(self, written: str) -> None:
        """Then the item says that nobody wrote it."""
        found = item(f"title: a\n{written}", "One.\n\nTwo.\n")

        assert (("One.",), False) == (found.lead, found.lead_written)


class TestDates:
    """Where the date comes from."""

    def test_the_key_comes_before_the_file_name(self) -> None:
        """Both may carry a date; the key is what the editor says."""
        assert dt.date(2024, 4, 30) == item("title: a\ndate: 30.4.2024 23:30").date.date

    def test_the_file_name_carries_the_date(self) -> None:
        """Then it needs no key."""
        assert "2024-05-01" == item("title: a").date.iso

    def test_publish_is_the_date_by_default(self) -> None:
        """An embargo is written only where it differs."""
        assert item("title: a").date == item("title: a").publish

    def test_publish_may_come_later(self) -> None:
        """An item is scheduled until then."""
        found = item("title: a\npublish: 2024-05-02 09:00")

        assert State.SCHEDULED == found.state(found.publish.instant - 1)

    def test_no_date_at_all(self) -> None:
        """It says both places where one is looked for."""
        expected = (
            "content/news/storm.md:1:1: error[date/missing]: no date: neither a key `date` nor a file name that begins"
            " with one\n  1 | ---\n    | ^^^ add `date:`, such as 2024-05-01 or 01.05.2024"
        )

        assert expected == report(source("title: a", path="news/storm.md"))

    def test_a_refused_date_is_not_a_missing_one(self) -> None:
        """One mistake is one diagnostic, even where the file name has another date."""
        assert ["date/unreadable"] == codes("title: a\ndate: next tuesday")


class TestPlace:
    """Section, language and translation."""

    @pytest.mark.parametrize(
        ("path", "section"),
        [
            ("news/2024-05-01-a.md", "news"),
            ("news/2024/05/2024-05-01-a.md", "news"),
            ("news/regional/2024/2024-05-01-a.md", "news/regional"),
            ("interviews/2024-05-01-a.md", "interviews"),
        ],
    )
    def test_the_folder_says_the_section(self, path: str, section: str) -> None:
        """The longest declared name that the folder begins with."""
        assert section == item("title: a", path=path).section

    def test_a_key_says_the_section(self) -> None:
        """It comes before the folder."""
        assert "interviews" == item("title: a\nsection: interviews").section

    def test_the_default_section_comes_last(self) -> None:
        """It is for files in no section's folder."""
        settings = with_rules(defaults={"section": "interviews"})

        assert ["interviews", "news"] == [
            item("title: a", path=path, settings=settings).section for path in ("2024-05-01-a.md", PATH)
        ]

    def test_an_item_of_an_unknown_section_is_still_read(self) -> None:
        """A site may lower the rule: then it goes where its folder says, or into the first section."""
        found = parse.source(source("title: a\nsection: nws"), SITE)

        assert ("news", ["section/unknown"]) == (_item(found.value).section, [each.code for each in found.diagnostics])

    @pytest.mark.parametrize(
        ("path", "head", "expected"),
        [
            ("news/2024-05-01-storm.ru.md", "title: a", ("ru", "storm", "/ru/news/2024/storm/")),
            ("news/2024-05-01-storm.RU.md", "title: a", ("ru", "storm", "/ru/news/2024/storm/")),
            ("news/2024-05-01-storm.v2.md", "title: a", ("en", "storm.v2", "/news/2024/storm.v2/")),
            ("news/2024-05-01-storm.md", "title: a\nlang: ru", ("ru", "storm", "/ru/news/2024/storm/")),
            ("news/2024-05-01-storm.md", "title: a\nlang: RU", ("ru", "storm", "/ru/news/2024/storm/")),
        ],
    )
    def test_the_language(self, path: str, head: str, expected: tuple[str, str, str]) -> None:
        """From the key, else from a declared code before the suffix, else the site's own."""
        found = item(head, path=path)

        assert expected == (found.language, found.slug, found.permalink)

    def test_a_default_language_of_a_region(self) -> None:
        """Its code is that of the site, capitals and all."""
        languages = (*SITE.languages, Language(code="pt-BR", prefix="/pt-BR", title="Gazeta", dates="dd.MM.yyyy"))
        settings = msgspec.structs.replace(with_rules(defaults={"lang": "pt-BR"}), languages=languages)

        assert "/pt-BR/news/2024/storm/" == item("title: a", settings=settings).permalink

    def test_a_folder_as_a_mac_names_it(self) -> None:
        """The section of a name is found in whatever form its accents were written."""
        settings = msgspec.structs.replace(SITE, sections=(Section(name="районы", title="Районы"),))

        assert "районы" == item("title: a", path=normalize("NFD", "районы/2024-05-01-a.md"), settings=settings).section

    def test_a_key_counts_more_than_the_name(self) -> None:
        """With a warning, since one of the two is likely to be a slip."""
        found = parse.source(source("title: a\nlang: en", path="news/2024-05-01-storm.ru.md"), SITE)

        assert ("en", ["language/in-name"]) == (_item(found.value).language, [each.code for each in found.diagnostics])

    def test_translations_share_section_and_slug(self) -> None:
        """That is their key unless one is written."""
        keys = [item(head).translation for head in ("title: a", "title: a\ntranslation: storm-of-may")]

        assert ["news/storm", "storm-of-may"] == keys


class TestAddresses:
    """Slugs, permalinks and aliases."""

    def test_an_alias_that_is_the_own_address_is_none(self) -> None:
        """Old archives write it; it needs no redirect. With a query it does."""
        found = item("title: a\naliases: [/news/2024/storm, /old/, /news/2024/storm/?ID=7]")

        assert [("/old/", ""), ("/news/2024/storm/", "ID=7")] == [(each.path, each.query) for each in found.aliases]

    @pytest.mark.parametrize(
        ("path", "head", "permalink"),
        [
            (PATH, "title: a", "/news/2024/storm/"),
            ("news/2024-05-01-Шторм.md", "title: a", "/news/2024/Шторм/"),
            (PATH, "title: a\nslug: storm-%D0%BC%D0%BE%D1%80%D0%B5", "/news/2024/storm-море/"),
            (PATH, "title: a\nslug: 100%", "/news/2024/100%/"),
            (PATH, "title: a\nslug: 100%2525", "/news/2024/100%25/"),
            (PATH, "title: a\nslug: guides/storm", "/news/2024/guides/storm/"),
            (PATH, "title: a\nslug: Storm_(2024)_&_more!", "/news/2024/Storm_(2024)_&_more!/"),
            (PATH, "title: a\nslug: 1.10", "/news/2024/1.10/"),
            (PATH, "title: a\npermalink: /old/storm", "/old/storm/"),
            (PATH, "title: a\npermalink: /old/storm/", "/old/storm/"),
            (PATH, "title: a\npermalink: /old/storm.html", "/old/storm.html"),
            (PATH, "title: a\npermalink: /old/index.html", "/old/"),
            (PATH, "title: a\npermalink: /old/storm\nlang: ru", "/old/storm/"),
            ("news/2024-05-01-2024.md", "title: a\npermalink: /old/storm/", "/old/storm/"),
        ],
    )
    def test_the_permalink(self, path: str, head: str, permalink: str) -> None:
        """Made by the site's rule of the slug, or written whole; held decoded, in one form."""
        assert permalink == item(head, path=path).permalink

    def test_a_slug_is_normalised(self) -> None:
        """What a Mac writes as two characters and others as one is one address."""
        assert "caf\u00e9" == item("title: a", path="news/2024-05-01-cafe\u0301.md").slug

    @pytest.mark.parametrize(
        ("pattern", "permalink"),
        [
            ("/{section}/{year}/{month}/{day}/{slug}/", "/news/2024/05/01/storm/"),
            ("/{year}{month}/{name}", "/202405/2024-05-01-storm/"),
            ("/{section}/{slug}.html", "/news/storm.html"),
        ],
    )
    def test_the_sites_own_rule(self, pattern: str, permalink: str) -> None:
        """Months and days have two digits; `{name}` is the file's name with its date."""
        assert permalink == item("title: a", settings=msgspec.structs.replace(SITE, permalink=pattern)).permalink

    def test_a_name_is_decoded_as_a_slug_is(self) -> None:
        """Or its address would be encoded twice."""
        settings = msgspec.structs.replace(SITE, permalink="/{name}/")

        assert "/a b/" == item("title: a\ndate: 2024-05-01", path="news/a%20b.md", settings=settings).permalink

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("slug: 2024", "address/reserved"),
            ("slug: 05/2", "address/reserved"),
            ("slug: all", "address/reserved"),
            ("slug: topics", "address/reserved"),
            ("slug: tags/storm", "address/reserved"),
            ("slug: /storm", "address/slug"),
            ("slug: storm/", "address/slug"),
            ("slug: a//b", "address/slug"),
            ("slug: ..", "address/slug"),
            ("slug: a/../b", "address/slug"),
            ("slug: 'a\\b'", "address/slug"),
            ("slug: what?", "address/slug"),
            ("slug: c%23", "address/slug"),
            ("slug: ' storm'", "address/slug"),
            ("slug: a%00b", "address/slug"),
            ("slug: a%0Ab", "address/slug"),
            ("slug: storm-%e9", "address/slug"),
            ("permalink: storm", "address/unreadable"),
            ("permalink: https://news.example.org/storm/", "address/unreadable"),
            ("permalink: /a/../b/", "address/unreadable"),
            ("permalink: /?id=7", "address/unreadable"),
            ("permalink: '/news/a\u00a0/'", "address/unreadable"),
            ("permalink: /ru/tags/storm/\nlang: ru", "address/reserved"),
            ("permalink: /all/2024/storm/", "address/reserved"),
            ("permalink: /tags/", "address/reserved"),
            ("permalink: /robots.txt", "address/reserved"),
            ("aliases: storm.html", "address/unreadable"),
            ("aliases: [/a/./b]", "address/unreadable"),
            ("aliases: /old#part", "address/unreadable"),
            ("aliases: '/old?p=7#part'", "address/unreadable"),
            ("aliases: https://elsewhere.example/storm", "address/unreadable"),
            ("slug: " + "я" * 128, "address/too-long"),
            ("permalink: /" + "a" * 256, "address/too-long"),
            ("aliases: /" + "a" * 256, "address/too-long"),
        ],
    )
    def test_what_is_no_address(self, written: str, code: str) -> None:
        """Numbers alone, the site's own names, empty and dotted parts, characters that a path cannot hold."""
        assert [code] == codes(f"title: a\n{written}")

    def test_a_part_of_255_bytes_is_an_address(self) -> None:
        """It is the most that file systems take."""
        assert "я" * 127 + "a" == item(f"title: a\nslug: {'я' * 127}a").slug

    @pytest.mark.parametrize(
        ("written", "path", "query"),
        [
            ("/old/storm.html", "/old/storm.html", ""),
            ("/old/storm/", "/old/storm/", ""),
            ("/old/storm", "/old/storm", ""),
            ("/old.php?ID=7", "/old.php", "ID=7"),
            ("/?p=7", "/", "p=7"),
            ("/%D1%88", "/ш", ""),
            ("https://news.example.org/site/old/", "/old/", ""),
        ],
    )
    def test_an_alias(self, written: str, path: str, query: str) -> None:
        """A former path, with or without the site's own URL; its query is kept apart, as it was written."""
        found = item(f"title: a\naliases:\n- {written}").aliases

        assert (Alias(Permalink(path), query, 4, 3, len(written)),) == found

    def test_the_id(self) -> None:
        """A tag URI of authority, date and encoded address, unless an old one is written."""
        ids = [
            item(head, path="news/2024-05-01-шторм.md").id
            for head in ("title: a", "title: a\nid: https://old.example/?p=7")
        ]

        assert [
            "tag:news.example.org,2024:2024-05-01:/news/2024/%D1%88%D1%82%D0%BE%D1%80%D0%BC/",
            "https://old.example/?p=7",
        ] == ids

    @pytest.mark.parametrize(
        ("head", "mark"),
        [
            ("title: Storm", (2, 8, 5)),
            ("title: Storm\nslug: gale", (3, 7, 4)),
            ("title: Storm\nslug: ''", (2, 8, 5)),
            ("slug: gale\npermalink: /gale/\ntitle: Storm", (3, 12, 6)),
        ],
    )
    def test_the_mark(self, head: str, mark: tuple[int, int, int]) -> None:
        """It points at what the address comes from."""
        assert mark == item(head).mark


class TestKeys:
    """All other keys."""

    def test_a_plain_item(self) -> None:
        """What is not written has its default, and every field is of its declared type."""
        found = item("title: Storm warning")
        begins = dt.datetime(2024, 4, 30, 21, tzinfo=dt.UTC)

        assert found == Item(
            path=PATH,
            language="en",
            section="news",
            title="Storm warning",
            date=Moment(dt.date(2024, 5, 1), None, 0, int(begins.timestamp())),
            publish=Moment(dt.date(2024, 5, 1), None, 0, int(begins.timestamp())),
            lead=("Words.",),
            slug=Slug("storm"),
            permalink=Permalink("/news/2024/storm/"),
            id="tag:news.example.org,2024:2024-05-01:/news/2024/storm/",
            translation="news/storm",
            facts=found.facts,
            mark=(2, 8, 13),
        )

    def test_every_key_at_once(self) -> None:
        """A record that is written out gives what its short form gives; all types are those of the model."""
        found = item(
            """\
title: Storm
date: 2024-05-01 18:30
authors: [A. Author, B. Author]
place: Moscow
form: questions
source: {name: Agency, url: https://agency.example/1}
image: {path: storm.jpg, alt: The harbour, caption: At noon, credit: Agency}
gallery: [{path: "a b.jpg", alt: ""}]
attachments: [report.pdf, {path: /files/map.pdf, title: The map}]
video: {url: https://video.example/1, title: Film, poster: still.jpg}
updated: 2024-05-02
changes: [{date: 2024-05-02, note: Figures corrected, kind: correction}]
withdrawn: {date: 2024-05-03, reason: In error, replaced_by: ../2024-05-04-calm.md#top}
draft: yes
tags: [Sea, Wind]"""
        )
        place = found.image.link if found.image else None

        assert place == Link("storm.jpg", "", LinkKind.IMAGE, 8, 15, 9)
        assert found.image == Image(place, "The harbour", "At noon", "Agency")
        assert found.gallery == (Image(Link("a b.jpg", "", LinkKind.IMAGE, 9, 18, 9), ""),)
        assert found.attachments == (
            Attachment(Link("report.pdf", "", LinkKind.FILE, 10, 15, 10), "report.pdf"),
            Attachment(Link("/files/map.pdf", "", LinkKind.FILE, 10, 34, 14), "The map"),
        )
        poster = Image(Link("still.jpg", "", LinkKind.IMAGE, 11, 60, 9), "")
        assert found.video == Video("https://video.example/1", "Film", poster)
        assert found.source == Origin("Agency", "https://agency.example/1")
        assert found.changes == (Change(_civil(2), "Figures corrected", ChangeKind.CORRECTION),)
        replaced_by = Link("../2024-05-04-calm.md", "top", LinkKind.LINK, 14, 62, 25)
        assert found.withdrawn == Withdrawal(_civil(3), "In error", replaced_by)
        assert (_civil(2), True, Form.QUESTIONS, "Moscow") == (found.updated, found.draft, found.form, found.place)
        assert (("A. Author", "B. Author"), (("tags", ("Sea", "Wind")),)) == (found.authors, found.terms)
        assert found == msgspec.convert(msgspec.to_builtins(found), Item)

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("tags: Sea", ("Sea",)),
            ("tags: 2024", ("2024",)),
            ("tags: [Sea, ' ', ~, sea, Wind , Sea]", ("Sea", "Wind")),
            ("tags:\n- Sea & sky\n- Wind", ("Sea & sky", "Wind")),
        ],
    )
    def test_terms(self, written: str, expected: tuple[str, ...]) -> None:
        """One scalar is one term; blanks, empty ones and repetitions go."""
        assert (("tags", expected),) == item(f"title: a\n{written}").terms

    @pytest.mark.parametrize(
        "written", ["tags:", "tags: ~", "tags: []", "authors: null", "place: ''", "image:", "gone:"]
    )
    def test_what_says_nothing_is_absent(self, written: str) -> None:
        """A key without a value is as good as none."""
        assert item("title: a") == item(f"title: a\n{written}")

    @pytest.mark.parametrize(
        ("written", "expected"),
        [("TRUE", True), ("Yes", True), ("on", True), ("false", False), ("No", False), ("'off'", False)],
    )
    def test_draft(self, written: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
        """All of YAML's words, in any case."""
        assert expected == item(f"title: a\ndraft: {written}").draft

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("withdrawn: In error", Withdrawal(None, "In error")),
            ("withdrawn: {}", Withdrawal(None, "")),
            ("withdrawn: {reason: In error}", Withdrawal(None, "In error")),
        ],
    )
    def test_withdrawn(self, written: str, expected: Withdrawal) -> None:
        """A text alone is the reason."""
        assert expected == item(f"title: a\n{written}").withdrawn

    @pytest.mark.parametrize(
        ("written", "reason"), [("gone: By order", "By order"), ("gone: {}", ""), ("gone: {reason: a}", "a")]
    )
    def test_gone(self, written: str, reason: str) -> None:
        """A text alone is the reason; there may be none."""
        found = item(f"title: a\n{written}")

        assert (reason, State.GONE) == (found.gone, found.state(found.publish.instant))

    def test_a_single_change(self) -> None:
        """One record is a list of one; without a kind it is minor."""
        found = item("title: a\nchanges: {date: 2024-05-02, note: A comma}")

        assert (Change(_civil(2), "A comma", ChangeKind.MINOR),) == found.changes

    def test_a_video_is_titled_like_its_item(self) -> None:
        """Unless it has a title of its own."""
        assert Video("https://v.example/1", "Storm") == item("title: Storm\nvideo: https://v.example/1").video

    def test_an_image_elsewhere(self) -> None:
        """Old archives name whole URLs; the item is read, and all that is wrong with them can be lowered."""
        found = parse.source(source("title: a\nimage: https://cdn.example/a%20b.jpg#x"), SITE)
        image = _item(found.value).image

        assert (["image/alt-required", "image/elsewhere"], "https://cdn.example/a%20b.jpg#x") == (
            [each.code for each in found.diagnostics],
            image and image.link.target,
        )

    def test_the_names_of_files(self) -> None:
        """A file is called as it is in its folder; what looks like an anchor belongs to its name."""
        found = item("title: a\nattachments: ['files/report #2.pdf']").attachments

        assert (Attachment(Link("files/report #2.pdf", "", LinkKind.FILE, 3, 15, 21), "report #2.pdf"),) == found

    def test_what_replaces_an_item_may_be_a_part_of_a_page(self) -> None:
        """The anchor is held decoded, as the page has it."""
        link = Link("gale.md", "ш", LinkKind.LINK, 3, 26, 16)

        assert Withdrawal(None, "", link) == item("title: a\nwithdrawn: {replaced_by: 'gale.md#%D1%88'}").withdrawn

    def test_an_update_on_the_day_itself(self) -> None:
        """A day without a time is not before a time of that day."""
        assert [] == codes("title: a\ndate: 2024-05-01 18:00\nupdated: 2024-05-01")

    def test_a_long_term_is_shown_where_it_stands(self) -> None:
        """File systems count bytes."""
        place = f"content/{PATH}:3:13: error[address/too-long]"

        assert report(source(f"title: a\ntags: [sea, {'я' * 128}]")).startswith(place)

    def test_a_missing_key_is_not_sought_elsewhere(self) -> None:
        """A slip beside a record is none in it."""
        assert ["key/unknown", "key/missing"] == codes("title: a\ndat: soon\nchanges: {note: a}")

    def test_the_form_of_a_section(self) -> None:
        """An item has its section's form unless it says another."""
        forms = [item(head, path="interviews/2024-05-01-a.md").form for head in ("title: a", "title: a\nform: text")]

        assert [Form.QUESTIONS, Form.TEXT] == forms

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("title: [a]", "value/type"),
            ("title: {a: b}", "value/type"),
            ("lead: [a]", "value/type"),
            ("draft: maybe", "value/type"),
            ("tags: {a: b}", "value/type"),
            ("tags: [[a]]", "value/type"),
            ("form: interview", "value/choice"),
            ("source: {name: a, url: agency}", "value/type"),
            ("source: {url: https://a.example/}", "key/missing"),
            ("changes: corrected", "value/type"),
            ("changes: [{note: a}]", "key/missing"),
            ("changes: [{date: 2024-05-01, note: ''}]", "key/missing"),
            ("changes: [{date: soon, note: a}]", "date/unreadable"),
            ("changes: [{date: 2024-05-01, note: a, kind: big}]", "value/choice"),
            ("withdrawn: true", "value/type"),
            ("withdrawn: [a]", "value/type"),
            ("withdrawn: {because: a}", "key/unknown"),
            ("gone: false", "value/type"),
            ("image: {path: a.jpg, alt: a, Alt: b}", "yaml/duplicate-key"),
            ("image: {alt: a}", "key/missing"),
            ("image: {path: '', alt: a}", "key/missing"),
            ("image: a.jpg", "image/alt-required"),
            ("image: {path: a.jpg, alt: }", "image/alt-required"),
            ("gallery: [a.jpg]", "image/alt-required"),
            ("attachments: [{title: a}]", "key/missing"),
            ("video: {title: a}", "key/missing"),
            ("video: 'javascript:alert(1)'", "value/type"),
            ("video: //v.example/1", "value/type"),
            ("image: {path: 'javascript://%0aalert(1)', alt: a}", "value/type"),
            ("withdrawn: {replaced_by: 'data://text'}", "value/type"),
            ("updated: soon", "date/unreadable"),
            ("publish: 24:00", "date/unreadable"),
            ("id: storm", "value/type"),
            ("lang: de", "language/unknown"),
            ("tilte: a", "key/unknown"),
        ],
    )
    def test_what_is_refused(self, written: str, code: str) -> None:
        """Every key of every record is checked, and one mistake is one diagnostic."""
        head = written if written.startswith("title") else f"title: a\n{written}"

        assert [code] == codes(head)


class TestHabits:
    """Archives with other habits."""

    def test_keys_compare_without_case(self) -> None:
        """`Date` is `date`."""
        assert "2024-04-30" == item("Title: a\nDATE: 2024-04-30", path="news/storm.md").date.iso

    def test_a_key_twice_but_for_case(self) -> None:
        """It is the same key twice."""
        assert ["yaml/duplicate-key"] == codes("title: a\nTitle: b")

    def test_rename(self) -> None:
        """Of several keys that make one, the first that says something counts: its own, then in the site's order."""
        settings = with_rules(rename={"summary": "lead", "deck": "lead", "categories": "tags"})
        heads = ("deck: D\nsummary: S", "deck: D\nsummary:", "deck: D\nlead: L", "deck:\nsummary:")
        leads = [item(f"title: a\n{head}", settings=settings).lead[0] for head in heads]

        assert ["S", "D", "L", "Words."] == leads

    def test_renamed_lists_are_put_together(self) -> None:
        """No term is lost."""
        settings = with_rules(rename={"categories": "tags", "category": "tags"})
        found = item("title: a\ncategory: Sea\ncategories: [Wind, sea]\ntags: Sky", settings=settings)

        assert (("tags", ("Sky", "Wind", "sea")),) == found.terms

    @pytest.mark.parametrize(
        ("head", "iso"),
        [
            ("date: 2024-05-01\ntime: '10:00:00'", "2024-05-01T10:00:00+03:00"),
            ("time: 9:15\ndate: 2024-05-01", "2024-05-01T09:15:00+03:00"),
            ("date: 2024-05-02", "2024-05-02"),
            ("date: 2024-05-02\ntime:", "2024-05-02"),
            ("time: 9:15", "2024-05-01"),
        ],
    )
    def test_join(self, head: str, iso: str) -> None:
        """Date and time make one; without its date a time says nothing."""
        path = "news/storm.md" if "date" in head else PATH
        rules = with_rules(join={"date": ["date", "time"]})

        assert iso == item(f"title: a\n{head}", path=path, settings=rules).date.iso

    def test_what_is_joined_counts_first(self) -> None:
        """Before another key that makes the same."""
        settings = with_rules(join={"date": ["day", "time"]}, rename={"published": "date"})
        found = item("title: a\npublished: 2024-05-03\nday: 2024-05-02", path="news/a.md", settings=settings)

        assert "2024-05-02" == found.date.iso

    @pytest.mark.parametrize(("written", "draft"), [("true", False), ("No", True), ("", False)])
    def test_invert(self, written: str, draft: bool) -> None:  # noqa: FBT001 - a parameter of the test
        """What is not published is a draft."""
        settings = with_rules(invert={"published": "draft"})

        assert draft == item(f"title: a\npublished: {written}", settings=settings).draft

    def test_what_cannot_be_inverted(self) -> None:
        """It is shown as it was written."""
        expected = (
            "content/news/2024/2024-05-01-storm.md:3:12: error[value/type]:"
            " `draft` takes true or false, found 'later'\n"
            "  3 | published: later\n    |            ^^^^^ write true or false"
        )

        assert expected == report(source("title: a\npublished: later"), with_rules(invert={"published": "draft"}))

    def test_ignore(self) -> None:
        """What the site ignores is not warned of."""
        assert [] == codes("title: a\nLayout: post", settings=with_rules(ignore=["layout"]))

    def test_defaults(self) -> None:
        """They stand in for keys that are absent or empty."""
        settings = with_rules(defaults={"authors": "Press office", "place": "Moscow", "lang": "ru"})
        found = item("title: a\nplace:", settings=settings)

        assert (("Press office",), "Moscow", "ru") == (found.authors, found.place, found.language)


class TestUndated:
    """Pages and introductions."""

    @pytest.mark.parametrize(
        ("path", "head", "permalink"),
        [
            ("pages/about.md", "title: About", "/about/"),
            ("pages/about.ru.md", "title: Шторм", "/ru/about/"),
            ("pages/about/history.md", "title: History", "/about/history/"),
            ("pages/about.md", "title: About\nslug: who-we-are", "/who-we-are/"),
            ("pages/about.md", "title: About\npermalink: /who.html", "/who.html"),
            ("pages/news.md", "title: About\npermalink: /who/", "/who/"),
        ],
    )
    def test_a_page_has_its_name_as_address(self, path: str, head: str, permalink: str) -> None:
        """Below the language's prefix; a key says another."""
        assert permalink == undated(head, path).permalink

    def test_a_page(self) -> None:
        """Its keys are its own."""
        found = undated(
            "title: About\nlead: Who we are\nmenu: menu\norder: 10\naliases: /who\ndraft: true", "pages/about.md"
        )

        assert found == Undated(
            kind=UndatedKind.PAGE,
            path="pages/about.md",
            language="en",
            title="About",
            lead=("Who we are",),
            lead_written=True,
            permalink=Permalink("/about/"),
            translation="pages/about",
            menu=Menu.HEADER,
            order=10,
            draft=True,
            aliases=(Alias(Permalink("/who"), "", 6, 10, 4),),
            facts=found.facts,
            mark=(2, 8, 5),
        )

    @pytest.mark.parametrize(
        ("path", "section"),
        [
            ("_index.md", ""),
            ("news/_index.md", "news"),
            ("news/regional/_index.md", "news/regional"),
            ("_index.ru.md", ""),
        ],
    )
    def test_an_introduction(self, path: str, section: str) -> None:
        """It belongs to the section of its folder, or to the home page; its date is of no interest."""
        found = undated("date: whenever", path)

        assert (UndatedKind.INTRODUCTION, section, "") == (found.kind, found.section, found.title)

    def test_an_introduction_needs_no_key(self) -> None:
        """It has nothing that it must say."""
        found = parse.source(Source("news/_index.md", b"---\n---\nWelcome.\n"), SITE)

        assert (True, ()) == (found.value is not None, found.diagnostics)

    @pytest.mark.parametrize(
        ("path", "head", "code"),
        [
            ("pages/news.md", "title: a", "address/reserved"),
            ("pages/ru.md", "title: a", "address/reserved"),
            ("pages/ru/about.md", "title: a", "address/reserved"),
            ("pages/all.md", "title: a", "address/reserved"),
            ("pages/2024.md", "title: a", "address/reserved"),
            ("pages/about.md", "title: a\norder: first", "value/type"),
            ("pages/about.md", "title: a\norder: 1" + "0" * 5000, "value/type"),
            ("pages/about.md", "title: a\nmenu: top", "value/choice"),
            ("pages/about.md", "title: a\ndate: 2024-05-01", "key/unknown"),
            ("pages/about.md", "lead: a", "key/missing"),
            ("speeches/_index.md", "title: a", "section/unknown"),
        ],
    )
    def test_what_is_refused(self, path: str, head: str, code: str) -> None:
        """Pages stay off the addresses of the site's own, and say only what pages say."""
        assert [code] == codes(head, path=path)

    def test_all_that_is_wrong_with_an_introduction(self) -> None:
        """Of one in no section's folder the body is read, too."""
        found = parse.source(source("title: a", "[]()", "speeches/_index.md"), SITE).diagnostics

        assert ["section/unknown", "link/empty"] == [each.code for each in found]


class TestHostileBytes:
    """What is no front matter, no YAML or no text, with the exact message."""

    @pytest.mark.parametrize(
        "data",
        [
            b"\xef\xbb\xbf---\ntitle: a\n---\nWords.\n",
            b"---\r\ntitle: a\r\n---\r\nWords.\r\n",
            b"---\rtitle: a\r---\rWords.\r",
            b"---\r\ntitle: a\n---\rWords.",
            b"\n  \n---\ntitle: a\n---\nWords.",
            b"---  \t\ntitle: a\n--- \nWords.",
            b"---\n\n# a comment\ntitle: a\n\n---\n\n\nWords.",
            b"----\ntitle: a\n-----\nWords.",
            "---\ntitle: a\u2028\nlead: b\u0085c\n---\nWords.".encode(),
        ],
    )
    def test_what_is_accepted(self, data: bytes) -> None:
        """BOM, all line ends, blank lines before the front matter, blanks and more hyphens after it begins."""
        found = parse.source(Source(PATH, data), SITE)

        assert ("a", ()) == (_item(found.value).title, found.diagnostics)

    def test_lines_are_those_of_the_file(self) -> None:
        """Blank lines before and in the front matter, BOM and line ends do not shift them."""
        data = b"\xef\xbb\xbf\r\n---\r\n\r\ntitle: a\rdraft: x\n---"

        assert report(Source(PATH, data)).startswith(f"content/{PATH}:5:8: error[value/type]")

    @pytest.mark.parametrize(
        ("data", "place"),
        [
            (b"\xef\xbb\xbfa\xff", "1:2: error[source/encoding]"),
            (b"---\ntitle: a\ndraft: \1x\n---\n", "3:9: error[value/type]"),
            (b"---\ntitle: a\n---\n<<<<<<< a\n\n<<<<<<< b\n=======\n>>>>>>> c\n", "6:1: error[source/conflict]"),
        ],
    )
    def test_columns_are_those_of_the_file(self, data: bytes, place: str) -> None:
        """A BOM has none, a control character has one; a conflict begins at the last of its first lines."""
        assert f"content/{PATH}:{place}" in report(Source(PATH, data))

    def test_a_conflict_that_is_shown(self) -> None:
        """Within fenced code only a bare fence ends it."""
        body = "```\n```text\n<<<<<<< a\n=======\n>>>>>>> b\n```\n"

        assert () == parse.source(source("title: a", body), SITE).diagnostics

    def test_an_anchor_beside_one_that_is_used(self) -> None:
        """Each that nothing refers to is likely to be meant as text."""
        assert ["yaml/syntax"] == codes("title: &a Storm\nlead: *a\nplace: &b Sea")

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (
                b"",
                (
                    "content/a.md: error[front-matter/missing]: the file is empty\n"
                    "  = help: begin with --- and the keys of front matter"
                ),
            ),
            (
                b"\n\n",
                (
                    "content/a.md: error[front-matter/missing]: the file is empty\n"
                    "  = help: begin with --- and the keys of front matter"
                ),
            ),
            (
                b"Just words.\n",
                (
                    "content/a.md:1:1: error[front-matter/missing]: no front matter: expected a first line of ---\n"
                    "  1 | Just words.\n"
                    "    | ^^^^^^^^^^^ begin with ---, the keys, and --- again"
                ),
            ),
            (
                b"+++\ntitle = 'a'\n+++\n",
                (
                    "content/a.md:1:1: error[front-matter/dialect]: front matter is TOML, expected YAML\n"
                    "  1 | +++\n"
                    "    | ^^^ write `key: value` lines between two lines of ---"
                ),
            ),
            (
                b'{\n"title": "a"\n}\n',
                (
                    "content/a.md:1:1: error[front-matter/dialect]: front matter is JSON, expected YAML\n"
                    "  1 | {\n"
                    "    | ^ write `key: value` lines between two lines of ---"
                ),
            ),
            (
                b"\n---\ntitle: a\nWords.\n",
                (
                    "content/a.md:2:1: error[front-matter/unclosed]: front matter is opened here and never closed\n"
                    "  2 | ---\n"
                    "    | ^^^ write --- below the last key"
                ),
            ),
            (
                b"---\n---\nWords.\n",
                (
                    "content/a.md:1:1: error[front-matter/empty]: front matter holds no key\n"
                    "  1 | ---\n"
                    "    | ^^^ write at least `title:`"
                ),
            ),
            (
                b"---\n# nothing\n---\nWords.\n",
                (
                    "content/a.md:1:1: error[front-matter/empty]: front matter holds no key\n"
                    "  1 | ---\n"
                    "    | ^^^ write at least `title:`"
                ),
            ),
            (
                b"---\n- title\n---\n",
                (
                    "content/a.md:2:1: error[front-matter/not-a-mapping]: front matter is a list,"
                    " expected keys with values\n"
                    "  2 | - title\n"
                    "    | ^^^^^^^ write `key: value` lines"
                ),
            ),
            (
                b"---\nStorm\n---\n",
                (
                    "content/a.md:2:1: error[front-matter/not-a-mapping]:"
                    " front matter is text, expected keys with values\n"
                    "  2 | Storm\n"
                    "    | ^^^^^ write `key: value` lines"
                ),
            ),
            (
                "---\ntitle: Café\n---\n".encode("latin-1"),
                (
                    "content/a.md:2:11: error[source/encoding]: not UTF-8: byte 0xE9\n"
                    "  2 | title: Caf\ufffd\n"
                    "    |           ^ save the file as UTF-8"
                ),
            ),
            (
                "---\ntitle: a\n---\n".encode("utf-16"),
                "content/a.md: error[source/encoding]: not UTF-8 but UTF-16\n  = help: save the file as UTF-8",
            ),
            (
                b"---\ntitle: a\ndate: 2024-05-01\nsection: news\n---\nWo\0rds\0.\n",
                (
                    "content/a.md:6:3: error[source/nul]: NUL byte, and 1 more\n"
                    "  6 | Wo rds .\n"
                    "    |   ^ delete it: it cannot be published"
                ),
            ),
            (
                b"---\ntitle: a\x0bb\ndate: 2024-05-01\nsection: news\n---\n",
                (
                    "content/a.md:2:9: error[source/control]: control character U+000B\n"
                    "  2 | title: a b\n"
                    "    |         ^ delete it: it cannot be published"
                ),
            ),
            (
                "---\ntitle: a\ndate: 2024-05-01\nsection: news\n---\n\ufffe".encode(),
                (
                    "content/a.md:6:1: error[source/control]: control character U+FFFE\n"
                    "  6 |\n"
                    "    | ^ delete it: it cannot be published"
                ),
            ),
            (
                "---\ntitle: a\x7fb\ndate: 2024-05-01\nsection: news\n---\nx\x85\x96, \ufdd0\n".encode(),
                (
                    "content/a.md:2:9: error[source/control]: control character U+007F, and 2 more\n"
                    "  2 | title: a b\n"
                    "    |         ^ delete it: it cannot be published"
                ),
            ),
            (
                b'---\ntitle: "a\\x08b"\ndate: 2024-05-01\nsection: news\n---\n',
                (
                    "content/a.md:2:8: error[source/control]: an escape stands for the control character U+0008\n"
                    '  2 | title: "a\\x08b"\n'
                    "    |        ^^^^^^^^ delete it: it cannot be published"
                ),
            ),
            (
                b"---\ntitle: a: b\n---\n",
                (
                    "content/a.md:2:9: error[yaml/syntax]: not YAML: mapping values are not allowed in this context\n"
                    "  2 | title: a: b\n"
                    "    |         ^^^ a text with a colon and a blank in it needs quotes"
                ),
            ),
            (
                b"---\ntitle: 'a\nlead: b\n---\n",
                (
                    "content/a.md:2:8: error[yaml/syntax]: not YAML: found unexpected end of stream"
                    " while scanning a quoted scalar\n"
                    "  2 | title: 'a\n"
                    "    |        ^^ close the quotes"
                ),
            ),
            (
                b"---\ntitle: a\ntags:\n\t- a\n---\n",
                (
                    "content/a.md:4:1: error[yaml/syntax]:"
                    " not YAML: found character that cannot start any token (a tab)"
                    " while scanning for the next token\n"
                    "  4 |  - a\n"
                    "    | ^^^^ indent with blanks, not with tabs"
                ),
            ),
            (
                b"---\ntitle: a\n--- b\n---\n",
                (
                    "content/a.md:3:1: error[yaml/syntax]: a second YAML document begins here\n"
                    "  3 | --- b\n"
                    "    | ^^^ delete this line"
                ),
            ),
            (
                b"---\ntitle: !Breaking news\ndate: 2024-05-01\nsection: news\n---\n",
                (
                    "content/a.md:2:8: error[yaml/syntax]: '!Breaking' is read as a YAML tag\n"
                    "  2 | title: !Breaking news\n"
                    "    |        ^^^^^^^^^^^^^^ put the text in quotes"
                ),
            ),
            (
                b"---\ntitle: &Partners meet\ndate: 2024-05-01\nsection: news\n---\n",
                (
                    "content/a.md:2:8: error[yaml/syntax]:"
                    " '&Partners' is read as a YAML anchor, and nothing refers to it\n"
                    "  2 | title: &Partners meet\n"
                    "    |        ^^^^^^^^^^^^^^ put the text in quotes"
                ),
            ),
            (
                b"---\ntitle: *storm\ndate: 2024-05-01\nsection: news\n---\n",
                (
                    "content/a.md:2:8: error[yaml/syntax]:"
                    " '*storm' is read as a YAML alias, and nothing has that name\n"
                    "  2 | title: *storm\n"
                    "    |        ^^^^^^ put the text in quotes"
                ),
            ),
            (
                b"---\n? [a, b]\n: c\ntitle: a\ndate: 2024-05-01\nsection: news\n---\n",
                (
                    "content/a.md:2:3: error[yaml/syntax]: a key is a word, found a list\n"
                    "  2 | ? [a, b]\n"
                    "    |   ^^^^^^ put the text in quotes"
                ),
            ),
            (
                b"---\ntitle: a\ndate: 2024-05-01\nsection: news\ntitle: b\n---\n",
                (
                    "content/a.md:5:1: error[yaml/duplicate-key]: `title` stands twice, first on line 2\n"
                    "  5 | title: b\n"
                    "    | ^^^^^ keep one of the two"
                ),
            ),
        ],
    )
    def test_what_is_said(self, data: bytes, expected: str) -> None:
        """Each has its own code, its place, and what to do."""
        assert expected == report(Source("a.md", data))

    def test_an_alias_bomb(self) -> None:
        """Nine levels of ten aliases each would be a thousand million values; ten thousand are the most."""
        bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in range(1, 10):
            bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"

        expected = (
            "content/a.md:5:45: error[yaml/alias]: aliases make more than 10000 values of this file\n"
            "  5 | a3: &a3 [*a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2, *a2]\n"
            "    |                                             ^^^ write the values out"
        )

        assert expected == report(source(bomb, path="a.md"))

    @pytest.mark.parametrize("depth", [33, 900, 100_000])
    def test_values_nested_too_deeply(self, depth: int) -> None:
        """No recursion error, and no time lost on what is to be refused."""
        found = parse.source(source("title: " + "[" * depth), SITE).diagnostics

        assert [("yaml/too-deep", "values are nested more than 32 levels deep")] == [(d.code, d.message) for d in found]

    def test_a_huge_number(self) -> None:
        """Digits are text until a key wants a number, so two million of them cost nothing."""
        digits = "9" * 2_000_000
        found = parse.source(source(f"title: a\ndate: {digits}\nslug: {digits}\nlead: {digits}"), SITE).diagnostics

        assert [
            ("date/unreadable", f"not a date: '{'9' * 60}'…"),
            ("address/too-long", f"slug '{'9' * 60}'… has a part of 2000000 bytes, 255 are the most"),
        ] == [(each.code, each.message) for each in found]

    def test_aliases_within_measure(self) -> None:
        """They are read as what they stand for, and `<<` merges."""
        head = "base: &b {path: a.jpg, alt: A}\nimage: {<<: *b, alt: B}\ntitle: a"
        found = item(head, settings=with_rules(ignore=["base"]))

        assert ("a.jpg", "B") == (found.image and found.image.link.target, found.image and found.image.alt)

    def test_all_problems_at_once(self) -> None:
        """Those of several keys, and the order in which they are shown is that of the file."""
        assert ["date/unreadable", "value/choice", "key/unknown", "address/reserved"] == codes(
            "title: a\ndate: soon\nform: poem\nlaed: b\nslug: 2024"
        )


class TestBoundaries:
    """Where front matter ends and the body begins."""

    @given(
        st.lists(
            st.sampled_from(["---", "----", "--- ", "---\t", "---\u3000", "--", "---x", " ---", "", " ", "a"]),
            max_size=7,
        )
    )
    def test_they_are_those_of_python_frontmatter(self, lines: list[str]) -> None:
        """The library takes the same text apart at the same places."""
        text = "\n".join(["---", *lines])
        found = front_matter.split(text, Reading("content/x.md"))
        expected = YAMLHandler.FM_BOUNDARY.split(text, 2)

        assert (3 if found else 2) == len(expected)
        assert found is None or (found.head, found.body) == (expected[1], expected[2].removeprefix("\n"))


class TestNothingRaises:
    """Any bytes give an entry, or at least one error whose span lies inside the file."""

    @given(
        st.binary(max_size=200), st.sampled_from([PATH, "pages/a.md", "news/_index.md", "a", ".md", "x/2024-01-01-.md"])
    )
    def test_arbitrary_bytes(self, data: bytes, path: str) -> None:
        """Whatever lies in the content folder."""
        _sound(Source(path, data))

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["title", "date", "slug", "permalink", "aliases", "image", "changes", "tags", "lang", "<<", "id"]
                ),
                st.one_of(
                    st.text(max_size=12),
                    st.sampled_from(
                        ["[a, [b]]", "{a: b}", "&x y", "*x", "!t v", "|\n  a\n\n  b", "'", "2024-05-01 25:00", "/%ff/"]
                    ),
                ),
            ),
            max_size=6,
        ),
        st.text(max_size=20),
    )
    def test_what_looks_like_front_matter(self, pairs: list[tuple[str, str]], body: str) -> None:
        """Known keys with odd values."""
        head = "\n".join(f"{key}: {value}" for key, value in pairs)
        _sound(Source(PATH, f"---\n{head}\n---\n{body}".encode("utf-8", "surrogatepass")))

    @given(st.dates(min_value=dt.date(1, 1, 1)), st.from_regex(r"[a-zA-Z0-9_.~!() &в-я-]{1,40}", fullmatch=True))
    def test_a_file_name_makes_an_address_or_a_problem(self, date: dt.date, name: str) -> None:
        """An address begins with the section, ends with a slash and holds the slug as it was written."""
        found = parse.source(source("title: a", path=f"news/{date}-{name}.md"), SITE)
        if found.value is None:
            assert has_errors(found.diagnostics)
            return
        entry = _item(found.value)

        assert f"{'/ru' if entry.language == 'ru' else ''}/news/{date.year:04}/{entry.slug}/" == entry.permalink


def _sound(source: Source) -> None:
    found = parse.source(source, SITE)
    text = source.data.decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")

    assert found.value is not None or any(each.severity is Severity.ERROR for each in found.diagnostics)
    for each in found.diagnostics:
        span = each.span
        assert f"content/{source.path}" == span.path
        assert (span.line == 0) or (
            1 <= span.line <= len(lines) and 1 <= span.column <= max(1, len(lines[span.line - 1])) and span.length >= 1
        ), each


def _item(parsed: Parsed | None) -> Item:
    assert parsed is not None
    assert isinstance(parsed.entry, Item)

    return parsed.entry


def _civil(day: int) -> Moment:
    begins = dt.datetime(2024, 5, day, tzinfo=dt.timezone(dt.timedelta(hours=3)))
    return Moment(begins.date(), None, 0, int(begins.timestamp()))


def test_of_every_kind_of_value_an_example_is_given() -> None:
    """Whoever wrote something else is told what to write."""
    assert {kind for kind in Kind if not EXAMPLES.get(kind)} == set()
