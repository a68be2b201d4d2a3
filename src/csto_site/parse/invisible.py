"""Characters in titles, terms and slugs that nobody sees: words that look alike and are not, or run backwards.

Some writing needs such characters: Persian and Indic words and emoji have joiners in them (RFC 5892, appendix A),
and texts from right to left marks and isolates of direction (UAX #9).
"""

from __future__ import annotations

import re
import unicodedata

from csto_site.parse.reading import Place, Placed, Reading

_UNSEEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]").finditer
_JOINERS = "\u200c\u200d"
_DIRECTIONS = "\u061c\u200e\u200f\u2066\u2067\u2068\u2069"
_JOINED = frozenset({"Lo", "Lm", "Mn", "Mc", "Me", "So", "Sk"})
"""What may stand before a joiner: letters without case and their marks, emoji and what colours them."""
_FIRST_JOINED = "\u0590"
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_QUOTES = 2


def check(text: str, at: Placed, what: str, reading: Reading) -> None:
    """Warn of each such character of a value, as written, once; `what` says what it is the value of."""
    if text.isascii():
        return
    met = set()
    for match in _UNSEEN(text):
        char = match[0]
        if char not in met and not _is_needed(char, text, match.start()):
            met.add(char)
            message = f"{what} holds U+{ord(char):04X} {unicodedata.name(char)}, which nobody sees"
            advice = "delete it: retype the word, as a copy of it may bring it along"
            reading.problem("text/invisible", _place(at, text, match.start()), message, advice)


def _is_needed(char: str, text: str, index: int) -> bool:
    if char in _JOINERS:
        before = text[index - 1 : index]
        return before >= _FIRST_JOINED and unicodedata.category(before) in _JOINED
    return char in _DIRECTIONS and any(unicodedata.bidirectional(each) in _RIGHT_TO_LEFT for each in text)


def _place(at: Placed, text: str, index: int) -> Placed:
    """Give the place of a character, or of the whole value where that is written otherwise than it is read."""
    more = at.length - len(text)
    return Place(at.line, at.column + more // 2 + index) if at.line and more in {0, _QUOTES} else at
