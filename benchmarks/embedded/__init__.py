"""The embedded default: one process, SQLite (`make bench`)."""
