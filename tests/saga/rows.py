"""The rows of the wall's tables as data: (room, before, message, after, what is said).

A state under the cancellation overlay is written `CANCELLING/ASSIGNED`; `+departed`, `+refused` are the
facts a room remembers beside its status. `the same` and `what lies underneath` are the wall's own words.
"""

from typing import Any

from aptas.kernel.messages import DefectFact, Facts

Row = tuple[str, str, str, str, str]
SAME, UNDERNEATH = "the same", "what lies underneath"
ANSWERS = ("DefectWithdrawn", "WorkOrderCancelled", "CancellationRefused")
BEFORE_DEPARTURE = ("OFFERED", "PROPOSED", "COUNTERED", "SCHEDULED")


def _registration() -> set[Row]:
    commands = {
        ("none", "RegisterDefect", "RECEIVED", "DefectRegistered"),
        ("RECEIVED", "RequestCancellation", "CANCELLING/RECEIVED", "DefectCancelled"),
        ("ASSIGNED", "RequestCancellation", "CANCELLING/ASSIGNED", "DefectCancelled"),
        ("CANCELLING", "AskAgain", SAME, "DefectCancelled"),
        ("COMPLETED", "ConfirmRepair", "CONFIRMED", "RepairConfirmed"),
        *(
            (done, "ReopenDefect", "RECEIVED", "DefectReopened")
            for done in ("COMPLETED", "CONFIRMED", "REJECTED")
        ),
        ("CANCELLING", "DefectWithdrawn", "CANCELLED", "CancellationSettled"),
        ("CANCELLING", "WorkOrderCancelled", "CANCELLED", "CancellationSettled"),
        ("CANCELLING", "CancellationRefused", UNDERNEATH, "CancellationSettled"),
    }
    moves = {
        ("RECEIVED", "DefectApproved", "ASSIGNED"),
        ("RECEIVED", "DefectRejected", "REJECTED"),
        ("ASSIGNED", "ContractorDeparted", "ASSIGNED+departed"),
        ("ASSIGNED+departed", "VisitFailed", "ASSIGNED"),
        ("ASSIGNED+departed", "DefectCompleted", "COMPLETED"),
        ("ASSIGNED", "WorkOrderDeclined", "RECEIVED"),
    }
    lying = {
        (f"{over}{before}", name, f"{over}{after}", "ClaimMoved")
        for over in ("", "CANCELLING/")
        for before, name, after in moves
    }
    return {("registration", *row) for row in commands | lying}


def _management() -> set[Row]:
    rows = {
        ("none", "DefectRegistered", "OPEN", "CaseOpened"),
        ("none", "DefectReopened", "OPEN", "CaseOpened"),
        ("OPEN", "IdentifyDefect", "OPEN", "DefectIdentified"),
        ("OPEN", "ApproveDefect", "APPROVED", "DefectApproved"),
        ("OPEN", "RejectDefect", "REJECTED", "DefectRejected"),
        ("OPEN", "DefectCancelled", "WITHDRAWN", "DefectWithdrawn"),
        ("APPROVED", "DefectCancelled", "WITHDRAWING/APPROVED", "CancellationRequested"),
        ("REJECTED", "DefectCancelled", SAME, "CancellationRefused"),
        ("CLOSED", "DefectCancelled", SAME, "CancellationRefused"),
        ("WITHDRAWING", "AskContractorAgain", SAME, "CancellationRequested"),
        ("WITHDRAWING", "WorkOrderCancelled", "WITHDRAWN", "CaseSettled"),
        ("WITHDRAWING", "CancellationRefused", UNDERNEATH, "CaseSettled"),
        ("APPROVED", "WorkOrderDeclined", "OPEN", "CaseSettled"),
        ("WITHDRAWING/APPROVED", "WorkOrderDeclined", "WITHDRAWING/OPEN", "CaseSettled"),
        ("APPROVED", "DefectCompleted", "CLOSED", "CaseSettled"),
        ("WITHDRAWING/APPROVED", "DefectCompleted", "CLOSED", "CaseSettled"),
        # asked again, the same answer
        ("WITHDRAWN", "DefectCancelled", SAME, "DefectWithdrawn"),
        ("OPEN+refused", "DefectCancelled", SAME, "CancellationRefused"),
        ("APPROVED+refused", "DefectCancelled", SAME, "CancellationRefused"),
    }
    return {("management", *row) for row in rows}


