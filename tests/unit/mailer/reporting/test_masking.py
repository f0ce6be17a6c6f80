from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.reporting.masking import Grid, mask

if TYPE_CHECKING:
    from collections.abc import Iterator

    Cell = tuple[int, int]

MOST = 8
"""The largest count that an attacker tries."""


def grid_of(inner: list[list[int]]) -> Grid:
    rows = [[*row, sum(row)] for row in inner]
    return Grid([*rows, [sum(column) for column in zip(*rows, strict=True)]])


def shown(grid: Grid, hidden: frozenset[Cell]) -> Iterator[Cell]:
    yield grid.grand_total
    yield from (cell for cell in grid.cells() if cell not in hidden)


def tables(grid: Grid, hidden: frozenset[Cell]) -> Iterator[Grid]:
    """Every table of counts that agrees with all that is shown."""
    height, width = len(grid.rows) - 1, len(grid.rows[0]) - 1
    inner = list(product(range(height), range(width)))
    unknown = [cell for cell in inner if cell in hidden]
    left = grid[grid.grand_total] - sum(grid[cell] for cell in inner if cell not in hidden)
    for guess in product(range(1, MOST + 1), repeat=max(len(unknown) - 1, 0)):
        # The grand total says what the last one is.
        last = left - sum(guess)
        if last < 1:
            continue
        counts = dict(zip(unknown, (*guess, last), strict=True)) if unknown else {}
        tried = grid_of(
            [[counts.get((r, c), grid[r, c]) for c in range(width)] for r in range(height)]
        )
        if all(tried[cell] == grid[cell] for cell in shown(grid, hidden)):
            yield tried


inners = st.integers(2, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 5), min_size=width, max_size=width), min_size=2, max_size=2
    )
)


@settings(max_examples=40, deadline=None)
@given(inners)
def test_no_small_count_can_be_worked_out_by_trying_every_table(inner: list[list[int]]) -> None:
    grid, smallest = grid_of(inner), 3
    hidden = mask(grid, smallest)
    if hidden is None:
        return
    fitting = list(tables(grid, hidden))
    for cell in grid.cells():
        if 0 < grid[cell] < smallest:
            assert cell in hidden
            assert len({table[cell] for table in fitting}) >= smallest


@settings(deadline=None)
@given(
    st.integers(2, 8).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 60), min_size=width, max_size=width), min_size=2, max_size=14
        )
    )
)
def test_a_line_never_has_one_hidden_count_alone(inner: list[list[int]]) -> None:
    grid = grid_of(inner)
    hidden = mask(grid, 5)
    if hidden is None:
        return
    assert grid.grand_total not in hidden
    assert all(grid[cell] for cell in hidden)
    for place in (0, 1):
        lines = [cell[place] for cell in hidden]
        assert all(lines.count(line) >= 2 for line in lines)


def test_large_counts_are_all_shown() -> None:
    assert mask(grid_of([[10, 20], [30, 40]]), 5) == frozenset()


def test_nothing_is_hidden_where_one_person_may_be_seen() -> None:
    assert mask(grid_of([[1, 2], [3, 4]]), 1) == frozenset()


def test_nobody_is_not_a_small_count() -> None:
    assert mask(grid_of([[0, 20], [30, 0]]), 5) == frozenset()


def test_the_cheapest_neighbours_are_hidden_with_a_small_count() -> None:
    hidden = mask(grid_of([[2, 10, 90], [11, 12, 90], [80, 80, 80]]), 5)
    assert hidden == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_two_small_counts_whose_sum_tells_both_need_a_third() -> None:
    # 1 + 1 = 2 would say what both are.
    hidden = mask(grid_of([[1, 1, 50], [40, 40, 40]]), 5)
    assert hidden is not None
    assert {(0, 0), (0, 1), (0, 2)} <= hidden


@pytest.mark.parametrize("inner", [[[2]], [[1, 2]], [[2, 0], [0, 90]], [[3], [0]]])
def test_a_table_that_can_not_be_masked_is_left_out(inner: list[list[int]]) -> None:
    assert mask(grid_of(inner), 5) is None


def test_a_single_sector_hides_its_totals_too() -> None:
    # One column: its counts and the totals beside them are the same.
    assert mask(grid_of([[2], [30], [40]]), 5) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_rows_of_unequal_length_are_no_table() -> None:
    with pytest.raises(ValueError, match="unequal"):
        Grid([[1, 2], [3]])
