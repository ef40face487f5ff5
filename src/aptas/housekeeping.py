"""What has to be done now and then: measuring, by everybody; asking again, forgetting old keys, and measuring what all
replicas see alike, by one of them."""

import asyncio

from sqlalchemy import delete

from aptas.bootstrap import Context, House
from aptas.kernel.clock import to_ms
from aptas.management import measures as management_measures
from aptas.management.deadlines import ask_again as ask_contractors_again
from aptas.metrics import PARKED, PARKED_KEYS
from aptas.observability import log
from aptas.registration import measures as registration_measures
from aptas.registration.deadlines import ask_again as ask_office_again

EVERY_SECONDS = 5.0
DEMO_KEY = "demonstration\n"
"""Keys of the demonstration are not forgotten: it is seeded once, however often it is started. No request can have
one: a header holds no line break."""


async def keep_house(house: House) -> None:
    """Every few seconds, until cancelled."""
    while True:
        await asyncio.sleep(min(EVERY_SECONDS, house.settings.ask_again_seconds))
        for context in house.contexts.values():
            try:
                await _keep(house, context)
            except Exception as problem:
                log.warning("housekeeping_waits", context=context.name, problem=str(problem))


async def _keep(house: House, context: Context) -> None:
    PARKED.labels(context.name).set(await context.lot.count())
    PARKED_KEYS.labels(context.name).set(await context.lot.count_keys())
    if context.relay is not None:
        await context.relay.measure()
    if context.keeping is None or not await context.keeping.hold():
        _forget_measures(context)
    else:
        await _keep_for_all(house, context)
    if context.consumer is not None:
        await context.consumer.measure()


async def _keep_for_all(house: House, context: Context) -> None:
    assert context.dispatcher is not None
    after = house.settings.ask_again_seconds
    match context.name:
        case "registration":
            await ask_office_again(context.dispatcher, context.database, house.clock, after)
            await registration_measures.measure(context.database, house.clock(), after)
        case "management":
            await ask_contractors_again(context.dispatcher, context.database, house.clock, after)
            await management_measures.measure(context.database, house.clock())
    await _forget_keys(house, context)


def _forget_measures(context: Context) -> None:
    forget = {"registration": registration_measures.forget, "management": management_measures.forget}
    if context.name in forget:
        forget[context.name]()


async def _forget_keys(house: House, context: Context) -> None:
    assert context.dispatcher is not None
    keys = context.dispatcher.room.ledger.idempotency
    before = to_ms(house.clock()) - int(house.settings.keep_keys_seconds * 1000)
    old = delete(keys).where(keys.c.recorded_at < before, keys.c.key.not_like(f"{DEMO_KEY}%"))
    await context.database.write(lambda connection: connection.execute(old))
