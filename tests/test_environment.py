"""The environment, read once: what cannot be used is refused by name."""

import pytest

from aptas.environment import read_settings
from aptas.settings import SettingRefused


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("localhost:9092", "localhost:9092"),
        (" one:9092 , other:9093,", "one:9092,other:9093"),
        ("[::1]:9092", "[::1]:9092"),
        ("", ""),
    ],
)
def test_kafka_is_named_by_servers_with_their_ports(text: str, servers: str) -> None:
    assert read_settings({"APTAS_KAFKA": text}).kafka == servers


@pytest.mark.parametrize(
    "text", ["localhost", ":9092", "localhost:", "localhost:0", "localhost:99999", "a:1 b:2"]
)
def test_what_names_no_server_is_refused(text: str) -> None:
    with pytest.raises(SettingRefused, match="APTAS_KAFKA="):
        read_settings({"APTAS_KAFKA": text})


def test_options_of_kafka_may_have_commas_in_their_values() -> None:
    text = "security.protocol=SASL_SSL, sasl.username=aptas,sasl.password=a,B=c,=,ssl.ca.location=/etc/ca.pem"
    assert read_settings({"APTAS_KAFKA_OPTIONS": text}).kafka_options == {
        "security.protocol": "SASL_SSL",
        "sasl.username": "aptas",
        "sasl.password": "a,B=c,=",
        "ssl.ca.location": "/etc/ca.pem",
    }


@pytest.mark.parametrize("text", ["hunter2", "=hunter2", "SASL hunter2", "sasl.password:hunter2"])
def test_options_that_cannot_be_read_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(SettingRefused, match="APTAS_KAFKA_OPTIONS: ") as refused:
        read_settings({"APTAS_KAFKA_OPTIONS": text})
    assert "hunter2" not in str(refused.value)


def test_what_is_printed_of_the_settings_tells_no_password() -> None:
    assert "hunter2" not in repr(read_settings({"APTAS_KAFKA_OPTIONS": "sasl.password=hunter2"}))


@pytest.mark.parametrize(
    ("told", "listen"),
    [({}, "127.0.0.1"), ({"APTAS_LISTEN": ""}, "127.0.0.1"), ({"APTAS_LISTEN": "0.0.0.0"}, "0.0.0.0")],
)
def test_ports_are_opened_on_this_machine_only_unless_an_address_is_said(
    told: dict[str, str], listen: str
) -> None:
    assert read_settings(told).listen == listen


@pytest.mark.parametrize("text", ["localhost", "0.0.0", "10.0.0.1:80", "::", " "])
def test_what_is_no_address_to_listen_at_is_refused(text: str) -> None:
    with pytest.raises(SettingRefused, match="APTAS_LISTEN="):
        read_settings({"APTAS_LISTEN": text})