def _contractor() -> set[Row]:
    asked = "CancellationRequested"
    rows = {
        *((before, "ProposeVisit", "PROPOSED", "VisitProposed") for before in BEFORE_DEPARTURE),
        ("PROPOSED", "CounterProposeVisit", "COUNTERED", "VisitCounterProposed"),
        ("SCHEDULED", "CounterProposeVisit", "COUNTERED", "VisitCounterProposed"),
        ("PROPOSED", "AcceptVisit", "SCHEDULED", "VisitScheduled"),
        ("SCHEDULED", "Depart", "DEPARTED", "ContractorDeparted"),
        ("DEPARTED", "ReportFailedVisit", "OFFERED", "VisitFailed"),
        ("DEPARTED", "CompleteRepair", "COMPLETED", "DefectCompleted"),
        *((before, "DeclineWorkOrder", "DECLINED", "WorkOrderDeclined") for before in BEFORE_DEPARTURE),
        ("none", "DefectApproved", "OFFERED", "WorkOrderOffered"),
        ("none", asked, "tombstone", "WorkOrderCancelled"),
        *((before, asked, "CANCELLED", "WorkOrderCancelled") for before in (*BEFORE_DEPARTURE, "DECLINED")),
        ("DEPARTED", asked, SAME, "CancellationRefused"),
        ("COMPLETED", asked, SAME, "CancellationRefused"),
        # asked again, the same answer
        ("CANCELLED", asked, SAME, "WorkOrderCancelled"),
        ("tombstone", asked, SAME, "WorkOrderCancelled"),
        *(
            (f"{before}+refused", asked, SAME, "CancellationRefused")
            for before in (*BEFORE_DEPARTURE, "DECLINED")
        ),
    }
    return {("contractor", *row) for row in rows}


ROWS = _registration() | _management() | _contractor()


def label(room: str, state: Any, message: str, fact: DefectFact | None) -> str:
    """What the wall would call this state, for this message."""
    if state is None:
        return "none"
    if room == "registration":
        departed = "+departed" if state.underlying == "ASSIGNED" and state.departed else ""
        lying = f"{state.underlying}{departed}"
        shown = {"asked": f"CANCELLING/{lying}", "done": "CANCELLED"}
        return shown.get(state.cancellation or "", lying)
    if room == "management":
        return _case(state.of(fact.attempt) if fact else state.latest, message)
    return _order(state.numbered(fact.attempt, fact.assignment) if fact else state.latest, message)


def _case(case: Any, message: str) -> str:
    if case is None:
        return "none"
    over = "WITHDRAWING/" if case.status == "WITHDRAWING" else ""
    remembers = message == "DefectCancelled" and case.cancellation == "refused"
    plus = "+refused" if remembers and case.underlying in ("OPEN", "APPROVED") else ""
    return "WITHDRAWN" if case.status == "WITHDRAWN" else f"{over}{case.underlying}{plus}"


def _order(order: Any, message: str) -> str:
    if order is None:
        return "none"
    remembers = message == "CancellationRequested" and order.refused
    plus = "+refused" if remembers and order.status not in ("DEPARTED", "COMPLETED") else ""
    return "tombstone" if order.tombstone else f"{order.status}{plus}"


def row_of(
    room: str, fact: DefectFact | None, message: str, before: Any, after: Any, said: Facts
) -> Row | None:
    """What was witnessed, in the wall's words; None when nothing changed and nothing was said."""
    if before == after and not said:
        return None
    was, is_ = (label(room, state, message, fact) for state in (before, after))
    what = " ".join(type(each).__name__ for each in said)
    overlay, slash, lying = was.partition("/")
    if slash and message in ("AskAgain", "AskContractorAgain"):
        return room, overlay, message, SAME if is_ == was else is_, what
    if slash and message in ANSWERS:
        return room, overlay, message, UNDERNEATH if is_ == lying else is_, what
    if message in ("DefectCancelled", "CancellationRequested") and _repeats(was, is_):
        return room, was, message, SAME, what
    return room, was, message, is_, what


def _repeats(was: str, is_: str) -> bool:
    """The same, but for a refusal that is remembered from now on."""
    return is_.removesuffix("+refused") == was.removesuffix("+refused")
