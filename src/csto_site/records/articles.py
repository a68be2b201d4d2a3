"""What search engines are told of an item: `NewsArticle` of schema.org, as JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from csto_site.model import Origin, Value

_encode = msgspec.json.Encoder().encode
_ESCAPES = {"&": "\\u0026", "<": "\\u003c", ">": "\\u003e", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Correction(Value, frozen=True, kw_only=True):
    """What was put right, and when; `url` is where the right thing stands, if that is elsewhere."""

    text: str
    date: str = ""
    url: str = ""


class Article(Value, frozen=True, kw_only=True):
    """An item. URLs are absolute, dates a date or date, time and offset; what is "" is left unsaid.

    The publisher, the site by its title and home page, is also the author of an item without authors.
    `organizations` are the authors that are no people, `expired` is since when the item is withdrawn, if it
    `is_withdrawn` and that is known.
    """

    url: str
    headline: str
    published: str
    modified: str
    language: str
    publisher: str
    publisher_url: str
    description: str = ""
    authors: tuple[str, ...] = ()
    organizations: frozenset[str] = frozenset()
    section: str = ""
    dateline: str = ""
    image: str = ""
    corrections: tuple[Correction, ...] = ()
    source: Origin | None = None
    is_withdrawn: bool = False
    expired: str = ""


def json_ld(article: Article) -> str:
    """Write an item's JSON-LD so that it can stand in a `<script>` as it is."""
    text = _encode({name: value for name, value in _properties(article).items() if value}).decode()
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return text


def _properties(article: Article) -> Mapping[str, object]:
    publisher = _organization(article.publisher, article.publisher_url)
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": article.url},
        "url": article.url,
        "headline": article.headline,
        "description": article.description,
        "image": [article.image] if article.image else [],
        "datePublished": article.published,
        "dateModified": article.modified,
        "inLanguage": article.language,
        "articleSection": article.section,
        "dateline": article.dateline,
        "author": [_author(article, name) for name in article.authors] or [publisher],
        "publisher": publisher,
        "correction": [_correction(each) for each in article.corrections],
        "isBasedOn": _work(article.source) if article.source else {},
        "creativeWorkStatus": "Withdrawn" if article.is_withdrawn else "",
        "expires": article.expired,
    }


def _author(article: Article, name: str) -> Mapping[str, str]:
    if name == article.publisher:
        return _organization(name, article.publisher_url)
    return _organization(name, "") if name in article.organizations else {"@type": "Person", "name": name}


def _organization(name: str, url: str) -> Mapping[str, str]:
    return {"@type": "Organization", "name": name, **({"url": url} if url else {})}


def _correction(correction: Correction) -> Mapping[str, str]:
    said = {"text": correction.text, "datePublished": correction.date, "url": correction.url}
    return {"@type": "CorrectionComment", **{name: value for name, value in said.items() if value}}


def _work(source: Origin) -> Mapping[str, object]:
    """Describe the text elsewhere: what is known of it is who published it, and perhaps where."""
    work: Mapping[str, object] = {"@type": "CreativeWork", "publisher": _organization(source.name, "")}
    return {**work, "url": source.url} if source.url else work
