"""A room as a listener: its policies turn facts into commands, its dispatcher decides them."""

from collections.abc import Sequence
from dataclasses import replace

from aptas.kernel.messages import Command, Fact, Heard
from aptas.messaging.asks import Ask, Cause, new_trace
from aptas.messaging.dispatcher import Dispatcher


class Inbox:
    """Implements consumer.Listener for a room that decides."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def apply(self, heard: Sequence[tuple[Heard[Fact], str]]) -> Sequence[Exception | None]:
        """Facts without a policy change nothing here. What follows from one happens now, not when it happened."""
        now = self._dispatcher.clock()
        policies = self._dispatcher.room.policies
        answers: list[Exception | None] = [None] * len(heard)
        asks: list[Ask] = []
        places: list[int] = []
        for place, (news, traceparent) in enumerate(heard):
            policy = policies.get(type(news.fact))
            if policy is None:
                continue
            try:
                asks.append(_ask(news, policy(replace(news, at=now)), traceparent))
                places.append(place)
            except Exception as problem:
                answers[place] = problem
        for place, answer in zip(places, await self._dispatcher.ask_all(asks), strict=True):
            answers[place] = answer if isinstance(answer, Exception) else None
        return answers


def _ask(news: Heard[Fact], command: Command, traceparent: str) -> Ask:
    cause = Cause(channel=f"{news.source}/{news.topic}", sequence=news.sequence)
    return Ask(command=command, traceparent=traceparent or new_trace(), cause=cause)
