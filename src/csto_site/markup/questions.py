"""Questions and answers of a body, set apart: `form: questions`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from csto_site.markup.words import words

_OPEN = r"(?:<(?:strong|em|b|i)>)"
_SHUT = r"(?:</(?:strong|em|b|i)>)"
_NUMBER = r"(?:\s*(?:№\s*)?\d+)?"
_DASH = re.compile(rf"<p>{_OPEN}*\s*[\u2014\u2013]").match
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_VOID = frozenset({"br", "col", "hr", "img", "source", "wbr"})


class _Labels(NamedTuple):
    """What a paragraph with a question or an answer begins with, in one language and in English."""

    question: re.Pattern[str]
    answer: re.Pattern[str]


def marked(html: str, language: str) -> str:
    """Put each question into `<div class="question">`, its answer into `<div class="answer">`.

    A paragraph opens a question by a label (`Question:`, `Вопрос:`), or by a dash where nothing in the
    body is labelled; a dash right after a question opens its answer. All up to the next question is the
    answer, but an answer that is labelled leaves what stands before it to the question.
    """
    blocks, labels = _blocks(html), _labels(language)
    kinds = _kinds(blocks, labels)
    starts = [index for index, kind in enumerate(kinds) if kind == "question"]
    parts = blocks[: starts[0]] if starts else blocks
    for start, end in pairwise([*starts, len(blocks)]):
        answer = next((index for index in range(start + 1, end) if kinds[index] == "answer"), start + 1)
        parts.append(_part("question", blocks[start:answer], labels.question))
        parts.append(_part("answer", blocks[answer:end], labels.answer))
    return "".join(parts)


def _part(kind: str, blocks: Sequence[str], label: re.Pattern[str]) -> str:
    inner = "".join(blocks).strip("\n")
    if not inner:
        return ""
    if match := label.match(inner):
        inner = f'{match[1] or match[3]}<span class="label">{match[2] or match[4]}</span>{inner[match.end() :]}'
    return f'<div class="{kind}">\n{inner}\n</div>\n'


def _kinds(blocks: Sequence[str], labels: _Labels) -> list[str]:
    """Say of each block whether it opens a question or an answer, or neither."""
    kinds = [_labelled(block, labels) for block in blocks]
    if "question" in kinds:
        return kinds
    is_open = False
    for index, block in enumerate(blocks):
        if not block.isspace():
            is_dash = _DASH(block) is not None
            kinds[index] = ("answer" if is_open else "question") if is_dash else kinds[index]
            is_open = kinds[index] == "question"
    return kinds


def _labelled(block: str, labels: _Labels) -> str:
    if labels.question.match(block):
        return "question"
    return "answer" if labels.answer.match(block) else ""


@lru_cache(maxsize=64)
def _labels(language: str) -> _Labels:
    own, english = words(language), words("en")
    return _Labels(_label(own.question + english.question), _label(own.answer + english.answer))


def _label(names: Sequence[str]) -> re.Pattern[str]:
    """Match a label at the start of a paragraph: plain, numbered or emphasised, its colon within or after."""
    name = "(?:" + "|".join(map(re.escape, names)) + ")" + _NUMBER
    return re.compile(
        rf"(<p>{_OPEN}*\s*)({name}\s*[:\uff1a])|(<p>)({_OPEN}+{name}{_SHUT}+\s*[:\uff1a])",
        re.IGNORECASE,
    )


def _blocks(html: str) -> list[str]:
    """Cut clean HTML into its outermost elements and the text between them."""
    blocks, depth, start = [], 0, 0
    for match in _TAG.finditer(html):
        if match[2] in _VOID:
            continue
        if not match[1]:
            if depth == 0 and match.start() > start:
                blocks.append(html[start : match.start()])
                start = match.start()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                blocks.append(html[start : match.end()])
                start = match.end()
    return [*blocks, html[start:]]
