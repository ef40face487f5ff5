"""What happened, in plain words: one sentence or two a fact, Korean and English. Times are Korea's."""

from collections.abc import Sequence
from datetime import date, datetime

from aptas import catalogue
from aptas.kernel.clock import KST
from aptas.mypage.rows import Slot, Text

WEEKDAYS_KO = "월화수목금토일"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(on: date) -> Text:
    """`3월 5일(수)` and `Wed 5 Mar`: strftime would ask the machine's locale."""
    return Text(
        ko=f"{on.month}월 {on.day}일({WEEKDAYS_KO[on.weekday()]})",
        en=f"{WEEKDAYS_EN[on.weekday()]} {on.day} {MONTHS_EN[on.month - 1]}",
    )


def slot(time: Slot) -> Text:
    """`3월 5일(수) 10:00–12:00`, naming the second day only where there is one."""
    start, end = time.start.astimezone(KST), time.end.astimezone(KST)
    first, last = _moment(start), _moment(end)
    if start.date() == end.date():
        last = Text(ko=f"{end:%H:%M}", en=f"{end:%H:%M}")
    return Text(ko=f"{first.ko}–{last.ko}", en=f"{first.en}–{last.en}")


def _moment(at: datetime) -> Text:
    on = day(at.date())
    return Text(ko=f"{on.ko} {at:%H:%M}", en=f"{on.en} {at:%H:%M}")


def _slots(times: Sequence[Slot]) -> Text:
    texts = [slot(time) for time in times]
    return Text(ko=", ".join(text.ko for text in texts), en="; ".join(text.en for text in texts))


def _because(ko: str, en: str, reason: str | None) -> Text:
    return Text(ko=f"{ko} 사유: {reason}", en=f"{en} Reason: {reason}") if reason else Text(ko=ko, en=en)


def _due(ko: str, en: str, due: date | None) -> Text:
    if due is None:
        return Text(ko=ko, en=en)
    return Text(ko=f"{ko} 처리 기한은 {day(due).ko}입니다.", en=f"{en} It is due by {day(due).en}.")


def registered(receipt_no: str) -> Text:
    return Text(
        ko=f"하자를 접수했습니다. 접수번호는 {receipt_no}입니다.",
        en=f"The defect was registered. The receipt number is {receipt_no}.",
    )


def reopened(attempt: int, reason: str) -> Text:
    return _because(
        f"하자를 다시 접수했습니다({attempt}차).", f"The defect was re-opened (attempt {attempt}).", reason
    )


def confirmed() -> Text:
    return Text(ko="보수가 잘 되었다고 확인했습니다.", en="The repair was confirmed.")


def cancellation_asked(times: int) -> Text:
    if times > 1:
        return Text(
            ko=f"답이 없어 취소를 다시 요청했습니다({times}번째).",
            en=f"There was no answer, so the cancellation was requested again (time {times}).",
        )
    return Text(ko="취소를 요청했습니다.", en="Cancellation was requested.")


def cancellation_passed_on(times: int) -> Text:
    if times > 1:
        return Text(
            ko=f"사무소가 시공사에 취소를 다시 요청했습니다({times}번째).",
            en=f"The office asked the contractor again to cancel (time {times}).",
        )
    return Text(ko="사무소가 시공사에 취소를 요청했습니다.", en="The office asked the contractor to cancel.")


def withdrawn() -> Text:
    return Text(ko="사무소가 접수를 취소했습니다.", en="The office cancelled the registration.")


def work_order_cancelled() -> Text:
    return Text(ko="시공사가 작업을 취소했습니다.", en="The contractor cancelled the work.")


def refused_by_office(reason: str) -> Text:
    return _because("사무소가 취소할 수 없다고 답했습니다.", "The office refused the cancellation.", reason)


def refused_by_contractor(reason: str) -> Text:
    return _because(
        "시공사가 취소할 수 없다고 답했습니다.", "The contractor refused the cancellation.", reason
    )


def identified(defect_type: str, due: date | None) -> Text:
    known = catalogue.DEFECT_TYPES.get(defect_type)
    ko, en = (known.ko, known.en) if known else (defect_type, defect_type)
    return _due(f"사무소가 하자 종류를 확인했습니다: {ko}.", f"The office identified the defect: {en}.", due)


def approved(contractor: str, due: date) -> Text:
    return _due(
        f"사무소가 {contractor}에 보수를 맡겼습니다.", f"The office assigned it to {contractor}.", due
    )


def rejected(reason: str) -> Text:
    return _because("사무소가 접수를 반려했습니다.", "The office rejected the claim.", reason)


def visit_proposed(slots: Sequence[Slot]) -> Text:
    times = _slots(slots)
    return Text(
        ko=f"시공사가 방문 시간을 제안했습니다: {times.ko}", en=f"The contractor proposed a visit: {times.en}"
    )


def visit_counter_proposed(slots: Sequence[Slot]) -> Text:
    times = _slots(slots)
    return Text(
        ko=f"다른 방문 시간을 제안했습니다: {times.ko}",
        en=f"Other times were proposed for the visit: {times.en}",
    )


def visit_scheduled(visit: Slot) -> Text:
    time = slot(visit)
    return Text(ko=f"방문 시간이 정해졌습니다: {time.ko}", en=f"The visit is agreed: {time.en}")


def departed() -> Text:
    return Text(ko="시공사가 출발했습니다.", en="The contractor is on the way.")


def visit_failed(reason: str) -> Text:
    return _because("방문했으나 보수하지 못했습니다.", "The visit came to nothing.", reason)


def completed(note: str | None) -> Text:
    ko, en = "시공사가 보수를 마쳤습니다.", "The contractor completed the repair."
    return Text(ko=f"{ko} 메모: {note}", en=f"{en} Note: {note}") if note else Text(ko=ko, en=en)


def declined(reason: str) -> Text:
    return _because(
        "시공사가 맡지 않아 사무소가 다른 시공사를 찾습니다.",
        "The contractor declined; the office looks for another.",
        reason,
    )
