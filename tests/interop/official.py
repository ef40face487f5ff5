"""The official AsyncAPI schemas, out of their own npm package: resolved once, into a folder that git ignores."""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "npm"
LOCK = HERE / "package-lock.json"
RESOLVED = HERE / "node_modules" / ".package-lock.json"
SCHEMAS = HERE / "node_modules" / "@asyncapi" / "specs" / "schemas"


class NoNpm(Exception):
    """There is no npm to resolve them with."""


def official_schema(version: str) -> Any:
    """The JSON Schema of AsyncAPI documents of this version."""
    with LOCK.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be about to do the same
        if not RESOLVED.exists() or RESOLVED.stat().st_mtime < LOCK.stat().st_mtime:
            _resolve()
    return json.loads((SCHEMAS / f"{version}.json").read_text("utf-8"))


def _resolve() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NoNpm("npm is not here, so docs/asyncapi.json was not held against the official schema")
    line = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(HERE)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
