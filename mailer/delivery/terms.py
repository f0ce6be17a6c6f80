"""On what terms a relay takes mail: what is known of a session once it is open. Pure."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """TLS and limits of a session."""

    protocol: str | None
    """The version of TLS; None without it."""
    expires_at: dt.datetime | None
    """When the relay's certificate ends."""
    size_limit: int | None
    """Bytes that a mail may have; None where the relay doesn't say."""


def read_terms(secured: ssl.SSLObject | None, size: str | None) -> Terms:
    """The terms, by the TLS of a session and the argument of SIZE, of which 0 is no limit (RFC 1870)."""
    limit = int(size) if size and size.isascii() and size.isdigit() else 0
    if secured is None:
        return Terms(None, None, limit or None)
    return Terms(secured.version(), certificate_end(secured), limit or None)


def certificate_end(secured: ssl.SSLObject | ssl.SSLSocket) -> dt.datetime | None:
    """When the certificate that the other side showed ends; None where none was asked for."""
    ends = (secured.getpeercert() or {}).get("notAfter")
    if not ends:
        return None
    return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), dt.UTC)
