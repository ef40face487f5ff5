"""management's switchboard: which command is put to which stream, which fact to which policy."""

from operator import attrgetter

from aptas.contractor import events as contractor
from aptas.homes import events as homes
from aptas.management import commands as wish
from aptas.management import policies
from aptas.management.decisions import decide
from aptas.management.lookups import prepare
from aptas.management.measures import note
from aptas.management.model import evolve
from aptas.management.roster import (
    decide_note_contractor,
    decide_note_home,
    evolve_contractor,
    evolve_home,
)
from aptas.management.tables import case_states, home_states, ledger, roster_states
from aptas.messaging.streams import Stream, Switchboard
from aptas.registration import events as registration


def not_counted(_state: object) -> None:
    """Nobody lists these here."""


CASES = Stream(
    name="cases",
    states=case_states,
    subject=attrgetter("defect_id"),
    decide=decide,
    evolve=evolve,
    bucket=attrgetter("latest.status"),
)

ROSTER = Stream(
    name="roster",
    states=roster_states,
    subject=attrgetter("contractor_id"),
    decide=decide_note_contractor,
    evolve=evolve_contractor,
    bucket=not_counted,
)

HOMES = Stream(
    name="homes",
    states=home_states,
    subject=attrgetter("home_id"),
    decide=decide_note_home,
    evolve=evolve_home,
    bucket=not_counted,
)

ROOM = Switchboard(
    name="management",
    ledger=ledger,
    commands={
        wish.OpenCase: CASES,
        wish.IdentifyDefect: CASES,
        wish.ApproveDefect: CASES,
        wish.RejectDefect: CASES,
        wish.AskContractorAgain: CASES,
        wish.NoteCancellation: CASES,
        wish.NoteWorkOrderCancelled: CASES,
        wish.NoteContractorRefusal: CASES,
        wish.NoteDecline: CASES,
        wish.NoteCompletion: CASES,
        wish.NoteContractor: ROSTER,
        wish.NoteHome: HOMES,
    },
    policies={
        registration.DefectRegistered: policies.whenever_defect_registered,
        registration.DefectReopened: policies.whenever_defect_reopened,
        registration.DefectCancelled: policies.whenever_defect_cancelled,
        contractor.WorkOrderCancelled: policies.whenever_work_order_cancelled,
        contractor.CancellationRefused: policies.whenever_cancellation_refused,
        contractor.WorkOrderDeclined: policies.whenever_work_order_declined,
        contractor.DefectCompleted: policies.whenever_defect_completed,
        contractor.ContractorEnrolled: policies.whenever_contractor_enrolled,
        homes.HomeRecorded: policies.whenever_home_recorded,
    },
    prepare=prepare,
    note=note,
)
