"""A light HTTP load generator, in a process of its own: `python -m benchmarks.load post http://127.0.0.1:8088`.

Closed loop: N connections, each asks again as soon as it is answered. Open loop (`--rate`): a request is due every
1/rate seconds whatever the answers do, and its latency counts from when it was due, so a stall is not hidden.
`--watch ORIGIN` listens to /mypages/events there and adds the time from sending to seeing. Loopback only, bounded in
time and count.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from benchmarks import bodies
from benchmarks.generator import MOST_CONNECTIONS, Load, Plan
from benchmarks.tally import Report

MOST_SECONDS, MOST_REQUESTS = 120, 500_000


def posts(host: str, port: int) -> Callable[[], bytes]:
    """Whole requests: POST /defectRegistrations, each with a body of its own."""
    new_body = bodies.registrations()
    head = f"POST /defectRegistrations HTTP/1.1\r\nHost: {host}:{port}\r\n"
    start = f"{head}Content-Type: application/json\r\nContent-Length: ".encode()

    def request() -> bytes:
        body = new_body()
        return b"%b%d\r\n\r\n%b" % (start, len(body), body)

    return request


def gets(host: str, port: int, path: str, ids: list[str]) -> Callable[[], bytes]:
    """Whole requests: GET path, `{id}` being any of `ids`."""
    end = f" HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: application/json\r\n\r\n"
    whole = [f"GET {path.replace('{id}', id_)}{end}".encode() for id_ in ids or [""]]
    return lambda: random.choice(whole)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("what", choices=("post", "get"))
    parser.add_argument("origin", help="http://127.0.0.1:PORT")
    parser.add_argument("--path", default="/mypages/{id}", help="get: what to read")
    parser.add_argument("--ids", type=Path, help="get: a file with one id a line")
    parser.add_argument("--keep-ids", type=Path, help="post: write the ids that were given, one a line")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--warm-up", type=float, default=0, help="seconds before measuring begins")
    parser.add_argument("--count", type=int, default=MOST_REQUESTS, help="requests at most")
    parser.add_argument("--rate", type=int, help="open loop: requests a second")
    parser.add_argument("--watch", metavar="ORIGIN", help="post: listen to /mypages/events there")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _place(origin: str) -> tuple[str, int]:
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise SystemExit(f"{host} is not this machine: only loopback addresses are put under load")
    return host, parts.port or 80


def main() -> int:
    """One run; 0 when it had no errors."""
    given = _parse()
    host, port = _place(given.origin)
    plan = Plan(
        host=host,
        port=port,
        connections=min(given.connections, MOST_CONNECTIONS),
        seconds=min(given.seconds, MOST_SECONDS),
        warm_up=min(given.warm_up, MOST_SECONDS),
        count=min(given.count, MOST_REQUESTS),
        rate=given.rate,
        is_kept=bool(given.keep_ids or given.watch),
        watched=_place(given.watch) if given.watch else None,
    )
    ids = given.ids.read_text().split() if given.ids else []
    request = posts(host, port) if given.what == "post" else gets(host, port, given.path, ids)

    async def run() -> tuple[Load, Report]:
        load = Load(plan, request, 201 if given.what == "post" else 200)
        return load, await load.run()

    load, report = uvloop.run(run())
    if given.keep_ids:
        given.keep_ids.write_text("\n".join(load.tally.ids))
    if given.json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name:>14}  {value}")
    return 1 if report["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
