"""Addresses, and the files that answer at them."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csto_site import permalinks
from csto_site.model import Permalink

segments = st.text(st.characters(exclude_characters="/\\?#", exclude_categories=("C", "Z")), min_size=1, max_size=12)
addresses = st.lists(segments.filter(lambda each: each.strip(".")), max_size=4).map(
    lambda parts: Permalink("/" + "".join(f"{part}/" for part in parts))
)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/", "index.html"),
        ("/news/2024/storm/", "news/2024/storm/index.html"),
        ("/old/page.html", "old/page.html"),
        ("/old/page", "old/page/index.html"),
        ("/новости/", "новости/index.html"),
    ],
)
def test_an_address_is_answered_by_a_file(address: str, path: str) -> None:
    """Folders answer with their index, names with a dot answer themselves."""
    assert path == permalinks.out_path(address)


@given(addresses)
def test_a_folder_address_comes_back_from_its_file(address: Permalink) -> None:
    """The way from address to file can be gone back."""
    assert address == permalinks.address_of(permalinks.out_path(address))


@given(addresses, addresses)
def test_a_relative_link_leads_where_the_address_says(page: Permalink, target: Permalink) -> None:
    """A browser that follows a relative link arrives at the address, under any base."""
    link = permalinks.relative(permalinks.root_of(page), target)
    arrived = urljoin("https://host.example/repo" + permalinks.encoded(page), link)

    assert "/repo" + target == unquote(arrived.removeprefix("https://host.example"))


@given(addresses)
def test_encoding_is_ascii_and_is_undone_by_decoding(address: Permalink) -> None:
    """An address is encoded once: it decodes to itself."""
    encoded = permalinks.encoded(address)

    assert encoded.isascii()
    assert address == unquote(encoded)


def test_a_percent_sign_is_one() -> None:
    """It stands for itself, whatever follows it."""
    assert "/100%25/%2541/" == permalinks.encoded("/100%/%41/")


def test_listings_lie_below_their_section() -> None:
    """Years, months and the parts of a long month have addresses that never shift."""
    made = [
        permalinks.head("", ""),
        permalinks.head("/ru", "news"),
        permalinks.year("", "news", 2024),
        permalinks.month("", "", (2024, 7)),
        permalinks.month("/ru", "news/regional", (824, 12), 2),
        permalinks.term("", "tags", "c++", 3),
    ]

    assert made == [
        "/all/",
        "/ru/news/",
        "/news/2024/",
        "/all/2024/07/",
        "/ru/news/regional/0824/12/2/",
        "/tags/c++/3/",
    ]
    assert all(posixpath.normpath(each) + "/" == each for each in made)
