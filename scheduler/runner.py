"""Schedulers that run: the only importer of APScheduler.

Keeps a job in memory for each schedule, at the time when there is something to do for it. The rows are the
truth: every few seconds the jobs are made equal to them, so that what another process changes is seen, and
a job that comes late, early or twice does no harm, because it only asks what is due. Must not know what a
rule means, nor what firing does.
"""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.claiming import LEASE, has_left, renew
from scheduler.firing import LOG
from scheduler.outlook import next_looks
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scheduler.firing import Watch

LOOK_EVERY = dt.timedelta(seconds=10)

_REMIND_EVERY = dt.timedelta(minutes=10)
_AT_ONCE = 4
"""Occurrences that one process fires at the same time."""
_JOB = "schedule-"
_LEFT = f"{_JOB}left by others"
# A thread each for looking at the rows, for renewing claims and for reminding, however many occurrences fire.
_OWN_THREADS = 3


class Runner:
    """Fires what is due in threads of its own, between `start` and `stop`.

    `on_stop` is called once nothing new will fire, and may hurry what is firing.
    """

    def __init__(
        self,
        watch: Watch,
        look_every: dt.timedelta = LOOK_EVERY,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        self._watch = watch
        self._look_every = look_every
        self._on_stop = on_stop
        self._stopping = threading.Event()
        self._changing_jobs = threading.Lock()
        self._firing = ThreadPoolExecutor(_AT_ONCE)
        self._jobs = BackgroundScheduler(
            timezone=dt.UTC,
            executors={
                "default": ThreadPoolExecutor(_OWN_THREADS),
                "firing": self._firing,
            },
            # However late a job is, it asks what is due; being late is for the grace to judge.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin to look and to fire."""
        self._every(self._look_every, self._guarded(self._look), "look")
        self._every(LEASE / 5, self._guarded(self._renew), "renew")
        self._every(_REMIND_EVERY, self._guarded(self._watch.remind), "remind")
        self._jobs.start()

    def stop(self) -> None:
        """Fire nothing new, and wait for what is firing."""
        with self._changing_jobs:
            self._stopping.set()
            for name in self._present():
                self._jobs.remove_job(name)
        self._on_stop()
        # Claims are renewed until the last of them has ended.
        self._firing.shutdown(wait=True)
        self._jobs.shutdown(wait=True)

    def _every(self, span: dt.timedelta, call: Callable[[], None], name: str) -> None:
        trigger = IntervalTrigger(seconds=span.total_seconds(), timezone=dt.UTC)
        self._jobs.add_job(call, trigger, id=name, next_run_time=dt.datetime.now(dt.UTC))

    def _look(self) -> None:
        """Make the jobs equal to the rows."""
        now = self._watch.clock()
        with self._watch.database.read() as connection:
            wanted = {f"{_JOB}{key}": at for key, at in next_looks(connection, self._watch.reach)}
        if has_left(self._watch.database, self._watch.claimant, now):
            wanted[_LEFT] = now
        with self._changing_jobs:
            if not self._stopping.is_set():
                self._set_jobs({name: max(at, now) for name, at in wanted.items()})

    def _set_jobs(self, wanted: dict[str, dt.datetime]) -> None:
        for name in self._present() - wanted.keys():
            self._jobs.remove_job(name)
        for name, at in wanted.items():
            trigger = DateTrigger(at, timezone=dt.UTC)
            call = self._guarded(self._fire_due)
            self._jobs.add_job(call, trigger, id=name, executor="firing", replace_existing=True)

    def _present(self) -> set[str]:
        return {job.id for job in self._jobs.get_jobs() if job.id.startswith(_JOB)}

    def _fire_due(self) -> None:
        if self._watch.fire_due(self._stopping.is_set):
            self._look()
        self._watch.remind()

    def _renew(self) -> None:
        watch = self._watch
        if watch.in_hand:
            renew(watch.database, watch.claimant, tuple(watch.in_hand), watch.clock())

    def _guarded(self, call: Callable[[], None]) -> Callable[[], None]:
        """A database that is away for a while must end no job for good."""

        def guarded() -> None:
            try:
                call()
            except BulletinError as error:
                LOG.error("%s", error)

        return guarded


@contextmanager
def running(
    watch: Watch,
    look_every: dt.timedelta = LOOK_EVERY,
    on_stop: Callable[[], None] = lambda: None,
) -> Iterator[Runner]:
    """A scheduler beside whatever the block does; its end waits for what is firing."""
    runner = Runner(watch, look_every, on_stop)
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()
