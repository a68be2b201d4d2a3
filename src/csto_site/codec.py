"""One canonical byte form for frozen values, and digests of it.

Equal values of one type have equal bytes and different ones different bytes, so a digest can stand for a
value as a key. Only the types named here have such a form; anything else is refused, so that nothing that
a result depends on can be left out of its key in silence. Pickle would not do: equal tuples can pickle
differently, and reading a pickle runs code.

What a value becomes in MessagePack:

    str, StrEnum, int, bool, None    itself (a member of a StrEnum equals its text)
    tuple                            array
    Mapping with str keys            map, sorted by key
    date, time                       array of an extension and their text in ISO 8601
    frozen msgspec Struct            array of an extension, its type's name, and what msgspec makes of it

A Struct is written in C, without a look at each of its parts: what decides is what its type declares,
which is looked through once. That the parts are what the type declares is the type checker's work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from hashlib import blake2b, sha256
from typing import Any, Union

import msgspec
from msgspec import inspect

from csto_site.model import Digest, Small

_DIGEST_SIZE = 20


def canonical(value: object) -> bytes:
    """Give the bytes that stand for a value; one of a type without such a form is a TypeError."""
    return _encode(_plain(value))


def digest(*parts: object) -> Digest:
    """Name a list of values by a digest of their canonical form."""
    return Digest(blake2b(canonical(parts), digest_size=_DIGEST_SIZE).hexdigest())


Plain = Union[str, int, None, Small, tuple["Plain", ...]]  # noqa: UP007 - a recursive alias needs the old spelling
"""What `fingerprint` takes: values of which equal ones look alike in MessagePack without further ado.

Of a Struct its fields must be such values, too.
"""


def fingerprint(parts: Plain) -> Digest:
    """Name plain values by a digest, several times faster than `digest`: for keys made by the ten thousand."""
    return Digest(blake2b(_encode(parts), digest_size=_DIGEST_SIZE).hexdigest())


def digest_struct(value: msgspec.Struct) -> Digest:
    """Name one Struct by the digest that `digest` gives it, in half the time: every source needs two."""
    return Digest(blake2b(_opening(type(value)) + _encode(value), digest_size=_DIGEST_SIZE).hexdigest())


def digest_bytes(data: bytes) -> Digest:
    """Name bytes by their SHA-256, as `sha256sum` does."""
    return Digest(sha256(data).hexdigest())


# -- values ----------------------------------------------------------------------------------------


def _plain(value: object) -> object:
    """Say in MessagePack's own types what a value says."""
    kind: type = type(value)
    return _form(kind)(value)


@cache
def _form(kind: type) -> Callable[[Any], object]:
    """Find how values of exactly this type become plain: a subclass may hold more than its base shows."""
    if kind in _FORMS:
        return _FORMS[kind]
    if issubclass(kind, StrEnum):
        return str.__str__
    if issubclass(kind, msgspec.Struct):
        return _struct_form(kind)
    if issubclass(kind, Mapping):
        return _plain_mapping
    raise TypeError(f"no canonical form for {kind.__module__}.{kind.__qualname__}")


def _itself(value: object) -> object:
    return value


def _plain_tuple(value: tuple[object, ...]) -> object:
    return [_plain(each) for each in value]


def _plain_mapping(value: Mapping[str, object]) -> object:
    return {key: _plain(each) for key, each in value.items()}  # the encoder refuses other keys than str


def _marked(kind: str) -> list[object]:
    """Begin an array that no tuple can be: tuples hold no extensions."""
    return [msgspec.msgpack.Ext(1, kind.encode())]


def _plain_date(value: dt.date) -> object:
    return [*_marked("date"), value.isoformat()]


def _plain_time(value: dt.time) -> object:
    if value.tzinfo is not None:
        raise TypeError("no canonical form for a time with a zone: it may equal one that is written differently")
    return [*_marked("time"), value.isoformat()]


_FORMS: Mapping[type, Callable[[Any], object]] = {
    str: _itself,
    int: _itself,
    bool: _itself,
    type(None): _itself,
    tuple: _plain_tuple,
    dt.date: _plain_date,
    dt.time: _plain_time,
}


def _as_dict(value: object) -> object:
    """Help the encoder with what it does not know: mappings inside a Struct that are no dict."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no canonical form for {type(value).__module__}.{type(value).__qualname__}")


_encode = msgspec.msgpack.Encoder(order="deterministic", enc_hook=_as_dict).encode


# -- types of Structs ------------------------------------------------------------------------------


def _struct_form(kind: type[msgspec.Struct]) -> Callable[[msgspec.Struct], object]:
    """Make the form of a Struct's type."""
    mark = _struct_mark(kind)

    def plain_struct(value: msgspec.Struct) -> object:
        return [*mark, msgspec.Raw(_encode(value))]

    return plain_struct


@cache
def _opening(kind: type[msgspec.Struct]) -> bytes:
    """Give what stands before a Struct of that type where it is alone in a list."""
    return _encode([[*_struct_mark(kind), msgspec.Raw()]])


def _struct_mark(kind: type[msgspec.Struct]) -> list[object]:
    """Mark a Struct's type, once it is certain that every part of it has a canonical form."""
    name = f"{kind.__module__}.{kind.__qualname__}"
    for flaw in _flaws(inspect.type_info(kind), name, set()):
        raise TypeError(f"no canonical form for {flaw}")
    msgspec.msgpack.Decoder(kind)  # refuses unions whose members look alike when written, such as `date | str`
    return _marked(name)


_LEAVES = (
    inspect.StrType,
    inspect.IntType,
    inspect.BoolType,
    inspect.NoneType,
    inspect.DateType,
    inspect.TimeType,
)


def _flaws(kind: inspect.Type, place: str, seen: set[type]) -> Iterator[str]:
    """Name what a declared type holds that has no canonical form, each with the field where it stands."""
    if isinstance(kind, inspect.StructType):
        yield from _struct_flaws(kind, place, seen)
    elif parts := _parts(kind):
        for part in parts:
            yield from _flaws(part, place, seen)
    elif not isinstance(kind, _LEAVES) and not _is_str_enum(kind):
        yield f"{place}, which holds: {type(kind).__name__.removesuffix('Type').lower()}"


def _struct_flaws(kind: inspect.StructType, place: str, seen: set[type]) -> Iterator[str]:
    if kind.cls in seen:
        return
    seen.add(kind.cls)
    if not kind.cls.__struct_config__.frozen:
        yield f"{place}, since {kind.cls.__qualname__} is not frozen"
    for field in kind.fields:
        yield from _flaws(field.type, f"{place}.{field.name}", seen)


def _parts(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    """List the types that a composed type is made of."""
    match kind:
        case inspect.VarTupleType():
            return (kind.item_type,)
        case inspect.TupleType():
            return kind.item_types
        case inspect.UnionType():
            return kind.types
        case inspect.DictType(key_type=inspect.StrType()):
            return (kind.value_type,)
    return ()


def _is_str_enum(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.EnumType) and issubclass(kind.cls, StrEnum)
