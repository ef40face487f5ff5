"""The eight lines of the scenario over HTTP, every ending of a cancellation, and the ways round."""

from typing import Any

import httpx
import pytest

from tests.journeys.resources import ROOMS, Story, a_slot, until

RIGHT: dict[str, dict[str, Any]] = {
    "cancel": {},
    "confirm": {},
    "reopen": {"reason": "또 떨어졌어요"},
    "identify": {"urgency": "high", "reason": "아이가 있어요"},
    "approve": {"contractorId": "1"},
    "reject": {"reason": "사용 중 파손"},
    "propose-visit": {"slots": [{"start": "2001-01-01T00:00:00Z", "end": "2001-01-01T01:00:00Z"}]},
    "accept-visit": {"start": "2001-01-01T00:00:00Z"},
    "counter-propose-visit": {"slots": [{"start": "2001-01-01T00:00:00Z", "end": "2001-01-01T01:00:00Z"}]},
    "depart": {},
    "report-failed-visit": {"reason": "부재중"},
    "complete": {},
    "decline": {"reason": "자재 없음"},
}
OF_ROOM = {
    "defectRegistrations": ("cancel", "confirm", "reopen"),
    "defectManagements": ("identify", "approve", "reject"),
    "defectContractors": (
        "propose-visit",
        "accept-visit",
        "counter-propose-visit",
        "depart",
        "report-failed-visit",
        "complete",
        "decline",
    ),
}


def test_a_defect_goes_from_report_to_sign_off_by_links_alone(http: httpx.Client) -> None:
    story = Story(http, phoneNumber="010-7554-6068", address="행복아파트 101동 1203호", qty="2")
    assert story.mypage()["status"] == "RECEIVED"
    case = story.when("defectManagements", "OPEN")
    assert case["trade"] == "tile"
    assert case["dueDate"] == story.mypage()["dueDate"]
    assert case["warranty"]["verdict"] in ("in", "expiring", "out")
    case = story.act(case, "identify", urgency="high", reason="아이가 있어요")
    case = story.act(case, "approve", contractorId=case["suggestedContractor"]["contractorId"])
    assert (case["status"], story.mypage()["status"]) == ("APPROVED", "ASSIGNED")
    order = story.when("defectContractors", "OFFERED")
    order = story.act(order, "propose-visit", slots=[a_slot(), a_slot()])
    assert story.mypage()["status"] == "SCHEDULING"
    order = story.act(order, "accept-visit", start=order["slots"][1]["start"])
    assert (story.mypage()["status"], story.mypage()["visit"]) == ("SCHEDULED", order["visit"])
    order = story.act(order, "depart")
    assert story.mypage()["status"] == "DEPARTED"
    order = story.act(order, "complete", note="타일 네 장 교체")
    assert story.mypage()["status"] == "COMPLETED"
    claim = story.act(story.when("defectRegistrations", "COMPLETED"), "confirm")
    shown = story.mypage()
    assert (claim["status"], shown["status"]) == ("CONFIRMED", "CONFIRMED")
    assert shown["statusLabel"]["ko"] == "확인"
    assert [entry["eventType"] for entry in shown["timeline"]] == [
        "DefectRegistered",
        "DefectIdentified",
        "DefectApproved",
        "VisitProposed",
        "VisitScheduled",
        "ContractorDeparted",
        "DefectCompleted",
        "RepairConfirmed",
    ]


def test_an_undecided_defect_is_withdrawn_by_the_office(http: httpx.Client) -> None:
    story = Story(http)
    story.when("defectManagements", "OPEN")
    claim = story.act(story.claim, "cancel")
    assert claim["status"] == "CANCELLING"
    assert story.when("defectRegistrations", "CANCELLED")
    assert story.when("defectManagements", "WITHDRAWN")
    assert story.when("mypages", "CANCELLED")
    assert story.at("defectContractors") is None
    assert story.links() == {"defectRegistrations": set(), "defectManagements": set()}


@pytest.mark.parametrize("how_far", ["approved", "scheduled"])
def test_an_assigned_defect_is_cancelled_by_its_contractor(http: httpx.Client, how_far: str) -> None:
    story = Story(http)
    getattr(story, how_far)()
    story.act(story.when("defectRegistrations", "ASSIGNED"), "cancel")
    assert story.when("defectRegistrations", "CANCELLED")
    assert story.when("defectContractors", "CANCELLED")
    assert story.when("defectManagements", "WITHDRAWN")
    assert story.when("mypages", "CANCELLED")


