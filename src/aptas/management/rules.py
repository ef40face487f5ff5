"""The laws of management, as sentences. Each is True while it is kept."""

from typing import TYPE_CHECKING

from aptas import catalogue
from aptas.kernel.laws import law

if TYPE_CHECKING:
    from aptas.management.commands import Candidate
    from aptas.management.model import Case


@law(
    "하자 종류를 찾을 수 없습니다. GET /defectTypes 목록의 id를 보내 주세요.",
    "There is no such defect type. Send one of the ids that GET /defectTypes lists.",
    kind="invalid",
)
def a_defect_type_stands_in_the_catalogue(defect_type: str) -> bool:
    return defect_type in catalogue.DEFECT_TYPES


@law(
    "공종을 찾을 수 없습니다. GET /defectTypes 의 trades 중 하나를 보내 주세요.",
    "There is no such trade. Send one of those under `trades` in GET /defectTypes.",
    kind="invalid",
)
def a_trade_stands_in_the_catalogue(trade: str) -> bool:
    return trade in catalogue.TRADES


@law(
    "긴급도를 찾을 수 없습니다. GET /defectTypes 의 urgencies 중 하나를 보내 주세요.",
    "There is no such urgency. Send one of those under `urgencies` in GET /defectTypes.",
    kind="invalid",
)
def an_urgency_stands_in_the_catalogue(urgency: str) -> bool:
    return urgency in catalogue.URGENCIES


@law(
    "접수 내용이나 기본 분류와 다르게 정할 때에는 사유를 적어 주세요.",
    "This differs from the claim or from the catalogue. Please give the reason.",
    kind="invalid",
)
def an_override_carries_a_reason(is_override: bool, reason: str | None) -> bool:
    return not is_override or bool((reason or "").strip())


@law(
    "입주자의 취소 요청을 시공사에 확인하는 중입니다. 시공사의 답을 기다려 주세요.",
    "The resident wants to cancel and the contractor is being asked. Please wait for its answer.",
)
def nothing_is_decided_while_a_withdrawal_is_under_way(case: "Case") -> bool:
    return case.status != "WITHDRAWING"


@law(
    "입주자가 취소한 하자입니다. 더 처리할 것이 없습니다.",
    "The resident has withdrawn this defect. There is nothing left to decide.",
)
def a_withdrawn_case_stays_withdrawn(case: "Case") -> bool:
    return case.status != "WITHDRAWN"


@law(
    "이미 승인, 반려 또는 종결된 하자입니다. 처리 대기 중인 하자만 결정할 수 있습니다.",
    "This defect is already approved, rejected or closed. Only an open case can be decided.",
)
def only_an_open_case_is_decided(case: "Case") -> bool:
    return case.underlying == "OPEN"


@law(
    "등록된 시공사가 아닙니다. GET /contractorCompanies 목록의 contractorId를 보내 주세요.",
    "There is no such contractor. Send one of the ids that GET /contractorCompanies lists.",
    kind="invalid",
)
def a_contractor_stands_on_the_roster(contractor: "Candidate | None") -> bool:
    return contractor is not None


@law(
    "이 공종을 맡지 않는 시공사입니다. 해당 공종의 시공사를 고르거나 공종을 다시 정해 주세요.",
    "This contractor does not do this trade. Choose one that does, or identify the defect anew.",
)
def a_contractor_does_the_trade(contractor: "Candidate", trade: str) -> bool:
    return trade in contractor.trades


@law(
    "반려 사유를 적어 주세요. 하자가 아니라고 판단하면 그 이유를 서면으로 알려야 합니다"
    "(공동주택관리법 시행령 제38조제3항 단서).",
    "Please give the reason in writing: the law requires it (공동주택관리법 시행령 제38조제3항 단서).",
    kind="invalid",
)
def a_rejection_is_given_in_writing(reason: str) -> bool:
    return bool(reason.strip())
