"""What a browser sends: read, kept for showing again, and refused when another site made it send it."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import ClientException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from aptas.edge.door import is_from_another_site
from aptas.edge.heads import media_type
from aptas.kernel.clock import KST
from aptas.web.client import Refused

KEY = "key"
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 60


def new_key() -> str:
    """An Idempotency-Key for one form: a second click sends the same one."""
    return secrets.token_urlsafe(18)


@dataclass(frozen=True, kw_only=True)
class Form:
    """What was typed, by field; a field may come several times."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The one value, without blanks around it; empty when it is not there."""
        return self.all(name)[0].strip() if self.values.get(name) else ""

    def all(self, name: str) -> list[str]:
        """Every value of the field."""
        return self.values.get(name, [])

    def nth(self, name: str, index: int) -> str:
        """The value of the field's `index`th input; empty when it is not there."""
        values = self.all(name)
        return values[index].strip() if index < len(values) else ""

    def given(self, *names: str) -> dict[str, str]:
        """Those of the fields that were filled in."""
        return {name: self.text(name) for name in names if self.text(name)}

    @property
    def key(self) -> str:
        """The form's Idempotency-Key."""
        return self.text(KEY)[:255] or new_key()


async def read_form(request: Request[Any, Any, Any]) -> Form:
    """The fields of a form POST. 4xx when it is none."""
    if media_type(request.scope) != FORM:
        raise ClientException(status_code=415, detail="a form is sent as a form")
    try:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as problem:
        raise ClientException(status_code=400, detail="the form cannot be read") from problem
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return Form(values=values)


async def from_our_own_pages(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Nobody signs in yet, so whoever can make a browser send a form could act: other sites may not."""
    if connection.scope.get("method") not in ("GET", "HEAD") and is_from_another_site(connection):
        raise PermissionDeniedException("sent from another site")


def read_slots(form: Form) -> list[dict[str, str]]:
    """The visits of a form: `start` is a datetime-local in Korean time, `minutes` how long it takes.

    Lines left empty are passed over. Refused when a line cannot be read.
    """
    slots = []
    for text, minutes in zip(form.all("start"), form.all("minutes"), strict=False):
        if text.strip():
            slots.append(_read_slot(text.strip(), minutes))
    if not slots:
        raise Refused(
            422, "방문 시간을 한 개 이상 적어 주세요.", "Give at least one time.", "a_visit_has_a_time"
        )
    return slots


def _read_slot(text: str, minutes: str) -> dict[str, str]:
    try:
        start = datetime.fromisoformat(text)
        end = start + timedelta(minutes=int(minutes))
    except (ValueError, OverflowError):
        raise Refused(
            422,
            "방문 시간을 날짜와 시각으로 적어 주세요.",
            "Give the time of the visit as a date and a time.",
            "a_visit_has_a_time",
        ) from None
    start, end = ((each if each.tzinfo else each.replace(tzinfo=KST)) for each in (start, end))
    return {"start": start.isoformat(), "end": end.isoformat()}
