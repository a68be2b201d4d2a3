"""A whole site in a string: edit it, build it in memory, look at its tree."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from csto_site import metadata, pipeline, settings
from csto_site.codec import digest_bytes
from csto_site.diagnostics import Checked, Diagnostic, as_text, ordered
from csto_site.hands import Serial
from csto_site.model import Asset, Digest, Output
from csto_site.remembered import Memo
from csto_site.shell.darkroom import Darkroom

SETTINGS = """\
title: Gazette
url: https://news.example.org/
id_authority: news.example.org,2024
timezone: Europe/Moscow
sections:
  news: News
  speeches: Speeches
"""

_THEME = Path(__file__).parent.parent
_MARK = re.compile(r"^-- (\S(?:.*\S)?) --\n", re.MULTILINE)


def files_of(text: str) -> dict[str, bytes]:
    """Split `-- path --` texts into files."""
    _, *parts = _MARK.split(text)
    return {path: body.encode() for path, body in zip(parts[::2], parts[1::2], strict=True)}


@lru_cache
def theme(folder: str) -> Mapping[str, bytes]:
    """Read the built-in theme once."""
    top = _THEME / folder
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def instant(written: str) -> int:
    """Turn a date or time in UTC into seconds since 1970."""
    return int(dt.datetime.fromisoformat(written).replace(tzinfo=dt.UTC).timestamp())


NOTHING = Memo()


class Built(msgspec.Struct, frozen=True):
    """What a build gave: every output's bytes by path, the diagnostics, the outcome as a whole."""

    tree: Mapping[str, bytes]
    diagnostics: tuple[Diagnostic, ...]
    outcome: pipeline.Outcome | None
    files: Mapping[str, bytes]

    def page(self, path: str) -> str:
        """Give an output as text."""
        return self.tree[path].decode()

    @property
    def codes(self) -> list[str]:
        """The codes of the diagnostics, sorted by place."""
        return [each.code for each in self.diagnostics]

    @property
    def report(self) -> str:
        """The diagnostics as a terminal shows them."""
        return "".join(as_text(each, self._line) + "\n" for each in self.diagnostics)

    def _line(self, path: str, number: int) -> str | None:
        if path not in self.files:
            return None
        return self.files[path].decode(errors="replace").split("\n")[number - 1]


class Newsroom:
    """A site as files; every change gives another one."""

    def __init__(self, text: str = "", *, files: Mapping[str, bytes] | None = None) -> None:
        given = files if files is not None else files_of(text)
        self.files: Mapping[str, bytes] = {"site.yaml": SETTINGS.encode()} | dict(given)

    def edit(self, text: str) -> Newsroom:
        """Write or replace files."""
        return Newsroom(files={**self.files, **files_of(text)})

    def without(self, *paths: str) -> Newsroom:
        """Delete files."""
        return Newsroom(files={path: data for path, data in self.files.items() if path not in paths})

    def build(
        self,
        as_of: str = "2024-12-31",
        *,
        drafts: bool = False,
        keep_going: bool = False,
        memo: Memo = NOTHING,
    ) -> Built:
        """Build in memory as of a date or instant (UTC)."""
        inputs, found = self.inputs(as_of, drafts=drafts, keep_going=keep_going)
        if inputs is None:
            return Built({}, ordered(found), None, self.files)
        outputs: dict[str, bytes] = {}

        def emit(batch: Iterable[Output]) -> None:
            outputs.update((each.path, self._bytes(each.data)) for each in batch)

        outcome = pipeline.build(inputs, memo, Serial(self.sources.__getitem__, emit, Darkroom(read=self._bytes)))
        emit(outcome.extra)
        return Built(outputs if outcome.made else {}, ordered((*found, *outcome.diagnostics)), outcome, self.files)

    def translations(self, as_of: str = "2024-12-31") -> Built:
        """Check with the report of translations; nothing is built."""
        return self.check(as_of, translations=True)

    def check(self, as_of: str = "2024-12-31", *, translations: bool = False) -> Built:
        """Find what is wrong before anything is built."""
        inputs, found = self.inputs(as_of)
        assert inputs, found
        hands = Serial(self.sources.__getitem__, lambda _: None, Darkroom(read=self._bytes))
        outcome = pipeline.check(inputs, NOTHING, hands, translations=translations)
        return Built({}, outcome.diagnostics, outcome, self.files)

    def inputs(
        self, as_of: str = "2024-12-31", *, drafts: bool = False, keep_going: bool = False
    ) -> Checked[pipeline.Inputs | None]:
        """Give all that a build depends on."""
        read, found = settings.parse(self.files["site.yaml"])
        if read is None:
            return Checked(None, found)
        inputs = pipeline.Inputs(
            content={path: digest_bytes(data) for path, data in self.sources.items()},
            files=self.attachments,
            templates=self._templates(".html"),
            locales={Path(path).stem: data for path, data in self._templates(".po").items()},
            static={path: _asset("static", path, data) for path, data in self._themed("static").items()},
            settings=read,
            as_of=instant(as_of),
            drafts=drafts,
            keep_going=keep_going,
        )
        return Checked(inputs, found)

    @property
    def sources(self) -> dict[str, bytes]:
        """The Markdown files by their path below `content/`."""
        return {path: data for path, data in self._below("content") if path.endswith(".md")}

    @property
    def attachments(self) -> dict[str, Asset]:
        """The other files below `content/`."""
        below = self._below("content")
        return {path: _asset("content", path, data) for path, data in below if not path.endswith(".md")}

    def _below(self, folder: str) -> list[tuple[str, bytes]]:
        top = folder + "/"
        return [(path.removeprefix(top), data) for path, data in self.files.items() if path.startswith(top)]

    def _themed(self, folder: str) -> Mapping[str, bytes]:
        return {**theme(folder), **dict(self._below(folder))}

    def _templates(self, suffix: str) -> Mapping[str, bytes]:
        return {path: data for path, data in self._themed("templates").items() if path.endswith(suffix)}

    def _bytes(self, data: bytes | Asset) -> bytes:
        if isinstance(data, bytes):
            return data
        folder, _, path = data.origin.partition("/")
        found = self.files.get(data.origin, theme(folder).get(path, b""))
        return metadata.bare(found) if data.is_bare else found


def _asset(folder: str, path: str, data: bytes) -> Asset:
    return Asset(f"{folder}/{path}", len(data), Digest(hashlib.sha256(data).hexdigest()))
