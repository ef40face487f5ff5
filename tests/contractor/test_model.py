"""How facts fold, and that the state survives being stored."""

import msgspec
import pytest

from aptas.contractor import events as fact
from aptas.contractor.model import WorkOrders, evolve
from tests.contractor.orders import (
    ACCEPT,
    COUNTER,
    DECLINE,
    DEFECT,
    FAIL,
    FIRST,
    NOW,
    PROPOSE,
    SECOND,
    STATES,
    a_cancellation,
    after,
    an_offer,
    in_state,
)


@pytest.mark.parametrize("status", STATES)
def test_every_state_survives_being_stored(status: str) -> None:
    orders = in_state(status)
    assert msgspec.json.decode(msgspec.json.encode(orders), type=WorkOrders) == orders


def test_a_tombstone_survives_being_stored() -> None:
    orders = after(None, a_cancellation())
    assert msgspec.json.decode(msgspec.json.encode(orders), type=WorkOrders) == orders


def test_an_agreed_visit_takes_the_proposal_off_the_table() -> None:
    order = in_state("SCHEDULED").latest
    assert (order.visit, order.slots) == (SECOND, ())


@pytest.mark.parametrize("command", [PROPOSE, COUNTER])
def test_another_proposal_gives_up_the_visit_agreed(command: object) -> None:
    assert command in (PROPOSE, COUNTER)
    order = after(in_state("SCHEDULED"), PROPOSE if command is PROPOSE else COUNTER).latest
    assert order.visit is None
    assert order.slots


def test_a_failed_visit_clears_visit_and_slots_and_shows_why_until_the_next_proposal() -> None:
    failed = after(in_state("DEPARTED"), FAIL)
    order = failed.latest
    assert (order.status, order.visit, order.slots, order.reason) == ("OFFERED", None, (), "부재중")
    assert after(failed, PROPOSE).latest.reason is None


@pytest.mark.parametrize("status", ["DEPARTED", "COMPLETED"])
def test_the_visit_stays_with_the_repair(status: str) -> None:
    assert in_state(status).latest.visit == SECOND


def test_a_declined_work_order_keeps_neither_visit_nor_slots() -> None:
    order = after(in_state("SCHEDULED"), DECLINE).latest
    assert (order.visit, order.slots) == (None, ())


def test_a_fact_moves_the_work_order_it_names_and_no_other() -> None:
    orders = after(None, an_offer(1, 1), an_offer(1, 2))
    proposed = evolve(
        orders,
        fact.VisitProposed(
            defect_id=DEFECT,
            attempt=1,
            assignment=1,
            contractor_id=orders.latest.contractor_id,
            slots=(FIRST,),
        ),
        NOW,
    )
    assert [order.status for order in proposed.orders] == ["PROPOSED", "OFFERED"]


def test_asking_for_a_work_order_that_is_not_there_finds_none() -> None:
    orders = after(None, an_offer(), PROPOSE, ACCEPT)
    assert orders.numbered(1, 1) == orders.latest
    assert orders.numbered(2, 1) is None
