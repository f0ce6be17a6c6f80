"""A Markdown table as rows of cells: what fits a phone, and how it is set in plain text. Pure."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from mailer.rendering.wrapping import LEAST_WIDTH, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token

# The narrowest phone leaves 280 px for text.
_PHONE = 280
_NUMBER = re.compile(r"[^\w\s]{0,2}\d[\d.,:/–-]*[^\W\d]?%?")
_BETWEEN = "  "


class Fit(Enum):
    """How a narrow phone shows a table, and the pixels beside each of its cells."""

    LARGE = "large", 12
    """In the size of the text around it."""
    SMALL = "small", 8
    """Smaller, its words whole."""
    HEADS = "heads", 4
    """Smaller and closer; the words of its heads alone are broken."""
    NUMBERS = "numbers", 4
    """Smaller and closer; its numbers alone stay whole."""
    BROKEN = "broken", 4
    """Nothing stays whole."""

    @property
    def room(self) -> int:
        """Pixels between two columns."""
        return self.value[1]


def table_cells(tokens: Sequence[Token], start: int) -> list[list[Token]]:
    """The inline token of each cell, row by row, of the table that opens at `start`."""
    rows: list[list[Token]] = []
    for index in range(start, len(tokens)):
        match tokens[index].type:
            case "table_close":
                break
            case "tr_open":
                rows.append([])
            case "inline":
                rows[-1].append(tokens[index])
    return rows


def fit_on_phone(rows: list[list[str]]) -> Fit:
    """The best of the ways in which a narrow phone has room for all columns, side by side."""
    words = [[max(cell.split() or [""], key=len) for cell in row] for row in rows]
    numbers = [[cell if is_number(cell) else "x" for cell in row] for row in rows[1:]]
    for fit, cells, digit in (
        (Fit.LARGE, words, 9.0),
        (Fit.SMALL, words, 8.0),
        (Fit.HEADS, words[1:], 7.8),
        (Fit.NUMBERS, numbers, 7.8),
    ):
        columns = zip(*cells, strict=True)
        if sum(_widest(column) * digit + fit.room for column in columns) - fit.room <= _PHONE:
            return fit
    return Fit.BROKEN


def fits_phone(rows: list[list[str]]) -> bool:
    """Whether a narrow phone has room for the longest word of every column, side by side."""
    return fit_on_phone(rows) in {Fit.LARGE, Fit.SMALL}


def is_number(cell: str) -> bool:
    """Whether a cell holds one number, with its unit, that must not be broken."""
    return _NUMBER.fullmatch(cell) is not None


def _widest(words: Iterable[str]) -> float:
    """How many digits are as wide as the widest word: a comma or a point is half of one."""
    return max(len(word) - sum(map(word.count, ",.:")) / 2 for word in words)


def set_table(rows: list[list[str]], width: int) -> str:
    """The table in columns under its head or, when it is too wide for that, as labelled rows."""
    widths = _column_widths(rows, width)
    return _aligned(rows, widths) if widths else _labelled(rows, width)


def _column_widths(rows: list[list[str]], width: int) -> list[int]:
    """The columns' widths, of which only the last may wrap; empty when there is no room."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    room = width - sum(each + len(_BETWEEN) for each in widths[:-1])
    needed = max(LEAST_WIDTH, _longest_word(row[-1] for row in rows))
    if room < min(widths[-1], needed):
        return []
    return [*widths[:-1], min(widths[-1], room)]


def _aligned(rows: list[list[str]], widths: list[int]) -> str:
    head, *body = (_row(cells, widths) for cells in rows)
    return "\n".join([head, _BETWEEN.join("-" * each for each in widths), *body])


def _row(cells: list[str], widths: list[int]) -> str:
    lead = "".join(
        f"{cell:<{width}}{_BETWEEN}" for cell, width in zip(cells[:-1], widths[:-1], strict=True)
    )
    return wrap(cells[-1], lead, width=len(lead) + widths[-1])


def _labelled(rows: list[list[str]], width: int) -> str:
    head, *body = rows
    return "\n\n".join("\n".join(_labelled_row(head, row, width)) for row in body)


def _labelled_row(head: list[str], row: list[str], width: int) -> list[str]:
    labelled = zip(head, row, strict=True)
    return [wrap(f"{label}: {cell}", "", "  ", width) for label, cell in labelled if cell]


def _longest_word(cells: Iterable[str]) -> int:
    return max((len(word) for cell in cells for word in cell.split()), default=0)
