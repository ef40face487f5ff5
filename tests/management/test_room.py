"""The office at work: what is looked up, kept side by side, counted and asked again."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from aptas.kernel.messages import Id
from aptas.management import commands as wish
from aptas.management.deadlines import ask_again
from aptas.management.model import Case
from aptas.management.tables import cases, ledger
from aptas.messaging.asks import Done
from aptas.messaging.batch import Refusal

from .cases import ADDRESS, LATER, NOW, opening
from .office import Office, an_office, enrolled, noted_home

SHORT = "101동 1203호"


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path) as running:
        yield running


def claimed(number: int, address: str | None = ADDRESS, **changes: Any) -> wish.OpenCase:
    """A claim as the policy hands it over: nothing looked up yet."""
    receipt = f"0000-{number:04d}"
    return opening(defect_id=Id(number), receipt_no=receipt, address=address, lookups=None, **changes)


def approved(number: int, contractor: int) -> wish.ApproveDefect:
    return wish.ApproveDefect(at=NOW, defect_id=Id(number), contractor_id=Id(contractor))


def heard(kind: type[wish.Note], number: int, reason: str | None = None) -> wish.Note:
    return kind(at=LATER, defect_id=Id(number), attempt=1, assignment=1, reason=reason)


async def opened(office: Office, number: int, address: str | None = ADDRESS, **changes: Any) -> Case:
    return (await office.told(claimed(number, address, **changes))).latest


async def test_a_known_home_dates_the_warranty(office: Office) -> None:
    await office.tell(noted_home(9, handover_date=date(2025, 1, 15)), noted_home(10, "다른마을"))
    case = await opened(office, 700)
    assert case.home is not None
    assert (case.home.home_id, case.warranty.until) == (9, date(2027, 1, 15))


async def test_an_address_without_its_complex_means_the_only_home_that_fits(office: Office) -> None:
    await office.tell(noted_home(9), noted_home(10, building="102"))
    case = await opened(office, 700, SHORT)
    assert case.home is not None
    assert (case.home.home_id, case.household) == (9, "행복아파트|101|1203")


@pytest.mark.parametrize("others", [1, 2, 5])
async def test_an_address_that_fits_several_homes_means_none(office: Office, others: int) -> None:
    await office.tell(noted_home(9), *(noted_home(10 + n, f"마을{n}") for n in range(others)))
    case = await opened(office, 700, SHORT)
    assert (case.home, case.household) == (None, "|101|1203")
    assert case.warranty.verdict == "undecided: home unknown"


@pytest.mark.parametrize("address", [None, "", "관리사무소 앞", "남의아파트 101동 1203호"])
async def test_an_unknown_address_means_no_home(office: Office, address: str | None) -> None:
    await office.tell(noted_home(9))
    assert (await opened(office, 700, address)).home is None


async def test_a_home_noted_in_the_same_batch_is_known_to_the_claims_behind_it(office: Office) -> None:
    before, after = claimed(700), claimed(701)
    answers = await office.tell(before, noted_home(9), after)
    homes = [answer.state.latest.home for answer in (answers[0], answers[2]) if isinstance(answer, Done)]
    assert [home and home.home_id for home in homes] == [None, 9]


async def test_a_second_home_noted_in_the_same_batch_makes_a_short_address_ambiguous(office: Office) -> None:
    await office.tell(noted_home(9))
    dossier = await office.told(noted_home(10, "다른마을"), claimed(700, SHORT))
    assert dossier.latest.home is None


async def test_a_repetition_in_the_batch_does_not_hide_what_is_stored(office: Office) -> None:
    await office.tell(noted_home(9, handover_date=date(2025, 1, 15)))
    dossier = await office.told(noted_home(9, handover_date=date(2001, 1, 1)), claimed(700))
    assert dossier.latest.warranty.until == date(2027, 1, 15)


async def test_unfinished_defects_of_one_household_stand_side_by_side(office: Office) -> None:
    await office.tell(enrolled(31, "tile"))
    await office.tell(
        *(claimed(number) for number in (601, 602, 603, 604)), claimed(605, "행복아파트 7동 1호")
    )
    await office.tell(approved(602, 31), approved(603, 31))
    await office.tell(heard(wish.NoteCancellation, 603), heard(wish.NoteCompletion, 602))
    await office.tell(wish.RejectDefect(at=NOW, defect_id=Id(604), reason="하자가 아닙니다."))
    assert (await opened(office, 700)).similar == (603, 601)


async def test_defects_of_one_batch_stand_side_by_side(office: Office) -> None:
    answers = await office.tell(claimed(601), claimed(602, SHORT), claimed(603), claimed(604, SHORT))
    similar = [answer.state.latest.similar for answer in answers if isinstance(answer, Done)]
    assert similar == [(), (), (601,), (602,)]


async def test_at_most_ten_stand_side_by_side_the_newest_first(office: Office) -> None:
    await office.tell(*(claimed(number) for number in range(601, 608)))
    dossier = await office.told(*(claimed(number) for number in range(608, 621)))
    assert dossier.latest.similar == tuple(range(619, 609, -1))
    again = await opened(office, 620, attempt=2)
    assert again.similar == tuple(range(619, 609, -1))


async def test_an_address_without_its_complex_joins_the_household_of_its_home(office: Office) -> None:
    await office.tell(noted_home(9))
    await office.tell(claimed(601), claimed(602, SHORT))
    assert (await opened(office, 700, SHORT)).similar == (602, 601)
    assert {row.household for row in await office.rows(cases)} == {"행복아파트|101|1203"}


async def test_homes_of_different_complexes_are_never_put_side_by_side(office: Office) -> None:
    await office.tell(noted_home(9), noted_home(10, "다른마을"))
    await office.tell(claimed(601), claimed(602, "다른마을 101동 1203호"), claimed(603, SHORT))
    assert (await opened(office, 700)).similar == (601,)
    assert (await opened(office, 701, SHORT)).similar == (603,)


async def test_the_contractor_with_the_fewest_open_orders_is_suggested(office: Office) -> None:
    await office.tell(enrolled(31, "tile"), enrolled(32, "tile", "stone"), enrolled(33, "paint"))
    first = await office.told(claimed(601), claimed(602))
    assert first.latest.suggested_contractor == 31, "suggestions are no orders"
    await office.tell(approved(601, 31))
    assert (await opened(office, 603)).suggested_contractor == 32
    await office.tell(approved(602, 32), approved(603, 32))
    assert (await opened(office, 604)).suggested_contractor == 31
    await office.tell(heard(wish.NoteCompletion, 602), heard(wish.NoteDecline, 603, "바쁩니다."))
    assert (await opened(office, 605)).suggested_contractor == 32


async def test_a_new_trade_is_suggested_anew(office: Office) -> None:
    await office.tell(enrolled(31, "tile"), enrolled(33, "paint"), claimed(700))
    dossier = await office.told(
        wish.IdentifyDefect(at=NOW, defect_id=Id(700), trade="paint", reason="도장 문제입니다.")
    )
    assert dossier.latest.suggested_contractor == 33


async def test_an_approval_names_the_contractor_of_the_roster(office: Office) -> None:
    await office.tell(enrolled(31, "tile"), claimed(700))
    case = (await office.told(approved(700, 31))).latest
    assert (case.status, case.contractor_id, case.assignment) == ("APPROVED", 31, 1)


async def test_an_approval_of_an_unknown_contractor_is_refused_and_nothing_is_written(office: Office) -> None:
    await office.tell(enrolled(31, "tile"), claimed(700))
    before = await office.rows(cases), await office.rows(ledger.events), await office.counters()
    (answer,) = await office.tell(approved(700, 404))
    assert isinstance(answer, Refusal)
    assert answer.rejection.law == "a_contractor_stands_on_the_roster"
    assert (await office.rows(cases), await office.rows(ledger.events), await office.counters()) == before


async def test_counters_follow_the_latest_case(office: Office) -> None:
    await office.tell(enrolled(31, "tile"), noted_home(9))
    await office.tell(*(claimed(number) for number in (601, 602, 603, 604)))
    assert await office.counters() == {"OPEN": 4}
    await office.tell(approved(601, 31), approved(602, 31), heard(wish.NoteCancellation, 603))
    await office.tell(heard(wish.NoteCancellation, 601), heard(wish.NoteCompletion, 602))
    assert await office.counters() == {"OPEN": 1, "WITHDRAWING": 1, "CLOSED": 1, "WITHDRAWN": 1}
    await office.tell(claimed(602, attempt=2))
    assert await office.counters() == {"OPEN": 2, "WITHDRAWING": 1, "WITHDRAWN": 1}


async def test_an_unanswered_question_is_asked_again_once_each_time_its_deadline_passes(
    office: Office,
) -> None:
    async def repeated() -> int:
        return await ask_again(office.dispatcher, office.database, office.clock, 60)

    await office.tell(enrolled(31, "tile"), claimed(601), claimed(602), claimed(603))
    await office.tell(approved(601, 31), approved(602, 31), approved(603, 31))
    office.now = LATER
    await office.tell(heard(wish.NoteCancellation, 601), heard(wish.NoteCancellation, 602))
    office.passes(60)
    assert await repeated() == 0
    office.passes(1)
    assert await repeated() == 2
    assert await repeated() == 0
    await office.tell(heard(wish.NoteWorkOrderCancelled, 602))
    office.passes(61)
    assert await repeated() == 1
    asked = [row for row in await office.rows(ledger.events) if row.type == "CancellationRequested"]
    assert [row.aggregate_id for row in asked].count(601) == 3
    assert {row.id: row.asked_at is None for row in await office.rows(cases)} == {
        601: False,
        602: True,
        603: True,
    }


async def test_a_question_about_an_earlier_attempt_is_asked_again_too(office: Office) -> None:
    await office.tell(enrolled(31, "tile"), claimed(601), approved(601, 31))
    await office.tell(approved(601, 31), heard(wish.NoteCancellation, 601), claimed(601, attempt=2))
    office.now = LATER
    office.passes(3600)
    assert await ask_again(office.dispatcher, office.database, office.clock, 60) == 1
