"""A site on disk with its output and its cache, built again and again, each time held against the clean build."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar, cast

import msgspec
import pytest
from jinja2 import Environment, Template

from csto_site import jobs, parse, pipeline, search, templates
from csto_site.codec import digest, digest_bytes
from csto_site.diagnostics import Checked, Diagnostic, has_errors, ordered
from csto_site.hands import Printed, Serial, made_of, parsed
from csto_site.model import Output, Parsed, Row, Settings, Source
from csto_site.remembered import Memo
from csto_site.shell import build, disk, memo, output, scan, work
from csto_site.shell import search as pagefind
from csto_site.shell.build import Options
from csto_site.shell.darkroom import Darkroom
from csto_site.shell.errors import SiteError
from csto_site.shell.memo import Stamp
from csto_site.templates.catalogue import Catalogue
from csto_site.views import parts
from proof import writing
from proof.writing import Site

GRAIN = 16_000_000
"""How coarse the clock of the file system is, as histories pretend, in nanoseconds: less than is allowed for."""


class Differs(AssertionError):  # noqa: N818 - it says what a build does
    """A build is not what a clean one is."""


class Clean(msgspec.Struct, frozen=True):
    """What a build that remembers nothing comes to; without a tree it has errors and writes nothing."""

    tree: Mapping[str, bytes] | None
    diagnostics: tuple[Diagnostic, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    next_instant: int | None = None


Rows = dict[tuple[bytes, int, str, bytes], tuple[Row, str]]
"""What sources gave, by settings, program, path and bytes: clean builds need not convert the same text each time."""


class Reader(Serial):
    """Does everything in this process, but parses no source twice, and indexes no bundle of the search twice."""

    indexes: ClassVar[dict[str, tuple[Output, ...]]] = {}

    def __init__(self, read: Callable[[str], bytes], outputs: list[Output], rows: Rows, program: int) -> None:
        super().__init__(read, outputs.extend, Darkroom())
        self.rows = rows
        self.program = program

    def parse(self, settings: Settings, paths: Sequence[str]) -> Iterator[Row]:
        """Parse sources that were never seen."""
        known = msgspec.msgpack.encode(settings)
        for path in paths:
            key = (known, self.program, path, self._read(path))
            if key not in self.rows:
                self.rows[key] = parsed(Source(path, key[-1]), settings)
            row, self._fragments[path] = self.rows[key]
            yield row

    def index(self, settings: Settings, bundles: Iterable[jobs.SearchBundle]) -> Iterator[Printed]:
        """Index bundles that were never seen; all that an index depends on names it."""
        for bundle in bundles:
            key = digest(bundle, settings.language_of(bundle.language), self.program)
            if key not in self.indexes:
                self.indexes[key] = tuple(pagefind.indexed(bundle, self._fragments, settings))
            self._emit(self.indexes[key])
            yield Printed(tuple(map(made_of, self.indexes[key])))


class History:
    """What people, clocks and accidents do to one site; `check` says whether the next build is a clean one."""

    def __init__(self, root: Path, site: Site, rows: Rows) -> None:
        self.root = root
        self.out, self.other_out = root / "public", root / "public.other"
        self.site = site
        self.content = root / "content"
        self.as_of = writing.BEGINNING
        self.keep_going = False
        self.program = 0
        self.foreign: dict[str, bytes] = {}
        self.other_foreign: dict[str, bytes] = {}
        self.past: list[Site] = []
        self.counts: Counter[str] = Counter()
        self.was_cut_off = False
        self._rows = rows
        self._lying = site.tree()
        self._clean: tuple[object, Clean] | None = None

    @property
    def options(self) -> Options:
        """What the next build is asked for."""
        content = None if self.content == self.root / "content" else self.content
        return Options(
            root=self.root, out=self.out, as_of=self.as_of, content=content, keep_going=self.keep_going, jobs=1, grace=0
        )

    def place(self, name: str) -> Path:
        """Say where a file of the site lies."""
        return self.content / name.removeprefix("content/") if name.startswith("content/") else self.root / name

    def save(self) -> None:
        """Write what has changed in the site since it was last saved."""
        tree = self.site.tree()
        for name in self._lying.keys() - tree.keys():
            self.place(name).unlink()
        for name, data in tree.items():
            if self._lying.get(name) != data:
                self.place(name).parent.mkdir(parents=True, exist_ok=True)
                self.place(name).write_bytes(data)
        self._lying = tree

    def save_with_old_stamp(self, name: str) -> None:
        """Write one file whose bytes have changed, but not how many; its time of change is set back."""
        place, data = self.place(name), self.site.tree()[name]
        status = place.stat()
        assert len(data) == status.st_size
        overwrite(place, data)
        os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
        self._lying[name] = data

    def read_again(self, name: str) -> None:
        """Take from disk what was written there past `save`."""
        data = self.place(name).read_bytes()
        if name.startswith("content/"):
            piece = self.site.pieces[name.removeprefix("content/")]
            piece.body = data.removeprefix(msgspec.structs.replace(piece, body="").data).decode()
        else:
            self.site.files[name] = data
        self._lying = self.site.tree()
        assert self._lying[name] == data

    # -- what must hold

    def check(self) -> None:
        """Build, and hold the output and the diagnostics against those of a clean build."""
        self.save()
        clean = self.clean()
        before = tree_of(self.out) if clean.tree is None else {}
        report = build.run(self.options)
        self.counts["builds"] += 1
        self._compare("diagnostics", clean.diagnostics, report.diagnostics)
        self._compare("left out", clean.left_out, report.left_out)
        self._nothing_left_behind()
        if clean.tree is None:
            self.counts["builds with errors"] += 1
            self._compare("writing", None, report.written)
            if not self.was_cut_off:
                self._compare_trees(before, "after errors")
            return
        self.was_cut_off = False
        self._compare("next instant", clean.next_instant, report.next_instant)
        self._compare_trees({**clean.tree, **self.foreign}, "after a build")
        self.counts["pages rendered"] += report.work.pages
        self.counts["builds without planning"] += report.work.rendered > 0 and not report.work.is_planned
        self.counts["sources parsed"] += report.work.parsed

    def refused(self) -> None:
        """Build, and see it refused with the output untouched."""
        self.save()
        before = tree_of(self.out)
        with pytest.raises(SiteError):
            build.run(self.options)
        self._compare_trees(before, "after a refusal")
        self._nothing_left_behind()

    def check_on_disk(self) -> None:
        """Build a copy of the site on disk, without any memory, and hold the output against that."""
        self.save()
        copy = self.root.with_name(self.root.name + ".copy")
        shutil.copytree(self.root, copy, ignore=shutil.ignore_patterns(".*", "public", "public.other"))
        content = copy / self.content.relative_to(self.root)
        options = msgspec.structs.replace(self.options, root=copy, out=copy / "public", clean=True, content=content)
        if build.run(options).written is not None:
            self._compare_trees({**tree_of(copy / "public"), **self.foreign}, "beside a clean build on disk")
        shutil.rmtree(copy)

    def clean(self) -> Clean:
        """Build in memory and without a memo what lies on disk."""
        key = (digest_bytes(msgspec.msgpack.encode(self.site)), self.as_of, self.keep_going, self.program)
        if self._clean is None or self._clean[0] != key:
            gc.disable()  # as a build does: cycles are few, values many
            self._clean = (key, self._built())
            gc.enable()
        return self._clean[1]

    def _built(self) -> Clean:
        options = self.options
        loaded, found = disk.load(
            options.root, content=options.content, as_of=options.as_of, keep_going=options.keep_going
        )
        if loaded is None:
            return Clean(None, ordered(found))
        outputs: list[Output] = []
        outcome = pipeline.build(loaded.inputs, Memo(), Reader(loaded.read, outputs, self._rows, self.program))
        diagnostics = ordered((*found, *outcome.diagnostics))
        spared = {path for path, _ in outcome.left_out}
        if has_errors(each for each in diagnostics if each.span.path not in spared):
            return Clean(None, diagnostics, outcome.left_out)
        tree = {str(each.path): bytes_of(each) for each in (*outputs, *outcome.extra)}
        return Clean(tree, diagnostics, outcome.left_out, outcome.next_instant)

    def _compare(self, what: str, expected: object, found: object) -> None:
        if expected == found:
            return
        if isinstance(expected, tuple) and isinstance(found, tuple):
            expected, found = (
                tuple(each for each in a if each not in b) for a, b in ((expected, found), (found, expected))
            )
        raise Differs(f"{what}: a clean build has {expected!r}, this one {found!r}")

    def _compare_trees(self, expected: Mapping[str, bytes], when: str) -> None:
        found = tree_of(self.out)
        if found != expected:
            raise Differs(f"{when}: {first_difference(expected, found)}")

    def _nothing_left_behind(self) -> None:
        rests = [each.name for each in self.root.iterdir() if each.name.startswith(".public")]
        self._compare("rests", [], rests)

    # -- accidents

    def kill(self, number: int) -> bool:
        """Start a build in another process that kills itself at its n-th step on disk; tell whether it came to that."""
        self.save()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the child makes no use of this process's threads
            child = os.fork()
        if child == 0:
            try:
                sys.addaudithook(_killer(number))
                build.run(self.options)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        self.was_cut_off = True
        return os.WIFSIGNALED(status)


def _killer(number: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a closure, as the audit hook wants it
    left = number

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal left
        if event in {"os.rename", "os.remove", "os.rmdir", "os.mkdir"} or (event == "open" and _is_writing(args)):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook


def _is_writing(args: tuple[object, ...]) -> bool:
    flags = args[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


# -- the world of a history ------------------------------------------------------------------------


SMALL = (
    (jobs, "YEAR", 5),
    (jobs, "HEAD", 6),
    (jobs, "SHEET", 4),
    (jobs, "SITEMAP", 20),
    (search, "MOST", 30),
    (work, "CHUNK", 30),
    (work, "FEW", 60),
)
"""What is cut into parts at lengths that a small site reaches."""


ENVIRONMENT = "_environment"
_make_environment = getattr(templates, ENVIRONMENT)
_codes: dict[object, dict[str, bytes]] = {}


def environment(texts: Mapping[str, str], spoken: Catalogue, compiled: dict[str, bytes]) -> Environment:
    """Give what compiles templates, and compile the same texts once only: a third of the time would go into that.

    What a memo has `compiled` stays as it is, and is learned from no build, or clean builds would share its faults.
    """
    key = (tuple(sorted(texts.items())), spoken.rule, tuple(sorted(spoken.messages.items())))
    if key not in _codes and len(_codes) > 10:
        _codes.clear()
    known = _codes.setdefault(key, {})
    for name, code in known.items():
        compiled.setdefault(name, code)
    made: Environment = _make_environment(texts, spoken, compiled)
    assert made.loader
    load = made.loader.load

    def noted(environment: Environment, name: str, names: MutableMapping[str, object] | None = None) -> Template:
        is_new = name not in compiled
        template: Template = load(environment, name, names)
        if is_new:
            known[name] = compiled[name]
        return template

    made.loader.load = noted  # type: ignore[assignment, method-assign]
    return made


@contextmanager
def world(history: History) -> Iterator[None]:
    """Let pages be small, the file system's clock be coarse, and the program be one that can be replaced.

    The program's number stands in its engine and shows in what it makes, of bodies as of pages.
    """
    description, source = parts.description, parse.source

    def numbered_source(each: Source, settings: Settings) -> Checked[Parsed | None]:
        return source(Source(each.path, each.data.replace(b"@program@", b"number %d" % history.program)), settings)

    with pytest.MonkeyPatch.context() as patch:
        for module, name, number in SMALL:
            patch.setattr(module, name, number)
        for module in (scan, output):
            patch.setattr(module, "stamp_of", coarse_stamp)
        patch.setattr(build, "engine_of", lambda: f"program {history.program}")
        patch.setattr(parts, "description", lambda lead: description(lead) + " " * bool(lead) + str(history.program))
        patch.setattr(parse, "source", numbered_source)
        patch.setattr(templates, ENVIRONMENT, environment)
        yield


def coarse_stamp(status: os.stat_result) -> Stamp:
    """Give a file's stamp as a file system with a coarse clock would."""
    named = {name: getattr(status, name) for name in ("st_size", "st_mtime_ns", "st_ino")}
    coarse = SimpleNamespace(**named, st_ctime_ns=status.st_ctime_ns // GRAIN * GRAIN)
    return memo.stamp_of(cast("os.stat_result", coarse))


# -- files -----------------------------------------------------------------------------------------


def overwrite(place: Path, data: bytes) -> None:
    """Write over a file without emptying it first."""
    with place.open("r+b") as file:
        file.write(data)


def bytes_of(each: Output) -> bytes:
    """Give the bytes of an output."""
    return each.data if isinstance(each.data, bytes) else Path(each.data.origin).read_bytes()


def paths_of(folder: Path) -> list[str]:
    """Name all files below a folder."""
    top = os.fspath(folder)
    return [f"{inside}/{name}"[len(top) + 1 :] for inside, _, names in os.walk(top) for name in names]


def tree_of(folder: Path) -> dict[str, bytes]:
    """Read all files below a folder."""
    return {path: (folder / path).read_bytes() for path in paths_of(folder)}


def first_difference(expected: Mapping[str, bytes], found: Mapping[str, bytes]) -> str:
    """Say in words where two trees differ first."""
    for path in sorted(expected.keys() | found.keys()):
        if path not in found:
            return f"{path} is missing"
        if path not in expected:
            return f"{path} is too much"
        if expected[path] != found[path]:
            pairs = zip(expected[path].splitlines(), found[path].splitlines(), strict=False)
            lines = next(((a, b) for a, b in pairs if a != b), (b"(longer or shorter)", b""))
            return (
                f"{path}: expected {lines[0].decode(errors='replace')!r}, found {lines[1].decode(errors='replace')!r}"
            )
    return "no difference"
