"""The commands, their exit statuses, and the only `print`.

    0  fine
    1  errors in the content or the settings, or the world refused: nothing was written; or --verify found
       a difference, or no output is where --explain looks
    2  wrong usage
    3  built, with items left out or read from an older revision

Results go to stdout, diagnostics to stderr. `--help` must be quick: whatever a command needs is
imported inside it.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

import click

from csto_site import __version__
from csto_site.shell.errors import SiteError

if TYPE_CHECKING:
    from csto_site.diagnostics import Diagnostic
    from csto_site.shell.build import Options

FINE, ERRORS, INCOMPLETE, INTERRUPTED = 0, 1, 3, 130
"""Exit statuses; click gives 2 for wrong usage."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line and give its exit status; whatever the world refuses is one line."""
    _open_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a title may hold what the terminal cannot show
    try:
        status: int | None = main.main(list(arguments), prog_name="csto-site", standalone_mode=False)
        with _heard(sys.stdout):
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt, SystemExit):  # click leaves by SystemExit when a pipe's reader has gone
        return INTERRUPTED
    except (SiteError, OSError) as error:
        from csto_site.diagnostics import visible

        _note("\n".join(map(visible, f"error: {_words(error)}".split("\n"))))
        return ERRORS
    return status or FINE


def _open_streams() -> None:
    """Lead streams that were closed (`>&-`) to nowhere: else the next file that is opened would take their number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - it stays open


@contextmanager
def _heard(stream: IO[str]) -> Iterator[None]:
    """Go on when a pipe's reader has gone: a command's work and its status are the same."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # or the last flush would fail again


def _words(error: SiteError | OSError) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _say(text: object, end: str = "\n") -> None:
    with _heard(sys.stdout):
        print(text, end=end)


def _note(text: str) -> None:
    with _heard(sys.stderr):
        print(text, file=sys.stderr)


# -- options ---------------------------------------------------------------------------------------

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

_root = click.option(
    "--root", type=_FOLDER, metavar="DIR", help="The site's folder.  [default: where site.yaml is, here or above]"
)
_content = click.option("--content", type=_FOLDER, metavar="DIR", help="The sources.  [default: the site's content/]")
_as_of = click.option(
    "--as-of", metavar="INSTANT", help="The date or time to build for.  [default: SOURCE_DATE_EPOCH, else now]"
)


def _form(command: _Command) -> _Command:
    """Add the option of the commands that write diagnostics; what refuses them as a whole is written like these."""

    @wraps(command)
    def told(*, root: Path | None, content: Path | None, form: str, **given: object) -> Any:  # noqa: ANN401 - a status
        try:
            return command(root=root, content=content, form=form, **given)
        except (SiteError, OSError) as error:
            path = error.path if isinstance(error, SiteError) else ""
            if form == "text" and not path:
                raise
            _show_refusal(_words(error), path, form, root, content)
            return ERRORS

    option = click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "github"]),
        default="text",
        show_default=True,
        help="How diagnostics are written; github adds the job summary.",
    )
    return cast("_Command", option(told))


def _filled(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Refuse an empty value: it stands where a script's variable is not set, and would be as if nothing was asked."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty, perhaps because a variable is not set")
    return value


def _site_options(command: _Command) -> _Command:
    """Add the options of all commands that read a whole site."""
    return _root(_content(_as_of(command)))


def _instant(as_of: str | None, root: Path) -> int:
    """Read `--as-of`; a date without a zone is one of the site's zone."""
    from csto_site.shell.clock import instant, now

    try:
        if as_of is None:
            return now()
        from csto_site.shell.site import zone_of  # it reads the settings, which most builds need not

        return instant(as_of, zone_of(root))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


# -- commands --------------------------------------------------------------------------------------


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="csto-site", message="%(prog)s %(version)s")
def main() -> None:
    """Build a news archive from Markdown files.

    Exit status: 0 fine, 1 errors, 2 wrong usage, 3 built with items left out.
    """


@main.command()
@click.argument("name", metavar="DIR", type=click.Path(file_okay=False), callback=_filled)
def init(name: str) -> int:
    """Begin a site of your own in DIR."""
    from csto_site.shell.authoring import begin_site

    folder = Path(name)
    for path in begin_site(folder):
        _say(folder / path)
    _note(f"Next: look through {folder / 'site.yaml'}, then run `csto-site serve --root {folder}`.")
    return FINE


