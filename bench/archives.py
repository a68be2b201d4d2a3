"""Real archives, which nobody made for this purpose: our program alone, with the settings of the tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import files, run
from bench.programs import OURS
from bench.results import STEPS, Measure
from bench.rounds import line, measured, theme
from bench.sites import EDITION, SENTENCE

CHECKOUT = Path(__file__).resolve().parent.parent
SETTINGS = CHECKOUT / "tests" / "corpora"


@dataclass(frozen=True)
class Archive:
    """An archive: its name, its sources, its settings."""

    name: str
    content: Path
    settings: Path


def beside() -> Path:
    """Give the folder of the real archives: where $CSTO_CORPORA says, else beside the checkout."""
    return Path(os.environ.get("CSTO_CORPORA") or CHECKOUT.parent / "shared" / "corpora")


def known(folder: Path) -> tuple[Archive, ...]:
    """Give the archives that are there and have settings in the tests."""
    return tuple(
        Archive(settings.parent.name, folder / settings.parent.name, settings)
        for settings in sorted(SETTINGS.glob("*/site.yaml"))
        if (folder / settings.parent.name).is_dir()
    )


@dataclass(frozen=True)
class _Site:
    """A copy of an archive that may be changed."""

    archive: Archive
    root: Path
    edited: Path

    def build(self, step: str, number: int, limit: float) -> Measure:
        """Measure a build after a change; what has errors is left out, as the tests do."""
        self._change(step, number)
        places = {"src": str(self.root), "out": str(self.root / "public"), "cache": str(self.root / ".cache")}
        command = [*(each.format_map(places) for each in OURS.command), "--keep-going"]
        log = self.root.with_suffix(".log")
        used = run(command, folder=self.root, environment=OURS.environment, log=log, limit=limit, accepts=(0, 3))
        found, cache = files(self.root / "public", used.started), files(self.root / ".cache")
        size = sum(name.endswith(".md") for name in files(self.root / "content").paths)
        return measured(
            used, found, cache, corpus=self.archive.name, size=size, of=("ours", step, number), failure=used.failure
        )

    def _change(self, step: str, number: int) -> None:
        if step == "edit":
            text = (self.archive.content / self.edited).read_text(encoding="utf-8")
            _replace(self.root / "content" / self.edited, f"{text}\n\n{SENTENCE.format(number)}\n")
        elif step == "template":
            text = (theme() / OURS.template).read_text(encoding="utf-8")
            edition = f"{EDITION.format(number)}\n{OURS.mark}"
            _replace(self.root / OURS.template, text.replace(OURS.mark, edition, 1))


def _replace(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


def _lay_out(archive: Archive, root: Path) -> _Site:
    shutil.copytree(archive.content, root / "content")
    shutil.copyfile(archive.settings, root / "site.yaml")
    (root / "templates").mkdir()
    shutil.copyfile(theme() / OURS.template, root / OURS.template)
    paths = sorted(path.relative_to(archive.content) for path in archive.content.rglob("*.md"))
    items = [path for path in paths if path.name != "_index.md"]
    return _Site(archive, root, items[len(items) // 2])


def measure(
    chosen: tuple[Archive, ...], folder: Path, rounds: int, limit: float, tell: Callable[[str], None]
) -> Iterator[Measure]:
    """Measure all steps but that of the new item for each archive, round after round."""
    try:
        for number in range(1, rounds + 1):
            yield from _round(chosen, folder, number, limit, tell)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _round(
    chosen: tuple[Archive, ...], folder: Path, number: int, limit: float, tell: Callable[[str], None]
) -> Iterator[Measure]:
    laid = [_lay_out(archive, folder / f"{archive.name}-{number}") for archive in chosen]
    for step in (step for step in STEPS if step != "new"):
        for site in tuple(laid):
            done = site.build(step, number, limit)
            tell(f"{done.corpus:15} {line(done)}")
            yield done
            if done.failure:
                laid.remove(site)
