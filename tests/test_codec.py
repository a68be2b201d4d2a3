"""One canonical byte form for values: equal bytes for equal values, and for no others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum, StrEnum
from types import MappingProxyType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csto_site.codec import canonical, digest, digest_bytes, digest_struct
from csto_site.model import Item, Moment, Permalink, Settings, Slug


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


class Leaf(msgspec.Struct, frozen=True):
    """A value of every simple type."""

    name: str
    number: int = 0
    flag: bool = False
    colour: Colour = Colour.RED
    date: dt.date | None = None
    time: dt.time | None = None


class Branch(msgspec.Struct, frozen=True):
    """A value of values."""

    leaf: Leaf
    words: tuple[str, ...] = ()
    pair: tuple[str, int] = ("", 0)
    leaves: tuple[Leaf, ...] = ()
    titles: Mapping[str, tuple[str, ...]] = {}
    below: Branch | None = None


class Twin(msgspec.Struct, frozen=True):
    """The same fields as a leaf's first ones."""

    name: str
    number: int = 0


words = st.text("ab", max_size=2)
leaves = st.builds(
    Leaf,
    name=words,
    number=st.integers(0, 2),
    flag=st.booleans(),
    colour=st.sampled_from(Colour),
    date=st.none() | st.sampled_from([dt.date(2024, 7, 26), dt.date(999, 1, 1)]),
    time=st.none() | st.sampled_from([dt.time(0, 0), dt.time(18, 30, 1)]),
)
branches = st.recursive(
    st.builds(Branch, leaf=leaves),
    lambda below: st.builds(
        Branch,
        leaf=leaves,
        words=st.lists(words, max_size=2).map(tuple),
        pair=st.tuples(words, st.integers(0, 1)),
        leaves=st.lists(leaves, max_size=2).map(tuple),
        titles=st.dictionaries(words, st.lists(words, max_size=2).map(tuple), max_size=2),
        below=st.none() | below,
    ),
    max_leaves=3,
)
nested_words = st.recursive(words, lambda inner: st.lists(inner, max_size=2).map(tuple), max_leaves=5)


class TestCanonical:
    """The byte form itself."""

    @given(branches, branches)
    def test_structs_have_equal_bytes_when_they_are_equal(self, one: Branch, other: Branch) -> None:
        """Two Structs of one type have the same bytes if they are equal, and only then."""
        assert (one == other) == (canonical(one) == canonical(other))

    @given(leaves, leaves)
    def test_leaves_have_equal_bytes_when_they_are_equal(self, one: Leaf, other: Leaf) -> None:
        """The same holds for the parts, which are more often equal."""
        assert (one == other) == (canonical(one) == canonical(other))

    @given(nested_words, nested_words)
    def test_nesting_shows(self, one: object, other: object) -> None:
        """Words in nested tuples have the same bytes only in the same places."""
        assert (one == other) == (canonical(one) == canonical(other))

    @given(branches)
    def test_an_equal_copy_has_the_same_bytes(self, value: Branch) -> None:
        """Bytes depend on what a value says, not on which object says it."""
        copy = msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=Branch)

        assert canonical(value) == canonical(copy)

    def test_words_are_not_run_together(self) -> None:
        """Where one word ends and the next begins is part of the value."""
        assert canonical(("a", "bc")) != canonical(("ab", "c"))

    def test_the_order_in_which_a_mapping_was_made_does_not_count(self) -> None:
        """Mappings are equal in any order, on the top and inside a Struct."""
        one, other = {"a": (), "b": ("x",)}, {"b": ("x",), "a": ()}

        assert canonical(one) == canonical(other)
        assert canonical(Branch(Leaf(""), titles=one)) == canonical(Branch(Leaf(""), titles=other))

    def test_a_read_only_mapping_equals_a_dict(self) -> None:
        """The kind of mapping does not count either."""
        titles: Mapping[str, tuple[str, ...]] = {"a": ("b",)}
        proxy = MappingProxyType(titles)

        assert canonical(titles) == canonical(proxy)
        assert canonical(Branch(Leaf(""), titles=titles)) == canonical(Branch(Leaf(""), titles=proxy))

    def test_a_member_of_an_enumeration_equals_its_text(self) -> None:
        """A StrEnum's member and its text are equal, so they have the same bytes."""
        assert canonical("red") == canonical(Colour.RED)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (dt.date(2024, 7, 26), "2024-07-26"),
            (dt.time(18, 30), "18:30:00"),
            (dt.date(2024, 7, 26), ("date", "2024-07-26")),
            (1, True),
            (1, "1"),
            (None, ""),
            ((), ""),
            ((), {}),
            (("a",), "a"),
            (Leaf("a"), Twin("a")),
            (Twin("a", 1), ("a", 1)),
            (Twin("a", 1), {"name": "a", "number": 1}),
        ],
    )
    def test_types_show(self, one: object, other: object) -> None:
        """Values of different types differ, even where they would be written alike."""
        assert canonical(one) != canonical(other)

    def test_the_form_is_stable(self) -> None:
        """The bytes are the same on every machine and in every run, so that a key may be kept."""
        moment = Moment(dt.date(2024, 7, 26), dt.time(18, 30), 180, 1722007800)

        assert "36956fac6e51e77bc807228335c8a9d54e06d2cc" == digest(
            moment, dt.date(2024, 7, 26), {"b": 1, "a": None}, (True, "ш")
        )

    def test_the_values_of_the_model_have_a_form(self) -> None:
        """Items and settings can stand in keys."""
        day = Moment(dt.date(2024, 7, 26), None, 0, 1721941200)
        item = Item(
            path="news/a.md",
            language="en",
            section="news",
            title="A",
            date=day,
            publish=day,
            lead=(),
            slug=Slug("a"),
            permalink=Permalink("/news/2024/a/"),
            id="tag:example.org,2024:/news/2024/a/",
            translation="news/a",
        )
        settings = Settings(title="News", url="https://example.org/", id_authority="example.org,2024")

        assert canonical(item) == canonical(msgspec.structs.replace(item))
        assert canonical(settings) != canonical(msgspec.structs.replace(settings, title="Other news"))


