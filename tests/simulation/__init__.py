"""The real house in one process, stepped by a seeded scheduler: every fault of the pipes, no thread of chance."""
