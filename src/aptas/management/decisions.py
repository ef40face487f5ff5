"""What the office decides about a case: every wish of this room, answered with facts or a Rejection. Pure."""

from aptas.kernel.laws import first_breach
from aptas.kernel.messages import NOTHING, Command, Decision, Facts, Rejection
from aptas.management import commands as wish
from aptas.management import events as fact
from aptas.management import rules, triage, withdrawals
from aptas.management.addresses import household_key
from aptas.management.model import Case, Dossier, State

UNKNOWN = Rejection(
    law="a_case_exists", kind="missing", ko="그런 하자가 없습니다.", en="There is no such defect."
)


def open_case(state: State, command: wish.OpenCase) -> Decision:
    """A case of its own for every attempt, with what triage can say about it."""
    if state and state.of(command.attempt):
        return NOTHING
    return rules.a_defect_type_stands_in_the_catalogue(command.defect_type) or (_opened(command),)


def _opened(command: wish.OpenCase) -> fact.CaseOpened:
    found = command.lookups or wish.Lookups()
    advice = triage.classify(command.defect_type)
    by_address = household_key(command.address) if command.address else None
    return fact.CaseOpened(
        defect_id=command.defect_id,
        attempt=command.attempt,
        receipt_no=command.receipt_no,
        defect_type=command.defect_type,
        location=command.location,
        kind=command.kind,
        description=command.description,
        qty=command.qty,
        address=command.address,
        household=found.home.household if found.home else by_address,
        home=found.home,
        claimed_at=command.claimed_at,
        trade=advice.trade,
        urgency=advice.urgency,
        urgency_basis=advice.urgency_basis,
        warranty=triage.assess_warranty(command.defect_type, found.home, command.claimed_at),
        due_date=triage.due_date(command.claimed_at),
        suggested_contractor=triage.suggest_contractor(advice.trade, found.roster),
        similar=tuple(other for other in found.similar if other != command.defect_id),
        reason=command.reason,
    )


def _why_not_decide(dossier: Dossier) -> Rejection | None:
    case = dossier.latest
    return first_breach(
        rules.nothing_is_decided_while_a_withdrawal_is_under_way(case),
        rules.a_withdrawn_case_stays_withdrawn(case),
        rules.only_an_open_case_is_decided(case),
    )


def why_not_identify(dossier: Dossier) -> Rejection | None:
    """The first law that keeps the latest case from being identified."""
    return _why_not_decide(dossier)


def why_not_approve(dossier: Dossier) -> Rejection | None:
    """The first law that keeps the latest case from being handed to a contractor."""
    return _why_not_decide(dossier)


def why_not_reject(dossier: Dossier) -> Rejection | None:
    """The first law that keeps the latest case from being refused."""
    return _why_not_decide(dossier)


def identify(state: State, command: wish.IdentifyDefect) -> Decision:
    """Type, trade and urgency as the office sees them; the warranty follows the type."""
    if state is None:
        return UNKNOWN
    case = state.latest
    defect_type = command.defect_type or case.defect_type
    breach = why_not_identify(state) or rules.a_defect_type_stands_in_the_catalogue(defect_type)
    if breach:
        return breach
    line = triage.classify(defect_type)
    standing = case if defect_type == case.defect_type else line
    trade, urgency = command.trade or standing.trade, command.urgency or standing.urgency
    is_override = (defect_type, trade, urgency) != (case.claimed_type, line.trade, line.urgency)
    return first_breach(
        rules.a_trade_stands_in_the_catalogue(trade),
        rules.an_urgency_stands_in_the_catalogue(urgency),
        rules.an_override_carries_a_reason(is_override, command.reason),
    ) or (
        *_suggested(state, trade, command.roster),
        fact.DefectIdentified(
            defect_id=state.defect_id,
            attempt=case.attempt,
            assignment=case.assignment,
            defect_type=defect_type,
            trade=trade,
            urgency=urgency,
            override_reason=(command.reason or "").strip() if is_override else None,
            warranty=triage.assess_warranty(defect_type, case.home, case.claimed_at),
            due_date=case.due_date,
        ),
    )


def _suggested(dossier: Dossier, trade: str, roster: tuple[wish.Candidate, ...]) -> Facts:
    """Said before DefectIdentified: the last fact of an answer is the one that others can wait for."""
    case = dossier.latest
    if trade == case.trade:
        return NOTHING
    return (
        fact.ContractorSuggested(
            defect_id=dossier.defect_id,
            attempt=case.attempt,
            assignment=case.assignment,
            contractor_id=triage.suggest_contractor(trade, roster),
        ),
    )


def approve(state: State, command: wish.ApproveDefect) -> Decision:
    """Hand it over: the next assignment of this attempt, to a contractor of the trade."""
    if state is None:
        return UNKNOWN
    case, contractor = state.latest, command.contractor
    breach = why_not_approve(state) or rules.a_contractor_stands_on_the_roster(contractor)
    if breach or contractor is None:
        return breach or NOTHING
    return rules.a_contractor_does_the_trade(contractor, case.trade) or (
        _approved(state, case, contractor, command),
    )


def _approved(
    dossier: Dossier, case: Case, contractor: wish.Candidate, command: wish.ApproveDefect
) -> fact.DefectApproved:
    return fact.DefectApproved(
        defect_id=dossier.defect_id,
        attempt=case.attempt,
        assignment=case.assignment + 1,
        contractor_id=contractor.contractor_id,
        contractor_name=contractor.name,
        defect_type=case.defect_type,
        trade=case.trade,
        urgency=case.urgency,
        address=case.address,
        description=case.description,
        location=case.location,
        kind=case.kind,
        qty=case.qty,
        due_date=case.due_date,
        defectmanagement_dt=command.at,
    )


def reject(state: State, command: wish.RejectDefect) -> Decision:
    """Refuse it; the resident reads the reason (공동주택관리법 시행령 제38조제3항 단서)."""
    if state is None:
        return UNKNOWN
    case = state.latest
    return first_breach(why_not_reject(state), rules.a_rejection_is_given_in_writing(command.reason)) or (
        fact.DefectRejected(
            defect_id=state.defect_id,
            attempt=case.attempt,
            assignment=case.assignment,
            reason=command.reason.strip(),
            defectmanagement_dt=command.at,
        ),
    )


def decide(state: State, command: Command) -> Decision:
    """Every wish about a defect, to the function that answers it."""
    match command:
        case wish.OpenCase():
            return open_case(state, command)
        case wish.IdentifyDefect():
            return identify(state, command)
        case wish.ApproveDefect():
            return approve(state, command)
        case wish.RejectDefect():
            return reject(state, command)
        case wish.AskContractorAgain():
            return withdrawals.ask_contractor_again(state, command)
        case wish.Note():
            return withdrawals.note(state, command)
    raise TypeError(f"management has no answer to {type(command).__name__}")
