"""Where in a source a reference or a piece of HTML stands, found by searching its body."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from urllib.parse import unquote

from csto_site.diagnostics import Span

_OPENING = re.compile(r"\]\(\s*<?$|<$|\]:\s*<?$|(?:href|src|poster|cite)\s*=\s*[\"']?$", re.IGNORECASE).search
"""Finds, at the end of a text, what stands before an address in Markdown and in HTML."""
_BEFORE = 20
_CLOSING = re.compile(r"\s*[)>\"'(]").match
"""What follows an address in Markdown: the end, or a title."""
_ENDINGS = frozenset(["", *" \t\n)>\"'<"])
_TRIES = 300
_PATIENCE = 500
"""After so many addresses that are not in the body as written, further ones are not looked for."""


_SHORT = 8_000
"""In a body so short counting its lines anew for each place costs less than to note where they begin."""


class Places:
    """Finds successive occurrences of addresses and of other texts in one body."""

    def __init__(self, body: str, path: str, first_line: int) -> None:
        self.body = body
        self.path = path
        self.first_line = first_line
        self._found: dict[str, tuple[int, str]] = {}
        self._missed = 0

    @cached_property
    def _starts(self) -> list[int]:
        lines = self.body.split("\n")
        return list(accumulate((len(line) + 1 for line in lines), initial=0))

    def span(self, offset: int, length: int) -> Span:
        """Say where an offset of the body is in the file; a negative one is unknown."""
        if offset < 0:
            return Span(self.path)
        if len(self.body) < _SHORT:
            index, start = self.body.count("\n", 0, offset), self.body.rfind("\n", 0, offset) + 1
        else:
            index = bisect_right(self._starts, offset) - 1
            start = self._starts[index]
        return Span(self.path, self.first_line + index, offset - start + 1, max(length, 1))

    def text(self, written: str) -> int:
        """Find the next occurrence of a text, or the last one that was found; -1 where there is none."""
        after, _ = self._found.get(written, (-1, ""))
        at = self.body.find(written, after + 1)
        if at < 0:
            return after
        self._found[written] = (at, written)
        return at

    def address(self, written: str) -> tuple[int, int]:
        """Find the next occurrence of an address as the engine gave it: offset and length, or (-1, 0)."""
        after, form = self._found.get(written, (-1, ""))
        for candidate in (form,) if form else self._candidates(written):
            at = self._next(candidate, after + 1)
            if at >= 0:
                self._found[written] = (at, candidate)
                return at, len(candidate)
        self._missed += not form
        return (after, len(form)) if form else (-1, 0)  # a definition serves many links

    def _candidates(self, written: str) -> Iterator[str]:
        """Say how an address may stand in the body: as it is, decoded, or with HTML's ampersand."""
        if not written or self._missed > _PATIENCE:
            return
        yield written
        if "%" in written:
            yield unquote(written)
        if "&" in written:
            yield written.replace("&", "&amp;")

    def _next(self, address: str, start: int) -> int:
        """Find an address where a link may have it, or else where the text does, as a bare link."""
        bare = -1
        at = self.body.find(address, start)
        for _ in range(_TRIES):
            if at < 0:
                break
            end = at + len(address)
            if self.body[end : end + 1] in _ENDINGS:
                opening = _OPENING(self.body[max(at - _BEFORE, 0) : at])
                if opening and (opening[0][:2] != "](" or _CLOSING(self.body, end)):
                    return at
                bare = at if bare < 0 else bare
            at = self.body.find(address, at + 1)
        return bare
