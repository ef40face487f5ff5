"""A whole house apart, asked through its entry, is the same house: what is claimed of one process is claimed of it by
the same tests, and besides what only separate processes can show."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from aptas.homes.from_file import DEMO
from aptas.seeding import COMPANIES
from tests.gateway.envoy.apart import Apart, apart
from tests.journeys.houses import aptas
from tests.journeys.resources import Resource, Story, until
from tests.journeys.test_eight_lines import *  # noqa: F403
from tests.journeys.test_head import test_head_of_one_thing_and_of_none  # noqa: F401
from tests.journeys.test_live import (  # noqa: F401
    test_a_stream_resumes_without_loss_or_repetition,
    test_after_an_event_that_never_was_the_page_is_shown_as_it_is,
    test_the_office_sees_a_claim_arrive,
)
from tests.journeys.test_other_sites import *  # noqa: F403
from tests.web.browser import Browser
from tests.web.test_eight_lines import agree, approve, register


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    """Two of each but the office, whose stream counts on one writer; homes and companies are known."""
    data = tmp_path_factory.mktemp("house")
    assert aptas(data, "homes", "import", str(DEMO)).returncode == 0
    with apart(data, registration=2, contractor=2, mypage=2, pages=2) as house:
        with house.client() as http:
            for name, trades, phone in COMPANIES:
                company = {"name": name, "trades": list(trades), "phoneNumber": phone}
                assert http.post("/contractorCompanies", json=company).status_code == 201
            until(lambda: Story(http).when("defectManagements", "OPEN")["suggestedContractor"])
        yield house


@pytest.fixture
def http(whole: Apart) -> Iterator[httpx.Client]:
    """Asks the entry."""
    with whole.client() as client:
        yield client


@pytest.fixture
async def window(whole: Apart) -> AsyncIterator[Browser]:
    """A browser at the entry."""
    async with httpx.AsyncClient(base_url=whole.url, timeout=30) as asked:
        yield Browser(asked)


ADDRESSES = {
    "/": "text/html",
    "/resident": "text/html",
    "/office": "text/html",
    "/contractor": "text/html",
    "/static/plain.css": "text/css",
    "/schema": "text/html",
    "/schema/openapi.json": "application/vnd.oai.openapi+json",
    "/schema-assets/swagger-ui.css": "text/css",
    "/defectTypes": "application/json",
    "/defectRegistrations": "application/hal+json",
    "/defectManagements": "application/hal+json",
    "/defectContractors": "application/hal+json",
    "/contractorCompanies": "application/hal+json",
    "/mypages": "application/hal+json",
    "/health/live": "application/json",
    "/health/ready": "application/json",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_is_answered_and_its_head_too(http: httpx.Client, address: str) -> None:
    answer, head = http.get(address), http.head(address)
    assert (head.status_code, head.content) == (answer.status_code, b"") == (200, b"")
    for each in (answer, head):
        assert each.headers["content-type"].partition(";")[0] == ADDRESSES[address]


@pytest.mark.parametrize("address", ["/mypages/events", "/mypages/{}/events", "/defectManagements/events"])
def test_the_head_of_a_stream_ends(http: httpx.Client, address: str) -> None:
    story = Story(http)
    story.mypage()
    began = time.perf_counter()
    for _ in range(20):
        assert http.head(address.format(story.id), timeout=5).status_code == 200
    assert time.perf_counter() - began < 5


def test_every_link_leads_to_the_entry(whole: Apart, http: httpx.Client) -> None:
    story = Story(http)
    story.scheduled()
    story.mypage()
    shown = [http.get(f"/{room}/{story.id}").json() for room in ("defectRegistrations", "mypages")]
    shown += [http.get(f"/{room}?size=1").json() for room in ("defectManagements", "defectContractors")]
    links = [link["href"] for each in shown for link in each["_links"].values()]
    assert len(links) > 8
    assert {href for href in links if not href.startswith(f"{whole.url}/")} == set()
    created = http.post("/defectRegistrations", json={"defectType": "light"})
    assert created.headers["location"].startswith(f"{whole.url}/defectRegistrations/")


def test_what_a_service_refuses_is_refused_in_its_own_words(http: httpx.Client) -> None:
    answer = http.put("/mypages")
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"GET", "OPTIONS"})
    for address in ("/mypages/1", "/defectRegistrations/1/nothing", "/nowhere"):
        answer = http.get(address)
        assert (answer.status_code, answer.json()["instance"]) == (404, address)
    page = http.get("/nowhere", headers={"Accept": "text/html"})
    assert "그런 주소가 없습니다" in page.text
    assert http.post("/defectRegistrations", content=b"{").status_code == 400


def test_a_request_with_its_key_has_one_effect_whichever_replica_it_meets(http: httpx.Client) -> None:
    key = {"Idempotency-Key": "once-and-for-all"}
    answers = [
        http.post("/defectRegistrations", json={"defectType": "light"}, headers=key) for _ in range(10)
    ]
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["defectId"] for each in answers}) == 1


def test_a_change_is_told_at_once_and_not_when_enough_has_gathered(http: httpx.Client) -> None:
    story = Story(http)
    story.mypage()
    with http.stream("GET", f"/mypages/{story.id}/events", timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        next(lines)
        story.act(story.claim, "cancel")
        began = time.monotonic()
        told = (json.loads(line[5:])["eventType"] for line in lines if line.startswith("data:"))
        assert {next(told), next(told)} == {"DefectCancelled", "DefectWithdrawn"}, (
            "of two topics, in any order"
        )
    assert time.monotonic() - began < 5


async def test_the_eight_lines_are_walked_by_clicking(window: Browser, http: httpx.Client) -> None:
    defect_id = await register(window, description="금이 갔어요")
    await approve(window, defect_id)
    await agree(
        window, window, defect_id, days=60
    )  # the other stories of this house are at work in the next days
    await window.until(f"/contractor/{defect_id}", "방문 예정")
    assert "출발했습니다" in (await window.send("/depart")).text
    assert "보수를 마쳤습니다" in (await window.send("complete", note="타일 두 장")).text
    await window.until(f"/resident/{defect_id}", "타일 두 장")
    # mypage may have heard of it before registration, which is asked to take the signature.
    await asyncio.to_thread(until, lambda: _completed(http, defect_id))
    assert "확인했습니다" in (await window.send("/confirm")).text


def _completed(http: httpx.Client, defect_id: str) -> Resource | None:
    claim: Resource = http.get(f"/defectRegistrations/{defect_id}").json()
    return claim if claim["status"] == "COMPLETED" else None


def test_a_form_from_another_site_is_not_taken_and_one_from_here_is(whole: Apart, http: httpx.Client) -> None:
    form = {"defectType": "light", "key": "k"}
    for origin, status in (("http://evil.example", 403), (whole.url, 303)):
        assert http.post("/resident", data=form, headers={"Origin": origin}).status_code == status
