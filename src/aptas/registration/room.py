"""registration's switchboard: which command is put to which stream, which fact to which policy."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from aptas.contractor import events as contractor
from aptas.management import events as management
from aptas.messaging.streams import Stream, Switchboard
from aptas.registration import commands as wish
from aptas.registration import policies
from aptas.registration.decisions import decide
from aptas.registration.model import State, evolve
from aptas.registration.tables import claim_states, contacts, ledger
from aptas.storage.beside import Beside


def contact_beside(command: Any, _before: State, _after: State) -> Sequence[Beside]:
    """The full phone number stays here; facts carry it masked."""
    if isinstance(command, wish.RegisterDefect) and command.phone is not None:
        return [Beside(table=contacts, insert=[{"defect_id": command.defect_id, "phone": command.phone}])]
    return ()


CLAIMS = Stream(
    name="claims",
    states=claim_states,
    subject=attrgetter("defect_id"),
    decide=decide,
    evolve=evolve,
    bucket=attrgetter("status"),
    beside=contact_beside,
    begins={wish.RegisterDefect},
)

ROOM = Switchboard(
    name="registration",
    ledger=ledger,
    commands={
        wish.RegisterDefect: CLAIMS,
        wish.RequestCancellation: CLAIMS,
        wish.AskAgain: CLAIMS,
        wish.ConfirmRepair: CLAIMS,
        wish.ReopenDefect: CLAIMS,
        wish.RevealPhoneNumber: CLAIMS,
        wish.NoteApproval: CLAIMS,
        wish.NoteRejection: CLAIMS,
        wish.NoteDeparture: CLAIMS,
        wish.NoteFailedVisit: CLAIMS,
        wish.NoteCompletion: CLAIMS,
        wish.NoteDecline: CLAIMS,
        wish.NoteWithdrawal: CLAIMS,
        wish.NoteRefusal: CLAIMS,
    },
    policies={
        management.DefectApproved: policies.whenever_defect_approved,
        management.DefectRejected: policies.whenever_defect_rejected,
        contractor.ContractorDeparted: policies.whenever_contractor_departed,
        contractor.VisitFailed: policies.whenever_visit_failed,
        contractor.DefectCompleted: policies.whenever_defect_completed,
        contractor.WorkOrderDeclined: policies.whenever_work_order_declined,
        management.DefectWithdrawn: policies.whenever_cancellation_succeeded,
        contractor.WorkOrderCancelled: policies.whenever_cancellation_succeeded,
        management.CancellationRefused: policies.whenever_cancellation_refused,
        contractor.CancellationRefused: policies.whenever_cancellation_refused,
    },
)
