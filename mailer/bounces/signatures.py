"""Whether somebody else's signature holds. Knows keys and bytes; must not know what was signed, nor why."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509 import load_pem_x509_certificate

if TYPE_CHECKING:
    import datetime as dt


def holds_by_certificate(
    certificate: bytes, signature: str, signed: bytes, now: dt.datetime, *, old_hash: bool
) -> bool:
    """Whether `signed` was signed (RSA, PKCS #1 1.5) by the key of a PEM certificate, valid now.

    `old_hash` is SHA-1, as the first version of Amazon's signatures has it. Nobody forges with it what must
    be equal to something that another chose.
    """
    try:
        known = load_pem_x509_certificate(certificate)
        key = known.public_key()
        if not known.not_valid_before_utc <= now <= known.not_valid_after_utc:
            return False
        if not isinstance(key, RSAPublicKey):
            return False
        algorithm = SHA1() if old_hash else SHA256()  # noqa: S303 - as it says above
        key.verify(base64.b64decode(signature, validate=True), signed, PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError):
        return False
    return True


def holds_by_key(public_key: str, signature: str, signed: bytes) -> bool:
    """Whether `signed` was signed (ECDSA, SHA-256) by a public key, DER in base64."""
    try:
        key = load_der_public_key(base64.b64decode(public_key, validate=True))
        if not isinstance(key, EllipticCurvePublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), signed, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
