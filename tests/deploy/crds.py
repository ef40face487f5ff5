"""The schemas of the Gateway API and of Istio, out of their Go modules, strict: no field that they do not know."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

MODULES = Path(__file__).parents[2] / "tools" / "crds"
FILES = ("config/crd/standard/*.yaml", "kubernetes/customresourcedefinitions.gen.yaml")
Schema = dict[str, Any]


@cache
def schemas() -> dict[tuple[str, str], Schema]:
    """(apiVersion, kind) → its schema."""
    if shutil.which("go") is None:
        pytest.skip("Go is not here: what comes of other projects' CRDs is not checked")
    told = os.environ | {"GOFLAGS": "-mod=mod"}
    done = subprocess.run(
        ["go", "mod", "download", "-json"], cwd=MODULES, capture_output=True, text=True, check=False, env=told
    )
    assert done.returncode == 0, done.stderr + done.stdout
    found: dict[tuple[str, str], Schema] = {}
    for folder in _folders(done.stdout):
        for pattern in FILES:
            for file in folder.glob(pattern):
                found |= _in(file)
    return found


def _folders(said: str) -> list[Path]:
    decoder, folders = json.JSONDecoder(), []
    while said := said.strip():
        module, end = decoder.raw_decode(said)
        folders.append(Path(module["Dir"]))
        said = said[end:]
    return folders


def _in(file: Path) -> dict[tuple[str, str], Schema]:
    found = {}
    for each in yaml.safe_load_all(file.read_text()):
        if each and each["kind"] == "CustomResourceDefinition":
            spec = each["spec"]
            for version in spec["versions"]:
                schema = _strict(version["schema"]["openAPIV3Schema"])
                schema["properties"] |= {"apiVersion": {}, "kind": {}, "metadata": {"type": "object"}}
                found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found


def _strict(schema: Schema) -> Schema:
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    told = dict(schema)
    if "properties" in schema:
        told["properties"] = {name: _strict(each) for name, each in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            told.setdefault("additionalProperties", False)
    if isinstance(schema.get("items"), dict):
        told["items"] = _strict(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        told["additionalProperties"] = _strict(schema["additionalProperties"])
    if schema.get("nullable") and isinstance(schema.get("type"), str):
        told["type"] = [schema["type"], "null"]
    return told
