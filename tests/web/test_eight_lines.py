"""The eight lines of the scenario, by clicking, in three windows."""

from datetime import datetime, timedelta

from aptas.kernel.clock import KST
from tests.web.browser import Browser


def in_days(days: int, hour: int = 10) -> str:
    """A datetime-local as a browser sends it."""
    return f"{datetime.now(KST) + timedelta(days=days):%Y-%m-%d}T{hour:02}:00"


async def register(resident: Browser, **more: str) -> str:
    """Line 1; the defect's id."""
    await resident.open("/resident")
    said = {"defectType": "toilet-tile", "phoneNumber": "010-7554-6068", "address": "행복아파트 101동 1203호"}
    page = await resident.send("/resident", **(said | more))
    assert resident.status == 200
    assert "접수했습니다" in page.text
    return resident.at.partition("?")[0].rpartition("/")[2]


async def approve(office: Browser, defect_id: str) -> None:
    """Lines 2 and 3: it arrived, and the suggested contractor gets it."""
    await office.until("/office", f"/office/{defect_id}")
    await office.until(f"/office/{defect_id}", "처리 대기")
    assert office.page.form("/approve").value("contractorId"), "a contractor is suggested"
    page = await office.send("/approve")
    assert "시공사에 맡겼습니다" in page.text


async def agree(resident: Browser, contractor: Browser, defect_id: str, days: int = 3) -> None:
    """Line 4, the first half; the visit is so many days away."""
    await contractor.until(f"/contractor/{defect_id}", "새 작업")
    await contractor.send("propose-visit", start=[in_days(days), in_days(days + 1)])
    await resident.until(f"/resident/{defect_id}", "방문 시간을 골라 주세요")
    page = await resident.send("accept-visit")
    assert "방문예정" in page.text


async def test_a_defect_goes_from_the_report_to_the_sign_off(
    resident: Browser, office: Browser, contractor: Browser
) -> None:
    defect_id = await register(resident, location="bathroom-common", kind="crack", description="금이 갔어요")
    await approve(office, defect_id)
    await agree(resident, contractor, defect_id)
    await contractor.until(f"/contractor/{defect_id}", "방문 예정")
    assert "출발했습니다" in (await contractor.send("/depart")).text
    await resident.until(f"/resident/{defect_id}", "시공사가 출발했습니다")
    assert not resident.page.offers("cancel"), "departure is the pivot"
    assert "보수를 마쳤습니다" in (await contractor.send("complete", note="타일 두 장을 갈았습니다")).text
    await resident.until(f"/resident/{defect_id}", "타일 두 장을 갈았습니다")
    await office.until(f"/office/{defect_id}", "보수 완료 · 입주민 확인 전")
    page = await resident.send("/confirm")
    assert "확인했습니다" in page.text
    page = await office.until(f"/office/{defect_id}", "입주민 확인 Confirmed by the resident")
    assert "종결" in page.text
    await contractor.until(f"/contractor/{defect_id}", "입주민 확인 Confirmed by the resident")


async def test_the_resident_asks_for_other_times(
    resident: Browser, office: Browser, contractor: Browser
) -> None:
    defect_id = await register(resident)
    await approve(office, defect_id)
    await contractor.until(f"/contractor/{defect_id}", "새 작업")
    await contractor.send("propose-visit", start=[in_days(3)])
    await resident.until(f"/resident/{defect_id}", "방문 시간을 골라 주세요")
    await resident.send("counter-propose-visit", start=[in_days(5, 14)], minutes=["60"])
    await resident.until(f"/resident/{defect_id}", "시공사의 답을 기다립니다")
    await contractor.until(f"/contractor/{defect_id}", "입주민이 원하는 시간")
    assert "14:00–15:00" in contractor.page.text, "Korean time, as it was typed"
    await contractor.send("/propose-visit")
    await resident.until(f"/resident/{defect_id}", "방문 시간을 골라 주세요")
    assert "14:00–15:00" in (await resident.send("accept-visit")).text


