"""One node: a broker that is its own controller, on ports of the loopback, with its data in a directory."""

import os
import signal
import socket
import struct
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tools.kafka.jars import KafkaRefused, java_line, resolve

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60
_CLUSTER = "YXB0YXMtZGV2ZWxvcGVycw"
_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=BROKER://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=BROKER://{host}:{port}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
log.dirs={data}/logs
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
# Tests declare a silent member dead sooner than anybody should in earnest.
group.min.session.timeout.ms=500
"""
_MEMORY = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC")
_API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)
"""A request that needs no permission: key 18, version 0, a number, no name (kafka.apache.org/protocol)."""


@dataclass(frozen=True)
class Node:
    """`data` holds its settings, its pid, what it says (server.log) and what it keeps."""

    port: int
    data: Path

    @property
    def address(self) -> str:
        """What APTAS_KAFKA wants to hear."""
        return f"{HOST}:{self.port}"

    def start(self) -> bool:
        """Start it and wait until it answers; False when it runs already. KafkaRefused says what stands in the way."""
        if self.pid() is not None:
            if answers(self.port):
                return False
            raise KafkaRefused(
                f"{self.data}: 이 데이터로 다른 포트에서 이미 켜져 있습니다. make kafka-stop 으로 먼저 끄세요. / "
                "A Kafka with these data runs already, on another port: end it first, with make kafka-stop."
            )
        if _is_taken(self.port):
            raise KafkaRefused(
                f"포트 {self.port}을(를) 다른 프로그램이 쓰고 있습니다. 끝내거나 APTAS_KAFKA_PORT 로 다른 번호를 "
                f"주세요. / Port {self.port} is in use: end what uses it, or give another with APTAS_KAFKA_PORT."
            )
        resolve()
        self.data.mkdir(parents=True, exist_ok=True)
        controller = free_port()
        self._settings.write_text(
            _SETTINGS.format(host=HOST, port=self.port, controller=controller, data=self.data.resolve())
        )
        self._format()
        self._wait(self._launch())
        return True

    def stop(self) -> bool:
        """End it and wait until it has ended; False when it does not run."""
        pid = self.pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.pid() is not None and time.monotonic() < deadline:
            time.sleep(0.05)
        if self.pid() is not None:
            os.kill(pid, signal.SIGKILL)
        self._pid.unlink(missing_ok=True)
        return True

    def pid(self) -> int | None:
        """Of the process that runs on these data; None when it does not run, or its number is somebody else's now."""
        try:
            pid = int(self._pid.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if str(self._settings.resolve()) in _command_of(pid) else None

    @property
    def _settings(self) -> Path:
        return self.data / "server.properties"

    @property
    def _pid(self) -> Path:
        return self.data / "pid"

    @property
    def _log(self) -> Path:
        return self.data / "server.log"

    def _format(self) -> None:
        """Name the cluster in an empty directory; one that has been formatted stays as it is."""
        line = [*java_line("kafka.tools.StorageTool"), "format", "--ignore-formatted"]
        line += ["-t", _CLUSTER, "-c", str(self._settings)]
        done = subprocess.run(line, capture_output=True, text=True)
        if done.returncode:
            problem = " ".join((done.stderr or done.stdout).split())[-300:]
            raise KafkaRefused(
                f"{self.data}: Kafka의 데이터 폴더로 쓸 수 없습니다. / cannot be Kafka's data directory: {problem}"
            )

    def _launch(self) -> "subprocess.Popen[bytes]":
        line = java_line("kafka.Kafka", *_MEMORY, level="INFO")
        with self._log.open("ab") as log:
            started = subprocess.Popen(
                [*line, str(self._settings.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._pid.write_text(str(started.pid))
        return started

    def _wait(self, started: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not answers(self.port):
            if started.poll() is not None or time.monotonic() > deadline:
                started.kill()
                started.wait()
                raise KafkaRefused(
                    f"Kafka가 켜지지 않았습니다. {self._log} 을(를) 보세요. / Kafka did not start: see {self._log}"
                )
            time.sleep(0.1)


def answers(port: int) -> bool:
    """Whether a Kafka on this port answers the first question that every client asks."""
    try:
        with closing(socket.create_connection((HOST, port), timeout=2)) as connection:
            connection.sendall(struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS)
            return len(connection.recv(8)) == 8
    except OSError:
        return False


def free_port() -> int:
    """One that nobody listens on at this moment."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_taken(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
        return False


def _command_of(pid: int) -> str:
    """The command line of a running process; empty when there is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
        except OSError:
            return ""
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