@main.command()
@click.argument("title")
@click.option(
    "--section", metavar="NAME", callback=_filled, help="Where it belongs.  [default: the first one in site.yaml]"
)
@click.option("--date", metavar="DATE", callback=_filled, help="Its date, perhaps with a time.  [default: today]")
@click.option("--lang", metavar="CODE", callback=_filled, help="Its language.  [default: the site's own]")
@_root
@_as_of
def new(
    title: str,
    *,
    section: str | None,
    date: str | None,
    lang: str | None,
    root: Path | None,
    as_of: str | None,
) -> int:
    """Make the file of a new item, as a draft."""
    from csto_site.editing.draft import draft, first_section
    from csto_site.shell.authoring import begin_item
    from csto_site.shell.look import root_of
    from csto_site.shell.site import settings_of

    title = title.encode("utf-8", "surrogateescape").decode("utf-8", "replace")  # a locale without UTF-8 escapes it
    site = root_of(root)
    settings, instant = settings_of(site), _instant(as_of, site)
    try:
        item = draft(title, settings, as_of=instant, section=section, date=date, language=lang)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    _say(begin_item(site / "content", item))
    if section is None and len(settings.sections) > 1:
        _note(f"It belongs to the section {first_section(settings)}, the first one: choose another with --section.")
    return FINE


@main.command()
@_site_options
@click.option("--translations", is_flag=True, help="List missing and outdated translations, too.")
@_form
def check(*, root: Path | None, content: Path | None, as_of: str | None, translations: bool, form: str) -> int:
    """List the problems of all files; write nothing."""
    from csto_site.diagnostics import has_errors
    from csto_site.shell import build as builds
    from csto_site.shell.look import root_of
    from csto_site.shell.making import check as checked
    from csto_site.shell.report import counted, numbered, untranslated

    site = root_of(root)
    options = builds.Options(root=site, out=site / "public", as_of=_instant(as_of, site), content=content)
    with _busy("Checking"):
        report = checked(options, translations=translations)
    _show(report.diagnostics, form, site, content)
    _say(f"{numbered(report.work.items, 'source')} checked: {counted(report.diagnostics)}")
    if translations:
        _say(f"translations: {untranslated(report.diagnostics)}")
    return ERRORS if has_errors(report.diagnostics) else FINE


@main.command()
@_site_options
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="[default: the site's public/]"
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes at once.  [default: one a core]")
@click.option("--executor", metavar="dask:ADDRESS", callback=_filled, help="Let a Dask cluster work (extra: cluster).")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="[default: .cache/]")
@click.option("--clean", is_flag=True, help="Make every file anew.")
@click.option("--verify", is_flag=True, help="Hold the output against a clean build by a fresh process.")
@click.option("--search/--no-search", default=None, help="With search or without.  [default: as site.yaml says]")
@click.option("--explain", metavar="URL", callback=_filled, help="Say why the page there was made again, or kept.")
@click.option("--keep-going", is_flag=True, help="Leave out what has errors, and build the rest.")
@click.option(
    "--last-good", metavar="REV", callback=_filled, help="Read what has errors as it was in that git revision."
)
@_form
def build(
    *,
    root: Path | None,
    content: Path | None,
    as_of: str | None,
    out: Path | None,
    jobs: int | None,
    executor: str | None,
    cache: Path | None,
    clean: bool,
    verify: bool,
    search: bool | None,
    explain: str | None,
    keep_going: bool,
    last_good: str | None,
    form: str,
) -> int:
    """Build the site. With errors nothing is written, unless --keep-going or --last-good is given."""
    from csto_site.diagnostics import visible
    from csto_site.shell import build as builds
    from csto_site.shell.ending import last_word, terminable
    from csto_site.shell.look import root_of
    from csto_site.shell.report import is_incomplete, is_unanswered, told

    if executor:
        from csto_site.shell.cluster import place_of

        try:
            place_of(executor)  # what is misspelt is refused even where there is nothing to do
        except SiteError as error:
            raise click.UsageError(str(error)) from error
    site = root_of(root)
    options = builds.Options(
        root=site,
        out=out or site / "public",
        as_of=_instant(as_of, site),
        content=content,
        keep_going=keep_going,
        last_good=last_good or "",
        clean=clean,
        jobs=jobs or 0,
        executor=executor or "",
        cache=cache,
        explain=explain or "",
        search=search,
    )
    try:
        with terminable(options.out), _busy("Building"):
            report = builds.run(options, _bar)
    except KeyboardInterrupt:
        _note(last_word(options.out))
        return INTERRUPTED
    if form != "json":  # there, stderr is one array
        for note in report.notes:
            _note(f"note: {note}")
    _show(report.diagnostics, form, site, content)
    for line in told(report, options):
        _say(visible(line))
    if report.written is None or (verify and not _is_verified(options)) or is_unanswered(report):
        return ERRORS
    return INCOMPLETE if is_incomplete(report) else FINE


