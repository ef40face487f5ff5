"""The reason shown does not depend on which topic brought its news first."""

import msgspec
import pytest

from aptas.registration import commands as wish
from aptas.registration.model import Claim
from aptas.registration.resource import registration_of

from .claims import CANCEL, REOPEN, note, told

IN_WRITING, TOO_LATE = "보증 기간이 지났습니다.", "이미 반려된 하자입니다."
REJECTED = note(wish.NoteRejection, assignment=0, reason=IN_WRITING)
DEPARTED = note(wish.NoteDeparture)
APPROVED = note(wish.NoteApproval)
DECLINED = note(wish.NoteDecline, reason="일손이 모자랍니다.")
REFUSED = note(wish.NoteRefusal, reason=TOO_LATE)


def shown(claim: Claim) -> tuple[str, str | None]:
    registration = registration_of(claim, "", "")
    return registration.status, registration.reason


@pytest.mark.parametrize("news", [(REJECTED, REFUSED), (REFUSED, REJECTED)])
def test_a_rejection_in_writing_is_shown_whichever_arrives_first(news: tuple[wish.Note, ...]) -> None:
    assert shown(told(CANCEL, *news)) == ("REJECTED", IN_WRITING)


@pytest.mark.parametrize("news", [(DEPARTED, REFUSED), (REFUSED, DEPARTED)])
def test_why_a_cancellation_was_refused_is_shown_whichever_arrives_first(news: tuple[wish.Note, ...]) -> None:
    assert shown(told(APPROVED, CANCEL, *news)) == ("ASSIGNED", TOO_LATE)


def test_what_was_declined_and_called_off_gives_no_reason() -> None:
    declined = told(APPROVED, CANCEL, DECLINED)
    assert shown(declined) == ("CANCELLING", DECLINED.reason)
    assert shown(told(note(wish.NoteWithdrawal), state=declined)) == ("CANCELLED", None)


def test_the_next_attempt_begins_with_its_own_reason() -> None:
    assert shown(told(CANCEL, REFUSED, REJECTED, REOPEN)) == ("RECEIVED", REOPEN.reason)


def test_a_claim_stored_before_there_were_two_reasons_is_read() -> None:
    claim = told(CANCEL, REJECTED)
    stored = msgspec.json.decode(msgspec.json.encode(claim))
    del stored["refusal"]
    assert msgspec.json.decode(msgspec.json.encode(stored), type=Claim) == claim
