"""Whenever another room says so: its fact becomes a wish of this room. A policy decides nothing."""

from aptas.contractor import events as contractor
from aptas.homes import events as homes
from aptas.kernel.messages import Heard
from aptas.management import commands as wish
from aptas.registration import events as registration


def whenever_defect_registered(heard: Heard[registration.DefectRegistered]) -> wish.OpenCase:
    """A claim arrived."""
    return _open(heard, reason=None)


def whenever_defect_reopened(heard: Heard[registration.DefectReopened]) -> wish.OpenCase:
    """A claim came back, with the resident's reason."""
    return _open(heard, reason=heard.fact.reason)


def whenever_defect_cancelled(heard: Heard[registration.DefectCancelled]) -> wish.Note:
    """The resident wants to call it off."""
    fact = heard.fact
    return wish.NoteCancellation(
        at=heard.at, defect_id=fact.defect_id, attempt=fact.attempt, assignment=fact.assignment
    )


def whenever_work_order_cancelled(heard: Heard[contractor.WorkOrderCancelled]) -> wish.Note:
    """The contractor withdrew."""
    fact = heard.fact
    return wish.NoteWorkOrderCancelled(
        at=heard.at, defect_id=fact.defect_id, attempt=fact.attempt, assignment=fact.assignment
    )


def whenever_cancellation_refused(heard: Heard[contractor.CancellationRefused]) -> wish.Note:
    """The contractor does not withdraw. The office's own refusal has the same name: listen by source."""
    fact = heard.fact
    return wish.NoteContractorRefusal(
        at=heard.at,
        defect_id=fact.defect_id,
        attempt=fact.attempt,
        assignment=fact.assignment,
        reason=fact.reason,
    )


def whenever_work_order_declined(heard: Heard[contractor.WorkOrderDeclined]) -> wish.Note:
    """The contractor does not take it."""
    fact = heard.fact
    return wish.NoteDecline(
        at=heard.at,
        defect_id=fact.defect_id,
        attempt=fact.attempt,
        assignment=fact.assignment,
        reason=fact.reason,
    )


def whenever_defect_completed(heard: Heard[contractor.DefectCompleted]) -> wish.Note:
    """The contractor repaired it."""
    fact = heard.fact
    return wish.NoteCompletion(
        at=heard.at, defect_id=fact.defect_id, attempt=fact.attempt, assignment=fact.assignment
    )


def whenever_contractor_enrolled(heard: Heard[contractor.ContractorEnrolled]) -> wish.NoteContractor:
    """The roster gains a contractor, or learns what it does now."""
    fact = heard.fact
    return wish.NoteContractor(
        at=heard.at, contractor_id=fact.contractor_id, name=fact.name, trades=fact.trades
    )


def whenever_home_recorded(heard: Heard[homes.HomeRecorded]) -> wish.NoteHome:
    """A home became known, or its dates did."""
    fact = heard.fact
    return wish.NoteHome(
        at=heard.at,
        home_id=fact.home_id,
        complex_name=fact.complex_name,
        building=fact.building,
        floor=fact.floor,
        home_no=fact.home_no,
        handover_date=fact.handover_date,
        use_inspection_date=fact.use_inspection_date,
    )


def _open(
    heard: Heard[registration.DefectRegistered] | Heard[registration.DefectReopened], reason: str | None
) -> wish.OpenCase:
    fact = heard.fact
    return wish.OpenCase(
        at=heard.at,
        defect_id=fact.defect_id,
        attempt=fact.attempt,
        receipt_no=fact.receipt_no,
        defect_type=fact.defect_type,
        location=fact.location,
        kind=fact.kind,
        description=fact.description,
        qty=fact.qty,
        address=fact.address,
        claimed_at=fact.defectregistration_dt,
        reason=reason,
    )
