"""Sign and verify what a link carries, so that only links of our own making work.

The one importer of itsdangerous. Knows no page and no subscriber: a payload is whatever the caller
put in.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import timedelta  # noqa: TC003 - part of the public signatures
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from itsdangerous import BadData, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_SHORTEST_KEY = 16
_compact = json.JSONEncoder(separators=(",", ":")).encode


class TokenError(BulletinError):
    """A token that was not signed here for this purpose, or is too old."""


class TokenSigner:
    """Signs with the first key and verifies with any, so that a key can be replaced without dead links.

    `keys` are secrets of at least 16 bytes, newest first.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        check_keys(keys)
        # itsdangerous signs with the last key of its list.
        self._keys = list(reversed(keys))
        self._serializers: dict[str, URLSafeSerializer] = {}
        self._signers: dict[str, Signer] = {}

    def sign(self, purpose: str, payload: object, *, now: datetime | None = None) -> str:
        """A token, safe in a URL, that holds `payload` (whatever JSON can hold) for one purpose.

        With `now` it says when it was signed, which `verify` needs to know its age. The payload can
        be read by anybody who has the token: it is signed, not hidden.
        """
        signed_at = None if now is None else int(now.timestamp())
        held = urlsafe_b64encode(_compact([payload, signed_at]).encode()).rstrip(b"=")
        return self._ready_signer(purpose).sign(held).decode("ascii")

    def verify(
        self,
        purpose: str,
        token: str,
        *,
        max_age: timedelta | None = None,
        now: datetime | None = None,
    ) -> Any:  # noqa: ANN401 - what comes out is what JSON held
        """The payload of a token; raises `TokenError` when it is forged, another purpose's, or too old.

        `max_age` needs `now`, and a token that was signed with a moment.
        """
        try:
            _refuse_respelled(token)
            payload, signed_at = self._serializer(purpose).loads(token)
        except (BadData, ValueError, TypeError):
            raise _refusal("token-invalid", "was not made here, or was cut short") from None
        if max_age is not None and _is_too_old(signed_at, max_age, now):
            raise _refusal("token-expired", "is too old")
        return payload

    def _ready_signer(self, purpose: str) -> Signer:
        """Signs as the serializer does, in a quarter of the time: it derives its key once, not every time."""
        if purpose not in self._signers:
            plain = self._serializer(purpose).make_signer()
            self._signers[purpose] = Signer(
                plain.derive_key(), key_derivation="none", digest_method=plain.digest_method
            )
        return self._signers[purpose]

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        # The purpose is the salt: one purpose's token never verifies for another.
        if purpose not in self._serializers:
            self._serializers[purpose] = URLSafeSerializer(
                self._keys,
                salt=f"bulletin.{purpose}",
                signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"},
            )
        return self._serializers[purpose]


def _refuse_respelled(token: str) -> None:
    """Base64 leaves bits of the last letter unused: only one way of writing a token is good."""
    for part in token.split("."):
        if base64_encode(base64_decode(part)) != part.encode():
            raise BadData(part)


def check_keys(keys: Sequence[bytes]) -> None:
    """Raise `TokenError` for keys that somebody could guess, and for none."""
    if not keys or any(len(key) < _SHORTEST_KEY for key in keys):
        raise TokenError(
            "key-too-short",
            "signing key",
            "is missing or shorter than 16 bytes",
            "make one with `openssl rand -hex 32`",
        )


def _is_too_old(signed_at: int | None, max_age: timedelta, now: datetime | None) -> bool:
    if now is None:
        msg = "max_age says nothing without now"
        raise ValueError(msg)
    return signed_at is None or now.timestamp() - signed_at > max_age.total_seconds()


def _refusal(code: str, what: str) -> TokenError:
    return TokenError(code, "this link", what, "ask for a new one")
