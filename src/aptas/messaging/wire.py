"""Facts to and from flat camelCase JSON, as the original's consumers read it.

The shape of each fact is read off its dataclass once; unknown fields are ignored when reading (a newer
publisher may say more), wrong or missing ones are refused.
"""

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from inspect import getdoc
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from aptas.kernel.copies import built
from aptas.kernel.messages import Fact, Id

IdText = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}$")]


class CorruptMessage(Exception):
    """Not what its type promises; nothing in it can be relied upon."""


def _id(text: str) -> Id:
    number = int(text)
    if not 0 < number < 2**63:
        raise ValueError(f"{text} is no identifier")
    return Id(number)


def camel(name: str) -> str:
    """`defect_type` → `defectType`."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _arguments(hint: Any) -> tuple[Any, ...]:
    return tuple(argument for argument in get_args(hint) if argument is not Ellipsis)


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType)


def _wire_type(hint: Any) -> Any:
    if hint is Id:
        return IdText
    if hint is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if isinstance(hint, type) and is_dataclass(hint):
        return struct_of(hint)
    if _is_union(hint):
        return Union[tuple(_wire_type(argument) for argument in get_args(hint))]  # noqa: UP007
    if get_origin(hint) is tuple:
        return tuple[_wire_type(get_args(hint)[0]), ...]  # type: ignore[misc]
    return hint


@cache
def struct_of(shape: Any, extra: tuple[tuple[str, Any], ...] = ()) -> type[msgspec.Struct]:
    """The msgspec type that reads `shape` (a dataclass) from the wire, with `extra` fields beside."""
    hints = get_type_hints(shape)
    required: list[Any] = [(name, _wire_type(hint)) for name, hint in extra]
    optional: list[Any] = []
    for field in fields(shape):
        kind = _wire_type(hints[field.name])
        if field.default is not field.default_factory:
            optional.append((field.name, kind, field.default))
        else:
            required.append((field.name, kind))
    told = {"__doc__": getdoc(shape)}
    return msgspec.defstruct(shape.__name__, required + optional, rename=camel, kw_only=True, namespace=told)


@cache
def _writer(hint: Any) -> Callable[[Any], Any] | None:
    """How a value of this type becomes JSON-ready; None: as it is."""
    if hint is Id:
        return str
    if isinstance(hint, type) and is_dataclass(hint):
        return fact_writer(hint)
    inner = next((found for argument in _arguments(hint) if (found := _writer(argument))), None)
    if inner is None:
        return None
    if _is_union(hint):
        return lambda value: None if value is None else inner(value)
    return lambda value: [inner(item) for item in value]


@cache
def fact_writer(shape: Any) -> Callable[[Any], dict[str, Any]]:
    """A function that flattens one dataclass into a dict of camelCase names."""
    hints = get_type_hints(shape)
    plan = [(field.name, camel(field.name), _writer(hints[field.name])) for field in fields(shape)]

    def write(value: Any) -> dict[str, Any]:
        return {
            wire: (getattr(value, name) if convert is None else convert(getattr(value, name)))
            for name, wire, convert in plan
        }

    return write


@cache
def _reader(hint: Any) -> Callable[[Any], Any] | None:
    if hint is Id:
        return _id
    if isinstance(hint, type) and is_dataclass(hint):
        return fact_reader(hint)
    inner = next((found for argument in _arguments(hint) if (found := _reader(argument))), None)
    if inner is None:
        return None
    if _is_union(hint):
        return lambda value: None if value is None else inner(value)
    return lambda value: tuple(inner(item) for item in value)


@cache
def fact_reader(shape: Any) -> Callable[[Any], Any]:
    """A function that builds the dataclass from its wire struct."""
    hints = get_type_hints(shape)
    plan = [(field.name, _reader(hints[field.name])) for field in fields(shape)]

    def read(struct: Any) -> Any:
        return built(
            shape,
            {
                name: (getattr(struct, name) if convert is None else convert(getattr(struct, name)))
                for name, convert in plan
            },
        )

    return read


def topic_facts(facts: tuple[type[Fact], ...]) -> tuple[type[Fact], ...]:
    """Those that other rooms may read."""
    return tuple(fact for fact in facts if fact.topic is not None)
