"""A real Apache Kafka for developers and CI, without Docker: from Maven's jars, one broker that is its own controller.

    python -m tools.kafka start     # make kafka
    python -m tools.kafka stop      # make kafka-stop

Standard library only. Whatever it fetches or writes is under .aptas/kafka, which git ignores. APTAS_KAFKA_PORT (9092)
and APTAS_KAFKA_DATA (.aptas/kafka/data) say where it listens and what it keeps.
"""
