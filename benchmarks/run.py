"""`python -m benchmarks [embedded|distributed] [--rounds N] [--seconds S] [--only 1,3]`: both sides, one table.

A whole run (all scenarios, 3 rounds or more of 10 s or more) is written to docs/evidence/. Exit code 1: a target
was missed, or something did not run.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.distributed.suite import DISTRIBUTED
from benchmarks.embedded.suite import EMBEDDED
from benchmarks.report import markdown, show
from benchmarks.results import Results
from benchmarks.servers import BenchmarkFailed
from benchmarks.sides import ROOT, Side
from benchmarks.suite import Suite

ROUNDS, SECONDS = 3, 10.0
SUITES = {"embedded": EMBEDDED, "distributed": DISTRIBUTED}


def main() -> int:
    """Measure, show, write."""
    given = _parse()
    suite = SUITES[given.suite]
    chosen = suite.chosen(given.only)
    directory = Path(tempfile.mkdtemp(prefix="aptas-bench-", dir=given.directory))
    try:
        with suite.workshop(given, directory) as shop:
            facts = machine.described(directory) | suite.facts(shop, directory)
            results = _measure(suite, shop, chosen, given.rounds)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    show(suite, results)
    is_whole = len(chosen) == len(suite.scenarios) and given.rounds >= ROUNDS and given.seconds >= SECONDS
    _write(suite, results, facts, given, is_whole)
    return 1 if results.failures or results.misses() else 0


def _write(
    suite: Suite, results: Results, facts: dict[str, str], given: argparse.Namespace, is_whole: bool
) -> None:
    today = date.today().isoformat()  # noqa: DTZ011
    evidence = ROOT / "docs" / "evidence" / f"{suite.name}-{today}.md"
    out: Path | None = given.out or (evidence if is_whole else None)
    if out is None:
        print("not a whole run: nothing written (--out FILE writes it all the same)")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    out.write_text(markdown(suite, results, command, facts, today, given.rounds))
    print(f"written: {out}")


def _measure(suite: Suite, shop: Any, chosen: list[str], rounds: int) -> Results:
    results = Results(suite.lines)
    for number in chosen:
        for round_ in range(1 if number in suite.once else rounds):
            for side in suite.sides_of(number):
                what = suite.scenarios[number].__name__
                print(f"{number} {what}, {side.name}, round {round_ + 1}", end="", flush=True)
                with machine.Others(shop.standing) as others:
                    _one(suite, shop, number, side, results)
                results.others[side.name, number].append(others.share)
                print(f" (others took {others.share:.0%} of the machine)", flush=True)
    return results


def _one(suite: Suite, shop: Any, number: str, side: Side, results: Results) -> None:
    try:
        results.add(side.name, suite.scenarios[number](shop, side))
    except (BenchmarkFailed, OSError, subprocess.SubprocessError) as problem:
        results.failures.append(f"{number}, {side.name}: {problem}")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suite", nargs="?", choices=SUITES, default="embedded")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each load lasts")
    parser.add_argument("--only", help="scenarios, such as 1,3")
    parser.add_argument("--events", type=int, help="how many events are rebuilt, relayed, consumed")
    parser.add_argument("--sizes", help="distributed: rows in the table, such as 10000,1000000")
    parser.add_argument("--directory", type=Path, default=_disk(), help="where data goes: a real disk")
    parser.add_argument("--out", type=Path, help="write the evidence here")
    return parser.parse_args()


def _disk() -> Path | None:
    lasting = Path("/var/tmp")
    return lasting if lasting.is_dir() else None
