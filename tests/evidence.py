"""`python -m tests.evidence [kills] [distributed] [simulation] [saga]`: the long runs, each written to docs/evidence
with its seed, command, machine and date, and with what it does not show. `make evidence` runs all of them.
"""

import argparse
import asyncio
import os
import platform
import shlex
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from benchmarks.machine import file_system, processor
from tests.distributed.killer import AT_RANDOM, Killer
from tests.distributed.load import keeps_every_promise, under_load
from tests.distributed.town import Town
from tests.kills.campaign import Campaign
from tests.kills.clients import Residents
from tests.kills.process import POINTS
from tests.simulation.running import STEPS, fast_directory, migrated_files, simulate

HOME = Path(__file__).parents[1]
Lines = list[str]


def bound(runs: int) -> str:
    """What no failure in so many runs says: the rule of three."""
    return (
        f"No failure in {runs} runs bounds the rate of failures at about 3/{runs} = {3 / runs:.2%} "
        "(95 %, the rule of three); it does not show that there is none."
    )


def kills(options: argparse.Namespace) -> Lines:
    """Each named point so often, then kills at random; all promises again and again."""
    told = [
        "| where | kills | of them before it took requests | registrations and cancellations | events |",
        "|---|---|---|---|---|",
    ]
    runs = 0
    with _scratch() as folder:
        for number, point in enumerate(POINTS):
            campaign = Campaign(folder / point, seed=options.seed + number)
            asyncio.run(_killed(campaign, options.each, 1, partial(campaign.kill_at, point)))
            told.append(_row(point, campaign))
            runs += options.each
        campaign = Campaign(folder / "random", seed=options.seed + len(POINTS))
        asyncio.run(_killed(campaign, options.random, 10, campaign.kill_at_random))
        told.append(_row("at random", campaign))
        runs += options.random
    return [
        *told,
        "",
        "After every kill the files were checked as they lay (sequences, folds, counters, order, answered → exists); "
        "after every kill at a named point, and every tenth at random, the house was started once more, everybody "
        "asked again with the same key until answered, and every promise was checked with everything carried: "
        "effects = accepted commands, each event once on its topic apart from identical copies, the rooms agree, "
        "a case and a page for each, mypage = fold of the log. Lost 0, doubled 0, inverted 0: the first would have "
        "ended the run, and nothing been written here.",
        "",
        bound(runs),
        "",
        "Not tested: loss of power (SIGKILL leaves the page cache), a broken disk, a full one, Kafka, PostgreSQL "
        "and MySQL, several processes on one set of files, load beyond eight at a time, leases other than 1 s.",
    ]


async def _killed(
    campaign: Campaign, times: int, peace_every: int, kill: Callable[[], Awaitable[None]]
) -> None:
    for number in range(1, times + 1):
        await kill()
        if number % peace_every == 0 or number == times:
            await campaign.have_peace()


def _row(where: str, campaign: Campaign) -> str:
    (died,) = campaign.died.values()
    residents = campaign.residents
    asked = sum(1 + errand.is_to_be_cancelled for errand in residents.errands)
    print(f"{where}: {died} kills, {asked} asked, {campaign.events} events", flush=True)
    return f"| {where} | {died} | {campaign.dead_at_birth} | {asked} | {campaign.events} |"


def distributed(options: argparse.Namespace) -> Lines:
    """The same on two replicas of every service, on Kafka and PostgreSQL, behind the gateway."""
    told = [
        "| where | kills | registrations and cancellations | turned away meanwhile | events |",
        "|---|---|---|---|---|",
    ]
    killed = 0
    for number, where in enumerate((*POINTS, AT_RANDOM)):
        times = options.random if where == AT_RANDOM else options.each
        with _scratch() as folder:
            row, died = asyncio.run(_killed_apart(folder, where, times, options.seed + number))
        told.append(row)
        killed += died
    return [
        *told,
        "",
        "Two replicas of each of four services and of the pages, Envoy in front, Kafka (one broker) and PostgreSQL "
        "(fsync off) with them on this machine, eight people at a time registering and cancelling with keys. At a "
        "named point both replicas of a service are started so that whichever comes by dies there; at random, one "
        "replica of any service dies. It is started again at once, and the load goes on. At the end everybody is "
        "answered, everything carried, all is stopped, and every promise of the history checker was looked at in "
        "the databases and in the topics. Lost 0, doubled 0, inverted 0: the first would have ended the run, and "
        "nothing been written here.",
        "",
        bound(killed),
        "",
        "Not tested here: several machines, several Kafka brokers, a PostgreSQL that fails over, loss of power, "
        "replicas that are stopped and go on (SIGSTOP), MariaDB, more than eight people at a time.",
    ]


