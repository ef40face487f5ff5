"""On each public fact of three rooms, what changes on the resident's page; `PROJECTIONS` lists them."""

from collections.abc import Callable
from typing import Any

from aptas.catalogue.statute import due_date
from aptas.contractor import events as contractor
from aptas.kernel.clock import korean_date
from aptas.kernel.copies import changed
from aptas.kernel.messages import Fact, Heard
from aptas.management import events as management
from aptas.mypage import sentences
from aptas.mypage.merging import answered, asked, is_current, moves, moves_assigned, told
from aptas.mypage.rows import Base, MyPage, Slot
from aptas.registration import events as registration

Row = MyPage | None
WorkOrderNews = (
    contractor.VisitProposed
    | contractor.VisitCounterProposed
    | contractor.VisitScheduled
    | contractor.ContractorDeparted
    | contractor.VisitFailed
    | contractor.DefectCompleted
    | contractor.WorkOrderDeclined
)
UNDER_WAY: tuple[Base, ...] = ("ASSIGNED", "SCHEDULING", "SCHEDULED", "DEPARTED")


def _seen(slot: contractor.Slot) -> Slot:
    return Slot(start=slot.start, end=slot.end)


def _described(page: MyPage, fact: registration.DefectRegistered | registration.DefectReopened) -> MyPage:
    return changed(
        page,
        receipt_no=fact.receipt_no,
        defect_type=fact.defect_type,
        qty=fact.qty,
        address=fact.address,
        location=fact.location,
        kind=fact.kind,
        description=fact.description,
        photos=(fact.defect_image,) if fact.defect_image else (),
        video=fact.defect_video,
        due_date=due_date(korean_date(fact.defectregistration_dt)),
    )


def on_defect_registered(row: Row, heard: Heard[registration.DefectRegistered]) -> MyPage:
    """Fills in a row that other news has begun, whatever attempt that news was about."""
    page = told(row, heard, sentences.registered(heard.fact.receipt_no))
    page = page if page.receipt_no else _described(page, heard.fact)
    return changed(page, has_base=True) if is_current(page, heard.fact) else page


def on_defect_reopened(row: Row, heard: Heard[registration.DefectReopened]) -> MyPage:
    """The next attempt from its beginning; an overlay that overtook it on the other topic stays."""
    fact = heard.fact
    page = told(row, heard, sentences.reopened(fact.attempt, fact.reason))
    if not moves(page, fact):
        return page
    return changed(_described(page, fact), base="RECEIVED", has_base=True, base_reason=fact.reason)


def on_defect_cancelled(row: Row, heard: Heard[registration.DefectCancelled]) -> MyPage:
    """The cancellation is asked for."""
    return asked(told(row, heard, sentences.cancellation_asked(heard.fact.asked)), heard.fact)


def on_repair_confirmed(row: Row, heard: Heard[registration.RepairConfirmed]) -> MyPage:
    """The resident signed it off."""
    page = told(row, heard, sentences.confirmed())
    if not moves(page, heard.fact, "COMPLETED"):
        return page
    return changed(page, base="CONFIRMED", has_base=True, base_reason=None)


def on_defect_identified(row: Row, heard: Heard[management.DefectIdentified]) -> MyPage:
    """What it is and when it is due; the status is untouched."""
    fact = heard.fact
    page = told(row, heard, sentences.identified(fact.defect_type, fact.due_date))
    if not is_current(page, fact):
        return page
    return changed(page, defect_type=fact.defect_type, due_date=fact.due_date or page.due_date)


def on_defect_approved(row: Row, heard: Heard[management.DefectApproved]) -> MyPage:
    """A contractor has it; each hand-over has a higher number than the last."""
    fact = heard.fact
    page = told(row, heard, sentences.approved(fact.contractor_name, fact.due_date))
    if not moves(page, fact, "RECEIVED") or fact.assignment <= page.assignment:
        return page
    return changed(
        page,
        base="ASSIGNED",
        has_base=True,
        base_reason=None,
        assignment=fact.assignment,
        contractor_id=fact.contractor_id,
        contractor_name=fact.contractor_name,
        due_date=fact.due_date,
        defect_type=page.defect_type or fact.defect_type,
        address=page.address or fact.address,
    )


def on_defect_rejected(row: Row, heard: Heard[management.DefectRejected]) -> MyPage:
    """The office refused it, with its written reason."""
    page = told(row, heard, sentences.rejected(heard.fact.reason))
    if not moves(page, heard.fact, "RECEIVED"):
        return page
    return changed(page, base="REJECTED", has_base=True, base_reason=heard.fact.reason)


def on_defect_withdrawn(row: Row, heard: Heard[management.DefectWithdrawn]) -> MyPage:
    """Cancelled in the office."""
    return answered(told(row, heard, sentences.withdrawn()), heard.fact, "done")


def on_cancellation_requested(row: Row, heard: Heard[management.CancellationRequested]) -> MyPage:
    """The question goes on to the contractor: told, and nothing more."""
    return told(row, heard, sentences.cancellation_passed_on(heard.fact.asked))


