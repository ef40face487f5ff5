"""The office's forms: what stands is chosen, and what was refused once is not proposed again."""

import json
from typing import Any

import pytest

from tests.web.browser import Browser
from tests.web.staged import ID, Stage, case, company, order

DEFAULT = {"trade": "default", "urgency": "default"}


def staged(**said: Any) -> Stage:
    """A case that can be identified and approved, and two companies of its trade."""
    stage = Stage(defectManagements=case("identify", "approve", **said))
    stage.lists("contractorCompanies", company("5", "한빛타일", "tile"), company("6", "바른타일", "tile"))
    return stage


def sent(stage: Stage) -> dict[str, Any]:
    """The body of the last POST."""
    return dict(json.loads([each for each in stage.asked if each.method == "POST"][-1].content))


def line(stage: Stage, defect_type: str) -> dict[str, Any]:
    """The catalogue's line of that type."""
    return next(
        each for each in stage.says["/defectTypes"]["_embedded"]["defectTypes"] if each["id"] == defect_type
    )


async def identify(stage: Stage, **typed: str) -> Browser:
    """Press the button, with something typed before."""
    browser = stage.browser()
    await browser.open(f"/office/{ID}")
    await browser.send("/identify", **typed)
    return browser


async def test_the_form_stands_on_the_type_s_defaults_and_sends_what_they_are() -> None:
    stage = staged()
    tile = line(stage, "toilet-tile")
    stage.says[f"/defectManagements/{ID}"] |= {"trade": tile["trade"], "urgency": tile["defaultUrgency"]}
    await identify(stage)
    defaults = {"trade": tile["trade"], "urgency": tile["defaultUrgency"]}
    assert sent(stage) == {"defectType": "toilet-tile", "reason": ""} | defaults


async def test_another_type_brings_its_own_trade_along() -> None:
    stage = staged()
    tile, basin = line(stage, "toilet-tile"), line(stage, "washbasin")
    stage.says[f"/defectManagements/{ID}"] |= {"trade": tile["trade"], "urgency": tile["defaultUrgency"]}
    await identify(stage, defectType="washbasin", reason="세면대")
    assert sent(stage)["trade"] == basin["trade"] != tile["trade"]
    assert sent(stage)["urgency"] == basin["defaultUrgency"]


async def test_what_differs_from_the_defaults_is_chosen_as_it_stands_and_can_be_set_back() -> None:
    stage = staged(trade="plumbing", urgency="emergency")
    browser = stage.browser()
    form = (await browser.open(f"/office/{ID}")).form("/identify")
    assert (form.value("trade"), form.value("urgency")) == ("plumbing", "emergency")
    await browser.send("/identify", **DEFAULT)
    assert sent(stage)["trade"] == line(stage, "toilet-tile")["trade"], "left out, the old one would stay"


async def test_nothing_changed_is_never_refused() -> None:
    stage = staged(trade="plumbing", urgency="emergency")
    stage.refusal = (422, "an_override_carries_a_reason", "사유를 적어 주세요. / Give the reason.")
    browser = await identify(stage)
    assert browser.status == 200
    assert "바뀐 것이 없습니다" in browser.page.text
    browser = await identify(stage, urgency="high")
    assert browser.status == 422
    assert "사유를 적어 주세요" in browser.page.text
    assert browser.page.form("/identify").value("urgency") == "high"
    browser = await identify(stage, urgency="default")
    assert browser.page.form("/identify").value("urgency") == "default", "kept though it is not what stands"


@pytest.mark.parametrize(("status", "chosen"), [("DECLINED", ""), ("OFFERED", "5")])
async def test_whoever_declined_is_marked_and_not_chosen_again(status: str, chosen: str) -> None:
    stage = staged(isDeclined=True, trade="tile", suggestedContractor={"contractorId": "5"})
    stage.says[f"/defectContractors/{ID}"] = order(status=status)
    page = await stage.browser().open(f"/office/{ID}")
    assert page.form("/approve").value("contractorId") == chosen
    assert ("(거절함 / declined)" in page.text) == (not chosen)


async def test_other_defects_of_the_home_are_open_ones_and_the_same_type_comes_first() -> None:
    stage = staged(similar=["1", "2", "3", "4"])
    others = {"1": ("light", "OPEN"), "2": ("toilet-tile", "CLOSED"), "3": ("toilet-tile", "APPROVED")}
    for number, (defect_type, status) in others.items():
        said = case(defectId=number, defectType=defect_type, status=status)
        stage.says[f"/defectManagements/{number}"] = said
    page = await stage.browser().open(f"/office/{ID}")
    assert "같은 세대의 다른 하자" in page.text
    links = [had["href"] for had in page.all("a") if had["href"] in ("/office/1", "/office/2", "/office/3")]
    assert links == ["/office/3", "/office/1"]
