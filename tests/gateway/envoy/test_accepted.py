"""Envoy takes what is generated, whatever the settings; `aptas gateway run` puts it to Envoy before it runs."""

import socket
import subprocess
from pathlib import Path

import pytest

from aptas.commands import gateway
from aptas.commands.gateway import check, text_of
from aptas.environment import read_settings
from aptas.gateway import GatewayRefused
from aptas.gateway.entry import entry_of
from tests.journeys.houses import free_ports
from tests.journeys.test_command_line import refused_in_one_line

SETTINGS = {
    "as they come": {},
    "several replicas": {"APTAS_REPLICAS": "mypage=10.0.0.1:8085,mypage=10.0.0.2:8085,pages=[::1]:8086"},
    "names": {"APTAS_REPLICAS": "registration=registration.aptas.internal:8082,pages=localhost:8086"},
    "other ports and a rate": {"APTAS_PORTS": "mypage=1,pages=65535", "APTAS_REQUESTS_PER_SECOND": "1"},
}


@pytest.mark.parametrize("environment", SETTINGS.values(), ids=SETTINGS)
def test_envoy_takes_the_configuration(envoy: str, tmp_path: Path, environment: dict[str, str]) -> None:
    file = tmp_path / "envoy.json"
    file.write_text(text_of(entry_of(read_settings(environment))), encoding="utf-8")
    done = subprocess.run(
        [envoy, "--mode", "validate", "--config-path", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "deprecated" not in done.stderr


def test_a_configuration_that_envoy_does_not_take_is_refused_in_one_line(envoy: str, tmp_path: Path) -> None:
    file = tmp_path / "envoy.json"
    file.write_text(text_of(entry_of(read_settings({}))).replace("codec_type", "codec"), encoding="utf-8")
    with pytest.raises(GatewayRefused) as refused:
        check(envoy, file)
    assert str(file) in str(refused.value)
    assert "codec" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_ports_that_are_taken_and_data_that_cannot_be_used_are_named_in_one_line(tmp_path: Path) -> None:
    free = str(free_ports(1)[0])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refused_in_one_line(tmp_path, "gateway", "run", "--port", port, "--admin-port", free)
        assert f"{port}" in line
        line = refused_in_one_line(tmp_path, "gateway", "run", "--port", free, "--admin-port", port)
        assert port in line
        assert "--admin-port" in line
    (tmp_path / "file").write_text("in the way")
    assert "file" in refused_in_one_line(tmp_path / "file", "gateway", "run", "--port", free)
    assert not (tmp_path / gateway.FILE).exists()