def on_cancellation_refused_by_office(row: Row, heard: Heard[management.CancellationRefused]) -> MyPage:
    """Closed or rejected already."""
    reason = heard.fact.reason
    return answered(told(row, heard, sentences.refused_by_office(reason)), heard.fact, "refused", reason)


def on_cancellation_refused_by_contractor(row: Row, heard: Heard[contractor.CancellationRefused]) -> MyPage:
    """Departed or done."""
    reason = heard.fact.reason
    return answered(told(row, heard, sentences.refused_by_contractor(reason)), heard.fact, "refused", reason)


def on_work_order_cancelled(row: Row, heard: Heard[contractor.WorkOrderCancelled]) -> MyPage:
    """Cancelled at the contractor's."""
    return answered(told(row, heard, sentences.work_order_cancelled()), heard.fact, "done")


def _at_work(page: MyPage, fact: WorkOrderNews, base: Base, **changes: Any) -> MyPage:
    """The page moved by the contractor's fact, if it is about the work order the page shows."""
    if not moves_assigned(page, fact, *UNDER_WAY):
        return page
    fresh: dict[str, Any] = {"base_reason": None, "slots": (), "proposed_by": None}
    order = {"assignment": fact.assignment, "contractor_id": fact.contractor_id, "has_base": True}
    return changed(page, base=base, **(fresh | order | changes))


def on_visit_proposed(row: Row, heard: Heard[contractor.VisitProposed]) -> MyPage:
    """The contractor's times are on the table; a visit agreed before is off."""
    slots = tuple(map(_seen, heard.fact.slots))
    page = told(row, heard, sentences.visit_proposed(slots))
    return _at_work(page, heard.fact, "SCHEDULING", slots=slots, proposed_by="contractor", visit=None)


def on_visit_counter_proposed(row: Row, heard: Heard[contractor.VisitCounterProposed]) -> MyPage:
    """The resident's times are on the table; a visit agreed before is off."""
    slots = tuple(map(_seen, heard.fact.slots))
    page = told(row, heard, sentences.visit_counter_proposed(slots))
    return _at_work(page, heard.fact, "SCHEDULING", slots=slots, proposed_by="resident", visit=None)


def on_visit_scheduled(row: Row, heard: Heard[contractor.VisitScheduled]) -> MyPage:
    """A visit is agreed."""
    visit = _seen(heard.fact.visit)
    return _at_work(told(row, heard, sentences.visit_scheduled(visit)), heard.fact, "SCHEDULED", visit=visit)


def on_contractor_departed(row: Row, heard: Heard[contractor.ContractorDeparted]) -> MyPage:
    """On the way."""
    return _at_work(told(row, heard, sentences.departed()), heard.fact, "DEPARTED")


def on_visit_failed(row: Row, heard: Heard[contractor.VisitFailed]) -> MyPage:
    """Back to agreeing a visit, with the same contractor."""
    reason = heard.fact.reason
    page = told(row, heard, sentences.visit_failed(reason))
    return _at_work(page, heard.fact, "ASSIGNED", visit=None, base_reason=reason)


def on_defect_completed(row: Row, heard: Heard[contractor.DefectCompleted]) -> MyPage:
    """Repaired; the visit stays, as the one it was repaired on."""
    note = heard.fact.note
    return _at_work(told(row, heard, sentences.completed(note)), heard.fact, "COMPLETED", note=note)


def on_work_order_declined(row: Row, heard: Heard[contractor.WorkOrderDeclined]) -> MyPage:
    """Back at the office, without a contractor."""
    reason = heard.fact.reason
    page = told(row, heard, sentences.declined(reason))
    left = {"contractor_id": None, "contractor_name": None, "visit": None}
    return _at_work(page, heard.fact, "RECEIVED", base_reason=reason, **left)


PROJECTIONS: dict[type[Fact], Callable[[Row, Heard[Any]], MyPage]] = {
    registration.DefectRegistered: on_defect_registered,
    registration.DefectReopened: on_defect_reopened,
    registration.DefectCancelled: on_defect_cancelled,
    registration.RepairConfirmed: on_repair_confirmed,
    management.DefectIdentified: on_defect_identified,
    management.DefectApproved: on_defect_approved,
    management.DefectRejected: on_defect_rejected,
    management.DefectWithdrawn: on_defect_withdrawn,
    management.CancellationRequested: on_cancellation_requested,
    management.CancellationRefused: on_cancellation_refused_by_office,
    contractor.VisitProposed: on_visit_proposed,
    contractor.VisitCounterProposed: on_visit_counter_proposed,
    contractor.VisitScheduled: on_visit_scheduled,
    contractor.ContractorDeparted: on_contractor_departed,
    contractor.VisitFailed: on_visit_failed,
    contractor.DefectCompleted: on_defect_completed,
    contractor.WorkOrderDeclined: on_work_order_declined,
    contractor.WorkOrderCancelled: on_work_order_cancelled,
    contractor.CancellationRefused: on_cancellation_refused_by_contractor,
}
