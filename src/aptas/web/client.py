"""The pages' only way to the services: their HTTP, in this process or anywhere else."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import msgspec

from aptas.web.shapes import Catalogue, Shape

EVENT_ID = "Aptas-Event-Id"
SECONDS = 15.0
_CALLED = re.compile("[0-9A-Za-z -]{1,64}")
T = TypeVar("T", bound=Shape)


class Refused(Exception):
    """A service said no: its problem+json, or that it cannot be reached. `ko` and `en` are for people."""

    def __init__(self, status: int, ko: str, en: str, law: str = "", candidates: Any = ()) -> None:
        super().__init__(f"{status} {law or en}")
        self.status, self.ko, self.en, self.law = status, ko, en, law
        self.candidates: list[dict[str, Any]] = list(candidates or ())

    @property
    def may_be_sent_again(self) -> bool:
        """Whether the same request may succeed later: then it keeps its Idempotency-Key."""
        return self.status >= 500


@dataclass(frozen=True, kw_only=True)
class Done(Generic[T]):
    """What a command left behind. `event_id` None: nothing new happened."""

    resource: T
    event_id: str | None


@dataclass(frozen=True, kw_only=True)
class Listed(Generic[T]):
    """A page of a collection. `next` and `prev` are the queries of its neighbours, if there are any."""

    rows: list[T]
    total: int
    next: dict[str, str] | None = None
    prev: dict[str, str] | None = None


@dataclass(kw_only=True)
class Client:
    """`http` knows where the services are."""

    http: httpx.AsyncClient
    _catalogue: Catalogue | None = field(default=None, init=False)

    async def read(self, shape: type[T], collection: str, address: str, **query: str | None) -> T:
        """One resource. Refused (404) when there is none."""
        return _decode(await self._ask("GET", _path(collection, _address(address)), query), shape)

    async def list(self, shape: type[T], collection: str, **query: str | None) -> Listed[T]:
        """A page of a collection."""
        answer = await self._ask("GET", _path(collection), query)
        body = msgspec.json.decode(answer.content)
        links = body["_links"]
        return Listed(
            rows=msgspec.convert(body["_embedded"][collection], list[shape]),  # type: ignore[valid-type]
            total=body["page"]["totalElements"],
            next=_query_of(links.get("next")),
            prev=_query_of(links.get("prev")),
        )

    async def create(self, shape: type[T], collection: str, body: dict[str, Any], key: str) -> Done[T]:
        """POST to a collection."""
        return _done(await self._ask("POST", _path(collection), {}, body, key), shape)

    async def act(
        self, shape: type[T], collection: str, address: str, action: str, body: Any, key: str
    ) -> Done[T]:
        """POST to the link of an action, `…/{id}/{name}`. Sent even when no longer offered: the answer says why."""
        return _done(
            await self._ask("POST", _path(collection, _address(address), action), {}, body, key), shape
        )

    async def catalogue(self) -> Catalogue:
        """GET /defectTypes, once: it changes with a release."""
        if self._catalogue is None:
            self._catalogue = _decode(await self._ask("GET", "/defectTypes", {}), Catalogue)
        return self._catalogue

    async def _ask(
        self, method: str, path: str, query: dict[str, str | None], body: Any = None, key: str = ""
    ) -> httpx.Response:
        asked = {name: value for name, value in query.items() if value}
        headers = {"Idempotency-Key": key} if key else {}
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self.http.request(method, path, params=asked, json=body, headers=headers)
        except (httpx.HTTPError, TimeoutError) as problem:
            raise _away() from problem
        if not answer.is_success:
            raise _refused(answer)
        return answer


def _address(said: str) -> str:
    """What one resource may be called. Another text is not asked for: it may name something that is no resource."""
    if said == "events" or not _CALLED.fullmatch(said):
        raise Refused(404, "그런 하자가 없습니다.", "There is no such defect.", "an_address_leads_somewhere")
    return said


def _path(*parts: str) -> str:
    return "/" + "/".join(quote(part, safe="") for part in parts)


def _decode(answer: httpx.Response, shape: type[T]) -> T:
    return msgspec.json.decode(answer.content, type=shape)


def _done(answer: httpx.Response, shape: type[T]) -> Done[T]:
    return Done(resource=_decode(answer, shape), event_id=answer.headers.get(EVENT_ID))


def _query_of(link: dict[str, str] | None) -> dict[str, str] | None:
    if link is None:
        return None
    return {name: values[0] for name, values in parse_qs(urlsplit(link["href"]).query).items()}


def _away() -> Refused:
    return Refused(
        503,
        "지금은 연결할 수 없습니다. 잠시 후 다시 보내 주세요. 적으신 내용은 그대로 있습니다.",
        "The service cannot be reached just now. Please send it again in a moment.",
    )


def _refused(answer: httpx.Response) -> Refused:
    try:
        problem = msgspec.json.decode(answer.content)
        ko, _, en = str(problem["detail"]).partition(" / ")
    except (msgspec.DecodeError, KeyError, TypeError):
        return _away()
    law = problem.get("law") or ""
    return Refused(answer.status_code, ko, en or ko, law, problem.get("candidates"))
