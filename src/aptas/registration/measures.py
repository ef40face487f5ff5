"""What operations watch of the claims: cancellations that wait for their answer."""

from datetime import datetime

from sqlalchemy import select

from aptas.metrics import CANCELLATION_OLDEST, CANCELLATIONS_OPEN
from aptas.registration.tables import claim_states, claims
from aptas.storage.engine import Database, scalars_of

MOST = 1000
_ASKED = select(claims.c.body).where(claims.c.asked_at.is_not(None)).order_by(claims.c.asked_at).limit(MOST)


async def measure(database: Database, now: datetime, again_seconds: float) -> None:
    """How many, 1,000 at most, and how long the oldest has waited: it was asked again every so many seconds."""
    waiting = [claim_states.decode(body) for body in await database.scan(scalars_of(_ASKED))]
    ages = [
        (now - claim.asked_at).total_seconds() + (claim.asked - 1) * again_seconds
        for claim in waiting
        if claim.asked_at
    ]
    CANCELLATIONS_OPEN.labels("registration").set(len(ages))
    CANCELLATION_OLDEST.labels("registration").set(max(ages, default=0))


def forget() -> None:
    """Another replica measures from here on: what this one knew would only grow old."""
    CANCELLATIONS_OPEN.clear()
    CANCELLATION_OLDEST.clear()
