"""Nikola on the made archive: what the other programs make and nothing else."""

from __future__ import annotations

import os

from blinker import signal

OUTPUT_FOLDER = os.environ["BENCH_OUT"]
CACHE_FOLDER = os.environ["BENCH_CACHE"]

BLOG_AUTHOR = "The assembly"
BLOG_TITLE = BLOG_DESCRIPTION = "The Gazette of a Made Assembly"
BLOG_EMAIL = "gazette@example.org"
SITE_URL = BASE_URL = "https://news.example.org/"
DEFAULT_LANG = "en"
TRANSLATIONS = {"en": ""}
TIMEZONE = "UTC"
THEME = "bench"
NAVIGATION_LINKS = {"en": ()}
POSTS = (("content/*.md", "", "post.tmpl"),)
PAGES = ()
COMPILERS = {"markdown": [".md"]}
MARKDOWN_EXTENSIONS = ["markdown.extensions.tables", "markdown.extensions.footnotes"]
METADATA_MAPPING = {"yaml": {"summary": "description"}}
FILE_METADATA_REGEXP = r"content/(?P<category>[a-z]+)/\d{4}/(?P<slug>.*)\.md"
PRETTY_URLS = STRIP_INDEXES = True
URL_TYPE = "absolute"
FUTURE_IS_NOW = True
DEMOTE_HEADERS = 0
FILES_FOLDERS: dict[str, str] = {}
LISTINGS_FOLDERS: dict[str, str] = {}
GALLERY_FOLDERS: dict[str, str] = {}
IMAGE_FOLDERS: dict[str, str] = {}
COPY_SOURCES = SHOW_SOURCELINK = USE_BUNDLES = META_GENERATOR_TAG = False
COMMENT_SYSTEM = COMMENT_SYSTEM_ID = SOCIAL_BUTTONS_CODE = ""
FAVICONS = ()

INDEX_PATH = ""
INDEX_DISPLAY_POST_COUNT = 20
INDEX_TEASERS = True
INDEXES_PRETTY_PAGE_URL = ["page", "{number}", "{index_file}"]
CATEGORY_ALLOW_HIERARCHIES = CATEGORY_OUTPUT_FLAT_HIERARCHY = False
CATEGORY_PATH = CATEGORY_PREFIX = ""
CATEGORIES_INDEX_PATH = "sections.html"
CATEGORY_PAGES_ARE_INDEXES = True
TAG_PATH = "tags"
TAG_PAGES_ARE_INDEXES = False
ARCHIVE_PATH = "all"
ARCHIVE_FILENAME = "index.html"
CREATE_MONTHLY_ARCHIVE = True
ARCHIVES_ARE_INDEXES = False
ENABLE_AUTHOR_PAGES = False

GENERATE_RSS = True
GENERATE_ATOM = False
RSS_PATH = ""
RSS_FILENAME_BASE = "feed"
FEED_LENGTH = 20
FEED_TEASERS = True
FEED_LINKS_APPEND_QUERY = ""
INDEX_READ_MORE_LINK = FEED_READ_MORE_LINK = ""

DISABLED_PLUGINS = [
    "classify_authors", "classify_page_index", "copy_assets", "copy_files", "create_bundles", "gzip", "redirect",
    "render_galleries", "render_listings", "render_pages_index", "render_sources", "robots", "scale_images",
]  # fmt: skip
GLOBAL_CONTEXT: dict[str, str] = {}


def _neighbours(site):  # noqa: ANN001, ANN202 - Nikola hands it what it likes
    """Say what stands before and after each item in its section, not in the whole archive."""
    newer = {}
    for post in site.posts:
        post.next_post, post.prev_post = newer.get(post.meta("category")), None
        if post.next_post:
            post.next_post.prev_post = post
        newer[post.meta("category")] = post


def _spare(site):  # noqa: ANN001, ANN202
    """Leave out what the other programs do not make: feeds of tags, and all items once more behind the home page."""
    site.taxonomy_plugins["tag"].always_disable_rss = True
    site.taxonomy_plugins["index"].sort_posts = lambda posts, *_: posts.__delitem__(slice(20, None))


signal("scanned").connect(_neighbours)
signal("configured").connect(_spare)
