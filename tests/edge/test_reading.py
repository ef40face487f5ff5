"""What a query and a header may say of a collection or a stream."""

import pytest

from aptas.edge.live import resume_after
from aptas.edge.paging import read_paging, read_statuses
from aptas.messaging.batch import Refusal

KNOWN = ("OPEN", "CLOSED")


@pytest.mark.parametrize("sort", [",garbage", ",", "name", "dueDate,up", "dueDate,asc,desc"])
def test_a_sort_that_is_none_is_refused(sort: str) -> None:
    with pytest.raises(Refusal):
        read_paging(0, 20, sort, None, {"dueDate"})


def test_a_list_is_sorted_as_asked() -> None:
    paging = read_paging(0, 20, "dueDate,desc", None, {"dueDate"})
    assert (paging.sort, paging.is_descending) == ("dueDate", True)
    assert read_paging(0, 20, None, None, {"dueDate"}).sort == "id"


@pytest.mark.parametrize("asked", [",", "OPEN,", "OPEN,,CLOSED", "GONE"])
def test_a_status_that_is_none_is_refused(asked: str) -> None:
    with pytest.raises(Refusal):
        read_statuses(asked, KNOWN, ())


def test_statuses_are_read_as_asked() -> None:
    assert read_statuses("open, closed", KNOWN, ()) == ["OPEN", "CLOSED"]
    assert read_statuses("ALL", KNOWN, ()) == KNOWN
    assert read_statuses(None, KNOWN, ("OPEN",)) == ("OPEN",)


@pytest.mark.parametrize(("last", "after"), [(None, 7), ("", 7), ("3", 3), ("7", 7), ("999999999999", 7)])
def test_a_stream_goes_on_after_what_was_heard_and_never_beyond_its_end(last: str | None, after: int) -> None:
    """An id beyond the end was sent before the data were replaced: to wait for it would be to hear nothing."""
    assert resume_after(last, end=7) == after
