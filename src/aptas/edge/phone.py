"""Telephone numbers as people type them: checked, kept as E.164, shown masked."""

import re
from dataclasses import dataclass
from functools import cache

import phonenumbers

from aptas.edge.problems import invalid

REGION = "KR"
_WRITTEN = re.compile(r"[0-9+()./\s-]{1,40}")
_MOBILE = re.compile(r"010(-?)(?P<block>[0-9]{3})(?P<rest>[0-9]\1[0-9]{4})")


@dataclass(frozen=True, kw_only=True)
class Phone:
    """`full` is E.164 and stays in one room; `masked` (010-****-6068) is what others may see."""

    full: str
    masked: str


def read_phone(text: str) -> Phone:
    """A Korean (or international, with +) number; Refusal when it is none."""
    if mobile := _mobile(text):
        return mobile
    number = _parsed(text)
    if number is None:
        raise invalid(
            "a_phone_number_can_be_called",
            "전화번호를 확인해 주세요. 예: 010-1234-5678",
            "This is no telephone number. Send one such as 010-1234-5678.",
        )
    full = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(full=full, masked=mask(number))


def _mobile(text: str) -> Phone | None:
    """010-1234-5678, as nearly everybody types it: to search the text for a number, and the number for its kind,
    would take longer than all else that is done with a registration at the edge."""
    typed = _MOBILE.fullmatch(text)
    if typed is None or not _is_given_out(typed["block"]):
        return None
    return Phone(
        full=f"+8210{typed['block']}{typed['rest'].replace('-', '')}", masked=f"010-****-{text[-4:]}"
    )


@cache
def _is_given_out(block: str) -> bool:
    """Whether numbers begin with these three digits after 010: Korea's numbering plan gives them out in such blocks."""
    return phonenumbers.is_valid_number(phonenumbers.parse(f"010{block}00000", REGION))


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    """The library finds a number in nearly any text; here it has to be the text."""
    try:
        number = phonenumbers.parse(text, REGION) if _WRITTEN.fullmatch(text) else None
    except phonenumbers.NumberParseException:
        return None
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def mask(number: phonenumbers.PhoneNumber) -> str:
    """The national form with all but the first and the last group of digits hidden."""
    forms = phonenumbers.PhoneNumberFormat
    style = forms.NATIONAL if number.country_code == 82 else forms.INTERNATIONAL
    groups = phonenumbers.format_number(number, style).replace(" ", "-").split("-")
    if len(groups) < 3:
        return groups[0][:2] + "*" * 4 + groups[-1][-2:]
    hidden = ["*" * len(group) for group in groups[1:-1]]
    return "-".join([groups[0], *hidden, groups[-1]])
