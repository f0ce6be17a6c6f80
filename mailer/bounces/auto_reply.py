"""Reads automatic replies (RFC 3834): a holiday notice is no failure, whatever words it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.bounces.addresses import addresses_in
from mailer.bounces.mail import first
from mailer.bounces.origin import is_from_daemon, is_from_mail_system, subject_of
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.result import FailedRecipient, Reader

if TYPE_CHECKING:
    from mailer.bounces.mail import Mail

_SUBJECT = re.compile(
    r"^\W*(?:auto(?:mat\w*)?[-_ ]?(?:re(?:ply|sponse|spond\w*)|answer|generated|submitted)|"
    r"out[ -]of[ -](?:the[ -])?office|ooo\b|away from|i am (?:away|on|out)|"
    r"on (?:holiday|vacation|leave)|vacation reply|"
    r"abwesen|automatische (?:antwort|r[uü]ckantwort)|r[eé]ponse automatique|absen[ct]|risposta automatica|"
    r"fuori (?:ufficio|sede)|respuesta autom|fuera de (?:la )?oficina|resposta autom|aus[eê]ncia|"
    r"automatisch antwoord|afwezig|autosvar|frånvaro|frav[aæ]r|poissa|odpowied[zź] autom|nieobecno|"
    r"自动回复|自動返信|自動応答|不在|автоответ)",
    re.IGNORECASE,
)
_MARKS = (
    "x-autoreply",
    "x-auto-reply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-response",
    "x-mail-autoreply",
)


def read_auto_reply(mail: Mail) -> tuple[FailedRecipient, ...] | None:
    """Who answered by machine; None when the mail is no automatic reply."""
    if not _is_auto_reply(mail):
        return None
    text = subject_of(mail)
    return tuple(
        FailedRecipient(
            person, None, BounceClass.IGNORE, Reason.AUTO_REPLY, None, None, text, Reader.AUTO_REPLY
        )
        for person in addresses_in(first(mail.headers, "from"))[:1]
    )


def _is_auto_reply(mail: Mail) -> bool:
    if any(part.kind == "message/disposition-notification" for part in mail.parts):
        return True
    if mail.report_type or is_from_daemon(mail):
        return False
    return bool(_SUBJECT.match(subject_of(mail))) or _is_marked(mail)


def _is_marked(mail: Mail) -> bool:
    if is_from_mail_system(mail):
        return False
    submitted = first(mail.headers, "auto-submitted").lower()
    return (
        submitted.startswith(("auto-replied", "auto-response"))
        or any(name in mail.headers for name in _MARKS)
        or first(mail.headers, "precedence").lower() == "auto_reply"
    )
