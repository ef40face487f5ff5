"""Homes from a file, JSON or CSV (UTF-8): all of them or none, and every bad row named at once.

CSV, with this header: complex,building,floor,home,handoverDate,useInspectionDate — rows are numbered as a
spreadsheet numbers them, the header being row 1. JSON: {"complexes": [{"name", "useInspectionDate",
"homes": [{"building", "floor", "home", "handoverDate"}]}]} — rows are its homes in order, from 1.
The dates are YYYY-MM-DD and may be left out: a warranty that starts from one is then undecided.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from aptas.homes.commands import RecordHome
from aptas.homes.formats import (
    COLUMNS,
    DATES,
    REQUIRED,
    HomesFileRefused,
    NumberedRows,
    rows_of_csv,
    rows_of_json,
)
from aptas.homes.model import home_id
from aptas.kernel.messages import Id

DEMO = Path(__file__).with_name("demo-homes.json")


@dataclass(frozen=True, kw_only=True)
class HomeRow:
    """One home as the file has it."""

    complex_name: str
    building: str
    floor: str
    home_no: str
    handover_date: date | None
    use_inspection_date: date | None

    @property
    def home_id(self) -> Id:
        """The number of this home, the same at every reading."""
        return home_id(self.complex_name, self.building, self.home_no)

    def as_wish(self, at: datetime) -> RecordHome:
        """The wish to record it."""
        return RecordHome(
            at=at,
            home_id=self.home_id,
            complex_name=self.complex_name,
            building=self.building,
            floor=self.floor,
            home_no=self.home_no,
            handover_date=self.handover_date,
            use_inspection_date=self.use_inspection_date,
        )


def read_homes(path: Path) -> list[HomeRow]:
    """Every home of the file, in its order. Raises HomesFileRefused with all that is wrong."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HomesFileRefused(
            "파일이 UTF-8이 아닙니다. 'CSV UTF-8' 형식으로 저장해 주세요. / "
            "The file is not UTF-8. Save it as 'CSV UTF-8'."
        ) from None
    except OSError as problem:
        raise HomesFileRefused(f"{path}: {problem.strerror}") from problem
    homes = _checked(rows_of_json(text) if path.suffix.lower() == ".json" else rows_of_csv(text))
    if not homes:
        raise HomesFileRefused(
            "파일에 세대가 없습니다. 한 세대 이상 적어 주세요. / There is no home in the file; add one."
        )
    return homes


def _checked(rows: NumberedRows) -> list[HomeRow]:
    homes: list[HomeRow] = []
    problems: list[str] = []
    first_seen: dict[Id, int] = {}
    for number, fields in rows:
        wrong = list(_wrong(fields))
        if not wrong:
            home = _home(fields)
            first = first_seen.setdefault(home.home_id, number)
            if first != number:
                wrong.append(
                    f"row {first}과 같은 세대입니다. 하나를 지워 주세요. / same home as row {first}; drop one"
                )
            homes.append(home)
        problems += [f"row {number}: {what}" for what in wrong]
    if problems:
        raise HomesFileRefused(*problems)
    return homes


def _wrong(fields: Mapping[str, object]) -> Iterator[str]:
    for name in fields:
        if name not in COLUMNS:
            yield f"'{name}' 항목은 없습니다. 지우거나 고쳐 주세요. / '{name}' is no field; drop or rename it"
    for name in REQUIRED:
        if not _text(fields.get(name)):
            yield f"'{name}' 값이 없습니다. 채워 주세요. / '{name}' is missing; fill it in"
    for name in DATES:
        given = fields.get(name)
        is_blank = given is None or (isinstance(given, str) and not given.strip())
        if not is_blank and _date(_text(given)) is None:
            yield f"'{name}' 날짜를 2024-04-10처럼 적어 주세요. / {name} is {given!r}; write it as 2024-04-10"


def _text(value: object) -> str:
    """One spelling: macOS writes Korean decomposed, and JSON may hold 101 for "101"."""
    if isinstance(value, str) or type(value) is int:
        return unicodedata.normalize("NFC", str(value)).strip()
    return ""


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


def _home(fields: Mapping[str, object]) -> HomeRow:
    value = {name: _text(fields.get(name)) for name in COLUMNS}
    return HomeRow(
        complex_name=value["complex"],
        building=value["building"],
        floor=value["floor"],
        home_no=value["home"],
        handover_date=_date(value["handoverDate"]),
        use_inspection_date=_date(value["useInspectionDate"]),
    )
