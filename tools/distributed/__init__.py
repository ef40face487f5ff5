"""Everything on one machine as it runs when it has grown: Kafka, PostgreSQL, every service a process (or several) of
its own, the pages, and Envoy in front.

    python -m tools.distributed up      # make up-distributed
    python -m tools.distributed down    # make down: ends these processes, by their ids; what they kept is thrown away

The connected tests put the same cluster together, on free ports, and kill parts of it.
"""
