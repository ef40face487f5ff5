"""A house in which everything happens that can be told: every published fact, at least once."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aptas.bootstrap import open_broker
from aptas.kernel.messages import TOPICS
from aptas.settings import Settings
from tests.journeys.houses import aptas, running
from tests.journeys.resources import Resource, Story, a_slot

A_MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A message as the embedded broker carried it."""

    topic: str
    key: str
    headers: dict[str, str]
    value: str

    def as_bytes(self) -> tuple[str, bytes, dict[str, bytes], bytes]:
        """Topic, key, headers and value, as Kafka's clients have them."""
        headers = {name: each.encode() for name, each in self.headers.items()}
        return self.topic, self.key.encode(), headers, self.value.encode()


def everything_that_happens(data: Path) -> list[Carried]:
    """The messages of both topics, each topic in its order."""
    with deaf(data, "registration") as hear_again, running(data) as house, house.client() as http:
        late = [Story(http), Story(http)]
        late[0].departed()
        late[1].act(late[1].when("defectManagements", "OPEN"), "reject", reason="사용 중 파손")
        for story in late:
            assert http.delete(f"/defectRegistrations/{story.id}").status_code == 202
        hear_again()
        late[0].when("defectRegistrations", "ASSIGNED")
        late[1].when("defectRegistrations", "REJECTED")
        _a_repair_with_everything_in_its_way(Story(http, phoneNumber="010-7554-6068"))
        _a_cancellation_by_the_contractor(Story(http))
    return [message for topic in TOPICS for message in _told(data, topic)]


def _a_repair_with_everything_in_its_way(story: Story) -> None:
    case = story.act(story.when("defectManagements", "OPEN"), "identify", urgency="high", reason="아이")
    assert case["urgency"] == "high"
    story.act(story.approved(), "decline", reason="자재가 없습니다")
    story.when("defectManagements", "OPEN", isDeclined=True)
    order = story.act(story.approved(), "propose-visit", slots=[a_slot()])
    order = story.act(order, "counter-propose-visit", slots=[a_slot()])
    order = story.act(_departed_again(story, order), "report-failed-visit", reason="부재중")
    story.act(_departed_again(story, order), "complete", note="타일 교체")
    claim = story.act(story.when("defectRegistrations", "COMPLETED"), "confirm")
    claim = story.act(claim, "reopen", reason="또 떨어졌어요")
    story.when("defectManagements", "OPEN", attempt=2)
    story.act(claim, "cancel")
    story.when("mypages", "CANCELLED")


def _departed_again(story: Story, order: Resource) -> Resource:
    order = story.act(order, "propose-visit", slots=[a_slot()])
    order = story.act(order, "accept-visit", start=order["slots"][0]["start"])
    return story.act(order, "depart")


def _a_cancellation_by_the_contractor(story: Story) -> None:
    story.approved()
    story.act(story.when("defectRegistrations", "ASSIGNED"), "cancel")
    story.when("mypages", "CANCELLED")


@contextmanager
def deaf(data: Path, group: str) -> Iterator[Any]:
    """Until what is yielded is called, a room hears nothing: another member of its group, that does nothing, holds both
    topics. So a cancellation is asked for that comes too late; by hand one is hardly ever quick enough."""
    with asyncio.Runner() as runner:
        broker = runner.run(open_broker(Settings(data=data, lease_seconds=A_MINUTE)))
        member = broker.subscribe(group, TOPICS)
        runner.run(member.poll(1, 0))
        yield lambda: runner.run(member.close())
        runner.run(broker.close())


def _told(data: Path, topic: str) -> Iterator[Carried]:
    done = aptas(data, "events", "tail", "--topic", topic, "--from-beginning", "--no-follow", "--json")
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        told = json.loads(line)
        yield Carried(topic=topic, key=told["key"], headers=told["headers"], value=told["value"])
