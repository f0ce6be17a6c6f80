"""Judges the relay by what it says of itself: TLS, certificate, login, how large a mail may be. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from mailer.checks.mail.size import GMAIL_LIMIT
from mailer.doctor.finding import Area, Finding, good, skipped, warning, wrong

if TYPE_CHECKING:
    from mailer.delivery.smtp import RelayAddress
    from mailer.delivery.terms import Terms
    from subscribers.errors import BulletinError

LARGEST_MAIL: Final = 2 * GMAIL_LIMIT
"""Bytes. No edition has more HTML than half of it; quoted-printable and the text make up the rest."""

EXPIRES_SOON: Final = dt.timedelta(days=21)

_AREA: Final = Area.RELAY


def judge_refusal(error: BulletinError) -> list[Finding]:
    """What kept us from a session: the relay's address, its certificate, the login."""
    return [wrong(_AREA, "connection", f"{error.subject}: {error.what}", error.remedy)]


def judge_terms(
    terms: Terms, address: RelayAddress, is_local: bool, now: dt.datetime
) -> list[Finding]:
    """A session that was opened."""
    findings = [good(_AREA, "connection", f"{address} answers")]
    findings += _judge_security(terms, address, is_local, now)
    findings.append(_judge_login(address))
    findings.append(_judge_size(terms.size_limit))
    return findings


def _judge_security(
    terms: Terms, address: RelayAddress, is_local: bool, now: dt.datetime
) -> list[Finding]:
    if terms.protocol is None:
        if is_local:
            return [good(_AREA, "TLS", "none, on the way to this machine itself")]
        found = "mail and addresses go to the relay in the clear"
        remedy = 'set relay.security to "starttls" or "tls"'
        judged = wrong if address.username else warning
        return [judged(_AREA, "TLS", found, remedy)]
    findings = [good(_AREA, "TLS", terms.protocol)]
    if terms.expires_at is not None:
        findings.append(judge_expiry(_AREA, terms.expires_at, now))
    return findings


def judge_expiry(area: Area, expires_at: dt.datetime, now: dt.datetime) -> Finding:
    """A certificate that is valid now."""
    found = f"valid until {expires_at:%-d %B %Y}"
    if expires_at - now < EXPIRES_SOON:
        return warning(
            area, "certificate", found, "renew it: once it has expired nothing gets through"
        )
    return good(area, "certificate", found)


def _judge_login(address: RelayAddress) -> Finding:
    if not address.username:
        return skipped(_AREA, "login", "none is set")
    if not address.password:
        found = f'relay.username is "{address.username}", and there is no password'
        return wrong(_AREA, "login", found, "set BULLETIN_RELAY_PASSWORD")
    return good(_AREA, "login", f"{address.username} is let in")


def _judge_size(limit: int | None) -> Finding:
    subject = "size of a mail"
    if limit is None:
        return skipped(_AREA, subject, "it does not say how large a mail may be")
    if limit < LARGEST_MAIL:
        found = f"it takes {limit:,} bytes, and a mail may have {LARGEST_MAIL:,}"
        return wrong(_AREA, subject, found, "have its limit raised (Postfix: message_size_limit)")
    return good(_AREA, subject, f"it takes {limit:,} bytes; a mail has {LARGEST_MAIL:,} at most")
