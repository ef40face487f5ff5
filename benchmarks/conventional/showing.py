"""Rows as HTTP shows them, with the links that their state allows."""

from benchmarks.conventional.shapes import Label, Link, MyPageShown, RegistrationShown
from benchmarks.conventional.tables import MyPage, Registration


def show_registration(row: Registration, origin: str) -> RegistrationShown:
    """With the links that its state allows."""
    here = f"{origin}/defectRegistrations/{row.defect_id}"
    return RegistrationShown(
        defect_id=str(row.defect_id),
        receipt_no=row.receipt_no,
        attempt=row.attempt,
        defect_type=row.defect_type,
        location=row.location,
        kind=row.kind,
        description=row.description,
        qty=row.qty,
        address=row.address,
        phone_number=row.phone_number,
        status=row.status,
        registered_at=row.registered_at,
        links={
            "self": Link(href=here),
            "cancel": Link(href=f"{here}/cancel", method="POST"),
            "mypage": Link(href=f"{origin}/mypages/{row.defect_id}"),
        },
    )


def show_page(page: MyPage, origin: str) -> MyPageShown:
    """With its timeline and what may be done next."""
    here = f"{origin}/mypages/{page.defect_id}"
    return MyPageShown.model_validate(
        {
            "defect_id": str(page.defect_id),
            "receipt_no": page.receipt_no,
            "defect_type": page.defect_type,
            "qty": page.qty,
            "address": page.address,
            "status": page.status,
            "status_label": Label(ko="접수", en="Received"),
            "due_date": page.due_date,
            "timeline": page.timeline,
            "links": {
                "self": Link(href=here),
                "events": Link(href=f"{here}/events"),
                "cancel": Link(href=f"{origin}/defectRegistrations/{page.defect_id}/cancel", method="POST"),
            },
        }
    )
