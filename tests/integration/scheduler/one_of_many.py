"""A scheduler as a process: URL MOMENT STOPS. Fires what is due, and ends when nothing is left.

What it does is a row for each occurrence. Like the sending of an edition, it looks whether that was done
already when it takes up what another process left. With STOPS "before" or "after" it says so and stands still
around its tenth row.
"""

from __future__ import annotations

import datetime as dt
import sys
import threading
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import text

from mailer.surroundings import is_gone, process_name
from scheduler.claiming import Claimant
from scheduler.firing import Fired, Watch
from scheduler.schedule import Occurrence, OccurrenceState, Schedule
from subscribers.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED = "INSERT INTO asked (occurrence, process) VALUES (:occurrence, :process)"
DONE = "INSERT INTO done (occurrence, process) VALUES (:occurrence, :process)"
KNOWN = "SELECT count(*) FROM done WHERE occurrence = :occurrence"


def fire_into(database: Database, stops: str) -> Callable[[Schedule, Occurrence], Fired]:
    """What firing does here."""
    number = count(1)

    def stand_still() -> None:
        print("standing still", flush=True)
        threading.Event().wait()

    def fire(_: Schedule, occurrence: Occurrence) -> Fired:
        row = {"occurrence": occurrence.id, "process": process_name()}
        at_tenth = next(number) == 10
        with database.write() as connection:
            connection.execute(text(ASKED), row)
        if at_tenth and stops == "before":
            stand_still()
        with database.write() as connection:
            known = connection.execute(text(KNOWN), row).scalar_one()
            if occurrence.attempts == 1 or not known:
                connection.execute(text(DONE), row)
        if at_tenth and stops == "after":
            stand_still()
        return Fired(OccurrenceState.DONE, "")

    return fire


def main(url: str, moment: str, stops: str) -> None:
    """Fire until nothing is left."""
    now, database = dt.datetime.fromisoformat(moment), Database(url)
    claimant = Claimant(process_name(), is_gone)
    fire = fire_into(database, stops)
    watch = Watch(database, claimant, fire, lambda _: frozenset(), lambda: now, lambda _: None)
    print("ready", flush=True)
    sys.stdin.readline()
    print(watch.fire_due(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
