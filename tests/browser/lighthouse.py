"""Lets Lighthouse look at five types of pages of the demo, and writes its scores into the manual: `make lighthouse`."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from browser import chromium
from browser.demo import CHECKOUT, build_demo
from browser.hosting import hosted

VERSION = "12.8.2"
"""The newest that runs on Node 20."""
HOME = CHECKOUT / ".node" / f"lighthouse-{VERSION}"
MANUAL = CHECKOUT / "docs" / "performance.md"
BEGIN, END = "<!-- lighthouse -->\n", "<!-- /lighthouse -->\n"
LIMIT = 600
RUNS = 3

PAGES: Mapping[str, str] = {
    "home page": "",
    "section": "news/",
    "month": "all/2024/07/",
    "item with a picture": "news/2024/night-exercise/",
    "search": "search/",
}
CATEGORIES: Mapping[str, str] = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "SEO",
}
SIZES: Mapping[str, str] = {"first-contentful-paint": "first paint", "largest-contentful-paint": "largest paint"}

Report = Any
"""What Lighthouse says of one look at a page, as JSON."""


def installed() -> Path:
    """Give the program, from npm's registry if need be; all that it consists of lies in `.node`."""
    program = HOME / "node_modules/.bin/lighthouse"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("make: no npm for Lighthouse: install Node 20 or newer with its npm")
        sys.stderr.write(f"Installing Lighthouse {VERSION} into .node (once)\n")
        HOME.mkdir(parents=True, exist_ok=True)
        command = (npm, "install", "--prefix", str(HOME), "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        subprocess.run((*command, f"lighthouse@{VERSION}"), check=True, stdin=subprocess.DEVNULL, timeout=LIMIT)
    return program


def looked(program: Path, browser: str, url: str, report: Path) -> Report:
    """Let Lighthouse look at a page, as on a slow telephone, which is what it does by itself."""
    command = (
        str(program),
        url,
        "--quiet",
        f"--chrome-flags=--headless=new {' '.join(chromium.FLAGS)}",
        f"--only-categories={','.join(CATEGORIES)}",
        "--output=json",
        f"--output-path={report}",
    )
    subprocess.run(command, check=True, env=os.environ | {"CHROME_PATH": browser}, timeout=LIMIT)
    return json.loads(report.read_bytes())


def scores(reports: Sequence[Report]) -> Mapping[str, float]:
    """Give the median score of each category, of 100."""
    return {
        each: statistics.median(round(report["categories"][each]["score"] * 100) for report in reports)
        for each in CATEGORIES
    }


def faults(report: Report) -> list[str]:
    """Name what costs a page points."""
    counted = {each["id"] for kind in report["categories"].values() for each in kind["auditRefs"] if each["weight"]}
    audits = ((name, each) for name, each in report["audits"].items() if name in counted)
    return [f"{name}: {each['title']}" for name, each in audits if each["score"] is not None and each["score"] < 1]


def table(found: Mapping[str, Sequence[Report]]) -> str:
    """Write the scores as Markdown."""
    names = (*CATEGORIES.values(), *SIZES.values(), "sent")
    rows = [f"| page | {' | '.join(names)} |", f"|:--|{'--:|' * len(names)}"]
    for kind, reports in found.items():
        cells = [f"{score:g}" for score in scores(reports).values()]
        middle = {each: statistics.median(r["audits"][each]["numericValue"] for r in reports) for each in SIZES}
        cells += [f"{each / 1000:.1f} s" for each in middle.values()]
        cells += [f"{reports[0]['audits']['total-byte-weight']['numericValue'] / 1000:.0f} kB"]
        rows.append(f"| {kind} | {' | '.join(cells)} |")
    first = next(iter(found.values()))[0]
    browser = re.search(r"Chrome/(\d+)", first["environment"]["hostUserAgent"])
    day = dt.date.fromisoformat(first["fetchTime"][:10])
    said = f"Lighthouse {first['lighthouseVersion']}, Chromium {browser[1] if browser else '?'}, {day}"
    return "\n".join(rows) + f"\n\n{said}; medians of {len(next(iter(found.values())))} looks, of 100 points.\n"


def main() -> int:
    """Look at all pages, write the table, and say what costs points; less than 100 anywhere is a failure."""
    program, browser = installed(), chromium.find()
    if browser is None:
        sys.exit(f"make: {chromium.MISSING}")
    found: dict[str, list[Report]] = {}
    with tempfile.TemporaryDirectory() as folder:
        built = build_demo(Path(folder))
        with hosted(built, "/repo/") as url:
            for kind, path in PAGES.items():
                report = Path(folder) / "report.json"
                found[kind] = [looked(program, browser, url + path, report) for _ in range(RUNS)]
                sys.stdout.write(f"{kind}: {', '.join(f'{v} {k:g}' for v, k in _named(found[kind]))}\n")
    before, _, rest = MANUAL.read_text(encoding="utf-8").partition(BEGIN)
    MANUAL.write_text(f"{before}{BEGIN}\n{table(found)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    costly = {f"{kind}: {fault}" for kind, reports in found.items() for each in reports for fault in faults(each)}
    sys.stdout.write("".join(f"{each}\n" for each in sorted(costly)))
    return int(any(score < 100 for reports in found.values() for score in scores(reports).values()))


def _named(reports: Sequence[Report]) -> list[tuple[str, float]]:
    return [(CATEGORIES[name], score) for name, score in scores(reports).items()]


if __name__ == "__main__":
    sys.exit(main())
