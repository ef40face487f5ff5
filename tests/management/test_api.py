"""The office over HTTP: lists, links, actions, and what happens as it happens."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient

from aptas.edge.app import build_app
from aptas.edge.hal import Addresses
from aptas.edge.live import Live
from aptas.edge.service import Service
from aptas.kernel.identity import Snowflakes
from aptas.kernel.messages import Id
from aptas.management import commands as wish
from aptas.management.api import HANDLERS
from aptas.management.feed import happenings, last_position

from .cases import DECLINED, LATER, NOW, ON_THE_WAY, opening
from .office import Office, an_office, enrolled, noted_home

CASES = "/defectManagements"
FRONT_END = {
    "status": "x",
    "defectId": 1,
    "defectregistrationDt": None,
    "defectmanagementDt": "2026",
    "id": 4,
}


@dataclass
class Desk:
    """The office and its address."""

    office: Office
    client: AsyncClient
    live: Live

    async def get(self, path: str, **query: Any) -> Any:
        response = await self.client.get(CASES + path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, body: dict[str, Any]) -> tuple[int, Any, str | None]:
        response = await self.client.post(CASES + path, json=body)
        return response.status_code, response.json(), response.headers.get("Aptas-Event-Id")

    async def listed(self, **query: Any) -> list[str]:
        page = await self.get("", **query)
        rows = [row["defectId"] for row in page["_embedded"]["defectManagements"]]
        assert page["page"]["totalElements"] == len(rows)
        return rows


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with an_office(tmp_path) as office:
        live = Live(office.dispatcher.committed)
        service = Service(
            dispatcher=office.dispatcher,
            database=office.database,
            clock=office.clock,
            new_id=Snowflakes(1),
            addresses=Addresses(None),
            live=live,
        )
        app = build_app("management", HANDLERS, {"management": service})
        async with AsyncClient(transport=ASGITransport(cast(Any, app)), base_url="http://office") as client:
            await office.tell(noted_home(9), enrolled(31, "tile"), enrolled(33, "paint"))
            await office.tell(claimed(700))
            yield Desk(office, client, live)


def claimed(number: int, **changes: Any) -> wish.OpenCase:
    standard: dict[str, Any] = {"defect_id": Id(number), "receipt_no": f"0000-{number:04d}", "lookups": None}
    return opening(**standard | changes)


def note(kind: type[wish.Note], number: int = 700, reason: str | None = None) -> wish.Note:
    return kind(at=LATER, defect_id=Id(number), attempt=1, assignment=1, reason=reason)


def links(body: Any) -> set[str]:
    return set(body["_links"])


async def test_an_open_case_shows_what_triage_found_and_offers_all_three_decisions(desk: Desk) -> None:
    await desk.office.tell(claimed(701, description=None))
    case = await desk.get("/701")
    assert {
        key: case[key] for key in ("defectId", "receiptNo", "attempt", "assignment", "status", "trade")
    } == {
        "defectId": "701",
        "receiptNo": "0000-0701",
        "attempt": 1,
        "assignment": 0,
        "status": "OPEN",
        "trade": "tile",
    }
    assert case["suggestedContractor"] == {"contractorId": "31", "name": "시공사 31"}
    assert (case["similar"], case["dueDate"], case["urgencyBasis"] != "") == (["700"], "2026-03-25", True)
    assert (case["contractorId"], case["isDeclined"], case["asked"], case["reason"]) == (None, False, 0, None)
    assert case["claimedAt"] == "2026-03-10T01:00:00Z"
    assert set(case["warranty"]) == {
        *("verdict", "workType", "workTypeKo", "years", "until", "article", "mapping", "source")
    }
    assert links(case) == {"self", "identify", "approve", "reject"}
    assert case["_links"]["approve"] == {
        "href": "http://office/defectManagements/701/approve",
        "method": "POST",
    }


async def test_a_case_is_read_by_its_receipt_number_too(desk: Desk) -> None:
    assert (await desk.get("/0000-0700"))["defectId"] == "700"


@pytest.mark.parametrize("address", ["404", "ZZZZ-ZZZZ", "nonsense", "9" * 19, "99999999999999999999"])
async def test_what_is_not_there_is_missing(desk: Desk, address: str) -> None:
    response = await desk.client.get(f"{CASES}/{address}")
    assert (response.status_code, response.json()["law"]) == (404, "a_case_exists")


async def test_an_approval_answers_with_the_new_representation_and_its_event(desk: Desk) -> None:
    status, case, event = await desk.post("/700/approve", {"contractorId": "31"} | FRONT_END)
    assert (status, case["status"], case["contractorId"], case["assignment"]) == (200, "APPROVED", "31", 1)
    assert event is not None
    assert links(case) == {"self"}
    status, problem, _ = await desk.post("/700/approve", {"contractorId": 31})
    assert (status, problem["law"]) == (409, "only_an_open_case_is_decided")


@pytest.mark.parametrize("said", ["404", 404, "", "abc", "-31", "0", "9" * 25, -1])
async def test_an_approval_needs_a_contractor_of_the_roster(desk: Desk, said: Any) -> None:
    status, problem, event = await desk.post("/700/approve", {"contractorId": said})
    assert (status, problem["law"], event) == (422, "a_contractor_stands_on_the_roster", None)


async def test_a_contractor_of_another_trade_is_refused(desk: Desk) -> None:
    status, problem, _ = await desk.post("/700/approve", {"contractorId": "33"})
    assert (status, problem["law"]) == (409, "a_contractor_does_the_trade")


async def test_another_trade_is_suggested_to_another_contractor(desk: Desk) -> None:
    said = {"trade": "paint", "urgency": "emergency", "reason": "도장면이 벗겨졌습니다."}
    status, case, event = await desk.post("/700/identify", said | FRONT_END)
    assert (status, case["trade"], case["urgency"]) == (200, "paint", "emergency")
    assert case["suggestedContractor"]["contractorId"] == "33"
    assert event is not None
    status, problem, _ = await desk.post("/700/identify", {"trade": "stone"})
    assert (status, problem["law"]) == (422, "an_override_carries_a_reason")


async def test_a_rejection_is_written_and_shown(desk: Desk) -> None:
    status, case, _ = await desk.post("/700/reject", {"reason": "입주자 과실입니다."})
    assert (status, case["status"], case["reason"]) == (200, "REJECTED", "입주자 과실입니다.")
    assert case["defectmanagementDt"] is not None


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("approve", {"contractorId": "31", "colour": "red"}),
        ("identify", {"colour": "red"}),
        ("reject", {"reason": "x", "colour": "red"}),
        ("reject", {}),
        ("approve", {}),
    ],
)
async def test_unknown_and_missing_fields_are_refused(desk: Desk, action: str, body: dict[str, Any]) -> None:
    assert (await desk.post(f"/700/{action}", body))[0] == 400


async def test_a_reason_has_its_length(desk: Desk) -> None:
    for action in ("reject", "identify"):
        status, problem, _ = await desk.post(f"/700/{action}", {"reason": "가" * 2001})
        assert (status, problem["law"]) == (422, "a_text_has_its_length")


async def test_who_declined_is_not_shown_as_the_contractor(desk: Desk) -> None:
    await desk.post("/700/approve", {"contractorId": "31"})
    await desk.office.tell(note(wish.NoteDecline, reason=DECLINED))
    case = await desk.get("/700")
    assert (case["status"], case["contractorId"], case["isDeclined"]) == ("OPEN", None, True)
    assert case["reason"] == DECLINED


async def test_a_refused_cancellation_shows_how_often_it_was_asked_and_why_not(desk: Desk) -> None:
    await desk.post("/700/approve", {"contractorId": "31"})
    await desk.office.tell(note(wish.NoteCancellation))
    assert (await desk.get("/700"))["status"] == "WITHDRAWING"
    again = wish.AskContractorAgain(at=LATER, defect_id=Id(700), attempt=1)
    await desk.office.tell(again, note(wish.NoteContractorRefusal, reason=ON_THE_WAY))
    case = await desk.get("/700")
    assert (case["status"], case["asked"], case["reason"]) == ("APPROVED", 2, ON_THE_WAY)


async def test_a_list_is_narrowed(desk: Desk) -> None:
    await desk.office.tell(
        claimed(701, defect_type="bath-waterproof", claimed_at=NOW - timedelta(days=15)),
        claimed(702, claimed_at=NOW - timedelta(days=16)),
        claimed(703, claimed_at=NOW - timedelta(days=40), address="행복아파트 7동 1호"),
        wish.RejectDefect(at=NOW, defect_id=Id(703), reason="아닙니다."),
    )
    await desk.post("/700/approve", {"contractorId": "31"})
    assert await desk.listed() == ["700", "701", "702", "703"]
    assert await desk.listed(status="OPEN,REJECTED") == ["701", "702", "703"]
    assert await desk.listed(trade="tile") == ["700", "702", "703"]
    assert await desk.listed(urgency="emergency") == ["701"]
    assert await desk.listed(contractorId="31") == ["700"]
    assert await desk.listed(overdue="true") == ["702"]
    assert await desk.listed(overdue="true", status="REJECTED") == []
    assert await desk.listed(q="0000 0702") == ["702"]
    assert await desk.listed(q="행복 아파트 101-1203") == ["700", "701", "702"]
    assert await desk.listed(q="101동 1203호", status="APPROVED") == ["700"]
    assert await desk.listed(q="없는 것") == []


async def test_a_list_is_sorted_by_due_date_and_by_urgency(desk: Desk) -> None:
    await desk.office.tell(
        claimed(701, defect_type="bath-waterproof", claimed_at=NOW - timedelta(days=1)),
        claimed(702, claimed_at=NOW - timedelta(days=2)),
    )
    assert await desk.listed(sort="dueDate") == ["702", "701", "700"]
    assert await desk.listed(sort="dueDate,desc") == ["700", "701", "702"]
    assert await desk.listed(sort="urgency") == ["701", "700", "702"]


@pytest.mark.parametrize(
    ("query", "law"),
    [
        ({"status": "LOST"}, "a_status_is_one_of_the_wall"),
        ({"trade": "alchemy"}, "a_trade_stands_in_the_catalogue"),
        ({"urgency": "yesterday"}, "an_urgency_stands_in_the_catalogue"),
        ({"contractorId": "x"}, "a_contractor_stands_on_the_roster"),
        ({"sort": "address"}, "a_list_is_sorted_by_a_known_field"),
    ],
)
async def test_an_unknown_filter_is_told_what_may_be_asked(
    desk: Desk, query: dict[str, str], law: str
) -> None:
    response = await desk.client.get(CASES, params=query)
    assert (response.status_code, response.json()["law"]) == (422, law)


async def test_a_page_keeps_its_filters_in_its_links(desk: Desk) -> None:
    await desk.office.tell(claimed(701), claimed(702))
    page = await desk.get("", size=1, trade="tile", sort="dueDate,desc")
    following = page["_links"]["next"]["href"]
    assert "trade=tile" in following
    assert "sort=dueDate%2Cdesc" in following
    assert page["page"] == {"size": 1, "totalElements": 3, "totalPages": 3, "number": 0}


async def test_what_happens_to_cases_is_told_in_order_and_what_is_no_case_is_not(desk: Desk) -> None:
    office, feed = desk.office, happenings(desk.office.database)
    start = await last_position(office.database)
    await office.tell(
        *(noted_home(number, f"마을{number}") for number in range(20, 26)), enrolled(34, "tile")
    )
    await desk.post("/700/approve", {"contractorId": "31"})
    await office.tell(claimed(701), note(wish.NoteCancellation))
    told = await feed(start, 3)
    told = [*told, *await feed(told[-1].position, 3)]
    assert [change.event for change in told] == ["DefectApproved", "CaseOpened", "CancellationRequested"]
    assert json.loads(told[0].data) == {
        "defectId": "700",
        "receiptNo": "0000-0700",
        "eventType": "DefectApproved",
        "at": "2026-03-10T01:00:00Z",
        "status": "WITHDRAWING",
    }
    assert await feed(told[-1].position, 3) == []
    assert [change.position for change in await happenings(office.database)(told[0].position, 9)] == [
        change.position for change in told[1:]
    ]


async def test_the_stream_resumes_after_the_last_event_heard(desk: Desk) -> None:
    start = await last_position(desk.office.database)
    await desk.post("/700/approve", {"contractorId": "31"})
    headers = {"Last-Event-ID": str(start)}
    listening = asyncio.create_task(desk.client.get(f"{CASES}/events", headers=headers))
    await asyncio.sleep(0.1)
    await desk.office.tell(note(wish.NoteCompletion))
    await asyncio.sleep(0.2)
    desk.live.close()
    told = [line for line in (await listening).text.splitlines() if line.startswith(("id:", "event:"))]
    assert told == [
        *(f"id: {start + 1}", "event: DefectApproved"),
        *(f"id: {start + 2}", "event: CaseSettled"),
    ]


async def test_a_stream_cannot_resume_after_what_it_never_sent(desk: Desk) -> None:
    response = await desk.client.get(f"{CASES}/events", headers={"Last-Event-ID": "x"})
    assert (response.status_code, response.json()["law"]) == (422, "a_last_event_id_is_one_we_sent")
