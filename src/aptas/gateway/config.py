"""The whole configuration: one listener, its filters in order, the services behind it, and what it does in need."""

from typing import Any

from aptas.gateway.answers import local_answers
from aptas.gateway.entry import Entry, Limits
from aptas.gateway.routes import routes
from aptas.gateway.upstreams import upstreams
from aptas.gateway.watching import access_log, admin, own_log, what_may_be_told
from aptas.gateway.wording import Json, always, extension, seconds, socket

OURS_TO_SAY = "x-envoy-.*|x-forwarded-.*|forwarded|x-original-.*|x-rewrite-url"
"""Headers by which somebody else could tell Envoy, or the services, where a request came from or how to treat it."""

REGEX_SIZE = "re2.max_program_size.error_level"
"""Twice what is allowed unless told otherwise: a traceparent is long. None of our expressions is a user's."""


def config_of(entry: Entry) -> Json:
    """An Envoy bootstrap (v3, static)."""
    return {
        "node": {"id": "entry", "cluster": "aptas"},
        "admin": admin(entry.listen, entry.admin_port),
        "application_log_config": own_log(),
        "layered_runtime": {"layers": [{"name": "ours", "static_layer": {REGEX_SIZE: 200}}]},
        "overload_manager": _overload(entry.limits),
        "static_resources": {"listeners": [_listener(entry)], "clusters": upstreams(entry)},
    }


def _listener(entry: Entry) -> Json:
    name = "filters.network.http_connection_manager"
    manager = extension(name, f"extensions.{name}.v3.HttpConnectionManager", **_manager(entry))
    return {
        "name": "entry",
        "address": socket((entry.listen, entry.port)),
        "per_connection_buffer_limit_bytes": 32 * 1024,
        "filter_chains": [{"filters": [manager]}],
    }


def _manager(entry: Entry) -> Json:
    host = {"name": "entry", "domains": ["*"], "routes": routes(entry.limits)}
    return {
        **_as_it_comes(entry.limits),
        "stat_prefix": "entry",
        "access_log": [access_log()],
        "local_reply_config": local_answers(),
        # The services say under which names they answer (APTAS_HOSTS): it is passed on as it came.
        "route_config": {"virtual_hosts": [host]},
        "http_filters": _filters(entry),
        "server_header_transformation": "PASS_THROUGH",
        "always_set_request_id_in_response": True,
    }


def _as_it_comes(limits: Limits) -> Json:
    """How a request is read: HTTP/1.1 to the letter, in time, and its path in one spelling."""
    return {
        "codec_type": "HTTP1",
        "max_request_headers_kb": limits.head_kilobytes,
        "request_headers_timeout": seconds(limits.head),
        "request_timeout": seconds(limits.whole),
        "stream_idle_timeout": seconds(limits.idle),
        "common_http_protocol_options": {
            "idle_timeout": seconds(limits.idle),
            "headers_with_underscores_action": "REJECT_REQUEST",
        },
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
        "use_remote_address": True,
        # An address that nobody has: without one Envoy takes orders from whoever is on this machine.
        "internal_address_config": {"cidr_ranges": [{"address_prefix": "255.255.255.255", "prefix_len": 32}]},
        "early_header_mutation_extensions": [_forgotten(OURS_TO_SAY)],
    }


def _forgotten(headers: str) -> Json:
    name = "http.early_header_mutation.header_mutation"
    which = {"key_matcher": {"safe_regex": {"regex": headers}}}
    return extension(name, f"extensions.{name}.v3.HeaderMutation", mutations=[{"remove_on_match": which}])


def _filters(entry: Entry) -> list[Json]:
    """In order. A service hears of a request when all of it is there."""
    limits = entry.limits
    return [
        what_may_be_told(),
        _health("/health/live", {}),
        _health("/health/ready", {name: {"value": 1} for name in entry.replicas}),
        _rate(limits.requests_per_second),
        _filter("buffer", "Buffer", max_request_bytes=limits.body_bytes),
        _filter("router", "Router", suppress_envoy_headers=True),
    ]


def _health(path: str, well: Json) -> Json:
    """The entry's own. Ready: of each service at least one replica is well."""
    asked = [{"name": ":path", "string_match": {"exact": path}}]
    told: Json = {"pass_through_mode": False, "headers": asked}
    if well:
        told["cluster_min_healthy_percentages"] = well
    return _filter("health_check", "HealthCheck", **told)


def _rate(per_second: int) -> Json:
    """All together: nobody is known yet, so nobody has a measure of their own."""
    bucket = {"max_tokens": per_second, "tokens_per_fill": per_second, "fill_interval": "1s"}
    return _filter(
        "local_ratelimit",
        "LocalRateLimit",
        stat_prefix="entry",
        token_bucket=bucket,
        filter_enabled=always(),
        filter_enforced=always(),
    )


def _filter(name: str, kind: str, **told: Any) -> Json:
    return extension(f"filters.http.{name}", f"extensions.filters.http.{name}.v3.{kind}", **told)


def _overload(limits: Limits) -> Json:
    """More connections, or more memory, than there is room for: new ones are turned away, those under way go on."""
    connections, heap = "resource_monitors.global_downstream_max_connections", "resource_monitors.fixed_heap"
    return {
        "refresh_interval": "0.25s",
        "resource_monitors": [
            extension(
                connections,
                "extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                max_active_downstream_connections=limits.connections,
            ),
            extension(heap, f"extensions.{heap}.v3.FixedHeapConfig", max_heap_size_bytes=limits.heap_bytes),
        ],
        "actions": [_when(heap, 0.9, "shrink_heap"), _when(heap, 0.95, "stop_accepting_requests")],
    }


def _when(monitor: str, share: float, action: str) -> Json:
    trigger = {"name": f"envoy.{monitor}", "threshold": {"value": share}}
    return {"name": f"envoy.overload_actions.{action}", "triggers": [trigger]}
