"""Reads complaints: feedback reports (ARF, RFC 5965) and what stands in for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.bounces.addresses import address_of, addresses_in
from mailer.bounces.mail import first, parse_headers
from mailer.bounces.origin import subject_of
from mailer.bounces.reason import MEANINGS, Reason
from mailer.bounces.result import FailedRecipient, Reader
from mailer.bounces.returned import recipients_of
from mailer.bounces.verdict import Verdict

if TYPE_CHECKING:
    from mailer.bounces.mail import Headers, Mail
    from mailer.bounces.returned import Letter

_REASONS = {
    "auth-failure": Reason.AUTHENTICATION_REPORT,
    "dmarc": Reason.AUTHENTICATION_REPORT,
    "not-spam": Reason.NOT_SPAM,
}
_COMPLAINED = ("original-rcpt-to", "removal-recipient", "redacted-address")


def read_complaint(mail: Mail, letter: Letter) -> tuple[FailedRecipient, ...] | None:
    """The people who complained; None when the mail is no complaint."""
    report = feedback_of(mail)
    if report is None:
        return _read_unnamed(mail, letter)
    people = [address_of(value) for name in _COMPLAINED for value in report.get(name, [])]
    return _complained([p for p in people if p] or _guess(letter), verdict_on_complaint(mail))


def verdict_on_complaint(mail: Mail) -> Verdict:
    """What a complaint says, whoever it is from."""
    kind = first(feedback_of(mail) or {}, "feedback-type").lower()
    reason = _REASONS.get(kind, Reason.COMPLAINT)
    return Verdict(MEANINGS[reason].bounce_class, reason, None, kind or subject_of(mail))


def feedback_of(mail: Mail) -> Headers | None:
    """The fields of a mail's feedback report, if it has one."""
    for part in mail.parts:
        if part.kind == "message/feedback-report":
            return parse_headers(part.text)
    if mail.report_type == "feedback-report":
        return {}
    return None


def _guess(letter: Letter) -> list[str]:
    named = letter.returned.get("x-hmxmroriginalrecipient", [])
    if named:
        return addresses_in(named[0])[:1]
    behind = " ".join(value for name in _BEHIND for value in letter.returned.get(name, []))
    return (recipients_of(letter.returned) or addresses_in(behind))[:1]


_BEHIND = ("x-original-to", "delivered-to", "x-apparently-to", "envelope-to")


def _read_unnamed(mail: Mail, letter: Letter) -> tuple[FailedRecipient, ...] | None:
    subject = subject_of(mail).strip()
    # Hotmail attaches the mail and says so in the subject alone.
    if _ABOUT_MESSAGE.match(subject) and letter.returned:
        return _complained(_guess(letter), verdict_on_complaint(mail))
    # A mail client that unsubscribes by mail at the press of its button.
    if subject.lower() == "unsubscribe" and "auto-submitted" in mail.headers:
        sender = addresses_in(first(mail.headers, "from"))[:1]
        return _complained(sender, verdict_on_complaint(mail))
    return None


_ABOUT_MESSAGE = re.compile(r"complaint about message from ", re.IGNORECASE)


def _complained(people: list[str], verdict: Verdict) -> tuple[FailedRecipient, ...]:
    kind, reason, text = verdict.bounce_class, verdict.reason, verdict.text
    return tuple(
        FailedRecipient(person, None, kind, reason, None, None, text, Reader.COMPLAINT)
        for person in dict.fromkeys(people)
    )
