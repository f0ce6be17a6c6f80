"""An e-mail address as SMTP gets it, and as it is told from every other.

The one place that asks email-validator. Looks nothing up: whether a mailbox exists is not known
here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from subscribers.errors import BulletinError

# RFC 5321 4.5.3.1: the octets that the parts of an address may have.
_MAX_LOCAL = 64
_MAX_ADDRESS = 254

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
_PLAIN_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*+")
_PLAIN_DOMAIN = re.compile(r"[A-Za-z0-9.-]+")
_REMEDY = "write it like name@example.org"
_SUBJECT = re.compile(r"^(?:An|The) email address\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class AddressError(BulletinError):
    """Text that is no address this program can write to."""


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox.

    `mailbox` is what the relay is told: the local part as given, the domain in lower-case A-labels.
    `key` says which addresses are the same one: it ignores case.
    """

    mailbox: str
    key: str


def parse_address(text: str) -> Address:
    """Read an address; raises `AddressError` with the reason and what to do about it."""
    mailbox = normalise(text)
    return Address(mailbox, mailbox.lower())


def normalise(text: str) -> str:
    """The mailbox of an address, whose lower case is its key; raises `AddressError`.

    For those who read a million: it makes no object.
    """
    local, _, domain = text.rpartition("@")
    # A long one is left to the validator, which words why it is too long.
    if len(text) > _MAX_ADDRESS or len(local) > _MAX_LOCAL or not _PLAIN_LOCAL.fullmatch(local):
        return _normalise_unusual(text)
    # What is at a domain that is none is left to it too: it is told of as it was written.
    parsed = _parse_plain_domain(domain)
    if not parsed:
        return _normalise_unusual(text)
    return text if parsed == domain else f"{local}@{parsed}"


def _normalise_unusual(text: str) -> str:
    _refuse_controls(text)
    given = text.strip()
    try:
        checked = _validate(given)
    except EmailNotValidError as error:
        raise AddressError("address-invalid", given, _explain(error), _REMEDY) from None
    if checked.ascii_email is None:
        raise AddressError(
            "address-not-ascii",
            given,
            "has letters before the @ that most mail servers cannot take",
            "ask for an address in plain letters, digits and dots",
        )
    # The validator changes the case of "postmaster"; what stands before the @ belongs to its
    # domain.
    return f"{given.rpartition('@')[0]}@{checked.ascii_domain}"


# A list has far fewer domains than people, and a domain's IDNA checks are nearly the whole cost.
@lru_cache(maxsize=32_768)
def _parse_plain_domain(domain: str) -> str:
    if not _PLAIN_DOMAIN.fullmatch(domain):
        return ""
    try:
        return _validate(f"a@{domain}").ascii_domain
    except EmailNotValidError:
        return ""


def _validate(text: str) -> ValidatedEmail:
    return validate_email(text, check_deliverability=False, test_environment=True, strict=True)


def _explain(error: EmailNotValidError) -> str:
    """The validator's sentences as a part of one of ours."""
    first, *rest = str(error).rstrip(".").split(". ")
    reason = _SUBJECT.sub("it", first)
    more = f" ({rest[0][0].lower()}{rest[0][1:]})" if rest else ""
    return f"is no e-mail address: {reason[0].lower()}{reason[1:]}{more}"


def _refuse_controls(text: str) -> None:
    # A line break in an address could add a header, or a command, to what is sent.
    if _CONTROL.search(text):
        shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
        raise AddressError(
            "address-control", shown, "has a line break or another control character", _REMEDY
        )
