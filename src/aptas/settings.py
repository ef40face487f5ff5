"""The environment, read once into one frozen object."""

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

HOST = "127.0.0.1"
HOSTS = frozenset({"localhost", HOST, "[::1]"})
"""Until people are known, everything listens on this machine only."""

PORTS = {"registration": 8082, "management": 8083, "contractor": 8084, "mypage": 8085}
PAGES = "pages"
PROCESSES = PORTS | {PAGES: 8086}
"""What `aptas serve` serves: each service, and the pages, which are a client of theirs."""

ENTRY_PORT = 8088
CONTEXT = "{context}"
"""Where the context's name stands in APTAS_DATABASE_URL: each has a database, or a schema, of its own."""
ADMIN_PORT = 9901
Address = tuple[str, int]
"""A host (its name, or its number) and a port."""

_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


class SettingRefused(Exception):
    """A setting cannot be used; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`data`: where SQLite files live. `ask_again_seconds`: how long a cancellation may go unanswered.
    `lease_seconds`: after a crash, how long the next process waits before it publishes and consumes.
    `leave_seconds`: how long a process that is to end says so and answers still, until nobody sends it requests.
    `hosts`: the names under which HTTP is answered. `kafka`: the bootstrap servers of a Kafka; empty: the embedded
    broker. `kafka_options`: more of librdkafka's properties, such as credentials.
    `replicas`: where the entry finds each service, when that is not its port on this machine.
    `requests_per_second`: how many the entry lets through."""

    data: Path = Path(".aptas")
    entry_url: str = f"http://localhost:{ENTRY_PORT}"
    ask_again_seconds: float = 600
    keep_keys_seconds: float = 24 * 3600
    lease_seconds: float = 10
    leave_seconds: float = 1.5
    hosts: Collection[str] = HOSTS
    databases: str = ""
    database_urls: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=lambda: dict(PROCESSES))
    replicas: Mapping[str, Sequence[Address]] = field(default_factory=dict)
    requests_per_second: int = 5000
    kafka: str = ""
    kafka_options: Mapping[str, str] = field(default_factory=dict, repr=False)

    def prepare_data(self) -> None:
        """Make the data directory; SettingRefused when it cannot be had."""
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)  # telephone numbers are in there
        except OSError as problem:
            raise SettingRefused(
                f"{self.data}: 데이터 폴더로 쓸 수 없습니다({problem.strerror}). --data 로 다른 곳을 주세요. / "
                "cannot be used as data directory; give another with --data."
            ) from problem

    def database_url(self, context: str) -> str:
        """APTAS_DATABASE_URL_<CONTEXT>, APTAS_DATABASE_URL for this context, or a SQLite file in the data directory."""
        every = self.databases or f"sqlite:///{self.data / CONTEXT}.db"
        return self.database_urls.get(context) or every.replace(CONTEXT, context)

    def database_setting(self, context: str) -> str:
        """The name of the variable that says where this context's database is."""
        return (
            f"APTAS_DATABASE_URL_{context.upper()}" if context in self.database_urls else "APTAS_DATABASE_URL"
        )

    def replicas_of(self, name: str) -> Sequence[Address]:
        """Every address at which a service is found: those of APTAS_REPLICAS, or its port on this machine."""
        return self.replicas.get(name) or [(HOST, self.ports[name])]


