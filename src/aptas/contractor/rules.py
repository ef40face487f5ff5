"""The laws of the contractor, as sentences. Each is True while it is kept."""

from collections.abc import Set
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from aptas import catalogue
from aptas.contractor.events import Slot
from aptas.kernel.laws import law
from aptas.kernel.messages import Id, Rejection

if TYPE_CHECKING:
    from aptas.contractor.model import WorkOrder

LONGEST_VISIT = timedelta(hours=12)
FARTHEST_VISIT = timedelta(days=366)

IN_TWO_PLACES = Rejection(
    law="a_technician_is_never_in_two_places",
    ko="그 시간에는 이 시공사의 다른 방문이 이미 잡혀 있습니다. 다른 시간을 고르거나 제안해 주세요.",
    en="The contractor already has another visit at that time. Choose or propose a different one.",
)


@law(IN_TWO_PLACES.ko, IN_TWO_PLACES.en)
def a_technician_is_never_in_two_places(wanted: Set[tuple[Id, int]], taken: Set[tuple[Id, int]]) -> bool:
    return not wanted & taken


@law("방문 시간을 1개에서 3개까지 제안해 주세요.", "Propose between one and three times.", kind="invalid")
def a_proposal_holds_one_to_three_slots(slots: tuple[Slot, ...]) -> bool:
    return 1 <= len(slots) <= 3


@law(
    "방문 종료 시각은 시작 시각보다 늦어야 합니다. 두 시각을 확인해 주세요.",
    "A visit has to end after it starts. Please check both times.",
    kind="invalid",
)
def a_slot_ends_after_it_starts(slots: tuple[Slot, ...]) -> bool:
    return all(slot.end > slot.start for slot in slots)


@law(
    "이미 지난 시간입니다. 앞으로의 방문 시간을 골라 주세요.",
    "That time has already passed. Please choose one in the future.",
    kind="invalid",
)
def a_visit_lies_in_the_future(starts: tuple[datetime, ...], at: datetime) -> bool:
    return all(start > at for start in starts)


@law(
    "방문은 앞으로 1년 안의 시간으로 제안해 주세요.",
    "Please propose times within the next year.",
    kind="invalid",
)
def a_visit_lies_within_a_year(starts: tuple[datetime, ...], at: datetime) -> bool:
    """The year 9999 is not only far: in Korea's time it cannot be written, and a mypage would stop at it."""
    return all(start - at <= FARTHEST_VISIT for start in starts)


@law(
    "한 번의 방문은 12시간을 넘을 수 없습니다. 나누어 제안해 주세요.",
    "One visit lasts twelve hours at most. Please divide it.",
    kind="invalid",
)
def a_visit_lasts_at_most_twelve_hours(slots: tuple[Slot, ...]) -> bool:
    return all(slot.end - slot.start <= LONGEST_VISIT for slot in slots)


@law(
    "시작 시각이 같은 시간이 두 번 있습니다. 서로 다른 시간을 제안해 주세요.",
    "Two of the times start at the same moment. Please propose different ones.",
    kind="invalid",
)
def slots_of_one_proposal_do_not_repeat(slots: tuple[Slot, ...]) -> bool:
    """A slot is chosen by its start, so two with one start could not be told apart."""
    return len({slot.start for slot in slots}) == len(slots)


@law(
    "제안된 시간이 아닙니다. 제안된 시간 중 하나를 고르거나 다른 시간을 요청해 주세요.",
    "That time was not proposed. Choose one of the proposed times, or ask for another.",
)
def an_accepted_visit_was_proposed(start: datetime, slots: tuple[Slot, ...]) -> bool:
    return any(slot.start == start for slot in slots)


@law("이유를 적어 주세요.", "Please give a reason.", kind="invalid")
def a_reason_is_given(reason: str) -> bool:
    return bool(reason.strip())


@law(
    "시공사가 이미 출발했거나 보수를 마쳐 취소할 수 없습니다. 방문한 기사나 관리사무소에 말씀해 주세요.",
    "The contractor has already set out or finished, so it cannot be cancelled. "
    "Please tell the technician or the office.",
)
def a_departed_repair_cannot_be_cancelled(order: "WorkOrder") -> bool:
    """Once refused, always refused: whoever is asked repeats the same answer."""
    return not order.refused and order.status not in ("DEPARTED", "COMPLETED")


