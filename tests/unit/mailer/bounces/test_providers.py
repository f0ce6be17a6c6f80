"""What mail providers tell, signed as they sign it."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.bounces import mailgun, postmark, sendgrid, ses
from mailer.bounces.notice import NoticeError, Request
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.result import MailKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mailer.bounces.notice import Notice

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
ANN = "ann@example.org"
BYTES = st.binary(max_size=80)


def told(notices: list[Notice]) -> tuple[BounceClass, Reason, str]:
    (notice,) = notices
    (recipient,) = notice.classified.recipients
    return recipient.bounce_class, recipient.reason, recipient.address


def refusal(read: Callable[[], object]) -> str:
    with pytest.raises(NoticeError) as caught:
        read()
    return caught.value.code


# ---- Amazon

TOPIC = "arn:aws:sns:eu-west-2:123456789012:bounces"
FILE = f"SimpleNotificationService-{'0a' * 16}.pem"
CERTIFICATE_URL = f"https://sns.eu-west-2.amazonaws.com/{FILE}"
KEY = rsa.generate_private_key(65537, 2048)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
CERTIFICATE = (
    x509.CertificateBuilder(NAME, NAME, KEY.public_key(), 1)
    .not_valid_before(NOW - dt.timedelta(days=1))
    .not_valid_after(NOW + dt.timedelta(days=1))
    .sign(KEY, hashes.SHA256())
    .public_bytes(Encoding.PEM)
)
BOUNCED = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {
                "emailAddress": ANN,
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 no such user",
            }
        ],
    },
    "mail": {"headers": [{"name": "x-bulletin-delivery", "value": "abc"}]},
}


class Amazon:
    """Serves the certificate, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        return CERTIFICATE


def from_amazon(event: object, version: str = "2", **changed: str) -> dict[str, str]:
    kind = changed.get("Type", "Notification")
    envelope = {
        "Type": kind,
        "MessageId": "m-1",
        "TopicArn": TOPIC,
        "Message": json.dumps(event),
        "Timestamp": "2026-10-13T09:30:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
        **changed,
    }
    names = [
        "Message",
        "MessageId",
        "SubscribeURL",
        "Subject",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ]
    signed = "".join(f"{name}\n{envelope[name]}\n" for name in names if name in envelope)
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = KEY.sign(signed.encode(), padding.PKCS1v15(), algorithm)
    return {**envelope, "Signature": base64.b64encode(signature).decode()}


def read_ses(envelope: Mapping[str, str], amazon: Amazon | None = None) -> list[Notice]:
    request = Request({}, json.dumps(envelope).encode())
    return ses.read(request, TOPIC, amazon or Amazon(), NOW)


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_bounce_at_amazon_names_the_delivery_by_its_header(version: str) -> None:
    notices = read_ses(from_amazon(BOUNCED, version))
    assert told(notices) == (BounceClass.HARD, Reason.USER_UNKNOWN, ANN)
    assert notices[0].classified.traces.delivery_headers == ("abc",)
    assert notices[0].key == "ses:m-1"


def test_a_complaint_at_amazon_is_one_unless_the_person_says_it_is_no_spam() -> None:
    def complained(kind: str) -> object:
        who = [{"emailAddress": ANN}]
        return {
            "eventType": "Complaint",
            "complaint": {"complaintFeedbackType": kind, "complainedRecipients": who},
            "mail": {},
        }

    (notice,) = read_ses(from_amazon(complained("abuse")))
    assert notice.classified.kind is MailKind.COMPLAINT
    assert read_ses(from_amazon(complained("not-spam"))) == []
    assert read_ses(from_amazon({"eventType": "Delivery"})) == []


def test_a_topic_that_asks_is_answered_and_nothing_follows() -> None:
    amazon = Amazon()
    url = "https://sns.eu-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    asked = from_amazon({}, Type="SubscriptionConfirmation", SubscribeURL=url, Token="t")
    assert read_ses(asked, amazon) == []
    assert amazon.asked == [CERTIFICATE_URL, url]


