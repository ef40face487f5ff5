"""What people (and the clock that asks again) can wish for, by name, about one defect."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aptas.contractor import commands as contractor
from aptas.contractor.events import Slot
from aptas.kernel.messages import Command, Id
from aptas.management import commands as management
from aptas.registration import commands as registration

MORNING = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
TILER = management.Candidate(contractor_id=Id(31), name="한빛타일", trades=("tile",))


def _register(defect: Id, at: datetime, _state: Any) -> Command:
    return registration.RegisterDefect(
        at=at, defect_id=defect, receipt_no="7K3M-9Q2D", defect_type="toilet-tile", address="101동 1203호"
    )


def _approve(defect: Id, at: datetime, _state: Any) -> Command:
    return management.ApproveDefect(
        at=at, defect_id=defect, contractor_id=TILER.contractor_id, contractor=TILER
    )


def _slots(at: datetime) -> tuple[Slot, ...]:
    start = at + timedelta(days=1)
    return (Slot(start=start, end=start + timedelta(hours=1)),)


def _accept(defect: Id, at: datetime, state: Any) -> Command:
    slots = state.latest.slots if state else ()
    return contractor.AcceptVisit(at=at, defect_id=defect, start=(slots or _slots(at))[0].start)


def _plain(wish: Any, **rest: Any) -> Callable[[Id, datetime, Any], Command]:
    return lambda defect, at, _state: wish(at=at, defect_id=defect, **rest)


def _ask_again(defect: Id, at: datetime, state: Any) -> Command:
    return registration.AskAgain(at=at, defect_id=defect, attempt=state.attempt if state else 1)


def _ask_contractor_again(defect: Id, at: datetime, state: Any) -> Command:
    attempt = state.latest.attempt if state else 1
    return management.AskContractorAgain(at=at, defect_id=defect, attempt=attempt)


def _propose(wish: Any) -> Callable[[Id, datetime, Any], Command]:
    return lambda defect, at, _state: wish(at=at, defect_id=defect, slots=_slots(at))


WISHES: dict[str, tuple[str, Callable[[Id, datetime, Any], Command]]] = {
    "RegisterDefect": ("registration", _register),
    "RequestCancellation": ("registration", _plain(registration.RequestCancellation)),
    "ConfirmRepair": ("registration", _plain(registration.ConfirmRepair)),
    "ReopenDefect": ("registration", _plain(registration.ReopenDefect, reason="다시 들떴어요")),
    "AskAgain": ("registration", _ask_again),
    "IdentifyDefect": ("management", _plain(management.IdentifyDefect)),
    "ApproveDefect": ("management", _approve),
    "RejectDefect": ("management", _plain(management.RejectDefect, reason="입주자 과실")),
    "AskContractorAgain": ("management", _ask_contractor_again),
    "ProposeVisit": ("contractor", _propose(contractor.ProposeVisit)),
    "CounterProposeVisit": ("contractor", _propose(contractor.CounterProposeVisit)),
    "AcceptVisit": ("contractor", _accept),
    "Depart": ("contractor", _plain(contractor.Depart)),
    "ReportFailedVisit": ("contractor", _plain(contractor.ReportFailedVisit, reason="부재중")),
    "CompleteRepair": ("contractor", _plain(contractor.CompleteRepair, note="교체")),
    "DeclineWorkOrder": ("contractor", _plain(contractor.DeclineWorkOrder, reason="자재 없음")),
}
