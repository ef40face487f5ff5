"""States are never changed, only followed by others."""

from typing import Any, TypeVar

S = TypeVar("S")


def changed(state: S, **changes: Any) -> S:
    """The same dataclass with other values in some fields: `dataclasses.replace`, at a tenth of its price.

    Nothing is initialised again, so there is to be no `__post_init__`. TypeError: it has no such field.
    """
    fields = state.__dict__
    if not changes.keys() <= fields.keys():
        unknown = ", ".join(sorted(changes.keys() - fields.keys()))
        raise TypeError(f"{type(state).__name__} has no {unknown}")
    return built(type(state), fields | changes)


def built(shape: type[S], values: dict[str, Any]) -> S:
    """A dataclass with these values; every field is among them."""
    made = object.__new__(shape)
    made.__dict__.update(values)
    return made