@pytest.mark.parametrize(
    "changed",
    [
        {"Message": json.dumps(BOUNCED).replace("ann", "bob")},
        {"Signature": "AAAA"},
        {"Signature": "é"},
        {"TopicArn": TOPIC + "2"},
        {"Type": "Other"},
        {"SigningCertURL": f"https://sns.eu-west-2.amazonaws.com.evil.example/{FILE}"},
        {"SigningCertURL": f"http://sns.eu-west-2.amazonaws.com/{FILE}"},
        {"SigningCertURL": f"https://user@sns.eu-west-2.amazonaws.com/{FILE}"},
        {"SigningCertURL": "https://sns.eu-west-2.amazonaws.com/?Action=GetTopicAttributes"},
        {"SigningCertURL": f"{CERTIFICATE_URL}?Action=GetTopicAttributes"},
        {"SigningCertURL": f"{CERTIFICATE_URL}#"},
        {"SigningCertURL": f"https://sns.eu-west-2.amazonaws.com/a/{FILE}"},
        {"SigningCertURL": "https://["},
        {"Subject": "\ud800"},
        {"SignatureVersion": "1"},
    ],
)
def test_what_amazon_did_not_sign_is_refused(changed: dict[str, str]) -> None:
    envelope = from_amazon(BOUNCED) | changed
    assert refusal(lambda: read_ses(envelope)) == "notice-forged"


def test_a_question_that_leads_elsewhere_is_not_answered() -> None:
    amazon = Amazon()
    for url in ("https://evil.example/?a", "https://[", f"{CERTIFICATE_URL}/ x", "\ud800"):
        signed = url.encode(errors="replace").decode()
        asked = from_amazon({}, Type="SubscriptionConfirmation", SubscribeURL=signed, Token="t")
        envelope = asked | {"SubscribeURL": url}
        assert refusal(lambda envelope=envelope: read_ses(envelope, amazon)) == "notice-forged"
    assert set(amazon.asked) == {CERTIFICATE_URL}


def test_a_certificate_that_has_expired_vouches_for_nothing() -> None:
    request = Request({}, json.dumps(from_amazon(BOUNCED)).encode())
    later = NOW + dt.timedelta(days=2)
    assert refusal(lambda: ses.read(request, TOPIC, Amazon(), later)) == "notice-forged"


@settings(deadline=None)
@given(BYTES)
def test_whatever_is_sent_as_amazons_is_refused_in_words(body: bytes) -> None:
    request = Request({}, body)
    assert refusal(lambda: ses.read(request, TOPIC, Amazon(), NOW)).startswith("notice-")


EMPTY = {"bounceType": "Permanent", "bouncedRecipients": []}


@pytest.mark.parametrize(
    "event",
    [
        "text",
        [],
        {"notificationType": "Bounce"},
        {"notificationType": "Bounce", "bounce": EMPTY},
        BOUNCED | {"mail": "text"},
        5,
    ],
)
def test_an_event_of_amazons_without_sense_is_refused(event: object) -> None:
    assert refusal(lambda: read_ses(from_amazon(event))) == "notice-unreadable"


# ---- SendGrid

CURVE = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    CURVE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


def from_sendgrid(*events: object, body: bytes | None = None) -> Request:
    body = json.dumps(events).encode() if body is None else body
    signature = CURVE.sign(b"1791883800" + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": "1791883800",
    }
    return Request(headers, body)


def sendgrid_event(kind: str, **more: object) -> dict[str, object]:
    return {"event": kind, "email": ANN, "sg_event_id": f"e-{kind}", "smtp-id": "<mid@x>", **more}


