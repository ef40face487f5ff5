"""HAL: `_links`, `_embedded.<collection>`, `page`, as the original's clients read them."""

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Request

from aptas.edge.heads import head
from aptas.edge.paging import Paging

HAL_JSON = "application/hal+json"
T = TypeVar("T")


class Link(msgspec.Struct, omit_defaults=True):
    """Where to go; `method` when it is not GET."""

    href: str
    method: str | None = None


Links = dict[str, Link]


class PageInfo(msgspec.Struct, rename="camel"):
    """Which page of how many. `number` counts from 0."""

    size: int
    total_elements: int
    total_pages: int
    number: int


class Collection(msgspec.Struct, Generic[T]):
    """A page of a collection."""

    embedded: dict[str, list[T]] = msgspec.field(name="_embedded")
    links: Links = msgspec.field(name="_links")
    page: PageInfo


class Addresses:
    """Absolute addresses: of this room's resources as the caller reached it, of other rooms by the entry."""

    def __init__(self, entry: str | None) -> None:
        self._entry = entry

    def here(self, request: Request[Any, Any, Any]) -> str:
        """The origin the caller used."""
        return f"{request.scope['scheme']}://{head(request.scope, b'host') or 'localhost'}"

    def elsewhere(self, request: Request[Any, Any, Any]) -> str:
        """The origin under which other rooms are found."""
        return self._entry or self.here(request)


def action_links(resource: str, actions: Iterable[str]) -> Links:
    """`resource` is the href of self; an action is a POST to the link of its name."""
    return {"self": Link(resource)} | {name: Link(f"{resource}/{name}", "POST") for name in actions}


def collection_of(
    name: str,
    rows: Sequence[T],
    total: int,
    paging: Paging,
    path: str,
    query: dict[str, str],
    last_id: str | None,
) -> Collection[T]:
    """One page with its neighbours. Past the deepest page `next` goes on by cursor."""
    pages = -(-total // paging.size)
    links: Links = {"self": Link(_at(path, query, paging, page=paging.page))}
    if len(rows) == paging.size and last_id is not None:
        if paging.cursor is not None or not paging.may_turn_to(paging.page + 1):
            links["next"] = Link(f"{path}?{urlencode(query | {'size': str(paging.size), 'cursor': last_id})}")
        elif paging.page + 1 < pages:
            links["next"] = Link(_at(path, query, paging, page=paging.page + 1))
    if paging.page > 0 and paging.cursor is None:
        links["prev"] = Link(_at(path, query, paging, page=paging.page - 1))
    info = PageInfo(size=paging.size, total_elements=total, total_pages=pages, number=paging.page)
    return Collection(embedded={name: list(rows)}, links=links, page=info)


def _at(path: str, query: dict[str, str], paging: Paging, page: int) -> str:
    if paging.cursor is not None:
        return f"{path}?{urlencode(query | {'size': str(paging.size), 'cursor': str(paging.cursor)})}"
    return f"{path}?{urlencode(query | {'page': str(page), 'size': str(paging.size)})}"
