"""The commands: what they print where, and how they end."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import drawn
from csto_site import __version__
from csto_site.shell import darkroom, verify
from csto_site.shell.cli import main, run

AS_OF = ("--as-of", "2025-12-31")
HERE = Path(__file__).parent.parent
BAD_ITEM = "---\ntitle: Storm\ndate: next tuesday\n---\n\nText.\n"
DATE_ERROR = "content/news/storm.md:3:7: error[date/unreadable]: not a date: 'next tuesday'"


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


class Desk:
    """A folder in which commands are typed."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def type(self, *arguments: str) -> Ended:
        """Run a command line."""
        self._capture.readouterr()
        status = run(arguments)
        return Ended(status, *self._capture.readouterr())

    def write(self, path: str, text: str) -> None:
        """Save a file."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Give an empty folder, and the environment of nobody in particular."""
    for name in ("SOURCE_DATE_EPOCH", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path, capsys)


@pytest.fixture
def site(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Give a new site, as `init` makes it."""
    desk.type("init", "mysite")
    monkeypatch.chdir(desk.folder / "mysite")
    desk.folder /= "mysite"
    return desk


class TestInit:
    def test_a_new_site_is_whole(self, site: Desk) -> None:
        """What `init` writes has no problem at all, not even a warning."""
        assert site.type("check", *AS_OF) == (0, "5 sources checked: no errors\n", "")

    def test_it_prints_each_file(self, desk: Desk) -> None:
        """The result is the list of files, on stdout; advice goes to stderr."""
        ended = desk.type("init", "a/b")

        assert sorted(ended.out.split()) == sorted(str(path.relative_to(desk.folder)) for path in files_in(desk.folder))
        assert ended.err.startswith("Next: ")

    def test_it_refuses_to_write_over_a_file(self, desk: Desk) -> None:
        """A file of one of its names stops it before anything is written."""
        desk.write("mysite/site.yaml", "mine")
        ended = desk.type("init", "mysite")

        assert ended == (1, "", "error: mysite has a site.yaml already: name another folder, or move it away\n")
        assert [path.name for path in files_in(desk.folder)] == ["site.yaml"]

    def test_other_files_may_be_there(self, desk: Desk) -> None:
        """A folder with files of other names, such as a fresh repository, is fine."""
        desk.write("mysite/notes.txt", "mine")

        assert desk.type("init", "mysite").status == 0

    def test_the_version_is_pinned(self, site: Desk) -> None:
        """The site names the version that began it."""
        assert f"csto-site=={__version__}\n" in (site.folder / "requirements.txt").read_text()


class TestNew:
    def test_it_prints_the_path_of_a_draft(self, site: Desk) -> None:
        """The path goes to stdout, and that the section was chosen for lack of another to stderr."""
        ended = site.type("new", "A meeting in Moscow", "--as-of", "2024-07-26")

        assert ended.out == "content/news/2024/2024-07-26-a-meeting-in-moscow.md\n"
        assert ended.err == "It belongs to the section news, the first one: choose another with --section.\n"
        assert ended.status == 0

    def test_the_only_section_is_no_choice(self, site: Desk) -> None:
        """Nothing is said of it."""
        site.write(
            "site.yaml", "title: A\nurl: https://a.example/\nid_authority: a.example,2024\nsections: {news: News}\n"
        )

        assert "" == site.type("new", "A meeting", "--as-of", "2024-07-26").err

    def test_what_it_makes_is_well(self, site: Desk) -> None:
        """A new item brings no problem into the site, and is not published."""
        site.type("new", "A meeting", "--section", "statements", "--date", "26.07.2024 18:30")
        site.type("build", *AS_OF)

        assert site.type("check", *AS_OF) == (0, "6 sources checked: no errors\n", "")
        assert not list((site.folder / "public").rglob("*meeting*"))

    def test_it_never_writes_over_a_file(self, site: Desk) -> None:
        """The same title on the same day is refused."""
        site.type("new", "A meeting", "--date", "2024-07-26")
        ended = site.type("new", "A meeting", "--date", "2024-07-26")

        assert ended.err == (
            "error: content/news/2024/2024-07-26-a-meeting.md is there already: choose another title or date\n"
        )
        assert ended.status == 1

    def test_a_title_is_utf_8_whatever_the_locale(self, site: Desk) -> None:
        """Where the locale knows no UTF-8, Python hands the bytes on as escapes: they are read all the same."""
        ended = site.type("new", "Встреча".encode().decode("ascii", "surrogateescape"), "--date", "2024-07-26")

        assert ended.out == "content/news/2024/2024-07-26-vstrecha.md\n"
        assert 'title: "Встреча"\n' in (site.folder / ended.out.strip()).read_text(encoding="utf-8")

    def test_a_wrong_section_is_wrong_usage(self, site: Desk) -> None:
        """The right names are offered."""
        ended = site.type("new", "A meeting", "--section", "sport")

        assert "site.yaml declares no section 'sport': expected one of news, statements" in ended.err
        assert ended.status == 2


class TestCheck:
    def test_problems_go_to_stderr_and_the_count_to_stdout(self, site: Desk) -> None:
        """An error ends with status 1."""
        site.write("content/news/storm.md", BAD_ITEM)
        ended = site.type("check", *AS_OF)

        assert ended.err.startswith(DATE_ERROR)
        assert ended.out == "6 sources checked: 1 error\n"
        assert ended.status == 1

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_the_line_is_shown_however_lines_end(self, site: Desk, end: str) -> None:
        """Sources of Windows and of old Macs show the line that was meant, too."""
        site.write("content/news/storm.md", BAD_ITEM.replace("\n", end))

        assert site.type("check").err.startswith(f"{DATE_ERROR}\n  3 | date: next tuesday\n")

    def test_translations_are_reported_on_demand(self, site: Desk) -> None:
        """What is missing is a list of places on stderr and a count on stdout; it breaks nothing, and is JSON, too."""
        assert site.type("check", *AS_OF).err == ""
        settings = Path("site.yaml").read_text()
        site.write("site.yaml", f"{settings}languages: {{ru: {{title: Пример}}}}\n")

        ended = site.type("check", "--translations", "--format", "json", *AS_OF)
        found = json.loads(ended.err)

        assert {"translation/missing"} == {each["code"] for each in found}
        assert "content/pages/about.md:2" in {f"{each['path']}:{each['line']}" for each in found}
        assert (0, "5 sources checked: 5 warnings\ntranslations: 5 missing, 0 outdated\n") == (ended.status, ended.out)

    def test_json_alone_is_on_stderr(self, site: Desk) -> None:
        """Programs read stderr as it is."""
        site.write("content/news/storm.md", BAD_ITEM)
        (problem,) = json.loads(site.type("check", "--format", "json", *AS_OF).err)

        assert (problem["path"], problem["line"], problem["code"]) == ("content/news/storm.md", 3, "date/unreadable")

    def test_github_gets_annotations_and_a_summary(self, site: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Annotations name the file from the repository's top; the summary is added to what is there."""
        site.write("content/news/storm.md", BAD_ITEM)
        site.write("summary.md", "before\n")
        monkeypatch.setenv("GITHUB_WORKSPACE", str(site.folder.parent))
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(site.folder / "summary.md"))
        ended = site.type("check", "--format", "github", *AS_OF)

        assert ended.err.startswith("::error file=mysite/content/news/storm.md,title=date/unreadable,line=3,col=7,")
        assert (site.folder / "summary.md").read_text().startswith("before\n### csto-site: 1 error\n")

    def test_a_site_at_the_top_of_its_repository(self, site: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """GitHub knows its files by their own paths."""
        site.write("content/news/storm.md", BAD_ITEM)
        monkeypatch.setenv("GITHUB_WORKSPACE", str(site.folder))

        assert site.type("check", "--format", "github", *AS_OF).err.startswith("::error file=content/news/storm.md,")

    def test_a_site_is_looked_for_upwards(self, site: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Any folder of the site will do."""
        monkeypatch.chdir(site.folder / "content/news/2025")

        assert site.type("check", *AS_OF).status == 0

    def test_where_there_is_no_site_it_says_what_to_do(self, desk: Desk) -> None:
        """One line, with the remedy."""
        assert desk.type("check") == (
            1,
            "",
            "error: no site.yaml here or above: begin a site with `csto-site init DIR`, or name one with --root\n",
        )

    def test_broken_settings_are_shown_whatever_the_options(self, site: Desk) -> None:
        """A date without a zone needs the settings; where they are broken, that is what is reported."""
        site.write("site.yaml", "title: [\n")
        ended = site.type("check", *AS_OF)

        assert ended.err.startswith("site.yaml:")
        assert ended.status == 1


class TestBuild:
    def test_it_says_what_was_written(self, site: Desk) -> None:
        """All files the first time, none the second."""
        first, second = site.type("build", *AS_OF), site.type("build", *AS_OF)
        count = len(list(files_in(site.folder / "public")))

        assert f"public: {count} files, {count} of them written now, 0 removed" in first.out.splitlines()
        assert f"public: {count} files, 0 of them written now, 0 removed" in second.out.splitlines()
        assert (first.status, second.status) == (0, 0)

    def test_it_says_how_much_was_made_again(self, site: Desk) -> None:
        """Sources, and runs with the pages that they print: every page is either rendered or kept."""
        outs = [site.type("build", *AS_OF).out]
        pages = sum(path.suffix == ".html" for path in files_in(site.folder / "public"))
        outs.append(site.type("build", *AS_OF).out)
        source = next((site.folder / "content/statements").glob("*.md"))
        source.write_text(source.read_text() + "\nOne more sentence.\n")
        outs.append(site.type("build", *AS_OF).out)

        said = [[int(each) for each in re.findall(r"\d+", " ".join(out.splitlines()[:2]))] for out in outs]
        (sources, parsed, runs, rendered, printed, kept, left), unchanged, edited = said
        assert (sources, runs, pages, 0, 0) == (parsed, rendered, printed, kept, left)
        assert [sources, 0, runs, 0, 0, runs, pages] == unchanged
        assert [sources, 1, runs] == edited[:3]
        assert 0 < edited[3] == runs - edited[5] < runs / 2
        assert pages == edited[4] + edited[6]

    def test_errors_leave_the_output_as_it_was(self, site: Desk) -> None:
        """Nothing is written, and status 1 says so."""
        site.type("build", *AS_OF)
        before = contents(site.folder / "public")
        site.write("content/news/storm.md", BAD_ITEM)
        ended = site.type("build", *AS_OF)

        assert ended.out == "nothing was written: 1 error\n"
        assert ended.status == 1
        assert before == contents(site.folder / "public")

    def test_keep_going_names_what_it_left_out(self, site: Desk) -> None:
        """The rest is built, and status 3 says that something is missing."""
        site.write("content/news/storm.md", BAD_ITEM)
        ended = site.type("build", "--keep-going", *AS_OF)

        assert ended.out.startswith("left out: content/news/storm.md")
        assert ended.err.startswith(DATE_ERROR)
        assert ended.status == 3
        assert (site.folder / "public/index.html").is_file()

    def test_keep_going_says_the_same_again(self, site: Desk) -> None:
        """Where nothing has changed since, what was left out is named all the same, and nothing is read."""
        site.write("content/news/broken.md", "---\ntitle: [\n---\n")
        first = site.type("build", "--keep-going", *AS_OF)

        second = site.type("build", "--keep-going", *AS_OF)

        assert (first.status, first.err) == (second.status, second.err)
        assert "make" in first.out
        assert "make" not in second.out

    def test_keep_going_speaks_for_itself_only(self, site: Desk) -> None:
        """What was left out once is an error all the same for whoever does not ask for that."""
        site.write("content/news/broken.md", "---\ntitle: [\n---\n")
        site.type("build", "--keep-going", *AS_OF)

        assert (1, "nothing was written: 1 error\n") == site.type("build", *AS_OF)[:2]

    def test_it_names_when_the_clock_will_matter(self, site: Desk) -> None:
        """An item under embargo gives the instant at which the same sources give another site."""
        site.write("content/news/a.md", "---\ntitle: A\ndate: 2026-01-05\npublish: 2026-01-05 18:00\n---\n\nText.\n")
        before = site.type("build", "--as-of", "2026-01-05 17:59")
        after = site.type("build", "--as-of", "2026-01-05 18:00")

        assert "the clock will change it next at 2026-01-05 18:00Z\n" in before.out
        assert "2026-01-05 18:00Z" not in after.out

    def test_a_day_begins_where_the_site_is(self, site: Desk) -> None:
        """`--as-of` with a date is midnight there: on that day the items of that day are news."""
        settings = Path("site.yaml").read_text().replace("timezone: UTC", "timezone: America/New_York")
        site.write("site.yaml", settings)
        site.write("content/news/today.md", "---\ntitle: Today\ndate: 2026-01-05\n---\n\nText.\n")
        site.type("build", "--jobs", "1", "--as-of", "2026-01-05")

        assert list((site.folder / "public").rglob("today/index.html"))

    def test_source_date_epoch_is_the_clock(self, site: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before anything is due, no item has a page."""
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
        site.type("build")

        assert not (site.folder / "public/news/2025").exists()

    def test_out_may_be_elsewhere(self, site: Desk, tmp_path: Path) -> None:
        """The site is built where --out says."""
        site.type("build", "--out", str(tmp_path / "www"), *AS_OF)

        assert (tmp_path / "www/index.html").is_file()
        assert not (site.folder / "public").exists()

    def test_a_wrong_instant_is_wrong_usage(self, site: Desk) -> None:
        """It is quoted, with forms that are read."""
        ended = site.type("build", "--as-of", "tomorrow")

        assert "not a date: 'tomorrow': expected 2024-05-01" in ended.err
        assert ended.status == 2

    def test_an_executor_that_is_none_is_wrong_usage(self, site: Desk) -> None:
        """What is misspelt is said like any other wrong option."""
        ended = site.type("build", "--executor", "foo")

        assert 2 == ended.status
        assert "no such executor: 'foo', expected dask:ADDRESS" in ended.err

    @pytest.mark.parametrize(
        ("found", "status", "said"),
        [
            ([], 0, "verified: a clean build by a fresh process makes the same bytes\n"),
            (["a", "b"], 1, "not what a clean build makes: 2 of the files, first of all a\n"),
        ],
    )
    def test_what_is_verified_decides(
        self, site: Desk, monkeypatch: pytest.MonkeyPatch, found: list[str], status: int, said: str
    ) -> None:
        """Where the output is not what a clean build makes, a workflow must not publish it."""
        monkeypatch.setattr(verify, "differences", lambda _: iter(found))
        ended = site.type("build", "--jobs", "1", "--verify", *AS_OF)

        assert (status, True) == (ended.status, ended.out.endswith(said))

    def test_notes_are_not_for_programs(self, site: Desk) -> None:
        """With `--format json` stderr is one array, whatever the cache had to say."""
        site.type("build", "--jobs", "1", *AS_OF)
        memo = site.folder / ".cache/memo"
        memo.write_bytes(memo.read_bytes()[:-9])
        text = site.type("build", "--jobs", "1", *AS_OF).err
        memo.write_bytes(memo.read_bytes()[:-9])

        assert text.startswith("note: ")
        assert [] == json.loads(site.type("build", "--jobs", "1", "--format", "json", *AS_OF).err)

    def test_explain_knows_where_nothing_answers(self, site: Desk) -> None:
        """Of an address without an output it says just that; of a file that no page is, what it is."""
        nowhere = site.type("build", "--explain", "/nowhere/").out
        copied = site.type("build", "--explain", "/manifest.json").out

        assert "nowhere/index.html: no output of this site answers there" in nowhere
        assert "manifest.json: no page, but a file that is copied or written with every build" in copied

    @pytest.mark.parametrize(("address", "status"), [("/nowhere/", 1), ("/", 0), ("/manifest.json", 0)])
    def test_explain_ends_with_an_error_where_nothing_answers(self, site: Desk, address: str, status: int) -> None:
        """The site is written all the same."""
        assert site.type("build", "--explain", address, *AS_OF).status == status
        assert (site.folder / "public/index.html").exists()

    @pytest.mark.parametrize("command", ["build", "check"])
    def test_what_refuses_all_is_json_too(self, desk: Desk, command: str) -> None:
        """A program reads it like any other problem."""
        ended = desk.type(command, "--format", "json")
        (found,) = json.loads(ended.err)

        assert ended.status == 1
        assert found.pop("message").startswith("no site.yaml here or above: begin a site with `csto-site init DIR`")
        assert found == {
            "path": "",
            "line": 0,
            "column": 0,
            "length": 1,
            "code": "site/refused",
            "severity": "error",
            "help": "",
        }

    @pytest.mark.parametrize("more", [("--out", "content"), ("--last-good", "HEAD")])
    def test_so_is_what_refuses_a_build(self, site: Desk, more: tuple[str, str]) -> None:
        """Also where there is a site; on GitHub it is an annotation of no file."""
        ended = site.type("build", *more, "--format", "json")
        on_github = site.type("build", *more, "--format", "github")

        assert (1, ["site/refused"]) == (ended.status, [each["code"] for each in json.loads(ended.err)])
        assert on_github.err.startswith("::error title=site/refused::")

    def test_a_picture_that_no_encoder_takes(self, site: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its file is named, whatever the format."""
        monkeypatch.setitem(darkroom.QUALITIES["webp"], "quality", "much")
        (site.folder / "content/news/storm.png").write_bytes(drawn.png(40, 30))
        site.write("content/news/storm.md", "---\ntitle: Storm\ndate: 2024-05-01\n---\n\n![Waves](storm.png)\n")
        text, as_json = (site.type("build", "--jobs", "1", *AS_OF, "--format", form) for form in ("text", "json"))

        assert text.err.startswith("content/news/storm.png: error[site/refused]: assets/pictures/storm.")
        assert "content/news/storm.png" == json.loads(as_json.err)[0]["path"]
        assert (1, 1) == (text.status, as_json.status)

    def test_settings_that_are_no_file(self, site: Desk) -> None:
        """Whoever has them as a pipe or a folder reads just that."""
        (site.folder / "site.yaml").unlink()
        os.mkfifo(site.folder / "site.yaml")
        told = [site.type(command, "--root", ".").err for command in ("build", "check", "schema")]

        assert ["site.yaml: error[settings/missing]: site.yaml is not a file"] * 2 == [
            each.splitlines()[0] for each in told[:2]
        ]
        assert "error: site.yaml is not a file: put the settings there as a file\n" == told[2]

    def test_a_disk_that_refuses_is_one_line(self, site: Desk) -> None:
        """No traceback, whatever the disk says."""
        site.write("www", "a file where the folder should be")
        ended = site.type("build", "--out", "www/public", *AS_OF)

        assert ended.status == 1
        assert ended.err.startswith("error: ")
        assert ended.err.count("\n") == 1


class TestSchemaAndContext:
    @pytest.mark.parametrize("what", ["item", "page", "site"])
    def test_schema_prints_a_json_schema(self, site: Desk, what: str) -> None:
        """The output is one JSON Schema and nothing else."""
        ended = site.type("schema", what)

        assert json.loads(ended.out)["$schema"].startswith("https://json-schema.org/draft/")
        assert (ended.status, ended.err) == (0, "")

    def test_context_lists_each_field(self, desk: Desk) -> None:
        """No site is needed to read what templates may see."""
        ended = desk.type("context")

        assert "back_to_section" in ended.out
        assert (ended.status, ended.err) == (0, "")


class TestEnds:
    def test_no_command_is_wrong_usage(self, desk: Desk) -> None:
        """The help is shown, and status 2."""
        assert desk.type().status == 2

    def test_an_unknown_option_is_wrong_usage(self, desk: Desk) -> None:
        """It is named."""
        ended = desk.type("build", "--fast")

        assert "--fast" in ended.err
        assert ended.status == 2

    def test_version_is_the_one_of_the_package(self, desk: Desk) -> None:
        """It stands in one place."""
        assert desk.type("--version") == (0, f"csto-site {__version__}\n", "")

    def test_the_readme_lists_each_command(self) -> None:
        """The table of commands in the README is the truth."""
        rows = [line for line in (HERE / "README.md").read_text().splitlines() if line.startswith("| `csto-site ")]

        assert sorted(main.commands) == sorted(row.split()[2].strip("`") for row in rows)

    def test_a_reader_that_leaves_is_no_error(self) -> None:
        """A pipe that is closed early ends the command without a word."""
        reader, writer = os.pipe()
        os.close(reader)
        command = [sys.executable, "-m", "csto_site", "context"]
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
        os.close(writer)

        assert (done.returncode, done.stderr) == (0, b"")

    @pytest.mark.parametrize("status", [0, 1])
    def test_a_reader_that_leaves_changes_no_status(self, site: Desk, status: int) -> None:
        """Whoever looks only at a part of what a build says learns how it ended, and the site is there."""
        if status:
            site.write("content/news/storm.md", BAD_ITEM)
        reader, writer = os.pipe()
        os.close(reader)
        command = [sys.executable, "-u", "-m", "csto_site", "build", *AS_OF]
        done = subprocess.run(command, stdout=writer, stderr=writer, check=False)
        os.close(writer)

        assert (status, not status) == (done.returncode, (site.folder / "public/index.html").exists())

    @pytest.mark.parametrize(
        ("typed", "status"),
        [
            ("build", 0),
            ("build --out content", 1),
            ("check", 0),
            ("context", 0),
            ("new Storm --date 2024-05-01", 0),
            ("init other", 0),
            ("--version", 0),
            ("--help", 0),
            ("nothing", 2),
        ],
    )
    def test_closed_streams(self, site: Desk, typed: str, status: int) -> None:
        """A command without stdout does its work; without stderr, too, and neither is led into a file."""
        before = contents(site.folder)
        program = "import os, sys; os.closerange({0}, 3); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
        ends = []
        for first in (1, 2):
            command = [sys.executable, "-c", program.format(first), "-m", "csto_site", *typed.split()]
            shutil.rmtree(site.folder / "other", ignore_errors=True)
            for path in site.folder.glob("content/news/*/2024-05-01-storm.md"):
                path.unlink()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            ends.append((done.returncode, done.stdout if first == 1 else ""))

        assert [(status, ""), (status, "")] == ends
        assert before.items() <= contents(site.folder).items()

    @pytest.mark.parametrize(
        "typed",
        [
            ("build", "--last-good", ""),
            ("build", "--explain", ""),
            ("build", "--executor", " "),
            ("init", ""),
            ("new", "Storm", "--section", ""),
            ("new", "Storm", "--date", ""),
            ("new", "Storm", "--lang", ""),
        ],
    )
    def test_nothing_is_no_value(self, site: Desk, typed: tuple[str, ...]) -> None:
        """It comes from a variable that is not set, and must not pass for what was not asked."""
        before = contents(site.folder)
        ended = site.type(*typed)

        assert ended.status == 2
        assert "it is empty, perhaps because a variable is not set" in ended.err
        assert before == contents(site.folder)

    def test_ctrl_c_is_quiet(self, tmp_path: Path) -> None:
        """An interrupt ends the command without a traceback."""
        program = (
            "import os, signal, sys; from csto_site.shell import cli\n"
            "@cli.main.command()\n"
            "def wait(): os.kill(os.getpid(), signal.SIGINT)\n"
            "sys.exit(cli.run(['wait']))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=tmp_path, check=False)

        assert (done.returncode, done.stderr.strip()) == (130, b"")


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in files_in(folder)}
