"""The steps of a worker: everything in this process, or one part of it, with Kafka between the parts.

One at a time and a commit each, as such workers are written: an event is marked when Kafka has acknowledged it, a
message is committed when its effect is.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime

from confluent_kafka import Consumer, Producer
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.conventional.database import Database
from benchmarks.conventional.handling import open_case, write_page
from benchmarks.conventional.tables import OutboxEvent
from benchmarks.conventional.worker import Worker

TOPIC = "conventional"
PIECE = 100
Tell = Callable[[str], None]
Handle = Callable[[Session, OutboxEvent], None]


def in_process(database: Database, tell: Tell) -> Worker:
    """Reads the outbox, opens cases and writes pages itself."""

    def handle(session: Session, event: OutboxEvent) -> None:
        open_case(session, event)
        write_page(session, event)

    return Worker(lambda: _each_pending(database, handle, lambda event: tell(_page_of(event))))


def to_kafka(database: Database, servers: str) -> Worker:
    """Reads the outbox and publishes."""
    producer = Producer({"bootstrap.servers": servers, "acks": "all", "enable.idempotence": True})

    def publish(_session: Session, event: OutboxEvent) -> None:
        value = {"type": event.type, "recordedAt": event.recorded_at.isoformat(), "payload": event.payload}
        producer.produce(TOPIC, json.dumps(value), str(event.defect_id))
        producer.flush()

    return Worker(lambda: _each_pending(database, publish, lambda _event: None))


def from_kafka(database: Database, servers: str, group: str, tell: Tell) -> Worker:
    """Consumes: `cases` are opened, or `pages` written."""
    handle: Handle = {"cases": open_case, "pages": write_page}[group]
    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([TOPIC])

    def step() -> int:
        message = consumer.poll(0.1)
        if message is None or message.error():
            return 1
        event = _event_of(json.loads(message.value() or b""))
        with database.working() as session:
            handle(session, event)
            session.commit()
        consumer.commit(message=message, asynchronous=False)
        tell(_page_of(event))
        return 1

    return Worker(step, consumer.close)


def _each_pending(database: Database, handle: Handle, done: Callable[[OutboxEvent], None]) -> int:
    pending = select(OutboxEvent.id).where(OutboxEvent.published_at.is_(None))
    with database.reading() as session:
        ids = session.scalars(pending.order_by(OutboxEvent.id).limit(PIECE)).all()
    for id_ in ids:
        with database.working() as session:
            event = session.get_one(OutboxEvent, id_)
            handle(session, event)
            event.published_at = datetime.now(UTC)
            session.commit()
        done(event)
    return len(ids)


def _page_of(event: OutboxEvent) -> str:
    return json.dumps({"defectId": str(event.defect_id), "status": "RECEIVED"})


def _event_of(value: dict[str, object]) -> OutboxEvent:
    payload: dict[str, str] = value["payload"]  # type: ignore[assignment]
    return OutboxEvent(
        type=value["type"],
        defect_id=int(payload["defectId"]),
        payload=payload,
        recorded_at=datetime.fromisoformat(str(value["recordedAt"])),
    )
