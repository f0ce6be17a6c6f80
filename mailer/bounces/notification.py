"""Reads the JSON with which a cloud relay reports by mail: Amazon's notification, mailed as a text.

The same fields arrive by webhook; whoever receives those can hand the decoded object to `read_event`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mailer.bounces.addresses import address_of
from mailer.bounces.mail import without_controls
from mailer.bounces.reason import MEANINGS, BounceClass, Reason
from mailer.bounces.result import FailedRecipient, Reader
from mailer.bounces.status import find_code, find_status
from mailer.bounces.verdict import LONGEST_TEXT, Verdict, judge

if TYPE_CHECKING:
    from mailer.bounces.mail import Mail

_OPENING = re.compile(r'\{\s*"(?:notificationType|eventType|Type)"\s*:')
_LONGEST = 1 << 16


def read_notification(mail: Mail) -> tuple[FailedRecipient, ...] | None:
    """Every recipient of a notification in JSON; None when the mail holds none."""
    for part in mail.parts[:2]:
        text = part.text.lstrip()
        if part.kind == "text/plain" and _OPENING.match(text):
            return read_event(_unwrapped(_decode(text)))
    return None


def _decode(text: str) -> object:
    # A long line is broken by "!", a line break and a blank on its way through an old relay.
    body = text.replace("!\n ", "").replace("\n", "")[:_LONGEST]
    try:
        return json.JSONDecoder().raw_decode(body)[0]
    except (ValueError, RecursionError):
        return None


def _unwrapped(event: object) -> object:
    # The notification service puts the event as a string into an envelope of its own.
    message = event.get("Message") if isinstance(event, dict) else None
    return _decode(message) if isinstance(message, str) else event


def read_event(event: object) -> tuple[FailedRecipient, ...] | None:
    """Every recipient of a decoded event; None when it is about something else."""
    if not isinstance(event, dict):
        return None
    for name, read in (("bounce", _bounced), ("complaint", _complained), ("delivery", _delivered)):
        if isinstance(event.get(name), dict):
            return tuple(read(event[name])) or None
    return None


def _bounced(bounce: dict[str, Any]) -> list[FailedRecipient]:
    found: list[FailedRecipient] = []
    for address, row in _people(bounce.get("bouncedRecipients")):
        text = _said(row, "diagnosticCode") or _said(bounce, "bounceSubType")
        verdict = judge(None, find_status(_said(row, "status")), text.removeprefix("smtp; "))
        found.append(_recipient(address, verdict, find_code(text)))
    return found


def _complained(complaint: dict[str, Any]) -> list[FailedRecipient]:
    kind = _said(complaint, "complaintFeedbackType")
    reason = Reason.NOT_SPAM if kind == "not-spam" else Reason.COMPLAINT
    verdict = Verdict(MEANINGS[reason].bounce_class, reason, None, kind)
    people = _people(complaint.get("complainedRecipients"))
    return [_recipient(address, verdict, None) for address, _ in people]


def _delivered(delivery: dict[str, Any]) -> list[FailedRecipient]:
    text = _said(delivery, "smtpResponse")
    verdict = Verdict(BounceClass.IGNORE, Reason.SUCCESS, find_status(text), text)
    people = _people(delivery.get("recipients"))
    return [_recipient(address, verdict, find_code(text)) for address, _ in people]


def _recipient(address: str, verdict: Verdict, code: int | None) -> FailedRecipient:
    return FailedRecipient(
        address,
        None,
        verdict.bounce_class,
        verdict.reason,
        verdict.status,
        code,
        verdict.text,
        Reader.NOTIFICATION,
    )


def _people(rows: object) -> list[tuple[str, dict[str, Any]]]:
    people: list[tuple[str, dict[str, Any]]] = []
    for row in rows if isinstance(rows, list) else []:
        fields = row if isinstance(row, dict) else {"emailAddress": row}
        address = address_of(_said(fields, "emailAddress"))
        if address:
            people.append((address, fields))
    return people


def _said(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return without_controls(value)[:LONGEST_TEXT] if isinstance(value, str) else ""