def test_each_failure_among_sendgrids_events_is_a_notice() -> None:
    request = from_sendgrid(
        sendgrid_event("delivered"),
        sendgrid_event("bounce", type="bounce", status="5.1.1", reason="550 5.1.1 unknown user"),
        sendgrid_event("bounce", type="blocked", status="5.7.1", reason="554 5.7.1 spam"),
        sendgrid_event("spamreport"),
    )
    notices = sendgrid.read(request, PUBLIC)
    classes = [each.classified.recipients[0].bounce_class for each in notices]
    assert classes == [BounceClass.HARD, BounceClass.SOFT, BounceClass.COMPLAINT]
    assert notices[0].classified.traces.message_ids == ("mid@x",)


def test_a_bounce_of_which_nothing_more_is_told_is_as_sendgrid_says() -> None:
    silent = sendgrid_event("bounce", type="bounce", reason="")
    assert told(sendgrid.read(from_sendgrid(silent), PUBLIC))[0] is BounceClass.HARD
    dropped = sendgrid_event("dropped", reason="")
    assert told(sendgrid.read(from_sendgrid(dropped), PUBLIC))[0] is BounceClass.SOFT


def test_what_sendgrid_did_not_sign_is_refused() -> None:
    sound = from_sendgrid(sendgrid_event("spamreport"))
    other = Request(sound.headers, sound.body.replace(b"ann", b"bob"))
    assert refusal(lambda: sendgrid.read(other, PUBLIC)) == "notice-forged"
    assert refusal(lambda: sendgrid.read(Request({}, sound.body), PUBLIC)) == "notice-forged"
    assert refusal(lambda: sendgrid.read(sound, "no key")) == "notice-forged"


@settings(deadline=None)
@given(BYTES)
def test_whatever_sendgrid_signs_that_makes_no_sense_is_refused(body: bytes) -> None:
    request = from_sendgrid(body=b"{" + body)
    assert refusal(lambda: sendgrid.read(request, PUBLIC)) == "notice-unreadable"


# ---- Mailgun

SHARED = "a key that Mailgun shows"


def from_mailgun(event: object, *, at: dt.datetime = NOW, key: str = SHARED) -> Request:
    stamp = str(int(at.timestamp()))
    signature = hmac.digest(key.encode(), f"{stamp}token-1".encode(), "sha256").hex()
    told = {"timestamp": stamp, "token": "token-1", "signature": signature}
    return Request({}, json.dumps({"signature": told, "event-data": event}).encode())


def mailgun_event(kind: str = "failed", **more: object) -> dict[str, Any]:
    status = {"code": 550, "message": "5.1.1 No such user"}
    return {
        "event": kind, "severity": "permanent", "recipient": ANN, "delivery-status": status,
        "message": {"headers": {"message-id": "mid@x"}}, **more,
    }  # fmt: skip


def test_a_permanent_failure_at_mailgun_is_a_notice_and_a_temporary_one_is_none() -> None:
    notices = mailgun.read(from_mailgun(mailgun_event()), SHARED, NOW)
    assert told(notices) == (BounceClass.HARD, Reason.USER_UNKNOWN, ANN)
    assert notices[0].key == "mailgun:token-1"
    assert notices[0].classified.traces.message_ids == ("mid@x",)
    assert mailgun.read(from_mailgun(mailgun_event(severity="temporary")), SHARED, NOW) == []
    assert mailgun.read(from_mailgun(mailgun_event("delivered")), SHARED, NOW) == []


def test_a_complaint_at_mailgun_is_one() -> None:
    notices = mailgun.read(from_mailgun(mailgun_event("complained")), SHARED, NOW)
    assert told(notices)[0] is BounceClass.COMPLAINT


def test_what_mailgun_did_not_sign_or_signed_long_ago_is_refused() -> None:
    forged = from_mailgun(mailgun_event(), key="another")
    old = from_mailgun(mailgun_event(), at=NOW - dt.timedelta(days=2))
    for request in (forged, old):
        assert (
            refusal(lambda request=request: mailgun.read(request, SHARED, NOW)) == "notice-forged"
        )


