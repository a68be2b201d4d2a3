"""Builds of nothing but the inside of items, from disk to disk: of the memo only what they need is decoded."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from csto_site.model import MANIFEST, Made, OutPath, Output, Row, Work
from csto_site.pipeline import Inputs, Outcome
from csto_site.remembered import Remembered
from csto_site.retouch import retouched
from csto_site.shell.build import Start
from csto_site.shell.memo import Rest, State, Written, encode
from csto_site.shell.work import Desk

FEW = 100
"""Up to how many sources are done so: where many change, most of the memo is needed."""

_decode = msgspec.msgpack.Decoder(Remembered[msgspec.Raw]).decode
_decode_row = msgspec.msgpack.Decoder(Row).decode


class _Rows:
    """Rows by their paths, decoded when they are asked for."""

    def __init__(self, rows: Mapping[str, msgspec.Raw]) -> None:
        self._rows = rows

    def __getitem__(self, path: str) -> Row:
        return _decode_row(self._rows[path])


def outcome(start: Start, inputs: Inputs, rest: Rest, desk: Desk) -> Outcome | None:
    """Do what has changed if that is nothing but the inside of few items; else None."""
    paths = start.retouched()
    if not 0 < len(paths) <= FEW or start.record is None or start.record.state is None:
        return None
    with start.timed("memo"):
        before = _before(start.record.state, start.left, _decode(rest.memo), start.folder.manifest())
    with start.timed("make"):
        rows = _Rows(before.memo.rows)
        return retouched(inputs, before, rows, paths, desk, stored=lambda row: msgspec.Raw(encode(row)))


def _before(state: State, left: Mapping[OutPath, Written], memo: Remembered[msgspec.Raw], manifest: bytes) -> Outcome:
    """Say what the last build came to."""
    return Outcome(
        made={path: Made(path, each.digest, each.size) for path, each in left.items()},
        diagnostics=state.diagnostics,
        left_out=state.left_out,
        work=Work(items=state.items, runs=state.tasks, pages_kept=state.pages),
        memo=memo,
        extra=(Output(MANIFEST, manifest),),
        since=state.since,
        next_instant=state.until,
    )
