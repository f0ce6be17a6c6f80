from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.reporting.curve import MOST_STEPS, coarsen, draw, step_seconds

BEGUN = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
MINUTES = int(BEGUN.timestamp()) // 60


@pytest.mark.parametrize(
    ("took", "seconds"),
    [
        (dt.timedelta(0), 1),
        (dt.timedelta(minutes=10), 10),
        (dt.timedelta(hours=1), 60),
        (dt.timedelta(hours=5), 300),
        (dt.timedelta(days=2), 3600),
        (dt.timedelta(days=60), 86_400),
    ],
)
def test_the_longer_it_took_the_longer_are_the_steps(took: dt.timedelta, seconds: int) -> None:
    assert step_seconds(BEGUN, BEGUN + took) == seconds


def test_steps_without_a_mail_are_on_the_curve_too() -> None:
    curve = draw(60, {(MINUTES, False): 5, (MINUTES + 3, True): 2})
    assert [(step.first, step.retried) for step in curve.steps] == [(5, 0), (0, 0), (0, 0), (0, 2)]
    assert curve.steps[0].at == BEGUN
    assert curve.unit == "minute"
    assert curve.peak == curve.steps[0]


def test_a_campaign_without_an_accepted_mail_has_an_empty_curve() -> None:
    curve = draw(60, {})
    assert curve.steps == ()
    assert curve.peak is None


@given(
    st.dictionaries(
        st.tuples(st.integers(MINUTES, MINUTES + MOST_STEPS), st.booleans()),
        st.integers(0, 1000),
        min_size=1,
    ),
    st.integers(3, 80),
)
def test_a_coarser_curve_has_the_same_mails(counts: dict[tuple[int, bool], int], most: int) -> None:
    fine = draw(60, counts)
    coarse = coarsen(fine, most)
    assert len(coarse.steps) <= most
    assert sum(step.first for step in coarse.steps) == sum(step.first for step in fine.steps)
    assert sum(step.retried for step in coarse.steps) == sum(s.retried for s in fine.steps)
