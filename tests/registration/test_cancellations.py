"""Who meets a cancellation under way is told which."""

import pytest

from aptas.kernel.messages import Command, UnderWay

from .claims import ASK_AGAIN, CANCEL, CONFIRM, LATER, NOW, REOPEN, refusal_of, told

LOCK = "nothing_is_done_while_a_cancellation_is_under_way"


@pytest.mark.parametrize("command", [CANCEL, CONFIRM, REOPEN], ids=lambda command: type(command).__name__)
def test_the_lock_names_the_cancellation_that_holds_it(command: Command) -> None:
    said = refusal_of(told(CANCEL), command)
    assert (said.law, said.kind) == (LOCK, "forbidden")
    assert said.cancellation == UnderWay(asked_at=NOW, asked=1)
    assert said.ko.startswith("이미 취소 요청이 진행 중입니다.")
    assert said.ko.endswith("마지막으로 요청한 때: 2026-03-10 10:00(한국 시각), 지금까지 1번.")
    assert said.en.endswith("Last asked for at 2026-03-10 10:00 (Korean time), 1 time so far.")


def test_asked_again_it_says_when_last_and_how_often() -> None:
    said = refusal_of(told(CANCEL, ASK_AGAIN), CANCEL)
    assert said.cancellation == UnderWay(asked_at=LATER, asked=2)
    assert said.ko.endswith("2026-03-10 12:00(한국 시각), 지금까지 2번.")
    assert said.en.endswith("2026-03-10 12:00 (Korean time), 2 times so far.")


def test_other_laws_name_none() -> None:
    assert refusal_of(told(), CONFIRM).cancellation is None
