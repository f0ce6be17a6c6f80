"""Whether an asset may be passed on, by the minute."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mailer.packs.availability import Available, Embargoed, Expired, Withdrawn, availability
from tests.packs import film

FILM = film()
MINUTE = dt.timedelta(minutes=1)
ZONES = st.sampled_from([dt.UTC, ZoneInfo("Europe/London"), ZoneInfo("Asia/Kathmandu")])
# Moments are made in UTC and told in a zone: a local time alone doesn't say which of two it means in autumn.
MOMENTS = st.builds(
    lambda at, zone: at.replace(tzinfo=dt.UTC, second=0, microsecond=0).astimezone(zone),
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2036, 1, 1)),  # noqa: DTZ001 - given one above
    ZONES,
)


def test_without_times_it_is_always_there() -> None:
    assert availability(FILM, dt.datetime.min.replace(tzinfo=dt.UTC)) == Available()


@given(MOMENTS)
def test_an_embargo_ends_with_its_minute_and_not_a_second_before(embargo: dt.datetime) -> None:
    held = replace(FILM, embargo=embargo)
    assert availability(held, embargo - dt.timedelta(seconds=1)) == Embargoed(embargo)
    assert availability(held, embargo) == Available()


@given(MOMENTS)
def test_it_expires_with_its_minute_and_not_a_second_before(expires: dt.datetime) -> None:
    held = replace(FILM, expires=expires)
    assert availability(held, expires - dt.timedelta(seconds=1)) == Available()
    assert availability(held, expires) == Expired(expires)


@given(MOMENTS, st.integers(1, 100_000), st.integers(-200_000, 200_000), ZONES)
def test_it_is_there_for_just_the_minutes_between_in_any_zone(
    embargo: dt.datetime, minutes: int, offset: int, zone: dt.tzinfo
) -> None:
    held = replace(FILM, embargo=embargo, expires=embargo.astimezone(dt.UTC) + minutes * MINUTE)
    now = (embargo.astimezone(dt.UTC) + offset * MINUTE).astimezone(zone)
    assert isinstance(availability(held, now), Available) == (0 <= offset < minutes)


@given(MOMENTS)
def test_what_is_withdrawn_stays_so(now: dt.datetime) -> None:
    held = replace(FILM, embargo=now + MINUTE, expires=now, withdrawn="The logo was wrong")
    assert availability(held, now) == Withdrawn("The logo was wrong")
