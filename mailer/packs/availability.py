"""Whether an asset may be passed on at a moment, and if not, why. Pure: it is told what time it is."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - part of the public values
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailer.content.pack import Asset


@dataclass(frozen=True, slots=True)
class Available:
    """It may be passed on."""


@dataclass(frozen=True, slots=True)
class Embargoed:
    """Not before that moment, and nothing of it may be reached."""

    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """No longer, from that moment on."""

    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Never again, for the reason that partners are told."""

    because: str


Availability = Available | Embargoed | Expired | Withdrawn


def availability(asset: Asset, now: dt.datetime) -> Availability:
    """What holds for an asset at an aware moment; a withdrawal stands above its times."""
    if asset.withdrawn is not None:
        return Withdrawn(asset.withdrawn)
    if asset.embargo is not None and now < asset.embargo:
        return Embargoed(asset.embargo)
    if asset.expires is not None and now >= asset.expires:
        return Expired(asset.expires)
    return Available()
