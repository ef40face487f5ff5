"""Alembic's entry: runs on the connection, and in the transaction, that it is given."""

from alembic import context

attributes = context.config.attributes
context.configure(connection=attributes["connection"], target_metadata=attributes["metadata"])
context.run_migrations()
