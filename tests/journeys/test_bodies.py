"""Every body takes what the original's front end sends along, refuses any other unknown field, and has an end."""

from typing import Any

import httpx
import pytest

from tests.journeys.houses import House
from tests.journeys.resources import Story, a_slot
from tests.journeys.test_bad_input import CLAIMS, refused, settled

COMPANIES = "/contractorCompanies"
SERVERS = {
    "status": "DONE",
    "defectId": 7,
    "defectregistrationDt": 1,
    "defectmanagementDt": "x",
    "defectDt": [],
    "id": {"timestamp": 1},
}
"""What the original's front end sends back of what it was shown."""
LONG = "가" * 2001


def test_the_servers_own_fields_are_ignored_in_every_body(http: httpx.Client) -> None:
    assert http.post(COMPANIES, json={"name": "한빛", "trades": "tile", **SERVERS}).status_code == 201
    story = Story(http, **SERVERS)
    case = story.when("defectManagements", "OPEN")
    case = story.act(case, "identify", urgency="high", reason="아이가 있는 집", **SERVERS)
    story.act(case, "approve", contractorId=case["suggestedContractor"]["contractorId"], **SERVERS)
    order = story.when("defectContractors", "OFFERED")
    order = story.act(order, "propose-visit", slots=[a_slot()], **SERVERS)
    order = story.act(order, "counter-propose-visit", slots=[a_slot()], **SERVERS)
    order = story.act(order, "propose-visit", slots=[a_slot()], **SERVERS)
    order = story.act(order, "accept-visit", start=order["slots"][0]["start"], **SERVERS)
    order = story.act(order, "depart", **SERVERS)
    order = story.act(order, "report-failed-visit", reason="부재중", **SERVERS)
    order = story.act(order, "propose-visit", slots=[a_slot()], **SERVERS)
    order = story.act(order, "accept-visit", start=order["slots"][0]["start"], **SERVERS)
    story.act(story.act(order, "depart", **SERVERS), "complete", note="교체", **SERVERS)
    claim = story.act(story.when("defectRegistrations", "COMPLETED"), "confirm", **SERVERS)
    claim = story.act(claim, "reopen", reason="다시 들떴어요", **SERVERS)
    assert (claim["defectId"], claim["status"], claim["attempt"]) == (story.id, "RECEIVED", 2)
    look = http.post(f"{CLAIMS}/{story.id}/reveal-phone-number", json={"reason": "전화", **SERVERS})
    assert look.status_code == 200
    case = story.when("defectManagements", "OPEN", attempt=2)
    story.act(case, "reject", reason="보증 기간이 지났습니다.", **SERVERS)


def test_the_servers_own_fields_are_ignored_where_work_is_declined_or_called_off(http: httpx.Client) -> None:
    story = Story(http)
    story.act(story.approved(), "decline", reason="일손이 모자랍니다.", **SERVERS)
    story.act(story.when("defectRegistrations", "RECEIVED", reason="일손이 모자랍니다."), "cancel", **SERVERS)
    other = Story(http)
    assert http.request("DELETE", f"{CLAIMS}/{other.id}", json=SERVERS).status_code == 202


NO_WORDS = (
    b'{"foo":1}',
    b'{"reason":"x"}',
    b'{"status":"x","colour":"red"}',
    b'{"foo":',
    b"{} {}",
    b"[]",
    b'"cancel"',
    b"\xff",
    b"[" * 100_000,
)


def test_an_action_without_words_takes_no_others(house: House, http: httpx.Client) -> None:
    story = Story(http)
    story.scheduled()
    before = settled(house)
    for body in NO_WORDS:
        for method, address in (
            ("DELETE", f"{CLAIMS}/{story.id}"),
            ("POST", f"{CLAIMS}/{story.id}/cancel"),
            ("POST", f"{CLAIMS}/{story.id}/confirm"),
            ("POST", f"/defectContractors/{story.id}/depart"),
        ):
            answer = http.request(method, address, content=body, headers={"content-type": "application/json"})
            assert refused(answer, 400)["law"] == "a_request_fits_the_schema"
    assert settled(house) == before


