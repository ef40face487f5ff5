"""Every law of this room speaks both languages and is kept by somebody."""

from dataclasses import replace

import pytest

from aptas.kernel.messages import Rejection
from aptas.management import rules

from .cases import PAINTER, TILER, standing

OPEN = standing("OPEN").latest
LAWS = [
    (rules.a_defect_type_stands_in_the_catalogue, ("toilet-tile",), ("moon-dust",)),
    (rules.a_trade_stands_in_the_catalogue, ("tile",), ("alchemy",)),
    (rules.an_urgency_stands_in_the_catalogue, ("high",), ("yesterday",)),
    (rules.an_override_carries_a_reason, (True, "이유"), (True, None)),
    (rules.an_override_carries_a_reason, (False, None), (True, " ")),
    (
        rules.nothing_is_decided_while_a_withdrawal_is_under_way,
        (OPEN,),
        (replace(OPEN, cancellation="asked"),),
    ),
    (rules.a_withdrawn_case_stays_withdrawn, (OPEN,), (replace(OPEN, cancellation="done"),)),
    (rules.only_an_open_case_is_decided, (OPEN,), (replace(OPEN, underlying="CLOSED"),)),
    (rules.a_contractor_stands_on_the_roster, (TILER,), (None,)),
    (rules.a_contractor_does_the_trade, (TILER, "tile"), (PAINTER, "tile")),
    (rules.a_rejection_is_given_in_writing, ("하자가 아님",), (" ",)),
]


@pytest.mark.parametrize(("law", "kept", "broken"), LAWS)
def test_a_law_is_kept_or_broken_and_says_how(law, kept, broken) -> None:  # type: ignore[no-untyped-def]
    assert law(*kept) is None
    breach = law(*broken)
    assert isinstance(breach, Rejection)
    assert breach.law == law.__name__
    assert breach.ko
    assert breach.en
    assert breach.ko != breach.en


def test_no_law_is_left_out_above() -> None:
    sentences = {name for name, value in vars(rules).items() if callable(value) and "_" in name}
    assert sentences == {law.__name__ for law, _, _ in LAWS}