@law(
    "취소된 작업입니다. 더 하실 일이 없습니다.",
    "This work order was cancelled. There is nothing left to do.",
)
def a_cancelled_work_order_stays_cancelled(order: "WorkOrder") -> bool:
    return order.status != "CANCELLED"


@law(
    "이미 완료된 작업입니다. 문제가 남았다면 입주민이 다시 접수할 수 있습니다.",
    "This repair is completed. If something is left, the resident can re-open the defect.",
)
def a_completed_work_order_stays_completed(order: "WorkOrder") -> bool:
    return order.status != "COMPLETED"


@law(
    "시공사가 맡지 않기로 한 작업입니다. 관리사무소가 다시 배정합니다.",
    "The contractor declined this work order. The office will assign it anew.",
)
def a_declined_work_order_stays_declined(order: "WorkOrder") -> bool:
    return order.status != "DECLINED"


@law(
    "이미 출발하여 시간을 제안할 수 없습니다. 방문이 어려우면 방문 실패를 먼저 알려 주세요.",
    "The contractor is on the way, so no time can be proposed. If the visit fails, report that first.",
)
def a_visit_is_proposed_before_departure(order: "WorkOrder") -> bool:
    return order.status in ("OFFERED", "PROPOSED", "COUNTERED", "SCHEDULED")


@law(
    "시공사가 제안했거나 확정된 방문이 있을 때만 다른 시간을 요청할 수 있습니다.",
    "Another time can be asked for only while the contractor's proposal or an agreed visit stands.",
)
def a_counter_proposal_answers_a_proposal(order: "WorkOrder") -> bool:
    return order.status in ("PROPOSED", "SCHEDULED")


@law(
    "지금은 수락할 시공사의 제안이 없습니다. 시공사가 시간을 제안하면 고를 수 있습니다.",
    "There is no proposal of the contractor to accept now. Once one is made, a time can be chosen.",
)
def only_a_proposal_of_the_contractor_is_accepted(order: "WorkOrder") -> bool:
    return order.status == "PROPOSED"


@law(
    "방문 일정이 확정된 작업만 출발할 수 있습니다. 먼저 시간을 제안하고 입주민의 수락을 받아 주세요.",
    "One departs for an agreed visit only. First propose times and have the resident accept one.",
)
def only_a_scheduled_visit_is_departed_for(order: "WorkOrder") -> bool:
    return order.status == "SCHEDULED"


@law(
    "출발한 방문만 실패로 알릴 수 있습니다. 출발 전이라면 다른 시간을 제안하거나 작업을 거절해 주세요.",
    "Only a visit departed for can fail. Before that, propose other times or decline the work order.",
)
def only_a_departed_visit_fails(order: "WorkOrder") -> bool:
    return order.status == "DEPARTED"


@law(
    "출발한 작업만 완료할 수 있습니다. 먼저 출발을 알려 주세요.",
    "Only a repair departed for can be completed. Please report the departure first.",
)
def only_a_departed_repair_is_completed(order: "WorkOrder") -> bool:
    return order.status == "DEPARTED"


@law(
    "이미 출발하여 작업을 거절할 수 없습니다. 보수가 어려우면 방문 실패를 먼저 알려 주세요.",
    "The contractor is on the way, so the work order cannot be declined. Report a failed visit first.",
)
def a_work_order_is_declined_before_departure(order: "WorkOrder") -> bool:
    return order.status in ("OFFERED", "PROPOSED", "COUNTERED", "SCHEDULED")


@law("업체 이름을 적어 주세요.", "Please give the company a name.", kind="invalid")
def a_company_has_a_name(name: str) -> bool:
    return bool(name.strip())


@law("공종을 하나 이상 골라 주세요.", "Please choose at least one trade.", kind="invalid")
def a_company_does_at_least_one_trade(trades: tuple[str, ...]) -> bool:
    return bool(trades)


@law(
    "공종을 찾을 수 없습니다. GET /defectTypes 의 trades 중에서 보내 주세요.",
    "There is no such trade. Send those listed under `trades` in GET /defectTypes.",
    kind="invalid",
)
def a_trade_stands_in_the_catalogue(trades: tuple[str, ...]) -> bool:
    return all(trade in catalogue.TRADES for trade in trades)


@law(
    "이미 등록된 업체입니다. 등록된 정보를 확인해 주세요.",
    "This company is enrolled already. Please look at what is on record.",
)
def a_company_enrols_once(enrolled: bool) -> bool:
    return not enrolled
