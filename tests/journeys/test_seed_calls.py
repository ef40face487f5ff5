"""The exact calls of the original, with its own client: `http` (httpie), on the demonstration."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.houses import BIN, House, aptas, environment, running, topic
from tests.journeys.resources import Story, until

LIST = "/defectRegistrations"
IN_FULL = re.compile(r"(?<![0-9A-Za-z])(\+82[-. ]?|0)10[-. ]?7554[-. ]?6068(?![0-9A-Za-z])")
"""010-7554-6068 however it is spelled; no part of a UUID is cut like that."""
MASKED = re.compile(r"[0-9]{2,3}-[*]{3,4}-[0-9]{4}")


def httpie(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Status and body of one `http` call."""
    done = subprocess.run(
        [str(BIN / "http"), "--ignore-stdin", "--print=hb", "--pretty=none", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    head, _, body = done.stdout.partition("\n\n")
    return int(head.split()[1]), json.loads(body)


def arrived(address: str) -> dict[str, Any]:
    """What stands there as soon as the bus has brought it."""

    def look() -> dict[str, Any] | None:
        status, body = httpie(address)
        return body if status == 200 else None

    return until(look)


def total(address: str) -> int:
    return int(httpie(address)[1]["page"]["totalElements"])


def test_the_calls_of_the_original_work_on_its_own_ports(tmp_path: Path) -> None:
    with running(tmp_path / "data", services=True) as house:
        claims = f"localhost:{house.ports['registration']}/defectRegistrations"
        assert total(claims) == 7
        status, claim = httpie(claims, "defectType=toilet-tile", "phoneNumber=010-7554-6068")
        assert (status, claim["phoneNumber"]) == (201, "010-****-6068")
        assert total(claims) == 8
        status, cancelling = httpie("DELETE", f"{claims}/toilet-tile")
        assert (status, cancelling["status"]) == (202, "CANCELLING")
        assert cancelling["defectId"] == claim["defectId"]
        assert total(claims) == 7
        assert total(f"{claims}?status=CANCELLING,CANCELLED") == 1
        assert claim["_links"]["mypage"]["href"].startswith(f"{house.url}/mypages/")
        _each_service_on_its_port(house, claim["defectId"])
        _the_messages_are_on_the_topics(house, claim["defectId"])


def _each_service_on_its_port(house: House, defect_id: str) -> None:
    case = arrived(f"localhost:{house.ports['management']}/defectManagements/{defect_id}")
    assert case["defectId"] == defect_id
    assert total(f"localhost:{house.ports['contractor']}/contractorCompanies") == 4
    assert total(f"localhost:{house.ports['contractor']}/defectContractors") == 0
    shown = arrived(f"localhost:{house.ports['mypage']}/mypages/{defect_id}")
    assert shown["defectId"] == defect_id


def _the_messages_are_on_the_topics(house: House, defect_id: str) -> None:
    until(lambda: {"is": 1} if topic(house.data, "compensation-events") else None)
    told = [each["eventType"] for each in topic(house.data, "aptas") if each.get("defectId") == defect_id]
    assert told == ["DefectRegistered", "DefectCancelled"]
    (withdrawn,) = topic(house.data, "compensation-events")
    assert (withdrawn["eventType"], withdrawn["defectId"]) == ("DefectWithdrawn", defect_id)
    everything = [each for name in ("aptas", "compensation-events") for each in topic(house.data, name)]
    assert not IN_FULL.search(json.dumps(everything)), "a phone number travelled in full"
    phones = [each["phoneNumber"] for each in everything if each.get("phoneNumber")]
    assert "010-****-6068" in phones
    assert [each for each in phones if not MASKED.fullmatch(each)] == []


def test_tailing_follows_until_it_is_stopped(fresh: House) -> None:
    command = [str(BIN / "python"), "-m", "aptas", "events", "tail", "--topic", "aptas"]
    with (
        subprocess.Popen(
            command, env=environment(fresh.data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as tail,
        fresh.client() as http,
    ):
        assert tail.stdout is not None
        until(lambda: _registered_and_told(http, tail))
        tail.terminate()
        assert "Traceback" not in tail.communicate(timeout=10)[1]


def _registered_and_told(http: httpx.Client, tail: "subprocess.Popen[str]") -> dict[str, Any] | None:
    """Whoever begins to tail now sees what is registered from now on; how soon it began is not known."""
    import select

    http.post(LIST, json={"defectType": "toilet-tile"})
    assert tail.stdout is not None
    readable, _, _ = select.select([tail.stdout], [], [], 0.5)
    if not readable:
        return None
    line: dict[str, Any] = json.loads(tail.stdout.readline())
    assert line["defectType"] == "toilet-tile"
    return line


def test_a_pipe_that_closes_early_is_no_error(fresh: House) -> None:
    done = subprocess.run(
        ["bash", "-c", "set -o pipefail; python -m aptas events tail --from-beginning --no-follow | head -1"],
        env=environment(fresh.data),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert json.loads(done.stdout)["eventType"]
    assert "Traceback" not in done.stderr


def test_seeding_twice_seeds_seven(tmp_path: Path) -> None:
    for _ in range(2):
        with running(tmp_path / "data") as house, house.client() as http:
            found = http.get(LIST).json()
            assert found["page"]["totalElements"] == len(found["_embedded"]["defectRegistrations"]) == 7
            assert "toilet-tile" not in [
                row["defectType"] for row in found["_embedded"]["defectRegistrations"]
            ]
            assert http.get("/contractorCompanies").json()["page"]["totalElements"] == 4


def test_a_type_that_two_open_registrations_have_is_answered_with_the_candidates(fresh: House) -> None:
    with fresh.client() as http:
        ids = [http.post(LIST, json={"defectType": "toilet-tile"}).json()["defectId"] for _ in range(2)]
        answer = http.delete(f"{LIST}/toilet-tile")
        assert answer.status_code == 409
        assert [each["defectId"] for each in answer.json()["candidates"]] == ids
        assert http.get(LIST).json()["page"]["totalElements"] == 9
        assert http.delete(f"{LIST}/{ids[0]}").status_code == 202
        assert http.delete(f"{LIST}/toilet-tile").json()["defectId"] == ids[1]
        assert http.get(LIST).json()["page"]["totalElements"] == 7
        assert http.delete(f"{LIST}/toilet-tile").status_code == 404


@pytest.mark.parametrize("spelling", [str.lower, str.upper, lambda each: each.replace("-", "").lower()])
def test_a_receipt_number_is_understood_as_people_type_it(http: httpx.Client, spelling: Any) -> None:
    story = Story(http)
    story.when("defectManagements", "OPEN")
    typed = spelling(story.claim["receiptNo"])
    assert http.get(f"{LIST}/{typed}").json()["defectId"] == story.id
    assert http.get(f"/defectManagements/{typed}").json()["defectId"] == story.id
    answer = http.delete(f"{LIST}/{typed}")
    assert (answer.status_code, answer.json()["defectId"]) == (202, story.id)


def test_cancelling_twice_names_the_one_under_way_or_done(http: httpx.Client) -> None:
    story = Story(http)
    assert http.delete(f"{LIST}/{story.id}").status_code == 202
    answer = http.delete(f"{LIST}/{story.id}")
    assert answer.status_code == 409
    assert answer.json()["law"] in (
        "nothing_is_done_while_a_cancellation_is_under_way",
        "a_cancelled_claim_stays_cancelled",
    )


def test_what_was_acknowledged_survives_a_restart(tmp_path: Path) -> None:
    with running(tmp_path / "data") as house, house.client() as http:
        story = Story(http)
        story.scheduled()
    with running(tmp_path / "data") as house, house.client() as http:
        story.http, story.claim = http, http.get(f"{LIST}/{story.id}").json()
        order = story.when("defectContractors", "SCHEDULED")
        assert story.act(order, "depart")["status"] == "DEPARTED"
        assert story.mypage()["status"] == "DEPARTED"
    assert aptas(house.data, "parked", "list", "--json").stdout == ""
