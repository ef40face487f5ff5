"""The same routes for a cluster's own gateway: an HTTPRoute of the Gateway API, from the table that Envoy's come from.

What a gateway asks again is not said here: that is the mesh's (deploy/k8s/components/istio).
"""

import re
from collections.abc import Iterator

from aptas.gateway.entry import Limits
from aptas.gateway.routes import COLLECTIONS, OF_A_PROCESS, STREAMS
from aptas.gateway.wording import Json, seconds
from aptas.settings import PAGES

PORT = 8080
NOWHERE = "/not-shown"
"""A path that no page has: what each process tells whoever watches over it is answered 404 here."""
_FOR_EVER = "0s"
_PLAIN = "[A-Za-z/]+"


def http_route(limits: Limits, name: str = "aptas", gateway: str = "aptas") -> Json:
    """For the Gateway called `gateway`, beside it in its namespace."""
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": name},
        "spec": {"parentRefs": [{"name": gateway}], "rules": list(_rules(limits))},
    }


def _rules(limits: Limits) -> Iterator[Json]:
    """The most special match wins, wherever it stands; they stand in that order all the same."""
    hidden = {
        "type": "URLRewrite",
        "urlRewrite": {"path": {"type": "ReplaceFullPath", "replaceFullPath": NOWHERE}},
    }
    yield _rule(PAGES, [_prefix(path) for path in OF_A_PROCESS], seconds(limits.page)) | {"filters": [hidden]}
    for service, path in STREAMS.items():
        yield _rule(service, [_whole(path)], _FOR_EVER)
    for service, paths in COLLECTIONS.items():
        yield _rule(service, [_prefix(path) for path in paths], seconds(limits.answer))
    yield _rule(PAGES, [_prefix("/")], seconds(limits.page))


def _rule(service: str, paths: list[Json], timeout: str) -> Json:
    return {
        "matches": [{"path": path} for path in paths],
        "backendRefs": [{"name": service, "port": PORT}],
        "timeouts": {"request": timeout},
    }


def _prefix(path: str) -> Json:
    return {"type": "PathPrefix", "value": path}


def _whole(pattern: str) -> Json:
    """A regular expression only where it has to be one: not every gateway has them."""
    kind = "Exact" if re.fullmatch(_PLAIN, pattern) else "RegularExpression"
    return {"type": kind, "value": pattern}