async def _killed_apart(folder: Path, where: str, times: int, seed: int) -> tuple[str, int]:
    town, residents = Town(folder), Residents(Random(seed), is_patient=True)
    try:
        await asyncio.to_thread(town.begin)
        killer = Killer(town, Random(seed))
        async with under_load(town, residents):
            for _ in range(times):
                await (killer.at_random() if where == AT_RANDOM else killer.at_point(where))
        events = await keeps_every_promise(town, residents)
    finally:
        await asyncio.to_thread(town.end)
    asked = sum(1 + errand.is_to_be_cancelled for errand in residents.errands)
    died = killer.died[where]
    row = f"| {where} | {died} | {asked} | {residents.turned_away} | {events} |"
    print(row, flush=True)
    return row, died


def simulation(options: argparse.Namespace) -> Lines:
    """So many seeds; any that breaks a promise is named and ends the run with 1."""
    faults: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    broken: Lines = []
    with migrated_files() as empty:
        for seed in range(options.seed, options.seed + options.seeds):
            try:
                outcome = simulate(seed, empty, STEPS)
            except AssertionError as problem:
                broken.append(f"- seed {seed}: {problem}")
                print(broken[-1], flush=True)
                continue
            faults.update(outcome.faults)
            facts.update(outcome.facts)
        again = simulate(options.seed, empty, STEPS).fingerprint
        same = again == simulate(options.seed, empty, STEPS).fingerprint
    told = [
        f"Seeds {options.seed} to {options.seed + options.seeds - 1}, {STEPS} steps each, then peace: "
        f"{len(broken)} broke a promise. The same seed told the same story twice: {'yes' if same else 'NO'}.",
        "",
        *broken,
        *_table("fault", faults),
        "",
        *_table("fact", facts),
        "",
        bound(options.seeds) if not broken else "",
        "",
        "Not tested here: real time and real threads (statements run where they are asked for), Kafka, PostgreSQL "
        "and MySQL, two transactions at once (SQLite has one writer), HTTP, homes, more than four defects, "
        "more than two replicas.",
    ]
    if broken:
        options.failed.append("simulation")
    return told


def saga(options: argparse.Namespace) -> Lines:
    """The model of the rooms' pure halves, by Hypothesis."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        f"--hypothesis-seed={options.seed}",
        "tests/saga/test_saga_model.py",
    ]
    environment = os.environ | {
        "APTAS_SAGA_EXAMPLES": str(options.examples),
        "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
    }
    done = subprocess.run(command, env=environment, cwd=HOME, capture_output=True, text=True)
    if done.returncode != 0:
        options.failed.append("saga")
        return [f"FAILED with {done.returncode}", "", "```", done.stdout[-4000:], "```"]
    steps = 60 if options.examples <= 200 else 100
    return [
        f"{options.examples} examples of at most {steps} steps: none broke a promise "
        "(tests/saga/wall.py names them; checked whenever something was said, and at rest).",
        "",
        bound(options.examples),
        "",
        "Not tested here: databases, brokers, time; more than two defects.",
    ]


RUNS = {"kills": kills, "distributed": distributed, "simulation": simulation, "saga": saga}


def _table(what: str, counted: Counter[str]) -> Lines:
    return [f"| {what} | times |", "|---|---|", *(f"| {name} | {n} |" for name, n in sorted(counted.items()))]


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="aptas-kills-") as folder:
        yield Path(folder)


def _revision() -> str:
    """What is run: taken before, since somebody may commit meanwhile."""
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(command, cwd=HOME, capture_output=True, text=True).stdout.strip()


def _write(name: str, told: Sequence[str], options: argparse.Namespace, seconds: float) -> None:
    folder = fast_directory() if name == "simulation" else None
    today = datetime.now(UTC).date().isoformat()
    head = [
        f"# {name}, {today}",
        "",
        f"- command: `python -m tests.evidence {shlex.join(options.arguments)}`",
        f"- seed: {options.seed}",
        f"- machine: {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"files on {file_system(Path(folder or tempfile.gettempdir()))}",
        f"- revision: {options.revision}",
        f"- took: {seconds:.0f} s",
        "",
    ]
    path = HOME / "docs" / "evidence" / f"{name}-{today}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*head, *told]).rstrip() + "\n")
    print(path)


def main(arguments: Sequence[str]) -> int:
    """Run what is named, all without a name; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.evidence", description=__doc__)
    parser.add_argument("runs", nargs="*", help=" ".join(RUNS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=20, help="kills at each named point")
    parser.add_argument("--random", type=int, default=200, help="kills at random")
    parser.add_argument("--seeds", type=int, default=1000, help="of the simulation")
    parser.add_argument("--examples", type=int, default=2000, help="of the saga model")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.runs if name not in RUNS]:
        parser.error(f"{unknown}: one of {', '.join(RUNS)}")
    options.arguments, options.failed = list(arguments), []
    options.revision = _revision()
    for name in options.runs or RUNS:
        began = time.monotonic()
        told = RUNS[name](options)
        _write(name, told, options, time.monotonic() - began)
    return 1 if options.failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
