"""How each side is started: one process, one or several SQLite files in `{data}`."""

from benchmarks.sides import APTAS, CONVENTIONAL, OURS, THEIRS, Side

_PLACE = ("--port", "{port}", "--data", "{data}")
_FILE = ("--database", "sqlite:///{data}/conventional.sqlite3")
_THERE = ("--port", "{port}", *_FILE)

SIDES = (
    Side(
        name=OURS,
        commands={
            "registration": (*APTAS, "serve", "registration", *_PLACE),
            "mypage": (*APTAS, "serve", "mypage", *_PLACE),
            "everything": (*APTAS, "up", "--no-service-ports", *_PLACE),
            "rebuild": (*APTAS, "mypage", "rebuild", "--data", "{data}", "--json"),
        },
    ),
    Side(
        name=THEIRS,
        commands={
            "registration": (*CONVENTIONAL, "serve", "--part", "requests", *_THERE),
            "mypage": (*CONVENTIONAL, "serve", "--part", "requests", *_THERE),
            "everything": (*CONVENTIONAL, "serve", *_THERE),
            "rebuild": (*CONVENTIONAL, "rebuild", *_FILE),
            "fill": (*CONVENTIONAL, "fill", *_FILE, "--events", "{events}"),
        },
    ),
)
"""Where there is no `fill`, it is filled by posting to `registration`."""
