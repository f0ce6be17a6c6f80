"""What a mail provider tells by a webhook, in the shape in which a returned mail is read. Values alone.

A provider's module turns a request into notices, once it has seen that the request is genuine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.result import (
    DELIVERY_HEADER,
    Classified,
    FailedRecipient,
    MailKind,
    Reader,
    Traces,
)
from mailer.bounces.verdict import Verdict, judge
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = Mapping[str, Any]

_KINDS: Final = {
    BounceClass.COMPLAINT: MailKind.COMPLAINT,
    BounceClass.IGNORE: MailKind.AUTO_REPLY,
}


MALFORMED: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What taking a stranger's JSON apart may raise: brackets by the thousand, half a letter, absurd numbers."""


class NoticeError(BulletinError):
    """A request that its provider did not make, or that can't be read."""


@dataclass(frozen=True, slots=True)
class Request:
    """A webhook's request; the names of `headers` are in lower case."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that a provider tells; `key` tells it from every other, `told` is kept for a person."""

    key: str
    told: bytes
    classified: Classified


def forged(provider: str, what: str) -> NoticeError:
    """The refusal of a request that is not genuine."""
    return NoticeError("notice-forged", provider, what, "check the keys in [bounces]")


def unreadable(provider: str, error: Exception) -> NoticeError:
    """The refusal of a request that is genuine, or may be, and makes no sense."""
    what = f"sent what can't be read ({type(error).__name__})"
    return NoticeError("notice-unreadable", provider, what, "nothing was changed")


def complaint() -> Verdict:
    """What a complaint comes to."""
    return Verdict(BounceClass.COMPLAINT, Reason.COMPLAINT, None, "")


def failure(
    code: int | None, status: str | None, text: str, *, is_final: bool, is_dead: bool
) -> Verdict:
    """What a failure comes to: by its text and, where that says nothing, by the provider's own word.

    `is_final` when the provider tries no longer, `is_dead` when it says that the address is none.
    """
    verdict = judge(code, None if status is None else str(status), text)
    if not is_final:
        return Verdict(BounceClass.SOFT, Reason.DELAYED, verdict.status, text)
    if is_dead and verdict.reason is Reason.UNKNOWN:
        return Verdict(BounceClass.HARD, Reason.USER_UNKNOWN, verdict.status, text)
    return verdict


def classified(
    verdict: Verdict,
    addresses: Sequence[str],
    *,
    smtp_code: int | None = None,
    mark: str = "",
    message_id: str = "",
) -> Classified:
    """A verdict on some recipients, with what names the delivery, as if it had been read from a mail."""
    recipients = tuple(
        FailedRecipient(
            str(address), None, verdict.bounce_class, verdict.reason, verdict.status, smtp_code,
            verdict.text, Reader.PROVIDER,
        )
        for address in addresses
    )  # fmt: skip
    traces = Traces(
        return_paths=(),
        delivery_headers=(mark,) if mark else (),
        message_ids=(message_id.strip("<> "),) if message_id else (),
    )
    kind = _KINDS.get(verdict.bounce_class, MailKind.BOUNCE)
    return Classified(kind, recipients, verdict, traces)


def mark_among(headers: Sequence[Json]) -> str:
    """The delivery's mark among headers, each with a name and a value."""
    wanted = DELIVERY_HEADER.lower()
    found = (str(each["value"]) for each in headers if str(each["name"]).lower() == wanted)
    return next(found, "")


def as_json(event: object) -> bytes:
    """An event as a person may read it."""
    return json.dumps(event, ensure_ascii=False, indent=2).encode(errors="replace")
