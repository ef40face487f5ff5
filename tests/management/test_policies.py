"""A policy hands on what it heard, whole, and decides nothing."""

from datetime import date
from typing import Any, TypeVar

import pytest

from aptas.contractor import events as contractor
from aptas.homes.events import HomeRecorded
from aptas.kernel.messages import Fact, Heard, Id
from aptas.management import commands as wish
from aptas.management import policies
from aptas.registration import events as registration

from .cases import DEFECT, LATER, NOW, opening

F = TypeVar("F", bound=Fact)


def heard(fact: F) -> Heard[F]:
    return Heard(fact=fact, source="there", topic="aptas", sequence=1, event_id="e-1", at=LATER)


CLAIM: dict[str, Any] = {
    "defect_id": DEFECT,
    "receipt_no": "7K3M-9Q2D",
    "defect_type": "toilet-tile",
    "location": "bathroom-common",
    "kind": "lifting",
    "description": "타일이 들떠요",
    "qty": 2,
    "address": "행복아파트 101동 1203호",
    "defectregistration_dt": NOW,
}


def test_a_registered_defect_opens_its_first_case() -> None:
    fact = registration.DefectRegistered(**CLAIM)
    assert policies.whenever_defect_registered(heard(fact)) == opening(at=LATER, lookups=None)


def test_a_reopened_defect_opens_a_case_of_its_attempt_with_the_reason() -> None:
    fact = registration.DefectReopened(**CLAIM, attempt=2, reason="또 들떠요")
    asked = policies.whenever_defect_reopened(heard(fact))
    assert asked == opening(attempt=2, at=LATER, lookups=None, reason="또 들떠요")


def test_a_cancelled_defect_is_noted() -> None:
    fact = registration.DefectCancelled(defect_id=DEFECT, attempt=2, assignment=1, defect_type="toilet-tile")
    assert policies.whenever_defect_cancelled(heard(fact)) == wish.NoteCancellation(
        at=LATER, defect_id=DEFECT, attempt=2, assignment=1
    )


NUMBERS: dict[str, Any] = {"defect_id": DEFECT, "attempt": 2, "assignment": 3}


@pytest.mark.parametrize(
    ("asked", "kind", "reason"),
    [
        (
            policies.whenever_work_order_cancelled(heard(contractor.WorkOrderCancelled(**NUMBERS))),
            wish.NoteWorkOrderCancelled,
            None,
        ),
        (
            policies.whenever_cancellation_refused(
                heard(contractor.CancellationRefused(**NUMBERS, reason="출발"))
            ),
            wish.NoteContractorRefusal,
            "출발",
        ),
        (
            policies.whenever_work_order_declined(
                heard(contractor.WorkOrderDeclined(**NUMBERS, contractor_id=Id(31), reason="바쁨"))
            ),
            wish.NoteDecline,
            "바쁨",
        ),
        (
            policies.whenever_defect_completed(
                heard(contractor.DefectCompleted(**NUMBERS, contractor_id=Id(31), defect_dt=NOW))
            ),
            wish.NoteCompletion,
            None,
        ),
    ],
)
def test_what_the_contractor_says_is_noted_with_its_numbers(
    asked: wish.Note, kind: type[wish.Note], reason: str | None
) -> None:
    assert asked == kind(at=LATER, defect_id=DEFECT, attempt=2, assignment=3, reason=reason)


def test_an_enrolled_contractor_is_noted_without_its_phone_number() -> None:
    fact = contractor.ContractorEnrolled(
        contractor_id=Id(31), name="한빛타일", trades=("tile",), phone_number="010-****-6068"
    )
    assert policies.whenever_contractor_enrolled(heard(fact)) == wish.NoteContractor(
        at=LATER, contractor_id=Id(31), name="한빛타일", trades=("tile",)
    )


def test_a_recorded_home_is_noted_with_its_dates() -> None:
    fact = HomeRecorded(
        home_id=Id(9),
        complex_name="행복아파트",
        building="101",
        floor="12",
        home_no="1203",
        handover_date=date(2025, 1, 15),
    )
    noted = policies.whenever_home_recorded(heard(fact))
    assert (noted.home_id, noted.floor, noted.handover_date) == (9, "12", date(2025, 1, 15))
    assert noted.use_inspection_date is None
