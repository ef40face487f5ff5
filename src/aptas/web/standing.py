"""How far a defect is, and why: what one room's status alone does not say."""

from aptas.web.shapes import Both, Case, MyPage, WorkOrder
from aptas.web.words import both

AGAIN = "AGAIN"
"""An order on offer once more, since its last visit came to nothing."""

SIGNED_OFF = {
    "COMPLETED": both("보수 완료 · 입주민 확인 전", "Repaired, not yet confirmed"),
    "CONFIRMED": both("입주민 확인", "Confirmed by the resident"),
}
REASON = both("사유", "Reason")
REASONS = {
    "DefectRejected": both("반려 사유", "Why it was rejected"),
    "WorkOrderDeclined": both("시공사 거절 사유", "Why the contractor declined"),
    "VisitFailed": both("방문 실패 사유", "Why the visit failed"),
    "CancellationRefused": both("취소 거절 사유", "Why it cannot be cancelled"),
    "DefectReopened": both("재접수 사유", "Why it was re-opened"),
}
"""What a reason is the reason of, by the event that gave it."""


def progress(thing: Case | WorkOrder, mypage: MyPage | None) -> Both | None:
    """What the resident sees of it, where that says more than the badge of office or contractor.

    None: it adds nothing, or is about another attempt. Without it `종결` reads the same before and after the sign-off.
    """
    if mypage is None or mypage.attempt != thing.attempt:
        return None
    if thing.status in ("CLOSED", "COMPLETED"):
        return SIGNED_OFF.get(mypage.status)
    return mypage.status_label if thing.status == "APPROVED" else None


def order_standing(order: WorkOrder) -> str:
    """Its status; `AGAIN` when it is on offer after a failed visit, since that is no new work."""
    return AGAIN if order.status == "OFFERED" and order.reason else order.status


def why_case(case: Case, mypage: MyPage | None) -> Both | None:
    """The label of the office's reason. None: there is none to show."""
    if case.reason and case.status == "REJECTED":
        return REASONS["DefectRejected"]
    if case.reason and case.is_declined:
        return REASONS["WorkOrderDeclined"]
    return _why(case.reason, mypage, is_repaired=case.status == "CLOSED")


def why_page(mypage: MyPage) -> Both | None:
    """The label of the resident's reason. None: there is none to show."""
    if mypage.reason and mypage.status == "REJECTED":
        return REASONS["DefectRejected"]
    return _why(mypage.reason, mypage, is_repaired=mypage.status in ("COMPLETED", "CONFIRMED"))


def why_order(order: WorkOrder) -> Both | None:
    """The label of a work order's reason. None: there is none."""
    if not order.reason:
        return None
    return REASONS["WorkOrderDeclined" if order.status == "DECLINED" else "VisitFailed"]


def _why(reason: str | None, mypage: MyPage | None, is_repaired: bool) -> Both | None:
    """Once it is repaired nobody asks any more why it could not be cancelled; why it was re-opened still counts."""
    given_by = _given_by(reason, mypage)
    if not reason or (is_repaired and given_by != "DefectReopened"):
        return None
    return REASONS.get(given_by, REASON)


def _given_by(reason: str | None, mypage: MyPage | None) -> str:
    """The latest event of the timeline that tells this reason; empty when the timeline does not have it (yet)."""
    ending = f"사유: {reason}"
    steps = reversed(mypage.timeline if mypage else [])
    told = (each.event_type for each in steps if each.event_type in REASONS and each.text.ko.endswith(ending))
    return next(told, "")
