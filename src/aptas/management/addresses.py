"""Which home an address means: the same 동·호 written in many ways has one key, and what is unclear has none.

A key is `complex|동|호`, such as `행복아파트|101|1203`, or `|101|1203` where the address names no complex.
"""

import re
import unicodedata
from collections.abc import Iterable

from aptas.management.events import Home

_DASH = r"[-‐-―−]"
_BUILDING = r"(?:(?<!\d)\d{1,4}|(?<![0-9A-Za-z가-힣])[A-Za-z가-힣])"
_NUMBER = r"[A-Za-z]?\d{1,5}"
_UNIT = re.compile(
    rf"(?:(?<![0-9A-Za-z가-힣])제)?(?P<building>{_BUILDING})\s*동\s*(?P<number>{_NUMBER})\s*(?:호|$)"
    rf"|(?<![\d-])(?P<short_building>\d{{1,4}})\s*{_DASH}\s*(?P<short_number>\d{{1,5}})\s*(?:호|$)"
)
_SECOND_UNIT = re.compile(rf"\d\s*(?:동|호|{_DASH}\s*\d)")
_NOT_A_NAME = re.compile(r"[\s,.()\[\]|·/]+")


def household_key(address: str) -> str | None:
    """The key of the home an address names; None unless it names exactly one 동 and one 호."""
    text = _composed(address)
    unit = _UNIT.search(text)
    if unit is None or _SECOND_UNIT.search(text, unit.end()):
        return None
    building = unit["building"] or unit["short_building"]
    return home_key(text[: unit.start()], building, unit["number"] or unit["short_number"])


def home_key(complex_name: str, building: str, home_no: str) -> str:
    """The key of a home on record, its parts written with or without 동 and 호."""
    name = _NOT_A_NAME.sub("", _composed(complex_name)).casefold()
    return f"{name}|{_bare(building, '동')}|{_bare(home_no, '호')}"


def match_home(address: str | None, homes: Iterable[Home]) -> Home | None:
    """The one home an address means, never a guess: by complex, 동 and 호.

    Where the address names no complex, 동 and 호 are enough if exactly one home has them.
    """
    key = household_key(address) if address else None
    if key is None:
        return None
    names_no_complex = key.startswith("|")
    fitting = [
        home for home in homes if (unit_of(home.household) if names_no_complex else home.household) == key
    ]
    return fitting[0] if len(fitting) == 1 else None


def unit_of(key: str) -> str:
    """A key without its complex: `행복아파트|101|1203` becomes `|101|1203`."""
    return key[key.index("|") :]


def _composed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _bare(part: str, suffix: str) -> str:
    text = _NOT_A_NAME.sub("", _composed(part)).upper().removesuffix(suffix).removeprefix("제")
    return text.lstrip("0") or text
