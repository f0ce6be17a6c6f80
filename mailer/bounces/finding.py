"""What came back, tied to the delivery it is about: what a decision is made on. Values alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mailer.bounces.verdict import judge

if TYPE_CHECKING:
    from mailer.bounces.reason import BounceClass, Reason
    from mailer.bounces.result import FailedRecipient
    from mailer.bounces.sent import SentMail
    from mailer.bounces.stage import Stage


class FoundBy(StrEnum):
    """What named the delivery."""

    RETURN_PATH = "return-path"
    HEADER = "header"
    MESSAGE_ID = "message-id"
    ADDRESS = "address"
    """The recipient that a report names, and the last mail to them: believed of a provider alone."""
    SMTP = "smtp"
    """The relay refused it while it was being sent."""
    HAND = "hand"
    """A person."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one address: `address` failed, which may be where the delivery's own led to."""

    address: str
    bounce_class: BounceClass
    reason: Reason
    status: str | None
    smtp_code: int | None
    text: str
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One failure of one delivery; `digest` is that of the mail which told of it."""

    mail: SentMail
    failure: Told
    found_by: FoundBy
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A delivery that the relay refused for good; `code` and `text` are its reply at `stage`."""

    delivery_id: int
    code: int | None
    text: str
    stage: Stage | None = None


def told_by(failed: FailedRecipient) -> Told:
    """What a reader found of one recipient."""
    return Told(
        failed.address,
        failed.bounce_class,
        failed.reason,
        failed.status,
        failed.smtp_code,
        failed.text,
        failed.reader,
    )


def told_in_reply(rejection: Rejection, address: str) -> Told:
    """What the relay's reply says of the recipient."""
    verdict = judge(rejection.code, None, rejection.text, rejection.stage)
    return Told(
        address,
        verdict.bounce_class,
        verdict.reason,
        verdict.status,
        rejection.code,
        verdict.text or rejection.text,
    )
