"""Which dates are to come, and which are told of."""

from __future__ import annotations

import pytest

from mailer.checks.content.announcements import announces


def is_announced(sentence: str) -> bool:
    """What is said of the day that stands as "DAY" in a sentence."""
    start = sentence.index("DAY")
    return announces(sentence, start, start + len("DAY"))


@pytest.mark.parametrize(
    "sentence",
    [
        "Nominations close DAY.",
        "Nominations close at noon on DAY.",
        "Nominations opened on 5 March 2026 and close on DAY.",
        "We will meet on DAY.",
        "On DAY we will meet in Leeds.",
        "See you on DAY!",
        "Have your say by DAY.",
        "Places must be booked by DAY.",
        "Come along on DAY.",
        "The next workshop is on DAY.",
        "The workshop is on DAY.",
        "DAY: deadline for nominations",
        "The deadline has been extended to DAY.",
        "To book your place, e-mail us by DAY.",
        "You have until 5pm on DAY to apply.",
        "Evidence must reach us by DAY.",
        "Send your entries by DAY.",
        "The exhibition runs until DAY.",
        "Join us on the evening of DAY.",
        "If you are over 18, register by DAY.",
        "We were delighted by last year's turnout, so register by DAY.",
        "Forty people came last time and the next workshop is on DAY.",
        "Cofrestrwch erbyn DAY.",
        "Rhowch wybod i ni erbyn DAY.",
        "Cynhelir y gweithdy ar DAY.",
    ],
)
def test_a_day_that_something_is_wanted_by_is_to_come(sentence: str) -> None:
    assert is_announced(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The deadline was DAY, and we had 40 bids.",
        "The deadline of DAY has passed.",
        "Deadline: DAY (closed)",
        "DAY was the deadline.",
        "Book a visit: the team has been open since DAY.",
        "Book a visit: on DAY the team opened its doors.",
        "Those who came on DAY can register again.",
        "Those who came, on DAY, can register again.",
        "If you missed the meeting on DAY, register for the next.",
        "On DAY forty people came together; sign up for the next.",
        "The act came into force on DAY, so register your business.",
        "Under the rules published on DAY, landlords must register.",
        "Sign up to the charter of DAY.",
        "You can apply from DAY.",
        "Register for a recording of the webinar on DAY.",
        "Partners were invited to the event on DAY.",
        "Thank you to all who joined us on DAY.",
        "It was great to see you on DAY.",
        "The service is on DAY every year.",
        "By DAY we had 40 bids.",
        "The register of DAY shows 40 homes.",
        "Data is correct at DAY; apply with care.",
        "Roedd 40 wedi cofrestru erbyn DAY.",
        "Bu'r tîm ar agor ers DAY; archebwch le.",
        "Cynhaliwyd y gweithdy ar DAY.",
        "It is mentioned on page 4, DAY.",
    ],
)
def test_a_day_that_something_is_told_of_is_not(sentence: str) -> None:
    assert not is_announced(sentence)
