"""What is promised of the manifests, in every overlay. That a real API server takes them is seen elsewhere."""

import re
from typing import Any

import pytest

from tests.deploy.clusters import OURS, OVERLAYS, SERVICES, built, containers, pods

pytestmark = pytest.mark.parametrize("overlay", OVERLAYS)


def test_the_originals_names_and_ports_are_kept(overlay: str) -> None:
    for name in SERVICES:
        deployment, service = built(overlay)["Deployment", name], built(overlay)["Service", name]
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        assert [port["containerPort"] for port in container["ports"]] == [8080]
        assert [port["port"] for port in service["spec"]["ports"]] == [8080]
        assert container["args"] == ["serve", name]
        assert service["spec"]["selector"] == {"app": name}
        assert deployment["spec"]["template"]["metadata"]["labels"]["app"] == name
    assert {"registration-config", "my-config"} <= {
        name for kind, name in built(overlay) if kind == "ConfigMap"
    }


def test_each_has_an_account_a_budget_and_an_autoscaler_from_1_to_10(overlay: str) -> None:
    for name in OURS:
        assert ("ServiceAccount", name) in built(overlay)
        assert built(overlay)["PodDisruptionBudget", name]["spec"]["selector"]["matchLabels"] == {"app": name}
        scaler = built(overlay)["HorizontalPodAutoscaler", name]["spec"]
        assert scaler["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
        assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2 if overlay == "production" else 1, 10)
        wanted = 15 if (overlay, name) == ("demonstration", "registration") else 65
        assert scaler["metrics"][0]["resource"]["target"]["averageUtilization"] == wanted


def test_nothing_runs_as_root_or_may_become_more_than_it_is(overlay: str) -> None:
    for name, pod in pods(overlay):
        secure = pod["spec"]["securityContext"]
        assert secure["runAsNonRoot"], name
        assert secure["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["spec"]["automountServiceAccountToken"] is False, name
        assert pod["spec"]["serviceAccountName"] == name
    for name, container in containers(overlay):
        secure = container["securityContext"]
        assert secure["allowPrivilegeEscalation"] is False, name
        assert secure["capabilities"] == {"drop": ["ALL"]}, name
        if name != "kafka":  # its image writes its own configuration when it starts
            assert secure["readOnlyRootFilesystem"] is True, name


def test_what_is_not_ours_to_write_is_mounted_where_it_is_written(overlay: str) -> None:
    for name, container in containers(overlay):
        if container["image"].split(":")[0].endswith("/aptas"):
            mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
            assert mounts == {"/var/lib/aptas", "/tmp"}, name


def test_images_have_a_tag_and_containers_know_their_share(overlay: str) -> None:
    for name, container in containers(overlay):
        assert re.fullmatch(r"[a-z0-9./-]+:[0-9][0-9.]*", container["image"]), container["image"]
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
        assert "memory" in container["resources"]["limits"], name


def test_what_serves_says_when_it_has_started_is_ready_and_is_alive(overlay: str) -> None:
    for name, container in containers(overlay):
        if name != "migrate":
            assert {"startupProbe", "readinessProbe", "livenessProbe"} <= container.keys(), name
        if name in OURS:
            asked = {probe: container[probe]["httpGet"] for probe in ("readinessProbe", "livenessProbe")}
            assert asked["readinessProbe"] == {"path": "/health/ready", "port": "http"}
            assert asked["livenessProbe"] == {"path": "/health/live", "port": "http"}


def test_passwords_come_from_secrets_and_production_has_none(overlay: str) -> None:
    for name, container in containers(overlay):
        for variable in container.get("env", []):
            if variable["name"] in ("APTAS_DATABASE_URL", "POSTGRES_PASSWORD", "MYSQL_PASSWORD"):
                assert "secretKeyRef" in variable["valueFrom"], name
    secrets = [name for kind, name in built(overlay) if kind == "Secret"]
    assert bool(secrets) == (overlay != "production")


def test_only_declared_edges_are_open(overlay: str) -> None:
    """Every edge of the picture, and no other: from → to."""
    nobody = built(overlay)["NetworkPolicy", "nobody"]["spec"]
    assert nobody == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    database = "my-mysql" if overlay == "mysql" else "postgresql"
    out, into = _edges(overlay, "egress", "to"), _edges(overlay, "ingress", "from")
    wanted = {("gateway", each) for each in (*SERVICES, "pages")} | {("pages", "gateway"), ("kafka", "kafka")}
    wanted |= {(each, store) for each in SERVICES for store in ("kafka", database)} | {("migrate", database)}
    assert out & into - {("migrate", "kafka")} >= wanted - {("pages", "gateway")}
    assert ("pages", "gateway") in out
    assert not {(one, other) for one, other in out & into if one in SERVICES and other in (*OURS,)}
    assert out & into <= wanted | {("migrate", "kafka")}


def _edges(overlay: str, direction: str, other: str) -> set[tuple[str, str]]:
    found = set()
    for (kind, _), policy in built(overlay).items():
        if kind == "NetworkPolicy":
            for rule in policy["spec"].get(direction, []):
                for peer in rule.get(other, []):
                    for mine in _apps(policy["spec"]["podSelector"]):
                        for theirs in _apps(peer.get("podSelector", {})):
                            found.add((mine, theirs) if direction == "egress" else (theirs, mine))
    return found


def _apps(selector: dict[str, Any]) -> list[str]:
    labels = [value for key, value in selector.get("matchLabels", {}).items() if key == "app"]
    listed = [each["values"] for each in selector.get("matchExpressions", []) if each["key"] == "app"]
    return labels + [value for values in listed for value in values]


def test_kafka_keeps_everything_and_makes_no_topic_by_itself(overlay: str) -> None:
    told = built(overlay)["ConfigMap", "kafka"]["data"]
    nodes = built(overlay)["StatefulSet", "kafka"]["spec"]["replicas"]
    assert told["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert len(told["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")) == nodes
    assert int(told["KAFKA_DEFAULT_REPLICATION_FACTOR"]) == nodes
    assert int(told["KAFKA_MIN_INSYNC_REPLICAS"]) == (nodes + 1) // 2
