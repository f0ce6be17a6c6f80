"""Sign a number so that it fits into the local part of an address, where a link's token is too long.

A stamp is letters and digits of base32, in any case: some mail systems change it. It holds the number, the
day on which it was made, and 80 bits of a keyed hash. Knows no address and no mail.
"""

from __future__ import annotations

import hmac
from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from subscribers.tokens import TokenError, check_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
_DAY_BYTES = 2
_HASH_BYTES = 10
# A number of 8 bytes, the day and the hash make 32 characters.
_LONGEST = 40


class Stamper:
    """Stamps with the newest key and reads what any of them stamped, so that a key can be replaced.

    `keys` are secrets of at least 16 bytes, newest first.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        check_keys(keys)
        # The hash takes keys of up to 64 bytes.
        self._keys = [blake2b(key, digest_size=32).digest() for key in keys]

    def stamp(self, purpose: str, number: int, now: datetime | None = None) -> str:
        """A stamp that holds `number` for one purpose; without `now` it is always the same and has no age."""
        days = 0 if now is None else (now - _FIRST_DAY).days
        length = max(1, (number.bit_length() + 7) // 8)
        held = number.to_bytes(length, "big") + days.to_bytes(_DAY_BYTES, "big")
        # What is always the same is made with the oldest key, so that a new one does not change it.
        key = self._keys[0 if now is not None else -1]
        return _in_letters(held + _hash(key, purpose, held))

    def read(
        self,
        purpose: str,
        stamp: str,
        *,
        max_age: timedelta | None = None,
        now: datetime | None = None,
    ) -> int:
        """The number; raises `TokenError` when the stamp is forged, another purpose's, or too old.

        `max_age` needs `now`, and a stamp that was made with a moment.
        """
        held, proof = self._split(stamp)
        if not any(hmac.compare_digest(proof, _hash(key, purpose, held)) for key in self._keys):
            raise _refusal("token-invalid", "was not made here, or was changed on its way")
        if max_age is not None and _is_too_old(held, max_age, now):
            raise _refusal("token-expired", "is too old")
        return int.from_bytes(held[:-_DAY_BYTES], "big")

    def _split(self, stamp: str) -> tuple[bytes, bytes]:
        raw = _from_letters(stamp)
        # Base32 leaves bits of the last letter unused: only one way of writing a stamp is good.
        if len(raw) <= _DAY_BYTES + _HASH_BYTES or _in_letters(raw) != stamp.lower():
            raise _refusal("token-invalid", "was not made here, or was cut short")
        return raw[:-_HASH_BYTES], raw[-_HASH_BYTES:]


def _hash(key: bytes, purpose: str, held: bytes) -> bytes:
    # A purpose of its own for each use: one's stamp never does for another.
    return blake2b(held, key=key, digest_size=_HASH_BYTES, person=purpose.encode()[:16]).digest()


def _in_letters(raw: bytes) -> str:
    return b32encode(raw).rstrip(b"=").decode().lower()


def _from_letters(stamp: str) -> bytes:
    if len(stamp) > _LONGEST or not stamp.isascii():
        return b""
    try:
        return b32decode(stamp.upper() + "=" * (-len(stamp) % 8))
    except NotBase32:
        return b""


def _is_too_old(held: bytes, max_age: timedelta, now: datetime | None) -> bool:
    if now is None:
        msg = "max_age says nothing without now"
        raise ValueError(msg)
    days = int.from_bytes(held[-_DAY_BYTES:], "big")
    return days == 0 or now - (_FIRST_DAY + timedelta(days=days)) > max_age + timedelta(days=1)


def _refusal(code: str, what: str) -> TokenError:
    return TokenError(code, "the stamp of a delivery", what, "look at the mail it came with")
