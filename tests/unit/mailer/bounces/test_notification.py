"""Events in JSON that arrive by mail."""

from __future__ import annotations

import json

import pytest

from mailer.bounces.classify import classify
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.result import FailedRecipient, MailKind, Reader

HEAD = (
    "From: no-reply@events.example.com\nTo: bulletin@lists.example.com\nSubject: Notification\n\n"
)
BOUNCE = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bouncedRecipients": [
            {
                "emailAddress": "ann@example.org",
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            }
        ],
    },
}
COMPLAINT = {
    "notificationType": "Complaint",
    "complaint": {"complainedRecipients": [{"emailAddress": "ann@example.org"}]},
}
DELIVERY = {
    "notificationType": "Delivery",
    "delivery": {"recipients": ["ann@example.org"], "smtpResponse": "250 2.6.0 Message received"},
}


def only(text: str) -> FailedRecipient:
    (found,) = classify((HEAD + text).encode()).recipients
    return found


@pytest.mark.parametrize(
    ("event", "bounce_class", "reason"),
    [
        (BOUNCE, BounceClass.HARD, Reason.USER_UNKNOWN),
        (COMPLAINT, BounceClass.COMPLAINT, Reason.COMPLAINT),
        (DELIVERY, BounceClass.IGNORE, Reason.SUCCESS),
    ],
)
def test_an_event_is_read(event: object, bounce_class: BounceClass, reason: Reason) -> None:
    found = only(json.dumps(event))
    kind = classify((HEAD + json.dumps(event)).encode()).kind
    assert (kind is MailKind.COMPLAINT) == (bounce_class is BounceClass.COMPLAINT)
    assert (found.address, found.reader) == ("ann@example.org", Reader.NOTIFICATION)
    assert (found.bounce_class, found.reason) == (bounce_class, reason)


def test_an_event_in_the_envelope_of_the_notification_service_is_read() -> None:
    assert (
        only(json.dumps({"Type": "Notification", "Message": json.dumps(BOUNCE)})).status == "5.1.1"
    )


def test_a_line_that_an_old_relay_broke_is_joined() -> None:
    assert only(json.dumps(BOUNCE).replace("unknown", "unkn!\n own")).reason is Reason.USER_UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        '{"notificationType":"Bounce"', '{"notificationType":"Bounce"}',
        '{"notificationType":"Bounce","bounce":[]}',
        '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[1,{"emailAddress":2}]}}',
        '{"Type":"Notification","Message":3}',
    ],
)  # fmt: skip
def test_an_event_that_says_nothing_names_nobody(text: str) -> None:
    result = classify((HEAD + text).encode())
    assert result.kind is MailKind.OTHER
    assert result.recipients == ()
