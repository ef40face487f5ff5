"""The merge rule of the wall: two topics, one row, any order between them.

`aptas` in its order is the base; the cancellation is an overlay of two flags, so neither topic waits for the
other. A lower attempt touches the timeline only, a higher one resets the row, whoever brings the news.
"""

from aptas.kernel.copies import changed
from aptas.kernel.messages import DefectFact, Heard, Id
from aptas.mypage.rows import Answer, Base, Entry, MyPage, Text

DESCRIPTION = (
    *("receipt_no", "defect_type", "qty", "address"),
    *("location", "kind", "description", "photos", "video"),
)
"""What stays through every attempt: it is the same defect."""


BLANK = MyPage(defect_id=Id(0))


def told(row: MyPage | None, heard: Heard[DefectFact], text: Text) -> MyPage:
    """The row of at least this fact's attempt, the fact in its timeline."""
    fact = heard.fact
    page = row or changed(BLANK, defect_id=fact.defect_id, attempt=fact.attempt)
    if fact.attempt > page.attempt:
        kept = {name: getattr(page, name) for name in ("defect_id", *DESCRIPTION, "timeline")}
        page = changed(BLANK, attempt=fact.attempt, **kept)
    entry = Entry(
        at=heard.at,
        event_type=type(fact).__name__,
        event_id=heard.event_id,
        source=heard.source,
        topic=heard.topic,
        attempt=fact.attempt,
        ko=text.ko,
        en=text.en,
    )
    return changed(page, timeline=_in_order((*page.timeline, entry)))


def _in_order(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """By time; at the same moment by topic, whose own order the stable sort keeps: arrival is no matter."""
    return tuple(sorted(entries, key=lambda entry: (entry.at, entry.topic)))


def is_current(page: MyPage, fact: DefectFact) -> bool:
    """Whether the fact is about the attempt the row shows."""
    return fact.attempt == page.attempt


def moves(page: MyPage, fact: DefectFact, *bases: Base) -> bool:
    """Whether the fact may move the base: from one of `bases`, or as the first that is heard of one."""
    return is_current(page, fact) and (not page.has_base or page.base in bases)


def moves_assigned(page: MyPage, fact: DefectFact, *bases: Base) -> bool:
    """The same, for facts about one work order: it must be the one the row shows."""
    return moves(page, fact, *bases) and (not page.has_base or fact.assignment == page.assignment)


def asked(page: MyPage, fact: DefectFact) -> MyPage:
    """The first flag of the overlay; asked again, it changes nothing."""
    return changed(page, cancellation_asked=True) if is_current(page, fact) else page


def answered(page: MyPage, fact: DefectFact, answer: Answer, refusal: str | None = None) -> MyPage:
    """The second flag. The first answer of an attempt stays, and implies that it was asked."""
    if not is_current(page, fact) or page.cancellation_answer is not None:
        return page
    return changed(page, cancellation_asked=True, cancellation_answer=answer, refusal=refusal)
