"""`page`, `size`, `sort`, `cursor`: how a collection is read piece by piece."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from aptas.edge.problems import invalid
from aptas.kernel.identity import as_id

DEEPEST = 10_000
LARGEST = 200


@dataclass(frozen=True, kw_only=True)
class Paging:
    """One piece of a collection. `cursor` is the id after which it begins; else `page` × `size`."""

    page: int = 0
    size: int = 20
    sort: str = "id"
    is_descending: bool = False
    cursor: int | None = None

    @property
    def offset(self) -> int:
        """Rows to pass over."""
        return 0 if self.cursor is not None else self.page * self.size

    def may_turn_to(self, page: int) -> bool:
        """Pages end at 10,000 rows; beyond, `_links.next` goes on by cursor."""
        return (page + 1) * self.size <= DEEPEST


def read_paging(
    page: int, size: int, sort: str | None, cursor: str | None, sortable: Collection[str]
) -> Paging:
    """The paging of a request, or an answer that says what may be asked."""
    if not 1 <= size <= LARGEST:
        raise invalid("a_page_has_a_size", f"size는 1 이상 {LARGEST} 이하입니다.", f"size is 1 to {LARGEST}.")
    if page < 0 or (cursor is None and page > 0 and (page + 1) * size > DEEPEST + size):
        raise invalid(
            "deep_pages_are_read_by_cursor",
            "page는 0부터 10,000행까지만 쓸 수 있습니다. 그 뒤는 _links.next 를 따라가 주세요.",
            "page counts from 0 and reaches 10,000 rows. Follow _links.next beyond.",
        )
    name, _, direction = (sort or "").partition(",")
    if sort and (name not in sortable or direction not in ("", "asc", "desc")):
        raise invalid(
            "a_list_is_sorted_by_a_known_field",
            f"sort는 {', '.join(sorted(sortable))} 중 하나에 ,asc 또는 ,desc 를 붙입니다.",
            f"sort is one of {', '.join(sorted(sortable))}, followed by ,asc or ,desc.",
        )
    after = as_id(cursor) if cursor else None
    if cursor is not None and after is None:
        raise invalid(
            "a_cursor_comes_from_next", "cursor는 _links.next 에서 받습니다.", "Take cursor from _links.next."
        )
    return Paging(
        page=page,
        size=size,
        sort=name or "id",
        is_descending=direction == "desc",
        cursor=after,
    )


def read_statuses(asked: str | None, known: Sequence[str], default: Sequence[str]) -> Sequence[str]:
    """`status=A,B`; what is listed when nobody asks; an answer that names the statuses when one is unknown."""
    if not asked:
        return default
    wanted = [each.strip().upper() for each in asked.split(",")]
    if wanted == ["ALL"]:
        return known
    if unknown := [each for each in wanted if each not in known]:
        raise invalid(
            "a_status_is_one_of_the_wall",
            f"모르는 상태입니다: {', '.join(unknown)}. 쓸 수 있는 상태: {', '.join(known)}",
            f"Unknown status. Send one of {', '.join(known)}.",
        )
    return wanted
