"""The replicas of each service: which of them are well, how many requests they get, and how often one is repeated.

A replica that is to end says so on /health/ready and answers on (APTAS_LEAVE_SECONDS); it is asked every half second,
so by the time it stops nobody sends it anything. One that dies is found out by the same question, and sooner by the
requests it leaves unanswered.
"""

import ipaddress
from collections.abc import Sequence

from aptas.gateway.entry import Entry, Limits
from aptas.gateway.wording import Json, message, seconds, socket
from aptas.settings import Address

ASKED_EVERY = 0.5
"""Seconds between two questions whether a replica is ready."""

HTTP_OPTIONS = "extensions.upstreams.http.v3.HttpProtocolOptions"


def upstreams(entry: Entry) -> list[Json]:
    """One cluster a service."""
    return [_cluster(name, addresses, entry.limits) for name, addresses in entry.replicas.items()]


def _cluster(name: str, addresses: Sequence[Address], limits: Limits) -> Json:
    endpoints = [{"endpoint": {"address": socket(each)}} for each in addresses]
    return {
        "name": name,
        "type": "STATIC" if all(_is_number(host) for host, _ in addresses) else "STRICT_DNS",
        "connect_timeout": "1s",
        "lb_policy": "LEAST_REQUEST",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]},
        "health_checks": [_health()],
        "outlier_detection": _ejection(),
        "circuit_breakers": {"thresholds": [_for_requests(limits.requests), _for_streams(limits.requests)]},
        # As long as one is well, the others are let alone; when none is, all are tried: the question may be wrong.
        "common_lb_config": {"healthy_panic_threshold": {"value": 1}},
        "typed_extension_protocol_options": {f"envoy.{HTTP_OPTIONS}": _connections(limits)},
    }


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _health() -> Json:
    """503 takes a replica out at once, and so do three questions without an answer."""
    return {
        "http_health_check": {"path": "/health/ready"},
        "interval": seconds(ASKED_EVERY),
        "no_traffic_interval": seconds(ASKED_EVERY),
        "timeout": "2s",
        "unhealthy_threshold": 3,
        "healthy_threshold": 1,
    }


def _ejection() -> Json:
    """Ten failures in a row, for a few seconds, never more than half of the replicas: so never the only one.

    500 is a mistake of ours that every replica makes. Being ready does not bring one back: it was ready when it failed.
    """
    never = dict.fromkeys(("enforcing_consecutive_5xx", "enforcing_success_rate"), 0)
    return {
        **never,
        "consecutive_gateway_failure": 10,
        "enforcing_consecutive_gateway_failure": 100,
        "interval": "1s",
        "base_ejection_time": "5s",
        "max_ejection_time": "60s",
        "max_ejection_percent": 50,
        "always_eject_one_host": False,
        "successful_active_health_check_uneject_host": False,
    }


def _for_requests(most: int) -> Json:
    """So many under way, and as many waiting for a connection."""
    return {"priority": "DEFAULT", **_bounds(most, connections=most)}


def _for_streams(most: int) -> Json:
    """Whoever waited for a connection would wait for ever: there is always one more, and it is told at once."""
    return {"priority": "HIGH", **_bounds(most, connections=2 * most)}


def _bounds(most: int, connections: int) -> Json:
    """Half of what is under way may be asked again: as much as one replica of two leaves behind when it dies."""
    return {
        "max_requests": most,
        "max_pending_requests": most,
        "max_connections": connections,
        "retry_budget": {"budget_percent": {"value": 50}, "min_retry_concurrency": 20},
    }


def _connections(limits: Limits) -> Json:
    return message(
        HTTP_OPTIONS,
        common_http_protocol_options={"idle_timeout": seconds(limits.rest)},
        explicit_http_config={"http_protocol_options": {}},
    )
