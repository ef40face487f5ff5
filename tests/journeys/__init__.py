"""Whole journeys against a real process, over real HTTP."""
