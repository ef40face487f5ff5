"""What is seen of the entry: a line of JSON a request, statistics for Prometheus. No personal data in either.

A request's address may hold anything, a telephone number too: of the path only words and ids are told.
"""

from aptas.gateway.wording import Json, extension, socket

WORD_OR_ID = "[A-Za-z][A-Za-z.-]*|[1-9][0-9]{15,18}"
"""No telephone number has sixteen digits, and every id has."""

PATH = f"(/(?:{WORD_OR_ID})?)|[^/?]+|[?].*"
"""Whatever is not such a part of a path, the query first of all; what a part is made of besides, too."""

TRACE = "^(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})$|.+"
_ROOM = "aptas"
_LINE = {
    "timestamp": "%START_TIME%",
    "level": "info",
    "event": "request",
    "method": "%REQUEST_HEADER(:METHOD)%",
    "path": f"%DYNAMIC_METADATA({_ROOM}:path)%",
    "status": "%RESPONSE_CODE%",
    "flags": "%RESPONSE_FLAGS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "milliseconds": "%DURATION%",
    "bytes_in": "%BYTES_RECEIVED%",
    "bytes_out": "%BYTES_SENT%",
    "route": "%ROUTE_NAME%",
    "replica": "%UPSTREAM_HOST%",
    "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
    "request_id": "%REQUEST_HEADER(X-REQUEST-ID)%",
    "traceparent": f"%DYNAMIC_METADATA({_ROOM}:traceparent)%",
}


def access_log() -> Json:
    """On standard output. Who asks whether the entry is well is not told of."""
    line = extension(
        "access_loggers.stdout",
        "extensions.access_loggers.stream.v3.StdoutAccessLog",
        log_format={"json_format": _LINE},
    )
    return {**line, "filter": {"not_health_check_filter": {}}}


def what_may_be_told() -> Json:
    """A filter that notes of each request what its line may hold."""
    return extension(
        "filters.http.header_to_metadata",
        "extensions.filters.http.header_to_metadata.v3.Config",
        request_rules=[_noted(":path", "path", PATH), _noted("traceparent", "traceparent", TRACE)],
    )


def _noted(header: str, name: str, pattern: str) -> Json:
    kept = {"pattern": {"regex": pattern}, "substitution": r"\1"}
    told = {"metadata_namespace": _ROOM, "key": name, "regex_value_rewrite": kept}
    return {"header": header, "on_header_present": told}


def admin(host: str, port: int) -> Json:
    """Only what is read: whoever could make a browser here send something could else stop Envoy."""
    read = ("/ready", "/stats", "/stats/prometheus", "/clusters")
    return {"address": socket((host, port)), "allow_paths": [{"exact": each} for each in read]}


def own_log() -> Json:
    """What Envoy says of itself, on standard error, as the services say it."""
    line = {
        "timestamp": "%Y-%m-%dT%H:%M:%S.%e%z",
        "level": "%l",
        "event": "envoy",
        "logger": "%n",
        "said": "%j",
    }
    return {"log_format": {"json_format": line}}
