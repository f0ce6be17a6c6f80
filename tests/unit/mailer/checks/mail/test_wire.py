"""What a mail's head must say to be taken as bulk mail."""

from __future__ import annotations

import pytest

from mailer.checks.mail.wire import find_illegal


def faults(unsubscribe: str) -> list[str]:
    message = f"List-Unsubscribe: {unsubscribe}\r\n\r\nHello\r\n".encode()
    return [fault.what for fault in find_illegal(message, of_list=True) if "hold" in fault.what]


@pytest.mark.parametrize(
    "base", ["https://bulletin.example.org", "http://localhost:8000", "http://127.0.0.1"]
)
def test_a_mail_may_be_left_by_each_address_that_the_settings_let_the_pages_have(base: str) -> None:
    assert faults(f"<{base}/unsubscribe/token>") == []


@pytest.mark.parametrize(
    "value",
    [
        "<mailto:leave@example.org>",
        "<http://bulletin.example.org/unsubscribe/token>",
        "<http://localhost.example.org/unsubscribe/token>",
        "<https://a.example/1>, <https://a.example/2>",
    ],
)
def test_a_mail_that_is_left_in_another_way_is_told(value: str) -> None:
    assert faults(value) == ["the header List-Unsubscribe doesn't hold exactly one https address"]
