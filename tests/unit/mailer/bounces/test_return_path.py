from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.bounces.return_path import ReturnPaths
from subscribers.stamps import Stamper
from subscribers.tokens import TokenError

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
PATHS = ReturnPaths(Stamper([b"a key of 32 bytes, or nearly so"]), "bounces", "mail.example.org")


@given(st.integers(0, 2**63 - 1))
def test_a_return_path_fits_in_smtp_and_names_its_delivery(number: int) -> None:
    address = PATHS.address(PATHS.mark(number, NOW))
    assert len(address.partition("@")[0]) <= 64
    (mark,) = PATHS.marks_in(address)
    assert PATHS.read_mark(mark, NOW) == number


@pytest.mark.parametrize(
    "wrapped",
    [
        "{}",
        "<{}>",
        "prvs=1234567890={}",
        "SRS0=Hx7q=K2=mail.example.org=bounces+{mark}@forwarder.example",
        "SRS1=aa=first.example==Hx=K2=mail.example.org=bounces+{mark}@second.example",
    ],
)
def test_a_mark_is_found_in_what_forwarders_make_of_it(wrapped: str) -> None:
    mark = PATHS.mark(7, NOW)
    assert PATHS.marks_in(wrapped.format(PATHS.address(mark), mark=mark)) == [mark]


def test_a_return_path_of_somebody_else_has_no_mark_of_ours() -> None:
    assert PATHS.marks_in("bounces+abc@list.example") == []
    assert PATHS.marks_in("team@mail.example.org") == []


def test_without_a_domain_of_its_own_no_address_is_a_return_path() -> None:
    paths = ReturnPaths(PATHS.stamper, "bounces", "")
    assert paths.marks_in(PATHS.address(PATHS.mark(7, NOW))) == []


def test_a_mark_that_has_expired_is_refused() -> None:
    with pytest.raises(TokenError) as caught:
        PATHS.read_mark(PATHS.mark(7, NOW), NOW + dt.timedelta(days=92))
    assert caught.value.code == "token-expired"


def test_a_message_id_names_its_delivery_and_stays_the_same() -> None:
    message_id = PATHS.message_id(7, "example.org")
    assert message_id == PATHS.message_id(7, "example.org")
    assert PATHS.read_message_id(message_id.strip("<>")) == 7
    with pytest.raises(TokenError):
        PATHS.read_message_id(PATHS.mark(7, NOW) + "@example.org")
