"""Is the mail small enough to be shown whole? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.checks.check import Checked
    from mailer.content.problem import Problem

GMAIL_LIMIT = 102_400
"""Bytes of HTML beyond which Gmail cuts a mail off, unsubscribe link and all."""

MAIL_SIZE = Rule(
    "mail-size",
    Severity.ERROR,
    "Gmail cuts a longer mail off, and with it the way to unsubscribe, which the law asks for.",
    final=True,
)


def _check(checked: Checked) -> Iterator[Problem]:
    size = max((len(mail.html.encode()) for mail in checked.mails), default=0)
    if size > GMAIL_LIMIT:
        yield MAIL_SIZE.broken(
            checked.path,
            0,
            f"the mail has {size:,} bytes of HTML, and Gmail shows only the first {GMAIL_LIMIT:,}",
            "shorten articles, or leave some for the next edition",
        )


CHECKS = (Check((MAIL_SIZE,), _check),)
