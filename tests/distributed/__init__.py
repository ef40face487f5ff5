"""Two replicas of every service on a real Kafka and a real PostgreSQL behind the gateway: killed, cut off, filled up,
restarted, and held to what they had answered."""
