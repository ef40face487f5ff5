"""HAL: the same shape for all five collections; every row is walked past exactly once."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.journeys.houses import House, running
from tests.journeys.resources import Resource, Story, until

NAMES = ("defectRegistrations", "defectManagements", "defectContractors", "contractorCompanies", "mypages")
KEYS = {"contractorCompanies": "contractorId"}
SORTS = {
    "defectRegistrations": ("id", "defectId", "defectregistrationDt"),
    "defectManagements": ("id", "dueDate", "urgency"),
    "defectContractors": ("id", "dueDate"),
    "contractorCompanies": ("id",),
    "mypages": ("id", "dueDate"),
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house where something has happened: work orders, a rejection, a cancellation."""
    with running(tmp_path_factory.mktemp("many")) as house, house.client() as http:
        stories = [Story(http) for _ in range(9)]
        for story in stories[:6]:
            story.approved()
        stories[6].act(stories[6].when("defectManagements", "OPEN"), "reject", reason="마감")
        stories[7].act(stories[7].claim, "cancel")
        stories[7].when("mypages", "CANCELLED")
        for story in stories:
            story.mypage()
        yield house


def rows_of(body: Resource, name: str) -> list[Resource]:
    rows: list[Resource] = body["_embedded"][name]
    return rows


@pytest.mark.parametrize("name", NAMES)
def test_a_collection_has_its_shape(many: House, name: str) -> None:
    with many.client() as http:
        answer = http.get(f"/{name}", params={"size": 2})
        body = answer.json()
        assert answer.headers["content-type"] == "application/hal+json"
        assert set(body) == {"_embedded", "_links", "page"}
        assert set(body["_embedded"]) == {name}
        assert set(body["page"]) == {"size", "totalElements", "totalPages", "number"}
        assert (body["page"]["size"], body["page"]["number"]) == (2, 0)
        assert body["page"]["totalPages"] == -(-body["page"]["totalElements"] // 2)
        assert http.get(body["_links"]["self"]["href"]).json() == body
        for row in rows_of(body, name):
            key = row[KEYS.get(name, "defectId")]
            assert row["_links"]["self"]["href"].endswith(f"/{name}/{key}")
            alone = http.get(row["_links"]["self"]["href"]).json()
            assert {**alone, "_links": None} == {**row, "_links": None}


def as_it_counts(value: str) -> str:
    """A moment in a whole second is written without a fraction."""
    return value if "." in value else value.replace("Z", ".000000Z")


@pytest.mark.parametrize(("name", "sort"), [(name, sort) for name in NAMES for sort in SORTS[name]])
@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("by", ["page", "cursor"])
def test_a_walk_passes_every_row_once(many: House, name: str, sort: str, direction: str, by: str) -> None:
    key = KEYS.get(name, "defectId")
    with many.client() as http:
        query: dict[str, Any] = {"size": 200, "sort": f"{sort},{direction}"}
        whole = rows_of(http.get(f"/{name}", params=query).json(), name)
        query["size"], seen = 3, []
        body = http.get(f"/{name}", params=query).json()
        while True:
            page = rows_of(body, name)
            seen += [row[key] for row in page]
            assert body["page"]["totalElements"] == len(whole)
            if by == "page":
                if "next" not in body["_links"]:
                    break
                body = http.get(body["_links"]["next"]["href"]).json()
            else:
                if not page:
                    break
                body = http.get(f"/{name}", params={**query, "cursor": page[-1][key]}).json()
    assert seen == [row[key] for row in whole]
    assert len(seen) == len(set(seen)) > 0
    values = [row.get(sort) or row[key] for row in whole]
    if sort in ("id", "defectId"):
        assert [int(row[key]) for row in whole] == sorted(
            (int(row[key]) for row in whole), reverse=direction == "desc"
        )
    elif sort != "urgency":
        assert values == sorted(values, key=as_it_counts, reverse=direction == "desc")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "contractorCompanies"])
def test_statuses_divide_a_collection(many: House, name: str) -> None:
    with many.client() as http:
        whole = http.get(f"/{name}", params={"status": "ALL", "size": 200}).json()
        statuses = {row["status"] for row in rows_of(whole, name)}
        counted = 0
        for status in statuses:
            part = http.get(f"/{name}", params={"status": status.lower(), "size": 200}).json()
            assert {row["status"] for row in rows_of(part, name)} == {status}
            assert part["page"]["totalElements"] == len(rows_of(part, name))
            counted += part["page"]["totalElements"]
        assert counted == whole["page"]["totalElements"]
        both = http.get(f"/{name}", params={"status": ",".join(statuses), "size": 200}).json()
        assert rows_of(both, name) == rows_of(whole, name)


def test_a_filter_stands_in_the_links_of_its_pages(many: House) -> None:
    with many.client() as http:
        body = http.get(
            "/defectManagements", params={"trade": "tile", "size": 2, "sort": "dueDate,desc"}
        ).json()
        following = http.get(body["_links"]["next"]["href"]).json()
        assert {row["trade"] for row in rows_of(following, "defectManagements")} == {"tile"}
        assert http.get(following["_links"]["prev"]["href"]).json() == body


def test_totals_are_right_at_once(fresh: House) -> None:
    with fresh.client() as http:
        for expected in (8, 9, 10):
            story = Story(http)
            assert http.get("/defectRegistrations").json()["page"]["totalElements"] == expected
        http.delete(f"/defectRegistrations/{story.id}")
        assert http.get("/defectRegistrations").json()["page"]["totalElements"] == 9
        story.when("mypages", "CANCELLED")
        listed = http.get("/mypages", params={"status": "CANCELLED"}).json()
        assert listed["page"]["totalElements"] == 1
        until(lambda: {"is": 1} if http.get("/mypages").json()["page"]["totalElements"] == 10 else None)


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_health_is_told(http: httpx.Client, address: str) -> None:
    answer = http.get(address)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_metrics_are_told_by_route(http: httpx.Client) -> None:
    Story(http)
    told = http.get("/metrics").text
    assert 'route="/defectRegistrations"' in told
    assert "aptas_parked" in told
