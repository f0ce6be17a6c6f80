"""What follows from a failure: keep writing, suppress the address, call it a withdrawal, hold the domain.

Pure: knows the history of one address and how its domain fares, as values; must not know a table or a mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mailer.bounces.reason import MEANINGS, Blame, BounceClass, Reason

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

PERSONAL = frozenset({Blame.RECIPIENT, Blame.DOMAIN})
"""Faults that count against an address; all others count against the campaign, or nobody."""

FORSAKEN = Reason.RELAYING_DENIED
"""What a host says to all mail for a domain that has moved away from it; of one address it says nothing."""

_FAILED = frozenset({BounceClass.HARD, BounceClass.SOFT})


class Action(StrEnum):
    """What is done about one failure."""

    KEEP = "keep"
    """Nothing: the next mail goes out as ever."""
    SUPPRESS = "suppress"
    """The address is not written to any more."""
    WITHDRAW = "withdraw"
    """The same, and the person has left: that is what calling a mail spam says."""
    HOLD = "hold"
    """Nobody at the domain is written to until a person has looked into it; nobody is suppressed."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How much failing is too much.

    Soft failures suppress once they were counted on `soft_run` days, of which the last is at least
    `soft_days` days after the first. A domain is held when `hold_least` of its addresses, and at least the
    share `hold_share` of those on the list, fail within `hold_days` days. A mail that was accepted and has
    not come back within `settle_days` days has arrived, as far as anybody can know.
    """

    soft_run: int = 3
    soft_days: int = 14
    hold_least: int = 5
    hold_share: float = 0.5
    hold_days: int = 3
    settle_days: int = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """One mail to the address that failed; `at` is when it was sent."""

    at: dt.datetime
    bounce_class: BounceClass
    reason: Reason

    @property
    def is_personal(self) -> bool:
        """Whether it says something about the address, rather than about the mail or who sent it."""
        return self.bounce_class in _FAILED and MEANINGS[self.reason].blame in PERSONAL

    @property
    def may_be_its_domain(self) -> bool:
        """Whether it is of the kind that befalls all addresses of a domain that moved or lost its mail."""
        return self.is_personal or self.reason is FORSAKEN


@dataclass(frozen=True, slots=True)
class DomainHealth:
    """How the domain fares: its addresses that failed of late, this one included, and those on the list."""

    failing: int
    listed: int
    is_held: bool = False

    def fails_together(self, policy: Policy) -> bool:
        """Whether so many fail that it is the domain's doing: an organisation moved its mail, or lost it."""
        return self.failing >= policy.hold_least and self.failing >= policy.hold_share * self.listed


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and why, in words for the person who reads it later."""

    action: Action
    why: str


def decide(
    newest: Failure,
    earlier: Iterable[Failure],
    successes: Iterable[dt.datetime],
    domain: DomainHealth,
    policy: Policy,
    lifts: Sequence[dt.datetime] = (),
) -> Decision:
    """What follows from the newest failure of an address.

    `earlier` are the other failures of the address, in any order, `successes` the moments of mails that
    arrived, and `lifts` those in which a person let it be written to again.
    """
    if newest.bounce_class is BounceClass.COMPLAINT:
        return Decision(Action.WITHDRAW, "the person reported the mail as spam")
    if newest.bounce_class is BounceClass.IGNORE:
        return Decision(Action.KEEP, "nothing failed")
    if newest.may_be_its_domain and (domain.is_held or domain.fails_together(policy)):
        return Decision(Action.HOLD, _in_short(domain))
    if not newest.is_personal:
        return Decision(Action.KEEP, _KEPT[MEANINGS[newest.reason].blame])
    if newest.bounce_class is BounceClass.HARD:
        return _decide_hard(newest, lifts)
    # Who lifts a suppression vouches for the address as a mail that arrived does.
    return _decide_soft(counted_days([*earlier, newest], [*successes, *lifts]), policy)


_KEPT = {
    Blame.MESSAGE: "the fault is the mail's, and counts against the campaign",
    Blame.SENDER: "the fault is the sender's, and counts against the campaign",
    Blame.RELAY: "the fault is the relay's, and counts against the campaign",
    Blame.NOBODY: "nobody is at fault, or not yet",
}


def counted_days(failures: Iterable[Failure], successes: Iterable[dt.datetime]) -> list[dt.date]:
    """The days on which a failure of the address counts, in order: each once, none before a success."""
    latest = max(successes, default=None)
    moments = (each.at for each in failures if each.is_personal)
    return sorted({at.date() for at in moments if latest is None or at > latest})


def _decide_hard(newest: Failure, lifts: Iterable[dt.datetime]) -> Decision:
    if any(newest.at <= lifted_at for lifted_at in lifts):
        return Decision(Action.KEEP, "the mail was sent before the suppression was lifted")
    return Decision(Action.SUPPRESS, MEANINGS[newest.reason].sentence)


def _decide_soft(days: Sequence[dt.date], policy: Policy) -> Decision:
    span = (days[-1] - days[0]).days if days else 0
    if len(days) < policy.soft_run or span < policy.soft_days:
        return Decision(
            Action.KEEP,
            f"failure {len(days)} in a row; {policy.soft_run} over {policy.soft_days} days suppress",
        )
    return Decision(
        Action.SUPPRESS, f"{len(days)} failures in a row over {span} days, and no mail that arrived"
    )


def _in_short(domain: DomainHealth) -> str:
    if domain.is_held:
        return "the domain is held: its mail failed for many at once"
    return f"{domain.failing} of {domain.listed} addresses of the domain failed together"
