"""Rows: engines, the tables every context has, the states of its streams, migrations."""
