"""The configuration as it is made from settings; tests/gateway/envoy puts it to Envoy itself."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from aptas.commands.gateway import find_envoy, print_config
from aptas.edge.live import KEEP_ALIVE_SECONDS
from aptas.environment import read_settings
from aptas.gateway import GatewayRefused
from aptas.gateway.config import config_of
from aptas.gateway.entry import Limits, entry_of
from aptas.gateway.upstreams import ASKED_EVERY
from aptas.serving import server_for
from aptas.settings import HOST, PROCESSES, Settings
from aptas.web.client import SECONDS
from tests.journeys.houses import aptas


def clusters(settings: Settings) -> dict[str, Any]:
    found = config_of(entry_of(settings))["static_resources"]["clusters"]
    return {each["name"]: each for each in found}


def addresses(cluster: Any) -> list[tuple[str, int]]:
    (group,) = cluster["load_assignment"]["endpoints"]
    found = [each["endpoint"]["address"]["socket_address"] for each in group["lb_endpoints"]]
    return [(each["address"], each["port_value"]) for each in found]


def test_each_service_is_found_at_its_port_unless_told_otherwise() -> None:
    found = clusters(read_settings({"APTAS_PORTS": "mypage=18085"}))
    assert {name: addresses(each) for name, each in found.items()} == {
        name: [(HOST, 18085 if name == "mypage" else port)] for name, port in PROCESSES.items()
    }


def test_a_service_has_as_many_replicas_as_it_has_addresses() -> None:
    given = "mypage=10.0.0.1:8085, mypage=10.0.0.2:8085,pages=pages.local:80,contractor=[::1]:8084"
    found = clusters(read_settings({"APTAS_REPLICAS": given}))
    assert addresses(found["mypage"]) == [("10.0.0.1", 8085), ("10.0.0.2", 8085)]
    assert addresses(found["contractor"]) == [("::1", 8084)]
    assert addresses(found["management"]) == [(HOST, 8083)]
    kinds = {name: each["type"] for name, each in found.items()}
    assert {name for name, kind in kinds.items() if kind == "STRICT_DNS"} == {"pages"}, "names are looked up"


def test_nobody_but_this_machine_is_listened_to() -> None:
    def listening(found: Any) -> list[str]:
        if isinstance(found, dict):
            own = [found["socket_address"]["address"]] if "socket_address" in found else []
            return own + [each for value in found.values() for each in listening(value)]
        return [each for value in found for each in listening(value)] if isinstance(found, list) else []

    config = config_of(entry_of(Settings()))
    del config["static_resources"]["clusters"]
    assert listening(config) == [HOST, HOST], "the entry, and its statistics"


def test_times_are_in_their_order() -> None:
    limits, server = Limits(), server_for(None, ()).config
    assert limits.attempt < limits.answer < SECONDS < limits.page, "who waits for another waits longer"
    assert limits.rest < server.timeout_keep_alive, "nothing is sent into a connection that is being closed"
    assert limits.idle > 2 * KEEP_ALIVE_SECONDS, "a stream that is well is never silent for so long"
    assert Settings().leave_seconds > 2 * ASKED_EVERY, "who leaves was asked once more"


def test_the_configuration_is_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_config(Settings(), 8088, 9901, None)
    printed = capsys.readouterr().out
    print_config(Settings(), 8088, 9901, tmp_path / "envoy.json")
    assert (tmp_path / "envoy.json").read_text(encoding="utf-8") == printed
    assert json.loads(printed) == config_of(entry_of(Settings()))
    done = aptas(tmp_path / "data", "gateway", "config", "--port", "18088")
    assert json.loads(done.stdout)["static_resources"]["listeners"][0]["address"]["socket_address"] == {
        "address": HOST,
        "port_value": 18088,
    }
    assert not (tmp_path / "data").exists()


def test_where_envoy_is_not_installed_one_line_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GatewayRefused, match=r"make \.venv/gateway"):
        find_envoy()
