"""Another site's page may not act through somebody's browser: nobody signs in yet."""

import httpx
import pytest

CLAIM = {"defectType": "toilet-tile"}


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_a_request_sent_by_another_sites_page_is_refused(http: httpx.Client, headers: dict[str, str]) -> None:
    answer = http.post("/defectRegistrations", json=CLAIM, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_client_that_is_no_browser_is_taken(http: httpx.Client) -> None:
    assert http.post("/defectRegistrations", json=CLAIM).status_code == 201
