"""The room at work: one technician, one place, whatever is decided together; and all of it in the outbox."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from aptas.contractor import commands as wish
from aptas.contractor.calendar import cells
from aptas.contractor.companies import Company
from aptas.contractor.model import WorkOrders
from aptas.contractor.room import ENROLLED, ROOM
from aptas.contractor.tables import contacts, ledger, order_states, reservations, work_orders
from aptas.kernel.messages import Command, Id
from aptas.storage.counters import read_counters
from tests.contractor.orders import (
    ACCEPT,
    CONTRACTOR,
    DEFECT,
    DEPART,
    FAIL,
    NOW,
    PROPOSE,
    SECOND,
    a_cancellation,
    an_offer,
    slot,
)
from tests.contractor.running import Running, running

TWO_PLACES = "a_technician_is_never_in_two_places"
OTHER, THIRD = Id(7_002), Id(7_003)
ENROL = wish.EnrolContractor(
    at=NOW,
    contractor_id=CONTRACTOR,
    name="한빛설비",
    trades=("plumbing",),
    phone="+821012346068",
    phone_masked="010-****-6068",
)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(ROOM, tmp_path / "contractor.db") as room:
        yield room


async def proposed(room: Running, defect: Id, contractor: Id = CONTRACTOR) -> None:
    offer = replace(an_offer(contractor_id=contractor), defect_id=defect)
    orders = (await room.each(offer, replace(PROPOSE, defect_id=defect)))[-1]
    assert orders.latest.status == "PROPOSED"


def accept(defect: Id) -> wish.AcceptVisit:
    return replace(ACCEPT, defect_id=defect)


def statuses(answers: list[WorkOrders | str]) -> list[str]:
    return [answer if isinstance(answer, str) else answer.latest.status for answer in answers]


async def booked_cells(room: Running) -> list[tuple[int, int]]:
    return [(row.contractor_id, row.cell) for row in await room.rows(reservations)]


THE_VISIT = [(CONTRACTOR, cell) for cell in cells(SECOND)]


async def counted(room: Running, stream: str, bucket: str) -> int:
    return await room.database.read(
        lambda connection: read_counters(connection, ledger.counters, stream, [bucket])
    )


async def test_two_defects_of_one_technician_cannot_both_be_visited_then_when_decided_together(
    room: Running,
) -> None:
    await proposed(room, DEFECT)
    await proposed(room, OTHER)
    assert statuses(await room.together(accept(DEFECT), accept(OTHER))) == ["SCHEDULED", TWO_PLACES]
    assert await booked_cells(room) == THE_VISIT


async def test_two_defects_of_one_technician_cannot_both_be_visited_then_when_decided_apart(
    room: Running,
) -> None:
    await proposed(room, DEFECT)
    await proposed(room, OTHER)
    assert statuses(await room.each(accept(DEFECT), accept(OTHER))) == ["SCHEDULED", TWO_PLACES]
    assert await booked_cells(room) == THE_VISIT


async def test_visits_that_overlap_in_part_are_in_two_places_too(room: Running) -> None:
    await proposed(room, DEFECT)
    late = slot(48.5)
    offer = replace(an_offer(), defect_id=OTHER)
    await room.each(offer, replace(PROPOSE, defect_id=OTHER, slots=(late,)))
    later = replace(ACCEPT, defect_id=OTHER, start=late.start)
    assert statuses(await room.together(accept(DEFECT), later)) == ["SCHEDULED", TWO_PLACES]


async def test_two_technicians_are_visiting_at_the_same_time(room: Running) -> None:
    await proposed(room, DEFECT)
    await proposed(room, OTHER, contractor=Id(43))
    assert statuses(await room.together(accept(DEFECT), accept(OTHER))) == ["SCHEDULED", "SCHEDULED"]


async def test_a_neighbour_of_a_refused_visit_is_decided_all_the_same(room: Running) -> None:
    await proposed(room, DEFECT)
    await proposed(room, OTHER)
    answers = await room.together(accept(DEFECT), accept(OTHER), ENROL)
    assert statuses(answers[:2]) == ["SCHEDULED", TWO_PLACES]
    assert isinstance(answers[2], Company)


@pytest.mark.parametrize(
    "freeing",
    [(DEPART, FAIL), (PROPOSE,), (a_cancellation(),)],
    ids=["failed visit", "new proposal", "cancellation"],
)
@pytest.mark.parametrize("is_together", [True, False])
async def test_time_that_was_freed_is_booked_again(
    room: Running, freeing: tuple[Command, ...], is_together: bool
) -> None:
    await proposed(room, DEFECT)
    await proposed(room, OTHER)
    await room.each(accept(DEFECT))
    put = room.together if is_together else room.each
    assert statuses(await put(*freeing, accept(OTHER)))[-1] == "SCHEDULED"
    assert await booked_cells(room) == THE_VISIT


async def test_a_failed_visit_is_agreed_anew_at_the_same_time(room: Running) -> None:
    await proposed(room, DEFECT)
    await room.each(ACCEPT, DEPART, FAIL)
    assert await booked_cells(room) == []
    assert statuses(await room.each(PROPOSE, ACCEPT)) == ["PROPOSED", "SCHEDULED"]
    assert await booked_cells(room) == THE_VISIT
    assert statuses(await room.together(DEPART, FAIL, PROPOSE, ACCEPT))[-1] == "SCHEDULED"
    assert await booked_cells(room) == THE_VISIT


@pytest.mark.parametrize("agreed_before", [0, 1])
@pytest.mark.parametrize("wanting", [(DEFECT, OTHER), (DEFECT, OTHER, THIRD)])
async def test_time_freed_in_the_batch_that_others_want_it_in_goes_to_one_of_them(
    room: Running, wanting: tuple[Id, ...], agreed_before: int
) -> None:
    """The batch that frees a quarter must not forget who else took it."""
    everyone = (DEFECT, OTHER, THIRD)
    for defect in everyone:
        await proposed(room, defect)
    await room.each(*(accept(defect) for defect in wanting[:agreed_before]))
    await room.together(*(accept(defect) for defect in wanting[agreed_before:]), PROPOSE)
    await room.each(accept(OTHER), accept(THIRD))
    decided = [order_states.decode(row.body).latest.status for row in await room.rows(work_orders)]
    assert sorted(decided) == ["PROPOSED", "PROPOSED", "SCHEDULED"]
    assert await booked_cells(room) == THE_VISIT


async def test_a_completed_repair_leaves_its_time(room: Running) -> None:
    await proposed(room, DEFECT)
    await room.each(ACCEPT, DEPART, wish.CompleteRepair(at=NOW, defect_id=DEFECT))
    assert await booked_cells(room) == []


async def test_a_company_enrols_once_and_its_full_number_stays_beside(room: Running) -> None:
    company, again = await room.each(ENROL, ENROL)
    assert company.phone_number == "010-****-6068"
    assert again == "a_company_enrols_once"
    assert [tuple(row) for row in await room.rows(contacts)] == [(CONTRACTOR, "+821012346068")]
    assert all(b"+8210" not in row.value for row in await room.rows(ledger.events))
    assert await counted(room, "companies", ENROLLED) == 1


async def test_the_outbox_holds_every_fact_numbered_from_one_and_what_nobody_needs_is_not_pending(
    room: Running,
) -> None:
    await proposed(room, DEFECT)
    await proposed(room, OTHER)
    await room.together(accept(DEFECT), accept(OTHER), DEPART)
    events = [row for row in await room.rows(ledger.events) if row.aggregate_id == DEFECT]
    assert [row.sequence for row in events] == [1, 2, 3, 4]
    assert [row.type for row in events] == [
        "WorkOrderOffered",
        "VisitProposed",
        "VisitScheduled",
        "ContractorDeparted",
    ]
    assert [row.topic for row in events] == [None, "aptas", "aptas", "aptas"]
    assert [row.published_at is None for row in events] == [False, True, True, True]
    assert [msgspec.json.decode(row.value)["sequence"] for row in events] == [1, 2, 3, 4]


async def test_a_tombstone_is_counted_as_cancelled_and_keeps_the_late_offer_from_beginning(
    room: Running,
) -> None:
    tombstone, late = await room.each(a_cancellation(), an_offer())
    assert tombstone == late
    assert tombstone.latest.tombstone
    assert await counted(room, "work_orders", "CANCELLED") == 1
    assert await counted(room, "work_orders", "OFFERED") == 0
