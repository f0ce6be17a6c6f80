"""Reply codes and enhanced status codes (RFC 5321, RFC 3463): finding them in text, and what they mean.

A number is the last thing to go by: many hosts write 5.1.1 or 5.7.1 whatever the matter is.
"""

from __future__ import annotations

import re

from mailer.bounces.reason import Reason

_STATUS = re.compile(r"(?<![\d.@\w])([245])\.(\d{1,3})\.(\d{1,3})(?![\d@]|\.\d)")
_CODE = re.compile(r"(?<![\w.@:/-])([245][0-5]\d)(?=[ \-#<:;,)]|$)(?![ -]\d{3}[ -]\d)")

_BY_STATUS = {
    "1.0": Reason.RECIPIENT_REFUSED,
    "1.1": Reason.USER_UNKNOWN,
    "1.2": Reason.HOST_UNKNOWN,
    "1.3": Reason.USER_UNKNOWN,
    "1.6": Reason.MAILBOX_MOVED,
    "1.7": Reason.SENDER_REFUSED,
    "1.8": Reason.SENDER_REFUSED,
    "1.10": Reason.USER_UNKNOWN,
    "2.1": Reason.MAILBOX_DISABLED,
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.TOO_LARGE,
    "3.1": Reason.HOST_FULL,
    "3.2": Reason.HOST_ERROR,
    "3.3": Reason.HOST_ERROR,
    "3.4": Reason.TOO_LARGE,
    "3.5": Reason.HOST_ERROR,
    "4.1": Reason.UNREACHABLE,
    "4.2": Reason.UNREACHABLE,
    "4.3": Reason.UNREACHABLE,
    "4.4": Reason.HOST_UNKNOWN,
    "4.5": Reason.RATE_LIMITED,
    "4.6": Reason.LOOP,
    "4.7": Reason.EXPIRED,
    "4.14": Reason.LOOP,
    "5.1": Reason.PROTOCOL,
    "5.2": Reason.PROTOCOL,
    "5.3": Reason.RATE_LIMITED,
    "5.4": Reason.PROTOCOL,
    "6.1": Reason.CONTENT,
    "6.2": Reason.CONTENT,
    "6.3": Reason.CONTENT,
    "7.1": Reason.POLICY,
    "7.7": Reason.CONTENT,
    "7.20": Reason.AUTHENTICATION,
    "7.21": Reason.AUTHENTICATION,
    "7.22": Reason.AUTHENTICATION,
    "7.23": Reason.AUTHENTICATION,
    "7.24": Reason.AUTHENTICATION,
    "7.25": Reason.BLOCKLISTED,
    "7.26": Reason.AUTHENTICATION,
    "7.27": Reason.SENDER_REFUSED,
    "7.28": Reason.RATE_LIMITED,
    "7.509": Reason.AUTHENTICATION,
    "7.515": Reason.AUTHENTICATION,
}
"""By subject and detail of a status (RFC 3463 and the registry of RFC 5248)."""

_BY_SUBJECT = {
    "3": Reason.HOST_ERROR,
    "4": Reason.UNREACHABLE,
    "5": Reason.PROTOCOL,
    "6": Reason.CONTENT,
    "7": Reason.POLICY,
}
"""By the subject alone, where the detail says nothing."""

_BY_CODE = {
    421: Reason.HOST_ERROR,
    452: Reason.HOST_FULL,
    500: Reason.PROTOCOL,
    501: Reason.PROTOCOL,
    502: Reason.PROTOCOL,
    503: Reason.PROTOCOL,
    504: Reason.PROTOCOL,
    530: Reason.LOGIN_REQUIRED,
    535: Reason.LOGIN_REQUIRED,
    551: Reason.RELAYING_DENIED,
    552: Reason.MAILBOX_FULL,
    556: Reason.NO_MAIL_HOST,
}


def find_status(text: str) -> str | None:
    """The first enhanced status that a text holds; a failure before a success."""
    first = None
    for match in _STATUS.finditer(text):
        if match[1] != "2":
            return match[0]
        first = first or match[0]
    return first


def find_code(text: str) -> int | None:
    """The first reply code that a text holds; a failure before a success."""
    first = None
    for match in _CODE.finditer(text):
        if match[1][0] != "2":
            return int(match[1])
        first = first or int(match[1])
    return first


def reason_of_status(status: str | None) -> Reason | None:
    """What an enhanced status says by itself, or None when it says nothing (`5.0.0`)."""
    if not status:
        return None
    _, subject, detail = (*status.split("."), "", "")[:3]
    if status.startswith("2"):
        return Reason.SUCCESS
    return _BY_STATUS.get(f"{subject}.{detail}") or _BY_SUBJECT.get(subject)


def reason_of_code(code: int | None) -> Reason | None:
    """What a reply code says by itself, or None when it says nothing (550)."""
    if code is not None and code // 100 == 2:
        return Reason.SUCCESS
    return _BY_CODE.get(code) if code else None
