"""How Envoy's configuration is worded: JSON, in which extensions name their type and times have a unit."""

from typing import Any

from aptas.settings import Address

Json = dict[str, Any]
_TYPES = "type.googleapis.com/envoy."


def extension(name: str, kind: str, **told: Any) -> Json:
    """An extension by its name, told what its kind of message holds."""
    return {"name": f"envoy.{name}", "typed_config": message(kind, **told)}


def message(kind: str, **told: Any) -> Json:
    """A message where Envoy takes several kinds."""
    return {"@type": _TYPES + kind, **told}


def seconds(number: float) -> str:
    """A time."""
    return f"{number}s"


def socket(address: Address) -> Json:
    """Where to listen, or whom to reach."""
    host, port = address
    return {"socket_address": {"address": host, "port_value": port}}


def always() -> Json:
    """Of all requests; a share of them could be named here."""
    return {"default_value": {"numerator": 100}}
