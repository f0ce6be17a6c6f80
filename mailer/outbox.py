"""What the settings say of how mail leaves: relay, signing keys, link keys. Part of the composition root."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

from mailer.config import SettingsError
from mailer.delivery.dkim import SigningKey
from mailer.delivery.pacing import Limit, Pacing, SendingHours, WarmUp
from mailer.delivery.retry import RetrySchedule
from mailer.settings import Weekday
from subscribers.tokens import TokenSigner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mailer.delivery.breaker import BreakerRule
    from mailer.delivery.smtp import RelayAddress
    from mailer.settings import (
        BreakerSettings,
        DeliverySettings,
        HoursSettings,
        PacingSettings,
        RelaySettings,
    )

_WEEKDAYS = get_args(Weekday)


def relay_of(chosen: RelaySettings, folder: Path) -> RelayAddress:
    """The relay; a relative path of its authority is meant from the workspace."""
    from mailer.delivery.smtp import RelayAddress  # noqa: PLC0415 - slow to import

    return RelayAddress(
        host=chosen.host,
        port=chosen.port,
        security=chosen.security,
        username=chosen.username,
        password=chosen.password.get_secret_value(),
        ca_file=folder / chosen.ca_file if chosen.ca_file else None,
        timeout=chosen.timeout,
        answer_timeout=max(chosen.timeout, chosen.answer_timeout),
    )


def pacing_of(pace: PacingSettings, hours: HoursSettings) -> Pacing:
    """How fast, over how many connections, and at what hours mail may leave."""
    warm_up = WarmUp(pace.warm_up_from, pace.warm_up_mails) if pace.warm_up_from else None
    return Pacing(
        relay=Limit(pace.per_second, pace.connections),
        domains={
            domain: Limit(each.per_second, each.connections)
            for domain, each in pace.domains.items()
        },
        warm_up=warm_up,
        hours=SendingHours(
            begin=hours.opens,
            end=hours.closes or dt.time.max,
            days=frozenset(map(_WEEKDAYS.index, hours.days)),
            zone=ZoneInfo(hours.time_zone),
        ),
    )


def breaker_of(chosen: BreakerSettings) -> BreakerRule:
    """When a campaign is paused because too much of it fails."""
    from mailer.delivery.breaker import BreakerRule  # noqa: PLC0415 - slow to import

    return BreakerRule(chosen.last, chosen.last_share, chosen.whole_share, chosen.at_least)


def retries_of(chosen: DeliverySettings) -> RetrySchedule:
    """When what was put off is tried again."""
    return RetrySchedule(
        tuple(dt.timedelta(minutes=each) for each in chosen.retry_minutes),
        dt.timedelta(hours=chosen.give_up_hours),
    )


def link_signer(secrets: str) -> TokenSigner:
    """Signs links with the first of some keys between commas, and knows the links of all."""
    return TokenSigner(link_keys(secrets))


def link_keys(secrets: str) -> list[bytes]:
    """The keys between commas; raises SettingsError when there is none."""
    keys = [key.strip().encode() for key in secrets.split(",") if key.strip()]
    if not keys:
        raise SettingsError(
            "secret-missing",
            "secret_key",
            "is not set, so no link can be signed",
            "set BULLETIN_SECRET_KEY in the environment or in .env; `openssl rand -hex 32` makes one",
        )
    return keys


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
