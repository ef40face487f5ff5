"""The words of the pages: statuses and verdicts in both languages, dates and times as Korea writes them."""

from collections.abc import Iterable
from datetime import date, datetime

from aptas.kernel.clock import KST, korean_date
from aptas.web.shapes import Both, Case, Catalogue, DefectType, Label, MyPage, Slot, WorkOrder

WEEKDAYS = "월화수목금토일"


def both(ko: str, en: str) -> Both:
    """A text in both languages."""
    return Both(ko=ko, en=en)


CASE_STATUS = {
    "OPEN": both("처리 대기", "Open"),
    "APPROVED": both("승인", "Approved"),
    "WITHDRAWING": both("취소 확인 중", "Cancellation asked"),
    "REJECTED": both("반려", "Rejected"),
    "WITHDRAWN": both("취소", "Withdrawn"),
    "CLOSED": both("종결", "Closed"),
}
ORDER_STATUS = {
    "OFFERED": both("새 작업", "New"),
    "AGAIN": both("다시 방문", "Visit again"),
    "COUNTERED": both("다른 시간 요청", "Other times asked for"),
    "PROPOSED": both("시간 제안함", "Times proposed"),
    "SCHEDULED": both("방문 예정", "Visit scheduled"),
    "DEPARTED": both("출발", "On the way"),
    "COMPLETED": both("완료", "Completed"),
    "DECLINED": both("맡지 않음", "Declined"),
    "CANCELLED": both("취소됨", "Cancelled"),
}
VERDICT = {
    "in": both("보증기간 안", "In warranty"),
    "expiring": both("보증기간 곧 만료", "Warranty expiring"),
    "out": both("보증기간 지남", "Out of warranty"),
    "undecided: home unknown": both("판단 보류: 세대를 알 수 없음", "Undecided: home unknown"),
    "undecided: handover date unknown": both(
        "판단 보류: 인도일을 알 수 없음", "Undecided: handover date unknown"
    ),
    "undecided: use-inspection date unknown": both(
        "판단 보류: 사용검사일을 알 수 없음", "Undecided: use-inspection date unknown"
    ),
}
UNFINISHED = ("OPEN", "APPROVED", "WITHDRAWING")
"""The cases whose due date still counts."""


def word(words: dict[str, Both], name: str | None) -> Both:
    """Its label; the name itself when it is new to us."""
    return words.get(name or "", both(name or "–", name or "–"))


def verdict(name: str) -> Both:
    """The label of a warranty verdict."""
    if name.startswith("undecided") and name not in VERDICT:
        return both("판단 보류", name.capitalize())
    return word(VERDICT, name)


def day(on: date | None) -> str:
    """`2026-12-01 (화)`."""
    return "–" if on is None else f"{on.isoformat()} ({WEEKDAYS[on.weekday()]})"


def moment(at: datetime | None) -> str:
    """`2026-12-01 (화) 10:00`, Korean time."""
    return "–" if at is None else f"{day(korean_date(at))} {at.astimezone(KST):%H:%M}"


def local(at: datetime) -> str:
    """`2026-12-01T10:00`: what an input of type datetime-local can show; Korean time, as forms are read."""
    return f"{at.astimezone(KST):%Y-%m-%dT%H:%M}"


def visit(slot: Slot | None) -> str:
    """`2026-12-01 (화) 10:00–12:00`, naming the second day only where there is one."""
    if slot is None:
        return "–"
    is_one_day = korean_date(slot.start) == korean_date(slot.end)
    end = f"{slot.end.astimezone(KST):%H:%M}" if is_one_day else moment(slot.end)
    return f"{moment(slot.start)}–{end}"


def is_overdue(due: date | None, status: str, now: datetime) -> bool:
    """Past its day, and still to be done."""
    return due is not None and status in UNFINISHED and due < korean_date(now)


class Dictionary:
    """The catalogue's words, by id."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._types = _by_id(catalogue.embedded.defect_types)
        self._trades = _by_id(catalogue.trades)
        self._urgencies = _by_id(catalogue.urgencies)
        self._places = _by_id([*catalogue.locations, *catalogue.defect_kinds])

    def type(self, name: str | None) -> Both:
        """A defect type."""
        return word(self._types, name)

    def line(self, name: str | None) -> DefectType | None:
        """The catalogue's line of a defect type."""
        return next((each for each in self.catalogue.embedded.defect_types if each.id == name), None)

    def particulars(self, thing: Case | MyPage | WorkOrder) -> str:
        """Where and what, by which two defects of one type and one home are told apart."""
        return " · ".join(self.place(name).ko for name in (thing.location, thing.kind) if name)

    def trade(self, name: str | None) -> Both:
        """A trade."""
        return word(self._trades, name)

    def urgency(self, name: str | None) -> Both:
        """How soon."""
        return word(self._urgencies, name)

    def place(self, name: str | None) -> Both:
        """A location or a kind of defect."""
        return word(self._places, name)

    @property
    def types_by_trade(self) -> list[tuple[Label, list[Label]]]:
        """Trades with their defect types, those without any left out."""
        types = self.catalogue.embedded.defect_types
        grouped = [
            (trade, [each for each in types if each.trade == trade.id]) for trade in self.catalogue.trades
        ]
        return [(trade, list(lines)) for trade, lines in grouped if lines]


def _by_id(labels: Iterable[Label]) -> dict[str, Both]:
    return {label.id: both(label.ko, label.en) for label in labels}
