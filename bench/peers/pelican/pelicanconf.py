"""Pelican on the made archive: no static files, no pages of authors, nothing but what the other programs make."""

from __future__ import annotations

SITENAME = "The Gazette of a Made Assembly"
SITEURL = "https://news.example.org"
AUTHOR = "The assembly"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
THEME = "theme"
THEME_STATIC_PATHS: list[str] = []
STATIC_PATHS: list[str] = []
PAGE_PATHS: list[str] = []
ARTICLE_PATHS = [""]
USE_FOLDER_AS_CATEGORY = False
PATH_METADATA = r"(?P<category>[a-z]+)/\d{4}/(?P<slug>.*)\.md"
FORMATTED_FIELDS: list[str] = []  # the lead is plain text, as with the other programs
SUMMARY_MAX_LENGTH = None
MARKDOWN = {
    "extensions": ["markdown.extensions.meta", "markdown.extensions.tables", "markdown.extensions.footnotes"],
    "output_format": "html5",
}

ARTICLE_URL = "{category}/{date:%Y}/{slug}/"
CATEGORY_URL = "{slug}/"
TAG_URL = "tags/{slug}/"
YEAR_ARCHIVE_URL = "all/{date:%Y}/"
MONTH_ARCHIVE_URL = "all/{date:%Y-%m}/"
ARTICLE_SAVE_AS, CATEGORY_SAVE_AS, TAG_SAVE_AS, YEAR_ARCHIVE_SAVE_AS, MONTH_ARCHIVE_SAVE_AS = (
    f"{url}index.html" for url in (ARTICLE_URL, CATEGORY_URL, TAG_URL, YEAR_ARCHIVE_URL, MONTH_ARCHIVE_URL)
)
AUTHOR_SAVE_AS = ARTICLE_LANG_SAVE_AS = DRAFT_SAVE_AS = ""
DIRECT_TEMPLATES = ["index", "archives", "tags", "sitemap"]
ARCHIVES_SAVE_AS, TAGS_SAVE_AS, SITEMAP_SAVE_AS = "all/index.html", "tags/index.html", "sitemap.xml"
PAGINATED_TEMPLATES = {"category": 20, "tag": 200}
PAGINATION_PATTERNS = (
    (1, "{base_name}/", "{base_name}/index.html"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)

FEED_DOMAIN = SITEURL
FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = True
FEED_RSS = "feed.xml"
CATEGORY_FEED_RSS = "{slug}/feed.xml"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None

DELETE_OUTPUT_DIRECTORY = False
CACHE_CONTENT = LOAD_CONTENT_CACHE = True  # its own way to spare work: parsed sources, by their times
GZIP_CACHE = False

PLUGIN_PATHS = ["."]
PLUGINS = ["equal"]
