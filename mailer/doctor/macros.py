"""Macros in SPF records: `%{ir}.%{v}._spf.%{d2}` (RFC 7208, section 7). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_MACRO: Final = re.compile(r"%(?:([%_-])|\{([a-z])([0-9]{0,3})(r?)([.+,/_=-]*)\})", re.IGNORECASE)
_PLAIN: Final = {"%": "%", "_": " ", "-": "%20"}
_LONGEST_NAME: Final = 253


@dataclass(frozen=True, slots=True)
class Client:
    """Who hands over a mail: from which address, and in whose name."""

    address: IPv4Address | IPv6Address
    sender: str
    """A whole mail address."""

    def expand(self, text: str, domain: str) -> str:
        """`text` with its macros replaced, `domain` being the one whose record is read."""
        values = self._values(domain)

        def replace(found: re.Match[str]) -> str:
            plain, letter, digits, backwards, delimiters = found.groups(default="")
            if plain:
                return _PLAIN[plain]
            parts = re.split(f"[{re.escape(delimiters or '.')}]", values[letter.lower()])
            if backwards:
                parts.reverse()
            value = ".".join(parts[-int(digits) :] if int(digits or 0) else parts)
            return quote(value, safe="") if letter.isupper() else value

        expanded = _MACRO.sub(replace, text)
        while len(expanded) > _LONGEST_NAME:
            expanded = expanded.partition(".")[2]
        return expanded

    def _values(self, domain: str) -> dict[str, str]:
        local, _, sender_domain = self.sender.rpartition("@")
        nibbles = ".".join(self.address.exploded.replace(":", ""))
        is_four = self.address.version == 4
        return {
            "s": self.sender,
            "l": local,
            "o": sender_domain,
            "d": domain,
            "i": str(self.address) if is_four else nibbles,
            "c": str(self.address),
            # Not worth a lookup, says the RFC, and not known here before one.
            "p": "unknown",
            "v": "in-addr" if is_four else "ip6",
            "h": sender_domain,
            "r": "unknown",
            "t": "0",
        }
