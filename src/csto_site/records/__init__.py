"""Everything on the site that machines read, as bytes: feeds, sitemaps, redirects, robots, manifest, JSON-LD.

Read in this order: `feeds` (the values that three formats print), `elements` (how XML is written), then the
formats one by one. Each is a pure function of what it prints: no archive, no settings, no clock.
"""

from csto_site.records.articles import Article, Correction, json_ld
from csto_site.records.atom import atom_feed
from csto_site.records.feeds import EPOCH, Chain, Entry, Feed
from csto_site.records.jsonfeed import json_feed
from csto_site.records.redirects import Redirect, redirects_map
from csto_site.records.robots import robots_txt
from csto_site.records.rss import rss_feed
from csto_site.records.sitemaps import (
    Alternate,
    NewsUrl,
    Sheet,
    SitemapUrl,
    alternates,
    news_sitemap,
    sitemap,
    sitemap_index,
    sitemap_sheets,
)

__all__ = [
    "EPOCH",
    "Alternate",
    "Article",
    "Chain",
    "Correction",
    "Entry",
    "Feed",
    "NewsUrl",
    "Redirect",
    "Sheet",
    "SitemapUrl",
    "alternates",
    "atom_feed",
    "json_feed",
    "json_ld",
    "news_sitemap",
    "redirects_map",
    "robots_txt",
    "rss_feed",
    "sitemap",
    "sitemap_index",
    "sitemap_sheets",
]
