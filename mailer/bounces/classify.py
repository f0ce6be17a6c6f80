"""Reads one mail from the bounce mailbox, whatever it is: who it is about, and what it says of them.

Asks the readers in the order of how much they can be trusted. Never raises, and is bounded in size, depth and
time; knows no delivery, no database and no clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.bounces.auto_reply import read_auto_reply
from mailer.bounces.complaint import feedback_of, read_complaint, verdict_on_complaint
from mailer.bounces.failed_recipients import read_failed_recipients
from mailer.bounces.mail import parse_mail
from mailer.bounces.mailman import read_by_flufl
from mailer.bounces.naming import verdict_on
from mailer.bounces.notification import read_notification
from mailer.bounces.origin import is_from_mail_system, subject_of
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.report import read_report
from mailer.bounces.result import Classified, FailedRecipient, MailKind
from mailer.bounces.returned import cut, traces_of
from mailer.bounces.text import read_addressee, read_text
from mailer.bounces.verdict import Verdict

if TYPE_CHECKING:
    from mailer.bounces.mail import Mail
    from mailer.bounces.returned import Letter


def classify(data: bytes) -> Classified:
    """Read one mail as it came, and say what it reports."""
    mail = parse_mail(data)
    letter = cut(mail)
    traces = traces_of(mail, letter.returned, feedback_of(mail) or {})
    kind, recipients = _read(mail, letter)
    return Classified(kind, recipients, _overall(mail, letter, kind, recipients), traces)


def _read(mail: Mail, letter: Letter) -> tuple[MailKind, tuple[FailedRecipient, ...]]:
    complaint = read_complaint(mail, letter)
    if complaint is not None:
        return MailKind.COMPLAINT, complaint
    notified = read_notification(mail)
    if notified is not None:
        return _kind_of_event(notified), notified
    reply = read_auto_reply(mail)
    if reply is not None:
        return MailKind.AUTO_REPLY, reply
    if not is_from_mail_system(mail):
        return MailKind.OTHER, ()
    return MailKind.BOUNCE, _read_bounce(mail, letter)


def _read_bounce(mail: Mail, letter: Letter) -> tuple[FailedRecipient, ...]:
    return (
        read_report(mail, letter)
        or read_failed_recipients(mail, letter)
        or read_text(mail, letter)
        or read_by_flufl(mail, letter)
        or read_addressee(letter)
        or ()
    )


def _kind_of_event(recipients: tuple[FailedRecipient, ...]) -> MailKind:
    complained = any(one.bounce_class is BounceClass.COMPLAINT for one in recipients)
    return MailKind.COMPLAINT if complained else MailKind.BOUNCE


def _overall(
    mail: Mail, letter: Letter, kind: MailKind, recipients: tuple[FailedRecipient, ...]
) -> Verdict | None:
    if kind is MailKind.OTHER:
        return None
    if recipients:
        told = recipients[0]
        return Verdict(told.bounce_class, told.reason, told.status, told.text)
    if kind is MailKind.COMPLAINT:
        return verdict_on_complaint(mail)
    if kind is MailKind.AUTO_REPLY:
        return Verdict(BounceClass.IGNORE, Reason.AUTO_REPLY, None, subject_of(mail))
    return verdict_on(letter, "", several=False)[0]
