"""A Dask scheduler and its workers as processes of this machine, each of which ends when its standard input does.

As a program it is one of them: `farm.py scheduler` or `farm.py worker ADDRESS`. It says its own address in a line.
The processes have another working folder than the tests, and a worker opens no file below `FENCED`.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FENCED = "CSTO_FENCED"
"""The variable that names the folder of which a worker opens nothing."""


class Farm:
    """A scheduler, and as many workers as a test asks for."""

    def __init__(self, fenced: Path, **environment: str) -> None:
        self._scratch = tempfile.TemporaryDirectory()
        self._environment = {FENCED: str(fenced), "DASK_TEMPORARY_DIRECTORY": self._scratch.name, **environment}
        self.workers: list[subprocess.Popen[str]] = []
        self._strangers: list[subprocess.Popen[str]] = []
        self.scheduler = self._begun("scheduler")
        self.address = _address(self.scheduler)

    @property
    def executor(self) -> str:
        """The cluster as `--executor` names it."""
        return f"dask:{self.address}"

    def staffed(self, count: int) -> Farm:
        """Have exactly so many workers, and no strangers."""
        while self._strangers:
            _end(self._strangers.pop())
        for number in range(len(self.workers) - 1, -1, -1):
            if number >= count or self.workers[number].poll() is not None:
                _end(self.workers.pop(number))
        begun = [self._begun("worker", self.address) for _ in range(count - len(self.workers))]
        for process in begun:
            _address(process)
        self.workers += begun
        return self

    def hire(self, **environment: str) -> str:
        """Begin a worker with another environment than the rest has, and give its address."""
        self._strangers.append(self._begun("worker", self.address, **environment))
        return _address(self._strangers[-1])

    def kill(self, *numbers: int) -> None:
        """Kill workers."""
        for number in numbers:
            self.workers[number].kill()
            self.workers[number].wait()

    def close(self) -> None:
        """Let all of them end."""
        for process in (*self._strangers, *self.workers, self.scheduler):
            _end(process)
        self._scratch.cleanup()

    def _begun(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, __file__, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self._scratch.name,
            env={**os.environ, **self._environment, **environment},
        )


def _address(process: subprocess.Popen[str]) -> str:
    """Wait until a process says its address."""
    assert process.stdout
    return process.stdout.readline().strip()


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    assert process.stdout
    process.stdin.close()
    process.wait()
    process.stdout.close()


# -- the program -----------------------------------------------------------------------------------


async def _work(kind: str, *scheduler: str) -> None:
    from distributed import Scheduler, Worker

    common = {"host": "127.0.0.1", "port": 0, "dashboard": False, "dashboard_address": "127.0.0.1:0"}
    server = Scheduler(**common) if kind == "scheduler" else Worker(*scheduler, nthreads=1, **common)
    async with server:
        print(server.address, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def _fence(folder: str) -> None:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str) and os.path.abspath(arguments[0]).startswith(folder):  # noqa: PTH100 - no links followed
            raise PermissionError(f"a worker opened {arguments[0]}")

    sys.addaudithook(hook)


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        _fence(os.environ[FENCED])
    asyncio.run(_work(*sys.argv[1:]))
