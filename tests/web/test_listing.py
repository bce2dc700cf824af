"""Which rows are shown, and what the links beside them say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.listing import MOST, Paging, Sort


@given(total=st.integers(0, 10_000), size=st.integers(1, MOST), data=st.data())
def test_every_row_stands_on_exactly_one_page(total: int, size: int, data: st.DataObject) -> None:
    pages = Paging(1, size, total).pages
    page = Paging(data.draw(st.integers(1, pages)), size, total)
    assert 0 <= page.first <= page.last <= total
    assert (page.first == 0) == (total == 0)
    following = Paging(page.page + 1, size, total)
    assert page.page == pages or following.first == page.last + 1
    assert Paging(pages, size, total).last == total


@given(page=st.integers(1, 60), pages=st.integers(1, 60))
def test_the_ends_and_the_neighbours_have_a_link(page: int, pages: int) -> None:
    page = min(page, pages)
    near = Paging(page, 10, pages * 10).near
    numbers = [number for number in near if number is not None]
    assert {1, page, pages} <= set(numbers)
    assert numbers == sorted(set(numbers))
    assert len(near) <= 7


@pytest.mark.parametrize(
    ("size", "total", "more"),
    [(50, 50, None), (50, 51, "/x?a=1&vis=100"), (600, 5_000, f"/x?a=1&vis={MOST}"),
     (MOST, 5_000, None)],
)  # fmt: skip
def test_more_is_twice_as_many_and_has_an_end(size: int, total: int, more: str | None) -> None:
    assert Paging(1, size, total, "/x", {"a": "1"}).more == more


def test_a_heading_turns_the_order_round() -> None:
    sort = Sort("count", True, "/x", {"type": "uro"})
    assert (sort.state("count"), sort.state("place")) == ("descending", "none")
    assert sort.href("count") == "/x?type=uro&sorter=count"
    assert Sort("count", False, "/x").href("count") == "/x?sorter=-count"
    assert sort.href("place") == "/x?type=uro&sorter=place"
