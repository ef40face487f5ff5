"""5: what the office's hot queries cost in tables of three sizes, over HTTP, one at a time."""

from functools import partial
from pathlib import Path
from urllib.parse import quote

from benchmarks.distributed.archive import fill, sample
from benchmarks.distributed.workshop import Workshop
from benchmarks.servers import Server, load
from benchmarks.sides import Side
from benchmarks.suite import Numbers

QUERIES, WARMING, MOST_SECONDS = 2_000, 500, 20
QUERIES_OF = {
    "one": "/defectManagements/{id}",
    "home": "/defectManagements?q={id}",
    "page": "/defectManagements?sort=defectId,desc",
    "open": "/defectManagements?sort=defectId,desc&status=OPEN",
    "overdue": "/defectManagements?sort=defectId,desc&overdue=true",
}
"""One defect by its id; all of a home by its address; the office's first page; with its filters."""


def growing(shop: Workshop, side: Side) -> Numbers:
    """Every query at every size; `flat`: the slowest p99 of the larger tables ÷ that of the smallest."""
    found = {"5.errors": 0.0}
    for place, rows in enumerate(shop.sizes):
        database = shop.kept(f"archive of {rows}", partial(_filled, shop, side, rows))
        files = _sampled(shop, database)
        with shop.serve(side, "management", database) as server:
            for name, path in QUERIES_OF.items():
                found[f"5.{name}-{place}"], errors = _p99(server, path, files.get(name))
                found["5.errors"] += errors
    for name in QUERIES_OF:
        smallest, *larger = (found[f"5.{name}-{place}"] for place in range(len(shop.sizes)))
        found[f"5.{name}-flat"] = max(larger) / smallest
    return found


def _filled(shop: Workshop, side: Side, rows: int) -> str:
    database = shop.new_database()
    shop.run(side, "upgrade", database)
    with shop.unpinned():
        fill(lambda: shop.connected(database, "management"), rows)
    return database


def _sampled(shop: Workshop, database: str) -> dict[str, Path]:
    with shop.connected(database, "management") as connection:
        drawn = sample(connection, QUERIES)
    homes = (household.split("|") for _, household in drawn)
    told = {
        "one": [str(defect_id) for defect_id, _ in drawn],
        "home": [quote(f"{name} {building}동 {number}호") for name, building, number in homes],
    }
    files = {name: shop.directory / f"{name}.ids" for name in told}
    for name, file in files.items():
        file.write_text("\n".join(told[name]))
    return files


def _p99(server: Server, path: str, ids: Path | None) -> tuple[float, int]:
    how: list[object] = ["--path", path, "--connections", 1, "--seconds", MOST_SECONDS]
    how += ["--ids", ids] if ids else []
    load("get", server.origin, *how, "--count", WARMING)
    found = load("get", server.origin, *how, "--count", QUERIES)
    return float(found["p99_ms"]), int(found["errors"])
