"""DKIM signatures (RFC 6376; RFC 8463 for Ed25519) over mail that is in relaxed form already. Pure.

The only importer of cryptography. A general signer spends most of its time on bringing header and body into
their canonical form; ours are written that way, so what is left is a hash and the signature itself.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Sequence

RSA_BITS = 2048
"""RFC 8301 asks for 1024 at least; 2048 is what receivers expect, and 4096 does not fit one DNS string."""

_BLANKS = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_END_OF_HEADER = re.compile(rb"\r\n(?![ \t])")
_DNS_STRING = 255
_COLUMNS = 72


class DkimError(BulletinError):
    """A key that can't be used, or a mail that can't be signed."""


class Algorithm(StrEnum):
    """How a key signs, as the `a=` tag names it."""

    RSA = "rsa-sha256"
    ED25519 = "ed25519-sha256"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with the place of its public half: `selector._domainkey.domain`."""

    domain: str
    selector: str
    private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

    @classmethod
    def load(cls, domain: str, selector: str, pem: bytes) -> SigningKey:
        """A key from its PEM form (PKCS 8); raises DkimError when it is no RSA or Ed25519 key."""
        try:
            private = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise _unusable(selector, "is no private key in PEM form") from error
        if isinstance(private, rsa.RSAPrivateKey):
            if private.key_size < RSA_BITS:
                raise _unusable(selector, f"has only {private.key_size} bits")
            return cls(domain, selector, private)
        if isinstance(private, ed25519.Ed25519PrivateKey):
            return cls(domain, selector, private)
        raise _unusable(selector, "is neither an RSA nor an Ed25519 key")

    @classmethod
    def generate(cls, domain: str, selector: str, algorithm: Algorithm) -> SigningKey:
        """A new key."""
        if algorithm is Algorithm.ED25519:
            return cls(domain, selector, ed25519.Ed25519PrivateKey.generate())
        return cls(domain, selector, rsa.generate_private_key(65537, RSA_BITS))

    @property
    def algorithm(self) -> Algorithm:
        """How this key signs."""
        return Algorithm.RSA if isinstance(self.private, rsa.RSAPrivateKey) else Algorithm.ED25519

    def pem(self) -> bytes:
        """The private key as a file holds it."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def sign(self, data: bytes) -> bytes:
        """The signature over `data`: RSA with PKCS 1 v1.5, or Ed25519 over its SHA-256."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.private.sign(hashlib.sha256(data).digest())

    @property
    def record_name(self) -> str:
        """Where in the DNS the public key is looked for."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def bits(self) -> int:
        """How long the key is."""
        return self.private.key_size if isinstance(self.private, rsa.RSAPrivateKey) else 256

    def record_text(self) -> str:
        """What is to be published (RFC 6376, section 3.6.1)."""
        kind, public = self._public()
        return f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode('ascii')}"

    def record(self) -> str:
        """The TXT record to publish, cut into strings that DNS can hold."""
        text = self.record_text()
        cut = [text[i : i + _DNS_STRING] for i in range(0, len(text), _DNS_STRING)]
        return " ".join(f'"{part}"' for part in cut)

    def _public(self) -> tuple[str, bytes]:
        if isinstance(self.private, rsa.RSAPrivateKey):
            der = self.private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            return "rsa", der
        raw = self.private.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        return "ed25519", raw


def _unusable(selector: str, what: str) -> DkimError:
    return DkimError(
        "dkim-key",
        f"DKIM key {selector}",
        what,
        "make one with `bulletin dkim new`, RSA-2048 or Ed25519",
    )


class MailSigner:
    """Signs mails that share most of their headers.

    `shared` are the headers that all have in common, `own_names` name those that each brings, in their order.
    From and Subject are signed once more than they are there, so that nobody can add a second one (RFC 6376,
    section 8.15).
    """

    def __init__(self, keys: Sequence[SigningKey], shared: bytes, own_names: Sequence[str]) -> None:
        fields = split_headers(shared)
        self._canonical = b"".join(relaxed_header(name, value) for name, value in fields)
        names = (*(name for name, _ in fields), *own_names, "From", "Subject")
        self._keys = [(key, _opening(key, names)) for key in keys]

    def sign(self, own: bytes, body: bytes, signed_at: int) -> bytes:
        """The DKIM-Signature headers, one for each key, to stand above all others.

        `own` are this mail's own headers, `body` is in relaxed form, `signed_at` counts seconds since 1970.
        """
        if not self._keys:
            return b""
        fields = split_headers(own)
        canonical = self._canonical + b"".join(relaxed_header(*field) for field in fields)
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
        closing = f" t={signed_at}; bh={digest}; b="
        return b"".join(
            _signature(key, canonical, opening + closing) for key, opening in self._keys
        )


def split_headers(head: bytes) -> list[tuple[str, bytes]]:
    """The name and raw value of each header, folds included."""
    found = []
    for field in _END_OF_HEADER.split(head.removesuffix(b"\r\n")):
        name, _, value = field.partition(b":")
        found.append((name.decode("ascii"), value))
    return found


def relaxed_header(name: str, value: bytes) -> bytes:
    """One header in relaxed form (RFC 6376, section 3.4.2), its line break included."""
    flat = _BLANKS.sub(b" ", _FOLD.sub(b"", value)).strip(b" ")
    return name.lower().encode("ascii") + b":" + flat + b"\r\n"


def _opening(key: SigningKey, names: Sequence[str]) -> str:
    # Written with one space wherever it is folded later: relaxed form makes the two the same.
    groups = [":".join(names[i : i + 4]) for i in range(0, len(names), 4)]
    return (
        f"v=1; a={key.algorithm}; c=relaxed/relaxed; d={key.domain}; s={key.selector}; "
        f"h={': '.join(groups)};"
    )


def _signature(key: SigningKey, canonical: bytes, tags: str) -> bytes:
    signature = key.sign(canonical + b"dkim-signature:" + tags.encode("ascii"))
    encoded = base64.b64encode(signature).decode("ascii")
    lines = [encoded[i : i + _COLUMNS] for i in range(0, len(encoded), _COLUMNS)]
    folded = tags.replace("; ", ";\r\n ").replace(": ", ":\r\n ") + "\r\n ".join(lines)
    return f"DKIM-Signature: {folded}\r\n".encode("ascii")
