"""Agreed visits as numbered quarters of an hour, so that a unique constraint can keep two of them apart.

A quarter that a visit only touches is taken whole: visits that meet on the quarter do not collide, visits
that meet inside one do. Pure.
"""

from datetime import UTC, datetime, timedelta

from aptas.contractor.events import Slot
from aptas.contractor.model import WorkOrders
from aptas.kernel.messages import Id

QUARTER = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cells(visit: Slot) -> tuple[int, ...]:
    """The numbers, since 1970 and ascending, of the quarters of an hour that [start, end) touches."""
    first = (visit.start - _EPOCH) // QUARTER
    beyond = -((_EPOCH - visit.end) // QUARTER)
    return tuple(range(first, beyond))


def booked(orders: WorkOrders | None) -> frozenset[tuple[Id, int]]:
    """Which (contractor, quarter) these work orders keep taken: those of visits agreed or under way."""
    return frozenset(
        (order.contractor_id, cell)
        for order in (orders.orders if orders else ())
        if order.visit and order.status in ("SCHEDULED", "DEPARTED")
        for cell in cells(order.visit)
    )
