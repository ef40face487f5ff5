"""A company enrols once, with a name and trades of the catalogue."""

from dataclasses import replace

import msgspec
import pytest

from aptas.contractor.commands import EnrolContractor
from aptas.contractor.companies import Company, decide, evolve
from aptas.contractor.events import ContractorEnrolled
from aptas.kernel.messages import Command, Id, Rejection
from tests.contractor.orders import DEPART, NOW

ENROL = EnrolContractor(
    at=NOW,
    contractor_id=Id(42),
    name=" 한빛설비 ",
    trades=("plumbing", "heating", "plumbing"),
    phone="+821012346068",
    phone_masked="010-****-6068",
)


def law_broken_by(command: Command, state: Company | None = None) -> str:
    refusal = decide(state, command)
    assert isinstance(refusal, Rejection)
    return refusal.law


def test_an_enrolment_tells_the_name_the_trades_and_the_mask_but_never_the_number() -> None:
    assert decide(None, ENROL) == (
        ContractorEnrolled(
            contractor_id=Id(42),
            name="한빛설비",
            trades=("plumbing", "heating"),
            phone_number="010-****-6068",
        ),
    )
    assert b"+8210" not in msgspec.json.encode(decide(None, ENROL))


def test_a_company_is_what_it_enrolled_as_and_survives_being_stored() -> None:
    enrolled = decide(None, ENROL)
    assert not isinstance(enrolled, Rejection)
    company = evolve(None, enrolled[0], NOW)
    assert (company.name, company.trades) == ("한빛설비", ("plumbing", "heating"))
    assert msgspec.json.decode(msgspec.json.encode(company), type=Company) == company


def test_a_company_enrols_once() -> None:
    company = Company(contractor_id=Id(42), name="한빛설비", trades=("plumbing",))
    assert law_broken_by(ENROL, company) == "a_company_enrols_once"


def test_a_company_has_a_name() -> None:
    assert law_broken_by(replace(ENROL, name=" ")) == "a_company_has_a_name"


def test_a_company_does_at_least_one_trade() -> None:
    assert law_broken_by(replace(ENROL, trades=())) == "a_company_does_at_least_one_trade"


def test_a_trade_stands_in_the_catalogue() -> None:
    assert law_broken_by(replace(ENROL, trades=("plumbing", "magic"))) == "a_trade_stands_in_the_catalogue"


def test_a_wish_about_work_orders_is_not_for_companies() -> None:
    with pytest.raises(TypeError, match="no answer to Depart"):
        decide(None, DEPART)