async def test_a_cancellation_reaches_the_contractor(
    resident: Browser, office: Browser, contractor: Browser
) -> None:
    defect_id = await register(resident)
    await approve(office, defect_id)
    await agree(resident, contractor, defect_id)
    await resident.send("cancel")
    await resident.until(f"/resident/{defect_id}", "시공사가 작업을 취소했습니다")
    await contractor.until(f"/contractor/{defect_id}", "방문하지 마세요")
    await office.until(f"/office/{defect_id}", "시공사에 취소를 요청한 횟수: 1번")
    assert "취소" in (await resident.open(f"/resident/{defect_id}")).text
    assert not resident.page.offers("cancel")


async def test_a_rejection_shows_its_reason_and_can_be_reopened(resident: Browser, office: Browser) -> None:
    defect_id = await register(resident)
    await office.until(f"/office/{defect_id}", "처리 대기")
    await office.send("/reject", reason="사용 중 파손으로 보입니다")
    await resident.until(f"/resident/{defect_id}", "사용 중 파손으로 보입니다")
    assert "반려 사유" in resident.page.text
    page = await resident.send("reopen", reason="입주 첫날부터 있었습니다")
    assert "2차 접수" in page.text
    await office.until(f"/office/{defect_id}", "입주 첫날부터 있었습니다")
    await office.until(f"/office/{defect_id}", "재접수 사유")


async def test_a_declined_work_order_and_a_failed_visit_tell_why(
    resident: Browser, office: Browser, contractor: Browser
) -> None:
    defect_id = await register(resident)
    await approve(office, defect_id)
    await contractor.until(f"/contractor/{defect_id}", "새 작업")
    await contractor.send("decline", reason="자재가 없습니다")
    await office.until(f"/office/{defect_id}", "시공사가 맡지 않았습니다")
    assert "시공사 거절 사유" in office.page.text
    assert "(거절함 / declined)" in office.page.text
    assert not office.page.form("/approve").value("contractorId"), "whoever declined is not suggested again"
    await resident.until(f"/resident/{defect_id}", "시공사 거절 사유")
    order = (await office.http.get(f"/defectContractors/{defect_id}")).json()
    await office.send("/approve", contractorId=order["contractorId"])
    await agree(resident, contractor, defect_id)
    await contractor.until(f"/contractor/{defect_id}", "방문 예정")
    await contractor.send("/depart")
    page = await contractor.send("report-failed-visit", reason="아무도 없었습니다")
    assert "다시 방문" in page.text
    assert "방문 실패 사유" in page.text
    await resident.until(f"/resident/{defect_id}", "아무도 없었습니다")
    assert "방문 실패 사유" in resident.page.text


async def test_another_kind_needs_a_reason_and_then_another_contractor(
    resident: Browser, office: Browser
) -> None:
    defect_id = await register(resident)
    await office.until(f"/office/{defect_id}", "처리 대기")
    await office.send("/identify", defectType="washbasin")
    assert office.status == 422
    assert office.page.form("/identify").value("defectType") == "washbasin", "what was chosen is kept"
    page = await office.send("/identify", reason="세면대가 샙니다")
    assert "하자 종류를 확인했습니다" in page.text
    assert "다온설비" in page.text
    assert "한빛타일" not in page.text
    page = await office.send("/identify")
    assert office.status == 200, "what was decided with its reason is not asked for it again"
    assert "바뀐 것이 없습니다" in page.text


async def test_the_contractor_chooses_its_company_and_sees_its_work(
    resident: Browser, office: Browser, contractor: Browser
) -> None:
    defect_id = await register(resident)
    await approve(office, defect_id)
    await contractor.until(f"/contractor/{defect_id}", "새 작업")
    await contractor.click("한빛타일")
    assert "새 작업" in contractor.page.text
    assert f"/contractor/{defect_id}" in contractor.page.html
    page = await contractor.open("/contractor")
    assert "한빛타일" in page.text
    chosen = contractor.page.forms[0]
    assert chosen.method == "get"


async def test_similar_defects_of_one_household_stand_side_by_side(
    resident: Browser, office: Browser
) -> None:
    first = await register(resident, description="왼쪽 타일")
    await office.until(f"/office/{first}", "처리 대기")
    second = await register(resident, description="오른쪽 타일")
    await office.until(f"/office/{second}", "같은 세대의 다른 하자")
    assert f"/office/{first}" in office.page.html
    assert "왼쪽 타일" in office.page.text
