"""What SendGrid tells: a list of events, signed as it stands with a key that its settings show.

Pure. Must not know HTTP.
"""

from __future__ import annotations

import json
from typing import Any, Final

from mailer.bounces.notice import (
    MALFORMED,
    Notice,
    Request,
    as_json,
    classified,
    complaint,
    failure,
    forged,
    unreadable,
)
from mailer.bounces.signatures import holds_by_key

PROVIDER: Final = "SendGrid"

_SIGNATURE: Final = "x-twilio-email-event-webhook-signature"
_TIMESTAMP: Final = "x-twilio-email-event-webhook-timestamp"
_FAILED: Final = {"bounce", "dropped"}


def read(request: Request, public_key: str) -> list[Notice]:
    """The notices in a request; raises `NoticeError` when it is forged."""
    signed = request.headers.get(_TIMESTAMP, "").encode() + request.body
    if not holds_by_key(public_key, request.headers.get(_SIGNATURE, ""), signed):
        raise forged(PROVIDER, "has a signature that does not hold")
    try:
        return [notice for event in _events(request.body) if (notice := _notice(event))]
    except MALFORMED as error:
        raise unreadable(PROVIDER, error) from error


def _events(body: bytes) -> list[Any]:
    events = json.loads(body)
    if not isinstance(events, list):
        raise TypeError
    return events


def _notice(event: Any) -> Notice | None:  # noqa: ANN401 - JSON
    kind = event["event"]
    if kind == "spamreport":
        verdict = complaint()
    elif kind in _FAILED:
        verdict = failure(
            None,
            event.get("status") or None,
            str(event.get("reason", "")),
            is_final=True,
            is_dead=kind == "bounce" and event.get("type") == "bounce",
        )
    else:
        return None
    message_id = str(event.get("smtp-id", ""))
    read_as = classified(verdict, [event["email"]], message_id=message_id)
    return Notice(f"sendgrid:{event['sg_event_id']}", as_json(event), read_as)
