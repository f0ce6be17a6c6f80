"""Does a table of an article fit a phone? Pure; how wide its words are, `rendering.tables` knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.fault import Fault, placed, shorten
from mailer.checks.html.tree import parse_html
from mailer.content.problem import Rule, Severity
from mailer.rendering.tables import fits_phone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.checks.html.tree import Element
    from mailer.content.problem import Problem

MOST_COLUMNS = 4
"""Columns whose words may be broken on a phone: each has room for seven letters or so."""

TABLE_WIDE = Rule(
    "table-wide",
    Severity.WARNING,
    "On a phone the columns of a wide table are a few letters each, and its words break in the middle.",
)


def find_wide(html: str) -> Iterator[Fault]:
    """The tables with so many columns that a phone breaks their words into pieces."""
    for table in parse_html(html).all("table"):
        rows = list(_rows(table))
        if rows and len(rows[0]) > MOST_COLUMNS and not fits_phone(rows):
            head = " | ".join(rows[0])
            what = f'the table "{shorten(head)}" has {len(rows[0])} columns'
            yield Fault(TABLE_WIDE, what, "leave columns out, or link a page that has them", head)


def _rows(table: Element) -> Iterator[list[str]]:
    """The words of its cells; of a table that is only layout, nothing."""
    if table.attributes.get("role"):
        return
    if any("scope" in cell.attributes for cell in table.elements("th")):
        for row in table.elements("tr"):
            yield [each.words for each in row.children if not isinstance(each, str)]


def _check(checked: Checked) -> Iterator[Problem]:
    return placed(checked, (each for mail in checked.mails for each in find_wide(mail.html)))


CHECKS = (Check((TABLE_WIDE,), _check),)
