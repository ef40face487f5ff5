"""What happened to one defect, told as the wall tells it: facts, their news, and whole stories of them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

from aptas.contractor import events as contractor
from aptas.kernel.messages import COMPENSATION, DefectFact, Heard, Id
from aptas.management import events as management
from aptas.mypage.projections import PROJECTIONS
from aptas.mypage.rows import MyPage
from aptas.registration import events as registration

DEFECT, OFFICE_PICK, SECOND_PICK = Id(7), Id(21), Id(22)
MORNING = datetime(2025, 3, 4, 0, 0, tzinfo=UTC)  # nine o'clock in Korea
DUE = date(2025, 3, 19)
News = Heard[DefectFact]


def hours(first: int, last: int, day: int = 0) -> contractor.Slot:
    """From `first` to `last` o'clock UTC, `day` days after the 4th of March."""
    start = MORNING + timedelta(days=day)
    return contractor.Slot(start=start + timedelta(hours=first), end=start + timedelta(hours=last))


TEN, TWO = hours(1, 3, day=1), hours(5, 6, day=2)


def registered(**but: Any) -> registration.DefectRegistered:
    return registration.DefectRegistered(**_claim(attempt=1) | but)


def reopened(attempt: int, **but: Any) -> registration.DefectReopened:
    return registration.DefectReopened(**_claim(attempt) | {"reason": "물이 다시 샙니다"} | but)


def _claim(attempt: int) -> dict[str, Any]:
    return {
        "defect_id": DEFECT,
        "attempt": attempt,
        "receipt_no": "7K3M-9Q2D",
        "defect_type": "toilet-tile",
        "location": "bathroom-common",
        "kind": "crack",
        "description": "금이 갔어요",
        "qty": 2,
        "address": "101동 1203호",
        "phone_number": "010-****-6068",
        "defect_image": "photo.jpg",
        "defect_video": "video.mp4",
        "defectregistration_dt": MORNING,
    }


def cancelled(attempt: int = 1, n: int = 0, asked: int = 1) -> registration.DefectCancelled:
    return registration.DefectCancelled(
        defect_id=DEFECT, attempt=attempt, assignment=n, defect_type="toilet-tile", asked=asked
    )


def confirmed(attempt: int = 1, n: int = 1) -> registration.RepairConfirmed:
    return registration.RepairConfirmed(defect_id=DEFECT, attempt=attempt, assignment=n)


def identified(attempt: int = 1, n: int = 0, due: date | None = DUE) -> management.DefectIdentified:
    return management.DefectIdentified(
        defect_id=DEFECT,
        attempt=attempt,
        assignment=n,
        defect_type="room-wallpaper",
        trade="wallpaper",
        urgency="low",
        due_date=due,
    )


def approved(attempt: int = 1, n: int = 1) -> management.DefectApproved:
    return management.DefectApproved(
        defect_id=DEFECT,
        attempt=attempt,
        assignment=n,
        contractor_id=OFFICE_PICK if n == 1 else SECOND_PICK,
        contractor_name="한빛타일" if n == 1 else "새벽타일",
        defect_type="toilet-tile",
        trade="tile",
        urgency="normal",
        address="101동 1203호",
        due_date=DUE,
        defectmanagement_dt=MORNING,
    )


def rejected(attempt: int = 1, n: int = 0) -> management.DefectRejected:
    return management.DefectRejected(
        defect_id=DEFECT, attempt=attempt, assignment=n, reason="보증 기간 밖", defectmanagement_dt=MORNING
    )


def withdrawn(attempt: int = 1, n: int = 0) -> management.DefectWithdrawn:
    return management.DefectWithdrawn(defect_id=DEFECT, attempt=attempt, assignment=n)


def passed_on(attempt: int = 1, n: int = 1, asked: int = 1) -> management.CancellationRequested:
    return management.CancellationRequested(
        defect_id=DEFECT, attempt=attempt, assignment=n, contractor_id=OFFICE_PICK, asked=asked
    )


def office_refused(attempt: int = 1, n: int = 1) -> management.CancellationRefused:
    return management.CancellationRefused(
        defect_id=DEFECT, attempt=attempt, assignment=n, reason="이미 끝난 접수"
    )


def contractor_refused(attempt: int = 1, n: int = 1) -> contractor.CancellationRefused:
    return contractor.CancellationRefused(
        defect_id=DEFECT, attempt=attempt, assignment=n, reason="이미 출발함"
    )


def order_cancelled(attempt: int = 1, n: int = 1) -> contractor.WorkOrderCancelled:
    return contractor.WorkOrderCancelled(defect_id=DEFECT, attempt=attempt, assignment=n)


def _order(attempt: int, n: int) -> dict[str, Any]:
    pick = OFFICE_PICK if n == 1 else SECOND_PICK
    return {"defect_id": DEFECT, "attempt": attempt, "assignment": n, "contractor_id": pick}


