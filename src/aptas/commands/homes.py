"""`aptas homes import FILE`."""

import asyncio
import sys
from pathlib import Path

from aptas.bootstrap import build_house
from aptas.seeding import record_homes
from aptas.settings import Settings


async def import_homes(settings: Settings, file: Path) -> None:
    """Record every home of the file, and publish what is new; a running aptas hears of it by the bus."""
    house = await build_house(settings, ("homes",))
    context = house.contexts["homes"]
    assert context.dispatcher is not None
    assert context.relay is not None
    working = asyncio.create_task(context.dispatcher.run())
    changed, total = await record_homes(house, file)
    while await context.relay.publish_pending():
        pass
    await context.relay.release()
    context.dispatcher.stop()
    await working
    await house.close()
    sys.stdout.write(f"세대 {total}, 새로 알림 {changed} / homes {total}, published {changed}\n")
