"""Dossiers as the office's own decisions make them: one of every defect type in every status that an archive has."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from aptas import catalogue
from aptas.kernel.messages import Command, Id, Rejection
from aptas.management import commands as wish
from aptas.management.addresses import home_key
from aptas.management.decisions import decide
from aptas.management.events import Home
from aptas.management.model import Dossier, State, evolve
from aptas.management.roster import RosterEntry
from aptas.management.tables import case_columns

CONTRACTORS = 40
_THEN = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
_ID, _RECEIPT, _COMPLEX, _BUILDING, _HOME_NO = Id(987654321), "7K3M-9Q2D", "행복12단지", "109", "2417"
_encode = msgspec.json.Encoder().encode


def roster() -> Iterator[tuple[Id, bytes]]:
    """(id, body) of contractors that do everything."""
    for number in range(1, CONTRACTORS + 1):
        entry = RosterEntry(
            contractor_id=Id(number), name=f"한빛건설 {number}", trades=tuple(catalogue.TRADES)
        )
        yield entry.contractor_id, _encode(entry)


def dossiers() -> Iterator[Mapping[str, Any]]:
    """The columns of a row, and its `body` for PostgreSQL's format(): %1$s the id, %2$s the receipt number, %3$s to
    %5$s complex, building and home, %6$s the due date. `n` counts the defect types."""
    for n, defect_type in enumerate(catalogue.DEFECT_TYPES):
        contractor = wish.Candidate(
            contractor_id=Id(n % CONTRACTORS + 1), name="한빛건설", trades=tuple(catalogue.TRADES)
        )
        for wishes in _lives(contractor):
            dossier = _after(_opening(defect_type, contractor), *wishes)
            columns = {**case_columns(dossier), "n": n, "seen": '{"registration/aptas":1}'}
            yield columns | {"body": _as_format(dossier)}


def _lives(contractor: wish.Candidate) -> Iterator[Sequence[Command]]:
    """OPEN, APPROVED, CLOSED, REJECTED, WITHDRAWN."""
    approval = wish.ApproveDefect(
        at=_THEN, defect_id=_ID, contractor_id=contractor.contractor_id, contractor=contractor
    )
    yield ()
    yield (approval,)
    yield approval, wish.NoteCompletion(at=_THEN, defect_id=_ID, attempt=1, assignment=1)
    yield (wish.RejectDefect(at=_THEN, defect_id=_ID, reason="사용자 과실로 판단되어 보수 대상이 아닙니다."),)
    yield (wish.NoteCancellation(at=_THEN, defect_id=_ID, attempt=1, assignment=0),)


def _opening(defect_type: str, contractor: wish.Candidate) -> wish.OpenCase:
    home = Home(
        home_id=Id(123456789),
        household=home_key(_COMPLEX, _BUILDING, _HOME_NO),
        complex_name=_COMPLEX,
        building=_BUILDING,
        floor="24",
        home_no=_HOME_NO,
        handover_date=date(2025, 1, 15),
        use_inspection_date=date(2024, 12, 20),
    )
    return wish.OpenCase(
        at=_THEN,
        defect_id=_ID,
        attempt=1,
        receipt_no=_RECEIPT,
        defect_type=defect_type,
        description="욕실 벽 아래쪽 타일 두 장이 들떠 있고 누르면 소리가 납니다.",
        qty=2,
        address=f"{_COMPLEX} {_BUILDING}동 {_HOME_NO}호",
        claimed_at=_THEN,
        lookups=wish.Lookups(home=home, similar=(Id(987654320),), roster=(contractor,)),
    )


def _after(*wishes: Command) -> Dossier:
    state: State = None
    for each in wishes:
        decision = decide(state, each)
        assert not isinstance(decision, Rejection), decision
        for fact in decision:
            state = evolve(state, fact, each.at)
    assert state is not None
    return state


def _as_format(dossier: Dossier) -> str:
    text = _encode(dossier).decode().replace("%", "%%")
    own = (str(_ID), _RECEIPT, _COMPLEX, _BUILDING, _HOME_NO, dossier.latest.due_date.isoformat())
    for place, value in enumerate(own, start=1):
        text = text.replace(value, f"%{place}$s")
    return text
