"""What is meant for this machine alone stays on it.

The inbox and the preview show mail to whoever asks, without a password; so they listen on loopback
only, and answer only to its names: a page elsewhere can point a name of its own at 127.0.0.1.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from subscribers.errors import BulletinError

LOCAL_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")


class HostError(BulletinError):
    """A host that must not, or can't, be listened on."""


def require_loopback(host: str) -> None:
    """Raise HostError unless `host` is an address or name of this machine's loopback."""
    if not _is_loopback(host):
        raise HostError(
            "host-not-local",
            f'host "{host}"',
            "can be reached from other machines, and there is no password on what it would show",
            "use 127.0.0.1, ::1 or localhost",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
