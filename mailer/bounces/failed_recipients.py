"""Reads the header `X-Failed-Recipients` of Exim and Gmail, and the reasons from the words below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.bounces.addresses import addresses_in
from mailer.bounces.naming import failed
from mailer.bounces.result import FailedRecipient, Reader

if TYPE_CHECKING:
    from mailer.bounces.mail import Mail
    from mailer.bounces.returned import Letter


def read_failed_recipients(mail: Mail, letter: Letter) -> tuple[FailedRecipient, ...] | None:
    """Every recipient that the header names; None without the header."""
    named = addresses_in(" ".join(mail.headers.get("x-failed-recipients", [])))
    return failed(named, letter, Reader.FAILED_RECIPIENTS)
