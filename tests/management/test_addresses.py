"""An address means one home or none."""

import unicodedata
from dataclasses import replace

import pytest

from aptas.kernel.messages import Id
from aptas.management.addresses import home_key, household_key, match_home, unit_of
from aptas.management.events import Home

from .cases import HOME


def home(number: int, complex_name: str, building: str, home_no: str) -> Home:
    return replace(
        HOME,
        home_id=Id(number),
        complex_name=complex_name,
        building=building,
        home_no=home_no,
        household=home_key(complex_name, building, home_no),
    )


HAPPY = home(1, "행복아파트", "101", "1203")
NEXT_DOOR = home(2, "행복아파트", "101", "1204")
SUNNY = home(3, "햇살마을 2단지", "101동", "1203호")


@pytest.mark.parametrize(
    "address",
    [
        "행복아파트 101동 1203호",
        "행복아파트101동1203호",
        " 행복 아파트\t101 동  1203 호 ",
        "행복아파트 제101동 1203호",
        "행복아파트 101-1203",
        "행복아파트, 101동 1203호 안방",
        "행복아파트 0101동 1203",
        "행복아파트 101–1203호",
        "행복아파트 １０１동 １２０３호",
        unicodedata.normalize("NFD", "행복아파트 101동 1203호"),
    ],
)
def test_one_home_written_in_many_ways_has_one_key(address: str) -> None:
    assert household_key(address) == "행복아파트|101|1203"


@pytest.mark.parametrize("address", ["101동 1203호", "101-1203", "101 - 1203호", "제101동 1203호"])
def test_an_address_without_a_complex_has_a_key_without_one(address: str) -> None:
    assert household_key(address) == "|101|1203"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("햇살마을 2단지 101동 1203호", "햇살마을2단지|101|1203"),
        ("햇살빌라 가동 201호", "햇살빌라|가|201"),
        ("햇살빌라 b동 b101호", "햇살빌라|B|B101"),
        ("Happy Hills 101동 1203호", "happyhills|101|1203"),
    ],
)
def test_names_and_letters_are_kept(address: str, key: str) -> None:
    assert household_key(address) == key


@pytest.mark.parametrize(
    "address",
    [
        "",
        "행복아파트",
        "행복아파트 101동",
        "1203호",
        "개포동 1203호",
        "010-1234-5678",
        "2026-11-23",
        "101동 1203호, 102동 1204호",
        "101동 1203호 또는 1204호",
        "101동 12층 1203호",
    ],
)
def test_what_does_not_name_exactly_one_home_has_no_key(address: str) -> None:
    assert household_key(address) is None


def test_a_recorded_home_and_its_address_have_the_same_key() -> None:
    assert HAPPY.household == household_key("행복아파트 101동 1203호")
    assert SUNNY.household == household_key("햇살마을 2단지 101동 1203호")
    assert unit_of(SUNNY.household) == "|101|1203"


def test_a_home_is_found_by_complex_building_and_number() -> None:
    assert match_home("햇살마을2단지 101-1203", (HAPPY, NEXT_DOOR, SUNNY)) == SUNNY


def test_without_a_complex_a_home_is_found_if_no_other_fits() -> None:
    assert match_home("101동 1204호", (HAPPY, NEXT_DOOR, SUNNY)) == NEXT_DOOR


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "101동 1203호",
        "행복 101동 1203호",
        "다른아파트 101동 1204호",
        "행복아파트 102동 1203호",
        "1203호",
    ],
)
def test_a_home_is_never_guessed(address: str | None) -> None:
    assert match_home(address, (HAPPY, NEXT_DOOR, SUNNY)) is None


def test_a_home_recorded_twice_is_not_chosen_between() -> None:
    assert match_home("행복아파트 101동 1203호", (HAPPY, replace(HAPPY, home_id=Id(8)))) is None
