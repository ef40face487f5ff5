"""Routes as every room declares them, so that /schema tells each answer with its media type, refusals too."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar import delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Operation, RequestBody

from aptas.edge.hal import HAL_JSON
from aptas.edge.problems import PROBLEM_JSON, Problem

_WHY = {
    400: "The request does not fit the schema.",
    403: "A page of another site sent it.",
    404: "There is no such thing.",
    409: "A law forbids it in this state, or the address names several.",
    413: "The body is larger than 1 MB.",
    415: "The body is not JSON.",
    422: "A law refuses what was said.",
    503: "It cannot be stored or read just now; Retry-After says when to ask again.",
}


def problems(*codes: int) -> dict[int, ResponseSpec]:
    """Refusals with these status codes."""
    return {
        code: ResponseSpec(
            data_container=Problem,
            description=_WHY[code],
            media_type=PROBLEM_JSON,
            generate_examples=False,
        )
        for code in codes
    }


@dataclass
class Wordless(Operation):
    """An operation whose body may be left out: Litestar says of every body that it is required."""

    def __post_init__(self) -> None:
        if isinstance(self.request_body, RequestBody):
            self.request_body.required = False


_READING: Any = problems(400, 404, 409, 422, 503)
_WRITING: Any = problems(*_WHY)

lists = partial(get, media_type=HAL_JSON, responses=problems(400, 422, 503))
reads = partial(get, media_type=HAL_JSON, responses=_READING)
streams = partial(get, media_type="text/event-stream", responses=_READING)
creates = partial(post, media_type=HAL_JSON, responses=_WRITING)
acts = partial(post, status_code=200, media_type=HAL_JSON, responses=_WRITING)
acts_wordlessly = partial(acts, operation_class=Wordless)
withdraws = partial(
    delete, status_code=202, media_type=HAL_JSON, responses=_WRITING, operation_class=Wordless
)
