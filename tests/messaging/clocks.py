"""A clock whose hands a test moves."""

from datetime import datetime, timedelta

from tests.messaging.notebooks import NOON


class Hands:
    """Implements kernel.clock.Clock."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
