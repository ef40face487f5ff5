"""One registration: its row, its contact and its event, in the caller's session."""

from datetime import UTC, datetime
from typing import Any

import uuid_utils
from sqlalchemy.orm import Session

from aptas.kernel.identity import Snowflakes, receipt_number
from benchmarks.conventional.shapes import NewRegistration, mask
from benchmarks.conventional.tables import Contact, OutboxEvent, Registration

new_id = Snowflakes()


def write_registration(session: Session, data: NewRegistration) -> Registration:
    """Its row, its contact and its event."""
    row = Registration(
        defect_id=new_id(),
        receipt_no=receipt_number(),
        attempt=1,
        defect_type=data.defect_type,
        location=data.location,
        kind=data.kind,
        description=data.description,
        qty=data.qty,
        address=data.address,
        phone_number=mask(data.phone_number) if data.phone_number else None,
        status="RECEIVED",
        registered_at=datetime.now(UTC).replace(tzinfo=None),
        contact=Contact(phone=data.phone_number) if data.phone_number else None,
    )
    session.add_all([row, event_of(row)])
    return row


def event_of(row: Registration) -> OutboxEvent:
    """What others may read of it."""
    payload: dict[str, Any] = {
        "defectId": str(row.defect_id),
        "receiptNo": row.receipt_no,
        "attempt": 1,
        "defectType": row.defect_type,
        "location": row.location,
        "kind": row.kind,
        "description": row.description,
        "qty": row.qty,
        "address": row.address,
        "phoneNumber": row.phone_number,
        "status": row.status,
        "defectregistrationDt": row.registered_at.isoformat() + "Z",
    }
    return OutboxEvent(
        event_id=str(uuid_utils.uuid7()),
        defect_id=row.defect_id,
        type="DefectRegistered",
        payload=payload,
        recorded_at=row.registered_at,
    )
