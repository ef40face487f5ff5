"""Bad input is answered with a problem+json that says what to do, and nothing is written."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, table

from aptas.environment import read_settings
from aptas.settings import Settings
from aptas.storage.engine import scalars_of
from aptas.storage.opening import open_database
from tests.journeys.houses import House, environment
from tests.journeys.resources import Story, a_slot, until

CLAIMS = "/defectRegistrations"
COLLECTIONS = (CLAIMS, "/defectManagements", "/defectContractors", "/contractorCompanies", "/mypages")
JSON = {"content-type": "application/json"}
TILE = '{"defectType":"toilet-tile",%s}'


def events_of(house: House) -> dict[str, int]:
    """How many events each room has recorded: the databases are read, not the process."""
    return asyncio.run(_counted(read_settings(environment(house.data))))


async def _counted(settings: Settings) -> dict[str, int]:
    counted = {}
    for room in ("registration", "management", "contractor"):
        database = open_database(settings.database_url(room))
        (counted[room],) = await database.scan(scalars_of(select(func.count()).select_from(table("events"))))
        await database.close()
    return counted


def settled(house: House) -> dict[str, int]:
    """The counts, once the bus has nothing more to bring."""
    seen: list[dict[str, int]] = []

    def look() -> dict[str, Any] | None:
        seen.append(events_of(house))
        return {"is": 1} if seen[-6:] == [seen[-1]] * 6 else None

    until(look)
    return seen[-1]


@pytest.fixture
def nothing_written(house: House) -> Iterator[None]:
    """The test leaves no event behind, in any room."""
    before = settled(house)
    yield
    assert settled(house) == before


def refused(answer: httpx.Response, *statuses: int) -> dict[str, Any]:
    """The problem of an answer that is one, whole: what, why, in which languages, by which law."""
    assert answer.status_code in (statuses or range(400, 500)), answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"urn:aptas:law:{problem['law']}"
    korean, _, english = problem["detail"].partition(" / ")
    assert any("가" <= letter <= "힣" for letter in korean), problem["detail"]
    assert english.strip(), problem["detail"]
    return problem


BODIES: dict[str, tuple[bytes, int]] = {
    "unknown type": (b'{"defectType":"nope"}', 422),
    "no type": (b"{}", 400),
    "phone that is none": ((TILE % '"phoneNumber":"1234"').encode(), 422),
    "phone of letters": ((TILE % '"phoneNumber":"call me"').encode(), 422),
    "long phone": ((TILE % f'"phoneNumber":"{"0" * 5000}"').encode(), 422),
    "negative quantity": ((TILE % '"qty":-1').encode(), 422),
    "negative quantity as text": ((TILE % '"qty":"-1"').encode(), 422),
    "zero": ((TILE % '"qty":0').encode(), 422),
    "huge quantity": ((TILE % f'"qty":{10**40}').encode(), 422),
    "longer than an int": ((TILE % f'"qty":{"1" * 6000}').encode(), 400),
    "longer than an int as text": ((TILE % f'"qty":"{"1" * 6000}"').encode(), 422),
    "words for a number": ((TILE % '"qty":"three"').encode(), 422),
    "other digits": ((TILE % '"qty":"٣"').encode(), 422),
    "underscores": ((TILE % '"qty":"1_000"').encode(), 422),
    "half a quantity": ((TILE % '"qty":1.5').encode(), 400),
    "truth for a number": ((TILE % '"qty":true').encode(), 400),
    "a list for a number": ((TILE % '"qty":[1]').encode(), 400),
    "unknown field": ((TILE % '"colour":"red"').encode(), 400),
    "unknown location": ((TILE % '"location":"moon"').encode(), 422),
    "unknown kind": ((TILE % '"kind":"sad"').encode(), 422),
    "broken JSON": (b'{"defectType":', 400),
    "something behind it": (b'{"defectType":"toilet-tile"} {}', 400),
    "2 MB": ((TILE % f'"description":"{"a" * 2_000_000}"').encode(), 413),
    "no body": (b"", 400),
    "null": (b"null", 400),
    "a list": (b"[]", 400),
    "a word": (b'"toilet-tile"', 400),
    "not UTF-8": (b'{"defectType":"\xff\xfe"}', 400),
    "not UTF-8 in a text": (b'{"defectType":"toilet-tile","description":"\xed\xa0\x80"}', 400),
    "UTF-16": ('{"defectType":"toilet-tile"}'.encode("utf-16"), 400),
    "deep": (b"[" * 100_000, 400),
    "deep in an ignored field": (TILE.replace("%s", f'"status":{"[" * 2000}{"]" * 2000}').encode(), 400),
    "lone surrogate": ((TILE % r'"description":"\ud800"').encode(), 400),
    "NUL": ((TILE % r'"description":"a\u0000b"').encode(), 422),
    "a bell": ((TILE % r'"address":"\u0007"').encode(), 422),
    "long text": ((TILE % f'"description":"{"가" * 2001}"').encode(), 422),
    "long address": ((TILE % f'"address":"{"a" * 201}"').encode(), 422),
    "long type": (b'{"defectType":"%s"}' % (b"x" * 500_000), 422),
    "NaN": ((TILE % '"qty":NaN').encode(), 400),
}


@pytest.mark.usefixtures("nothing_written")
def test_a_registration_that_cannot_be_is_refused_whole(http: httpx.Client) -> None:
    for name, (body, status) in BODIES.items():
        answer = http.post(CLAIMS, content=body, headers=JSON)
        assert answer.status_code == status, f"{name}: {answer.status_code} {answer.text[:300]}"
        refused(answer)


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "text/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "json",
    ],
)
def test_only_json_is_taken(http: httpx.Client, media_type: str) -> None:
    answer = http.post(CLAIMS, content=b'{"defectType":"toilet-tile"}', headers={"content-type": media_type})
    assert refused(answer, 415)["law"] == "a_body_is_json"


def test_the_original_front_end_may_send_what_it_always_sent(http: httpx.Client) -> None:
    body = {
        "defectType": "toilet-tile",
        "status": "DONE",
        "defectId": 7,
        "defectDt": "x",
        "defectregistrationDt": 1,
    }
    answer = http.post(CLAIMS, json=body)
    assert answer.status_code == 201
    assert answer.json()["status"] == "RECEIVED"
    assert answer.json()["defectId"] != "7"


UNKNOWN = (
    "999",
    "0",
    "-1",
    "9" * 30,
    str(2**63),
    str(2**63 - 1),
    "%00",
    "%ff",
    "١٢٣",
    "a" * 5000,
    "%F0%9F%92%A9",
)


@pytest.mark.usefixtures("nothing_written")
def test_an_unknown_id_is_not_found_anywhere(http: httpx.Client) -> None:
    for unknown in UNKNOWN:
        for collection in COLLECTIONS:
            refused(http.get(f"{collection}/{unknown}"), 404)
        for action in ("cancel", "confirm"):
            refused(http.post(f"{CLAIMS}/{unknown}/{action}"), 404)
        refused(http.delete(f"{CLAIMS}/{unknown}"), 404)
        refused(http.post(f"/defectManagements/{unknown}/reject", json={"reason": "x"}), 404)
        refused(http.post(f"/defectContractors/{unknown}/depart"), 404)
        refused(http.get(f"/mypages/{unknown}/events"), 404)


def test_an_id_has_one_spelling(http: httpx.Client) -> None:
    story = Story(http)
    story.mypage()
    for spelling in (f"0{story.id}", f"+{story.id}", f"%20{story.id}", f"{story.id}.0"):
        for collection in (CLAIMS, "/defectManagements", "/defectContractors", "/mypages"):
            refused(http.get(f"{collection}/{spelling}"), 404)


QUERIES = (
    "page=-1",
    "page=x",
    "page=",
    f"page={10**20}",
    "size=0",
    "size=201",
    "size=x",
    "sort=nope",
    "sort=id,sideways",
    "cursor=x",
    "cursor=",
    "cursor=٣",
    f"cursor={10**20}",
)


def test_a_list_that_cannot_be_asked_for_is_refused(http: httpx.Client) -> None:
    for collection in COLLECTIONS:
        for query in (*QUERIES, *(() if "Companies" in collection else ("status=NOPE", "status=%00"))):
            refused(http.get(f"{collection}?{query}"), 400, 422)


@pytest.mark.parametrize("address", ["/mypages/events", "/defectManagements/events"])
@pytest.mark.parametrize("last", ["x", "-1", "1.5", "9" * 30])
def test_a_last_event_id_is_one_we_sent(http: httpx.Client, address: str, last: str) -> None:
    refused(http.get(address, headers={"Last-Event-ID": last}), 422)


def test_a_wrong_method_says_which_are_right_and_a_wrong_address_that_it_is_wrong(http: httpx.Client) -> None:
    for method, address in (
        ("PUT", CLAIMS),
        ("PATCH", f"{CLAIMS}/1"),
        ("DELETE", "/mypages"),
        ("POST", "/mypages/1"),
    ):
        answer = http.request(method, address)
        refused(answer, 405)
        assert "GET" in answer.headers["allow"]
    refused(http.get("/nowhere"), 404)
    refused(http.post(f"{CLAIMS}/1/nothing"), 404)


def test_an_action_the_state_forbids_changes_nothing(house: House, http: httpx.Client) -> None:
    story = Story(http)
    order = story.scheduled()
    before = settled(house)
    for address in (
        f"{CLAIMS}/{story.id}/confirm",
        f"/defectContractors/{story.id}/complete",
    ):
        refused(http.post(address), 409)
    refused(http.post(f"{CLAIMS}/{story.id}/reopen", json={"reason": "x"}), 409)
    refused(http.post(f"/defectManagements/{story.id}/reject", json={"reason": "x"}), 409)
    refused(http.post(f"/defectContractors/{story.id}/report-failed-visit", json={"reason": "x"}), 409)
    refused(
        http.post(f"/defectContractors/{story.id}/accept-visit", json={"start": order["visit"]["start"]}), 409
    )
    assert settled(house) == before


def _in(hours: float, lasting: float = 1) -> dict[str, str]:
    start = datetime.now(UTC) + timedelta(hours=hours)
    return {"start": start.isoformat(), "end": (start + timedelta(hours=lasting)).isoformat()}


def test_a_slot_that_cannot_be_kept_is_refused(house: House, http: httpx.Client) -> None:
    story = Story(http)
    story.approved()
    before = settled(house)
    naive = {"start": "2030-01-01T10:00:00", "end": "2030-01-01T11:00:00"}
    for slots in (
        [naive],
        [_in(-5)],
        [_in(24, -1)],
        [_in(24, 0)],
        [_in(24, 13)],
        [_in(24 * 400)],
        [],
        [_in(24), _in(26), _in(28), _in(30)],
        [_in(24), {**_in(24), "note": "x"}],
        ["tomorrow"],
        "tomorrow",
        [{"start": "0001-01-01T00:00:00Z", "end": "9999-12-31T23:59:59-23:59"}],
        [{"start": "9999-12-31T23:00:00-23:59", "end": "9999-12-31T23:59:59-23:59"}],
    ):
        refused(http.post(f"/defectContractors/{story.id}/propose-visit", json={"slots": slots}), 400, 422)
    assert settled(house) == before


def test_a_technician_is_not_sent_to_two_places(http: httpx.Client) -> None:
    first, second = Story(http), Story(http)
    slot = a_slot()
    orders = [story.act(story.approved(), "propose-visit", slots=[slot]) for story in (first, second)]
    assert orders[0]["contractorId"] == orders[1]["contractorId"]
    first.act(orders[0], "accept-visit", start=slot["start"])
    answer = http.post(orders[1]["_links"]["accept-visit"]["href"], json={"start": slot["start"]})
    assert refused(answer, 409)["law"] == "a_technician_is_never_in_two_places"
    assert second.at("defectContractors") == orders[1]


@pytest.mark.parametrize(
    "contractor", ["1", 1, "", "x", 0, -1, 2**63, 2**200, "٣", "9" * 5000, None, 1.5, []]
)
def test_a_contractor_nobody_enrolled_is_refused(http: httpx.Client, contractor: Any) -> None:
    story = Story(http)
    case = story.when("defectManagements", "OPEN")
    refused(http.post(case["_links"]["approve"]["href"], json={"contractorId": contractor}), 400, 422)
    assert story.at("defectManagements") == case


@pytest.mark.usefixtures("nothing_written")
def test_a_company_that_cannot_be_is_refused(http: httpx.Client) -> None:
    for body in (
        {},
        {"name": "", "trades": "tile"},
        {"name": "  ", "trades": "tile"},
        {"name": "x", "trades": []},
        {"name": "x", "trades": "nope"},
        {"name": "x" * 101, "trades": "tile"},
        {"name": "x\x00", "trades": "tile"},
        {"name": "x", "trades": ["tile", 3]},
        {"name": "x", "trades": "tile", "phoneNumber": "12"},
        {"name": "x", "trades": "tile", "openWorkOrders": 3},
    ):
        refused(http.post("/contractorCompanies", json=body), 400, 422)


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_length(http: httpx.Client, key: str) -> None:
    refused(http.post(CLAIMS, json={"defectType": "toilet-tile"}, headers={"Idempotency-Key": key}), 422)


def test_the_same_request_with_its_key_has_one_effect_and_one_answer(
    house: House, http: httpx.Client
) -> None:
    keyed: dict[str, Any] = {
        "json": {"defectType": "toilet-tile"},
        "headers": {"Idempotency-Key": "once-only"},
    }
    first = http.post(CLAIMS, **keyed)
    before = settled(house)
    again = http.post(CLAIMS, **keyed)
    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    other = http.post(CLAIMS, json={"defectType": "light"}, headers=keyed["headers"])
    assert refused(other, 422)["law"] == "a_key_belongs_to_one_request"
    assert settled(house) == before


def test_the_same_key_at_the_same_moment_has_one_effect(http: httpx.Client) -> None:
    def send(_: int) -> httpx.Response:
        body = {"defectType": "toilet-tile", "description": "동시에"}
        return http.post(CLAIMS, json=body, headers={"Idempotency-Key": "all-at-once"})

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(24)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["defectId"] for answer in answers}) == 1


def test_a_cancellation_by_type_is_repeated_with_its_key(fresh: House) -> None:
    with fresh.client() as http:
        story, key = Story(http), {"Idempotency-Key": "cancel-the-tile"}
        first = http.delete(f"{CLAIMS}/toilet-tile", headers=key)
        again = http.delete(f"{CLAIMS}/toilet-tile", headers=key)
        assert (again.status_code, again.json()) == (first.status_code, first.json()) == (202, first.json())
        refused(http.delete(f"{CLAIMS}/toilet-tile"), 404)
        other = Story(http)
        assert http.delete(f"{CLAIMS}/toilet-tile", headers=key).json()["defectId"] == story.id
        assert http.get(f"{CLAIMS}/{other.id}").json()["status"] == "RECEIVED"
