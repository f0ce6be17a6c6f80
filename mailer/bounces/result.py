"""What reading a returned mail yields: values alone, with no idea of how they were found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailer.bounces.reason import BounceClass, Reason
    from mailer.bounces.verdict import Verdict

DELIVERY_HEADER = "X-Bulletin-Delivery"
"""The header of every mail sent that names its delivery, for when the return path is lost."""


class Reader(StrEnum):
    """Which reader found a recipient."""

    COMPLAINT = "complaint"
    """A feedback report (ARF, RFC 5965)."""
    AUTO_REPLY = "auto-reply"
    """An automatic answer (RFC 3834)."""
    DELIVERY_REPORT = "delivery-report"
    """A delivery report (RFC 3464), however mangled."""
    NOTIFICATION = "notification"
    """An event in JSON, as Amazon mails it."""
    FAILED_RECIPIENTS = "failed-recipients"
    """The header `X-Failed-Recipients`, as Exim and Gmail write it."""
    FLUFL = "flufl"
    """Mailman's flufl.bounce, which knows old systems by their wording."""
    TEXT = "text"
    """The words of the mail."""
    PROVIDER = "provider"
    """What a mail provider says by a webhook: no mail at all."""


class MailKind(StrEnum):
    """What a mail is as a whole."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto-reply"
    OTHER = "other"
    """Nothing that a machine sent about a mail: a person's letter, spam, a newsletter."""


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One recipient that a mail reports on.

    `address` is the one that failed last; `original` the one first written to, where an alias led on to
    `address` (else None). `status` is the enhanced status (`5.1.1`), `text` the telling line.
    """

    address: str
    original: str | None
    bounce_class: BounceClass
    reason: Reason
    status: str | None
    smtp_code: int | None
    text: str
    reader: Reader


@dataclass(frozen=True, slots=True)
class Traces:
    """What in a mail can name the delivery it is about, most trustworthy first; nothing is verified here.

    `return_paths` are addresses that may be a signed return path: those that the mail itself was sent to,
    then those of the returned copy. `delivery_headers` are values of `DELIVERY_HEADER`, `message_ids` the
    Message-IDs of the returned copy without their angle brackets.
    """

    return_paths: tuple[str, ...]
    delivery_headers: tuple[str, ...]
    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Classified:
    """All that was read from one mail.

    `verdict` judges the mail as a whole: it serves where the traces name the delivery and the mail names
    nobody. It is None for a mail of kind `OTHER`, which has no recipients either.
    """

    kind: MailKind
    recipients: tuple[FailedRecipient, ...]
    verdict: Verdict | None
    traces: Traces
