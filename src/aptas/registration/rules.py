"""The laws of registration, as sentences. Each is True while it is kept."""

from typing import TYPE_CHECKING

from aptas import catalogue
from aptas.kernel.laws import law
from aptas.kernel.messages import Rejection

if TYPE_CHECKING:
    from aptas.registration.model import Claim

UNKNOWN = Rejection(
    law="a_claim_exists", kind="missing", ko="그런 접수가 없습니다.", en="There is no such registration."
)


@law(
    "하자 종류를 찾을 수 없습니다. GET /defectTypes 목록의 id를 보내 주세요.",
    "There is no such defect type. Send one of the ids that GET /defectTypes lists.",
    kind="invalid",
)
def a_defect_type_stands_in_the_catalogue(defect_type: str) -> bool:
    return defect_type in catalogue.DEFECT_TYPES


@law(
    "위치를 찾을 수 없습니다. GET /defectTypes 의 locations 중 하나를 보내 주세요.",
    "There is no such location. Send one of those under `locations` in GET /defectTypes.",
    kind="invalid",
)
def a_location_stands_in_the_catalogue(location: str | None) -> bool:
    return location is None or location in catalogue.LOCATIONS


@law(
    "하자 유형을 찾을 수 없습니다. GET /defectTypes 의 defectKinds 중 하나를 보내 주세요.",
    "There is no such kind of defect. Send one of those under `defectKinds` in GET /defectTypes.",
    kind="invalid",
)
def a_kind_stands_in_the_catalogue(kind: str | None) -> bool:
    return kind is None or kind in catalogue.DEFECT_KINDS


@law("수량은 1 이상 9999 이하로 적어 주세요.", "The quantity is between 1 and 9999.", kind="invalid")
def a_quantity_is_at_least_one(qty: int) -> bool:
    return 1 <= qty <= 9999


@law("이유를 적어 주세요.", "Please give a reason.", kind="invalid")
def a_reason_is_given(reason: str) -> bool:
    return bool(reason.strip())


@law(
    "이미 취소 요청이 진행 중입니다. 사무소의 답을 기다려 주세요.",
    "A cancellation is already under way. Please wait for its answer.",
)
def nothing_is_done_while_a_cancellation_is_under_way(claim: "Claim") -> bool:
    return claim.status != "CANCELLING"


@law(
    "이미 취소된 접수입니다. 다시 필요하면 새로 접수해 주세요.",
    "This claim has been cancelled. If it is needed after all, register it anew.",
)
def a_cancelled_claim_stays_cancelled(claim: "Claim") -> bool:
    return claim.status != "CANCELLED"


@law(
    "시공사가 이미 출발하여 취소할 수 없습니다. 방문한 기사에게 말씀해 주세요.",
    "The contractor is already on the way, so it cannot be cancelled. Please tell the technician at the door.",
)
def a_departed_repair_cannot_be_cancelled(claim: "Claim") -> bool:
    return not claim.departed


@law(
    "이번 접수의 취소 요청은 이미 거절되었습니다. 사유를 확인해 주세요.",
    "The cancellation of this attempt was already refused. Its reason is shown.",
)
def an_attempt_is_cancelled_at_most_once(claim: "Claim") -> bool:
    return claim.cancellation is None


@law(
    "접수되었거나 배정된 하자만 취소할 수 있습니다.",
    "Only a defect that is received or assigned can be cancelled.",
)
def only_an_unfinished_claim_is_cancelled(claim: "Claim") -> bool:
    return claim.underlying in ("RECEIVED", "ASSIGNED")


@law("보수가 완료된 하자만 확인할 수 있습니다.", "Only a completed repair can be confirmed.")
def only_a_completed_repair_is_confirmed(claim: "Claim") -> bool:
    return claim.underlying == "COMPLETED"


@law(
    "완료, 확인 또는 반려된 하자만 다시 접수할 수 있습니다.",
    "Only a defect that is completed, confirmed or rejected can be re-opened.",
)
def only_a_finished_claim_is_reopened(claim: "Claim") -> bool:
    return claim.underlying in ("COMPLETED", "CONFIRMED", "REJECTED")
