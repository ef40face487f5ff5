"""The outbox that the benchmark fills holds events that registration could have told, and others can read."""

import asyncio
import uuid

import psycopg

from aptas.bootstrap import VOCABULARY
from aptas.messaging.envelope import Delivered, message_from_row
from aptas.registration.events import DefectRegistered
from aptas.registration.tables import ledger
from aptas.storage.engine import rows_of
from aptas.storage.migrate import upgrade
from aptas.storage.opening import open_database
from benchmarks.distributed.outbox import fill
from tests.engines import server

ROWS = 500


async def test_every_event_waits_and_can_be_heard() -> None:
    there, name = server("postgresql"), f"outbox{uuid.uuid4().hex[:16]}"
    with psycopg.connect(there.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = open_database(there.url(name))
    await upgrade(database, "registration", ledger.metadata)
    with psycopg.connect(there.url(name), autocommit=True) as connection:
        await asyncio.to_thread(fill, connection, ROWS)
    rows = await database.read(rows_of(ledger.events.select()))
    await database.close()
    told = [message_from_row("registration", row) for row in rows if row.published_at is None]
    heard = [VOCABULARY.hear(Delivered(**vars(message), partition=0, offset=1)) for message in told]
    facts = [news.fact for news in heard if news is not None and isinstance(news.fact, DefectRegistered)]
    assert len({fact.defect_id for fact in facts}) == len({fact.receipt_no for fact in facts}) == ROWS
    assert [str(fact.defect_id) for fact in facts] == [message.key for message in told]
    assert [news.event_id for news in heard if news] == [message.headers["ce_id"] for message in told]
