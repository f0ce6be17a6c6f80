"""What the settings say of how mail leaves: relay, signing keys, link keys. Part of the composition root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailer.config import SettingsError
from mailer.delivery.dkim import SigningKey
from mailer.delivery.smtp import RelayAddress
from subscribers.tokens import TokenSigner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mailer.config import RelaySettings


def relay_of(chosen: RelaySettings, folder: Path) -> RelayAddress:
    """The relay; a relative path of its authority is meant from the workspace."""
    return RelayAddress(
        host=chosen.host,
        port=chosen.port,
        security=chosen.security,
        username=chosen.username,
        password=chosen.password.get_secret_value(),
        ca_file=folder / chosen.ca_file if chosen.ca_file else None,
        timeout=chosen.timeout,
    )


def link_signer(secrets: str) -> TokenSigner:
    """Signs links with the first of some keys between commas, and knows the links of all."""
    keys = [key.strip().encode() for key in secrets.split(",") if key.strip()]
    if not keys:
        raise SettingsError(
            "secret-missing",
            "secret_key",
            "is not set, so no link can be signed",
            "set BULLETIN_SECRET_KEY in the environment or in .env; `openssl rand -hex 32` makes one",
        )
    return TokenSigner(keys)


def load_signing_keys(
    domain: str, selectors: Sequence[str], folder: Path
) -> tuple[SigningKey, ...]:
    """The private keys of these selectors; raises when one can't be read or used."""
    return tuple(
        SigningKey.load(domain, selector, _read_key(folder, selector)) for selector in selectors
    )


def _read_key(folder: Path, selector: str) -> bytes:
    path = folder / f"{selector}.pem"
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(
            "dkim-key-unreadable",
            f"dkim.selectors {selector}",
            f"{path} can't be read ({error.strerror})",
            f"make it with `bulletin dkim new --selector {selector}`, or remove it from dkim.selectors",
        ) from error