def read_settings(environment: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """Settings from APTAS_* variables; what is `given` (not None) goes before them. SettingRefused on nonsense."""
    urls = {
        name.removeprefix("APTAS_DATABASE_URL_").lower(): value
        for name, value in environment.items()
        if name.startswith("APTAS_DATABASE_URL_")
    }
    if unknown := urls.keys() - {*PORTS, "homes"}:
        raise SettingRefused(f"APTAS_DATABASE_URL_{unknown.pop().upper()}: {', '.join((*PORTS, 'homes'))}")
    values: dict[str, object] = {
        "data": Path(environment.get("APTAS_DATA") or ".aptas"),
        "entry_url": environment.get("APTAS_ENTRY_URL", Settings.entry_url),
        "ask_again_seconds": _seconds(environment, "APTAS_ASK_AGAIN_SECONDS", Settings.ask_again_seconds),
        "keep_keys_seconds": _seconds(environment, "APTAS_KEEP_KEYS_SECONDS", Settings.keep_keys_seconds),
        "lease_seconds": _seconds(environment, "APTAS_LEASE_SECONDS", Settings.lease_seconds),
        "leave_seconds": _seconds(environment, "APTAS_LEAVE_SECONDS", Settings.leave_seconds),
        "hosts": _names(environment.get("APTAS_HOSTS")),
        "databases": _databases(environment.get("APTAS_DATABASE_URL", "")),
        "database_urls": urls,
        "ports": PROCESSES | _ports(environment.get("APTAS_PORTS", "")),
        "replicas": _replicas(environment.get("APTAS_REPLICAS", "")),
        "requests_per_second": _count(environment, "APTAS_REQUESTS_PER_SECOND", Settings.requests_per_second),
        "kafka": _kafka(environment.get("APTAS_KAFKA", "")),
        "kafka_options": _kafka_options(environment.get("APTAS_KAFKA_OPTIONS", "")),
    }
    values.update({name: value for name, value in given.items() if value is not None})
    return Settings(**values)  # type: ignore[arg-type]


def _databases(text: str) -> str:
    """APTAS_DATABASE_URL='postgresql://me:secret@localhost/aptas_{context}', or '…/aptas?schema={context}'."""
    if text and CONTEXT not in text:
        raise SettingRefused(
            f"APTAS_DATABASE_URL: 데이터베이스나 스키마의 이름에 {CONTEXT}를 넣어 주세요. 방마다 제 것을 씁니다. / "
            f"Write {CONTEXT} into the name of the database or of the schema: every context has its own."
        )
    return text


def _names(text: str | None) -> Collection[str]:
    """APTAS_HOSTS='aptas.example,localhost': answered under these names; '*': under any."""
    return frozenset(each.strip().lower() for each in text.split(",") if each.strip()) if text else HOSTS


def _ports(text: str) -> dict[str, int]:
    """APTAS_PORTS='registration=18082,mypage=18085': where the services listen instead."""
    ports: dict[str, int] = {}
    for pair in filter(None, text.split(",")):
        name, _, number = (part.strip() for part in pair.partition("="))
        if name not in PROCESSES or not is_port(number):
            raise SettingRefused(
                f"APTAS_PORTS={text!r}: registration=18082,mypage=18085 처럼 적어 주세요. / "
                f"write it like registration=18082,mypage=18085; the names are {', '.join(PROCESSES)}."
            )
        ports[name] = int(number)
    return ports


def _replicas(text: str) -> dict[str, list[Address]]:
    """APTAS_REPLICAS='mypage=10.0.0.1:8085,mypage=10.0.0.2:8085': each address at which a service is found."""
    replicas: dict[str, list[Address]] = {}
    for pair in filter(None, text.split(",")):
        name, _, address = (part.strip() for part in pair.partition("="))
        host, _, number = address.rpartition(":")
        if name not in PROCESSES or not _HOST.fullmatch(host) or not is_port(number):
            raise SettingRefused(
                f"APTAS_REPLICAS={text!r}: mypage=10.0.0.1:8085,mypage=10.0.0.2:8085 처럼 적어 주세요. / "
                f"write it like mypage=10.0.0.1:8085,mypage=10.0.0.2:8085; the names are {', '.join(PROCESSES)}."
            )
        replicas.setdefault(name, []).append((host.strip("[]"), int(number)))
    return replicas


def _kafka(text: str) -> str:
    """APTAS_KAFKA='one:9092,other:9092': at least one server of the cluster, each with its port."""
    servers = [each.strip() for each in text.split(",") if each.strip()]
    for each in servers:
        host, _, port = each.rpartition(":")
        if not host or " " in host or not is_port(port):
            raise SettingRefused(
                f"APTAS_KAFKA={text!r}: localhost:9092 처럼 적어 주세요. 여럿이면 쉼표로 나눕니다. / "
                "write it like localhost:9092, several with commas between them."
            )
    return ",".join(servers)


def _kafka_options(text: str) -> dict[str, str]:
    """APTAS_KAFKA_OPTIONS='security.protocol=SASL_SSL,sasl.username=…'. A comma ends a value only where another name
    follows: passwords may have commas. What is written there is never repeated: it may be a password."""
    options: dict[str, str] = {}
    for pair in filter(None, re.split(r",(?=\s*[a-z][a-z0-9.]*=)", text)):
        name, equals, value = pair.strip().partition("=")
        if not equals or not re.fullmatch(r"[a-z][a-z0-9.]*", name):
            raise SettingRefused(
                "APTAS_KAFKA_OPTIONS: security.protocol=SASL_SSL,sasl.mechanism=PLAIN 처럼 적어 주세요. / "
                "write it like security.protocol=SASL_SSL,sasl.mechanism=PLAIN; the names are librdkafka's."
            )
        options[name] = value
    return options


def is_port(text: str) -> bool:
    """Whether it is the number of a port."""
    return text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) < 2**16


def _count(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) > 0):
        raise SettingRefused(
            f"{name}={text!r}: 1 이상의 정수여야 합니다. / must be a whole number from 1 on."
        )
    return int(text)


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name)
    if text is None:
        return default
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 < seconds < inf:
        raise SettingRefused(
            f"{name}={text!r}: 초 단위의 양수여야 합니다. / must be a positive number of seconds."
        )
    return seconds
