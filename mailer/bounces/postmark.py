"""What Postmark tells: one bounce or complaint, vouched for by a password that only Postmark was given.

Pure. Must not know HTTP.
"""

from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

from mailer.bounces.notice import (
    MALFORMED,
    Notice,
    Request,
    as_json,
    classified,
    complaint,
    failure,
    forged,
    mark_among,
    unreadable,
)
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

PROVIDER: Final = "Postmark"

_NOTHING_FAILED: Final = {
    "AutoResponder",
    "Unsubscribe",
    "Subscribe",
    "OpenRelayTest",
    "AddressChange",
}
_STILL_TRIED: Final = {"Transient", "DMARCPolicyDelay"}


def read(request: Request, password: str) -> list[Notice]:
    """The notice in a request; raises `NoticeError` when it comes without the password."""
    if not hmac.compare_digest(_password_of(request.headers).encode(), password.encode()):
        raise forged(PROVIDER, "came without the password of bounces.postmark_password")
    try:
        event = json.loads(request.body)
        verdict = _verdict(event)
        if verdict is None:
            return []
        mark = mark_among(event.get("Headers") or ())
        read_as = classified(verdict, [event["Email"]], mark=mark)
        return [Notice(f"postmark:{event['ID']}", as_json(event), read_as)]
    except MALFORMED as error:
        raise unreadable(PROVIDER, error) from error


def _password_of(headers: Mapping[str, str]) -> str:
    """The password of HTTP's Basic authentication (RFC 7617), under whatever name."""
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials).decode().partition(":")[2]
    except ValueError:
        return ""


def _verdict(event: Any) -> Verdict | None:  # noqa: ANN401 - JSON
    kind = event.get("Type")
    if event.get("RecordType") == "SpamComplaint" or kind == "SpamComplaint":
        return complaint()
    if event.get("RecordType") != "Bounce":
        return None
    if kind in _NOTHING_FAILED:
        return Verdict(BounceClass.IGNORE, Reason.AUTO_REPLY, None, "")
    text = str(event.get("Details") or event.get("Description", ""))
    return failure(
        None,
        None,
        text,
        is_final=kind not in _STILL_TRIED,
        is_dead=kind in {"HardBounce", "BadEmailAddress"},
    )
