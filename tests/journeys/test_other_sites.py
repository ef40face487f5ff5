"""Another site's page may not act through somebody's browser: nobody signs in yet."""

import httpx
import pytest

from tests.journeys.test_bad_input import refused

CLAIM = {"defectType": "toilet-tile"}


@pytest.mark.parametrize(
    "headers",
    [
        *({"Origin": origin} for origin in ("https://evil.example", "http://[", "null", "localhost")),
        *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site")),
    ],
)
def test_a_request_sent_by_another_sites_page_is_refused(http: httpx.Client, headers: dict[str, str]) -> None:
    answer = http.post("/defectRegistrations", json=CLAIM, headers=headers)
    assert refused(answer, 403)["law"] == "another_sites_page_may_not_act"


def test_the_schema_says_that_a_writing_request_may_be_refused_so(http: httpx.Client) -> None:
    for methods in http.get("/schema/openapi.json").json()["paths"].values():
        for method, told in methods.items():
            assert ("403" in told["responses"]) == (method != "get")


def test_a_client_that_is_no_browser_is_taken(http: httpx.Client) -> None:
    assert http.post("/defectRegistrations", json=CLAIM).status_code == 201


def test_a_name_of_another_site_that_leads_to_this_machine_is_not_answered(http: httpx.Client) -> None:
    answer = http.get("/defectRegistrations", headers={"Host": "evil.example:8088"})
    assert refused(answer, 421)["law"] == "a_host_is_one_of_ours"
