"""A scheduler for one workspace: what `bulletin scheduler` runs, and `bulletin serve` beside its pages."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailer.cli.console import warn
from mailer.cli.firing import SendEdition
from mailer.cli.housekeeping import keeping_house
from mailer.cli.reach import reach_of
from mailer.cli.releasing import release_overlooked
from mailer.cli.reminding import Reminders
from mailer.surroundings import is_gone, now, process_name
from scheduler.claiming import Claimant
from scheduler.firing import Watch
from scheduler.runner import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mailer.app import Workspace
    from scheduler.claiming import Noted


def watch_of(opened: Workspace, fire: SendEdition, on_noted: Callable[[Noted], None]) -> Watch:
    """All that a scheduler of this workspace needs."""
    claimant = Claimant(process_name("scheduler"), is_gone)
    reminders = Reminders(opened.folder)

    def remind() -> None:
        release_overlooked(opened.folder)
        reminders()

    return Watch(opened.database, claimant, fire, reach_of(opened), now, on_noted, remind)


@contextmanager
def scheduling(
    opened: Workspace,
    on_noted: Callable[[Noted], None],
    on_stop: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """A scheduler and housekeeping beside whatever the block does.

    What is being sent at the end is put back, and goes on later. `on_stop` is called when that has been told
    to end.
    """
    fire = SendEdition(opened.folder)
    watch = watch_of(opened, fire, on_noted)
    with keeping_house(opened, warn) as house:

        def stop() -> None:
            house.stopping.set()
            fire.stop()
            on_stop()

        with running(watch, on_stop=stop):
            yield
