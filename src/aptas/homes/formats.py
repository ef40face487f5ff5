"""The two spellings of a homes file, JSON and CSV, as numbered rows of fields."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

REQUIRED = ("complex", "building", "floor", "home")
DATES = ("handoverDate", "useInspectionDate")
COLUMNS = (*REQUIRED, *DATES)
SHAPE = (
    '{"complexes": [{"name": …, "useInspectionDate": …, "homes": [{"building": …, "floor": …, "home": …}]}]}'
)

NumberedRows = Iterator[tuple[int, Mapping[str, object]]]


class HomesFileRefused(Exception):
    """세대 파일에 고칠 곳이 있어 기록하지 않았습니다. / The homes file was refused; nothing was recorded."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join((str(self.__doc__), *problems)))
        self.problems = list(problems)


def rows_of_csv(text: str) -> NumberedRows:
    """Rows as a spreadsheet numbers them: the header is row 1, blank ones count and are passed over."""
    try:
        header, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except csv.Error as error:
        raise HomesFileRefused(
            f"CSV를 읽을 수 없습니다. 따옴표를 확인해 주세요. / This is not CSV ({error}); check the quotes"
        ) from None
    header = [name.strip() for name in header]
    missing = ", ".join(name for name in COLUMNS if name not in header)
    if missing:
        raise HomesFileRefused(
            f"row 1: 첫 행에 {missing} 열이 없습니다. {','.join(COLUMNS)} 로 적어 주세요. / "
            f"the header lacks {missing}; write it as {','.join(COLUMNS)}"
        )
    for number, row in enumerate(rows, start=2):
        beyond = [f"column {n}" for n in range(len(header) + 1, len(row) + 1)]
        fields = {name: value for name, value in zip(header + beyond, row, strict=False) if value.strip()}
        if fields:
            yield number, fields


def rows_of_json(text: str) -> NumberedRows:
    """Homes in the order of the file, from 1; each with what its complex says."""
    try:
        homes = list(_homes(json.loads(text)))
    except json.JSONDecodeError as error:
        raise HomesFileRefused(
            f"{error.lineno}번째 줄에서 JSON이 잘못되었습니다. 고쳐 주세요. / "
            f"line {error.lineno} is not JSON ({error.msg}); correct it"
        ) from None
    except (KeyError, TypeError, AttributeError, RecursionError):
        raise HomesFileRefused(
            f"JSON의 짜임새가 다릅니다. 이렇게 적어 주세요. / The JSON is shaped differently; write {SHAPE}"
        ) from None
    yield from enumerate(homes, start=1)


def _homes(document: Any) -> Iterator[Mapping[str, object]]:
    for place in document["complexes"]:
        shared = {name: value for name, value in place.items() if name not in ("name", "homes")}
        for home in place["homes"]:
            yield {**shared, **dict(home.items()), "complex": place.get("name")}
