"""One command, measured with all the processes that it starts."""

from __future__ import annotations

import os
import platform
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

HAS_PROC = Path("/proc/self/smaps_rollup").exists()
MIB = 2**20
_PAGE = resource.getpagesize()
_TICK = os.sysconf("SC_CLK_TCK")
_PAUSE = 0.025
"""Seconds between two looks at the processes, at least."""
_SHARE = 12
"""A look that took long is followed by a pause so many times as long: looking must not slow down what is looked at."""


@dataclass(frozen=True)
class Usage:
    """What a command took: seconds, MiB, and how many cores something else kept busy meanwhile."""

    wall: float
    cpu: float
    memory: float
    others: float
    failure: str
    started: int
    """The time at which it began, in nanoseconds, as file times have it."""


# -- processes -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Process:
    """A running process: seconds of CPU and bytes of memory."""

    number: int
    cpu: float
    resident: int


def members(session: int) -> Iterator[Process]:
    """Give the processes of a session: what was started there and all its descendants."""
    for name in os.listdir("/proc"):
        if name.isdigit() and (process := _process(name, session)):
            yield process


def _process(name: str, session: int) -> Process | None:
    try:
        stat = _read(f"/proc/{name}/stat")
    except OSError:
        return None
    fields = stat[stat.rindex(b")") + 2 :].split()
    if int(fields[3]) != session:
        return None
    return Process(int(name), (int(fields[11]) + int(fields[12])) / _TICK, int(fields[21]) * _PAGE)


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


def _proportional(process: Process) -> int:
    """Give a process's share of the memory that it uses: what two of them share is counted once."""
    try:
        lines = _read(f"/proc/{process.number}/smaps_rollup").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))


def memory(session: int) -> int:
    """Give the bytes that all processes of a session use together at this moment."""
    return _together(tuple(members(session)))


def _together(processes: Sequence[Process]) -> int:
    if len(processes) == 1:
        return processes[0].resident
    return sum(_proportional(each) for each in processes)


@dataclass
class _Look:
    """Looks at the processes of a session again and again, and keeps the most that it saw."""

    session: int
    peak: int = 0
    cpu: dict[int, float] = field(default_factory=dict)
    done: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        pause = _PAUSE / 5
        while not self.done.wait(pause):
            began = time.perf_counter()
            processes = tuple(members(self.session))
            self.cpu.update((each.number, each.cpu) for each in processes)
            self.peak = max(self.peak, _together(processes))
            pause = max(_PAUSE, _SHARE * (time.perf_counter() - began))


# -- the machine -----------------------------------------------------------------------------------


def _busy() -> float:
    """Give the seconds that the cores of this machine have worked so far."""
    if not HAS_PROC:
        return 0.0
    ticks = [int(each) for each in _read("/proc/stat").split(b"\n", 1)[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / _TICK


def machine(folder: Path) -> str:
    """Say on what machine this is measured."""
    parts = [
        f"{os.cpu_count()} cores",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
    ]
    if HAS_PROC:
        total = int(_read("/proc/meminfo").split()[1]) / 2**20
        parts[1:1] = [f"{total:.0f} GiB"]
        parts.append(_file_system(folder))
    return ", ".join(parts)


def _file_system(folder: Path) -> str:
    path, best, kind = f"{folder.resolve()}/", "", "?"
    for line in _read("/proc/mounts").decode().splitlines():
        _, place, its_kind, *_ = line.split()
        if path.startswith(place.rstrip("/") + "/") and len(place) >= len(best):
            best, kind = place, its_kind
    return kind


# -- measuring -------------------------------------------------------------------------------------


def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    limit: float,
    accepts: Collection[int] = (0,),
) -> Usage:
    """Run a command in a session of its own, at most for `limit` seconds; what it says goes to the log."""
    os.sync()  # what was written before is not this command's
    busy, started, began = _busy(), time.time_ns(), time.perf_counter()
    with log.open("ab") as said:
        said.write(f"\n$ {' '.join(command)}\n".encode())
        said.flush()
        try:
            process = start(command, folder=folder, environment=environment, log=said)
        except OSError as error:
            return Usage(wall=0.0, cpu=0.0, memory=0.0, others=0.0, failure=str(error), started=started)
        look = _Look(process.pid)
        looking = threading.Thread(target=look.go_on, daemon=True)
        if HAS_PROC:
            looking.start()
        late = threading.Timer(limit, end, [process.pid])
        late.start()
        _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    late.cancel()
    look.done.set()
    if HAS_PROC:
        looking.join()
    end(process.pid)  # should it have left something running
    cpu = max(used.ru_utime + used.ru_stime, sum(look.cpu.values()))
    return Usage(
        wall=wall,
        cpu=cpu,
        memory=max(look.peak, _largest(used)) / MIB,
        others=max(0.0, (_busy() - busy - cpu) / wall),
        failure=""
        if process.returncode in accepts
        else _failure(process.returncode, limit if wall >= limit else 0.0, log),
        started=started,
    )


def _environment() -> dict[str, str]:
    """Give our own environment, in which Python may keep what it compiled, as where it is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def start(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, by which all that it starts is found."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**_environment(), **environment},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _largest(used: resource.struct_rusage) -> int:
    """Give the bytes of the command's largest process; none if that was this one, as it was copied at the start."""
    unit = 1 if sys.platform == "darwin" else 1024
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used.ru_maxrss * unit if used.ru_maxrss > here else 0


def _failure(status: int, exceeded: float, log: Path) -> str:
    """Say why a command ended as it did: its limit, or its last words."""
    if exceeded:
        return f"over its time limit of {exceeded:,.0f} s"
    return f"exit status {status}: {last_words(log)}"


def last_words(log: Path) -> str:
    """Give the last line of a log that is not empty."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def end(session: int) -> None:
    """End what still runs in a session that was started here."""
    try:
        os.killpg(session, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


# -- outputs ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Files:
    """What lies in a folder: how many files, how many of them are new or changed, and their bytes on disk."""

    paths: tuple[str, ...]
    written: int
    disk: int


def files(folder: Path, since: int = 0) -> Files:
    """Look at all files of a folder, and count those that were written or put there since a time."""
    moment = since - 10_000_000  # the clock of a file system ticks a few times in a hundredth of a second
    paths, written, disk, skip = [], 0, 0, len(str(folder)) + 1
    for top, _, names in os.walk(folder):
        disk += os.stat(top).st_blocks * 512
        for name in names:
            path = f"{top}/{name}"
            stat = os.lstat(path)
            paths.append(path[skip:])
            written += stat.st_ctime_ns >= moment
            disk += stat.st_blocks * 512
    return Files(tuple(paths), written, disk)
