"""`bulletin scheduler`: sends what is due, for as long as it runs."""

from __future__ import annotations

import json
import logging
import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from mailer.cli.console import JsonOption, WorkspaceOption, plural, say, single_command, tell, warn

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.app import Workspace
    from scheduler.claiming import Noted

EXIT_TROUBLE = 3

_ENDING = "Ending: mails under way are finished, and the rest is put back. Once more ends at once."

app = single_command()


@app.command(epilog="Examples: bulletin scheduler    bulletin scheduler --once")
def scheduler(
    once: Annotated[
        bool,
        typer.Option(
            "--once", help="Send what is due now, fetch what came back, and end: for a timer."
        ),
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send each schedule's edition when it is due, and fetch what came back. End it with Ctrl-C.

    Any number may run at once, on several machines: each occurrence fires once, and each mail that came back
    is handled once. What becomes of an occurrence is one line on standard output. With --once the exit code
    is 3 when something failed, was missed or was not approved.
    """
    from mailer.app import Workspace

    opened = Workspace.open(workspace)
    _log_faults()
    if once:
        _fire_once(opened, as_json)
        return
    _run(opened, as_json)


def _run(opened: Workspace, as_json: bool) -> None:
    from mailer.cli.scheduling import scheduling
    from scheduler.schedule import ScheduleState
    from scheduler.store import list_schedules

    with opened.database.read() as connection:
        count = len(list_schedules(connection, ScheduleState.ACTIVE))
    stopped = _stop_signal()
    with scheduling(opened, teller(as_json), lambda: warn(_ENDING)):
        told = f"Watching {plural(count, 'schedule')}. End it with Ctrl-C."
        tell(as_json, {"schedules": count}, told)
        stopped.wait()


def _fire_once(opened: Workspace, as_json: bool) -> None:
    from mailer.cli.firing import SendEdition
    from mailer.cli.housekeeping import Housekeeping
    from mailer.cli.scheduling import watch_of
    from mailer.surroundings import now
    from scheduler.schedule import OccurrenceState

    states, told = set(), teller(as_json)

    def on_noted(noted: Noted) -> None:
        states.add(noted.occurrence.state)
        told(noted)

    fire, stopped = SendEdition(opened.folder), _stop_signal()

    def hurry() -> None:
        stopped.wait()
        fire.stop()

    threading.Thread(target=hurry, daemon=True).start()
    watch = watch_of(opened, fire, on_noted)
    count = watch.fire_due(stopped.is_set)
    watch.remind()
    house = Housekeeping(opened, warn, stopped)
    if not stopped.is_set():
        house.round(now())
    done = f"{plural(count, 'occurrence')} fired."
    if house.handled:
        done += f" {plural(house.handled, 'mail')} that came back: see `bulletin bounces list`."
    tell(as_json, {"fired": count, "handled": house.handled}, done)
    if states & {OccurrenceState.FAILED, OccurrenceState.MISSED, OccurrenceState.UNAPPROVED}:
        raise typer.Exit(EXIT_TROUBLE)


def teller(as_json: bool) -> Callable[[Noted], None]:
    """Tells what becomes of occurrences, one line each."""
    from mailer.cli.schedule_words import noted_in_words, occurrence_data
    from mailer.surroundings import now

    def told(noted: Noted) -> None:
        data = occurrence_data(noted.occurrence)
        say(json.dumps(data) if as_json else noted_in_words(noted, now()))

    return told


def _stop_signal() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set; a second one ends at once."""
    stopped = threading.Event()

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped


def _log_faults() -> None:
    from scheduler.firing import LOG

    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    LOG.addHandler(lines)
    LOG.propagate = False
