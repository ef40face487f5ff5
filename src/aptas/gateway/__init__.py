"""The single entry of the distributed form: an Envoy configuration, made from settings and from nothing else.

Whoever wants to know what the entry does reads these modules; `aptas gateway run` starts Envoy on what they say."""


class GatewayRefused(Exception):
    """Envoy is not there, or does not take what it is given; the message says what to do."""
