"""When a mail that was put off is due again."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from mailer.delivery.retry import RetrySchedule

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
SCHEDULE = RetrySchedule((MINUTE, 5 * MINUTE, 60 * MINUTE), dt.timedelta(hours=3))


def test_the_waits_grow_and_the_last_is_repeated() -> None:
    waits = []
    for attempts in range(1, 6):
        due = SCHEDULE.next_attempt(attempts, NOW, NOW)
        assert due is not None
        waits.append((due - NOW) / MINUTE)
    assert waits == [1, 5, 60, 60, 60]


def test_the_last_try_is_at_the_end_of_the_longest_age() -> None:
    late = NOW + dt.timedelta(hours=2, minutes=59)
    assert SCHEDULE.next_attempt(4, NOW, late) == NOW + dt.timedelta(hours=3)
    assert SCHEDULE.next_attempt(5, NOW, NOW + dt.timedelta(hours=3)) is None


@given(
    st.integers(1, 100),
    st.timedeltas(dt.timedelta(), dt.timedelta(days=9)),
)
def test_a_next_try_is_always_ahead_and_never_beyond_the_longest_age(
    attempts: int, age: dt.timedelta
) -> None:
    schedule, now = RetrySchedule(), NOW + age
    due = schedule.next_attempt(attempts, NOW, now)
    if due is None:
        assert age >= schedule.max_age
    else:
        assert now < due <= NOW + schedule.max_age
