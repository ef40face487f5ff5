"""How each side is started, alone with a database of its own."""

import sys

from benchmarks.sides import APTAS, CONVENTIONAL, OURS, THEIRS, Side

_SPIKE = (sys.executable, "-m", "benchmarks.distributed.spike")
_THERE = ("--port", "{port}", "--database", "{database}")
_SETTINGS = ("env", "APTAS_DATABASE_URL={database}?schema={{context}}", "APTAS_KAFKA={kafka}", *APTAS)
_PLACE = ("--port", "{port}", "--data", "{data}")
_PART = (*CONVENTIONAL, "serve", *_THERE, "--kafka", "{kafka}", "--part")

SIDES = (
    Side(
        name=OURS,
        commands={
            "spike": (*_SPIKE, "group", *_THERE),
            "registration": (*_SETTINGS, "serve", "registration", *_PLACE),
            "relay": (*_SETTINGS, "serve", "registration", *_PLACE),
            "management": (*_SETTINGS, "serve", "management", *_PLACE),
            "mypage": (*_SETTINGS, "serve", "mypage", *_PLACE),
            "upgrade": (*_SETTINGS, "db", "upgrade", "--data", "{data}"),
        },
    ),
    Side(
        name=THEIRS,
        commands={
            "spike": (*_SPIKE, "orm", *_THERE),
            "registration": (*_PART, "requests"),
            "relay": (*_PART, "relay"),
            "management": (*_PART, "cases"),
            "mypage": (*_PART, "pages"),
            "fill": (*CONVENTIONAL, "fill", "--database", "{database}", "--events", "{events}"),
        },
    ),
)
