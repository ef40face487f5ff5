"""What a request may say: its own fields, those the original's front end sends along, and no others."""

from typing import Any

import msgspec
from litestar.params import JSONBody

from aptas.messaging.wire import camel


class Body(msgspec.Struct, forbid_unknown_fields=True, rename=camel, kw_only=True):
    """Every body. The original's front end sends back what it was shown: these fields are the server's, accepted
    and ignored."""

    status: Any = None
    defect_id: Any = None
    defectregistration_dt: Any = None
    defectmanagement_dt: Any = None
    defect_dt: Any = None
    id: Any = None


NoWords = JSONBody[Body | None]
"""An action that needs none: with None for a default, the body may be left out, but it is read all the same, so that
whoever says something that nobody would hear is told so."""


class Reason(Body, kw_only=True):
    """Why, in at most 2,000 characters."""

    reason: str
