"""What a build leaves for the next one: what was parsed, what was made, and with what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, NamedTuple, Self, TypeVar

import msgspec

from csto_site import jobs
from csto_site import templates as jinja
from csto_site.explain import Parts
from csto_site.model import Digest, Made, Measured, OutPath, Row, Value


class Kept(NamedTuple):
    """What is remembered of a task: the key of its results, the outputs that it made, its outline if it has one."""

    key: Digest
    made: tuple[Made, ...]
    outline: bytes = b""


R = TypeVar("R")
K = TypeVar("K")


class Remembered(Value, Generic[R, K], frozen=True, kw_only=True):
    """What a build may reuse from the one before: rows by path, with what they were parsed with; tasks by name.

    `measured` tells of pictures, by the digest of their bytes.
    `salts` are what each kind of job was printed with, part by part, `seal` says which templates were checked,
    `frames` stood on all pages.

    `altered` are outputs that are not as they were left: the tasks that made them are done again.
    """

    reader: Digest = Digest("")
    rows: Mapping[str, R] = {}
    measured: Mapping[Digest, Measured] = {}
    kept: Mapping[str, K] = {}
    salts: Mapping[str, Parts] = {}
    seal: jinja.Seal | None = None
    frames: Mapping[str, jobs.Frame] = {}
    altered: frozenset[OutPath] = frozenset()

    def over(self, rows: Mapping[str, R], kept: Mapping[str, K]) -> Self:
        """Give the same with these rows and tasks, new or in the place of those of their names."""
        return msgspec.structs.replace(self, rows={**self.rows, **rows}, kept={**self.kept, **kept})


Memo = Remembered[Row, Kept]
