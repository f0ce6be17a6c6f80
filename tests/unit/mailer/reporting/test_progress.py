from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from mailer.delivery.campaign import CampaignState
from mailer.delivery.outcome import DeliveryState
from mailer.reporting.data import progress_data
from mailer.reporting.progress import Pace, Progress

BEGUN = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)


def seen(second: float, accepted: int, deferred: int = 0, recipients: int = 10_000) -> Progress:
    return Progress(
        at=BEGUN + dt.timedelta(seconds=second), campaign_id=1, edition="issue-04", segment="everyone",
        state=CampaignState.SENDING, paused_because=None, recipients=recipients,
        counts={
            DeliveryState.ACCEPTED: accepted,
            DeliveryState.DEFERRED: deferred,
            DeliveryState.QUEUED: recipients - accepted - deferred,
        },
        holders=("host:1",), next_due=None, domains=(), replies=(),
    )  # fmt: skip


def test_one_look_tells_no_rate() -> None:
    pace = Pace()
    pace.note(seen(0, 0))
    assert pace.over(10) is None
    assert pace.time_left(seen(0, 0)) is None


def test_the_rate_of_now_is_not_that_of_the_minute() -> None:
    pace = Pace()
    for second in range(61):
        pace.note(seen(second, min(second, 50) * 100))
    now, minute = pace.over(10), pace.over(60)
    assert now is not None
    assert minute is not None
    assert (now.per_second, now.seconds) == (0, 10)
    assert (round(minute.per_second), minute.seconds) == (83, 60)


def test_time_left_counts_what_waits_and_not_what_was_put_off() -> None:
    pace = Pace()
    pace.note(seen(0, 0))
    last = seen(1, 90, deferred=10, recipients=1_100)
    pace.note(last)
    assert last.waiting == 1_000
    assert last.handled == 100
    # The first look was of another size: what counts is how many were handled in between.
    pace.note(seen(2, 190, deferred=10, recipients=1_100))
    assert progress_data(last, pace)["waiting"] == 1_000


def test_a_campaign_at_rest_has_no_time_left_to_tell() -> None:
    pace = Pace()
    pace.note(seen(0, 500))
    pace.note(seen(5, 500))
    assert pace.time_left(seen(5, 500)) is None


def test_time_left_is_what_waits_at_the_rate_of_now() -> None:
    pace = Pace()
    pace.note(seen(0, 0))
    pace.note(seen(10, 1_000))
    assert pace.time_left(seen(10, 1_000)) == dt.timedelta(seconds=90)


@given(st.lists(st.tuples(st.floats(0.1, 30), st.integers(0, 500)), min_size=2, max_size=200))
def test_a_rate_is_never_below_nothing_and_memory_stays_small(
    steps: list[tuple[float, int]],
) -> None:
    pace, second, accepted = Pace(), 0.0, 0
    for wait, more in steps:
        second, accepted = second + wait, accepted + more
        pace.note(seen(second, accepted, recipients=1_000_000))
    minute = pace.over(60)
    assert minute is not None
    assert minute.per_second >= 0
    assert minute.seconds <= max(90, *(wait for wait, _ in steps))
