"""The project's own data: defect types, trades, places, kinds (catalogue.json) and warranties (warranty.json).

What is marked "unverified memory" or "judgement" there stays marked wherever it is shown. Read once, at import.
"""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Label:
    """One word of the catalogue in both languages."""

    id: str
    ko: str
    en: str


@dataclass(frozen=True, kw_only=True)
class DefectType(Label):
    """One line of the catalogue. `warranty_years` counts from the start date of its `scope`."""

    trade: str
    scope: str
    warranty_work_type: str
    warranty_years: int
    warranty_mapping: str
    default_urgency: str
    urgency_basis: str
    serious_candidate: bool
    defect_kinds: tuple[str, ...]
    locations: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True)
class WorkType:
    """A row of 시행령 별표 4: the years of warranty of one kind of work, from a secondary source."""

    id: str
    ko: str
    en: str
    years: int
    source: str


def read_data(name: str) -> Any:
    """One of this package's JSON files."""
    return json.loads(files(__package__).joinpath(name).read_text("utf-8"))


def _labels(rows: list[dict[str, Any]]) -> dict[str, Label]:
    return {row["id"]: Label(id=row["id"], ko=row["ko"], en=row["en"]) for row in rows}


def _defect_type(row: dict[str, Any]) -> DefectType:
    wanted = DefectType.__dataclass_fields__
    values: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k in wanted}
    return DefectType(**values)


_CATALOGUE = read_data("catalogue.json")
_WARRANTY = read_data("warranty.json")

DEFECT_TYPES: dict[str, DefectType] = {row["id"]: _defect_type(row) for row in _CATALOGUE["entries"]}
TRADES = _labels(_CATALOGUE["trades"])
LOCATIONS = _labels(_CATALOGUE["locations"])
DEFECT_KINDS = _labels(_CATALOGUE["defect_kinds"])
URGENCIES = _labels(_CATALOGUE["urgencies"])
LOCATION_ALIASES: dict[str, str] = _CATALOGUE["location_aliases"]["map"] | {
    label.ko: label.id for label in LOCATIONS.values()
}
NOTE: str = _CATALOGUE["note"]

WORK_TYPES: dict[str, WorkType] = {
    row["id"]: WorkType(
        id=row["id"], ko=row["work_type_ko"], en=row["work_type_en"], years=row["years"], source=row["source"]
    )
    for row in _WARRANTY["work_types"]
}
WARRANTY_LAW: str = _WARRANTY["law"]


def public_catalogue() -> dict[str, Any]:
    """What GET /defectTypes answers: camelCase, every mark of doubt kept."""
    return _PUBLIC


def _public_type(row: dict[str, Any]) -> dict[str, Any]:
    return {_camel(key): value for key, value in row.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


_PUBLIC: dict[str, Any] = {
    "note": NOTE,
    "_embedded": {"defectTypes": [_public_type(row) for row in _CATALOGUE["entries"]]},
    "urgencies": [_public_type(row) for row in _CATALOGUE["urgencies"]],
    "trades": _CATALOGUE["trades"],
    "locations": _CATALOGUE["locations"],
    "defectKinds": _CATALOGUE["defect_kinds"],
    "workTypes": [_public_type(row) for row in _WARRANTY["work_types"]],
    "warrantyLaw": WARRANTY_LAW,
    "warrantyVerification": _WARRANTY["verification"],
}
