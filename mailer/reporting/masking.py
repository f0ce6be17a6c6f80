"""Which figures of a table must be hidden so that nobody can tell how few people stand behind one. Pure.

A hidden figure must not follow from those that are shown: rows and columns add up. Each small figure is
therefore a corner of a rectangle of hidden ones through which people could be moved, some up and some down,
without any shown figure changing. As long as enough could be moved, the table fits many numbers equally well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """Counts in rows and columns; the last row and the last column are their totals.

    Raises ValueError for rows of unequal length.
    """

    rows: Sequence[Sequence[int]]

    def __post_init__(self) -> None:
        if len({len(row) for row in self.rows}) > 1:
            raise ValueError("rows of unequal length")

    def __getitem__(self, cell: Cell) -> int:
        return self.rows[cell[0]][cell[1]]

    @property
    def grand_total(self) -> Cell:
        """The corner where both totals meet; it is known from elsewhere, so hiding it would hide nothing."""
        return len(self.rows) - 1, len(self.rows[0]) - 1

    def cells(self) -> Iterator[Cell]:
        """Every cell but the grand total."""
        for row, counts in enumerate(self.rows):
            for column in range(len(counts)):
                if (row, column) != self.grand_total:
                    yield row, column

    def sign(self, cell: Cell) -> int:
        """-1 for a total, which stands on the other side of its sum; else 1."""
        return -1 if cell[0] == self.grand_total[0] or cell[1] == self.grand_total[1] else 1


def mask(grid: Grid, smallest: int) -> frozenset[Cell] | None:
    """The cells to hide so that no count from 1 to `smallest` - 1 can be worked out.

    None when no choice of cells does it: then the whole table must be left out.
    """
    if 0 < grid[grid.grand_total] < smallest:
        return None
    small = [cell for cell in grid.cells() if 0 < grid[cell] < smallest]
    hidden = set(small)
    for cell in sorted(small, key=lambda each: (grid[each], each)):
        corners = _cheapest(grid, cell, hidden, smallest)
        if corners is None:
            return None
        hidden |= corners
    return frozenset(hidden)


def _cheapest(
    grid: Grid, cell: Cell, hidden: AbstractSet[Cell], smallest: int
) -> AbstractSet[Cell] | None:
    """The rectangle at `cell` that protects it and hides the fewest people who are still shown."""
    fit = (each for each in _rectangles(grid, cell) if _protects(grid, each, smallest))
    return min(
        (frozenset(each) for each in fit),
        key=lambda corners: (sum(grid[each] for each in corners - hidden), sorted(corners)),
        default=None,
    )


def _rectangles(grid: Grid, cell: Cell) -> Iterator[tuple[Cell, Cell, Cell, Cell]]:
    """Rectangles without an empty corner or the grand total: this cell, two neighbours, the far corner."""
    row, column = cell
    for far in grid.cells():
        if far[0] == row or far[1] == column:
            continue
        corners = cell, (row, far[1]), (far[0], column), far
        if grid.grand_total not in corners and all(grid[each] for each in corners):
            yield corners


def _protects(grid: Grid, corners: tuple[Cell, Cell, Cell, Cell], smallest: int) -> bool:
    """Whether the first corner could hold at least `smallest` different counts, all others hidden with it.

    A hidden figure is known to be 1 or more, so each corner can lose all of its people but one.
    """
    turns = (1, -1, -1, 1)
    moves = [turn * grid.sign(cell) for turn, cell in zip(turns, corners, strict=True)]
    up = [grid[c] - 1 for c, move in zip(corners, moves, strict=True) if move != moves[0]]
    down = [grid[c] - 1 for c, move in zip(corners, moves, strict=True) if move == moves[0]]
    # Without a corner that loses, there is no limit: only totals and a far corner beside them grow.
    return min(up, default=smallest) + min(down) >= smallest - 1
