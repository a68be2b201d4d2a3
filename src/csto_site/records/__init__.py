"""Everything on the site that machines read, as bytes.

These are feeds, sitemaps, redirects, robots, JSON-LD, citations, records of items and months, what servers are told.

Read in this order: `feeds` (the values that three formats print), `elements` (how XML is written), then the
formats one by one. Each is a pure function of what it prints: no archive, no settings, no clock.
"""

from csto_site.records.articles import Article, Correction, json_ld
from csto_site.records.atom import atom_feed
from csto_site.records.citations import Cited, bibtex, citation
from csto_site.records.feeds import EPOCH, Chain, Entry, Feed
from csto_site.records.jsonfeed import json_feed
from csto_site.records.machine import (
    Alteration,
    Association,
    ItemRecord,
    MonthRecord,
    Party,
    Rendition,
    Subject,
    Text,
    Withdrawn,
    json_record,
    machine_schema,
)
from csto_site.records.redirects import Redirect, redirects_map
from csto_site.records.robots import robots_txt
from csto_site.records.rss import rss_feed
from csto_site.records.servers import headers_file, nginx_conf, security_txt
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
    "Alteration",
    "Alternate",
    "Article",
    "Association",
    "Chain",
    "Cited",
    "Correction",
    "Entry",
    "Feed",
    "ItemRecord",
    "MonthRecord",
    "NewsUrl",
    "Party",
    "Redirect",
    "Rendition",
    "Sheet",
    "SitemapUrl",
    "Subject",
    "Text",
    "Withdrawn",
    "alternates",
    "atom_feed",
    "bibtex",
    "citation",
    "headers_file",
    "json_feed",
    "json_ld",
    "json_record",
    "machine_schema",
    "news_sitemap",
    "nginx_conf",
    "redirects_map",
    "robots_txt",
    "rss_feed",
    "security_txt",
    "sitemap",
    "sitemap_index",
    "sitemap_sheets",
]
