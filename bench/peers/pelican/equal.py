"""A plugin of Pelican's: what the other programs do by themselves."""

from __future__ import annotations

from pelican import signals
from pelican.readers import METADATA_PROCESSORS

_plain_tags = METADATA_PROCESSORS["tags"]


def _tags(value, settings):  # noqa: ANN001, ANN202 - Pelican hands it what it likes
    """Read `[a, b]`, which Pelican's front matter takes for plain text."""
    return _plain_tags(value.strip("[]"), settings)


def _neighbours(generator):  # noqa: ANN001, ANN202
    """Say what stands before and after each item in its section."""
    newer = {}
    for article in generator.articles:
        article.older, article.newer = None, newer.get(article.category)
        if article.newer:
            article.newer.older = article
        newer[article.category] = article


def register():  # noqa: ANN201
    """Tell Pelican of both."""
    METADATA_PROCESSORS["tags"] = _tags
    signals.article_generator_finalized.connect(_neighbours)
