"""The rooms as the world plugs them in: real deciders, real policies, real projections, in one place.

The tables of management and contractor are written out here because their room.py did not exist yet;
once it does, `room.ROOM.policies` replaces them, as registration's does already.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aptas.contractor import decisions as contractor_decisions
from aptas.contractor import events as contractor
from aptas.contractor import model as contractor_model
from aptas.contractor import policies as contractor_policies
from aptas.kernel.messages import Command, Decision, DefectFact, Fact, Facts, Heard, Rejection
from aptas.management import decisions as management_decisions
from aptas.management import events as management
from aptas.management import model as management_model
from aptas.management import policies as management_policies
from aptas.mypage.projections import PROJECTIONS
from aptas.registration import decisions as registration_decisions
from aptas.registration import events as registration
from aptas.registration import model as registration_model
from aptas.registration.room import ROOM as REGISTRATION

State = Any
Policies = Mapping[type[Fact], Callable[[Heard[Any]], Command]]
PUBLISHED: dict[str, tuple[type[Fact], ...]] = {
    "registration": registration.FACTS,
    "management": management.FACTS,
    "contractor": contractor.FACTS,
}
GALLERY = "mypage"


@dataclass(frozen=True, kw_only=True)
class Room:
    """One room that decides."""

    decide: Callable[[State, Any], Decision]
    evolve: Callable[[State, Any, Any], State]
    policies: Policies


ROOMS: dict[str, Room] = {
    "registration": Room(
        decide=registration_decisions.decide,
        evolve=registration_model.evolve,
        policies=REGISTRATION.policies,
    ),
    "management": Room(
        decide=management_decisions.decide,
        evolve=management_model.evolve,
        policies={
            registration.DefectRegistered: management_policies.whenever_defect_registered,
            registration.DefectReopened: management_policies.whenever_defect_reopened,
            registration.DefectCancelled: management_policies.whenever_defect_cancelled,
            contractor.WorkOrderCancelled: management_policies.whenever_work_order_cancelled,
            contractor.CancellationRefused: management_policies.whenever_cancellation_refused,
            contractor.WorkOrderDeclined: management_policies.whenever_work_order_declined,
            contractor.DefectCompleted: management_policies.whenever_defect_completed,
        },
    ),
    "contractor": Room(
        decide=contractor_decisions.decide,
        evolve=contractor_model.evolve,
        policies={
            management.DefectApproved: contractor_policies.whenever_defect_approved,
            management.CancellationRequested: contractor_policies.whenever_cancellation_requested,
        },
    ),
}


class FactRefused(AssertionError):
    """A room answered a fact of another with a Rejection: in production it would be parked for ever."""


@dataclass(frozen=True, kw_only=True)
class House:
    """The code under test. A planted bug is a House with one part exchanged."""

    rooms: Mapping[str, Room]
    projections: Mapping[type[Fact], Callable[[Any, Heard[Any]], Any]]

    def with_room(self, name: str, **parts: Any) -> "House":
        """The same, but for these parts of one room."""
        return replace(self, rooms={**self.rooms, name: replace(self.rooms[name], **parts)})

    def listens(self, consumer: str, fact: Fact) -> bool:
        """Whether this fact means anything to the consumer."""
        wanted = self.projections if consumer == GALLERY else self.rooms[consumer].policies
        return type(fact) in wanted

    def ask(self, room: str, state: State, command: Command) -> tuple[State, Facts] | Rejection:
        """A wish decided and folded."""
        decision = self.rooms[room].decide(state, command)
        if isinstance(decision, Rejection):
            return decision
        for fact in decision:
            state = self.rooms[room].evolve(state, fact, command.at)
        return state, decision

    def hear(self, consumer: str, state: State, heard: Heard[DefectFact]) -> tuple[State, Facts]:
        """A fact of another room, as policy and decision or as projection."""
        if consumer == GALLERY:
            return self.projections[type(heard.fact)](state, heard), ()
        answer = self.ask(consumer, state, self.rooms[consumer].policies[type(heard.fact)](heard))
        if isinstance(answer, Rejection):
            raise FactRefused(f"{consumer} refused {type(heard.fact).__name__}: {answer.en}")
        return answer


HOUSE = House(rooms=ROOMS, projections=PROJECTIONS)
