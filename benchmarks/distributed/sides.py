"""How each side is started, alone with a database of its own."""

import sys

from benchmarks.sides import APTAS, CONVENTIONAL, OURS, THEIRS, Side

_SPIKE = (sys.executable, "-m", "benchmarks.distributed.spike")
_THERE = ("--port", "{port}", "--database", "{database}")
_SETTINGS = ("env", "APTAS_DATABASE_URL={database}?schema={{context}}")
_ALONE = (*_SETTINGS, *APTAS, "serve")
_PLACE = ("--port", "{port}", "--data", "{data}")

SIDES = (
    Side(
        name=OURS,
        commands={
            "spike": (*_SPIKE, "group", *_THERE),
            "registration": (*_ALONE, "registration", *_PLACE),
            "management": (*_ALONE, "management", *_PLACE),
        },
    ),
    Side(
        name=THEIRS,
        commands={
            "spike": (*_SPIKE, "orm", *_THERE),
            "registration": (*CONVENTIONAL, "serve", "--no-worker", *_THERE),
        },
    ),
)
