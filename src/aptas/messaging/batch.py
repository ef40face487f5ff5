"""One transaction of a dispatcher: load, drop what was seen, decide each in memory, write, and report."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from aptas.kernel.clock import to_ms
from aptas.kernel.messages import NOTHING, Fact, Rejection
from aptas.messaging.asks import Answer, Ask, BehindFailed, Done
from aptas.messaging.envelope import value_of
from aptas.messaging.faults import at_point
from aptas.messaging.streams import Stream, Switchboard
from aptas.metrics import DUPLICATES, REJECTIONS
from aptas.storage.beside import Beside, write_beside
from aptas.storage.counters import add_to_counters, in_order_of_commit
from aptas.storage.statements import insertion
from aptas.storage.states import Stored

EventIds = Callable[[], str]
Row = dict[str, Any]

KEY_REUSED = Rejection(
    law="a_key_belongs_to_one_request",
    kind="invalid",
    ko="이 Idempotency-Key는 다른 내용의 요청에 이미 쓰였습니다. 새 키를 보내 주세요.",
    en="This Idempotency-Key was used with another request. Send a new key.",
)
_encode = msgspec.json.Encoder().encode
_NO_STATE = _encode(None)


class Refusal(Exception):
    """A Rejection as an answer (raised to whoever asked, never inside a decision)."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.law)
        self.rejection = rejection


@dataclass
class _Pending:
    """What will be written together."""

    events: list[Row] = field(default_factory=list)
    keys: list[Row] = field(default_factory=list)
    beside: list[Beside] = field(default_factory=list)
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)


