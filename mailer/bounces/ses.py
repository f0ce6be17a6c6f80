"""What Amazon SES tells by way of SNS: bounces and complaints, signed by a certificate of Amazon's.

Pure but for the certificate, which is asked of whoever fetches it. Must not know HTTP.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

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
    mark_among,
    unreadable,
)
from mailer.bounces.signatures import holds_by_certificate

if TYPE_CHECKING:
    import datetime as dt

    from mailer.bounces.result import Classified
    from mailer.bounces.verdict import Verdict

PROVIDER: Final = "Amazon SES"

_HOST: Final = r"https://sns\.[a-z0-9-]{4,30}\.amazonaws\.com(?:\.cn)?"
# The same host answers calls of its API with words that a stranger may choose: nothing but the file will do.
_CERTIFICATE: Final = re.compile(_HOST + r"/SimpleNotificationService-[0-9a-f]{32}\.pem")
_QUESTION: Final = re.compile(_HOST + r"/\?[!-~]{1,4000}")
_SIGNED: Final = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
_DEAD: Final = {"General", "NoEmail", "Suppressed", "OnAccountSuppressionList"}


class Fetch(Protocol):
    """Gets a document of Amazon's by its address; raises NoticeError when it can't be had."""

    def __call__(self, url: str, /) -> bytes:
        """Fetch it."""


def read(request: Request, topic: str, fetch: Fetch, now: dt.datetime) -> list[Notice]:
    """The notices in a request of the topic, of which there are none when it asks whether we want any.

    That question is answered by fetching the address in it. Raises `NoticeError` when the request is forged.
    """
    envelope = _parse(request.body)
    kind = str(envelope.get("Type"))
    if kind not in _SIGNED or envelope.get("TopicArn") != topic:
        raise forged(PROVIDER, "is of another topic than bounces.ses_topic")
    certificate = fetch(_amazons(envelope.get("SigningCertURL"), _CERTIFICATE))
    old_hash = envelope.get("SignatureVersion") == "1"
    signature = str(envelope.get("Signature"))
    if not holds_by_certificate(
        certificate, signature, _canonical(envelope, kind), now, old_hash=old_hash
    ):
        raise forged(PROVIDER, "has a signature that does not hold")
    if kind == "SubscriptionConfirmation":
        fetch(_amazons(envelope.get("SubscribeURL"), _QUESTION))
        return []
    return _notices(envelope)


def _parse(body: bytes) -> Json:
    try:
        parsed = json.loads(body)
    except MALFORMED as error:
        raise unreadable(PROVIDER, error) from error
    if not isinstance(parsed, dict):
        raise unreadable(PROVIDER, TypeError())
    return parsed


def _canonical(envelope: Json, kind: str) -> bytes:
    lines = (f"{name}\n{envelope[name]}\n" for name in _SIGNED[kind] if name in envelope)
    # Half a letter is no text; as it stands, nobody signed it.
    return "".join(lines).encode(errors="surrogatepass")


def _amazons(url: object, form: re.Pattern[str]) -> str:
    # Whoever names the certificate chooses who may sign.
    if not isinstance(url, str) or not form.fullmatch(url):
        raise forged(PROVIDER, "names an address that is not Amazon's")
    return url


def _notices(envelope: Json) -> list[Notice]:
    try:
        event = json.loads(envelope["Message"])
        found = _read_event(event)
        if found is None:
            return []
        read_as = _classified(*found, event.get("mail") or {})
        return [Notice(f"ses:{envelope['MessageId']}", as_json(event), read_as)]
    except MALFORMED as error:
        raise unreadable(PROVIDER, error) from error


def _classified(verdict: Verdict, addresses: list[str], mail: Json) -> Classified:
    return classified(
        verdict,
        addresses,
        mark=mark_among(mail.get("headers") or ()),
        message_id=str((mail.get("commonHeaders") or {}).get("messageId") or ""),
    )


def _read_event(event: Any) -> tuple[Verdict, list[str]] | None:  # noqa: ANN401 - JSON
    kind = event.get("eventType") or event.get("notificationType")
    if kind == "Complaint":
        told = event["complaint"]
        if told.get("complaintFeedbackType") in {"not-spam", "auth-failure"}:
            return None
        return complaint(), [each["emailAddress"] for each in told["complainedRecipients"]]
    if kind != "Bounce":
        return None
    told = event["bounce"]
    recipients = told["bouncedRecipients"]
    first = recipients[0]
    verdict = failure(
        None,
        first.get("status"),
        str(first.get("diagnosticCode") or f"{told['bounceType']}, {told.get('bounceSubType')}"),
        is_final=True,
        is_dead=told["bounceType"] == "Permanent" and told.get("bounceSubType") in _DEAD,
    )
    return verdict, [each["emailAddress"] for each in recipients]
