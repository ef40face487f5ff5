"""The manifests as a cluster would be given them: an overlay, built by kubectl, by kind and name."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

K8S = Path(__file__).parents[2] / "deploy" / "k8s"
OVERLAYS = tuple(sorted(each.name for each in (K8S / "overlays").iterdir()))
SERVICES = ("registration", "management", "contractor", "mypage")
OURS = (*SERVICES, "pages", "gateway")
Manifest = dict[str, Any]


@cache
def built(overlay: str) -> dict[tuple[str, str], Manifest]:
    """(kind, name) → manifest. What is named twice fails."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not here: manifests are not checked", allow_module_level=True)
    done = subprocess.run(
        ["kubectl", "kustomize", K8S / "overlays" / overlay], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[tuple[str, str], Manifest] = {}
    for each in yaml.safe_load_all(done.stdout):
        key = (each["kind"], each["metadata"]["name"])
        assert key not in found, key
        found[key] = each
    return found


def pods(overlay: str) -> Iterator[tuple[str, Manifest]]:
    """(name, pod template) of everything that runs."""
    for (kind, name), each in built(overlay).items():
        if kind in ("Deployment", "StatefulSet", "Job"):
            yield name, each["spec"]["template"]


def containers(overlay: str) -> Iterator[tuple[str, Manifest]]:
    """(name of what runs it, container)."""
    for name, pod in pods(overlay):
        for container in pod["spec"]["containers"]:
            yield name, container
