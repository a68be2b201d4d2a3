"""The table of all diagnostic codes: severity, what each means, and whether a site may lower it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Code(NamedTuple):
    """A kind of problem. `fixed` ones (parsing, dates, addresses, paths, embargo) cannot be lowered."""

    severity: str
    meaning: str
    fixed: bool = False


CODES: Mapping[str, Code] = {
    # -- sources as bytes
    "source/unreadable": Code("error", "a file or folder can be neither read nor looked into", fixed=True),
    "source/encoding": Code("error", "the file is not UTF-8", fixed=True),
    "source/nul": Code("error", "the file holds a NUL byte", fixed=True),
    "source/control": Code("error", "the file holds a character that HTML or XML forbids", fixed=True),
    "source/extension": Code("warning", "a Markdown file is not read for the ending of its name"),
    "source/copy": Code("warning", "a file is named as copies are, and lies beside the one that it is of"),
    "source/conflict": Code("error", "the file holds both versions of a merge conflict", fixed=True),
    # -- front matter
    "front-matter/missing": Code("error", "the file does not begin with front matter", fixed=True),
    "front-matter/dialect": Code("error", "the front matter is not YAML between lines of three hyphens", fixed=True),
    "front-matter/unclosed": Code("error", "the front matter is opened and never closed", fixed=True),
    "front-matter/empty": Code("error", "the front matter holds no key", fixed=True),
    "front-matter/not-a-mapping": Code("error", "the front matter is not a list of keys with values", fixed=True),
    # -- YAML, of front matter and of site.yaml
    "yaml/syntax": Code("error", "the text is not YAML", fixed=True),
    "yaml/duplicate-key": Code("error", "a key stands twice", fixed=True),
    "yaml/comment": Code("warning", "text behind a value is a comment to YAML, so that nobody reads it"),
    "yaml/alias": Code("error", "YAML anchors and aliases grow beyond measure", fixed=True),
    "yaml/too-deep": Code("error", "the values are nested too deeply", fixed=True),
    "key/unknown": Code("warning", "no rule reads this key"),
    "key/missing": Code("error", "a required key is absent", fixed=True),
    "value/type": Code("error", "a value is not of the kind that its key takes", fixed=True),
    "value/choice": Code("error", "a value is none of those that its key takes", fixed=True),
    "value/empty": Code("error", "a value that must say something is empty", fixed=True),
    "text/invisible": Code("warning", "a title, term or slug holds a character that nobody sees"),
    "date/unreadable": Code("error", "a date is not written in a form that is read here", fixed=True),
    "date/missing": Code("error", "an item has a date neither in its front matter nor in its file name", fixed=True),
    "date/in-name": Code("warning", "a file's name begins with a date that there is not, or with another one"),
    "date/doubtful": Code("warning", "a date lies in a year that is hardly meant"),
    "date/order": Code("warning", "what happened to an item lies before its date, or in the future"),
    # -- what an item belongs to
    "section/unknown": Code("error", "an item belongs to a section that site.yaml does not declare"),
    "section/missing": Code("error", "an item belongs to no section"),
    "language/unknown": Code("error", "an item is in a language that site.yaml does not declare"),
    "language/in-name": Code("warning", "a file's name says another language than the item has"),
    # -- addresses
    "address/slug": Code("error", "a slug cannot be an address", fixed=True),
    "address/reserved": Code("error", "a slug is a name that the site needs for itself", fixed=True),
    "address/unreadable": Code("error", "an address is not a path on this site", fixed=True),
    "address/too-long": Code("error", "a part of an address is longer than file systems take", fixed=True),
    "address/duplicate": Code("error", "two pages have one address", fixed=True),
    "address/case": Code("warning", "two addresses differ in capitals only"),
    "alias/collision": Code("error", "a former address is the address of another page", fixed=True),
    "id/duplicate": Code("error", "two items have one id in feeds"),
    # -- Markdown
    "markup/removed": Code("warning", "cleaning took HTML away that the site does not allow"),
    "markup/template-tag": Code("warning", "a template tag of another system stays as visible text"),
    "markup/footnote": Code("warning", "a footnote stands twice, or nothing refers to it"),
    "markup/too-deep": Code("error", "the Markdown is nested too deeply to be converted"),
    "markup/too-complex": Code("error", "a text holds too many brackets, marks or empty cells to be converted in time"),
    "image/alt-missing": Code("warning", "an image in the text has no alternative text"),
    "image/alt-required": Code("error", "an image in the front matter has no `alt`"),
    # -- links and files
    "link/broken": Code("error", "a link leads to nothing on this site"),
    "link/empty": Code("warning", "a link in the text has no address"),
    "link/anchor": Code("error", "a link leads to a place that its page does not have"),
    "link/unpublished": Code("warning", "a link leads to an item that is not published"),
    "link/replacement": Code("warning", "what is to replace a withdrawn item does not stand itself"),
    "image/elsewhere": Code("warning", "a picture lies on another site, and no page may fetch it there"),
    "image/missing": Code("error", "an image is not there"),
    "image/unreadable": Code("error", "a picture is damaged, or of a form that browsers do not show"),
    "image/too-large": Code("error", "a picture has more pixels than can be worked with"),
    "image/format": Code("warning", "a picture's name ends as those of another form do"),
    "video/embed": Code("warning", "site.yaml does not allow a video's player to stand in a page"),
    "attachment/missing": Code("error", "an attachment is not there"),
    "path/outside": Code("error", "a path leads out of the site", fixed=True),
    "translation/duplicate": Code("error", "two items in one language are translations of the same item"),
    "translation/missing": Code("warning", "a text lacks a version in a language of the site"),
    "translation/outdated": Code("warning", "a translation is older than the last change of its original"),
    # -- templates
    "template/syntax": Code("error", "a template cannot be read", fixed=True),
    "template/name": Code("error", "a template uses a name or field that no page has", fixed=True),
    "template/failed": Code("error", "a template failed while a page was rendered", fixed=True),
    "template/missing": Code("error", "a template that a page needs is not there", fixed=True),
    # -- settings
    "settings/missing": Code("error", "there is no site.yaml", fixed=True),
    "settings/value": Code("error", "a setting cannot be used as it stands", fixed=True),
    "settings/doubtful": Code("warning", "a setting is not likely to mean what it says"),
    # -- whom to tell of flaws
    "security/expired": Code("error", "security.txt has expired, so that nobody may rely on it"),
    "security/expires": Code("warning", "security.txt expires soon, or more than a year ahead"),
    # -- the output
    "site/refused": Code("error", "something outside the content kept a command from its work", fixed=True),
    "output/collision": Code("error", "two outputs have one path", fixed=True),
}
