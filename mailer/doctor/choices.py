"""Judges what a team chose in its settings, as far as mail and its way back depend on it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mailer.doctor.finding import Area, Finding, good, warning, wrong

if TYPE_CHECKING:
    from collections.abc import Sequence

_AREA: Final = Area.SETTINGS


@dataclass(frozen=True, slots=True)
class Choices:
    """What the settings come to."""

    is_live: bool
    allowed: int
    """How many addresses get mail in safe mode."""
    has_secret: bool
    untouched: Sequence[str]
    """Keys of who sends that are still those of the example."""
    return_domain: str
    """The domain of the return path's own; empty where mail comes back to the sender's address."""
    hears_bounces: bool
    """Whether returned mail is fetched, or told by a provider."""


def judge_choices(chosen: Choices) -> list[Finding]:
    """Mode, secret, names, and the way back."""
    return [
        _judge_mode(chosen),
        _judge_secret(chosen.has_secret),
        _judge_names(chosen.untouched),
        _judge_way_back(chosen),
    ]


def _judge_mode(chosen: Choices) -> Finding:
    if chosen.is_live:
        return good(_AREA, "mode", "live: mail goes to the subscribers")
    whither = (
        f"mail goes to {chosen.allowed} allowed addresses alone"
        if chosen.allowed
        else "no mail leaves this machine"
    )
    return warning(_AREA, "mode", f"safe: {whither}", 'set mode = "live" to write to subscribers')


def _judge_secret(has_secret: bool) -> Finding:
    if has_secret:
        return good(_AREA, "secret_key", "it is set")
    remedy = "set BULLETIN_SECRET_KEY; `openssl rand -hex 32` makes one"
    return wrong(_AREA, "secret_key", "it is not set, so no link can be signed", remedy)


def _judge_names(untouched: Sequence[str]) -> Finding:
    if untouched:
        found = f"still the example's: {', '.join(untouched)}"
        return wrong(_AREA, "names", found, "set them in bulletin.toml")
    return good(_AREA, "names", "sender, pages and brand are your own")


def _judge_way_back(chosen: Choices) -> Finding:
    if not chosen.return_domain:
        found = "mail comes back to sender.address, and doesn't say which delivery it was"
        return warning(
            _AREA, "bounces", found, "set bounces.domain, and send its mail to a mailbox"
        )
    if not chosen.hears_bounces:
        remedy = "set bounces.sources, or the key of your provider's reports"
        return warning(_AREA, "bounces", "nobody fetches the mail that comes back", remedy)
    return good(_AREA, "bounces", f"mail comes back to {chosen.return_domain}, and is read")
