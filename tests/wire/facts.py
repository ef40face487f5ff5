"""Every public fact of every room, one of each with fixed, lifelike values, and how it is published."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, Union, get_args, get_origin, get_type_hints

from aptas.contractor.events import FACTS as CONTRACTOR
from aptas.homes.events import FACTS as HOMES
from aptas.kernel.messages import Fact, Id
from aptas.management.events import FACTS as MANAGEMENT
from aptas.messaging.envelope import Message, Vocabulary, headers_of, value_of
from aptas.messaging.wire import topic_facts
from aptas.registration.events import FACTS as REGISTRATION

PUBLIC: Mapping[str, tuple[type[Fact], ...]] = {
    "registration": topic_facts(REGISTRATION),
    "management": topic_facts(MANAGEMENT),
    "contractor": topic_facts(CONTRACTOR),
    "homes": topic_facts(HOMES),
}
PAIRS = [(source, kind) for source, kinds in PUBLIC.items() for kind in kinds]
NAMES = [f"{source}.{kind.__name__}" for source, kind in PAIRS]
VOCABULARY = Vocabulary(PUBLIC)
AT = datetime(2025, 3, 4, 0, 30, 15, 250_000, tzinfo=UTC)
SEQUENCE = 3
EVENT_ID = "01956f0c-3d52-7c3a-9f7e-2b8f6d0c4a11"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_LIFELIKE: dict[str, Any] = {
    "defect_id": 168215904157925376,
    "contractor_id": 168215904157925401,
    "home_id": 168215904157925511,
    "attempt": 2,
    "assignment": 1,
    "receipt_no": "7K3M-9Q2D",
    "defect_type": "toilet-tile",
    "location": "bathroom-common",
    "kind": "crack",
    "description": '욕실 벽 타일 "두 장"이 깨졌어요.\n모서리도요 🛁',
    "qty": 2,
    "asked": 2,
    "address": "래미안 101동 1203호",
    "phone_number": "010-****-6068",
    "defect_image": "https://example.test/photos/7K3M-9Q2D/1.jpg",
    "defect_video": "https://example.test/videos/7K3M-9Q2D/1.mp4",
    "reason": "보증 기간이 지났습니다",
    "trade": "tile",
    "trades": ("tile", "wallpaper"),
    "urgency": "normal",
    "override_reason": "현장 확인",
    "contractor_name": "한빛타일",
    "name": "한빛타일",
    "note": "타일 두 장 교체",
    "verdict": "in",
    "work_type": "tile",
    "work_type_ko": "타일공사",
    "years": 2,
    "article": "공동주택관리법 시행령 별표 4",
    "mapping": "sure",
    "source": "secondary: a public table",
    "complex_name": "래미안",
    "building": "101",
    "floor": "12",
    "home_no": "1203",
}


def fact_of(kind: Any) -> Any:
    """One of this kind: every optional field filled, statuses as they are by default."""
    hints = get_type_hints(kind)
    kept = {field.name for field in fields(kind) if field.name == "status"}
    return kind(
        **{name: _value(name, hints[name]) for name in hints if _is_field(kind, name) and name not in kept}
    )


def _is_field(kind: Any, name: str) -> bool:
    return any(field.name == name for field in fields(kind))


def _value(name: str, hint: Any) -> Any:
    if name in _LIFELIKE:
        return _LIFELIKE[name]
    if get_origin(hint) in (Union, type(int | None)):
        return _value(name, next(each for each in get_args(hint) if each is not type(None)))
    if get_origin(hint) is tuple:
        return (_value(name, get_args(hint)[0]),)
    if is_dataclass(hint):
        return fact_of(hint)
    if hint is datetime:
        return datetime(2025, 3, 6, 15 if name == "end" else 14, 0, tzinfo=UTC)
    if hint is date:
        return date(2025, 3, 19)
    raise LookupError(f"{name}: say in tests/wire/facts.py what it looks like")


def published(source: str, kind: type[Fact]) -> Message:
    """As the relay of its room publishes it."""
    fact = fact_of(kind)
    key = str(Id(getattr(fact, kind.key)))
    assert kind.topic is not None
    return Message(
        topic=kind.topic,
        key=key,
        headers=headers_of(
            event_id=EVENT_ID, event_type=kind.__name__, source=source, key=key, at=AT, traceparent=TRACE
        ),
        value=value_of(fact, event_id=EVENT_ID, source=source, sequence=SEQUENCE, at=AT),
    )
