"""Which service answers what, how long it may take, and what is asked again when it does not.

Asked again is what may safely be done twice: reading, and what carries an Idempotency-Key, which a service keeps in
the transaction that did it. Anything else only when not a byte of it was sent. Never more often than the budget of
the service's replicas allows (upstreams.py).
"""

from collections.abc import Iterable

from aptas.gateway.entry import Limits
from aptas.gateway.wording import Json, extension, seconds
from aptas.settings import PAGES

COLLECTIONS = {
    "registration": ("/defectRegistrations", "/defectTypes"),
    "management": ("/defectManagements",),
    "contractor": ("/defectContractors", "/contractorCompanies"),
    "mypage": ("/mypages",),
}
STREAMS = {"management": "/defectManagements/events", "mypage": "/mypages(/[^/]+)?/events"}
"""Server-sent events: regular expressions of whole paths."""

OF_A_PROCESS = ("/health", "/metrics")
"""What each process tells whoever watches over it. Behind the entry there are several: it shows nobody's."""

READING = {"name": ":method", "string_match": {"safe_regex": {"regex": "GET|HEAD"}}}
KEYED = {"name": "idempotency-key", "present_match": True}


def routes(limits: Limits) -> list[Json]:
    """All of them, in order: the first that fits is taken."""
    found = [_nobodys(path) for path in OF_A_PROCESS]
    found += [_stream(service, path, limits) for service, path in STREAMS.items()]
    for service, paths in COLLECTIONS.items():
        for path in paths:
            found += _of_service(service, {"path_separated_prefix": path}, limits.answer, limits)
    return [*found, *_of_service(PAGES, {"prefix": "/"}, limits.page, limits)]


def _of_service(service: str, path: Json, timeout: float, limits: Limits) -> Iterable[Json]:
    """Reads, what has a key, and the rest. The pages keep no keys: theirs are in their forms."""
    told = {"cluster": service, "timeout": seconds(timeout)}
    freely, reading = {**told, "retry_policy": _freely()}, {**path, "headers": [READING]}
    if service == PAGES:
        yield _route(service, "reads", reading, freely)
    else:
        patience = {"per_try_timeout": seconds(limits.attempt)}
        yield _route(service, "reads", reading, {**told, "retry_policy": _freely() | patience})
        yield _route(service, "keyed", {**path, "headers": [KEYED]}, freely)
    yield _route(service, "once", path, {**told, "retry_policy": _if_not_a_byte_was_sent()})


def _stream(service: str, path: str, limits: Limits) -> Json:
    """No end, but an end to silence. `priority` is Envoy's word for a pool of its own: streams take no request's
    place."""
    told = {"cluster": service, "timeout": "0s", "idle_timeout": seconds(limits.idle), "priority": "HIGH"}
    match = {"safe_regex": {"regex": path}, "headers": [READING]}
    return _route(service, "streams", match, {**told, "retry_policy": _freely()})


def _route(service: str, which: str, match: Json, told: Json) -> Json:
    return {"name": f"{service} {which}", "match": match, "route": told}


def _nobodys(path: str) -> Json:
    return {
        "name": "nobody's",
        "match": {"path_separated_prefix": path},
        "direct_response": {"status": 404},
    }


def _freely() -> Json:
    """No answer came, or that it cannot be done just now."""
    policy = _again("connect-failure,refused-stream,reset,retriable-status-codes")
    return {**policy, "retriable_status_codes": [503]}


def _if_not_a_byte_was_sent() -> Json:
    return _again("connect-failure,refused-stream,reset-before-request")


def _again(when: str) -> Json:
    """Three times at most, ever later, and rather of a replica that was not asked yet."""
    other = extension(
        "retry_host_predicates.previous_hosts",
        "extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
    )
    return {
        "retry_on": when,
        "num_retries": 3,
        "retry_back_off": {"base_interval": "0.025s", "max_interval": "0.25s"},
        "retry_host_predicate": [other],
        "host_selection_retry_max_attempts": 3,
    }
