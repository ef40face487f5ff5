"""Errors are answers: RFC 9457 problem+json that says what is wrong and what to do, in both languages."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import ClientException, HTTPException, ValidationException

from aptas.kernel.messages import Rejection, UnderWay
from aptas.messaging.batch import KEY_REUSED, Refusal
from aptas.messaging.dispatcher import Contested, Overloaded
from aptas.observability import Seldom, log
from aptas.storage.engine import StorageAway

_STATUS = {"forbidden": 409, "invalid": 422, "missing": 404}
PROBLEM_JSON = "application/problem+json"
_UNAVAILABLE = Seldom("unavailable")


class CancellationUnderWay(msgspec.Struct, rename="camel"):
    """The cancellation that stands in the way: when it was last asked for, and how often so far."""

    asked_at: datetime
    asked: int


class Problem(msgspec.Struct, rename="camel", omit_defaults=True):
    """An answer that is an error. `law` names the rule that was broken, `candidates` what may have been meant,
    `cancellation` the one under way."""

    type: str
    title: str
    status: int
    detail: str
    law: str | None = None
    instance: str | None = None
    errors: list[dict[str, Any]] | None = None
    candidates: list[dict[str, Any]] | None = None
    cancellation: CancellationUnderWay | None = None


class Ambiguous(Exception):
    """One address, several registrations."""

    def __init__(self, candidates: list[dict[str, Any]]) -> None:
        super().__init__("ambiguous")
        self.candidates = candidates


def refuse(rejection: Rejection) -> Refusal:
    """To be raised at the edge."""
    return Refusal(rejection)


def invalid(law: str, ko: str, en: str) -> Refusal:
    """A request that cannot be read as one."""
    return Refusal(Rejection(law=law, ko=ko, en=en, kind="invalid"))


def _answer(request: Request[Any, Any, Any], problem: Problem, retry: int | None = None) -> Response[Any]:
    problem.instance = request.url.path
    headers = {"Retry-After": str(retry)} if retry else {}
    return Response(problem, status_code=problem.status, media_type=PROBLEM_JSON, headers=headers)


def on_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    """A law said no."""
    said = refusal.rejection
    problem = Problem(
        type=f"urn:aptas:law:{said.law}",
        title=said.law.replace("_", " "),
        status=_STATUS[said.kind],
        detail=f"{said.ko} / {said.en}",
        law=said.law,
        cancellation=_shown(said.cancellation),
    )
    return _answer(request, problem)


def _shown(under_way: UnderWay | None) -> CancellationUnderWay | None:
    if under_way is None:
        return None
    return CancellationUnderWay(asked_at=under_way.asked_at, asked=under_way.asked)


def on_ambiguous(request: Request[Any, Any, Any], ambiguous: Ambiguous) -> Response[Any]:
    """More than one registration could be meant."""
    problem = Problem(
        type="urn:aptas:law:an_address_names_one_registration",
        title="an address names one registration",
        status=409,
        detail="해당하는 접수가 여러 건입니다. candidates 중 하나의 defectId나 receiptNo로 다시 보내 주세요. / "
        "Several registrations match. Send again with the defectId or receiptNo of one of the candidates.",
        law="an_address_names_one_registration",
        candidates=ambiguous.candidates,
    )
    return _answer(request, problem)


def on_unavailable(request: Request[Any, Any, Any], problem: Exception) -> Response[Any]:
    """Nothing was written; asking again is safe (with the same Idempotency-Key)."""
    _UNAVAILABLE.say(path=request.url.path, problem=str(problem))
    told = Problem(
        type="urn:aptas:unavailable",
        title="not now",
        status=503,
        detail="지금은 저장할 수 없습니다. 잠시 후 같은 Idempotency-Key로 다시 보내 주세요. / "
        "It cannot be stored just now. Send it again in a moment, with the same Idempotency-Key.",
    )
    return _answer(request, told, retry=2)


_LAWS = {
    400: "a_request_fits_the_schema",
    403: "another_sites_page_may_not_act",
    404: "an_address_leads_somewhere",
    405: "a_method_is_one_of_the_schema",
    413: "a_body_holds_at_most_one_megabyte",
    415: "a_body_is_json",
    421: "a_host_is_one_of_ours",
}
_ADVICE = {
    400: "요청을 읽을 수 없습니다. JSON 형식과 필드를 확인해 주세요. / "
    "The request cannot be read. Check that it is JSON and that the fields are those of /schema.",
    403: "다른 사이트의 화면에서 보낸 요청은 받지 않습니다. / A request sent by another site's page is not taken.",
    404: "그런 주소가 없습니다. /schema 에서 주소를 확인해 주세요. / There is nothing here. See /schema.",
    405: "이 주소에서는 쓸 수 없는 방법입니다. /schema 를 확인해 주세요. / "
    "This method is not allowed here. See /schema.",
    413: "본문이 너무 큽니다. 1 MB 이하로 보내 주세요. / The body is too large: send at most 1 MB.",
    415: "application/json 으로 보내 주세요. / Send application/json.",
    421: "이 이름으로는 답하지 않습니다. localhost 로 열거나 APTAS_HOSTS 에 이름을 적어 주세요. / "
    "Nothing is answered under this name. Use localhost, or list the name in APTAS_HOSTS.",
}


def problem_of(status: int, told: str, errors: list[dict[str, Any]] | None = None) -> Problem:
    """What is said of a request that no room was asked about. `told`: what is wrong with this very one."""
    law = _LAWS.get(status, _LAWS[400])
    return Problem(
        type=f"urn:aptas:law:{law}",
        title=law.replace("_", " "),
        status=status,
        detail=f"{_ADVICE.get(status, _ADVICE[400])} ({told})",
        law=law,
        errors=errors,
    )


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What Litestar refuses: unreadable bodies, unknown fields and addresses."""
    errors = error.extra if isinstance(error, ValidationException) and isinstance(error.extra, list) else None
    told = "; ".join(_told(each) for each in errors or []) or error.detail
    answer = _answer(request, problem_of(error.status_code, told, errors))
    answer.headers.update(error.headers or {})
    return answer


def on_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A body that is not UTF-8, or nested deeper than anything we read."""
    return on_http_error(request, ClientException(type(error).__name__))


def _told(error: Any) -> str:
    if error == {"message": "data", "key": "data", "source": "body"} or error.get("message") == "'data'":
        return "본문이 없습니다 / the body is missing"
    return ": ".join(
        str(error[key]) for key in ("key", "message") if isinstance(error, dict) and error.get(key)
    )


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Our fault; the log has the trace, the answer says nothing about the inside."""
    log.error("bug", path=request.url.path, exc_info=error)
    problem = Problem(
        type="urn:aptas:bug",
        title="our mistake",
        status=500,
        detail="저희 쪽 오류입니다. 다시 시도해 주세요. / This is our mistake, not yours. Please try again.",
    )
    return _answer(request, problem)


HANDLERS: Any = {
    Refusal: on_refusal,
    Ambiguous: on_ambiguous,
    StorageAway: on_unavailable,
    Overloaded: on_unavailable,
    Contested: on_unavailable,
    HTTPException: on_http_error,
    UnicodeDecodeError: on_unreadable,
    RecursionError: on_unreadable,
    Exception: on_bug,
}
__all__ = ["HANDLERS", "KEY_REUSED", "Ambiguous", "Problem", "invalid", "refuse"]
