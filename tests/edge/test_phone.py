"""A telephone number is the whole of what was typed, and the numbering plan has the last word."""

import phonenumbers
import pytest

from aptas.edge.phone import read_phone
from aptas.messaging.batch import Refusal


def full_or_none(typed: str) -> str | None:
    try:
        return read_phone(typed).full
    except Refusal:
        return None


def test_a_mobile_number_is_taken_exactly_when_the_numbering_plan_has_it() -> None:
    for block in range(1000):
        for typed in (f"010-{block:03}0-0000", f"010{block:03}99999"):
            number = phonenumbers.parse(typed, "KR")
            taken = f"+82{number.national_number}" if phonenumbers.is_valid_number(number) else None
            assert full_or_none(typed) == taken


@pytest.mark.parametrize(
    ("typed", "full", "masked"),
    [
        ("010-7554-6068", "+821075546068", "010-****-6068"),
        ("010 7554 6068", "+821075546068", "010-****-6068"),
        ("+82 10 7554 6068", "+821075546068", "010-****-6068"),
        ("02-555-0101", "+8225550101", "02-***-0101"),
        ("(031) 555-0101", "+82315550101", "031-***-0101"),
        ("+1 202-555-0143", "+12025550143", None),
    ],
)
def test_as_people_type_them(typed: str, full: str, masked: str | None) -> None:
    phone = read_phone(typed)
    assert phone.full == full
    assert masked is None or phone.masked == masked
    assert phone.full[-8:] not in phone.masked


@pytest.mark.parametrize(
    "typed",
    [
        *("", "0", "010", "010-12-3456", "전화 주세요", "hello 010-7391-8264", "010-7391-8264\x00"),
        *("tel:010-7391-8264;phone-context=evil.com", "010-7391-8264 ext 5", "0" * 41, "010-75५4-6068"),
    ],
)
def test_what_is_no_number_and_nothing_else_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_phone(typed)
    assert refused.value.rejection.law == "a_phone_number_can_be_called"
