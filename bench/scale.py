"""What an item costs: the constants of docs/scale.md, by builds of a made archive in processes of their own.

    python -m bench.scale 2000 20000 [--executor dask:ADDRESS]

Prints a column a size; with an executor also what this process has left to do while a cluster works, and what goes
over the line. What an item more costs follows from the first and the last size, and from that what millions do.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pickle
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from bench import corpus
from bench.measuring import machine
from bench.programs import COMMONMARK
from csto_site.shell import build, cluster
from csto_site.shell.build import Options

AS_OF = 1_767_225_600  # 2026-01-01
Row = dict[str, float]

COLUMNS: Mapping[str, Callable[[Row], str]] = {
    "items": lambda row: f"{row['items']:,.0f}",
    "source, KB": lambda row: f"{row['source'] / row['items'] / 1e3:.1f}",
    "cold, ms of CPU": lambda row: f"{row['cold cpu'] / row['items'] * 1e3:.2f}",
    "look / make / write / memo, ms of wall": lambda row: " / ".join(
        f"{row[f'cold {stage}'] / row['items'] * 1e3:.2f}" for stage in ("look", "make", "write", "memo")
    ),
    "memory of a cold build, MB": lambda row: f"{row['cold peak'] / 1e6:,.0f}",
    "cold with --jobs 2, ms of CPU here": lambda row: f"{row['pool cpu'] / row['items'] * 1e3:.2f}",
    "nothing changed, s": lambda row: f"{row['nothing cpu']:.2f}",
    "its memory, MB": lambda row: f"{row['nothing peak'] / 1e6:,.0f}",
    "one edit, s": lambda row: f"{row['edit cpu']:.2f}",
    "its memory, MB ": lambda row: f"{row['edit peak'] / 1e6:,.0f}",
    "files an item": lambda row: f"{row['files'] / row['items']:.2f}",
    "folders an item": lambda row: f"{row['folders'] / row['items']:.2f}",
    "output, KB": lambda row: f"{row['output'] / row['items'] / 1e3:.1f}",
    "on disk, KB": lambda row: f"{row['disk'] / row['items'] / 1e3:.1f}",
    "manifest, KB": lambda row: f"{row['manifest'] / row['items'] / 1e3:.2f}",
    "memo, KB": lambda row: f"{row['memo'] / row['items'] / 1e3:.2f}",
    "fragments, KB": lambda row: f"{row['fragments'] / row['items'] / 1e3:.1f}",
}
FAR: Mapping[str, Callable[[Row], str]] = {
    "items": COLUMNS["items"],
    "wall, s": lambda row: f"{row['far wall']:.1f}",
    "CPU here, ms an item": lambda row: f"{row['far cpu'] / row['items'] * 1e3:.2f}",
    "memory here, MB": lambda row: f"{row['far peak'] / 1e6:,.0f}",
    "sent, KB an item": lambda row: f"{row['far sent'] / row['items'] / 1e3:.1f}",
    "come back, KB an item": lambda row: f"{row['far back'] / row['items'] / 1e3:.1f}",
}


RATE = 3500
"""How many objects a second a store takes: what Amazon S3 promises for a prefix."""
PROJECTED: Mapping[str, Callable[[Row, float], str]] = {
    "memory of a cold build, GB": lambda more, items: f"{more['cold peak'] * items / 1e9:,.0f}",
    "cold, one process, hours": lambda more, items: f"{more['cold cpu'] * items / 3600:,.1f}",
    "cold, `--jobs 8`, hours": lambda more, items: f"{_shared(more, 'pool', 8) * items / 3600:,.1f}",
    "cold, a cluster of 32, hours": lambda more, items: f"{_shared(more, 'far', 32) * items / 3600:,.1f}",
    "over the line, GB": lambda more, items: f"{(more['far sent'] + more['far back']) * items / 1e9:,.0f}",
    "nothing changed, minutes": lambda more, items: f"{more['nothing cpu'] * items / 60:,.1f}",
    "its memory, GB": lambda more, items: f"{more['nothing peak'] * items / 1e9:,.0f}",
    "one edit, minutes": lambda more, items: f"{more['edit cpu'] * items / 60:,.1f}",
    "its memory, GB ": lambda more, items: f"{more['edit peak'] * items / 1e9:,.0f}",
    "inodes with sources, millions": lambda more, items: f"{(more['files'] + more['folders'] + 1) * items / 1e6:,.0f}",
    "output on disk, GB": lambda more, items: f"{more['disk'] * items / 1e9:,.0f}",
    "memo and fragments, GB": lambda more, items: f"{(more['memo'] + more['fragments']) * items / 1e9:,.0f}",
    "manifest, GB": lambda more, items: f"{more['manifest'] * items / 1e9:,.2f}",
    "first upload at 3,500 a second, hours": lambda more, items: f"{more['files'] * items / RATE / 3600:,.1f}",
}


def _shared(more: Row, way: str, workers: int) -> float:
    """Give the seconds of an item: what stays with this process, and the rest among workers."""
    here = more[f"{way} cpu"]
    return here + max(0.0, more["cold cpu"] - more["pool cpu"]) / workers


class Scales:
    """Stands in for `pickle`, and weighs what goes to a cluster and comes back."""

    HIGHEST_PROTOCOL = pickle.HIGHEST_PROTOCOL

    def __init__(self) -> None:
        self.sent = self.back = 0

    def dumps(self, value: object, protocol: int) -> bytes:
        """Pack what is sent."""
        data = pickle.dumps(value, protocol)
        self.sent += len(data)
        return data

    def loads(self, data: bytes) -> object:
        """Unpack what has come back."""
        self.back += len(data)
        return pickle.loads(data)  # noqa: S301 - of workers that we began


def measured(options: Options) -> Row:
    """Build, and say what it took: seconds by stage, of this process's CPU, bytes of memory, bytes over the line."""
    scales = Scales()
    cluster.pickle = scales  # type: ignore[attr-defined, assignment]  # the module uses it for nothing else
    began = time.perf_counter()
    report = build.run(options)
    used = resource.getrusage(resource.RUSAGE_SELF)
    times = {"wall": time.perf_counter() - began, "cpu": used.ru_utime + used.ru_stime}
    return {**report.stages, **times, "peak": float(report.peak), "sent": scales.sent, "back": scales.back}


