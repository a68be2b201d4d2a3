"""A made archive of dated news, the same on every machine: `python -m bench.corpus 1000 FOLDER`.

Item number i depends on the seed and on i alone, so a larger archive holds the smaller one. Nothing but
`Random.random()` is drawn from, which Python keeps the same from version to version.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from random import Random

from bench.words import ENGLISH, FRENCH, RUSSIAN, SLUG_WORDS, TAGS, Language

SECTIONS = ("news", "speeches", "statements", "interviews", "commentary", "documents")
QUESTIONS = frozenset({"interviews", "commentary"})
FIRST_YEAR, LAST_YEAR = 1992, 2024
CHUNK = 5000
"""Items that one process writes at one go."""

_SECTION = tuple(accumulate((0.44, 0.12, 0.20, 0.07, 0.07, 0.10)))
_LANGUAGE = tuple(accumulate((0.72, 0.08, 0.20)))
_LANGUAGES = (ENGLISH, FRENCH, RUSSIAN)
_YEAR = tuple(accumulate(1 + 0.12 * age for age in range(LAST_YEAR - FIRST_YEAR + 1)))
_MONTH = tuple(accumulate((5, 8, 9, 9, 8, 10, 6, 3, 10, 12, 11, 9)))
_TAG = tuple(accumulate(1 / (rank + 4) for rank in range(len(TAGS))))
_TAGS_OF_AN_ITEM = tuple(accumulate((0.2, 0.3, 0.27, 0.15, 0.08)))


@dataclass(frozen=True)
class Head:
    """What is said about an item, and where it lies."""

    number: int
    section: str
    date: dt.datetime
    slug: str
    title: str
    summary: str
    tags: tuple[str, ...]
    language: Language

    @property
    def path(self) -> str:
        """The source below the content folder."""
        return f"{self.section}/{self.date.year}/{self.slug}.md"

    @property
    def address(self) -> str:
        """The address of its page."""
        return f"/{self.section}/{self.date.year}/{self.slug}/"

    @property
    def front_matter(self) -> str:
        """The keys, in a form that all programs read: plain values on one line each.

        `archive` is the year and the month, for programs that make no pages of dates by themselves.
        """
        tags = f"tags: [{', '.join(self.tags)}]\n" if self.tags else ""
        return (
            f"---\ntitle: {self.title}\ndate: {self.date:%Y-%m-%d %H:%M:%S}\nsummary: {self.summary}\n{tags}"
            f"archive: [{self.date.year}, {self.date:%Y-%m}]\n---\n\n"
        )


# -- drawing ---------------------------------------------------------------------------------------


def _chance(seed: int, number: int, what: str) -> Random:
    return Random(f"{seed}/{number}/{what}")


def _one(chance: Random, values: Sequence[str]) -> str:
    return values[int(chance.random() * len(values))]


def _number(chance: Random, least: int, most: int) -> int:
    return least + int(chance.random() * (most - least + 1))


def _weighted(chance: Random, sums: Sequence[float]) -> int:
    """Draw an index, given the running sums of the weights."""
    return bisect(sums, chance.random() * sums[-1], 0, len(sums) - 1)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


# -- heads -----------------------------------------------------------------------------------------


def head(seed: int, number: int) -> Head:
    """Make the head of an item."""
    chance = _chance(seed, number, "head")
    language = _LANGUAGES[_weighted(chance, _LANGUAGE)]
    return Head(
        number=number,
        section=SECTIONS[_weighted(chance, _SECTION)],
        date=_date(chance),
        slug=f"{_one(chance, SLUG_WORDS)}-{_one(chance, SLUG_WORDS)}-{number}",
        title=_title(chance, language),
        summary=" ".join(_sentence(chance, language) for _ in range(_number(chance, 1, 2))),
        tags=_tags(chance),
        language=language,
    )


def _date(chance: Random) -> dt.datetime:
    year = FIRST_YEAR + _weighted(chance, _YEAR)
    day = dt.datetime(year, 1 + _weighted(chance, _MONTH), _number(chance, 1, 28))  # noqa: DTZ001 - as written, without a zone
    if day.weekday() == 6 and day.day > 1:  # few items come out on a Sunday
        day -= dt.timedelta(days=1)
    return day + dt.timedelta(minutes=_number(chance, 8 * 60, 19 * 60))


def _title(chance: Random, language: Language) -> str:
    actor, action, matter = (_one(chance, part) for part in (language.actors, language.actions, language.matters))
    before, after = language.quotes
    forms = (
        f"{actor} {action} {matter}",
        f"{actor} {action} {before}{_capital(matter)}{after}",
        f"{matter} – {_number(chance, 2, 90)} & {_number(chance, 2, 90)}",
        f"{actor}, {_one(chance, language.manners)}",
    )
    return _capital(_one(chance, forms))


def _tags(chance: Random) -> tuple[str, ...]:
    wanted = _weighted(chance, _TAGS_OF_AN_ITEM)
    return tuple(dict.fromkeys(TAGS[_weighted(chance, _TAG)] for _ in range(wanted)))


# -- bodies ----------------------------------------------------------------------------------------


def _sentence(chance: Random, language: Language, matter: str = "") -> str:
    opening = f"{_one(chance, language.openings)}, " if chance.random() < 0.4 else ""
    matter = matter or _one(chance, language.matters)
    words = (
        f"{_one(chance, language.actors)} {_one(chance, language.actions)} {matter} {_one(chance, language.manners)}"
    )
    return _capital(f"{opening}{words}.")


def _paragraph(chance: Random, language: Language, sentences: int) -> str:
    """Give a paragraph; one in eight has something emphasised or linked."""
    matter = _marked(chance, _one(chance, language.matters)) if chance.random() < 0.12 else ""
    return " ".join(_sentence(chance, language, "" if each else matter) for each in range(sentences))


def _marked(chance: Random, text: str) -> str:
    kind = chance.random()
    if kind < 0.3:
        return f"*{text}*"
    if kind < 0.6:
        return f"**{text}**"
    return f"[{text}](https://example.org/{_one(chance, SLUG_WORDS)}/{_number(chance, 1, 9999)})"


def _paragraphs(chance: Random, language: Language) -> list[str]:
    return [_paragraph(chance, language, _number(chance, 2, 6)) for _ in range(_number(chance, 2, 8))]


def _questions(chance: Random, language: Language) -> list[str]:
    blocks = [_paragraph(chance, language, 2)]
    for _ in range(_number(chance, 3, 8)):
        blocks.append(f"**{language.question}** {_sentence(chance, language)[:-1]}?")
        blocks.append(f"**{language.answer}** {_paragraph(chance, language, _number(chance, 2, 5))}")
    return blocks


def _list(chance: Random, language: Language) -> str:
    mark = _one(chance, ("-", "*", "1."))
    return "\n".join(f"{mark} {_capital(_one(chance, language.matters))};" for _ in range(_number(chance, 3, 7)))


def _table(chance: Random, language: Language) -> str:
    rows = (
        f"| {_one(chance, language.actors)} | {_number(chance, 1990, 2024)} | {_number(chance, 1, 999)} |"
        for _ in range(_number(chance, 3, 9))
    )
    return "\n".join((f"| {' | '.join(language.columns)} |", "| --- | --- | ---: |", *rows))


def _quotation(chance: Random, language: Language) -> str:
    return f"> {_paragraph(chance, language, 2)}"


def _heading(chance: Random, language: Language) -> str:
    return f"## {_capital(_one(chance, language.matters))}"


_BLOCKS: tuple[tuple[float, Callable[[Random, Language], str]], ...] = (
    (0.14, _list),
    (0.05, _table),
    (0.09, _quotation),
    (0.12, _heading),
)
"""What stands between paragraphs, and in what part of the items."""


def body(seed: int, item: Head) -> str:
    """Make an item's Markdown."""
    chance, language = _chance(seed, item.number, "body"), item.language
    asked = item.section in QUESTIONS and chance.random() < 0.8  # most interviews, not all
    blocks = _questions(chance, language) if asked else _paragraphs(chance, language)
    for share, make in _BLOCKS:
        if chance.random() < share:
            blocks.insert(_number(chance, 1, len(blocks) - 1), make(chance, language))
    if item.number and chance.random() < 0.15:  # items that link to an earlier one
        earlier = head(seed, int(chance.random() * item.number))
        blocks.append(f"[{earlier.title}]({earlier.address})")
    if chance.random() < 0.02:  # items with a footnote
        blocks[0] += "[^1]"
        blocks.append(f"[^1]: {_sentence(chance, language)}")
    return "\n\n".join(blocks) + "\n"


