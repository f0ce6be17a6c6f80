"""Reads delivery reports (RFC 3464), and those that only resemble one.

Half of what calls itself a report breaks the RFC: fields without a blank line between recipients, a report
in the body, base64 around it, addresses with comments. Whatever names a recipient is taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailer.bounces.addresses import address_of, same
from mailer.bounces.mail import first, parse_headers
from mailer.bounces.passage import passage_about
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.result import FailedRecipient, Reader
from mailer.bounces.status import find_code, find_status
from mailer.bounces.verdict import LONGEST_TEXT, Verdict, judge_all

if TYPE_CHECKING:
    from mailer.bounces.mail import Headers, Mail
    from mailer.bounces.returned import Letter

_ABOUT_RECIPIENT = re.compile(
    r"^(?=(?:final|original|x-actual)-recipient[ \t]*:)", re.IGNORECASE | re.MULTILINE
)
_INLINE = re.compile(
    r"^(?:final|original)-recipient[ \t]*:.*\n(?:.*\n){0,6}?(?:action|status|diagnostic-code)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_TYPE = re.compile(r"^\s*[\w-]{1,20}\s*;\s*")
_REPORTS = {"message/delivery-status", "message/global-delivery-status"}
_MOST_RECIPIENTS = 200
_SUCCESSES = ("delivered", "relayed", "expanded", "deliverable")


def read_report(mail: Mail, letter: Letter) -> tuple[FailedRecipient, ...] | None:
    """Every recipient that a delivery report names; None when the mail has no report."""
    groups = recipient_fields(mail)[:_MOST_RECIPIENTS]
    named = [_addresses_of(fields) for fields in groups]
    everybody = {address for pair in named for address in pair if address}
    found: dict[str, FailedRecipient] = {}
    for (address, original), fields in zip(named, groups, strict=True):
        if address:
            others = sorted(everybody - {address, original})
            recipient = _judged(address, original, fields, letter, others)
            found.setdefault(address.lower(), recipient)
    return tuple(found.values()) or None


def recipient_fields(mail: Mail) -> list[Headers]:
    """The fields about each recipient, from the report or from a body that holds one."""
    groups: list[Headers] = []
    for part in mail.parts:
        if part.kind in _REPORTS or _INLINE.search(part.text):
            groups += _groups(part.text)
    return groups


def _groups(text: str) -> list[Headers]:
    groups: list[Headers] = []
    for block in re.split(r"\n[ \t]*\n", text):
        for fields in _split_at_recipients(block):
            if _names_recipient(fields) and (not groups or _is_complete(groups[-1], fields)):
                groups.append(fields)
            elif groups:
                _add(fields, groups[-1])
    return groups


def _split_at_recipients(block: str) -> list[Headers]:
    whole = parse_headers(block)
    # Most write a blank line before the next recipient, in whatever order they write the fields.
    if len(whole.get("final-recipient", [])) <= 1 and len(whole.get("action", [])) <= 1:
        return [whole]
    return [parse_headers(chunk) for chunk in _ABOUT_RECIPIENT.split(block) if chunk.strip()]


def _add(fields: Headers, group: Headers) -> None:
    for name, values in fields.items():
        group.setdefault(name, []).extend(values)


def _names_recipient(fields: Headers) -> bool:
    return "final-recipient" in fields or "original-recipient" in fields


def _is_complete(group: Headers, fields: Headers) -> bool:
    return any(name in group for name in ("action", "status", *fields))


def _addresses_of(fields: Headers) -> tuple[str, str | None]:
    final = address_of(first(fields, "final-recipient"))
    original = address_of(first(fields, "original-recipient"))
    address = final or original or address_of(first(fields, "x-actual-recipient"))
    return address, original if original and not same(original, address) else None


def _judged(
    address: str, original: str | None, fields: Headers, letter: Letter, others: list[str]
) -> FailedRecipient:
    said = _TYPE.sub("", " ".join(fields.get("diagnostic-code", [])))
    passage = passage_about(letter.notice, (address, original or ""), others)
    verdict = _verdict_on(fields, said, passage, "" if others else letter.notice)
    return FailedRecipient(
        address,
        original,
        verdict.bounce_class,
        verdict.reason,
        verdict.status,
        find_code(said) or find_code(passage),
        verdict.text,
        Reader.DELIVERY_REPORT,
    )


def _verdict_on(fields: Headers, said: str, passage: str, aside: str) -> Verdict:
    status = find_status(first(fields, "status")) or find_status(said)
    action = first(fields, "action").lower()
    if action.startswith(_SUCCESSES):
        return Verdict(BounceClass.IGNORE, Reason.SUCCESS, status, said[:LONGEST_TEXT])
    texts = [said, passage, *fields.get("x-supplementary-info", []), first(fields, "status")]
    final = action.startswith("failed")
    verdict = judge_all(find_code(said), status, texts, aside=aside, final=final)
    if action.startswith("delayed"):
        return Verdict(BounceClass.SOFT, Reason.DELAYED, verdict.status, verdict.text)
    return verdict
