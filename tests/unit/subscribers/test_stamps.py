from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.stamps import Stamper
from subscribers.tokens import TokenError

OLD, NEW = b"an old key of 32 bytes, or so", b"a new key of 32 bytes, or so"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NUMBERS = st.integers(0, 2**63 - 1)
WEEK = timedelta(days=7)


@given(NUMBERS, st.booleans())
def test_a_stamped_number_comes_back_whatever_the_case_of_its_letters(
    number: int, dated: bool
) -> None:
    stamp = Stamper([NEW]).stamp("delivery", number, NOW if dated else None)
    assert re.fullmatch(r"[a-z2-7]{21,32}", stamp)
    assert Stamper([NEW]).read("delivery", stamp.upper()) == number


@given(NUMBERS, st.data())
def test_a_stamp_with_one_character_changed_is_refused(number: int, data: st.DataObject) -> None:
    stamper = Stamper([NEW])
    stamp = stamper.stamp("delivery", number, NOW)
    at = data.draw(st.integers(0, len(stamp) - 1))
    other = data.draw(st.sampled_from("abcdxyz2345670=é ").filter(lambda one: one != stamp[at]))
    with pytest.raises(TokenError):
        stamper.read("delivery", stamp[:at] + other + stamp[at + 1 :])


@given(st.text(max_size=60))
def test_what_was_never_a_stamp_is_refused(text: str) -> None:
    with pytest.raises(TokenError) as caught:
        Stamper([NEW]).read("delivery", text)
    assert caught.value.code == "token-invalid"


def test_a_stamp_for_one_purpose_is_none_for_another() -> None:
    stamper = Stamper([NEW])
    with pytest.raises(TokenError):
        stamper.read("message", stamper.stamp("delivery", 7))


def test_a_key_can_be_replaced_while_old_stamps_live_on() -> None:
    stamp = Stamper([OLD]).stamp("delivery", 7, NOW)
    assert Stamper([NEW, OLD]).read("delivery", stamp) == 7
    with pytest.raises(TokenError):
        Stamper([NEW]).read("delivery", stamp)


def test_a_stamp_expires_and_one_without_a_day_is_never_young() -> None:
    stamper = Stamper([NEW])
    stamp = stamper.stamp("delivery", 7, NOW)
    assert stamper.read("delivery", stamp, max_age=WEEK, now=NOW + WEEK) == 7
    for old, when in ((stamp, NOW + WEEK + timedelta(days=1)), (stamper.stamp("delivery", 7), NOW)):
        with pytest.raises(TokenError) as caught:
            stamper.read("delivery", old, max_age=WEEK, now=when)
        assert caught.value.code == "token-expired"


def test_the_same_delivery_stamped_without_a_day_is_stamped_alike() -> None:
    stamper = Stamper([NEW])
    assert stamper.stamp("message", 7) == stamper.stamp("message", 7)
    assert stamper.stamp("delivery", 7, NOW) != stamper.stamp("delivery", 7, NOW + WEEK)


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(TokenError):
        Stamper([b"short"])
