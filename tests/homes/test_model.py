"""The number of a home depends on which home it is, and on nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from aptas.homes.model import home_id


def test_the_number_of_a_home_never_changes_from_one_release_to_the_next() -> None:
    assert home_id("행복아파트", "101", "1203") == 1_140_254_828_170_254_227


def test_another_building_or_home_or_complex_is_another_number() -> None:
    numbers = {
        home_id("행복아파트", "101", "1203"),
        home_id("행복아파트", "102", "1203"),
        home_id("행복아파트", "101", "1202"),
        home_id("사랑아파트", "101", "1203"),
    }
    assert len(numbers) == 4


@given(st.text(), st.text(), st.text())
def test_a_number_is_positive_and_fits_63_bits(place: str, building: str, home: str) -> None:
    assert 0 < home_id(place, building, home) < 2**63
