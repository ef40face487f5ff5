"""A question that nobody answers is asked again."""

from aptas.kernel.clock import Clock, to_ms
from aptas.messaging.asks import Ask, new_trace
from aptas.messaging.dispatcher import Dispatcher
from aptas.registration.commands import AskAgain
from aptas.registration.queries import unanswered
from aptas.storage.engine import Database

AT_ONCE = 200


async def ask_again(dispatcher: Dispatcher, database: Database, clock: Clock, after_seconds: float) -> int:
    """Say cancellations once more that have gone unanswered for so long; how many questions were repeated.

    At most 200 of them, the oldest first: the next call goes on. StorageAway, or whatever else kept one of them
    from being asked, is raised after all were tried.
    """
    now = clock()
    late = await unanswered(database, to_ms(now) - int(after_seconds * 1000), AT_ONCE)
    answers = await dispatcher.ask_all(
        [
            Ask(
                command=AskAgain(at=now, defect_id=defect_id, attempt=attempt),
                traceparent=new_trace(),
            )
            for defect_id, attempt in late
        ]
    )
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return sum(1 for answer in answers if not isinstance(answer, Exception) and answer.facts)
