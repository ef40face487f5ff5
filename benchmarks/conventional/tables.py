"""The rows: one registration, its contact and its event a request; a case and a page an event."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, DateTime, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

BigId = BigInteger().with_variant(Integer, "sqlite")
PENDING = text("published_at IS NULL")


class Row(DeclarativeBase):
    """All tables."""


class Registration(Row):
    """What the resident reported."""

    __tablename__ = "registrations"

    defect_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    receipt_no: Mapped[str] = mapped_column(String(9), unique=True)
    attempt: Mapped[int] = mapped_column(default=1)
    defect_type: Mapped[str] = mapped_column(String(64), index=True)
    location: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str | None] = mapped_column(String(64))
    description: Mapped[str | None] = mapped_column(String(2000))
    qty: Mapped[int] = mapped_column(default=1)
    address: Mapped[str | None] = mapped_column(String(200))
    phone_number: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(16), default="RECEIVED", index=True)
    registered_at: Mapped[datetime] = mapped_column(DateTime)
    contact: Mapped["Contact | None"] = relationship()


class Contact(Row):
    """The full telephone number, apart from what others may read."""

    __tablename__ = "contacts"

    defect_id: Mapped[int] = mapped_column(ForeignKey("registrations.defect_id"), primary_key=True)
    phone: Mapped[str] = mapped_column(String(16))


class OutboxEvent(Row):
    """What happened, until the worker has seen it and after."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_pending", "id", sqlite_where=PENDING, postgresql_where=PENDING),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[str] = mapped_column(String(36), unique=True)
    defect_id: Mapped[int] = mapped_column(BigId, index=True)
    type: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime] = mapped_column(DateTime)
    published_at: Mapped[datetime | None] = mapped_column(DateTime)


class Case(Row):
    """The office's side of a registration."""

    __tablename__ = "cases"

    defect_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    attempt: Mapped[int] = mapped_column(default=1)
    defect_type: Mapped[str] = mapped_column(String(64))
    trade: Mapped[str] = mapped_column(String(64))
    urgency: Mapped[str] = mapped_column(String(16))
    due_date: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(16), default="OPEN", index=True)


class MyPage(Row):
    """What the resident sees."""

    __tablename__ = "mypages"

    defect_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    receipt_no: Mapped[str] = mapped_column(String(9))
    defect_type: Mapped[str] = mapped_column(String(64))
    qty: Mapped[int] = mapped_column(default=1)
    address: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16), default="RECEIVED", index=True)
    due_date: Mapped[date | None] = mapped_column(Date)
    timeline: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
