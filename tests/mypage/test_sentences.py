"""What happened, in plain words."""

from datetime import date

import pytest

from aptas.mypage import sentences
from aptas.mypage.rows import Slot, Text

from . import stories as s


def slot(first: int, last: int) -> Slot:
    hours = s.hours(first, last)
    return Slot(start=hours.start, end=hours.end)


def test_a_day_is_named_in_both_languages() -> None:
    assert sentences.day(date(2025, 12, 31)) == Text(ko="12월 31일(수)", en="Wed 31 Dec")


def test_a_visit_is_told_in_korean_time() -> None:
    assert sentences.slot(slot(1, 3)) == Text(ko="3월 4일(화) 10:00–12:00", en="Tue 4 Mar 10:00–12:00")
    assert sentences.slot(slot(16, 17)).ko == "3월 5일(수) 01:00–02:00"


def test_a_visit_over_midnight_names_both_days() -> None:
    assert sentences.slot(slot(14, 16)).ko == "3월 4일(화) 23:00–3월 5일(수) 01:00"


@pytest.mark.parametrize("story", s.STORIES)
def test_every_entry_speaks_both_languages(story: str) -> None:
    for entry in s.page_after(*s.STORIES[story][1]).timeline:
        assert any("가" <= letter <= "힣" for letter in entry.ko)
        assert entry.en[0].isupper()


def test_the_timeline_says_what_a_person_asks_for() -> None:
    row = s.page_after(*s.REPAIRED, s.cancelled(n=1), s.cancelled(n=1, asked=2), s.passed_on())
    told = [entry.ko for entry in row.timeline]
    assert told[0] == "하자를 접수했습니다. 접수번호는 7K3M-9Q2D입니다."
    assert told[1] == "사무소가 하자 종류를 확인했습니다: 방·거실 벽지. 처리 기한은 3월 19일(수)입니다."
    assert told[2] == "사무소가 한빛타일에 보수를 맡겼습니다. 처리 기한은 3월 19일(수)입니다."
    assert told[3] == ("시공사가 방문 시간을 제안했습니다: 3월 5일(수) 10:00–12:00, 3월 6일(목) 14:00–15:00")
    assert told[6] == "방문 시간이 정해졌습니다: 3월 5일(수) 10:00–12:00"
    assert told[8] == "시공사가 보수를 마쳤습니다. 메모: 타일 두 장 교체"
    assert told[9] == "취소를 요청했습니다."
    assert told[10] == "답이 없어 취소를 다시 요청했습니다(2번째)."
    assert told[11] == "사무소가 시공사에 취소를 요청했습니다."


def test_a_type_outside_the_catalogue_is_told_by_its_id() -> None:
    assert sentences.identified("ghost", None).ko == "사무소가 하자 종류를 확인했습니다: ghost."
