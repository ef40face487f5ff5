"""librdkafka's clients as aptas sets them up, and what their errors mean to us."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from aptas.messaging.broker import BrokerAway
from aptas.observability import Seldom
from aptas.settings import SettingRefused

_REFUSED = frozenset(
    {
        KafkaError._AUTHENTICATION,
        KafkaError._SSL,
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    }
)
AWAY = frozenset(
    {
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._TRANSPORT,
        KafkaError._RESOLVE,
        KafkaError._TIMED_OUT,
        KafkaError._WAIT_COORD,
    }
)
"""Kafka cannot be reached just now, or does not know who leads."""
_TUNING = {
    "client.id": "aptas",
    "reconnect.backoff.ms": 200,
    "reconnect.backoff.max.ms": 1000,
    "linger.ms": 100,  # a publication is flushed once all of it is queued: until then nothing needs to go
    "compression.type": "lz4",
    "fetch.wait.max.ms": 100,
    "queued.min.messages": 2000,  # by partition: what is fetched ahead has to be held
}
"""What may be set otherwise; clients of another kind pass over it."""
_PRODUCER = {
    "acks": "all",
    "enable.idempotence": True,
    "enable.gapless.guarantee": True,
    "message.timeout.ms": 0,
    "partitioner": "murmur2_random",  # as Java's: whoever else publishes agrees on where a key is
    "delivery.report.only.error": True,
}
_READER = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "earliest",
}
_MEMBER = {"partition.assignment.strategy": "cooperative-sticky"}
_TOLD_ANYWAY = ("FAIL", "CONFWARN", "ERROR")
"""Kinds of librdkafka's log lines that are not repeated: its errors come with BrokerAway."""


def refuse_own(options: Mapping[str, str]) -> None:
    """SettingRefused when an option would change what the promises of aptas stand on."""
    ours = {
        "bootstrap.servers",
        "metadata.broker.list",
        "group.id",
        "request.required.acks",
        "transactional.id",
        "session.timeout.ms",
        "heartbeat.interval.ms",
        "max.poll.interval.ms",
    }
    for name in options.keys() & (ours | {*_PRODUCER, *_READER, *_MEMBER}):
        raise SettingRefused(
            f"APTAS_KAFKA_OPTIONS: {name} 은(는) aptas가 정합니다. 빼 주세요. / is set by aptas itself: leave it out."
        )


@dataclass
class Trouble:
    """The last thing that a client complained of; its errors come one by one, from its own threads' point of view."""

    last: KafkaError | None = None
    is_away: bool = False
    """Every broker that it knows is down."""

    def hear(self, error: KafkaError) -> None:
        """librdkafka's `error_cb`."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self.is_away = True
        else:
            self.last = error

    def forget(self) -> None:
        """It works again, as far as is known."""
        self.last, self.is_away = None, False


class _Log:
    """librdkafka says the same again with every attempt: each kind of line is passed on once in a while."""

    def __init__(self) -> None:
        self._kinds: dict[str, Seldom] = {}

    def log(self, level: int, _form: str, kind: str, client: str, said: str) -> None:
        """What confluent-kafka calls on the logger that it is given."""
        if level >= logging.WARNING and kind not in _TOLD_ANYWAY:
            self._kinds.setdefault(kind, Seldom("kafka_says", 60)).say(kind=kind, client=client, said=said)


_LOG: Any = _Log()


@dataclass(frozen=True, kw_only=True)
class Clients:
    """How Kafka is reached. `prefix` stands before the names of topics and groups (tests share one Kafka);
    `patience`: seconds until a Kafka that does not answer is away; `session_seconds`: a member that is silent for so
    long is replaced, and one that does not poll after `round_seconds`."""

    servers: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    prefix: str = ""
    patience: float = 5
    session_seconds: float = 10
    round_seconds: float = 300

    def producer(self, on_failure: Callable[[KafkaError, Any], None], trouble: Trouble) -> Producer:
        """`on_failure` hears of every message that was not written, and of no other."""
        return Producer({**self._settings(trouble), **_PRODUCER, "on_delivery": on_failure}, logger=_LOG)

    def member(self, group: str, trouble: Trouble) -> Consumer:
        """A consumer that may subscribe."""
        session = int(self.session_seconds * 1000)
        timing = {
            "session.timeout.ms": session,
            "heartbeat.interval.ms": min(1000, session // 3),
            "max.poll.interval.ms": max(session, int(self.round_seconds * 1000)),
        }
        group_id = {"group.id": self.prefix + group}
        return Consumer({**self._settings(trouble), **_READER, **_MEMBER, **timing, **group_id}, logger=_LOG)

    def reader(self, trouble: Trouble) -> Consumer:
        """A consumer that is assigned by hand; the group that it must name never comes to be."""
        alone = {"group.id": f"{self.prefix}aptas-look", "enable.partition.eof": True}
        return Consumer({**self._settings(trouble), **_READER, **alone}, logger=_LOG)

    def admin(self, trouble: Trouble) -> AdminClient:
        """What makes topics and knows offsets. SettingRefused: librdkafka does not know an option."""
        try:
            return AdminClient(self._settings(trouble), logger=_LOG)
        except KafkaException as problem:
            raise SettingRefused(f"APTAS_KAFKA_OPTIONS: {problem.args[0].str()}") from problem

    def _settings(self, trouble: Trouble) -> dict[str, Any]:
        return {**_TUNING, **self.options, "bootstrap.servers": self.servers, "error_cb": trouble.hear}

    def away(self, problem: KafkaError | str, trouble: Trouble) -> BrokerAway:
        """In words: which Kafka, and why. That it does not answer, the client has told of in more words."""
        is_silence = isinstance(problem, str) or problem.code() in AWAY
        reason = (is_silence and trouble.last) or problem
        if isinstance(reason, str):
            return BrokerAway(f"APTAS_KAFKA={self.servers}: {reason}")
        if reason.code() in _REFUSED:
            return BrokerAway(
                f"APTAS_KAFKA={self.servers}: Kafka가 거절합니다. APTAS_KAFKA_OPTIONS 를 확인해 주세요. / "
                f"Kafka refuses us, check what APTAS_KAFKA_OPTIONS says of credentials: {reason.str()}"
            )
        what = "Kafka가 응답하지 않습니다. / Kafka does not answer"
        if reason.code() not in AWAY:
            what = "Kafka가 받아 주지 않습니다. / Kafka does not accept it"
        return BrokerAway(f"APTAS_KAFKA={self.servers}: {what}: {reason.str()}")

    def wire(self, topic: str) -> str:
        """A topic as Kafka knows it."""
        return self.prefix + topic

    def topic(self, wire: str | None) -> str:
        """And as we do."""
        return (wire or "").removeprefix(self.prefix)
