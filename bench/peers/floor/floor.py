"""No generator, but what every generator must at least do: read all sources, and write as many bytes in as many files.

    floor.py CONTENT LIST OUT

LIST names the files of a real output, each on a line with its size before it. A process for each core does its part.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

CHUNK = 65536
FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def sources(content: str) -> Iterator[str]:
    """Give the paths of all sources."""
    for top, _, names in os.walk(content):
        yield from (f"{top}/{name}" for name in names if name.endswith(".md"))


def read(path: str) -> None:
    """Read a file."""
    file = os.open(path, os.O_RDONLY)
    while os.read(file, CHUNK):
        pass
    os.close(file)


def write(path: str, data: bytes) -> None:
    """Write a file, and the folder it lies in if need be."""
    try:
        file = os.open(path, FLAGS, 0o644)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        file = os.open(path, FLAGS, 0o644)
    os.write(file, data)
    os.close(file)


def work(paths: Iterable[str], outputs: Iterable[str], out: str) -> None:
    """Read some of the sources and write some of the outputs."""
    for path in paths:
        read(path)
    for line in outputs:
        size, name = line.rstrip("\n").split(" ", 1)
        write(f"{out}/{name}", b"x" * int(size))


def main() -> None:
    """Share the work among as many processes as there are cores."""
    content, listed, out = sys.argv[1:]
    with open(listed, encoding="utf-8") as lines:
        outputs = lines.readlines()
    paths, cores = list(sources(content)), os.cpu_count() or 1
    children = []
    for part in range(1, cores):
        child = os.fork()
        if not child:
            work(paths[part::cores], outputs[part::cores], out)
            os._exit(0)
        children.append(child)
    work(paths[::cores], outputs[::cores], out)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
