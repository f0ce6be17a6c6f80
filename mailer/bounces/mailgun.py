"""What Mailgun tells: one event, with a token that is signed by a shared key and good once.

Pure. Must not know HTTP.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

from mailer.bounces.notice import (
    MALFORMED,
    Json,
    Notice,
    Request,
    as_json,
    classified,
    complaint,
    failure,
    forged,
    unreadable,
)

if TYPE_CHECKING:
    from mailer.bounces.verdict import Verdict

PROVIDER: Final = "Mailgun"

_LASTS: Final = dt.timedelta(days=1)
"""How old a token may be: a request that fails is tried again for hours."""


def read(request: Request, key: str, now: dt.datetime) -> list[Notice]:
    """The notice in a request, if it is about a failure; raises `NoticeError` when the request is forged.

    Only the token is signed, not the event, and so the token is the notice's key: it does for no second one.
    """
    try:
        told = json.loads(request.body)
        token = _check(told["signature"], key, now)
        event = told["event-data"]
        verdict = _verdict(event)
        if verdict is None:
            return []
        headers = (event.get("message") or {}).get("headers") or {}
        message_id = str(headers.get("message-id", ""))
        read_as = classified(verdict, [event["recipient"]], message_id=message_id)
        return [Notice(f"mailgun:{token}", as_json(event), read_as)]
    except MALFORMED as error:
        raise unreadable(PROVIDER, error) from error


def _check(signature: Json, key: str, now: dt.datetime) -> str:
    signed, token = f"{signature['timestamp']}{signature['token']}", str(signature["token"])
    expected = hmac.digest(key.encode(), signed.encode(), "sha256").hex()
    if not hmac.compare_digest(expected.encode(), str(signature["signature"]).encode()):
        raise forged(PROVIDER, "has a signature that does not hold")
    made_at = dt.datetime.fromtimestamp(int(signature["timestamp"]), dt.UTC)
    if abs(now - made_at) > _LASTS:
        raise forged(PROVIDER, "has a signature that is too old")
    return token


def _verdict(event: Any) -> Verdict | None:  # noqa: ANN401 - JSON
    if event["event"] == "complained":
        return complaint()
    if event["event"] != "failed" or event.get("severity") != "permanent":
        return None
    status = event.get("delivery-status") or {}
    code = status.get("code")
    return failure(
        code if isinstance(code, int) and 400 <= code <= 599 else None,
        status.get("enhanced-code") or None,
        str(status.get("message") or status.get("description") or event.get("reason", "")),
        is_final=True,
        is_dead=event.get("reason") in {"bounce", "suppress-bounce"},
    )
