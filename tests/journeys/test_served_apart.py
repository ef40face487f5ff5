"""Each context in a process of its own, on one data directory; and what happens while one of them is away."""

from contextlib import ExitStack
from pathlib import Path

import httpx

from tests.journeys.houses import SERVICES, ByRoom, free_ports, served
from tests.journeys.resources import Resource, Story, a_slot, until


def test_a_cancellation_that_meets_a_departure_is_refused_and_listed_again(tmp_path: Path) -> None:
    ports = dict(zip(SERVICES, free_ports(4), strict=True))
    with ExitStack() as stack:
        for name in ("registration", "contractor", "mypage"):
            stack.enter_context(served(tmp_path, name, ports[name]))
        http = stack.enter_context(
            httpx.Client(transport=ByRoom(ports), base_url="http://localhost", timeout=30)
        )
        with served(tmp_path, "management", ports["management"]):
            company = http.post("/contractorCompanies", json={"name": "한빛", "trades": "tile"}).json()
            story = Story(http)
            case = story.when("defectManagements", "OPEN")
            until(lambda: _approved(story, case, company["contractorId"]))
            order = story.act(story.when("defectContractors", "OFFERED"), "propose-visit", slots=[a_slot()])
            order = story.act(order, "accept-visit", start=order["slots"][0]["start"])
            claim = story.when("defectRegistrations", "ASSIGNED")
        assert story.act(claim, "cancel")["status"] == "CANCELLING"
        assert http.get("/defectRegistrations").json()["page"]["totalElements"] == 0
        assert story.mypage()["status"] == "CANCELLING"
        order = story.act(order, "depart")
        with served(tmp_path, "management", ports["management"]):
            claim = story.when("defectRegistrations", "ASSIGNED")
            assert "출발" in claim["reason"]
            assert story.when("defectManagements", "APPROVED")["reason"]
        assert http.get("/defectRegistrations").json()["page"]["totalElements"] == 1
        assert "cancel" not in claim["_links"]
        assert story.when("mypages", "DEPARTED")["reason"] == claim["reason"]
        assert story.act(order, "complete")["status"] == "COMPLETED"


def _approved(story: Story, case: Resource, contractor_id: str) -> Resource | None:
    """The roster is heard from the bus: None until the office knows the company."""
    answer = story.http.post(case["_links"]["approve"]["href"], json={"contractorId": contractor_id})
    return answer.json() if answer.status_code == 200 else None
