"""Server-sent events: every change once, in order, and after a break from where one was."""

import json
from typing import Any

import httpx
import pytest

from tests.journeys.resources import EVENT_ID, Resource, Story

Told = tuple[int, str, Resource]


def listen(
    http: httpx.Client, address: str, defect_id: str, until_type: str, last: int | None = None
) -> list[Told]:
    """What a stream tells until that event of a defect: (id, event, data). Then the connection is dropped."""
    headers = {"Accept": "text/event-stream"} | ({} if last is None else {"Last-Event-ID": str(last)})
    told: list[Told] = []
    with http.stream("GET", address, headers=headers, timeout=10) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        fields: dict[str, str] = {}
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
            elif "data" in fields:
                told.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
                fields = {}
                if told[-1][1] == until_type and told[-1][2]["defectId"] == defect_id:
                    return told
            else:
                fields = {}
    raise AssertionError(f"the stream ended before {until_type}: {told}")


def types(told: list[Told]) -> list[str]:
    return [event for _, event, _ in told]


@pytest.mark.parametrize("address", ["/mypages/{}/events", "/mypages/events", "/defectManagements/events"])
def test_a_stream_resumes_without_loss_or_repetition(http: httpx.Client, address: str) -> None:
    story = Story(http)
    story.completed()
    story.mypage()
    address = address.format(story.id)
    whole = _of(story, listen(http, address, story.id, _last_of(address), last=0))
    ids = [position for position, _, _ in whole]
    assert ids == sorted(set(ids))
    for place, position in enumerate(ids[:-1]):
        rest = _of(story, listen(http, address, story.id, types(whole)[-1], last=position))
        assert rest == whole[place + 1 :]


def _of(story: Story, told: list[Told]) -> list[Told]:
    return [each for each in told if each[2]["defectId"] == story.id]


def _last_of(address: str) -> str:
    return "CaseSettled" if "Managements" in address else "DefectCompleted"


def test_without_a_last_event_id_a_stream_tells_what_happens_from_now_on(http: httpx.Client) -> None:
    story = Story(http)
    story.mypage()
    with http.stream("GET", f"/mypages/{story.id}/events", timeout=10) as answer:
        lines = answer.iter_lines()
        next(lines)
        claim = http.post(story.claim["_links"]["cancel"]["href"])
        data = next(json.loads(line[5:]) for line in lines if line.startswith("data:"))
    assert data["eventType"] == "DefectCancelled"
    assert data["eventId"] == claim.headers[EVENT_ID]
    assert data["status"] == "CANCELLING"
    assert data["text"]["ko"]


def test_the_office_sees_a_claim_arrive(http: httpx.Client) -> None:
    with http.stream("GET", "/defectManagements/events", timeout=10) as answer:
        lines = answer.iter_lines()
        next(lines)
        story = Story(http)
        told: Any = (json.loads(line[5:]) for line in lines if line.startswith("data:"))
        seen = next(each for each in told if each["defectId"] == story.id)
    assert (seen["status"], seen["receiptNo"]) == ("OPEN", story.claim["receiptNo"])


def test_after_an_event_that_never_was_the_page_is_shown_as_it_is(http: httpx.Client) -> None:
    story = Story(http)
    story.mypage()
    answer = http.get(f"/mypages/{story.id}", params={"after": "no-such-event"})
    assert answer.status_code == 200
    assert 2 <= answer.elapsed.total_seconds() < 4
