"""What the settings say of mail that comes back: policy, marks, sources. Part of the composition root."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from mailer.bounces.consequence import Consequences
from mailer.bounces.decision import Policy
from mailer.bounces.return_path import ReturnPaths
from mailer.bounces.sources import Tidying, parse_source
from mailer.config import SettingsError
from mailer.delivery.lookup import SentLedger
from subscribers.stamps import Stamper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mailer.bounces.collect import Source
    from mailer.settings import BounceSettings


def policy_of(chosen: BounceSettings) -> Policy:
    """How much failing is too much."""
    return Policy(
        soft_run=chosen.soft_run,
        soft_days=chosen.soft_days,
        hold_least=chosen.hold_least,
        hold_share=chosen.hold_share,
        hold_days=chosen.hold_days,
        settle_days=chosen.settle_days,
    )


def consequences_of(chosen: BounceSettings) -> Consequences:
    """What follows from a failure, asked of this program's own ledger."""
    return Consequences(policy_of(chosen), SentLedger())


def return_paths_of(chosen: BounceSettings, secrets: str) -> ReturnPaths:
    """The marks of deliveries, by the keys that sign links."""
    keys = [key.strip().encode() for key in secrets.split(",") if key.strip()]
    lasts = dt.timedelta(days=chosen.lasts_days)
    return ReturnPaths(Stamper(keys), chosen.mailbox, chosen.domain, lasts)


def sources_of(chosen: BounceSettings, named: Sequence[str], folder: Path) -> list[Source]:
    """The sources named or, when none is, those of the settings, whose paths begin at the workspace."""
    tidying = Tidying(chosen.after, chosen.move_to)
    password = chosen.password.get_secret_value()
    ca_file = folder / chosen.ca_file if chosen.ca_file else None
    texts = list(named) or [in_workspace(folder, text) for text in chosen.sources]
    if not texts:
        raise SettingsError(
            "source-missing",
            "bounces.sources",
            "names no place to fetch mail from",
            "set it, or name one: bulletin bounces collect /var/mail/bounces",
        )
    return [parse_source(text, tidying, password, ca_file) for text in texts]


def in_workspace(folder: Path, text: str) -> str:
    """A source of the settings as it can be named anywhere: its path begins at the workspace."""
    return text if "://" in text else str(folder / text)