def test_a_departed_repair_is_not_cancelled_and_says_why(http: httpx.Client) -> None:
    story = Story(http)
    story.departed()
    story.when("mypages", "DEPARTED")
    until(lambda: None if "cancel" in story.links()["defectRegistrations"] else story.claim)
    answer = http.delete(f"/defectRegistrations/{story.id}")
    assert (answer.status_code, answer.json()["law"]) == (409, "a_departed_repair_cannot_be_cancelled")


def test_a_declined_work_order_is_handed_on_and_completed(http: httpx.Client) -> None:
    story = Story(http)
    story.act(story.approved(), "decline", reason="자재가 없습니다")
    case = story.when("defectManagements", "OPEN", isDeclined=True)
    assert story.when("defectRegistrations", "RECEIVED")
    order = story.approved()
    assert order["assignment"] == case["assignment"] + 1
    order = story.act(order, "propose-visit", slots=[a_slot()])
    order = story.act(order, "accept-visit", start=order["slots"][0]["start"])
    story.act(story.act(order, "depart"), "complete")
    assert story.when("defectRegistrations", "COMPLETED")


def test_a_rejected_defect_shows_the_reason_and_is_opened_again(http: httpx.Client) -> None:
    story = Story(http)
    story.act(story.when("defectManagements", "OPEN"), "reject", reason="사용 중 파손입니다")
    claim = story.when("defectRegistrations", "REJECTED")
    assert claim["reason"] == story.mypage()["reason"] == "사용 중 파손입니다"
    claim = story.act(claim, "reopen", reason="처음부터 그랬어요")
    assert (claim["attempt"], claim["status"]) == (2, "RECEIVED")
    case = story.when("defectManagements", "OPEN", attempt=2)
    assert case["assignment"] == 0
    assert story.mypage()["attempt"] == 2


def test_a_failed_visit_begins_again_and_the_next_one_succeeds(http: httpx.Client) -> None:
    story = Story(http)
    order = story.act(story.departed(), "report-failed-visit", reason="부재중")
    assert (order["status"], order["reason"]) == ("OFFERED", "부재중")
    assert story.mypage()["status"] == "ASSIGNED"
    order = story.act(order, "propose-visit", slots=[a_slot()])
    order = story.act(order, "accept-visit", start=order["slots"][0]["start"])
    story.act(story.act(order, "depart"), "complete")
    assert story.when("defectRegistrations", "COMPLETED")


def test_the_resident_asks_for_another_time(http: httpx.Client) -> None:
    story = Story(http)
    order = story.act(story.approved(), "propose-visit", slots=[a_slot()])
    shown = story.mypage()
    wished = a_slot()
    order = story.act(shown, "counter-propose-visit", slots=[wished])
    assert order["status"] == "COUNTERED"
    order = story.act(order, "propose-visit", slots=[wished])
    order = story.act(story.mypage(), "accept-visit", start=order["slots"][0]["start"])
    assert order["status"] == "SCHEDULED"


@pytest.mark.parametrize("stage", ["registered", "approved", "scheduled", "departed", "completed"])
def test_exactly_the_offered_actions_are_allowed(http: httpx.Client, stage: str) -> None:
    story = Story(http)
    story.when("defectManagements", "OPEN")
    if stage != "registered":
        getattr(story, stage)()
    if stage == "departed":
        until(lambda: None if "cancel" in story.links()["defectRegistrations"] else story.claim)
    offered = story.links()
    for room in ROOMS:
        for name in OF_ROOM[room]:
            if name in offered.get(room, set()):
                continue
            answer = http.post(f"/{room}/{story.id}/{name}", json=RIGHT[name] or None)
            assert answer.status_code in (404, 409), f"{stage}: {name} is allowed but not offered"
            assert answer.json()["law"]
    assert story.links() == offered


@pytest.mark.parametrize("name", ["cancel", "identify", "reject", "decline"])
def test_an_offered_action_is_allowed(http: httpx.Client, name: str) -> None:
    story = Story(http)
    story.when("defectManagements", "OPEN")
    if name == "decline":
        story.approved()
    room = next(room for room, names in OF_ROOM.items() if name in names)
    seen = story.at(room)
    assert seen is not None
    story.act(seen, name, **RIGHT[name])