class Batch:
    """Lives for one transaction; whatever it holds is dropped with it when the database refuses."""

    def __init__(self, room: Switchboard, connection: Connection, now: datetime, event_ids: EventIds) -> None:
        self._room = room
        self._connection = connection
        self._now = now
        self._event_ids = event_ids
        self._stored: dict[str, dict[int, Stored[Any]]] = {}
        self._keys: dict[str, Row] = {}
        self._failed: set[tuple[str, int]] = set()
        self._pending = _Pending()

    def run(self, asks: Sequence[Ask]) -> list[Answer]:
        """Decide and write all of it; the caller commits."""
        commands = self._room.prepare(self._connection, [ask.command for ask in asks])
        asks = [
            ask if ask.command is command else _with(ask, command)
            for ask, command in zip(asks, commands, strict=True)
        ]
        self._load(asks)
        answers = [self._answer(ask) for ask in asks]
        self._write()
        return answers

    def _load(self, asks: Sequence[Ask]) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        begun: dict[str, set[int]] = defaultdict(set)
        streams: dict[str, Stream] = {}
        for ask in asks:
            stream = self._room.stream_of(ask.command)
            streams[stream.name] = stream
            ids = begun if type(ask.command) in stream.begins else wanted
            ids[stream.name].add(stream.subject(ask.command))
        for name in sorted(streams):
            known = streams[name].states.load(self._connection, wanted[name], lock=True)
            self._stored[name] = {each: Stored(id=each) for each in begun[name]} | known
        keys = [ask.repeatable.key for ask in asks if ask.repeatable]
        if keys:
            table = self._room.ledger.idempotency
            rows = self._connection.execute(
                select(table).where(table.c.key.in_(bindparam("keys", expanding=True))), {"keys": keys}
            )
            self._keys = {row.key: dict(row._mapping) for row in rows}

    def _answer(self, ask: Ask) -> Answer:
        stream = self._room.stream_of(ask.command)
        stored = self._stored[stream.name][stream.subject(ask.command)]
        place = (stream.name, stored.id)
        if ask.cause is not None and place in self._failed:
            return BehindFailed()
        try:
            return self._decide(ask, stream, stored)
        except Refusal as refusal:
            REJECTIONS.labels(self._room.name, refusal.rejection.law).inc()
            return self._fail(ask, place, refusal)
        except Exception as problem:
            return self._fail(ask, place, problem)

    def _fail(self, ask: Ask, place: tuple[str, int], problem: Exception) -> Exception:
        if ask.cause is not None:
            self._failed.add(place)
        return problem

    def _decide(self, ask: Ask, stream: Stream, stored: Stored[Any]) -> Done[Any]:
        if ask.cause is not None and stored.has_seen(ask.cause.channel, ask.cause.sequence):
            DUPLICATES.labels(self._room.name).inc()
            return Done(state=stored.state, facts=NOTHING, event_id=None, is_replay=True)
        if ask.repeatable is not None and (known := self._keys.get(ask.repeatable.key)):
            return self._replay(ask.repeatable.fingerprint, known, stream)
        decision = stream.decide(stored.state, ask.command)
        if isinstance(decision, Rejection):
            raise Refusal(decision)
        before = stored.state
        event_id = self._apply(ask, stream, stored, decision)
        if ask.cause is not None:
            stored.mark_seen(ask.cause.channel, ask.cause.sequence)
        if decision:
            self._pending.beside.extend(stream.beside(ask.command, before, stored.state))
            self._count(stream, before, stored.state)
        if ask.repeatable is not None:
            self._remember(ask, event_id, stored.state)
        return Done(state=stored.state, facts=decision, event_id=event_id)

    def _apply(self, ask: Ask, stream: Stream, stored: Stored[Any], facts: Sequence[Fact]) -> str | None:
        state, version, rows = stored.state, stored.version, []
        event_id: str | None = None
        for fact in facts:
            version += 1
            event_id = self._event_ids()
            state = stream.evolve(state, fact, ask.command.at)
            rows.append(self._event_row(ask, stored.id, version, fact, event_id))
        if facts:
            stored.state, stored.version, stored.is_changed = state, version, True
            self._pending.events.extend(rows)
        return event_id

    def _event_row(self, ask: Ask, subject: int, sequence: int, fact: Fact, event_id: str) -> Row:
        at, name = ask.command.at, self._room.name
        recorded = to_ms(at)
        return {
            "event_id": event_id,
            "aggregate_id": subject,
            "sequence": sequence,
            "type": type(fact).__name__,
            "topic": fact.topic,
            "value": value_of(fact, event_id=event_id, source=name, sequence=sequence, at=at),
            "traceparent": ask.traceparent,
            "recorded_at": recorded,
            "published_at": None if fact.topic else recorded,
        }

    def _count(self, stream: Stream, before: Any, after: Any) -> None:
        was = None if before is None else stream.bucket(before)
        is_ = stream.bucket(after)
        if was != is_:
            if was is not None:
                self._pending.counted[(stream.name, was)] -= 1
            if is_ is not None:
                self._pending.counted[(stream.name, is_)] += 1

    def _replay(self, fingerprint: str, known: Row, stream: Stream) -> Done[Any]:
        if known["fingerprint"] != fingerprint:
            raise Refusal(KEY_REUSED)
        state = None if known["state"] == _NO_STATE else stream.states.decode(known["state"])
        return Done(state=state, facts=NOTHING, event_id=known["event_id"], is_replay=True)

    def _remember(self, ask: Ask, event_id: str | None, state: Any) -> None:
        assert ask.repeatable is not None
        row = {
            "key": ask.repeatable.key,
            "fingerprint": ask.repeatable.fingerprint,
            "event_id": event_id,
            "state": _encode(state),
            "recorded_at": to_ms(self._now),
        }
        self._keys[ask.repeatable.key] = row
        self._pending.keys.append(row)

    def _write(self) -> None:
        ledger, pending = self._room.ledger, self._pending
        if pending.events:
            if ledger.is_watched:
                in_order_of_commit(self._connection, ledger.counters)
            insertion(ledger.events).each(self._connection, pending.events)
        for stream in {stream.name: stream for stream in self._room.commands.values()}.values():
            stream.states.save(self._connection, self._stored.get(stream.name, {}).values())
        at_point("inside-a-batch")
        write_beside(self._connection, pending.beside)
        if pending.keys:
            insertion(ledger.idempotency).each(self._connection, pending.keys)
        add_to_counters(self._connection, ledger.counters, pending.counted)


def _with(ask: Ask, command: Any) -> Ask:
    return Ask(command=command, traceparent=ask.traceparent, cause=ask.cause, repeatable=ask.repeatable)
