"""From where a page sees the site: how dates and addresses are written on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urljoin

from csto_site import context, permalinks, wording
from csto_site.links import Href
from csto_site.model import Language, Moment, Permalink, Settings, Value

Texts = Callable[[str], str]
"""Translates a text of the interface into the page's language."""

Fragments = Mapping[str, str]
"""The HTML fragments of bodies, with link tokens in them, by source path."""


class Viewpoint(Value, frozen=True, kw_only=True):
    """From where pages see the site: their language and their way to the top (`../../`).

    `teasers` and `sections` keep what was made for another page of the same viewpoint, by address and name.
    """

    settings: Settings
    language: Language
    root: str
    text: Texts
    teasers: dict[Permalink, context.Teaser]
    sections: dict[str, context.LinkTo]

    def url(self, permalink: str) -> str:
        """Write an address as this page links to it."""
        return permalinks.relative(self.root, permalink)

    def href(self, href: Href) -> str:
        """Write a reference as this page links to it."""
        return self.root + href[1:] if href.startswith("/") and not href.startswith("//") else href

    def absolute(self, permalink: str) -> str:
        """Write an address with the site's URL before it."""
        return permalinks.absolute(self.settings.url, permalink)

    def absolute_href(self, href: Href, page: str) -> str:
        """Write a reference of the page at `page` so that it holds anywhere; "" stays no link."""
        if href.startswith("/") and not href.startswith("//"):
            return self.settings.url + href[1:]
        if not href or ":" in href.partition("/")[0] or href.startswith("//"):
            return href
        return urljoin(self.absolute(page), href)

    def date(self, moment: Moment) -> context.Date:
        """Write a date in the site's style."""
        return wording.date(moment, self.language.code, self.language.dates)
