"""The event storming as the code has it: every command, fact and policy, room by room, for docs/wall.md."""

from collections.abc import Iterable, Iterator
from inspect import getdoc
from typing import Any

from aptas import contractor, homes, management, mypage, registration
from aptas.bootstrap import GALLERIES, ROOMS
from aptas.contractor.events import FACTS as CONTRACTOR_FACTS
from aptas.homes.events import FACTS as HOME_FACTS
from aptas.kernel.messages import Fact
from aptas.management.events import FACTS as MANAGEMENT_FACTS
from aptas.messaging.streams import Switchboard
from aptas.registration.events import FACTS as REGISTRATION_FACTS

PACKAGES = {
    "homes": homes,
    "registration": registration,
    "management": management,
    "contractor": contractor,
    "mypage": mypage,
}
_FACTS: dict[str, tuple[type[Fact], ...]] = {
    "homes": HOME_FACTS,
    "registration": REGISTRATION_FACTS,
    "management": MANAGEMENT_FACTS,
    "contractor": CONTRACTOR_FACTS,
}


def drawn_wall() -> str:
    """Markdown, generated: `aptas wall > docs/wall.md`."""
    lines = [
        "# 이벤트 스토밍 / The wall",
        "",
        "코드에서 만들었습니다(`aptas wall`). / Generated from the code; a test compares.",
    ]
    for name, room in ROOMS.items():
        lines += ["", *_room(name, room)]
    for name in GALLERIES:
        lines += ["", *_gallery(name)]
    return "\n".join(lines) + "\n"


def first_line(thing: Any) -> str:
    """What a docstring says first."""
    return (getdoc(thing) or "").split("\n")[0]


def name_of(function: Any) -> str:
    """`whenever_defect_approved`"""
    return str(function.__name__)


def _heading(name: str) -> Iterator[str]:
    yield f"## {first_line(PACKAGES[name])}"
    yield ""


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "/") for cell in row) + " |"
    yield ""


def source_of(fact: type[Fact]) -> str:
    """The room whose fact it is."""
    return fact.__module__.split(".")[1]


def _room(name: str, room: Switchboard) -> Iterator[str]:
    yield from _heading(name)
    yield from _table(
        ("command", "stream", "what it wishes"),
        ((kind.__name__, stream.name, first_line(kind)) for kind, stream in room.commands.items()),
    )
    yield from _table(
        ("fact", "topic", "what happened"),
        ((fact.__name__, fact.topic or "–", first_line(fact)) for fact in _FACTS[name]),
    )
    if room.policies:
        yield from _table(
            ("whenever", "of", "policy"),
            (
                (fact.__name__, source_of(fact), f"{name_of(policy)}: {first_line(policy)}")
                for fact, policy in room.policies.items()
            ),
        )


def _gallery(name: str) -> Iterator[str]:
    yield from _heading(name)
    yield from _table(
        ("on", "of", "projection"),
        (
            (fact.__name__, source_of(fact), f"{name_of(projection)}: {first_line(projection)}")
            for fact, projection in GALLERIES[name].projections.items()
        ),
    )
