"""The companies that do repairs: one enrolment each, read by the office for its roster. Pure.

The full phone number is not part of the fact: it stays in a table of this room, and only its mask is folded.
"""

from dataclasses import dataclass
from datetime import datetime

from aptas.contractor import events as fact
from aptas.contractor import rules
from aptas.contractor.commands import EnrolContractor
from aptas.kernel.laws import first_breach
from aptas.kernel.messages import Command, Decision, Fact, Id


@dataclass(frozen=True, kw_only=True)
class Company:
    """One company. `phone_number` is masked."""

    contractor_id: Id
    name: str
    trades: tuple[str, ...]
    phone_number: str | None = None


def enrol(state: Company | None, command: EnrolContractor) -> Decision:
    """A named company that does something the catalogue knows."""
    return first_breach(
        rules.a_company_enrols_once(enrolled=state is not None),
        rules.a_company_has_a_name(command.name),
        rules.a_company_does_at_least_one_trade(command.trades),
        rules.a_trade_stands_in_the_catalogue(command.trades),
    ) or (
        fact.ContractorEnrolled(
            contractor_id=command.contractor_id,
            name=command.name.strip(),
            trades=tuple(dict.fromkeys(command.trades)),
            phone_number=command.phone_masked,
        ),
    )


def decide(state: Company | None, command: Command) -> Decision:
    """The one wish about a company."""
    if isinstance(command, EnrolContractor):
        return enrol(state, command)
    raise TypeError(f"a company has no answer to {type(command).__name__}")


def evolve(state: Company | None, happened: Fact, at: datetime) -> Company:
    """Fold an enrolment."""
    assert isinstance(happened, fact.ContractorEnrolled), "work orders fold elsewhere"
    return Company(
        contractor_id=happened.contractor_id,
        name=happened.name,
        trades=happened.trades,
        phone_number=happened.phone_number,
    )
