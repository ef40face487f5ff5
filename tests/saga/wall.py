"""What the wall promises of the whole house, as checks that name what was broken."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from aptas.contractor import events as contractor
from aptas.kernel.messages import TOPICS, Fact, Id
from aptas.management import events as management

from .switchboards import GALLERY
from .world import CONSUMERS, EMPTY, World, topics_of

DONE = (management.DefectWithdrawn, contractor.WorkOrderCancelled)
REFUSED = (management.CancellationRefused, contractor.CancellationRefused)
UNDER_WAY = {
    "OFFERED": "ASSIGNED",
    "PROPOSED": "SCHEDULING",
    "COUNTERED": "SCHEDULING",
    "SCHEDULED": "SCHEDULED",
    "DEPARTED": "DEPARTED",
}
"""A work order not yet ended, and how the resident reads it."""

AGREEMENT: dict[str, tuple[str, tuple[str, ...]]] = {
    "RECEIVED": ("OPEN", ("none", "DECLINED")),
    "ASSIGNED": ("APPROVED", tuple(UNDER_WAY)),
    "COMPLETED": ("CLOSED", ("COMPLETED",)),
    "CONFIRMED": ("CLOSED", ("COMPLETED",)),
    "REJECTED": ("REJECTED", ("none", "DECLINED")),
    "CANCELLED": ("WITHDRAWN", ("none", "CANCELLED", "DECLINED")),
}
"""registration: (management, the last work order of the attempt), whenever nothing is in flight."""


class Broken(AssertionError):
    """A promise was broken; `promise` is the name of the check."""

    def __init__(self, promise: str, how: str) -> None:
        super().__init__(f"{promise}: {how}")
        self.promise = promise


def outcome_of(fact: Fact) -> str | None:
    """What a fact says about how an attempt ends."""
    if isinstance(fact, DONE):
        return "cancelled"
    if isinstance(fact, REFUSED):
        return "refused"
    return "completed" if isinstance(fact, contractor.DefectCompleted) else None


def contradiction(outcomes: Iterable[str]) -> str | None:
    """The promise that these outcomes of one attempt break together."""
    said = set(outcomes)
    if {"cancelled", "completed"} <= said:
        return "never_both_cancelled_and_completed"
    return "one_answer_per_cancellation" if {"cancelled", "refused"} <= said else None


def nothing_said_contradicts_itself(world: World) -> None:
    """Over all rooms and all time: one end, one answer for each attempt."""
    outcomes: dict[tuple[Id, int], set[str]] = defaultdict(set)
    for (_, defect), said in world.said.items():
        for fact, _ in said:
            outcome = outcome_of(fact)
            if outcome:
                outcomes[defect, getattr(fact, "attempt", 0)].add(outcome)
    for which, found in outcomes.items():
        if promise := contradiction(found):
            raise Broken(promise, f"{which}: {sorted(found)}")


def never_both_cancelled_and_completed(claim: Any, dossier: Any, orders: Any) -> None:
    """What the rooms hold at any moment: a cancelled attempt has no repair under way, done or signed for."""
    cancelled = {case.attempt for case in dossier.cases if case.status == "WITHDRAWN"} if dossier else set()
    if claim is not None and claim.status == "CANCELLED":
        cancelled.add(claim.attempt)
        if claim.underlying in ("COMPLETED", "CONFIRMED"):
            raise Broken("never_both_cancelled_and_completed", f"registration, over {claim.underlying}")
    for order in orders.orders if orders else ():
        if order.attempt in cancelled and order.status in ("DEPARTED", "COMPLETED"):
            raise Broken("never_both_cancelled_and_completed", f"work order {order.number} {order.status}")


def rooms_agree(claim: Any, dossier: Any, orders: Any, page: Any) -> None:
    """The Agreement table, for a defect of which nothing is in flight."""
    case: Any = dossier.of(claim.attempt) if dossier else None
    mine = [order for order in orders.orders if order.attempt == claim.attempt] if orders else []
    order = mine[-1].status if mine else "none"
    found = (claim.status, case.status if case else "none", order)
    if claim.status in ("CANCELLING",) or found[1] == "WITHDRAWING":
        raise Broken("every_saga_settles", str(found))
    office, allowed = AGREEMENT[claim.status]
    if found[1] != office or order not in allowed:
        raise Broken("rooms_agree", str(found))
    if claim.status == "ASSIGNED" and not claim.assignment == case.assignment == mine[-1].assignment:
        raise Broken("rooms_agree", "on different assignments")
    if claim.status == "ASSIGNED" and claim.departed != (order == "DEPARTED"):
        raise Broken("rooms_agree", f"departed {claim.departed}, but {order}")
    shown = UNDER_WAY[order] if claim.status == "ASSIGNED" else claim.status
    if (page.status, page.attempt) != (shown, claim.attempt):
        raise Broken(
            "mypage_agrees", f"{page.status} of attempt {page.attempt}, not {shown} of {claim.attempt}"
        )
    # while a visit is agreed, mypage hears more than registration: a new proposal ends the reason of a failed visit
    if claim.status != "ASSIGNED" and page.reason != claim.shown_reason:
        raise Broken("mypage_agrees", f"because {page.reason}, not {claim.shown_reason}")


def of_every_defect(world: World, check: Callable[..., None], *rooms: str) -> None:
    """Run a check on what these rooms hold of each defect."""
    for defect in world.defects:
        check(*(world.state(room, defect) for room in rooms))


def states_are_folds_of_facts(world: World) -> None:
    """A room's state is its own facts, folded."""
    for (name, defect), said in world.said.items():
        state = None
        for fact, at in said:
            state = world.house.rooms[name].evolve(state, fact, at)
        if state != world.state(name, defect):
            raise Broken("states_are_folds_of_facts", f"{name} of {defect}")


def mypage_is_a_fold_of_the_log(world: World) -> None:
    """A row rebuilt from the topics, one after the other, is the row that is served."""
    for defect in world.defects:
        fresh = World(world.house, world.pipes)
        for news in topics_of(world, defect):
            fresh._hear(GALLERY, news)
        if fresh.state(GALLERY, defect) != world.state(GALLERY, defect):
            raise Broken("mypage_is_a_fold_of_the_log", str(defect))


def redelivery_changes_nothing(world: World) -> None:
    """Everything that was delivered is delivered once more to everybody: no state moves, nothing is said."""
    before, said = dict(world.desks), dict(world.said)
    for topic in TOPICS:
        for defect in world.defects:
            for consumer in CONSUMERS:
                for offset in range(world.offsets.get((consumer, topic, defect), 0)):
                    news = world.logs[topic, defect][offset]
                    world.redeliver(consumer, topic, defect, offset)
                    desk, was = (d.get((consumer, defect), EMPTY) for d in (world.desks, before))
                    if desk != was or world.said != said:
                        raise Broken(
                            "redelivery_changes_nothing", f"{consumer} {type(news.fact).__name__} {offset}"
                        )


def holds_at_every_moment(world: World) -> None:
    """The promises that no fault may suspend."""
    nothing_said_contradicts_itself(world)
    of_every_defect(world, never_both_cancelled_and_completed, "registration", "management", "contractor")
    states_are_folds_of_facts(world)


def holds_at_rest(world: World) -> None:
    """The promises for when nothing is in flight; redelivers everything."""
    holds_at_every_moment(world)
    of_every_defect(world, rooms_agree, *CONSUMERS)
    mypage_is_a_fold_of_the_log(world)
    redelivery_changes_nothing(world)
