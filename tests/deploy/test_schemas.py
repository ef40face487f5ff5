"""Every manifest of every overlay fits the schemas of Kubernetes, strictly: no field that it does not know."""

import kubernetes_validate
import pytest

from tests.deploy.clusters import OVERLAYS, built

OTHERS = (
    "gateway.networking.k8s.io/",
    "networking.istio.io/",
    "security.istio.io/",
    "telemetry.istio.io/",
)
"""Whose schemas are other projects' (test_mesh.py)."""
VERSION = kubernetes_validate.latest_version()


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_knows_every_field(overlay: str) -> None:
    for manifest in built(overlay).values():
        if not manifest["apiVersion"].startswith(OTHERS):
            kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_a_field_that_it_does_not_know_is_found() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"contaners": []}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(pod, VERSION, strict=True)
