from __future__ import annotations

import pytest

from mailer.checks.html.tables import find_wide


def table(head: list[str], cell: str, role: str = "") -> str:
    titles = "".join(f'<th scope="col">{each}</th>' for each in head)
    cells = f"<td>{cell}</td>" * len(head)
    return f"<table{role}><thead><tr>{titles}</tr></thead><tbody><tr>{cells}</tr></tbody></table>"


MONTHS = ["January", "February", "March", "April", "May", "June"]


@pytest.mark.parametrize(
    ("html", "told"),
    [
        (table(MONTHS, "1"), ['the table "January | February | March | April | May | June" has 6 columns']),
        (table(MONTHS[:5], "1"), []),
        (table(MONTHS[:4], "Considerable"), []),
        (table(list("abcdef"), "1"), []),
        (table(MONTHS, "1,204", ' role="presentation"'), []),
    ],
)  # fmt: skip
def test_a_table_is_told_whose_words_would_break_on_a_phone(html: str, told: list[str]) -> None:
    assert [fault.what for fault in find_wide(html)] == told
