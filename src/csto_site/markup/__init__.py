r"""A Markdown body to fragment, headings, links and plain text.

    body ─► tags.hidden ─► python_markdown | commonmark ─► finish ─► Converted

The engines differ, all that follows them is the same. A reference to this site stands in the fragment
as a token, `href="\x02N\x03"`, whose number is an index into `facts.links`; `resolved` puts URLs there.
The bodies of one process are converted one after another: the cleaner is shared and not safe for threads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from csto_site.diagnostics import Checked, Diagnostic, Span, problem
from csto_site.markup import commonmark, python_markdown, tags, text
from csto_site.markup.finish import Converted, finished
from csto_site.markup.guard import TooComplexError, TooDeepError
from csto_site.markup.places import Places
from csto_site.model import Dialect, Facts, Form

__all__ = ["Converted", "convert", "plain", "resolved", "styled"]

plain = text.plain


def convert(
    body: str, *, dialect: Dialect, form: Form, path: str, first_line: int, language: str = "en", url: str = ""
) -> Checked[Converted]:
    """Convert a Markdown body; `path` and `first_line` say where it stands, `url` is the site's own.

    Never raises, whatever the text. A body that cannot be converted gives an error and an empty fragment.
    """
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    body = text.without_controls(body)
    places = Places(body, path, first_line)
    hidden = tags.hidden(body)
    try:
        html = _ENGINES[dialect](hidden.body)
        return finished(html, hidden, places, form=form, language=language, url=url)
    except (RecursionError, TooDeepError):
        return Checked(_NOTHING, (_too_deep(path, first_line),))
    except TooComplexError as refusal:
        line = first_line + _lines_before(refusal.near, hidden.body)
        return Checked(_NOTHING, (_too_complex(path, line, str(refusal)),))


def resolved(fragment: str, urls: Sequence[str]) -> str:
    """Put URLs, percent-encoded already, in the place of a fragment's tokens; of a link to "" its words stay."""
    if "" in urls:
        for number in (number for number, url in enumerate(urls) if not url):
            fragment = fragment.replace(f' href="\x02{number}\x03"', "")
    head, *rest = fragment.split("\x02")
    parts = (part.partition("\x03") for part in rest)
    return head + "".join(text.escaped(urls[int(number)]) + more for number, _, more in parts)


_ALIGNED = re.compile(r'(<t[hd](?![^<>]* class=)[^<>]*?) align="(left|center|right)"').sub
_CLASSES = {"left": "", "center": ' class="center"', "right": ' class="end"'}


def styled(fragment: str) -> str:
    """Say by classes how cells of tables are aligned, as a style sheet reads it: HTML itself no longer has `align`.

    Feeds and records keep the attribute: their readers have no style sheet of this site.
    """
    return _ALIGNED(lambda match: match[1] + _CLASSES[match[2]], fragment) if " align=" in fragment else fragment


_ENGINES = {Dialect.COMMONMARK: commonmark.html, Dialect.PYTHON_MARKDOWN: python_markdown.html}

_NOTHING = Converted(fragment="", facts=Facts(), lead=(), text="")


def _too_deep(path: str, line: int) -> Diagnostic:
    message = "the text is nested too deeply: expected at most 50 lists, quotes or marks inside one another"
    return problem("markup/too-deep", Span(path, line, 1), message, "write it as paragraphs and headings")


def _lines_before(near: str, body: str) -> int:
    """Say in which line of a body, from 0, an engine found what it was given with its tabs expanded."""
    body = body.expandtabs(4)
    return body.count("\n", 0, max(body.find(near), 0))


def _too_complex(path: str, line: int, found: str) -> Diagnostic:
    message = f"the text holds {found} too close together: expected so few that it can be converted in a second or two"
    return problem("markup/too-complex", Span(path, line, 1), message, "part it with blank lines")
