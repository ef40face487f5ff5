"""Work orders in every state, each reached by the facts that lead there."""

from datetime import UTC, date, datetime, timedelta

from aptas.contractor import commands as wish
from aptas.contractor.decisions import decide
from aptas.contractor.events import Slot
from aptas.contractor.model import WorkOrders, evolve
from aptas.kernel.messages import Command, Fact, Id, Rejection

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DEFECT = Id(7_001)
CONTRACTOR = Id(42)
STATES = (
    "OFFERED",
    "PROPOSED",
    "COUNTERED",
    "SCHEDULED",
    "DEPARTED",
    "COMPLETED",
    "DECLINED",
    "CANCELLED",
)


def slot(hours: float, minutes: float = 60) -> Slot:
    """A slot that begins `hours` from NOW."""
    start = NOW + timedelta(hours=hours)
    return Slot(start=start, end=start + timedelta(minutes=minutes))


FIRST, SECOND = slot(24), slot(48)


def an_offer(attempt: int = 1, assignment: int = 1, contractor_id: Id = CONTRACTOR) -> wish.OfferWorkOrder:
    return wish.OfferWorkOrder(
        at=NOW,
        defect_id=DEFECT,
        attempt=attempt,
        assignment=assignment,
        contractor_id=contractor_id,
        contractor_name="한빛설비",
        defect_type="leak",
        trade="plumbing",
        urgency="high",
        address="101동 1203호",
        description="싱크대 아래에서 물이 샙니다",
        location="kitchen",
        kind=None,
        qty=1,
        due_date=date(2026, 12, 8),
    )


def a_cancellation(attempt: int = 1, assignment: int = 1) -> wish.AnswerCancellation:
    return wish.AnswerCancellation(
        at=NOW, defect_id=DEFECT, attempt=attempt, assignment=assignment, contractor_id=CONTRACTOR
    )


PROPOSE = wish.ProposeVisit(at=NOW, defect_id=DEFECT, slots=(FIRST, SECOND))
COUNTER = wish.CounterProposeVisit(at=NOW, defect_id=DEFECT, slots=(slot(72),))
ACCEPT = wish.AcceptVisit(at=NOW, defect_id=DEFECT, start=SECOND.start)
DEPART = wish.Depart(at=NOW, defect_id=DEFECT)
FAIL = wish.ReportFailedVisit(at=NOW, defect_id=DEFECT, reason=" 부재중 ")
COMPLETE = wish.CompleteRepair(at=NOW, defect_id=DEFECT, note=" 배관 교체 ")
DECLINE = wish.DeclineWorkOrder(at=NOW, defect_id=DEFECT, reason=" 자재 없음 ")

WAY: dict[str, tuple[Command, ...]] = {
    "OFFERED": (),
    "PROPOSED": (PROPOSE,),
    "COUNTERED": (PROPOSE, COUNTER),
    "SCHEDULED": (PROPOSE, ACCEPT),
    "DEPARTED": (PROPOSE, ACCEPT, DEPART),
    "COMPLETED": (PROPOSE, ACCEPT, DEPART, COMPLETE),
    "DECLINED": (DECLINE,),
    "CANCELLED": (a_cancellation(),),
}


def facts_of(state: WorkOrders | None, command: Command) -> tuple[Fact, ...]:
    """The facts of a wish that is granted."""
    decision = decide(state, command)
    assert not isinstance(decision, Rejection), decision
    return decision


def after(state: WorkOrders | None, *commands: Command) -> WorkOrders:
    """The state once all of these were granted."""
    for command in commands:
        for fact in facts_of(state, command):
            state = evolve(state, fact, NOW)
    assert state is not None
    return state


def in_state(status: str) -> WorkOrders:
    """One work order, there by the shortest way."""
    orders = after(None, an_offer(), *WAY[status])
    assert orders.latest.status == status
    return orders