@pytest.mark.parametrize("body", [b"", b"{}", b" {} ", b'{"status":"x","id":1}'])
def test_an_action_without_words_needs_none(http: httpx.Client, body: bytes) -> None:
    story = Story(http)
    assert http.request("DELETE", f"{CLAIMS}/{story.id}", content=body).status_code == 202
    other = Story(http)
    assert http.post(f"{CLAIMS}/{other.id}/cancel", content=body).status_code == 200


def test_the_schema_says_which_bodies_may_be_left_out(http: httpx.Client) -> None:
    paths = http.get("/schema/openapi.json").json()["paths"]
    bodies = {
        f"{method} {path}": told["requestBody"]["required"]
        for path, methods in paths.items()
        for method, told in methods.items()
        if "requestBody" in told
    }
    may_be_left_out = {where for where, is_required in bodies.items() if not is_required}
    assert may_be_left_out == {
        "delete /defectRegistrations/{address}",
        "post /defectRegistrations/{address}/cancel",
        "post /defectRegistrations/{address}/confirm",
        "post /defectContractors/{defect_id}/depart",
        "post /defectContractors/{defect_id}/complete",
    }
    assert len(bodies) == 17


def test_every_text_has_its_length(house: House, http: httpx.Client) -> None:
    story, departed = Story(http, phoneNumber="010-7554-6068"), Story(http)
    story.completed()
    departed.departed()
    open_case = Story(http)
    open_case.when("defectManagements", "OPEN")
    before = settled(house)
    said: dict[str, dict[str, Any]] = {
        f"{CLAIMS}/{story.id}/reopen": {"reason": LONG},
        f"{CLAIMS}/{story.id}/reveal-phone-number": {"reason": LONG},
        f"/defectManagements/{open_case.id}/identify": {"urgency": "high", "reason": LONG},
        f"/defectManagements/{open_case.id}/reject": {"reason": LONG},
        f"/defectContractors/{departed.id}/report-failed-visit": {"reason": LONG},
        f"/defectContractors/{departed.id}/complete": {"note": LONG},
        f"/defectContractors/{departed.id}/decline": {"reason": LONG},
        COMPANIES: {"name": LONG[:101], "trades": "tile"},
    }
    said |= {
        f"{CLAIMS}?{field}": {"defectType": "toilet-tile", field: LONG}
        for field in ("description", "address", "defectImage", "defectVideo", "location", "kind")
    }
    for address, body in said.items():
        problem = refused(http.post(address, json=body), 422)
        assert problem["law"] == "a_text_has_its_length", address
        assert any(problem["detail"].startswith(f"{field}: ") for field in body), problem["detail"]
    assert settled(house) == before


def test_a_text_may_be_as_long_as_it_may(http: httpx.Client) -> None:
    story = Story(http, description=LONG[1:], address=LONG[:200])
    story.completed()
    answer = http.post(f"{CLAIMS}/{story.id}/reopen", json={"reason": LONG[1:]})
    assert answer.json()["reason"] == LONG[1:]


def test_a_body_may_come_in_pieces(http: httpx.Client) -> None:
    """Sent without its length, a piece at a time."""
    whole = b'{"defectType":"toilet-tile","description":"%b"}' % ("가" * 300).encode()
    pieces = iter([whole[:5], whole[5:7], b"", whole[7:]])
    answer = http.post(CLAIMS, content=pieces, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201
    assert answer.json()["description"] == "가" * 300


def test_a_body_that_is_too_long_is_refused_in_pieces_too(http: httpx.Client) -> None:
    pieces = iter([b'{"defectType":"', *[b"x" * 100_000] * 11, b'"}'])
    refused(http.post(CLAIMS, content=pieces, headers={"Content-Type": "application/json"}), 413)