def source(seed: int, number: int) -> tuple[str, str]:
    """Give an item's path below the content folder, and its text."""
    item = head(seed, number)
    return item.path, item.front_matter + body(seed, item)


# -- the items that the runner changes -------------------------------------------------------------


def middle(seed: int, size: int) -> Head:
    """Find the item that is edited: news in English, from the middle of the years."""
    year = (FIRST_YEAR + LAST_YEAR) // 2
    for number in range(size // 2, size):
        item = head(seed, number)
        if item.section == "news" and item.language is ENGLISH and abs(item.date.year - year) < 5:  # years around it
            return item
    return head(seed, size // 2)


def newest(seed: int, size: int) -> Head:
    """Make the head of an item newer than all others."""
    drawn = head(seed, size)
    date = dt.datetime(LAST_YEAR + 1, 1, 15, 9, 30)  # noqa: DTZ001 - as written, without a zone
    return Head(
        size, "news", date, f"newest-{size}", "The newest item of all", drawn.summary, drawn.tags, drawn.language
    )


# -- writing ---------------------------------------------------------------------------------------


def write(folder: Path, seed: int, numbers: range) -> int:
    """Write items into a content folder and say how many bytes they have."""
    written = 0
    for number in numbers:
        path, text = source(seed, number)
        data = text.encode()
        _write(f"{folder}/{path}", data)
        written += len(data)
    return written


def _write(path: str, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        file = os.open(path, flags, 0o644)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        file = os.open(path, flags, 0o644)
    with open(file, "wb", buffering=0) as opened:
        opened.write(data)


def chunks(size: int) -> Iterator[range]:
    """Cut the numbers of all items into parts."""
    return (range(start, min(start + CHUNK, size)) for start in range(0, size, CHUNK))


def generate(folder: Path, size: int, seed: int = 1) -> int:
    """Write a whole archive with all cores and say how many bytes it has."""
    work = partial(write, folder, seed)
    if size <= CHUNK:
        return work(range(size))
    with multiprocessing.Pool() as pool:
        return sum(pool.imap_unordered(work, chunks(size)))


def main() -> None:
    """Write an archive where the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.corpus", description=__doc__)
    parser.add_argument("size", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    written = generate(given.folder, given.size, given.seed)
    print(f"{given.size:,} items, {written / given.size:,.0f} bytes each, in {given.folder}")


if __name__ == "__main__":
    main()
