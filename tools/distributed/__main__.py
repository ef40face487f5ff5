"""`make up-distributed` and `make down`."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.distributed.cluster import PAGES, SERVICES, Cluster
from tools.distributed.processes import ProcessFailed
from tools.kafka.jars import SCRIPTS, KafkaRefused
from tools.kafka.node import Node
from tools.servers import NotHere, Server, end, start_postgresql

HOME = Path(".aptas/distributed")
STATE = HOME / "state.json"
ENVIRONMENT = HOME / "env"
PORTS = {"registration": 8082, "management": 8083, "contractor": 8084, "mypage": 8085, PAGES: 8086}
ENTRY, ADMIN, KAFKA = 8088, 9901, 9092


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def up() -> None:
    """Everything, seeded with the demonstration; what was begun is ended again when one of it fails."""
    if STATE.exists():
        raise ProcessFailed(
            "이미 켜져 있습니다. make down 으로 끕니다. / It runs already: make down ends it."
        )
    HOME.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {"pids": []}
    try:
        _begin(told)
    except BaseException:
        _write(told)
        down()
        raise
    _write(told)
    _announce()


def _begin(told: dict[str, Any]) -> None:
    _say("kafka …")
    node = Node(KAFKA, HOME / "kafka")
    node.start()
    _say("postgresql …")
    server = start_postgresql()
    told["server"] = vars(server)
    cluster = Cluster(
        folder=HOME,
        database=server.url("postgres?schema={context}"),
        kafka=node.address,
        ports={name: [port] for name, port in PORTS.items()},
        entry=ENTRY,
        admin=ADMIN,
    )
    _say(f"{', '.join(SERVICES)}, gateway, {PAGES} …")
    try:
        cluster.begin()
    finally:
        told["pids"] = [each.pid for each in cluster.processes.values() if each.popen is not None]
    lines = [f"export {name}='{value}'" for name, value in cluster.environment.items()]
    ENVIRONMENT.write_text("\n".join([*lines, f'export PATH="{SCRIPTS}:$PATH"']) + "\n")
    _say("시연 자료 / demonstration …")
    seed = [sys.executable, "-m", "aptas", "seed"]
    subprocess.run(seed, env={**os.environ, **cluster.environment}, check=True)


def _write(told: dict[str, Any]) -> None:
    STATE.write_text(json.dumps(told))


def _announce() -> None:
    _say(f"aptas: http://localhost:{ENTRY}  (입주민 · 관리사무소 · 시공사 / resident · office · contractor)")
    _say("       " + "  ".join(f"{name} {port}" for name, port in PORTS.items()))
    _say(f"       통계 / statistics: http://localhost:{ADMIN}/stats/prometheus")
    _say(f"       기록 / logs: {HOME}/*.log")
    _say(f"       다른 창에서 먼저 / in another window first: . {ENVIRONMENT}")
    _say("       끝내기 / stop: make down")


def down() -> None:
    """The gateway and the pages first, then the services, then what they stand on; all that they kept goes too."""
    if not STATE.exists():
        _say("켜져 있지 않습니다. / It does not run.")
        return
    told = json.loads(STATE.read_text())
    for pid in reversed(told["pids"]):
        if "aptas" in _command_of(pid) or "envoy" in _command_of(pid):
            end(pid)
    if "server" in told:
        Server(**told["server"]).stop()
    Node(KAFKA, HOME / "kafka").stop()
    shutil.rmtree(HOME)


def _command_of(pid: int) -> str:
    """A process with that number may be somebody else's by now."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def main() -> None:
    """What we refuse is one line on standard error and exit code 2."""
    todo: Callable[[], None] | None = {"up": up, "down": down}.get(" ".join(sys.argv[1:]))
    if todo is None:
        sys.exit("python -m tools.distributed up | down")
    try:
        todo()
    except (KafkaRefused, NotHere, ProcessFailed) as refused:
        _say(f"aptas: {refused}")
        sys.exit(2)


if __name__ == "__main__":
    main()
