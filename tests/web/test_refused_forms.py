"""What was typed is never lost: a refused form stands open, with why, on every page."""

from collections.abc import Iterable

import pytest

from tests.web.browser import FilledForm, told
from tests.web.staged import ID, SLOT, Stage, case, company, mypage, order

WHEN = ["2026-12-05T10:00", "2026-12-06T14:30", ""]
HOW_LONG = ["60", "90", "120"]
WHY = "부품이 <없습니다>\n다음 주에"
BEHIND_A_BUTTON = [
    ("contractor", "propose-visit", {"start": WHEN, "minutes": HOW_LONG}),
    ("contractor", "complete", {"note": WHY}),
    ("contractor", "report-failed-visit", {"reason": WHY}),
    ("contractor", "decline", {"reason": WHY}),
    ("resident", "counter-propose-visit", {"start": WHEN, "minutes": HOW_LONG}),
    ("resident", "reopen", {"reason": WHY}),
    ("resident", "cancel", {}),
]


def staged(*actions: str) -> Stage:
    """Every page of one defect; the services refuse whatever is sent."""
    stage = Stage(
        mypages=mypage(*actions, slots=[SLOT]),
        defectRegistrations=mypage(),
        defectContractors=order(*actions),
        defectManagements=case(*actions),
    )
    stage.lists("contractorCompanies", company("5", "한빛타일", "tiling"))
    stage.refusal = (422, "a_law_nobody_knows", "안 됩니다 / No")
    return stage


def values(form: FilledForm, names: Iterable[str]) -> dict[str, list[str]]:
    """What stands in the inputs of these names."""
    return {name: [value for each, value in form.fields if each == name] for name in names}


@pytest.mark.parametrize(("actor", "action", "typed"), BEHIND_A_BUTTON)
async def test_a_form_behind_a_button_is_open_after_its_refusal(
    actor: str, action: str, typed: dict[str, str | list[str]]
) -> None:
    browser = staged(action).browser()
    await browser.open(f"/{actor}/{ID}")
    page = await browser.send(action, **typed)
    assert browser.status == 422
    assert "안 됩니다" in page.text
    assert len(told(page)) == 1
    kept = {name: [said] if isinstance(said, str) else said for name, said in typed.items()}
    assert values(page.form(f"/{action}"), kept) == kept
    assert not any(href.endswith(f"do={action}") for href in page.links.values()), "it is open already"
    assert not any("http-equiv" in had for had in page.all("meta")), "no refresh throws it away"


@pytest.mark.parametrize(
    ("actor", "action"),
    [
        *[("office", action) for action in ("identify", "approve", "reject")],
        *[("contractor", action) for action in ("depart", "decline")],
        *[("resident", action) for action in ("accept-visit", "confirm", "cancel")],
    ],
)
async def test_the_browser_lands_where_it_is_told_why(actor: str, action: str) -> None:
    browser = staged(action).browser()
    await browser.open(f"/{actor}/{ID}")
    page = await browser.send(action)
    assert [had["id"] for had in told(page)] == [f"trouble-{action}"]
    targets = {had["action"].partition("#")[2] for had in page.all("form")}
    assert f"trouble-{action}" in targets
    assert "<title>오류: " in page.html


async def test_a_time_taken_over_from_the_resident_stays_when_it_is_refused() -> None:
    stage = staged("propose-visit")
    stage.says[f"/defectContractors/{ID}"] = order("propose-visit", status="COUNTERED", slots=[SLOT])
    browser = stage.browser()
    await browser.open(f"/contractor/{ID}")
    page = await browser.send("/propose-visit")
    form = page.forms[-1]
    assert values(form, ["start"])["start"][0] == "2026-12-05T10:00", "as a datetime-local can show it"


async def test_an_action_that_is_no_longer_offered_tells_why_at_the_top() -> None:
    stage = staged("decline")
    browser = stage.browser()
    await browser.open(f"/contractor/{ID}?do=decline")
    stage.says[f"/defectContractors/{ID}"] = order(status="CANCELLED")
    page = await browser.send("decline", reason="늦었습니다")
    assert [had["id"] for had in told(page)] == ["trouble-decline"]
