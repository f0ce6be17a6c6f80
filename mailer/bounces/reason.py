"""The vocabulary of what can go wrong with a mail, and what each word implies.

Knows the words alone: `verdict.py` chooses among them, and the documentation is made from `MEANINGS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BounceClass(StrEnum):
    """What a failure means for the address."""

    HARD = "hard"
    """Nobody can be reached there: writing again is pointless."""
    SOFT = "soft"
    """This mail did not arrive; another one may."""
    COMPLAINT = "complaint"
    """The person called the mail spam."""
    IGNORE = "ignore"
    """Nothing failed."""


class Blame(StrEnum):
    """Whose doing a failure is, and so what it counts against."""

    RECIPIENT = "recipient"
    """The address, its mailbox, or the person who reads it."""
    DOMAIN = "domain"
    """The recipient's host, or everybody there."""
    MESSAGE = "message"
    """What was written: its content, its size, its form."""
    SENDER = "sender"
    """Who writes: reputation, authentication, policy, pace."""
    RELAY = "relay"
    """Our own relay, or how it is set up."""
    NOBODY = "nobody"
    """There is no fault, or none yet."""


class Reason(StrEnum):
    """Why a mail came back."""

    USER_UNKNOWN = "user-unknown"
    HOST_UNKNOWN = "host-unknown"
    MAILBOX_MOVED = "mailbox-moved"
    NO_MAIL_HOST = "no-mail-host"

    MAILBOX_FULL = "mailbox-full"
    MAILBOX_DISABLED = "mailbox-disabled"
    RECIPIENT_REFUSED = "recipient-refused"

    GREYLISTED = "greylisted"
    HOST_FULL = "host-full"
    HOST_ERROR = "host-error"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    LOOP = "loop"

    SPAM = "spam"
    VIRUS = "virus"
    TOO_LARGE = "too-large"
    CONTENT = "content"

    POLICY = "policy"
    BLOCKLISTED = "blocklisted"
    AUTHENTICATION = "authentication"
    SENDER_REFUSED = "sender-refused"
    RATE_LIMITED = "rate-limited"

    RELAYING_DENIED = "relaying-denied"
    LOGIN_REQUIRED = "login-required"
    PROTOCOL = "protocol"

    COMPLAINT = "complaint"

    DELAYED = "delayed"
    SUCCESS = "success"
    AUTO_REPLY = "auto-reply"
    AUTHENTICATION_REPORT = "authentication-report"
    NOT_SPAM = "not-spam"

    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reason implies, and one sentence that explains it to a person."""

    bounce_class: BounceClass
    blame: Blame
    sentence: str


_HARD, _SOFT, _IGNORE = BounceClass.HARD, BounceClass.SOFT, BounceClass.IGNORE

MEANINGS: dict[Reason, Meaning] = {
    Reason.USER_UNKNOWN: Meaning(_HARD, Blame.RECIPIENT, "There is no such mailbox."),
    Reason.HOST_UNKNOWN: Meaning(
        _HARD, Blame.DOMAIN, "The domain does not exist, or nothing there takes mail."
    ),
    Reason.MAILBOX_MOVED: Meaning(_HARD, Blame.RECIPIENT, "The mailbox has moved to another address."),
    Reason.NO_MAIL_HOST: Meaning(_HARD, Blame.DOMAIN, "The domain says that it takes no mail at all."),
    Reason.MAILBOX_FULL: Meaning(_SOFT, Blame.RECIPIENT, "The mailbox is over its quota."),
    Reason.MAILBOX_DISABLED: Meaning(
        _SOFT, Blame.RECIPIENT, "The mailbox exists, and is suspended, expired or inactive."
    ),
    Reason.RECIPIENT_REFUSED: Meaning(
        _SOFT, Blame.RECIPIENT, "The mailbox, list or its filter does not take this sender's mail."
    ),
    Reason.GREYLISTED: Meaning(_SOFT, Blame.NOBODY, "The host asks every new sender to come again later."),
    Reason.HOST_FULL: Meaning(_SOFT, Blame.DOMAIN, "The recipient's host is out of disk space."),
    Reason.HOST_ERROR: Meaning(
        _SOFT, Blame.DOMAIN, "The recipient's host has a fault or is set up wrongly."
    ),
    Reason.UNREACHABLE: Meaning(
        _SOFT, Blame.DOMAIN, "The recipient's host, or the name server for it, did not answer."
    ),
    Reason.EXPIRED: Meaning(_SOFT, Blame.DOMAIN, "The mail was tried for days and given up."),
    Reason.LOOP: Meaning(_SOFT, Blame.DOMAIN, "The mail went round in circles between hosts."),
    Reason.SPAM: Meaning(_SOFT, Blame.MESSAGE, "The content was taken for spam."),
    Reason.VIRUS: Meaning(_SOFT, Blame.MESSAGE, "The content was taken for harmful."),
    Reason.TOO_LARGE: Meaning(_SOFT, Blame.MESSAGE, "The mail is larger than the host or mailbox takes."),
    Reason.CONTENT: Meaning(
        _SOFT, Blame.MESSAGE, "The form of the mail, a header or an attachment was refused."
    ),
    Reason.POLICY: Meaning(_SOFT, Blame.SENDER, "A rule of the recipient's organisation refused the mail."),
    Reason.BLOCKLISTED: Meaning(
        _SOFT, Blame.SENDER, "Our relay's address or domain is on a blocklist or has a poor name."
    ),
    Reason.AUTHENTICATION: Meaning(_SOFT, Blame.SENDER, "SPF, DKIM or DMARC did not vouch for the mail."),
    Reason.SENDER_REFUSED: Meaning(_SOFT, Blame.SENDER, "The sender's address or domain was refused."),
    Reason.RATE_LIMITED: Meaning(_SOFT, Blame.SENDER, "Too many mails or connections in too short a time."),
    Reason.RELAYING_DENIED: Meaning(
        _SOFT, Blame.RELAY, "The host does not see itself as responsible for the recipient's domain."
    ),
    Reason.LOGIN_REQUIRED: Meaning(_SOFT, Blame.RELAY, "The host asks for a login or for TLS."),
    Reason.PROTOCOL: Meaning(_SOFT, Blame.RELAY, "A command of SMTP was not understood or came out of turn."),
    Reason.COMPLAINT: Meaning(
        BounceClass.COMPLAINT, Blame.RECIPIENT, "The person pressed the button that says spam."
    ),
    Reason.DELAYED: Meaning(_SOFT, Blame.NOBODY, "The mail has not arrived yet, and is still being tried."),
    Reason.SUCCESS: Meaning(_IGNORE, Blame.NOBODY, "The mail arrived, and somebody had asked to be told."),
    Reason.AUTO_REPLY: Meaning(_IGNORE, Blame.NOBODY, "An automatic answer, such as a holiday notice."),
    Reason.AUTHENTICATION_REPORT: Meaning(
        _IGNORE, Blame.NOBODY, "A host reports how a mail in our name was authenticated."
    ),
    Reason.NOT_SPAM: Meaning(_IGNORE, Blame.NOBODY, "The person said that a mail is not spam."),
    Reason.UNKNOWN: Meaning(
        _SOFT, Blame.RECIPIENT, "The report does not say why, or in words not known here."
    ),
}  # fmt: skip
"""What each reason implies."""
