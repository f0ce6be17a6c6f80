"""Finds mail addresses in what mail systems write, and tells the plain address of a decorated one.

Takes what looks like an address: whether it is one, and whose, is not known here.
"""

from __future__ import annotations

import re

# Chinese and Japanese punctuation closes up to an address, and is no part of it.
_STOPS = "（）【】「」『』《》〈〉：，。；、"
_LOCAL = r"(?:\"[^\"\s@]{1,64}\"|[^\s\x00-\x20\x7f-\xa0<>@\"'(),:;\[\]|\\*" + _STOPS + "]{1,128})"
_HOST = r"[^\W_](?:[\w.-]{0,251}[^\W_])?"
_ADDRESS = re.compile(rf"(?<![^\s<>\"'(),:;\[\]|\\*{_STOPS}])({_LOCAL}@{_HOST})")
_TYPED = re.compile(r"^\s*[A-Za-z0-9-]{2,20}\s*;\s*")
_ENCAPSULATED = re.compile(r"^IMCEA(?:SMTP|INVALID)?-(.+)@[^@]+$", re.IGNORECASE)
_LONGEST = 254


def addresses_in(text: str) -> list[str]:
    """Every address in a text, each once, in the order in which they stand."""
    if "@" not in text:
        return []
    return list(dict.fromkeys(filter(None, map(_tidy, _ADDRESS.findall(text)))))


def address_of(field: str) -> str:
    """The address in a field of a report, such as `rfc822; <ann@example.org>`; "" without one."""
    value = _TYPED.sub("", field.replace("&lt;", "<").replace("&gt;", ">")).strip()
    found = addresses_in(value)
    if found:
        return found[0]
    plain = value.strip("<>\"' ")
    # What is no address by the rules may still be one that somebody has: a dot at its end, a quoted blank.
    return plain if plain.find("@") > 0 and len(plain) <= _LONGEST and " " not in plain else ""


def _tidy(address: str) -> str:
    local, _, host = address.rpartition("@")
    local = local.rpartition("/")[2] if local.startswith("/") else local
    host = host.rstrip(".-")
    if not local or not host or len(address) > _LONGEST or ".." in host:
        return ""
    return _unwrapped(f"{local}@{host}")


def _unwrapped(address: str) -> str:
    # Exchange wraps an address that it cannot route: IMCEASMTP-ann+40example+2Eorg@its.host.
    match = _ENCAPSULATED.match(address)
    if not match:
        return address
    inner = re.sub(r"\+([0-9A-Fa-f]{2})", lambda code: chr(int(code[1], 16)), match[1])
    return inner if inner.count("@") == 1 and inner.isprintable() else address


def same(one: str, other: str) -> bool:
    """Whether two addresses are the same one, as far as case goes."""
    return one.lower() == other.lower()
