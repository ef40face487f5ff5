"""From what a page knows to HTML: templates, and what every answer says about itself."""

from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from aptas.kernel.clock import Clock, system_clock
from aptas.observability import log
from aptas.web import standing, words
from aptas.web.client import Client, Listed, Refused
from aptas.web.papers import Paper, Trouble
from aptas.web.told import told

HERE = Path(__file__).parent
REFRESH_SECONDS = 5
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""No store: going back shows a fresh form with a fresh key."""

QUIET = {"live": "", "pause": "", "open": "", "done": ""}
"""What a page says of itself unless told otherwise: where to refresh, that it shall not, which form is open,
which action was just done."""


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"words": words, "seconds": REFRESH_SECONDS, "standing": standing, "told": told}
    environment.filters |= {
        "day": words.day,
        "moment": words.moment,
        "visit": words.visit,
        "local": words.local,
    }
    return environment


@dataclass(frozen=True, kw_only=True)
class Front:
    """What the pages work with: services to ask, templates to fill."""

    client: Client
    clock: Clock = system_clock
    templates: Environment = field(default_factory=_templates)

    async def show(self, template: str, trouble: Trouble | None = None, **context: Any) -> Response[str]:
        """One page; with a trouble its status, and what was typed."""
        dictionary = words.Dictionary(await self.client.catalogue())
        given: dict[str, Any] = QUIET | {"now": self.clock(), "dictionary": dictionary} | context
        given["paper"] = Paper(open=trouble.action if trouble else given["open"], trouble=trouble)
        body = self.templates.get_template(template).render(given)
        return html(body, trouble.problem.status if trouble else 200)

    def message(self, status: int, ko: str, en: str) -> Response[str]:
        """A page that has nothing but something to say."""
        template = self.templates.get_template("message.html")
        return html(template.render(live="", pause="", status=status, ko=ko, en=en), status)


def html(body: str, status: int) -> Response[str]:
    """A page, not to be kept, framed, or made to load anything from elsewhere."""
    return Response(body, status_code=status, media_type=MediaType.HTML, headers=HEADERS)


def address(path: str, **query: str | None) -> str:
    """The path with what is said of the query."""
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{said}" if said else path


def go(path: str, **query: str | None) -> Redirect:
    """After a form was taken: 303, so that reloading sends nothing again."""
    return Redirect(address(path, **query), status_code=303, headers={"Cache-Control": "no-store"})


def back_to_form(path: str, action: str, actions: Container[str]) -> Redirect:
    """A refused form stands at the address it was sent to: whoever asks for that again gets the form."""
    if action not in actions:
        raise Refused(404, "", "")
    return go(path, do=action)


def neighbours(listed: Listed[Any], own: dict[str, str]) -> dict[str, str]:
    """The queries of our own page for the pages before and after; empty strings where there are none."""
    found = {}
    for name, query in (("prev", listed.prev), ("next", listed.next)):
        turned = {key: value for key, value in (query or {}).items() if key in ("page", "cursor")}
        found[name] = urlencode(own | turned) if turned else ""
    return found


_NOT_THERE = (
    "찾으시는 하자가 없습니다. 번호를 확인하거나 목록에서 골라 주세요.",
    "There is no such defect. Check the number, or choose from the list.",
)
_ADVICE = {
    403: (
        "다른 사이트에서 보낸 양식은 받지 않습니다. 이 페이지에서 다시 보내 주세요.",
        "Forms sent from another site are not taken. Please send it from this page.",
    ),
    404: _NOT_THERE,
    405: ("이 주소로는 보낼 수 없습니다.", "This cannot be sent here."),
    413: ("내용이 너무 큽니다. 줄여서 다시 보내 주세요.", "That is too large. Please shorten it."),
    415: ("이 페이지의 양식으로 보내 주세요.", "Please use the form on this page."),
}
_UNREADABLE = (
    "요청을 읽을 수 없습니다. 다시 시도해 주세요.",
    "The request cannot be read. Please try again.",
)


def refusal_pages(front: Front) -> dict[Any, Any]:
    """How the pages answer what goes wrong: in HTML, with the right status."""

    def on_refused(request: Request[Any, Any, Any], refused: Refused) -> Response[str]:
        ko, en = _NOT_THERE if refused.status == 404 else (refused.ko, refused.en)
        return front.message(refused.status, ko, en)

    def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
        return front.message(error.status_code, *_ADVICE.get(error.status_code, _UNREADABLE))

    def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
        log.error("bug", path=request.url.path, exc_info=error)
        return front.message(
            500, "저희 쪽 오류입니다. 다시 시도해 주세요.", "This is our mistake. Please try again."
        )

    return {Refused: on_refused, HTTPException: on_http_error, Exception: on_bug}
