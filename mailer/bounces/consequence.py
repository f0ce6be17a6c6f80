"""What follows from a finding, written down: the record, the decision, and what that does to the list.

Works within somebody else's transaction and never commits. Must not know how the finding came about.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mailer.bounces import store
from mailer.bounces.decision import Action, Decision, DomainHealth, Failure, decide
from mailer.bounces.finding import Finding, FoundBy, told_in_reply
from mailer.bounces.health import DomainWatch
from mailer.bounces.reason import BounceClass
from subscribers import barring, domains, suppressions
from subscribers import store as people
from subscribers.address import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from mailer.bounces.decision import Policy
    from mailer.bounces.finding import Rejection
    from mailer.bounces.sent import Sent, SentMail

ACTOR: Final = "bounces"
SOURCE: Final = "bounce"

BOUNCED: Final = "mail came back"
COMPLAINED: Final = "reported as spam"

_ALREADY: Final = Decision(Action.KEEP, "the address was not written to any more already")
_MOMENT: Final = dt.timedelta(minutes=1)
_UNASKED: Final = DomainHealth(failing=0, listed=0)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A finding and what was done; `has_begun_hold` when it is the one by which the domain is held."""

    bounce_id: int
    finding: Finding
    decision: Decision
    has_begun_hold: bool = False

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return domains.domain_of(self.finding.mail.address)


@dataclass
class Consequences:
    """Draws them, by one policy. Keep it for many findings: it remembers how domains fare."""

    policy: Policy
    sent: Sent

    def __post_init__(self) -> None:
        self._watch = DomainWatch(self.policy)

    def note_rejections(
        self, connection: Connection, rejections: Iterable[Rejection], now: dt.datetime
    ) -> list[Ruling]:
        """Follow up deliveries that the relay refused for good, in the transaction that records them."""
        told = {rejection.delivery_id: rejection for rejection in rejections}
        rulings = []
        for mail in self.sent.by_numbers(connection, list(told)):
            reply = told_in_reply(told[mail.delivery_id], mail.address)
            rulings.append(self.follow(connection, Finding(mail, reply, FoundBy.SMTP), now))
        return rulings

    def follow(self, connection: Connection, finding: Finding, now: dt.datetime) -> Ruling:
        """Record one finding, decide, and do what was decided."""
        decision = self._decide(connection, finding, now)
        bounce_id = store.add(connection, finding, decision, now)
        match decision.action:
            case Action.SUPPRESS:
                if not self._suppress(connection, bounce_id, finding, BOUNCED, now):
                    decision = _ALREADY
                    store.set_action(connection, [bounce_id], decision)
            case Action.WITHDRAW:
                self._suppress(connection, bounce_id, finding, COMPLAINED, now)
                self._withdraw(connection, finding.mail, now)
            case Action.HOLD:
                begun = self._hold(connection, finding, decision, now)
                return Ruling(bounce_id, finding, decision, begun)
        return Ruling(bounce_id, finding, decision)

    # ---- deciding

    def _decide(self, connection: Connection, finding: Finding, now: dt.datetime) -> Decision:
        mail, told = finding.mail, finding.failure
        if mail.is_test:
            return Decision(Action.KEEP, "a test mail, which counts for nothing")
        newest, key = Failure(mail.sent_at, told.bounce_class, told.reason), mail.address.lower()
        is_soft = newest.bounce_class is BounceClass.SOFT
        # To be refused by our own relay says nothing of anybody's domain.
        is_own = finding.found_by is FoundBy.SMTP and not newest.is_personal
        asks = newest.may_be_its_domain and not is_own
        return decide(
            newest,
            store.failures_of(connection, key) if is_soft else (),
            self._successes(connection, key, now) if is_soft else (),
            self._watch.look(connection, mail, now) if asks else _UNASKED,
            self.policy,
            _lifts(connection, key) if newest.is_personal else (),
        )

    def _successes(self, connection: Connection, key: str, now: dt.datetime) -> list[dt.datetime]:
        settled = now - dt.timedelta(days=self.policy.settle_days)
        accepted = self.sent.accepted(connection, key, settled)
        failed = store.failed_deliveries(connection, [number for number, _ in accepted])
        return [at for number, at in accepted if number not in failed]

    # ---- doing

    def _suppress(
        self,
        connection: Connection,
        bounce_id: int,
        finding: Finding,
        reason: str,
        now: dt.datetime,
    ) -> bool:
        address = parse_address(finding.mail.address)
        evidence = f"bounce {bounce_id}: {store.storable(finding.failure.text)}"
        return barring.bar(
            connection, address, reason=reason, evidence=evidence, now=now, actor=ACTOR
        )

    def _withdraw(self, connection: Connection, mail: SentMail, now: dt.datetime) -> None:
        written_to = mail.subscriber_address or mail.address
        person = people.find_to_change(connection, written_to.lower())
        if person is not None:
            barring.withdraw(
                connection, person, None, reason=COMPLAINED, now=now, actor=ACTOR, source=SOURCE
            )

    def _hold(
        self, connection: Connection, finding: Finding, decision: Decision, now: dt.datetime
    ) -> bool:
        domain = domains.domain_of(finding.mail.address)
        if not domains.hold(connection, domain, decision.why, now):
            return False
        undone = store.suppressed_by(connection, domain, *self._watch.window(finding.mail))
        _undo(connection, undone, decision, now)
        return True


def _lifts(connection: Connection, key: str) -> list[dt.datetime]:
    lifted = [each.lifted_at for each in suppressions.history(connection, key)]
    return [at for at in lifted if at is not None]


def release(connection: Connection, domain: str, reason: str, now: dt.datetime) -> bool:
    """Write to a held domain again, to everybody there; False when it is not held."""
    held_since = [each.held_at for each in domains.holds(connection, domain)]
    if not domains.release(connection, domain, reason, now):
        return False
    # Another process may have suppressed somebody in the moment in which this one held the domain.
    undone = store.suppressed_since(connection, domain, held_since[-1] - _MOMENT)
    _undo(connection, undone, Decision(Action.HOLD, "the domain was held"), now)
    return True


def _undo(
    connection: Connection, undone: list[tuple[int, str]], decision: Decision, now: dt.datetime
) -> None:
    for number, key in undone:
        _lift_if_ours(connection, number, key, now)
    store.set_action(connection, [number for number, _ in undone], decision)


def _lift_if_ours(connection: Connection, bounce_id: int, key: str, now: dt.datetime) -> None:
    live = suppressions.live(connection, key)
    if live is not None and live.evidence.startswith(f"bounce {bounce_id}:"):
        reason = "the whole domain failed, and is held"
        barring.unbar(connection, parse_address(live.address), reason, now, ACTOR)
