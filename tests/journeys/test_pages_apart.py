"""The pages as a process of their own: a client of the entry, without a database, that leaves as the services do."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.houses import House, free_ports, served
from tests.journeys.resources import until
from tests.web.browser import Browser
from tests.web.test_eight_lines import register


@pytest.fixture
def pages(house: House, tmp_path: Path) -> Iterator[str]:
    """The address of pages that ask the shared house."""
    (port,) = free_ports(1)
    with served(tmp_path / "pages", "pages", port, APTAS_ENTRY_URL=house.url):
        yield f"http://localhost:{port}"


async def test_a_defect_is_reported_and_followed_through_the_entry(pages: str, house: House) -> None:
    async with httpx.AsyncClient(base_url=pages, timeout=30) as http:
        defect_id = await register(Browser(http))
    with house.client() as client:
        assert client.get(f"/mypages/{defect_id}").json()["status"] == "RECEIVED"


def test_they_have_no_database_and_offer_no_service(pages: str, tmp_path: Path) -> None:
    assert not (tmp_path / "pages").exists()
    assert httpx.get(f"{pages}/defectRegistrations").status_code == 404
    assert httpx.get(f"{pages}/static/plain.css").status_code == 200
    assert b"aptas_http_request_duration" in httpx.get(f"{pages}/metrics").content


def test_they_tell_what_the_entry_offers(pages: str, house: House) -> None:
    assert "swagger" in httpx.get(f"{pages}/schema").text
    assert httpx.get(f"{pages}/schema-assets/swagger-ui.css").status_code == 200
    here = httpx.get(f"{pages}/schema/openapi.json").json()
    there = httpx.get(f"{house.url}/schema/openapi.json").json()
    of_processes = {"/health/live", "/health/ready", "/metrics"}
    assert set(here["paths"]) == set(there["paths"]) - of_processes
    assert here["paths"]["/mypages/{defect_id}"] == there["paths"]["/mypages/{defect_id}"]


def test_a_form_that_another_site_sends_is_refused_there_too(pages: str) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (
            httpx.post(f"{pages}/resident", data={"defectType": "light"}, headers=headers).status_code == 403
        )
    assert httpx.get(pages, headers={"Host": "evil.example"}).status_code == 421


def test_they_say_so_when_the_entry_is_away(tmp_path: Path) -> None:
    port, nobody = free_ports(2)
    with served(tmp_path, "pages", port, APTAS_ENTRY_URL=f"http://localhost:{nobody}"):
        answer = httpx.get(f"http://localhost:{port}/resident")
        assert answer.status_code == 503
        assert "지금은 연결할 수 없습니다" in answer.text
        assert httpx.get(f"http://localhost:{port}/health/ready").status_code == 200, (
            "what else could show it"
        )


@pytest.mark.parametrize("name", ["pages", "mypage"])
def test_whoever_leaves_says_so_and_answers_on_until_others_have_learnt_it(tmp_path: Path, name: str) -> None:
    (port,) = free_ports(1)
    here = f"http://localhost:{port}"
    with served(tmp_path, name, port, APTAS_LEAVE_SECONDS="4") as process:
        process.terminate()

        def is_leaving() -> dict[str, bool] | None:
            asked = httpx.get(f"{here}/health/ready")
            return {"draining": True} if asked.status_code == 503 and "draining" in asked.text else None

        until(is_leaving)
        address = "/static/plain.css" if name == "pages" else "/mypages"
        assert httpx.get(here + address).status_code == 200
        assert httpx.get(f"{here}/health/live").status_code == 200
        assert process.wait(timeout=20) == 0
