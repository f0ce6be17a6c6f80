"""Fetch what came back and handle it, mail by mail; each is put away at its source once that is committed.

A kill between the two is harmless: the digest knows the mail, and next time it is only put away. Must not
know what kind of source it is given.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from subscribers.faults import DatabaseError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from mailer.bounces.decision import Action
    from mailer.bounces.mailroom import Fate
    from mailer.bounces.place import Mails
    from mailer.bounces.service import Bounces, Handled


@dataclass
class Collected:
    """What one round brought."""

    fates: Counter[Fate] = field(default_factory=Counter)
    repeats: int = 0
    actions: Counter[Action] = field(default_factory=Counter)
    held: dict[str, str] = field(default_factory=dict)
    """The domains that are held since, and why."""
    failed: Counter[str] = field(default_factory=Counter)
    """Mails that could not be handled, by what went wrong; each is where it was."""

    @property
    def mails(self) -> int:
        """How many mails there were, those handled before included."""
        return self.fates.total() + self.repeats + self.failed.total()

    def add(self, handled: Handled) -> None:
        """Count one mail."""
        if handled.is_repeat:
            self.repeats += 1
            return
        self.fates[handled.fate] += 1
        for ruling in handled.rulings:
            self.actions[ruling.decision.action] += 1
            if ruling.has_begun_hold:
                self.held[ruling.domain] = ruling.decision.why


def collect(
    bounces: Bounces,
    mails: Mails,
    clock: Callable[[], dt.datetime],
    into: Collected | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> Collected:
    """Handle every mail of an opened source until it `is_over`, and put each away after that.

    A mail over which the program stumbles is counted and left where it is; a database that is down ends it.
    """
    collected = Collected() if into is None else into
    for mail in mails.unhandled():
        if is_over():
            break
        try:
            handled = bounces.handle(mail.data, clock(), mail.envelope)
        except (DatabaseError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - one mail, whatever is in it, must not keep back the others
            collected.failed[type(error).__name__] += 1
            continue
        collected.add(handled)
        mail.put_away()
    return collected
