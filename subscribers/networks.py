"""Network addresses, shortened so far that they are nobody's own. Pure."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

_BITS = {4: 24, 6: 48}

UNKNOWN = "unknown"
"""What stands for an address that can't be read."""


@lru_cache(maxsize=4096)
def shorten(address: str) -> str:
    """The network that an address is in: 256 neighbours in version 4, one site in version 6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ipaddress.ip_network(f"{mapped}/{_BITS[mapped.version]}", strict=False))
