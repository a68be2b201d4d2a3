"""The table of keys, and the page of the manual that is made from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from csto_site import keys
from csto_site.keys import Key
from csto_site.model import Item, Settings, Undated

PAGE = Path(__file__).parent.parent / "docs" / "keys.md"
TABLES = {
    "Items": keys.ITEM,
    "Pages without a date": keys.PAGE,
    "Introductions": keys.INTRODUCTION,
    "site.yaml": keys.SITE,
}
INTRODUCTION = """\
# All keys

<!-- Made from src/csto_site/keys.py: change it there, then run `pytest tests/test_keys.py --update-golden`. -->

What [editors.md](editors.md) and [site-yaml.md](site-yaml.md) explain, in short.
A dot leads into a record; `*` stands for any name.
Where a list is taken, a single value is a list of one.
Each taxonomy of `site.yaml`, such as `tags`, is a further key of items: a list of text.
"""


def page() -> str:
    """Write the page."""
    return "\n".join([INTRODUCTION, *(f"## {title}\n\n{keys.reference(table)}" for title, table in TABLES.items())])


def test_the_page_is_the_table(pytestconfig: pytest.Config) -> None:
    """Nobody has to remember to document a key."""
    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(page())

    assert page() == PAGE.read_text()


def everything(table: tuple[Key, ...]) -> Iterator[Key]:
    """Give keys with those of their records."""
    for key in table:
        yield key
        yield from everything(key.keys)


@pytest.mark.parametrize("title", TABLES)
def test_every_key_is_named_once_and_explained(title: str) -> None:
    """Small letters, no name twice in one record, a line that says what it means."""
    table = TABLES[title]

    assert len({key.name for key in table}) == len(table)
    assert [] == [key.name for key in everything(table) if not key.doc or key.name != key.name.lower()]
    assert [] == [
        key.name for key in everything(table) if key.keys and key.short not in {"", *(each.name for each in key.keys)}
    ]


@pytest.mark.parametrize(
    ("table", "value", "others"),
    [
        (keys.ITEM, Item, {"lang": "language"}),
        (keys.PAGE, Undated, {"lang": "language", "slug": "permalink"}),
        (keys.SITE, Settings, {"dates": "languages"}),
    ],
)
def test_every_key_has_a_field(
    table: tuple[Key, ...], value: type[Item | Undated | Settings], others: dict[str, str]
) -> None:
    """What can be written is held by the model, mostly under the same name."""
    assert {others.get(key.name, key.name) for key in table} <= set(value.__struct_fields__)
