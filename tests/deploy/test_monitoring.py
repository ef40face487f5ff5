"""Alerts are told when they should be (promtool says so), on metrics that exist, and each has its runbook."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from aptas import metrics

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
ALERTS = yaml.safe_load((MONITORING / "rules.yml").read_text())["groups"][0]["rules"]
NAMES = [each["alert"] for each in ALERTS]


@pytest.mark.parametrize("asked", [("check", "rules", "rules.yml"), ("test", "rules", "rules_test.yml")])
def test_promtool_finds_nothing_wrong(asked: tuple[str, str, str]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not here (Debian: prometheus)")
    done = subprocess.run([promtool, *asked], cwd=MONITORING, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested_both_ways() -> None:
    tests = yaml.safe_load((MONITORING / "rules_test.yml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == {*NAMES}
    assert {case["alertname"] for case in cases if not case["exp_alerts"]} == {*NAMES}


@pytest.mark.parametrize("alert", ALERTS, ids=NAMES)
def test_an_alert_leads_to_its_runbook_and_measures_what_there_is(alert: dict[str, dict[str, str]]) -> None:
    runbook = ROOT / alert["annotations"]["runbook"]
    assert runbook.name == f"{alert['alert']}.md"
    assert runbook.read_text().startswith(f"# {alert['alert']}\n")
    known = {sample.removesuffix("_total") for sample in _measured()}
    for name in re.findall(r"aptas_[a-z_]+", str(alert["expr"])):
        assert re.sub("_(bucket|count|sum|total)$", "", name) in known, name


def test_no_runbook_is_left_over() -> None:
    assert {each.stem for each in (ROOT / "docs" / "runbooks").glob("*.md")} == {*NAMES}


def _measured() -> set[str]:
    assert metrics.FACTS is not None
    return {family.name for family in REGISTRY.collect() if family.name.startswith("aptas_")}
