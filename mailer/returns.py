"""What the settings say of mail that comes back: policy, marks, sources. Part of the composition root."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from mailer.bounces.decision import Policy
from mailer.bounces.place import Tidying
from mailer.bounces.return_path import ReturnPaths
from mailer.bounces.sources import parse_source
from mailer.config import SettingsError
from subscribers.stamps import Stamper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mailer.bounces.consequence import Consequences
    from mailer.bounces.place import Source
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
    from mailer.bounces.consequence import Consequences  # noqa: PLC0415 - slow to import
    from mailer.delivery.lookup import SentLedger  # noqa: PLC0415 - the same

    return Consequences(policy_of(chosen), SentLedger())


def return_paths_of(chosen: BounceSettings, secrets: str) -> ReturnPaths:
    """The marks of deliveries, by the keys that sign links."""
    keys = [key.strip().encode() for key in secrets.split(",") if key.strip()]
    lasts = dt.timedelta(days=chosen.lasts_days)
    return ReturnPaths(Stamper(keys), chosen.mailbox, chosen.domain, lasts)


def source_texts(chosen: BounceSettings, named: Sequence[str], folder: Path) -> list[str]:
    """The sources named or, when none is, those of the settings, whose paths begin at the workspace."""
    texts = list(named) or [in_workspace(folder, text) for text in chosen.sources]
    if not texts:
        raise SettingsError(
            "source-missing",
            "bounces.sources",
            "names no place to fetch mail from",
            "set it, or name one: bulletin bounces collect /var/mail/bounces",
        )
    return texts


def source_of(chosen: BounceSettings, text: str, folder: Path) -> Source:
    """The source that a text names; raises SourceError for one that can't be."""
    tidying = Tidying(chosen.after, chosen.move_to)
    ca_file = folder / chosen.ca_file if chosen.ca_file else None
    return parse_source(text, tidying, chosen.password.get_secret_value(), ca_file)


def in_workspace(folder: Path, text: str) -> str:
    """A source of the settings as it can be named anywhere: its path begins at the workspace."""
    is_path = bool(text.strip()) and "://" not in text and not text.startswith("~")
    return str(folder / text) if is_path else text
