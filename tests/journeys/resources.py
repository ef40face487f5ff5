"""A client that knows the fields and follows links: it builds no address but those of the collections."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx

Resource = dict[str, Any]
EVENT_ID = "Aptas-Event-Id"
ROOMS = ("defectRegistrations", "defectManagements", "defectContractors")
_hours = count()


def until(look: Callable[[], Resource | None], seconds: float = 10) -> Resource:
    """Look again and again until there is something to see."""
    deadline = time.monotonic() + seconds
    while True:
        if (found := look()) is not None:
            return found
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)


def a_slot(days: int = 3) -> dict[str, str]:
    """An hour that no other slot of this run overlaps."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(
        days=days, hours=next(_hours)
    )
    return {"start": start.isoformat(), "end": (start + timedelta(minutes=50)).isoformat()}


class Story:
    """One defect, told by the three of them."""

    def __init__(self, http: httpx.Client, **fields: Any) -> None:
        self.http = http
        answer = http.post("/defectRegistrations", json={"defectType": "toilet-tile", **fields})
        assert answer.status_code == 201, answer.text
        self.claim: Resource = answer.json()
        self.id: str = self.claim["defectId"]
        self.event_id: str = answer.headers[EVENT_ID]

    def at(self, room: str) -> Resource | None:
        """How one room sees it now; None when it has not heard of it."""
        answer = self.http.get(f"/{room}/{self.id}")
        return answer.json() if answer.status_code == 200 else None

    def when(self, room: str, status: str, **more: Any) -> Resource:
        """How a room sees it once it has that status (and those other fields)."""

        def look() -> Resource | None:
            seen = self.at(room)
            if seen is None or seen["status"] != status:
                return None
            return seen if all(seen[key] == value for key, value in more.items()) else None

        return until(look)

    def act(self, seen: Resource, name: str, **body: Any) -> Resource:
        """Follow the link of an action; the mypage shows its fact at once with `?after=`."""
        link = seen["_links"][name]
        answer = self.http.request(link["method"], link["href"], json=body or None)
        assert answer.status_code == 200, answer.text
        self.event_id = answer.headers[EVENT_ID]
        found: Resource = answer.json()
        return found

    def mypage(self) -> Resource:
        """What the resident sees, the last fact included."""
        href = self.claim["_links"]["mypage"]["href"].partition("?")[0]
        answer = self.http.get(href, params={"after": self.event_id})
        assert answer.status_code == 200, answer.text
        found: Resource = answer.json()
        return found

    def approved(self) -> Resource:
        """Handed to the contractor whom the office is advised to take; the work order."""
        case = self.when("defectManagements", "OPEN")
        case = self.act(case, "approve", contractorId=case["suggestedContractor"]["contractorId"])
        return self.when(
            "defectContractors", "OFFERED", assignment=case["assignment"], attempt=case["attempt"]
        )

    def scheduled(self) -> Resource:
        """A visit is agreed."""
        order = self.act(self.approved(), "propose-visit", slots=[a_slot()])
        return self.act(order, "accept-visit", start=order["slots"][0]["start"])

    def departed(self) -> Resource:
        """The contractor is on the way."""
        return self.act(self.scheduled(), "depart")

    def completed(self) -> Resource:
        """Repaired, and registration knows."""
        self.act(self.departed(), "complete", note="타일 교체")
        return self.when("defectRegistrations", "COMPLETED")

    def links(self) -> dict[str, set[str]]:
        """The actions each room offers now."""
        seen = {room: self.at(room) for room in ROOMS}
        return {
            room: {name for name, link in body["_links"].items() if link.get("method") == "POST"}
            for room, body in seen.items()
            if body is not None
        }