@settings(deadline=None)
@given(BYTES)
def test_whatever_is_sent_as_mailguns_is_refused_in_words(body: bytes) -> None:
    assert refusal(lambda: mailgun.read(Request({}, body), SHARED, NOW)) == "notice-unreadable"


# ---- Postmark

PASSWORD = "for Postmark alone"


def from_postmark(event: object, password: str = PASSWORD) -> Request:
    credentials = base64.b64encode(f"postmark:{password}".encode()).decode()
    return Request({"authorization": f"Basic {credentials}"}, json.dumps(event).encode())


def postmark_event(kind: str, **more: object) -> dict[str, object]:
    return {"RecordType": "Bounce", "Type": kind, "ID": 7, "Email": ANN, **more}


@pytest.mark.parametrize(
    ("kind", "details", "expected"),
    [
        ("HardBounce", "", BounceClass.HARD),
        ("HardBounce", "smtp;550 5.7.1 blocked for spam", BounceClass.SOFT),
        ("SoftBounce", "smtp;552 5.2.2 mailbox full", BounceClass.SOFT),
        ("Transient", "smtp;450 4.2.0 greylisted", BounceClass.SOFT),
        ("AutoResponder", "", None),
        ("SpamComplaint", "", BounceClass.COMPLAINT),
    ],
)
def test_a_bounce_at_postmark_is_judged_by_what_was_said(
    kind: str, details: str, expected: BounceClass | None
) -> None:
    notices = postmark.read(from_postmark(postmark_event(kind, Details=details)), PASSWORD)
    if expected is None:
        expected = BounceClass.IGNORE
    assert told(notices)[0] is expected


def test_other_records_of_postmark_are_passed_over() -> None:
    delivered = {"RecordType": "Delivery", "ID": 7, "Email": ANN}
    assert postmark.read(from_postmark(delivered), PASSWORD) == []


@pytest.mark.parametrize("header", ["", "Basic", "Basic é", "Basic AAAA", "Bearer x"])
def test_without_the_password_postmark_is_not_believed(header: str) -> None:
    body = from_postmark(postmark_event("HardBounce")).body
    request = Request({"authorization": header}, body)
    assert refusal(lambda: postmark.read(request, PASSWORD)) == "notice-forged"
    wrong = from_postmark(postmark_event("HardBounce"), "wrong")
    assert refusal(lambda: postmark.read(wrong, PASSWORD)) == "notice-forged"


@settings(deadline=None)
@given(st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5))
def test_whatever_postmark_sends_that_makes_no_sense_is_refused(event: object) -> None:
    assert refusal(lambda: postmark.read(from_postmark(event), PASSWORD)) == "notice-unreadable"


# ---- all of them

DEEP = b"[" * 100_000


def test_brackets_by_the_thousand_are_refused_in_words() -> None:
    deep = Request(from_postmark("").headers, DEEP)
    for read in (
        lambda: ses.read(deep, TOPIC, Amazon(), NOW),
        lambda: read_ses(from_amazon({}, Message=DEEP.decode())),
        lambda: sendgrid.read(from_sendgrid(body=DEEP), PUBLIC),
        lambda: mailgun.read(deep, SHARED, NOW),
        lambda: postmark.read(deep, PASSWORD),
    ):
        assert refusal(read) == "notice-unreadable"


def test_half_a_letter_is_told_as_well_as_it_can_be() -> None:
    odd = "no such user \ud800"
    status = {"code": 550, "message": odd}
    told_by_all = (
        *mailgun.read(from_mailgun(mailgun_event(**{"delivery-status": status})), SHARED, NOW),
        *sendgrid.read(from_sendgrid(sendgrid_event("bounce", reason=odd)), PUBLIC),
        *postmark.read(from_postmark(postmark_event("HardBounce", Details=odd)), PASSWORD),
    )
    assert [b"no such user ?" in notice.told for notice in told_by_all] == [True] * 3
