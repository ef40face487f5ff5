"""What the entry itself answers: problem+json in both languages, of the shape the services' own have.

A service that is away is answered for in two ways: either nothing was sent to it, or nobody knows what became of it.
"""

from typing import Any

import msgspec

from aptas.edge.problems import PROBLEM_JSON, Problem, problem_of
from aptas.gateway.wording import Json

_WHAT = "%RESPONSE_CODE_DETAILS%"
_WHERE = "%PATH(NQ:PATH)%"
_AFTER_IT_WAS_SENT = ["UC", "UR", "UT", "UPE", "LR", "SI", "DT"]
"""Response flags: the connection or the stream broke, or time was up, while an answer was waited for."""

_LAWS = {
    408: (
        "a_request_is_sent_to_its_end",
        "요청을 끝까지 받지 못했습니다. 처음부터 다시 보내 주세요.",
        "The request did not come to its end. Send it again from the start.",
    ),
    426: (
        "a_request_is_http_1_1",
        "HTTP/1.1로 보내 주세요.",
        "Send it as HTTP/1.1.",
    ),
    429: (
        "requests_come_at_a_bounded_rate",
        "요청이 너무 많습니다. 잠시 후 다시 보내 주세요.",
        "Too many requests. Send it again in a moment.",
    ),
    431: (
        "a_requests_headers_are_short",
        "요청 머리말이 너무 깁니다. 쿠키와 주소를 줄여 주세요.",
        "The headers are too long. Shorten the cookies and the address.",
    ),
}
_UNREADABLE = (
    "a_request_is_well_formed_http",
    "HTTP로 읽을 수 없는 요청입니다. 주소와 머리말을 확인해 주세요.",
    "The request cannot be read as HTTP. Check its address and headers.",
)
_NOT_NOW = (
    "지금은 이 서비스에 연결할 수 없습니다. 잠시 후 다시 보내 주세요.",
    "The service cannot be reached just now. Send it again in a moment.",
)
_UNKNOWN = (
    "답을 받지 못했습니다. 처리되었을 수도 있으니 같은 Idempotency-Key로 다시 보내거나 먼저 확인해 주세요.",
    "No answer came, though it may have been done. Send it again with the same Idempotency-Key, or look first.",
)


def local_answers() -> Json:
    """Every answer of Envoy's own; the first that fits is given."""
    told = {status: _law(status, *said) for status, said in _LAWS.items()}
    told |= {404: problem_of(404, _WHERE), 413: problem_of(413, _WHAT)}
    return {
        "mappers": [
            {"filter": _status(200), "body_format_override": {"json_format": {"status": "ok"}}},
            *(_mapper(_both(_status(each), _sent()), _away(each, *_UNKNOWN), 2) for each in (502, 503, 504)),
            *(_mapper(_status(each), _away(each, *_NOT_NOW), 2) for each in (502, 503, 504)),
            _mapper(_status(429), told.pop(429), 1),
            *(_mapper(_status(status), problem) for status, problem in told.items()),
        ],
        "body_format": _format({**_body(_law(400, *_UNREADABLE)), "status": "%RESPONSE_CODE%"}),
    }


def _law(status: int, law: str, ko: str, en: str) -> Problem:
    title, detail = law.replace("_", " "), f"{ko} / {en} ({_WHAT})"
    return Problem(type=f"urn:aptas:law:{law}", title=title, status=status, detail=detail, law=law)


def _away(status: int, ko: str, en: str) -> Problem:
    return Problem(type="urn:aptas:unavailable", title="not now", status=status, detail=f"{ko} / {en}")


def _mapper(which: Json, problem: Problem, retry_after: int | None = None) -> Json:
    mapper: Json = {"filter": which, "body_format_override": _format(_body(problem))}
    if retry_after is not None:
        mapper["headers_to_add"] = [{"header": {"key": "Retry-After", "value": str(retry_after)}}]
    return mapper


def _body(problem: Problem) -> Json:
    body: dict[str, Any] = msgspec.to_builtins(problem)
    return {**body, "instance": _WHERE}


def _format(body: Json) -> Json:
    """What has no value is left out, as it is in the services' answers."""
    return {"json_format": body, "content_type": PROBLEM_JSON, "omit_empty_values": True}


def _status(code: int) -> Json:
    value = {"default_value": code, "runtime_key": f"aptas.answers.{code}"}
    return {"status_code_filter": {"comparison": {"op": "EQ", "value": value}}}


def _sent() -> Json:
    return {"response_flag_filter": {"flags": _AFTER_IT_WAS_SENT}}


def _both(*filters: Json) -> Json:
    return {"and_filter": {"filters": list(filters)}}
