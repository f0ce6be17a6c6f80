"""Tells a mail that a mail system wrote about a mail from one that a person, a list or a robot wrote.

The gate before every reader that goes by words: a person who forwards a report, or writes about one, quotes
just the words that a report is known by. Knows nothing of what a report says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.bounces.catalogue import without_accents
from mailer.bounces.mail import decode_words, first

if TYPE_CHECKING:
    from mailer.bounces.mail import Mail

_DAEMON = re.compile(
    r"mailer?[-_. ]?daemon|mail[-_. ]?(?:delivery|deliver)|post[-_. ]?master|mdaemon|microsoftexchange|"
    r"delivery[-_. ]?(?:sub)?system|mail[-_. ]system|system administrator|internet mail delivery|"
    r"mail router|\bmta\b|mail[-_ ]?gateway|delivery (?:failure|report|status)|\bdaemon@",
    re.IGNORECASE,
)
_LISTED = ("list-id", "list-unsubscribe", "list-post")
_TAGGED = r"^\s*(?:\[[^\]]{0,80}\]\s*)?"
_FORWARDED = re.compile(
    _TAGGED + r"(?:fwd?|wg|tr|rv|enc|i|vs|doorst|odp|pd|转发|转寄)\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    _TAGGED + r"(?:re|aw|sv|antw|r|ref|回复|答复)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE
)
_FEW = r"\W+(?:\w+\W+){0,5}?"
_FAILURE = re.compile(
    rf"undeliver|deliver\w*{_FEW}(?:fail|status|notif|delay|problem|error|report|unsuccess|attempt)|"
    rf"(?:fail\w*|delay\w*|errors?|problem\w*|unable|warning){_FEW}(?:deliver|mail|message|notice)|"
    rf"returned?{_FEW}(?:mail|message|sender)|mail{_FEW}(?:returned|failure|failed)|"
    rf"(?:message|mail){_FEW}(?:rejected|refused|blocked|undelivered|not\W+(?:be\W+)?(?:sent|delivered))|"
    r"could\W*n[o']?t\W+(?:be\W+)?(?:send|sent|deliver)|non-?\W?deliver|postmaster\W+notify|"
    r"reception\W+failed|errors?\W+from|(?:contents?|mail)\W+from\W+you|non\W*remis|non\W*distribu|echec|remise|unzustellbar|zugestellt|"
    r"zustell|fehlgeschlagen|no\W+entregad|entrega|nao\W+foi|devuelt|devolvid|rechazad|recapito|consegna|recapitabil|leverera|"
    rf"onbestelbaar|niet{_FEW}(?:bezorg|afgelever)|niedostarcz|dostarczon|zwrot|olevererbar|ikke\W+lever|"
    r"nedoruc|kezbesit|iletileme|недостав|не\W+доставлен|退信|退件|退回|无法投递|無法|未送达|"
    r"配信|配達|不達|送信|エラー|반송|배달",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?:could|can) ?not (?:be )?deliver|unable to deliver|not (?:be )?delivered|delivery (?:has )?failed|"
    r"error (?:message|delivering|occurred)|errors? from|undeliverable|was rejected|"
    r"permanent(?:ly)? (?:error|fail)|^[45]\d\d[ -]|transcript of session",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_SUBJECT = 500
_OPENING = 1_000
"""Characters at the beginning of a mail in which a mail system says what happened."""


def is_from_mail_system(mail: Mail) -> bool:
    """Whether a mail system wrote this, and about a mail."""
    if _is_forwarded(mail):
        return False
    if _is_report(mail):
        return True
    if _is_from_list(mail) or mail.report_type:
        return False
    return _has_failure_from_daemon(mail)


def is_from_daemon(mail: Mail) -> bool:
    """Whether the sender is a mail system by name."""
    sender = decode_words(first(mail.headers, "from"))
    # Some write "From: <>", as they do in the envelope.
    return sender.strip() == "<>" or bool(_DAEMON.search(sender))


def subject_of(mail: Mail) -> str:
    """The subject, with its encoded words read."""
    return decode_words(first(mail.headers, "subject"))[:_LONGEST_SUBJECT]


def _is_report(mail: Mail) -> bool:
    return "x-failed-recipients" in mail.headers or (
        mail.kind == "multipart/report" and mail.report_type in {"", "delivery-status"}
    )


def _is_forwarded(mail: Mail) -> bool:
    # A postmaster is also a person, and forwards; some daemons answer with the subject they got.
    if _FORWARDED.match(subject_of(mail)):
        return not (_is_report(mail) and is_from_daemon(mail))
    return bool(_ANSWERED.match(subject_of(mail))) and not is_from_daemon(mail)


def _is_from_list(mail: Mail) -> bool:
    return any(name in mail.headers for name in _LISTED) and not is_from_daemon(mail)


def _has_failure_from_daemon(mail: Mail) -> bool:
    if is_from_daemon(mail):
        return _is_about_failure(mail) or _states_failure(mail)
    # An empty return path is what reports have, and holiday notices, and some spam.
    return first(mail.headers, "return-path").strip() == "<>" and _is_about_failure(mail)


def _is_about_failure(mail: Mail) -> bool:
    return bool(_FAILURE.search(without_accents(subject_of(mail))))


def _states_failure(mail: Mail) -> bool:
    if any(part.kind == "message/delivery-status" for part in mail.parts):
        return True
    opening = mail.parts[0].text[:_OPENING] if mail.parts else ""
    return bool(_STATED.search(opening))
