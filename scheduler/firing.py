"""Firing whatever is due: the loop that every scheduler runs, by a clock that it is given.

A use case over claims. What firing means is known upstairs, and handed in.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Protocol

from scheduler.claiming import Noted, claim, claimable, finish, look
from scheduler.schedule import OccurrenceState
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from scheduler.claiming import Claimant
    from scheduler.outlook import Reach
    from scheduler.schedule import Occurrence, Schedule
    from subscribers.database import Database

LOG = logging.getLogger("bulletin.scheduler")


@dataclass(frozen=True, slots=True)
class Fired:
    """What came of it: `state` is done, nothing-to-send or failed, and `remark` says the rest in words.

    `waiting` puts it back, to be fired again: it was interrupted. `unapproved` leaves it until its release.
    """

    state: OccurrenceState
    remark: str


class Fire(Protocol):
    """Does what a schedule is for.

    It may be asked again for an occurrence whose process died meanwhile (`attempts` is over 1 then), and must
    do nothing twice. Raises BulletinError for what a person can mend.
    """

    def __call__(self, schedule: Schedule, occurrence: Occurrence) -> Fired:
        """Do it now, and say what came of it."""
        ...


@dataclass(frozen=True, slots=True)
class Watch:
    """A scheduler on watch. `on_noted` is told of whatever becomes of an occurrence.

    `remind` is called every now and then, and after firing: to tell people what is to come, and what came
    of it. It must do nothing twice, for every scheduler calls it.
    """

    database: Database
    claimant: Claimant
    fire: Fire
    reach: Reach
    clock: Callable[[], dt.datetime]
    on_noted: Callable[[Noted], None]
    remind: Callable[[], None] = lambda: None
    in_hand: set[int] = field(default_factory=set)
    """The occurrences that are firing: to hold on to. One whose end can't be recorded is let go of."""

    def fire_due(self, is_stopping: Callable[[], bool] = lambda: False) -> int:
        """Fire what is due, one after the other, until nothing is left or `is_stopping`; returns how many."""
        for held_or_missed in look(self.database, self.claimant, self.reach, self.clock()):
            self.on_noted(held_or_missed)
        count = 0
        while fired := sum(map(self._claim_and_fire, self._claimable(is_stopping))):
            count += fired
        return count

    def _claimable(self, is_stopping: Callable[[], bool]) -> Iterator[Noted]:
        found = claimable(self.database, self.claimant, self.reach, self.clock())
        return takewhile(lambda _: not is_stopping(), found)

    def _claim_and_fire(self, seen: Noted) -> bool:
        taken = claim(self.database, seen, self.claimant, self.reach, self.clock())
        if taken is None:
            return False
        self.in_hand.add(taken.occurrence.id)
        try:
            self.on_noted(taken)
            fired = self._outcome(taken)
            ended = finish(self.database, taken.occurrence, fired.state, fired.remark, self.clock())
        finally:
            self.in_hand.discard(taken.occurrence.id)
        self.on_noted(Noted(taken.schedule, ended))
        return True

    def _outcome(self, taken: Noted) -> Fired:
        try:
            return self.fire(taken.schedule, taken.occurrence)
        except BulletinError as error:
            return Fired(OccurrenceState.FAILED, str(error))
        except Exception as error:
            LOG.exception("%s, %s", taken.schedule, taken.occurrence.nominal)
            return Fired(OccurrenceState.FAILED, f"{type(error).__name__}: {error}")
