"""`python -m benchmarks.conventional serve|fill|rebuild`."""

import argparse
import json
import time
from collections.abc import Callable
from functools import partial

import uvicorn
from sqlalchemy import delete, select

from benchmarks import bodies
from benchmarks.conventional.app import build_app
from benchmarks.conventional.database import Database
from benchmarks.conventional.handling import write_page
from benchmarks.conventional.shapes import NewRegistration
from benchmarks.conventional.steps import Tell, from_kafka, in_process, to_kafka
from benchmarks.conventional.tables import MyPage, OutboxEvent
from benchmarks.conventional.worker import Worker
from benchmarks.conventional.writing import write_registration

PIECE = 1000
PARTS = ("all", "requests", "relay", "cases", "pages")


def main() -> None:
    """Parse and go."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conventional")
    parser.add_argument("command", choices=("serve", "fill", "rebuild"))
    parser.add_argument("--database", required=True, help="sqlite:///FILE or postgresql://…")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--part", choices=PARTS, default="all", help="serve: what the worker does")
    parser.add_argument("--kafka", help="host:port")
    parser.add_argument("--events", type=int, default=50_000, help="fill: how many")
    given = parser.parse_args()
    database = Database(given.database)
    if given.command == "serve":
        app = build_app(database, _worker_of(given, database))
        uvicorn.run(
            app,
            host="127.0.0.1",
            port=given.port,
            loop="uvloop",
            http="httptools",
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=3,
        )
    elif given.command == "fill":
        _fill(database, given.events)
    else:
        print(json.dumps(_rebuild(database)))


def _worker_of(given: argparse.Namespace, database: Database) -> Callable[[Tell], Worker] | None:
    """All in this process; nothing but requests; or one part, with Kafka between it and the others."""
    if given.part == "requests":
        return None
    if given.part == "all":
        return partial(in_process, database)
    if given.part == "relay":
        return lambda _tell: to_kafka(database, given.kafka)
    return partial(from_kafka, database, given.kafka, given.part)


def _fill(database: Database, events: int) -> None:
    """Registrations with their events, written in large commits: preparation, not measured."""
    new_body = bodies.registrations()
    for first in range(0, events, PIECE):
        with database.writing() as session:
            for _ in range(min(PIECE, events - first)):
                write_registration(session, NewRegistration.model_validate_json(new_body()))
            session.commit()


def _rebuild(database: Database) -> dict[str, float]:
    """Empty the pages and write them anew from the events, a commit every thousand."""
    began, count, last = time.perf_counter(), 0, 0
    with database.working() as session:
        session.execute(delete(MyPage))
        session.commit()
    while True:
        with database.working() as session:
            page = select(OutboxEvent).where(OutboxEvent.id > last).order_by(OutboxEvent.id).limit(PIECE)
            events = session.scalars(page).all()
            if not events:
                break
            for event in events:
                write_page(session, event)
            count, last = count + len(events), events[-1].id
            session.commit()
    database.close()
    return {"events": count, "seconds": round(time.perf_counter() - began, 3)}


if __name__ == "__main__":
    main()
