"""All homes of a file or none, and every bad row named with what to do."""

import json
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from aptas.homes.formats import HomesFileRefused
from aptas.homes.from_file import DEMO, read_homes
from aptas.homes.model import home_id

HEADER = "complex,building,floor,home,handoverDate,useInspectionDate"
GOOD = "행복아파트,101,12,1203,2024-04-10,2024-03-01"
TODAY = date(2026, 11, 23)


def csv_file(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "homes.csv"
    path.write_bytes("\r\n".join((header, *lines)).encode(encoding))
    return path


def json_file(folder: Path, document: object) -> Path:
    path = folder / "homes.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return path


def one_complex(*homes: object, **fields: object) -> dict[str, object]:
    return {"complexes": [{"name": "행복아파트", "useInspectionDate": "2024-03-01", "homes": homes} | fields]}


def home(**fields: object) -> dict[str, object]:
    return {"building": "101", "floor": "12", "home": "1203", "handoverDate": "2024-04-10"} | fields


def problems(path: Path) -> list[str]:
    with pytest.raises(HomesFileRefused) as refused:
        read_homes(path)
    assert all(problem in str(refused.value) for problem in refused.value.problems)
    return refused.value.problems


def test_json_and_csv_say_the_same(tmp_path: Path) -> None:
    (row,) = read_homes(csv_file(tmp_path, GOOD))
    assert read_homes(json_file(tmp_path, one_complex(home()))) == [row]
    assert (row.complex_name, row.building, row.floor, row.home_no) == ("행복아파트", "101", "12", "1203")
    assert (row.handover_date, row.use_inspection_date) == (date(2024, 4, 10), date(2024, 3, 1))


def test_a_file_read_twice_records_the_same_homes() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    once, again = ([row.as_wish(at) for row in read_homes(DEMO)] for _ in range(2))
    assert once == again
    assert once[0].home_id == home_id("행복아파트", once[0].building, once[0].home_no)


def test_dates_may_be_left_out(tmp_path: Path) -> None:
    for path in (
        csv_file(tmp_path, "행복아파트,101,12,1203, ,"),
        json_file(tmp_path, one_complex(home(handoverDate=None), useInspectionDate="")),
    ):
        (row,) = read_homes(path)
        assert (row.handover_date, row.use_inspection_date) == (None, None)


def test_a_number_in_json_is_as_good_as_its_text(tmp_path: Path) -> None:
    (row,) = read_homes(json_file(tmp_path, one_complex(home(building=101, floor=12, home=1203))))
    assert (row.building, row.floor, row.home_no) == ("101", "12", "1203")


def test_korean_decomposed_by_a_mac_is_the_same_home(tmp_path: Path) -> None:
    (row,) = read_homes(csv_file(tmp_path, unicodedata.normalize("NFD", GOOD)))
    assert row.home_id == home_id("행복아파트", "101", "1203")


def test_what_a_spreadsheet_adds_is_forgiven(tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOOD + ",,", "", ",,,,,", header=HEADER + ",,", encoding="utf-8-sig")
    assert len(read_homes(path)) == 1


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("행복아파트,,12,1203,2024-04-10,2024-03-01", "'building' is missing"),
        ("행복아파트,101", "'home' is missing"),
        (
            "행복아파트,101,12,1203,10.4.2024,2024-03-01",
            "handoverDate is '10.4.2024'; write it as 2024-04-10",
        ),
        ("행복아파트,101,12,1203,2024-02-30,2024-03-01", "handoverDate is '2024-02-30'"),
        ("행복아파트,101,12,1203,2024-W15-3,2024-03-01", "handoverDate is '2024-W15-3'"),
        ("행복아파트,101,12,1203,2024-04-10,20240301", "useInspectionDate is '20240301'"),
        ("행복아파트,101,12,1203,2024-04-10,2024-03-01,x", "'column 7' is no field"),
    ],
)
def test_a_bad_row_of_csv_is_named_with_what_to_do(tmp_path: Path, line: str, what: str) -> None:
    found = problems(csv_file(tmp_path, "행복아파트,101,12,1201,,", "", line))
    assert all(problem.startswith("row 4: ") for problem in found)
    assert any(what in problem for problem in found)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"floor": ""}, "'floor' is missing"),
        ({"floor": True}, "'floor' is missing"),
        ({"handoverDate": 20240410}, "handoverDate is 20240410"),
        ({"handoverDate": ["2024-04-10"]}, "handoverDate is ['2024-04-10']"),
        ({"handoverdate": "2024-04-10"}, "'handoverdate' is no field"),
    ],
)
def test_a_bad_home_of_json_is_named_with_what_to_do(
    tmp_path: Path, fields: dict[str, object], what: str
) -> None:
    (problem,) = problems(json_file(tmp_path, one_complex(home(home="1"), home(**fields))))
    assert problem.startswith("row 2: ")
    assert what in problem


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    found = problems(csv_file(tmp_path, ",101,12,1203,bad,", GOOD, "행복아파트,101,12,,,"))
    assert [problem.split(":")[0] for problem in found] == ["row 2", "row 2", "row 4"]


def test_a_home_named_twice_is_refused_with_both_rows(tmp_path: Path) -> None:
    (problem,) = problems(csv_file(tmp_path, GOOD, "행복아파트,102,1,101,,", "행복아파트,101,12, 1203 ,,"))
    assert problem.startswith("row 4: ")
    assert "row 2" in problem


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (problem,) = problems(csv_file(tmp_path, GOOD, header="complex,building,floor,home,handover,inspection"))
    assert problem.startswith("row 1: ")
    assert "handoverDate, useInspectionDate" in problem


def test_a_complex_without_a_name_is_named_by_its_homes(tmp_path: Path) -> None:
    (problem,) = problems(json_file(tmp_path, one_complex(home(), name=None)))
    assert "'complex' is missing" in problem


@pytest.mark.parametrize("document", [[], {}, {"complexes": [{"name": "x"}]}, one_complex("1203"), 7])
def test_json_of_another_shape_is_told_the_shape(tmp_path: Path, document: object) -> None:
    (problem,) = problems(json_file(tmp_path, document))
    assert '{"complexes":' in problem


def test_broken_json_is_told_its_line(tmp_path: Path) -> None:
    (problem,) = problems(json_file(tmp_path, '{\n"complexes": [}'))
    assert "line 2" in problem


def test_broken_quotes_are_refused(tmp_path: Path) -> None:
    (problem,) = problems(csv_file(tmp_path, '"' + "x" * 140_000))
    assert "quotes" in problem


def test_a_file_in_another_encoding_is_told_how_to_save_it(tmp_path: Path) -> None:
    (problem,) = problems(csv_file(tmp_path, GOOD, encoding="cp949"))
    assert "CSV UTF-8" in problem


def test_a_file_without_homes_is_refused(tmp_path: Path) -> None:
    for path in (csv_file(tmp_path), json_file(tmp_path, {"complexes": []})):
        assert "no home" in problems(path)[0]
    (tmp_path / "homes.csv").write_bytes(b"")
    assert problems(tmp_path / "homes.csv")[0].startswith("row 1: ")


def test_the_demo_has_homes_in_a_two_year_warranty_about_to_leave_it_and_out_of_it() -> None:
    ends = [
        row.handover_date.replace(year=row.handover_date.year + 2)
        for row in read_homes(DEMO)
        if row.handover_date
    ]
    assert len(ends) == 12
    assert any(end < TODAY for end in ends)
    assert any(TODAY < end <= TODAY + timedelta(days=30) for end in ends)
    assert any(end > TODAY + timedelta(days=30) for end in ends)