def apart(name: str, options: Options) -> Row:
    """Build in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return {f"{name} {key}": value for key, value in pool.submit(measured, options).result().items()}


def row(size: int, folder: Path, executor: str) -> Row:
    """Measure a site of so many items."""
    root = folder / str(size)
    shutil.copytree(COMMONMARK.folder, root)
    with (root / "site.yaml").open("a", encoding="utf-8") as settings:
        settings.write(COMMONMARK.settings)
    found: Row = {"items": size, "source": corpus.generate(root / "content", size)}
    options = Options(root=root, out=root / "public", as_of=AS_OF, jobs=1)
    found |= apart("cold", options) | apart("nothing", options)
    edited = root / "content" / corpus.source(1, size // 2)[0]
    edited.write_text(edited.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    found |= apart("edit", options) | lying(root)
    found |= apart("pool", msgspec.structs.replace(options, out=root / "pool", cache=root / "pooled", jobs=2))
    if executor:
        found |= apart(
            "far", msgspec.structs.replace(options, out=root / "far", cache=root / "far-cache", executor=executor)
        )
    shutil.rmtree(root)
    return found


def lying(root: Path) -> Row:
    """Weigh what a build has left."""
    out = list((root / "public").rglob("*"))
    files = [path.stat() for path in out if path.is_file()]
    packs = (root / ".cache" / "fragments").iterdir()
    return {
        "manifest": (root / "public" / "manifest.json").stat().st_size,
        "files": len(files),
        "folders": len(out) - len(files),
        "output": sum(each.st_size for each in files),
        "disk": sum(path.stat().st_blocks * 512 for path in out),
        "memo": sum(path.stat().st_size for path in (root / ".cache").glob("memo*")),
        "fragments": sum(path.stat().st_size for path in packs),
    }


def table(columns: Mapping[str, Callable[[Row], str]], rows: Sequence[Row]) -> str:
    """Write rows as a table: a line a constant, a column a size."""
    lines = [[name, *(write(each) for each in rows)] for name, write in columns.items()]
    lines.insert(1, ["---"] * (len(rows) + 1))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def projected(first: Row, last: Row) -> str:
    """Write what a million items and more come to."""
    more = {key: (last[key] - first[key]) / (last["items"] - first["items"]) for key in first}
    sizes = (1e6, 1e7, 1e8)
    lines = [["items", *(f"{size:,.0f}" for size in sizes)], ["---"] * 4]
    lines += [[name, *(write(more, size) for size in sizes)] for name, write in PROJECTED.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure the sizes that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--executor", default="")
    parser.add_argument("--folder", type=Path, help="where the sites are made")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        rows = [row(size, Path(folder), given.executor) for size in given.sizes]
    print(machine(Path.cwd()))
    print(table(COLUMNS, rows))
    if given.executor:
        print(table(FAR, rows))
        print(projected(rows[0], rows[-1]))


if __name__ == "__main__":
    main()
