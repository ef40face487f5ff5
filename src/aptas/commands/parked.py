"""`aptas parked`: what was set aside in each context, and handling it again."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aptas.bootstrap import CONTEXTS, Context, House, build_house
from aptas.kernel.clock import KST, from_ms
from aptas.messaging.set_aside import Parked
from aptas.settings import SettingRefused, Settings


@asynccontextmanager
async def _house(settings: Settings) -> AsyncIterator[House]:
    house = await build_house(settings)
    try:
        yield house
    finally:
        await house.close()


def _told(context: str, each: Parked) -> dict[str, object]:
    return {
        "context": context,
        "id": each.id,
        "topic": each.message.topic,
        "offset": each.message.offset,
        "key": each.message.key,
        "type": each.message.headers.get("type", ""),
        "reason": each.reason,
        "attempts": each.attempts,
        "parkedAt": _when(each.parked_at),
        "droppedAt": None if each.dropped_at is None else _when(each.dropped_at),
        "value": each.message.value.decode("utf-8", "replace"),
    }


def _when(ms: int) -> str:
    moment: datetime = from_ms(ms)
    return moment.astimezone(KST).isoformat(timespec="seconds")


async def show(settings: Settings, dropped: bool, as_json: bool) -> None:
    """What waits, and if asked what was dropped: a table, or a JSON line each."""
    async with _house(settings) as house:
        lots = [(name, context.lot) for name, context in house.contexts.items()]
        rows = [_told(name, each) for name, lot in lots for each in await lot.list()]
        if dropped:
            rows += [_told(name, each) for name, lot in lots for each in await lot.dropped()]
    if as_json:
        for row in rows:
            sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
        return
    if not rows:
        sys.stdout.write("세워 둔 메시지가 없습니다. / Nothing is parked.\n")
        return
    _print_table(rows, ("droppedAt",) if dropped else ())


def _print_table(rows: Sequence[dict[str, object]], more: Sequence[str]) -> None:
    shown = ("context", "id", "topic", "offset", "key", "type", "reason", "parkedAt", *more)
    table = Table(*shown)
    for row in rows:
        table.add_row(*(_as_text(row[name]) for name in shown))
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _as_text(value: object) -> Text:
    """A stranger's key may look like markup, or hold what moves a terminal's cursor: it is shown, not obeyed."""
    told = "" if value is None else str(value)
    return Text("".join(each if each.isprintable() else "\ufffd" for each in told))


async def redrive(settings: Settings, context: str | None, key: str | None, as_json: bool) -> None:
    """Key by key, oldest first; a key stops at the first message that fails again."""
    through, stuck = 0, []
    async with _house(settings) as house:
        if context is not None and context not in house.contexts:
            raise SettingRefused(f"--context {context}: {', '.join(CONTEXTS)}")
        for name, each in house.contexts.items():
            if context in (None, name) and each.consumer is not None:
                done, left = await _redrive(each, key)
                through += done
                stuck += [_told(name, one) for one in left]
    if as_json:
        sys.stdout.write(msgspec.json.encode({"redriven": through, "stuck": stuck}).decode() + "\n")
        return
    sys.stdout.write(f"다시 처리함 / redriven: {through}\n")
    for one in stuck:
        sys.stdout.write(
            f"여전히 안 됨 / still stuck: {one['context']} #{one['id']} {one['key']}: {one['reason']}\n"
        )


async def _redrive(context: Context, key: str | None) -> tuple[int, list[Parked]]:
    import asyncio

    assert context.consumer is not None
    working = asyncio.create_task(context.dispatcher.run()) if context.dispatcher else None
    through, stuck = 0, []
    for each in sorted(await context.lot.keys()):
        if key in (None, each):
            done, left = await context.consumer.redrive(each)
            through += done
            stuck += [left] if left else []
    if context.dispatcher and working:
        context.dispatcher.stop()
        await working
    return through, stuck


async def drop(settings: Settings, context: str, number: int) -> None:
    """Give one parked message up for good; that it was is remembered."""
    async with _house(settings) as house:
        if context not in house.contexts:
            raise SettingRefused(f"{context}: {', '.join(CONTEXTS)}")
        lot = house.contexts[context].lot
        found = next((each for each in await lot.list() if each.id == number), None)
        if found is None:
            raise SettingRefused(f"{context} #{number}: 그런 메시지가 없습니다. / is not parked.")
        await lot.drop(found)
    sys.stdout.write(f"버림 / dropped: {context} #{number} {found.message.key}\n")
