"""What the environment says, read once into Settings. Nonsense is refused by name, with the form it should have."""

import os
import re
from collections.abc import Collection, Mapping
from ipaddress import IPv4Address
from math import inf
from pathlib import Path

from aptas.settings import CONTEXT, HOST, HOSTS, PORTS, PROCESSES, Address, SettingRefused, Settings

_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


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
        "listen": _listen(environment.get("APTAS_LISTEN") or HOST),
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


def _listen(text: str) -> str:
    """APTAS_LISTEN='0.0.0.0': everywhere, as in a container; '127.0.0.1': on this machine only."""
    try:
        return str(IPv4Address(text))
    except ValueError as problem:
        raise SettingRefused(
            f"APTAS_LISTEN={text!r}: 127.0.0.1 이나 0.0.0.0 처럼 IPv4 주소를 적어 주세요. / "
            "write an IPv4 address, such as 127.0.0.1 or 0.0.0.0."
        ) from problem


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
