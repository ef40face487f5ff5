"""What is told to Prometheus of the cases is what the office would count."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from prometheus_client import REGISTRY

from aptas import catalogue
from aptas.kernel.messages import Id
from aptas.management import commands as wish
from aptas.management.measures import forget, measure

from .cases import NOW
from .office import Office, an_office, enrolled
from .test_room import approved, claimed


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path) as running:
        yield running
    forget()


def told(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_unfinished_cases_are_counted_by_trade_and_status_and_the_late_ones(office: Office) -> None:
    await office.tell(enrolled(5, "tile"), *(claimed(number) for number in (1, 2, 3)))
    await office.told(approved(3, 5))
    await measure(office.database, NOW)
    assert told("aptas_cases", trade="tile", status="OPEN") == 2
    assert told("aptas_cases", trade="tile", status="APPROVED") == 1
    assert {told("aptas_cases_overdue", trade=trade) for trade in catalogue.TRADES} == {0}
    await measure(office.database, NOW + timedelta(days=16))
    assert told("aptas_cases_overdue", trade="tile") == 3


async def test_who_no_longer_counts_tells_nothing(office: Office) -> None:
    await office.tell(claimed(1))
    await measure(office.database, NOW)
    forget()
    assert told("aptas_cases", trade="tile", status="OPEN") is None
    assert told("aptas_cases_overdue", trade="tile") is None


async def test_what_happened_is_counted_and_a_repair_is_timed_from_its_claim(office: Office) -> None:
    def so_far() -> tuple[float, float, float]:
        return (
            told("aptas_facts_total", context="management", type="CaseOpened") or 0,
            told("aptas_repair_days_count", trade="tile") or 0,
            told("aptas_repair_days_sum", trade="tile") or 0,
        )

    opened, repaired, days = so_far()
    await office.tell(enrolled(5, "tile"), claimed(1))
    await office.told(approved(1, 5))
    done = wish.NoteCompletion(
        at=NOW + timedelta(days=4, hours=12), defect_id=Id(1), attempt=1, assignment=1, reason=None
    )
    await office.told(done)
    assert so_far() == (opened + 1, repaired + 1, days + 4.5)
