"""What is offered is what the laws allow."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aptas.registration.cancellations import why_not_cancel
from aptas.registration.decisions import why_not_confirm, why_not_reopen
from aptas.registration.model import STATUSES, UNLISTED, Claim
from aptas.registration.resource import allowed_actions

from .claims import NOW

LAWS = {"cancel": why_not_cancel, "confirm": why_not_confirm, "reopen": why_not_reopen}
TEXTS = st.none() | st.text(max_size=5)
TIMES = st.integers(0, 10**6).map(lambda seconds: NOW + timedelta(seconds=seconds))
CLAIMS = st.builds(
    Claim,
    underlying=st.sampled_from([each for each in STATUSES if each not in UNLISTED]),
    registered_at=TIMES,
    asked_at=st.none() | TIMES,
    reason=TEXTS,
    refusal=TEXTS,
)


@given(st.lists(CLAIMS, min_size=1))
def test_whatever_else_is_in_a_claim_its_links_are_those_that_no_law_forbids(claims: list[Claim]) -> None:
    for claim in claims:
        assert allowed_actions(claim) == [name for name, law in LAWS.items() if law(claim) is None]
