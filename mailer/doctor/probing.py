"""Looks at what is around a workspace: relay, web server, disk, clock, network. An adapter; bounded in time.

Says what it saw, and judges none of it.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import ipaddress
import shutil
import socket
import ssl
from dataclasses import replace
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mailer.delivery.smtp import RelayConnection
from mailer.delivery.terms import certificate_end
from mailer.doctor.names import RecordError
from mailer.doctor.pages import Page

if TYPE_CHECKING:
    from pathlib import Path

    from mailer.delivery.smtp import RelayAddress
    from mailer.delivery.terms import Terms

_PATIENCE: Final = 10.0
"""Seconds for each step of a conversation."""
_LARGEST: Final = 65_536
_ELSEWHERE: Final = ("192.0.2.1", "2001:db8::1")
"""Addresses for documentation (RFC 5737, RFC 3849): nothing is sent to them."""
_CLOCK_UNSET: Final = 5
"""TIME_ERROR of adjtimex(2)."""


async def ask_relay(address: RelayAddress) -> Terms:
    """Log in as a sending does, and leave again; raises RelayError saying what failed."""
    patient = replace(address, timeout=min(address.timeout, _PATIENCE))
    connection = await RelayConnection.open(patient)
    try:
        return connection.terms
    finally:
        await connection.close()


def fetch(url: str) -> Page | str:
    """What is at a web address, without following a redirect; or why that can't be had."""
    parts = urlsplit(url)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=_PATIENCE)
    try:
        connection.request("GET", parts.path or "/")
        secured = connection.sock
        expires_at = certificate_end(secured) if isinstance(secured, ssl.SSLSocket) else None
        answer = connection.getresponse()
        text = answer.read(_LARGEST).decode("utf-8", "replace")
        return Page(answer.status, text, _date(answer), expires_at)
    except ssl.SSLCertVerificationError as error:
        return f"its certificate is not trusted ({error.verify_message})"
    except TimeoutError:
        return f"no answer within {_PATIENCE:g} s"
    except (OSError, HTTPException, ValueError) as error:
        return f"it can't be reached ({error})"
    finally:
        connection.close()


def fetch_policy(url: str) -> str:
    """The file at an HTTPS address; raises RecordError when it isn't there."""
    seen = fetch(url)
    if isinstance(seen, str):
        raise RecordError(seen)
    if seen.status != 200:
        raise RecordError(f"the web server answers {seen.status}")
    return seen.text


def _date(answer: HTTPResponse) -> dt.datetime | None:
    try:
        told = parsedate_to_datetime(answer.getheader("date") or "")
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=dt.UTC)


# ---- this machine


def own_addresses() -> tuple[str, ...]:
    """The addresses that this machine is seen with in the internet, as far as it knows them itself."""
    return tuple(each for each in map(_own_address, _ELSEWHERE) if each)


def _own_address(elsewhere: str) -> str:
    """The address that this machine would be seen with; empty when it is one of a private network."""
    family = socket.AF_INET6 if ":" in elsewhere else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))
            own = str(probe.getsockname()[0])
    except OSError:
        return ""
    return own if ipaddress.ip_address(own).is_global else ""


def is_clock_set() -> bool | None:
    """Whether a time service keeps this machine's clock, as Linux knows it; None where nobody says."""
    try:
        ask = ctypes.CDLL(None).adjtimex
    except (AttributeError, OSError):
        return None
    # All zero asks and changes nothing; the structure is smaller than this.
    state = int(ask(ctypes.create_string_buffer(512)))
    return None if state < 0 else state != _CLOCK_UNSET


def free_bytes(folder: Path) -> int:
    """The room on the disk of a folder."""
    return shutil.disk_usage(folder).free
