"""`python -m benchmarks [--rounds N] [--seconds S] [--only 1,3]`: every scenario, both sides, one table.

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

from benchmarks import machine
from benchmarks.report import Results, markdown, show
from benchmarks.scenarios import EVENTS, SCENARIOS, Workshop
from benchmarks.servers import BenchmarkFailed
from benchmarks.sides import ROOT, SIDES, Side

ROUNDS, SECONDS = 3, 10.0
ONCE = {"6"}
"""Takes its own median."""


def main() -> int:
    """Measure, show, write."""
    given = _parse()
    chosen = _chosen(given.only)
    directory = Path(tempfile.mkdtemp(prefix="aptas-bench-", dir=given.directory))
    try:
        facts = machine.described(directory)
        results = _measure(Workshop(directory, given.seconds, given.events), chosen, given.rounds)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    show(results)
    today = date.today().isoformat()  # noqa: DTZ011
    is_whole = len(chosen) == len(SCENARIOS) and given.rounds >= ROUNDS and given.seconds >= SECONDS
    out: Path | None = given.out or (ROOT / "docs" / "evidence" / f"bench-{today}.md" if is_whole else None)
    if out is None:
        print("not a whole run: nothing written (--out FILE writes it all the same)")
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        command = " ".join(["python -m benchmarks", *sys.argv[1:]])
        out.write_text(markdown(results, command, facts, today, given.rounds))
        print(f"written: {out}")
    return 1 if results.failures or results.misses() else 0


def _measure(shop: Workshop, chosen: list[str], rounds: int) -> Results:
    results = Results()
    for number in chosen:
        for round_ in range(1 if number in ONCE else rounds):
            for side in SIDES:
                print(
                    f"{number} {SCENARIOS[number].__name__}, {side.name}, round {round_ + 1}",
                    end="",
                    flush=True,
                )
                with machine.Others() as others:
                    _one(shop, number, side, results)
                results.others[side.name, number].append(others.share)
                print(f" (others took {others.share:.0%} of the machine)", flush=True)
    return results


def _one(shop: Workshop, number: str, side: Side, results: Results) -> None:
    try:
        results.add(side.name, SCENARIOS[number](shop, side))
    except (BenchmarkFailed, OSError, subprocess.SubprocessError) as problem:
        results.failures.append(f"{number}, {side.name}: {problem}")


def _chosen(only: str | None) -> list[str]:
    wanted = {"3" if each == "7" else each for each in only.split(",")} if only else set(SCENARIOS)
    if unknown := wanted - SCENARIOS.keys():
        raise SystemExit(f"no such scenario: {', '.join(sorted(unknown))}; there are 1 to 7")
    return [number for number in SCENARIOS if number in wanted]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each load lasts")
    parser.add_argument("--only", help="scenarios, such as 1,3 (7 is measured with 3)")
    parser.add_argument("--events", type=int, default=EVENTS, help="how many events are rebuilt")
    parser.add_argument("--directory", type=Path, default=_disk(), help="where data goes: a real disk")
    parser.add_argument("--out", type=Path, help="write the evidence here")
    return parser.parse_args()


def _disk() -> Path | None:
    lasting = Path("/var/tmp")
    return lasting if lasting.is_dir() else None
