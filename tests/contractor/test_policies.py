"""A policy says the other room's fact again as a wish of this one, and leaves nothing out."""

from dataclasses import asdict
from datetime import date
from typing import TypeVar

from aptas.contractor import commands as wish
from aptas.contractor.policies import whenever_cancellation_requested, whenever_defect_approved
from aptas.kernel.messages import Fact, Heard
from aptas.management import events as management
from tests.contractor.orders import CONTRACTOR, DEFECT, NOW

F = TypeVar("F", bound=Fact)


def heard(fact: F) -> Heard[F]:
    return Heard(fact=fact, source="management", topic=str(fact.topic), sequence=3, event_id="e", at=NOW)


def test_an_approval_asks_for_a_work_order_with_all_it_says() -> None:
    approved = management.DefectApproved(
        defect_id=DEFECT,
        attempt=2,
        assignment=3,
        contractor_id=CONTRACTOR,
        contractor_name="한빛설비",
        defect_type="leak",
        trade="plumbing",
        urgency="high",
        address="101동 1203호",
        description="물이 샙니다",
        location="kitchen",
        kind="crack",
        qty=2,
        due_date=date(2026, 12, 8),
        defectmanagement_dt=NOW,
    )
    asked = whenever_defect_approved(heard(approved))
    assert isinstance(asked, wish.OfferWorkOrder)
    expected = asdict(approved) | {"at": NOW}
    assert asdict(asked) == {name: expected[name] for name in asdict(asked)}


def test_a_request_to_cancel_asks_for_an_answer() -> None:
    requested = management.CancellationRequested(
        defect_id=DEFECT, attempt=2, assignment=3, contractor_id=CONTRACTOR, asked=2
    )
    assert whenever_cancellation_requested(heard(requested)) == wish.AnswerCancellation(
        at=NOW, defect_id=DEFECT, attempt=2, assignment=3, contractor_id=CONTRACTOR
    )
