"""The other side of the comparison: what a competent engineer writes with FastAPI and the SQLAlchemy ORM.

One process, one database, a session and a commit per request; a background thread reads the outbox, opens a case
and writes the resident's page, one commit an event. Synchronous `def` endpoints, as in FastAPI's own SQL tutorial
and most services on SQLite: the driver blocks anyway, and aiosqlite is the same driver behind a thread and a queue.
Tried on the same machine, POST at 64 connections: this way 423 a second; a session by `Depends` 366 (two more hops
through the thread pool); 15 writing connections instead of one 401, its p99 three times as long (SQLite's busy
handler sleeps); async sessions on aiosqlite 278 to 291. The fastest is what stands here. Fewer threads or a
shorter switch interval change nothing.

It is given what SQLite rewards: WAL, BEGIN IMMEDIATE, one writing connection for the requests. On PostgreSQL it has one
pool of 20 connections (5, 10 and 40 are no faster) and psycopg in FastAPI's threads: a request costs
1.63 ms of one core, an AsyncSession on asyncpg 1.76 (median of three, the sides taking turns, a busy machine).

Over Kafka it is a process for each part, as such workers are written: the outbox is read and published one event at a
time, acknowledged before it is marked; a consumer handles one message, commits its effect, then its offset.

The checks are those of aptas (catalogue, location, kind, quantity, phonenumbers KR). It does less: no
Idempotency-Key, no inbox, no counters, no leases, no parking, no warranty, no suggested contractor; what it has told
cannot be wound back.
"""
