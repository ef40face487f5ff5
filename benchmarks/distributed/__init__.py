"""Every service a process of its own, on PostgreSQL and Kafka (`make bench-distributed`).

PostgreSQL has fsync on. One process is measured, on the machine's first core; PostgreSQL, Kafka and whoever puts it
under load keep to the others. Both sides are kept alike.
"""
