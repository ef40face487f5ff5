"""An outbox of registration with many events that wait, filled by PostgreSQL itself from one that a decision made."""

from datetime import UTC, datetime
from typing import LiteralString

from aptas import catalogue
from aptas.kernel.identity import Snowflakes
from aptas.kernel.messages import Id, Rejection
from aptas.messaging.asks import new_trace
from aptas.messaging.envelope import value_of
from aptas.registration import commands as wish
from aptas.registration.decisions import decide
from benchmarks.distributed.workshop import Connection

_THEN = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
_ID, _RECEIPT, _EVENT = Id(987654321), "7K3M-9Q2D", "0199d3a0-0000-7000-8000-000000000000"
_FILL: LiteralString = """
INSERT INTO events (event_id, aggregate_id, sequence, type, topic, value, traceparent, recorded_at)
SELECT event, id, 1, 'DefectRegistered', 'aptas', convert_to(format(%(value)s, id, receipt, event), 'UTF8'),
       %(trace)s, %(at)s
FROM generate_series(1, %(rows)s::bigint) AS i,
     LATERAL (SELECT %(first)s + i AS id, gen_random_uuid()::text AS event,
                     regexp_replace(lpad(i::text, 8, '0'), '(....)', '\\1-') AS receipt) AS own"""


def fill(connection: Connection, rows: int) -> None:
    """Events about as many defects, none of them published."""
    told = {
        "rows": rows,
        "first": Snowflakes()(),
        "value": _as_format(),
        "trace": new_trace(),
        "at": int(_THEN.timestamp() * 1000),
    }
    connection.execute(_FILL, told)
    connection.execute("VACUUM (ANALYZE) events")


def _as_format() -> str:
    """%1$s the defect, %2$s its receipt number, %3$s the event."""
    registered = decide(
        None,
        wish.RegisterDefect(
            at=_THEN,
            defect_id=_ID,
            receipt_no=_RECEIPT,
            defect_type=next(iter(catalogue.DEFECT_TYPES)),
            address="행복아파트 109동 2417호",
            phone_masked="010-****-6068",
        ),
    )
    assert not isinstance(registered, Rejection), registered
    value = value_of(registered[0], event_id=_EVENT, source="registration", sequence=1, at=_THEN)
    text = value.decode().replace("%", "%%")
    for place, own in enumerate((str(_ID), _RECEIPT, _EVENT), start=1):
        text = text.replace(own, f"%{place}$s")
    return text
