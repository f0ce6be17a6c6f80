"""What a mail server said, as a person reads it."""

from __future__ import annotations

import pytest

from mailer.cli.classifying import in_words


@pytest.mark.parametrize(
    ("text", "code", "status", "told"),
    [
        ("550 5.1.1 User unknown", 550, "5.1.1", "550 5.1.1 User unknown"),
        ("552 5.2.2 Mailbox full", 552, None, "552 5.2.2 Mailbox full"),
        ("smtp; 550 5.1.1 User unknown", 550, "5.1.1", "smtp; 550 5.1.1 User unknown"),
        ("User unknown", 550, "5.1.1", "550 5.1.1 User unknown"),
        ("User unknown", None, None, "User unknown"),
        ("", 421, None, "421"),
    ],
)
def test_numbers_come_first_and_once(
    text: str, code: int | None, status: str | None, told: str
) -> None:
    assert in_words(text, code, status) == told
