"""Whenever another room says so: its fact becomes a wish of this room. A policy decides nothing."""

from aptas.contractor import commands as wish
from aptas.kernel.messages import Heard
from aptas.management import events as management


def whenever_defect_approved(heard: Heard[management.DefectApproved]) -> wish.OfferWorkOrder:
    """The office handed a defect over."""
    fact = heard.fact
    return wish.OfferWorkOrder(
        at=heard.at,
        defect_id=fact.defect_id,
        attempt=fact.attempt,
        assignment=fact.assignment,
        contractor_id=fact.contractor_id,
        contractor_name=fact.contractor_name,
        defect_type=fact.defect_type,
        trade=fact.trade,
        urgency=fact.urgency,
        address=fact.address,
        description=fact.description,
        location=fact.location,
        kind=fact.kind,
        qty=fact.qty,
        due_date=fact.due_date,
    )


def whenever_cancellation_requested(
    heard: Heard[management.CancellationRequested],
) -> wish.AnswerCancellation:
    """The office asks for an answer, and waits for it."""
    fact = heard.fact
    return wish.AnswerCancellation(
        at=heard.at,
        defect_id=fact.defect_id,
        attempt=fact.attempt,
        assignment=fact.assignment,
        contractor_id=fact.contractor_id,
    )
