from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.delivery.outcome import DeliveryState
from mailer.reporting.replies import Reply, ReplyGroup, anonymise, group_replies

LOCAL = st.text(string.ascii_lowercase, min_size=3, max_size=12)
ID = st.text(string.hexdigits, min_size=6, max_size=14).filter(
    lambda text: any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2.0.0 Ok: queued as 4XyZ12Qw3", "2.0.0 Ok: queued as [id]"),
        ("2.0.0 Ok: queued as BQXKJW", "2.0.0 Ok: queued as [id]"),
        ("OK id=1tXyZa-0004Gh-Jk", "OK id=[id]"),
        ("5.1.1 <ann@partner.example>: unknown", "5.1.1 [address]: unknown"),
        ("5.1.1 ann@partner.example unknown", "5.1.1 [address] unknown"),
        ("4.2.0 Greylisted, try again in 300 seconds", "4.2.0 Greylisted, try again in [number] seconds"),
        ("5.7.1 [192.0.2.7] is listed", "5.7.1 [host] is listed"),
        ("2001:db8:0:1::7 is listed", "[host] is listed"),
        ("mx1.relay.example said no", "[host] said no"),
        ("see https://help.example/why?id=77.", "see [link]"),
        ("Message of 79,112 bytes is too large", "Message of [number] bytes is too large"),
        ("Fine", "Fine"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_a_reply_names_is_left_out_and_what_it_says_stays(text: str, plain: str) -> None:
    assert anonymise(text) == plain


@pytest.mark.parametrize("code", ["5.1.1", "4.7.650", "2.0.0"])
def test_status_codes_stay(code: str) -> None:
    assert anonymise(f"{code} No").startswith(code)


def test_a_local_part_by_itself_is_left_out_too() -> None:
    assert anonymise("No mailbox for Licensing here", "licensing@council.example") == (
        "No mailbox for [address] here"
    )


def test_a_local_part_that_is_a_word_of_the_reply_does_not_tear_it_apart() -> None:
    assert anonymise("5.1.1 Unknown user", "user@council.example") == "5.1.1 Unknown user"


@given(st.lists(st.tuples(LOCAL, ID, st.integers(0, 99_999)), min_size=1, max_size=40))
def test_two_thousand_variants_of_one_reply_are_one_row(parts: list[tuple[str, str, int]]) -> None:
    replies = [
        Reply(
            DeliveryState.REJECTED, 550,
            f"5.1.1 <{local}{n}@host{n}.example>: no such user (mx{n}.relay.example, {key}, wait {n} s)",
            f"{local}{n}@host{n}.example",
        )
        for local, key, n in parts
    ]  # fmt: skip
    (group,) = group_replies(replies)
    assert group.count == len(parts)


@given(LOCAL, st.sampled_from(["<{}>", "{}", "({})", "'{}':", "to={},", "{}..."]))
def test_no_address_is_left(local: str, form: str) -> None:
    address = f"{local}@council.example"
    plain = anonymise(f"5.1.1 {form.format(address)} rejected", address)
    assert not re.search(r"council|@", plain)


def test_groups_are_by_state_code_and_words_the_most_frequent_first() -> None:
    def reply(state: DeliveryState, code: int | None, text: str) -> Reply:
        return Reply(state, code, text, "ann@partner.example")

    accepted, rejected = DeliveryState.ACCEPTED, DeliveryState.REJECTED
    assert group_replies(
        [reply(rejected, 550, "No"), reply(accepted, 250, "Ok 1"), reply(accepted, 250, "Ok 22")]
    ) == [ReplyGroup(accepted, 250, "Ok [number]", 2), ReplyGroup(rejected, 550, "No", 1)]
