"""What a page says back after an action: what was done by it, or that it was done before."""

from aptas.web.client import Refused
from aptas.web.papers import Trouble
from aptas.web.shapes import Both
from aptas.web.words import both

SENT = both("보냈습니다.", "Sent.")
TOLD = {
    ("resident", "cancel"): both(
        "취소를 요청했습니다. 답이 오면 여기에 보입니다.",
        "Cancellation was requested. The answer will be shown here.",
    ),
    ("resident", "confirm"): both("보수가 잘 되었다고 확인했습니다.", "You confirmed the repair."),
    ("resident", "reopen"): both("다시 접수했습니다.", "Re-opened."),
    ("resident", "accept-visit"): both("방문 시간을 정했습니다.", "The visit is agreed."),
    ("resident", "counter-propose-visit"): both(
        "다른 시간을 요청했습니다. 시공사의 답이 오면 여기에 보입니다.",
        "You asked for other times. The contractor's answer will be shown here.",
    ),
    ("office", "identify"): both("하자 종류를 확인했습니다.", "Identified."),
    ("office", "unchanged"): both(
        "이미 그렇게 정해져 있습니다. 바뀐 것이 없습니다.",
        "It stands like that already. Nothing was changed.",
    ),
    ("office", "approve"): both("시공사에 맡겼습니다.", "Handed over to the contractor."),
    ("office", "reject"): both(
        "반려했습니다. 입주민이 사유를 읽습니다.", "Rejected. The resident reads the reason."
    ),
    ("contractor", "propose-visit"): both(
        "방문 시간을 제안했습니다. 입주민의 답을 기다립니다.",
        "Times were proposed. The resident answers next.",
    ),
    ("contractor", "depart"): both(
        "출발했습니다. 입주민에게 알렸습니다.", "You are on the way, and the resident knows."
    ),
    ("contractor", "complete"): both(
        "보수를 마쳤습니다. 입주민의 확인을 기다립니다.", "The repair is done. The resident confirms next."
    ),
    ("contractor", "report-failed-visit"): both(
        "보수하지 못한 것을 알렸습니다. 다시 방문할 시간을 제안해 주세요.",
        "The failed visit was reported. Please propose times to come again.",
    ),
    ("contractor", "decline"): both(
        "맡지 않는다고 알렸습니다. 관리사무소가 다른 시공사를 찾습니다.",
        "Declined. The office looks for another contractor.",
    ),
}
"""By actor and action."""

DONE_BEFORE = {
    ("depart", "DEPARTED"): both("이미 출발을 알렸습니다.", "The departure was reported already."),
    ("accept-visit", "SCHEDULED"): both("방문 시간이 이미 정해졌습니다.", "The visit is agreed already."),
    ("confirm", "CONFIRMED"): both("이미 확인하셨습니다.", "You confirmed it already."),
}
"""By action and the status it leads to: pressed twice, the law that was broken reads as if something were missing."""


def told(actor: str, action: str) -> Both:
    """The sentence after an action was taken."""
    return TOLD.get((actor, action), SENT)


def in_its_place(trouble: Trouble | None, status: str) -> Trouble | None:
    """The trouble as it reads for a defect that stands there: pressed twice, that it was done before."""
    before = DONE_BEFORE.get((trouble.action, status)) if trouble else None
    if trouble is None or before is None:
        return trouble
    said = Refused(trouble.problem.status, before.ko, before.en)
    return Trouble(action=trouble.action, problem=said, form=trouble.form)
