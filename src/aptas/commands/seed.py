"""`aptas seed`: the demonstration, put into the databases of services that run elsewhere."""

import asyncio
import sys

from aptas.bootstrap import build_house
from aptas.seeding import seed_demo
from aptas.settings import Settings


async def seed(settings: Settings) -> None:
    """What is decided here, the services' relays publish: nothing but dispatchers runs in this process."""
    house = await build_house(settings)
    dispatchers = [context.dispatcher for context in house.contexts.values() if context.dispatcher]
    working = [asyncio.create_task(dispatcher.run()) for dispatcher in dispatchers]
    try:
        await seed_demo(house)
    finally:
        for dispatcher in dispatchers:
            dispatcher.stop()
        await asyncio.gather(*working)
        await house.close()
    sys.stdout.write("시연 자료를 넣었습니다 / the demonstration is there\n")
