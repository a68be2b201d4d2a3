"""The report of translations: what lacks a version, and which versions their original has left behind."""

from __future__ import annotations

from newsroom import SETTINGS, Newsroom

SITE = f"-- site.yaml --\n{SETTINGS}languages: {{ru: {{}}, hy: {{}}}}\ndiagnostics: {{}}\n"


def item(path: str, more: str = "", date: str = "2024-05-01") -> str:
    return f"-- content/{path} --\n---\ntitle: A title\ndate: {date}\n{more}---\nText.\n"


def found(*files: str, site: str = SITE) -> list[str]:
    """Give the report: the file, code and message of each diagnostic."""
    report = Newsroom("".join((site, *files))).translations().diagnostics
    return [
        f"{each.span.path.removeprefix('content/')} {each.code.rpartition('/')[2]}: {each.message}" for each in report
    ]


def proposed(*files: str) -> list[str]:
    """Give the advice of each diagnostic."""
    return [each.help for each in Newsroom("".join((SITE, *files))).translations().diagnostics]


def outdated(one: str, other: str) -> list[str]:
    """Give what is said of a translation besides what is missing."""
    files = (item("news/a.md", one), item("news/a.ru.md", other), item("news/a.hy.md", "draft: true\n"))
    return [each.partition(": ")[2] for each in found(*files)]


class TestMissing:
    def test_each_language_that_a_text_lacks(self) -> None:
        """One diagnostic a language, at the text that is there, whatever language that has."""
        said = "missing: no version in '{}', expected one in each language of the site"

        assert [f"news/a.md {said.format('hy')}", f"news/a.md {said.format('ru')}"] == found(item("news/a.md"))
        assert [f"news/a.ru.md {said.format('en')}", f"news/a.ru.md {said.format('hy')}"] == found(item("news/a.ru.md"))

    def test_nothing_is_missing_where_all_are_there(self) -> None:
        """Three versions of one text, one of them for a later day."""
        assert [] == found(item("news/a.md"), item("news/a.ru.md"), item("news/a.hy.md", date="2030-01-01"))

    def test_drafts_are_work(self) -> None:
        """A draft lacks nothing, and what is a draft is not missing."""
        draft = "draft: true\n"

        assert [] == found(item("news/a.md", draft))
        assert [] == found(item("news/a.md"), item("news/a.ru.md", draft), item("news/a.hy.md", draft))

    def test_what_no_longer_stands_needs_no_version(self) -> None:
        """Nobody translates what was withdrawn or removed."""
        assert [] == found(item("news/a.md", "withdrawn: Wrong.\n"), item("news/b.md", "gone: So ruled.\n"))

    def test_pages_and_introductions_count(self) -> None:
        """About and the words above a section are read in each language."""
        page = "-- content/{} --\n---\ntitle: A title\n---\nText.\n"

        assert [
            "write content/_index.hy.md",
            "write content/_index.ru.md",
            "write content/news/_index.hy.md",
            "write content/news/_index.ru.md",
            "write content/pages/about.hy.md",
            "write content/pages/about.ru.md",
        ] == proposed(*(page.format(path) for path in ("_index.md", "news/_index.md", "pages/about.md")))

    def test_a_slug_that_comes_back_is_one_text_a_date(self) -> None:
        """The report of 2024 is translated, that of 2023 is not."""
        files = (
            item("news/2023/report.md", date="2023-05-01"),
            item("news/2024/report.md"),
            item("news/2024/report.ru.md"),
            item("news/2024/report.hy.md"),
        )

        assert ["news/2023/report.md", "news/2023/report.md"] == [each.partition(" ")[0] for each in found(*files)]

    def test_the_advice_says_which_key_the_new_file_needs(self) -> None:
        """Where the file's name alone would not bring the two together."""
        files = (item("news/2024/a.md", "slug: other\n"), item("news/2024/a.ru.md", "translation: news/other\n"))

        assert ["write content/news/2024/a.hy.md with `translation: news/other`"] == proposed(*files)
        assert [] == found(*files, item("news/2024/a.hy.md", "translation: news/other\n"))

    def test_a_site_may_switch_it_off(self) -> None:
        """A language may hold a choice only."""
        assert [] == found(item("news/a.md"), site=SITE.replace("{}\n", '{translation/missing: "off"}\n'))


class TestOutdated:
    def test_a_change_of_the_original_that_came_later(self) -> None:
        """A correction, a major change and `updated` ask for another look; a minor one does not."""
        change = "changes: [{{date: 2024-05-03, kind: {}, note: x}}]\n"
        expected = "from 2024-05-01, older than the last change of its original, content/news/a.md, on 2024-05-03"

        assert [expected] == outdated(change.format("correction"), "")
        assert [expected] == outdated(change.format("major"), "")
        assert [expected] == outdated("updated: 2024-05-03\n", "")
        assert [] == outdated(change.format("minor"), "")

    def test_a_translation_that_followed(self) -> None:
        """An entry of that day or a later one, of any kind, says that the text was seen to."""
        changed = "updated: 2024-05-03 10:00\n"

        assert [] == outdated(changed, "updated: 2024-05-03\n")
        assert [] == outdated(changed, "changes: [{date: 2024-05-04, kind: minor, note: x}]\n")
        assert [] != outdated(changed, "updated: 2024-05-03 09:59\n")

    def test_an_original_that_never_changed(self) -> None:
        """A translation may come before its original, and is no older for that."""
        files = (item("news/a.md"), item("news/a.ru.md", date="2024-04-30"), item("news/a.hy.md"))

        assert [] == found(*files)

    def test_an_original_that_no_longer_stands(self) -> None:
        """What was withdrawn or removed in the original is so in each language, or somebody has to say why not."""
        said = "its original, content/news/a.md, was {}"

        assert [said.format("withdrawn")] == outdated("withdrawn: Wrong.\n", "")
        assert [said.format("removed")] == outdated("gone: So ruled.\n", "")
        assert [] == outdated("withdrawn: Wrong.\n", "withdrawn: Wrong.\n")
