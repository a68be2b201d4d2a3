"""The programs beside ours: installed from registries by their own clients, each into a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.programs import Package, Program

LIMIT = 600
"""Seconds after which an installation is given up."""


@dataclass(frozen=True)
class Installed:
    """Where a program is: the file that is called, and the folder that it was installed into."""

    home: Path
    program: Path


def installed(programs: Iterable[Program], cache: Path, *, offline: bool) -> tuple[Mapping[str, Installed], list[str]]:
    """Find or install what the programs need; those that cannot be had are missing, and a note says why."""
    found, notes = {}, []
    for each in programs:
        if each.package is None:
            continue
        try:
            found[each.name] = _installed(each.name, each.package, cache, offline=offline)
        except (OSError, subprocess.SubprocessError, LookupError) as error:
            notes.append(f"{each.title} is left out: {_reason(error)}")
    return found, notes


def _installed(name: str, package: Package, cache: Path, *, offline: bool) -> Installed:
    home = cache / "-".join((name, *package.versions))
    if (program := _find(home, package)) is None:
        if offline:
            raise LookupError("it is not installed, and nothing may be fetched")
        print(f"installing {', '.join(package.pins)}", flush=True)
        _install(home, package)
        program = _find(home, package)
    if program is None:
        raise LookupError(f"no {package.program} in what was installed")
    return Installed(home, program)


def _find(home: Path, package: Package) -> Path | None:
    """Find the program; a folder that an installation was cut off in holds no `done`."""
    return next(iter(sorted(home.glob(package.program))), None) if (home / "done").exists() else None


def _install(home: Path, package: Package) -> None:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    if package.client == "npm":
        _call("npm", "install", "--prefix", str(home), "--no-audit", "--no-fund", *package.pins)
    else:
        _call(sys.executable, "-m", "venv", str(home))
        _call(str(home / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", *package.pins)
    (home / "done").touch()


def _call(*command: str) -> None:
    subprocess.run(
        command, check=True, timeout=LIMIT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _reason(error: Exception) -> str:
    """Say what an installer said last."""
    if isinstance(error, subprocess.CalledProcessError):
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        return f"{error.cmd[0]}: {lines[-1] if lines else f'exit status {error.returncode}'}"
    return str(error)
