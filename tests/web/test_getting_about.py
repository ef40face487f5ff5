"""Moving between pages: nobody is thrown off a page, and no address ends in JSON."""

import httpx
import pytest

from tests.web.browser import Browser, Page
from tests.web.staged import ID, Stage, case, company, mypage, order


def staged() -> Stage:
    """A defect that everybody has, and neighbours of the page of a list."""
    stage = Stage(
        mypages=mypage("reopen"),
        defectRegistrations=mypage(),
        defectContractors=order("decline"),
        defectManagements=case("reject"),
    )
    stage.lists("contractorCompanies", company("5", "한빛타일", "tiling"))
    for collection, row in (("defectManagements", case()), ("defectContractors", order())):
        stage.lists(collection, row, next="size=20&cursor=55", prev="page=1&size=20")
    return stage


def refresh(page: Page) -> list[str]:
    """Where the page goes by itself."""
    return [had["content"] for had in page.all("meta") if had.get("http-equiv") == "refresh"]


@pytest.mark.parametrize("own", ["/office?status=OPEN", "/contractor?contractorId=5"])
async def test_a_list_refreshes_and_stops_on_the_page_it_shows(own: str) -> None:
    browser = staged().browser()
    page = await browser.open(f"{own}&page=2")
    assert refresh(page) == [f"5; url={own}&page=2"]
    page = await browser.click("멈추기")
    assert browser.at == f"{own}&page=2&live=off"
    assert refresh(page) == []
    assert page.links["다시 켜기"] == f"{own}&page=2"
    page = await browser.click("다음")
    assert browser.at == f"{own}&live=off&cursor=55"
    assert refresh(page) == [], "turning a page starts nothing"


async def test_a_stopped_office_stays_stopped_when_it_narrows_its_list() -> None:
    browser = staged().browser()
    await browser.open("/office?live=off")
    assert refresh(await browser.click("반려")) == []


async def test_a_work_order_is_refreshed_by_hand_only() -> None:
    browser = staged().browser()
    page = await browser.open(f"/contractor/{ID}")
    assert refresh(page) == []
    assert page.links["새로 고침"] == f"/contractor/{ID}"


@pytest.mark.parametrize(("actor", "action"), [("office", "reject"), ("contractor", "decline")])
async def test_the_timeline_waits_for_the_step_just_taken(actor: str, action: str) -> None:
    stage = staged()
    browser = stage.browser()
    await browser.open(f"/{actor}/{ID}")
    await browser.send(action, reason="까닭")
    assert stage.queries(f"/mypages/{ID}")[-1] == {"after": "e-1"}


@pytest.mark.parametrize(
    ("actor", "action"), [("office", "reject"), ("contractor", "decline"), ("resident", "reopen")]
)
async def test_the_address_of_a_refused_form_leads_back_to_it(actor: str, action: str) -> None:
    browser = staged().browser()
    page = await browser.open(f"/{actor}/{ID}/{action}")
    assert browser.at == f"/{actor}/{ID}?do={action}"
    assert page.form(f"/{action}")
    await browser.open(f"/{actor}/{ID}/nothing")
    assert browser.status == 404
    assert "찾을 수 없습니다" in browser.page.text


async def test_an_unknown_address_is_a_page_for_browsers_and_a_problem_for_programs(
    house: httpx.AsyncClient,
) -> None:
    page = await house.get("/no/such/place", headers={"accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "찾을 수 없습니다" in page.text
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        answer = await house.request(method, "/nothing")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["law"] == "an_address_leads_somewhere"


async def test_going_back_does_not_fill_the_form_in_again(resident: Browser) -> None:
    page = await resident.open("/resident")
    assert page.all("form")[0]["autocomplete"] == "off", "a new key with the old text made a second defect"


@pytest.mark.parametrize("actor", ["office", "contractor", "resident"])
@pytest.mark.parametrize("address", ["events", "%2e", "%2e%2e", "a%2Fb", "%00", "x" * 65])
async def test_what_can_be_no_defect_is_not_asked_for(
    house: httpx.AsyncClient, actor: str, address: str
) -> None:
    """`events` is a stream: whoever asks for it waits for ever, and so would the page."""
    for answer in (
        await house.get(f"/{actor}/{address}"),
        await house.post(f"/{actor}/{address}/cancel", data={"reason": "x"}),
    ):
        assert answer.status_code == 404
