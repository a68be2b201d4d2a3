"""Measures our program beside others: `python -m bench.run build --sizes 1000,10000`.

build     cold, nothing changed, one edit, one new item, the template of all items
archives  the same but for the new item, with real archives and our program alone
serve     from saving an item to its page, in the preview servers
report    the tables of one or more results
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

import msgspec

from bench import archives, programs, report, rounds, serving
from bench.install import installed
from bench.measuring import HAS_PROC, machine
from bench.results import STEPS, Measure, Results, merged

PLACE = archives.CHECKOUT / ".bench"
NOTES = () if HAS_PROC else ("without /proc, memory is that of the largest process alone",)


def tell(text: str) -> None:
    """Say something at once, also into a pipe."""
    print(text, flush=True)


# -- what is asked for -----------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(
        prog="python -m bench.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = top.add_subparsers(dest="command", required=True)
    building = _command(commands, "build", build, rounds=3)
    building.add_argument("--sizes", default="1000", help="numbers of items, with commas between [1000]")
    building.add_argument("--steps", default=",".join(STEPS), help="of these: %(default)s")
    _compared(building, ",".join(programs.NAMES))
    real = _command(commands, "archives", measure_archives, rounds=3)
    real.add_argument("--corpora", type=Path, default=archives.beside(), help="the folder of the archives")
    real.add_argument("--corpus", type=Path, help="one archive alone")
    real.add_argument("--site", type=Path, help="its site.yaml")
    serve = _command(commands, "serve", measure_serving, rounds=5)
    serve.add_argument("--size", dest="sizes", default="10000", help="number of items [10000]")
    _compared(serve, "commonmark,python-markdown,hugo")
    tables = commands.add_parser("report", help="the tables of one or more results")
    tables.add_argument("results", type=Path, nargs="+", help="files written by --json")
    tables.set_defaults(act=lambda given: tell(report.markdown(merged(map(_load, given.results)))))
    return top


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    act: Callable[[argparse.Namespace], None],
    *,
    rounds: int,
) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=(act.__doc__ or "").rstrip("."))
    made.add_argument("--rounds", type=int, default=rounds, help="how often each step is measured [%(default)s]")
    made.add_argument("--limit", type=float, default=1800, help="seconds that a command may take [%(default)s]")
    made.add_argument("--work", type=Path, default=PLACE / "work", help="where sites are built [.bench/work]")
    made.add_argument("--json", type=Path, help="write the results here, after each measurement")
    made.add_argument("--markdown", type=Path, help="write the tables here")
    made.set_defaults(act=act)
    return made


def _compared(made: argparse.ArgumentParser, names: str) -> None:
    made.add_argument(
        "--peers", type=programs.named, default=programs.named(names), metavar="NAMES", help=f"of {names}"
    )
    made.add_argument("--seed", type=int, default=1, help="of the generated archive [1]")
    made.add_argument("--packages", type=Path, default=PLACE, help="where programs are installed [.bench]")
    made.add_argument("--offline", action="store_true", help="install nothing")
    made.add_argument("--keep", action="store_true", help="leave the sites where they were built")


# -- doing it --------------------------------------------------------------------------------------


def build(given: argparse.Namespace) -> None:
    """Build the generated archive with all programs."""
    plan, results = _planned(given)
    _measures(rounds.measure(plan, tell), results, given)


def measure_archives(given: argparse.Namespace) -> None:
    """Build real archives with our program alone."""
    chosen = archives.known(given.corpora)
    if given.corpus:
        chosen = (archives.Archive(given.corpus.name, given.corpus, given.site or given.corpus / "site.yaml"),)
    if not chosen:
        sys.exit(f"bench: no archives in {given.corpora}: --corpora or CSTO_CORPORA can name their folder")
    folder = _folder(given.work)
    results = Results(machine=machine(folder), seed=0, versions=_versions(()), notes=NOTES)
    _measures(archives.measure(chosen, folder, given.rounds, given.limit, tell), results, given)


def measure_serving(given: argparse.Namespace) -> None:
    """Save items under the eyes of preview servers."""
    given.steps = ""
    plan, results = _planned(given)
    for each in serving.measure(plan, tell):
        if isinstance(each, str):
            tell(each)
            results = msgspec.structs.replace(results, notes=(*results.notes, each))
        else:
            results = msgspec.structs.replace(results, served=(*results.served, each))
        _keep(results, given)
    tell(f"\n{report.markdown(results)}")


def _planned(given: argparse.Namespace) -> tuple[rounds.Plan, Results]:
    """Install what is compared, and say what is to be measured, where and with which versions."""
    found, notes = installed(given.peers, given.packages.resolve(), offline=given.offline)
    for note in notes:
        tell(note)
    there = tuple(each for each in given.peers if each.package is None or each.name in found)
    folder = _folder(given.work)
    plan = rounds.Plan(
        programs=there,
        installed=found,
        sizes=tuple(sorted(map(int, given.sizes.split(",")))),
        rounds=given.rounds,
        steps=given.steps.split(","),
        seed=given.seed,
        limit=given.limit,
        folder=folder,
        keep=given.keep,
    )
    return plan, Results(machine(folder), given.seed, _versions(there), (*NOTES, *notes))


def _versions(there: Iterable[programs.Program]) -> dict[str, str]:
    theirs = {each.title: each.package.version for each in there if each.package}
    ours = {name: metadata.version(name.lower()) for name in ("csto-site", "comrak-ext", "Markdown")}
    return {**ours, **theirs}


def _folder(work: Path) -> Path:
    """Make a new folder to work in, of which nobody else knows."""
    work.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="run-", dir=work.resolve()))


def _measures(measured: Iterable[Measure], results: Results, given: argparse.Namespace) -> None:
    """Keep what is measured as it comes, and print the tables at the end."""
    for each in measured:
        results = msgspec.structs.replace(results, measures=(*results.measures, each))
        _keep(results, given)
    tell(f"\n{report.markdown(results)}")


def _keep(results: Results, given: argparse.Namespace) -> None:
    if given.json:
        given.json.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1))
    if given.markdown:
        given.markdown.write_text(report.markdown(results), encoding="utf-8")


def _load(path: Path) -> Results:
    return msgspec.json.decode(path.read_bytes(), type=Results)


def main() -> None:
    """Do what the command line asks for."""
    given = parser().parse_args()
    given.act(given)


if __name__ == "__main__":
    main()
