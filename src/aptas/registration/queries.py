"""Looking claims up: by what an address may be, and page by page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from aptas import catalogue
from aptas.edge.paging import Paging
from aptas.edge.problems import Ambiguous, refuse
from aptas.edge.service import Service, count_bucket, list_states
from aptas.kernel.identity import as_id, as_receipt_number
from aptas.kernel.messages import Id
from aptas.registration.model import Claim
from aptas.registration.rules import UNKNOWN
from aptas.registration.tables import claim_states, claims, contacts
from aptas.storage.engine import Database, scalars_of

STILL_OPEN = ("RECEIVED", "ASSIGNED")
SORTABLE = {"defectId": "id", "id": "id", "defectregistrationDt": "id"}


async def find_claim(database: Database, address: str) -> Claim:
    """`address`: a defectId, a receiptNo, or a defect type that exactly one open registration has.

    Refusal (missing) when there is none, Ambiguous when there are several.
    """
    if address in catalogue.DEFECT_TYPES:
        found = await _select(database, claims.c.defect_type == address, claims.c.status.in_(STILL_OPEN))
    elif (receipt_no := as_receipt_number(address)) is not None:
        found = await _select(database, claims.c.receipt_no == receipt_no)
    else:
        found = await _select(database, claims.c.id == (as_id(address) or 0))
    if not found:
        raise refuse(UNKNOWN)
    if len(found) > 1:
        raise Ambiguous([_candidate(claim) for claim in found])
    return found[0]


async def _select(database: Database, *where: Any) -> list[Claim]:
    statement = select(claims.c.body).where(*where).order_by(claims.c.id).limit(50)
    return [claim_states.decode(body) for body in await database.read(scalars_of(statement))]


def _candidate(claim: Claim) -> dict[str, Any]:
    return {
        "defectId": str(claim.defect_id),
        "receiptNo": claim.receipt_no,
        "defectType": claim.defect_type,
        "address": claim.address,
        "status": claim.status,
        "defectregistrationDt": claim.registered_at,
    }


async def list_claims(service: Service, statuses: Sequence[str], paging: Paging) -> tuple[list[Claim], int]:
    """One page of claims in these statuses, and how many there are."""
    where = [claims.c.status.in_(list(statuses))]
    rows = await list_states(service.database, claim_states, where, paging, SORTABLE)
    return rows, await count_bucket(service, "claims", statuses)


async def phone_of(database: Database, defect_id: Id) -> str | None:
    """The full number, E.164; the caller has recorded the look."""
    statement = select(contacts.c.phone).where(contacts.c.defect_id == defect_id)
    return await database.read(lambda connection: connection.execute(statement).scalar_one_or_none())


async def unanswered(database: Database, before_ms: int, limit: int) -> list[tuple[Id, int]]:
    """(defect, attempt) of cancellations last asked for before then and not answered, oldest first."""
    statement = (
        select(claims.c.body).where(claims.c.asked_at < before_ms).order_by(claims.c.asked_at).limit(limit)
    )
    late = [claim_states.decode(body) for body in await database.read(scalars_of(statement))]
    return [(claim.defect_id, claim.attempt) for claim in late]