def proposed(attempt: int = 1, n: int = 1) -> contractor.VisitProposed:
    return contractor.VisitProposed(**_order(attempt, n), slots=(TEN, TWO))


def countered(attempt: int = 1, n: int = 1) -> contractor.VisitCounterProposed:
    return contractor.VisitCounterProposed(**_order(attempt, n), slots=(TWO,))


def scheduled(attempt: int = 1, n: int = 1) -> contractor.VisitScheduled:
    return contractor.VisitScheduled(**_order(attempt, n), visit=TEN)


def departed(attempt: int = 1, n: int = 1) -> contractor.ContractorDeparted:
    return contractor.ContractorDeparted(**_order(attempt, n))


def visit_failed(attempt: int = 1, n: int = 1) -> contractor.VisitFailed:
    return contractor.VisitFailed(**_order(attempt, n), reason="아무도 없음")


def completed(attempt: int = 1, n: int = 1) -> contractor.DefectCompleted:
    return contractor.DefectCompleted(**_order(attempt, n), note="타일 두 장 교체", defect_dt=MORNING)


def declined(attempt: int = 1, n: int = 1) -> contractor.WorkOrderDeclined:
    return contractor.WorkOrderDeclined(**_order(attempt, n), reason="자재가 없음")


VISITED = (approved(), proposed(), countered(), proposed(), scheduled(), departed())
REPAIRED = (registered(), identified(), *VISITED, completed())

STORIES: dict[str, tuple[str, tuple[DefectFact, ...]]] = {
    "withdrawn before anyone had it": ("CANCELLED", (registered(), cancelled(), withdrawn())),
    "cancelled at the contractor's": (
        "CANCELLED",
        (registered(), identified(), approved(), proposed(), cancelled(n=1), passed_on(), order_cancelled()),
    ),
    "asked twice, refused on the way, failed, repaired": (
        "CONFIRMED",
        (
            *(registered(), approved(), proposed(), scheduled(), departed()),
            *(cancelled(n=1), passed_on(), cancelled(n=1, asked=2), passed_on(asked=2)),
            *(contractor_refused(), contractor_refused(), visit_failed(), proposed(), scheduled()),
            *(departed(), completed(), confirmed()),
        ),
    ),
    "rejected, refused, re-opened, withdrawn": (
        "CANCELLED",
        (
            *(registered(), rejected(), cancelled(), office_refused(n=0)),
            *(reopened(2), cancelled(2), withdrawn(2)),
        ),
    ),
    "repaired, refused, re-opened, cancelled at the contractor's": (
        "CANCELLED",
        (
            *(*REPAIRED, cancelled(n=1), office_refused()),
            *(reopened(2), approved(2), cancelled(2, n=1), passed_on(2), order_cancelled(2)),
        ),
    ),
    "declined, handed on, cancelled by a tombstone": (
        "CANCELLED",
        (
            *(registered(), approved(), declined(), approved(n=2)),
            *(cancelled(n=2), passed_on(n=2), order_cancelled(n=2)),
        ),
    ),
    "refused by both, then re-opened twice": (
        "REJECTED",
        (
            *(registered(), *VISITED, cancelled(n=1), passed_on(), contractor_refused(), completed()),
            *(cancelled(n=1, asked=2), office_refused(), reopened(2), rejected(2), reopened(3), rejected(3)),
        ),
    ),
    "asked and not yet answered": (
        "CANCELLING",
        (registered(), approved(), cancelled(n=1), passed_on(), declined()),
    ),
}


def heard(fact: DefectFact, minute: int = 0) -> News:
    """The fact as it arrives, `minute` minutes into the morning."""
    room = type(fact).__module__.split(".")[1]
    return Heard(
        fact=fact,
        source=room,
        topic=str(fact.topic),
        sequence=minute + 1,
        event_id=f"{room}-{type(fact).__name__}-{minute}",
        at=MORNING + timedelta(minutes=minute),
    )


def as_news(facts: Iterable[DefectFact]) -> list[News]:
    """One a minute, in the order in which they happened."""
    return [heard(fact, minute) for minute, fact in enumerate(facts)]


def shown(news: Iterable[News], row: MyPage | None = None) -> MyPage:
    """The row after all of it."""
    for item in news:
        row = PROJECTIONS[type(item.fact)](row, item)
    assert row is not None
    return row


def page_after(*facts: DefectFact) -> MyPage:
    """The row after these, as they happened."""
    return shown(as_news(facts))


def interleavings(news: list[News]) -> Iterator[list[News]]:
    """Every order in which the two topics may arrive, each topic in its own."""
    answers = [item for item in news if item.topic == COMPENSATION]
    for places in combinations(range(len(news)), len(answers)):
        base, overlay = (item for item in news if item.topic != COMPENSATION), iter(answers)
        yield [next(overlay) if place in places else next(base) for place in range(len(news))]
