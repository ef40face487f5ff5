"""What holds for every page: input kept, sites kept out, one click one defect, and who reads with what."""

import asyncio
import re

import httpx
import pytest

from tests.web.browser import FORM, Browser, told
from tests.web.test_eight_lines import register

SEEDED = 7


async def count(house: httpx.AsyncClient) -> int:
    """How many registrations there are."""
    return int((await house.get("/defectRegistrations")).json()["page"]["totalElements"])


@pytest.mark.parametrize("address", ["/", "/resident", "/office", "/contractor"])
async def test_every_page_has_one_heading_a_language_and_labelled_inputs(
    resident: Browser, address: str
) -> None:
    page = await resident.open(address)
    assert resident.status == 200
    assert len(page.all("h1")) == 1
    assert page.all("html") == [{"lang": "ko"}]
    labels = {had["for"] for had in page.all("label")}
    inputs = [had for tag in ("input", "select", "textarea") for had in page.all(tag)]
    assert {had["id"] for had in inputs if had.get("type") != "hidden"} <= labels
    ids = [had["id"] for _, had in page.tags if "id" in had]
    assert len(ids) == len(set(ids))
    assert "script" not in {tag for tag, _ in page.tags}


async def test_bad_input_keeps_what_was_typed(resident: Browser, house: httpx.AsyncClient) -> None:
    await resident.open("/resident")
    typed = {"defectType": "light", "description": "깜빡<b>입니다", "phoneNumber": "0", "qty": "3"}
    page = await resident.send("/resident", **typed)
    assert resident.status == 422
    assert "전화번호를 확인해 주세요" in page.text
    assert {name: page.form("/resident").value(name) for name in typed} == typed
    assert [had["id"] for had in page.all("input") if "aria-invalid" in had] == ["register-phoneNumber"]
    assert await count(house) == SEEDED


async def test_an_unchosen_type_is_told_in_plain_words(resident: Browser) -> None:
    await resident.open("/resident")
    page = await resident.send("/resident", address="101동 1203호")
    assert resident.status in (400, 422)
    assert "하자 종류를 골라 주세요" in page.text
    assert "GET /" not in page.text
    assert page.form("/resident").value("address") == "101동 1203호"


async def test_a_double_click_registers_once(resident: Browser, house: httpx.AsyncClient) -> None:
    form = (await resident.open("/resident")).form("/resident")
    form.fill(defectType="toilet-tile")
    sent = [house.post("/resident", content=form.encoded(), headers=FORM) for _ in range(2)]
    first, second = await asyncio.gather(*sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"].partition("?")[0] == second.headers["location"].partition("?")[0]
    assert await count(house) == SEEDED + 1


async def test_a_key_used_for_something_else_asks_to_look_again(resident: Browser) -> None:
    form = (await resident.open("/resident")).form("/resident")
    form.fill(defectType="toilet-tile")
    await resident.post(form)
    form.fill(defectType="light")
    page = await resident.post(form)
    assert "이미 보내졌습니다" in page.text
    assert page.form("/resident").value("key") != form.value("key")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "http://aptas.test:8082"},
        {"origin": "null"},
    ],
)
async def test_forms_of_other_sites_are_refused(
    resident: Browser, house: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    form = (await resident.open("/resident")).form("/resident")
    form.fill(defectType="toilet-tile")
    answer = await house.post("/resident", content=form.encoded(), headers=FORM | headers)
    assert answer.status_code == 403
    assert await count(house) == SEEDED


async def test_our_own_forms_are_taken(resident: Browser, house: httpx.AsyncClient) -> None:
    form = (await resident.open("/resident")).form("/resident")
    form.fill(defectType="toilet-tile")
    headers = FORM | {"origin": "http://aptas.test", "sec-fetch-site": "same-origin"}
    answer = await house.post("/resident", content=form.encoded(), headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "address",
    ["/resident/1", "/resident/nothing", "/office/1", "/contractor/1", "/contractor?contractorId=1"],
)
async def test_an_unknown_number_is_a_friendly_404(resident: Browser, address: str) -> None:
    page = await resident.open(address)
    assert resident.status == 404
    assert "찾을 수 없습니다" in page.text
    assert page.links


async def test_what_is_no_form_is_refused(house: httpx.AsyncClient) -> None:
    answer = await house.post("/resident", json={"defectType": "light"})
    assert answer.status_code == 415
    assert answer.headers["content-type"].startswith("text/html")


async def test_what_people_write_is_never_markup(resident: Browser) -> None:
    defect_id = await register(resident, description="<script>alert(1)</script>")
    page = await resident.open(f"/resident/{defect_id}")
    assert "script" not in {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text


async def test_a_receipt_number_is_found_as_it_is_said_on_the_telephone(resident: Browser) -> None:
    defect_id = await register(resident)
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", resident.page.text)
    assert found
    await resident.open(f"/resident?receiptNo={found[0].lower().replace('-', ' ')}")
    assert resident.at == f"/resident/{defect_id}"
    page = await resident.open("/resident?receiptNo=XXXX")
    assert resident.status == 404
    assert "그런 접수번호가 없습니다" in page.text
    assert told(page)


async def test_pages_refresh_only_where_nothing_typed_is_lost(resident: Browser, office: Browser) -> None:
    defect_id = await register(resident)
    refreshes = [had for had in resident.page.all("meta") if had.get("http-equiv") == "refresh"]
    assert [had["content"] for had in refreshes] == [f"5; url=/resident/{defect_id}"]
    await resident.open(f"/resident/{defect_id}?do=cancel")
    assert not any("http-equiv" in had for had in resident.page.all("meta"))
    assert any("http-equiv" in had for had in (await office.open("/office")).all("meta"))
    assert not any("http-equiv" in had for had in (await office.open("/office?live=off")).all("meta"))
    assert not any("http-equiv" in had for had in (await resident.open("/resident")).all("meta"))


async def test_an_action_that_is_over_says_why(resident: Browser, house: httpx.AsyncClient) -> None:
    defect_id = await register(resident)
    answer = await house.post(f"/resident/{defect_id}/confirm", content="key=k1", headers=FORM)
    assert answer.status_code == 409
    assert "보수가 완료된 하자만 확인할 수 있습니다" in answer.text


async def test_the_office_narrows_its_list_by_status(office: Browser) -> None:
    await office.until("/office?status=OPEN", "7건")
    assert "0건" in (await office.open("/office?status=REJECTED")).text
    assert "0건" in (await office.open("/office?overdue=true")).text


async def test_the_stylesheet_is_served_and_nothing_else_may_load(house: httpx.AsyncClient) -> None:
    assert (await house.get("/static/plain.css")).status_code == 200
    page = await house.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
