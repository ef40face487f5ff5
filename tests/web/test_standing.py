"""How far it is and why, in words that do not read the same for different things."""

import pytest

from aptas.web.told import SENT, TOLD, told
from tests.web.browser import FORM, Page
from tests.web.staged import ID, Stage, case, company, mypage, order, step

WHY = "까닭입니다"
REFUSED = step("CancellationRefused", f"시공사가 취소할 수 없다고 답했습니다. 사유: {WHY}")


async def resident_page(**said: object) -> Page:
    """The resident's page of such a defect."""
    stage = Stage(mypages=mypage(reason=WHY, **said), defectRegistrations=mypage())
    return await stage.browser().open(f"/resident/{ID}")


@pytest.mark.parametrize(
    ("event_type", "label"),
    [
        ("WorkOrderDeclined", "시공사 거절 사유"),
        ("VisitFailed", "방문 실패 사유"),
        ("CancellationRefused", "취소 거절 사유"),
        ("DefectReopened", "재접수 사유"),
        ("SomethingNew", "사유 Reason"),
    ],
)
async def test_a_reason_says_of_what(event_type: str, label: str) -> None:
    page = await resident_page(timeline=[step(event_type, f"그랬습니다. 사유: {WHY}")])
    assert f"{label} " in page.text
    assert WHY in page.text


async def test_a_rejection_is_told_as_one_though_a_cancellation_was_refused_before() -> None:
    page = await resident_page(status="REJECTED", timeline=[REFUSED])
    assert "반려 사유" in page.text


@pytest.mark.parametrize("status", ["COMPLETED", "CONFIRMED"])
async def test_after_the_repair_nobody_reads_why_it_could_not_be_cancelled(status: str) -> None:
    page = await resident_page(status=status, timeline=[REFUSED])
    assert not [had for had in page.all("p") if had.get("class") == "reason"]


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ("COMPLETED", "보수 완료 · 입주민 확인 전"),
        ("CONFIRMED", "입주민 확인 Confirmed by the resident"),
    ],
)
async def test_closed_and_completed_tell_whether_the_resident_confirmed(seen: str, said: str) -> None:
    stage = Stage(
        mypages=mypage(status=seen),
        defectManagements=case(status="CLOSED", reason=WHY),
        defectContractors=order(status="COMPLETED"),
    )
    office = await stage.browser().open(f"/office/{ID}")
    assert said in office.text
    assert WHY not in office.text
    assert said in (await stage.browser().open(f"/contractor/{ID}")).text


async def test_what_the_resident_sees_of_an_earlier_attempt_is_not_shown() -> None:
    stage = Stage(mypages=mypage(status="CONFIRMED"), defectManagements=case(status="CLOSED", attempt=2))
    assert "입주민 확인" not in (await stage.browser().open(f"/office/{ID}")).text


async def test_an_order_after_a_failed_visit_is_no_new_work() -> None:
    stage = Stage(defectContractors=order(reason=WHY))
    stage.lists("contractorCompanies", company("5", "한빛타일", "tiling"))
    stage.lists("defectContractors", order(reason=WHY), order(defectId="72"))
    page = await stage.browser().open(f"/contractor/{ID}")
    assert "다시 방문" in page.text
    assert "방문 실패 사유" in page.text
    listed = await stage.browser().open("/contractor?contractorId=5")
    assert [had["id"] for had in listed.all("h2")] == ["group-OFFERED", "group-AGAIN"]


async def test_defects_of_one_type_in_one_home_are_told_apart_in_every_list() -> None:
    where = {"location": "bathroom-common", "kind": "crack"}
    stage = Stage()
    stage.lists("mypages", mypage(**where))
    stage.lists("defectManagements", case(**where))
    stage.lists("defectContractors", order(**where, description="왼쪽 벽 아래"))
    stage.lists("contractorCompanies", company("5", "한빛타일", "tiling"))
    catalogue = stage.says["/defectTypes"]
    places = {each["id"]: each["ko"] for each in (*catalogue["locations"], *catalogue["defectKinds"])}
    for address in ("/resident", "/office", "/contractor?contractorId=5"):
        page = await stage.browser().open(address)
        assert f"{places['bathroom-common']} · {places['crack']}" in page.text
        assert ("왼쪽 벽 아래" if "contractor" in address else "7K3M-9QXR") in page.text


@pytest.mark.parametrize(
    ("action", "status", "said"),
    [
        ("confirm", "CONFIRMED", "이미 확인하셨습니다"),
        ("accept-visit", "SCHEDULED", "방문 시간이 이미 정해졌습니다"),
        ("depart", "DEPARTED", "이미 출발을 알렸습니다"),
    ],
)
async def test_what_is_pressed_twice_reads_as_done(action: str, status: str, said: str) -> None:
    stage = Stage(
        mypages=mypage(status=status), defectRegistrations=mypage(), defectContractors=order(status=status)
    )
    stage.refusal = (409, "a_law_nobody_knows", "먼저 무엇을 해 주세요. / First do something.")
    actor = "contractor" if action == "depart" else "resident"
    browser = stage.browser()
    answer = await browser.http.post(f"/{actor}/{ID}/{action}", content="key=k", headers=FORM)
    assert answer.status_code == 409
    assert said in answer.text
    assert "먼저 무엇을" not in answer.text


@pytest.mark.parametrize(("actor", "action"), list(TOLD))
def test_each_action_has_a_sentence_of_its_own(actor: str, action: str) -> None:
    assert told(actor, action) != SENT
    assert len({each.ko for each in TOLD.values()}) == len({each.en for each in TOLD.values()}) == len(TOLD)