def _is_verified(options: Options) -> bool:
    from csto_site.shell.verify import differences

    with _busy("Verifying"):
        found = list(differences(options))
    if not found:
        _say("verified: a clean build by a fresh process makes the same bytes")
        return True
    _say(f"not what a clean build makes: {len(found):,} of the files, first of all {found[0]}")
    return False


@main.command()
@_root
@_as_of
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
def serve(*, root: Path | None, as_of: str | None, port: int) -> int:
    """Show the site with drafts; reload it on each save.

    What is to appear later is not shown: --as-of 2030-05-01 shows the site of that day.
    """
    from csto_site.shell import reload
    from csto_site.shell.look import root_of
    from csto_site.shell.rebuild import rebuilding

    site = root_of(root)
    fixed = _instant(as_of, site) if as_of else None

    def report(met: Sequence[Diagnostic] | SiteError) -> None:
        _note(f"error: {met}") if isinstance(met, SiteError) else _show(met, "text", site)

    rebuild = rebuilding(site, as_of=lambda: _instant(None, site) if fixed is None else fixed, report=report)
    watched = [site / name for name in ("site.yaml", "content", "templates", "static")]
    reload.serve(rebuild, watch=watched, port=port, announce=lambda url: print(f"{url} (Ctrl-C ends it)", flush=True))
    return FINE


@main.command()
@click.argument("what", type=click.Choice(["item", "page", "site"]), default="item")
@_root
def schema(what: str, *, root: Path | None) -> int:
    """Print a JSON Schema.

    Of the front matter of an item or a page, with the names that the site declares, or of site.yaml.
    """
    import json

    from csto_site import schema as schemas
    from csto_site.shell.look import root_of
    from csto_site.shell.site import settings_of

    if what == "site":
        found = schemas.site_schema()
    else:
        of_source = schemas.item_schema if what == "item" else schemas.page_schema
        found = of_source(settings_of(root_of(root)))
    _say(json.dumps(found, ensure_ascii=False, indent=2))
    return FINE


@main.command()
def context() -> int:
    """Print what templates may see: each field."""
    from importlib.resources import files

    from csto_site.reference import table

    _say(table((files("csto_site") / "context.py").read_text(encoding="utf-8")), end="")
    return FINE


# -- what is said ----------------------------------------------------------------------------------


@contextmanager
def _busy(doing: str) -> Iterator[None]:
    """Show on a terminal that work is going on; elsewhere nothing.

    A line that stands still: what moves needs a thread, and a process with threads cannot fork its workers.
    """
    if not sys.stderr.isatty():
        yield
        return
    print(f"{doing} …", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _bar(done: int, count: int) -> None:
    """Show on a terminal how many of the pictures are made, in the line that says what is going on."""
    if sys.stderr.isatty():
        filled = _BAR * done // count
        bar = "█" * filled + "░" * (_BAR - filled)
        print(f"\r\x1b[KPictures {bar} {done:,} of {count:,}", end="", file=sys.stderr, flush=True)


_BAR = 24


def _show(diagnostics: Sequence[Diagnostic], form: str, root: Path, content: Path | None = None) -> None:
    """Write diagnostics to stderr in one piece; `github` names files from the repository's top."""
    from csto_site.shell.look import line_of
    from csto_site.shell.report import Format, below, rendered, summary

    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    if form == Format.GITHUB:
        diagnostics = below(diagnostics, _folder_in_repository(root))
        _append(os.environ.get("GITHUB_STEP_SUMMARY"), summary(diagnostics))
    text = rendered(diagnostics, Format(form), line_of(root, content), colour=colour)
    if text:
        _note(text)


def _show_refusal(message: str, path: str, form: str, root: Path | None, content: Path | None) -> None:
    """Write what refused a command as a whole, like a diagnostic; `path` is the file at fault, or ""."""
    from csto_site.diagnostics import Span, problem
    from csto_site.shell.look import root_of

    site = Path()
    with suppress(SiteError):  # that may be what refused it
        site = root_of(root)
    name = path and os.path.relpath(path, site)
    _show((problem("site/refused", Span(name), message),), form, site, content)


def _folder_in_repository(root: Path) -> str:
    """Say where the site lies in the repository that GitHub checked out; "" where it is the top."""
    top = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    folder = root.resolve()
    return folder.relative_to(top).as_posix().removeprefix(".") if folder.is_relative_to(top) else ""


def _append(path: str | None, text: str) -> None:
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
