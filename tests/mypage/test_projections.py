"""Each projection, by the tables of the wall."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aptas.contractor import events as contractor
from aptas.kernel.messages import DefectFact
from aptas.management import events as management
from aptas.mypage.projections import PROJECTIONS
from aptas.mypage.rows import MyPage, Slot
from aptas.registration import events as registration

from . import stories as s

SEEN_TEN = Slot(start=s.TEN.start, end=s.TEN.end)
SEEN_TWO = Slot(start=s.TWO.start, end=s.TWO.end)
ASSIGNED = (s.registered(), s.approved())


def without_timeline(row: MyPage) -> MyPage:
    return replace(row, timeline=())


def test_every_public_fact_about_a_defect_is_projected_and_nothing_else() -> None:
    facts = (*registration.FACTS, *management.FACTS, *contractor.FACTS)
    public = {fact for fact in facts if fact.topic is not None}
    assert set(PROJECTIONS) == public - {contractor.ContractorEnrolled}


def test_a_registered_defect_is_received_with_its_description() -> None:
    row = s.page_after(s.registered())
    assert (row.status, row.attempt, row.receipt_no, row.defect_type) == (
        *("RECEIVED", 1, "7K3M-9Q2D", "toilet-tile"),
    )
    assert (row.qty, row.address, row.description) == (2, "101동 1203호", "금이 갔어요")
    assert (row.location, row.kind) == ("bathroom-common", "crack")
    assert (row.photos, row.video) == (("photo.jpg",), "video.mp4")
    assert s.page_after(s.registered(defect_image=None)).photos == ()


def test_identification_sets_type_and_due_date_but_no_status() -> None:
    row = s.page_after(s.registered(), s.identified())
    assert (row.status, row.defect_type, row.due_date) == ("RECEIVED", "room-wallpaper", s.DUE)
    assert s.page_after(s.registered(), s.identified(), s.identified(due=None)).due_date == s.DUE


def test_approval_assigns_a_contractor() -> None:
    row = s.page_after(*ASSIGNED)
    assert (row.status, row.assignment, row.due_date) == ("ASSIGNED", 1, s.DUE)
    assert (row.contractor_id, row.contractor_name) == (s.OFFICE_PICK, "한빛타일")


def test_a_proposed_visit_shows_its_slots_and_whose_they_are() -> None:
    row = s.page_after(*ASSIGNED, s.proposed())
    assert (row.status, row.slots, row.proposed_by) == ("SCHEDULING", (SEEN_TEN, SEEN_TWO), "contractor")
    row = s.page_after(*ASSIGNED, s.proposed(), s.countered())
    assert (row.status, row.slots, row.proposed_by) == ("SCHEDULING", (SEEN_TWO,), "resident")


def test_a_scheduled_visit_takes_the_slots_off_the_table() -> None:
    row = s.page_after(*ASSIGNED, s.proposed(), s.scheduled())
    assert (row.status, row.visit, row.slots, row.proposed_by) == ("SCHEDULED", SEEN_TEN, (), None)


@pytest.mark.parametrize("again", [s.proposed(), s.countered()])
def test_proposing_anew_takes_the_agreed_visit_off(again: DefectFact) -> None:
    row = s.page_after(*ASSIGNED, s.proposed(), s.scheduled(), again)
    assert (row.status, row.visit) == ("SCHEDULING", None)


def test_departure_keeps_the_visit_and_a_failed_one_clears_it() -> None:
    row = s.page_after(s.registered(), *s.VISITED)
    assert (row.status, row.visit) == ("DEPARTED", SEEN_TEN)
    row = s.page_after(s.registered(), *s.VISITED, s.visit_failed())
    assert (row.status, row.visit, row.reason) == ("ASSIGNED", None, "아무도 없음")
    assert row.contractor_name == "한빛타일"
    assert s.page_after(s.registered(), *s.VISITED, s.visit_failed(), s.proposed()).reason is None


def test_a_completed_repair_shows_its_note_and_is_confirmed() -> None:
    row = s.page_after(*s.REPAIRED)
    assert (row.status, row.note, row.visit) == ("COMPLETED", "타일 두 장 교체", SEEN_TEN)
    assert s.page_after(*s.REPAIRED, s.confirmed()).status == "CONFIRMED"


def test_a_declined_work_order_is_received_again_without_contractor() -> None:
    row = s.page_after(*ASSIGNED, s.proposed(), s.scheduled(), s.declined())
    assert (row.status, row.reason, row.assignment) == ("RECEIVED", "자재가 없음", 1)
    assert (row.contractor_id, row.contractor_name, row.visit, row.slots) == (None, None, None, ())
    row = s.page_after(*ASSIGNED, s.declined(), s.approved(n=2))
    assert (row.status, row.assignment, row.contractor_name, row.reason) == ("ASSIGNED", 2, "새벽타일", None)


def test_a_rejection_shows_its_reason() -> None:
    row = s.page_after(s.registered(), s.rejected())
    assert (row.status, row.reason) == ("REJECTED", "보증 기간 밖")


def test_a_cancellation_is_asked_then_done() -> None:
    assert s.page_after(s.registered(), s.cancelled()).status == "CANCELLING"
    assert s.page_after(s.registered(), s.cancelled(), s.withdrawn()).status == "CANCELLED"
    assert s.page_after(*ASSIGNED, s.cancelled(n=1), s.order_cancelled()).status == "CANCELLED"


@pytest.mark.parametrize(
    ("refused", "reason"), [(s.office_refused(), "이미 끝난 접수"), (s.contractor_refused(), "이미 출발함")]
)
def test_a_refused_cancellation_reveals_the_status_underneath_with_the_reason(
    refused: DefectFact, reason: str
) -> None:
    row = s.page_after(s.registered(), *s.VISITED, s.cancelled(n=1), refused)
    assert (row.status, row.reason, row.cancellation_answer) == ("DEPARTED", reason, "refused")


def test_the_base_moves_under_a_cancellation() -> None:
    row = s.page_after(s.registered(), *s.VISITED, s.cancelled(n=1), s.completed())
    assert (row.status, row.base) == ("CANCELLING", "COMPLETED")


def test_the_request_to_the_contractor_is_told_and_nothing_more() -> None:
    before, after = s.page_after(*ASSIGNED), s.page_after(*ASSIGNED, s.passed_on())
    assert without_timeline(after) == without_timeline(before)
    assert after.timeline[-1].event_type == "CancellationRequested"


@pytest.mark.parametrize("repeated", [s.cancelled(n=1, asked=2), s.passed_on(asked=2)])
def test_asking_again_is_told_and_nothing_more(repeated: DefectFact) -> None:
    for answer in ((), (s.contractor_refused(),)):
        facts = (*ASSIGNED, s.cancelled(n=1), s.passed_on(), *answer)
        before, after = s.page_after(*facts), s.page_after(*facts, repeated)
        assert without_timeline(after) == without_timeline(before)
        assert len(after.timeline) == len(before.timeline) + 1


@pytest.mark.parametrize("second", [s.withdrawn(), s.order_cancelled(), s.office_refused()])
def test_the_first_answer_wins(second: DefectFact) -> None:
    first = s.page_after(*ASSIGNED, s.cancelled(n=1), s.contractor_refused())
    row = s.page_after(*ASSIGNED, s.cancelled(n=1), s.contractor_refused(), second)
    assert without_timeline(row) == without_timeline(first)
    assert len(row.timeline) == len(first.timeline) + 1


@pytest.mark.parametrize(
    ("before", "stray"),
    [
        ((s.registered(),), s.proposed()),
        ((s.registered(),), s.completed()),
        (ASSIGNED, s.approved()),
        (ASSIGNED, s.approved(n=2)),
        (ASSIGNED, s.rejected()),
        (ASSIGNED, s.confirmed()),
        (ASSIGNED, s.proposed(n=2)),
        ((*ASSIGNED, s.declined()), s.approved()),
        ((*ASSIGNED, s.declined()), s.scheduled()),
        ((*ASSIGNED, s.declined(), s.approved(n=2)), s.departed()),
        ((*ASSIGNED, s.declined(), s.approved(n=2)), s.declined()),
        (s.REPAIRED, s.visit_failed()),
        ((*s.REPAIRED, s.confirmed()), s.completed()),
        ((s.registered(), s.rejected()), s.approved()),
    ],
)
def test_a_fact_without_a_row_in_the_table_is_told_and_nothing_more(
    before: tuple[DefectFact, ...], stray: DefectFact
) -> None:
    row = s.page_after(*before)
    after = s.shown([s.heard(stray, minute=99)], row)
    assert without_timeline(after) == without_timeline(row)
    assert after.timeline[:-1] == row.timeline


def test_an_entry_says_when_what_and_by_whom() -> None:
    entry = s.page_after(s.registered(), s.rejected()).timeline[1]
    assert (entry.event_type, entry.source, entry.attempt) == ("DefectRejected", "management", 1)
    assert entry.at == s.MORNING + timedelta(minutes=1)
    assert entry.event_id == "management-DefectRejected-1"
