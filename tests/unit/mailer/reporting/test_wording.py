from __future__ import annotations

import datetime as dt

import pytest

from mailer.delivery.campaign import CampaignState, CampaignSummary, Kind, Mailing, Route
from mailer.reporting import wording


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(1, 3, "33.3%"), (0, 5, "0%"), (5, 5, "100%"), (1, 100_000, "0.1%"), (99_999, 100_000, "99.9%"),
     (1, 2, "50%"), (0, 0, "–")],
)  # fmt: skip
def test_nothing_and_everything_are_never_rounded_to(part: int, whole: int, words: str) -> None:
    assert wording.in_share(part, whole) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "under 1 s"), (1, "1 s"), (200, "3 min 20 s"), (3600, "1 h"), (7290, "2 h 1 min"),
     (90_000, "1 day 1 h"), (200_000, "2 days 7 h")],
)  # fmt: skip
def test_a_time_is_told_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert wording.in_time(seconds) == words


@pytest.mark.parametrize(
    ("rate", "words"),
    [(None, "–"), (1980.6, "1,981 a second"), (0.5, "30 a minute"), (0.01, "0.6 a minute")],
)
def test_a_slow_rate_is_told_by_the_minute(rate: float | None, words: str) -> None:
    assert wording.in_rate(rate) == words


def test_moments_are_in_utc() -> None:
    east = dt.timezone(dt.timedelta(hours=3))
    assert wording.in_moment(dt.datetime(2026, 10, 1, 12, 5, tzinfo=east)) == (
        "1 October 2026, 09:05 UTC"
    )


@pytest.mark.parametrize(
    ("kind", "segment", "name", "paused"),
    [
        (Kind.EDITION, "everyone", "Campaign 3: welcome to everyone", "The campaign is paused"),
        (Kind.LETTER, "en-GB", "Letters 3: welcome, in en-GB", "Letters of this kind are paused"),
    ],
)
def test_letters_are_not_called_a_campaign(
    kind: Kind, segment: str, name: str, paused: str
) -> None:
    mailing = Mailing("welcome", "", segment, kind, Route.RELAY)
    began = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    campaign = CampaignSummary(
        3, mailing, CampaignState.PAUSED, "ann", began, None, None, 1, counts={}
    )
    assert wording.in_name(campaign) == name
    assert wording.to_do(campaign)[0][0].startswith(paused)
