"""Is the mail legal on the wire, and does its head say what mailbox providers ask of bulk mail? Pure.

RFC 5322 and RFC 5321 for lines, RFC 2045 for quoted-printable, RFC 2369, 2919 and 8058 for lists, RFC 6376
for what a signature covers.
"""

from __future__ import annotations

import re
from collections import Counter
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import TYPE_CHECKING

from mailer.checks.check import Check
from mailer.checks.fault import OURS, Fault, placed
from mailer.content.problem import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.checks.check import Checked
    from mailer.content.problem import Problem

LONGEST_LINE = 998
"""Characters of a line at most, without its end (RFC 5322, section 2.1.1)."""

LONGEST_ENCODED_LINE = 76
"""The same for quoted-printable (RFC 2045, section 6.7)."""

MAIL_LINES = Rule(
    "mail-lines",
    Severity.ERROR,
    "A relay refuses lines that are not legal, or changes them, and the signature breaks.",
    final=True,
)
MAIL_HEADERS = Rule(
    "mail-headers",
    Severity.ERROR,
    "Gmail, Yahoo and Outlook.com refuse bulk mail whose head is not as they ask.",
    final=True,
)
RULES = (MAIL_LINES, MAIL_HEADERS)

_ALWAYS = (
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Auto-Submitted", "MIME-Version",
    "Content-Type",
)  # fmt: skip
_OF_LISTS = (
    "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Owner", "List-Archive",
    "List-Post", "Feedback-ID",
)  # fmt: skip
_REPEATED = frozenset({"dkim-signature", "received"})
_FOLD = re.compile(r"\r\n(?=[ \t])")
_FIELD = re.compile(r"([!-9;-~]+):[ \t]*(.*)", re.DOTALL)
_SIGNED = re.compile(r"\bh=([^;]+)")
# The settings let `web.base_url` be this machine's own by http, to try the pages.
_BY_WEB = re.compile(r"<(?:https://|http://(?:localhost|127\.0\.0\.1)[:/])[^<>]+>")

# What the value of a header must look like, and in words what is asked.
_SHAPES = {
    "message-id": (r"<[^<>\s@]+@[^<>\s@]+>", "one identifier in angle brackets"),
    "list-id": (r"(?:[^<>]* )?<[\w-]+(?:\.[\w-]+)+>", "a name below the sender's domain in angle brackets"),
    "list-unsubscribe-post": (r"List-Unsubscribe=One-Click", '"List-Unsubscribe=One-Click"'),
    "list-post": (r"NO", '"NO"'),
    "feedback-id": (r"[^:\s]+(?::[^:\s]+){2}:[^:\s]{5,15}", "three parts and a sender of 5 to 15 characters"),
    "auto-submitted": (r"auto-generated", '"auto-generated"'),
}  # fmt: skip


def find_illegal(message: bytes, *, of_list: bool) -> Iterator[Fault]:
    """What is wrong with a whole mail as SMTP carries it; a letter to one person is not `of_list`."""
    head, _, body = message.partition(b"\r\n\r\n")
    yield from (Fault(MAIL_LINES, what, OURS) for what in _lines(message, body))
    fields = _fields(head.decode("ascii", "replace"))
    wanted = (*_ALWAYS, *_OF_LISTS) if of_list else _ALWAYS
    yield from (Fault(MAIL_HEADERS, what, OURS) for what in _headers(fields, wanted))


def _lines(message: bytes, body: bytes) -> Iterator[str]:
    if not message.count(b"\r") == message.count(b"\n") == message.count(b"\r\n"):
        yield "a line doesn't end with CRLF"
    if not message.isascii() or b"\0" in message:
        yield "the mail has bytes that are no characters of ASCII"
    longest = max(map(len, message.split(b"\r\n")))
    if longest > LONGEST_LINE:
        yield f"a line has {longest:,} characters, and {LONGEST_LINE} are legal"
    encoded = max(map(len, body.split(b"\r\n")))
    if encoded > LONGEST_ENCODED_LINE:
        yield f"an encoded line has {encoded} characters, and {LONGEST_ENCODED_LINE} are legal"


def _fields(head: str) -> list[tuple[str, str]]:
    lines = (_FIELD.fullmatch(_FOLD.sub("", line)) for line in re.split(r"\r\n(?![ \t])", head))
    return [(found[1], " ".join(found[2].split())) for found in lines if found]


def _headers(fields: list[tuple[str, str]], wanted: Iterable[str]) -> Iterator[str]:
    counted = Counter(name.lower() for name, _ in fields)
    for name in wanted:
        if not counted[name.lower()]:
            yield f"the header {name} is missing"
    for name, count in counted.items():
        if count > 1 and name not in _REPEATED:
            yield f"the header {name} is there {count} times"
    for name, value in fields:
        yield from _value(name, value, dict.fromkeys(wanted))


def _value(name: str, value: str, wanted: Iterable[str]) -> Iterator[str]:
    shape, asked = _SHAPES.get(name.lower(), ("", ""))
    if shape and not re.fullmatch(shape, value):
        yield f'the header {name} is "{value}", and should be {asked}'
    match name.lower():
        case "list-unsubscribe" if len(_BY_WEB.findall(value)) != 1:
            yield f"the header {name} doesn't hold exactly one https address"
        case "date" if not _is_date(value):
            yield f'the header {name} is "{value}", which is no date'
        case "dkim-signature":
            yield from (f"the signature doesn't cover {each}" for each in _unsigned(value, wanted))


def _unsigned(signature: str, wanted: Iterable[str]) -> list[str]:
    signed = {each.strip().lower() for each in "".join(_SIGNED.findall(signature)).split(":")}
    return [name for name in wanted if name.lower() not in signed]


def _is_date(value: str) -> bool:
    try:
        return parsedate_to_datetime(value).tzinfo is not None
    except ValueError:
        return False


def _check(checked: Checked) -> Iterator[Problem]:
    found = (find_illegal(mail.message, of_list=True) for mail in checked.mails)
    return placed(checked, chain.from_iterable(found))


CHECKS = (Check(RULES, _check),)
