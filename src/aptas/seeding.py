"""Homes from a file, and the demonstration: seven defects, four companies, one complex."""

from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from aptas.bootstrap import NEW_ID, ROOMS, House
from aptas.contractor.commands import EnrolContractor
from aptas.edge.live import until
from aptas.edge.phone import read_phone
from aptas.homes.from_file import DEMO, read_homes
from aptas.housekeeping import DEMO_KEY
from aptas.kernel.identity import receipt_number
from aptas.kernel.messages import Command
from aptas.messaging.asks import Ask, Done, Repeatable, new_trace
from aptas.registration.commands import RegisterDefect
from aptas.storage.engine import scalars_of

COMPANIES = (
    ("한빛타일", ("tile", "stone", "plaster", "waterproof"), "02-555-0101"),
    ("다온설비", ("plumbing", "sanitary", "heating", "gas"), "02-555-0102"),
    (
        "새봄인테리어",
        ("wallpaper", "paint", "interior", "furniture", "kitchen", "windows", "doors"),
        "02-555-0103",
    ),
    ("우리전기", ("electrical", "network", "appliance", "fire", "lift"), "02-555-0104"),
)
DEFECTS = (
    ("room-wallpaper", "living-room", "lifting", "거실 벽지가 들떴어요", "101동 1203호", "010-2345-6701"),
    (
        "floor-drain",
        "bathroom-common",
        "odour",
        "욕실 배수구에서 냄새가 올라와요",
        "101동 1203호",
        "010-2345-6701",
    ),
    ("entrance-tile", "entrance", "crack", "현관 타일 두 장에 금이 갔어요", "101동 702호", "010-2345-6702"),
    ("window-frame", "balcony-front", "gap", "창틀 사이로 바람이 들어와요", "102동 503호", "010-2345-6703"),
    ("light", "kitchen", "not-working", "주방 등이 켜지지 않아요", "102동 901호", "010-2345-6704"),
    ("washbasin", "bathroom-master", "leak", "세면대 아래에서 물이 새요", "101동 301호", "010-2345-6705"),
    ("room-door", "bedroom-2", "open-close", "방문이 잘 닫히지 않아요", None, "010-2345-6706"),
)


async def record_homes(house: House, path: Path) -> tuple[int, int]:
    """Put every home of a file to the homes room; (changed, all). HomesFileRefused: nothing was recorded."""
    rows = read_homes(path)
    changed = 0
    for row in rows:
        changed += bool((await _put(house, "homes", row.as_wish(house.clock()), None)).facts)
    return changed, len(rows)


async def seed_demo(house: House) -> None:
    """The same seven defects whenever it is started; what is there already is not made again."""
    _, homes = await record_homes(house, DEMO)
    for number, (name, trades, phone) in enumerate(COMPANIES, 1):
        number_ = read_phone(phone)
        await _put(
            house,
            "contractor",
            EnrolContractor(
                at=house.clock(),
                contractor_id=NEW_ID(),
                name=name,
                trades=trades,
                phone=number_.full,
                phone_masked=number_.masked,
            ),
            f"{DEMO_KEY}company-{number}",
        )
    await _until_the_office_knows(house, homes + len(COMPANIES))
    for number, defect in enumerate(DEFECTS, 1):
        await _put(house, "registration", _register(house, *defect), f"{DEMO_KEY}defect-{number}")


async def _until_the_office_knows(house: House, things: int) -> None:
    """A claim that overtook its home would be undecided: wait for homes and companies, ten seconds at most."""
    office = house.contexts["management"]
    events = ROOMS["management"].ledger.events
    noted = select(func.count()).where(events.c.type.in_(["HomeNoted", "ContractorNoted"]))

    async def all_are_known() -> bool:
        return bool((await office.database.read(scalars_of(noted)))[0] >= things)

    await until(all_are_known, office.live.changed, 10)


def _register(
    house: House,
    defect_type: str,
    location: str,
    kind: str,
    description: str,
    address: str | None,
    phone: str,
) -> RegisterDefect:
    number = read_phone(phone)
    return RegisterDefect(
        at=house.clock(),
        defect_id=NEW_ID(),
        receipt_no=receipt_number(),
        defect_type=defect_type,
        location=location,
        kind=kind,
        description=description,
        address=None if address is None else f"행복아파트 {address}",
        phone=number.full,
        phone_masked=number.masked,
    )


async def _put(house: House, context: str, command: Command, key: str | None) -> Done[Any]:
    dispatcher = house.contexts[context].dispatcher
    assert dispatcher is not None
    repeatable = None if key is None else Repeatable(key=key, fingerprint=key)
    return await dispatcher.ask(Ask(command=command, traceparent=new_trace(), repeatable=repeatable))