class Mutable(msgspec.Struct):
    """A Struct that may change."""

    name: str = ""


class WithList(msgspec.Struct, frozen=True):
    """A Struct that holds what may change."""

    names: list[str] = []


class WithMutable(msgspec.Struct, frozen=True):
    """A Struct that holds one that may change, three types down."""

    parts: Mapping[str, tuple[Mutable | None, ...]] = {}


class WithFloat(msgspec.Struct, frozen=True):
    """A Struct with a number that is not exact."""

    share: float = 0.5


class WithAnything(msgspec.Struct, frozen=True):
    """A Struct that does not say what it holds."""

    thing: object = None


class WithDoubt(msgspec.Struct, frozen=True):
    """A Struct with a part of two types that are written alike."""

    day: dt.date | str = ""


class Number(Enum):
    """An enumeration without texts."""

    ONE = 1


class Text(str):
    """A text that may know more than it shows."""

    __slots__ = ()


class TestRefusal:
    """What has no canonical form is refused, never left out."""

    @pytest.mark.parametrize(
        "value",
        [
            1.5,
            ["a"],
            {"a"},
            frozenset({"a"}),
            b"a",
            {1: "a"},
            object(),
            len,
            Number.ONE,
            Text("a"),
            dt.datetime(2024, 7, 26, tzinfo=dt.UTC),
            dt.timedelta(1),
            dt.time(18, 30, tzinfo=dt.UTC),
            Mutable(),
            WithList(),
            WithMutable(),
            WithFloat(),
            WithAnything(),
            WithDoubt(),
            Leaf,
        ],
    )
    def test_a_value_without_a_form(self, value: object) -> None:
        """Each of these is a TypeError, alone and deep inside of other values."""
        for each in (value, ("a", value), {"a": (value,)}):
            with pytest.raises(TypeError):
                canonical(each)

    def test_the_message_names_the_field(self) -> None:
        """Who adds a field of a wrong type is told which one."""
        with pytest.raises(TypeError, match=r"no canonical form for .*WithMutable\.parts, since Mutable is not frozen"):
            canonical(WithMutable())


class TestDigest:
    """Names for values and for bytes."""

    def test_a_digest_is_forty_hexadecimal_digits(self) -> None:
        """Digests of values are short enough to keep by the hundred thousand."""
        assert len(bytes.fromhex(digest("a"))) == 20

    def test_parts_are_told_apart(self) -> None:
        """Where one part ends and the next begins changes the digest."""
        assert len({digest("a", "bc"), digest("ab", "c"), digest("abc"), digest(("a", "bc")), digest()}) == 5

    @given(branches)
    def test_a_struct_alone(self, value: Branch) -> None:
        """The short way to the digest of a single Struct leads to the same."""
        assert digest(value) == digest_struct(value)

    def test_a_struct_without_a_form(self) -> None:
        """The short way refuses what the long one does."""
        with pytest.raises(TypeError, match="Mutable is not frozen"):
            digest_struct(WithMutable())

    def test_a_digest_of_bytes_is_their_sha_256(self) -> None:
        """Anybody can check it with the tools of any machine."""
        expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

        assert expected == digest_bytes(b"abc")
