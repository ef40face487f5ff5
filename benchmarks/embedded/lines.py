"""The lines of the table, and their targets."""

from benchmarks.lines import Line

LINES = (
    Line(
        key="1.rate",
        what="POST /defectRegistrations, registration alone, 64 connections",
        unit="/s",
        target=3000,
        is_more_better=True,
    ),
    Line(key="1.p50", what="… median", unit="ms"),
    Line(key="1.p99", what="… p99", unit="ms", target=60),
    Line(key="1.errors", what="… errors", unit="", target=0),
    Line(
        key="2.rate",
        what="GET /mypages/{id}, mypage alone, 64 connections",
        unit="/s",
        target=3000,
        is_more_better=True,
    ),
    Line(key="2.p99", what="… p99", unit="ms"),
    Line(key="2.errors", what="… errors", unit="", target=0),
    Line(
        key="3.rate",
        what="POST /defectRegistrations, everything in one process, carried through to case and page",
        unit="/s",
        target=800,
        is_more_better=True,
    ),
    Line(key="3.p99", what="… p99 of the POST", unit="ms"),
    Line(key="3.errors", what="… errors", unit="", target=0),
    Line(key="3.behind", what="… not in all three lists 2 s after the end", unit="", target=0),
    Line(key="4.p50", what="registered → visible at 300/s, median", unit="ms"),
    Line(key="4.p99", what="… p99", unit="ms", target=150),
    Line(key="4.unseen", what="… errors, or never seen", unit="", target=0),
    Line(
        key="5.rate", what="pages rebuilt from the events", unit="events/s", target=20000, is_more_better=True
    ),
    Line(key="6.start", what="from exec to ready, everything in one process", unit="s", target=1.5),
    Line(
        key="7.memory",
        what="resident memory after the load, everything in one process",
        unit="MB",
        target=130,
    ),
)
