"""Pipes: how facts are written, published, delivered and set aside. They know no room."""
