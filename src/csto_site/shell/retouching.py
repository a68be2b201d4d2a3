"""Builds of nothing but the inside of items, from disk to disk: only what they need is decoded, and encoded again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

import msgspec

from csto_site.model import MANIFEST, Made, OutPath, Output, Row, Work
from csto_site.pipeline import Inputs, Outcome
from csto_site.remembered import Kept, Memo, Remembered
from csto_site.retouch import Retouched, retouched
from csto_site.shell.build import Start
from csto_site.shell.memo import Patch, Rest, State, Written, encode, pieces
from csto_site.shell.work import Desk

FEW = 100
"""Up to how many sources are done so: where many change, most of the memo is needed."""
LARGE = 1 << 20
"""How many bytes a patch may have: it is read and written with each build."""

V = TypeVar("V")
Packed = Remembered[msgspec.Raw, msgspec.Raw]
"""The memo with rows and tasks as they are encoded."""

_decode = msgspec.msgpack.Decoder(Packed).decode
_decode_memo = msgspec.msgpack.Decoder(Memo).decode
_decode_row = msgspec.msgpack.Decoder(Row).decode
_decode_task = msgspec.msgpack.Decoder(Kept).decode


class _Lazy(Mapping[str, V]):
    """Values by name, decoded when they are asked for."""

    def __init__(self, packed: Mapping[str, msgspec.Raw], decode: Callable[[msgspec.Raw], V]) -> None:
        self._packed = packed
        self._decode = decode

    def __getitem__(self, name: str) -> V:
        return self._decode(self._packed[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class Touched(NamedTuple):
    """What such a build came to; the memo before it, packed, and the digest of its other file."""

    done: Retouched
    packed: Packed
    rest: bytes


def memo_of(rest: Rest, patch: Patch) -> Memo:
    """Decode what the last build left."""
    rows = {path: _decode_row(row) for path, row in patch.rows.items()}
    kept = {name: _decode_task(task) for name, task in patch.kept.items()}
    return _decode_memo(rest.memo).over(rows, kept)


def touched(start: Start, inputs: Inputs, rest: Rest, desk: Desk) -> Touched | None:
    """Do what has changed if that is nothing but the inside of few items; else None."""
    paths = start.retouched()
    if not 0 < len(paths) <= FEW or start.record is None or start.record.state is None:
        return None
    with start.timed("memo"):
        packed = _decode(rest.memo).over(start.patch.rows, start.patch.kept)
        rows, kept = _Lazy(packed.rows, _decode_row), _Lazy(packed.kept, _decode_task)
        memo = Memo(reader=packed.reader, rows=rows, kept=kept, seal=packed.seal, frames=packed.frames)
        before = _before(start.record.state, start.left, memo, start.folder.manifest())
    with start.timed("make"):
        done = retouched(inputs, before, paths, desk)
    return done and Touched(done, packed, start.record.rest)


def patched(before: Patch, now: Touched, where: Mapping[str, str]) -> Patch:
    """Give what differs from the other file of the memo after such a build; `where` is where fragments moved to."""
    rows = {path: msgspec.Raw(encode(row)) for path, row in now.done.rows.items()}
    kept = {name: msgspec.Raw(encode(task)) for name, task in now.done.kept.items()}
    return Patch({**before.where, **where}, {**before.rows, **rows}, {**before.kept, **kept})


def whole(packed: Packed, patch: Patch) -> Iterable[bytes | memoryview]:
    """Encode a memo anew, with what differs."""
    return pieces(packed.over(patch.rows, patch.kept), "rows")


def _before(state: State, left: Mapping[OutPath, Written], memo: Memo, manifest: bytes) -> Outcome:
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
