"""How long a text is by the rules of each network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.content.social import Network

X, BLUESKY, MASTODON, THREADS = Network.X, Network.BLUESKY, Network.MASTODON, Network.THREADS
FAMILY = "👨‍👩‍👧‍👦"
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="@.:/#"), max_size=60)


@pytest.mark.parametrize(
    ("network", "text", "length"),
    [
        (X, "Hello", 5),
        (X, "中文", 4),
        (X, FAMILY, 2),
        (X, "👍🏽", 2),
        (X, "caf\u0065\u0301", 4),
        (X, "🇬🇧🏴󠁧󠁢󠁷󠁬󠁳󠁿", 4),
        (X, "1️⃣ of 2", 7),
        (X, "©", 1),
        (X, "“quoted” – yes…", 16),
        (X, "https://example.org/a/very/long/path?with=a&query=that#goes-on-and-on", 23),
        (X, "See https://example.org/a.", 4 + 23 + 1),
        (X, "See www.ncsc.gov.uk now", 4 + 23 + 4),
        (X, "ask us@example.org", 18),
        (X, "e.g. this", 9),
        (BLUESKY, FAMILY, 1),
        (BLUESKY, "https://example.org/abcdef", 26),
        (MASTODON, "https://example.org/a/very/long/path", 23),
        (MASTODON, "ncsc.gov.uk", 11),
        (MASTODON, "@team@social.example.org hello", 11),
        (MASTODON, FAMILY, 1),
        (THREADS, "Hello 👍", 6 + 4),
        (THREADS, "中文", 2),
        (Network.FACEBOOK, "👍", 2),
        (Network.INSTAGRAM, "é", 1),
        (Network.LINKEDIN, "Hello", 5),
    ],
)
def test_a_text_is_measured_as_its_network_does(network: Network, text: str, length: int) -> None:
    assert network.measure(text).length == length


@pytest.mark.parametrize(
    ("network", "limit"),
    [
        (X, 280), (BLUESKY, 300), (MASTODON, 500), (THREADS, 500), (Network.FACEBOOK, 63_206),
        (Network.INSTAGRAM, 2_200), (Network.LINKEDIN, 3_000),
    ],
)  # fmt: skip
def test_a_text_may_be_as_long_as_the_limit_and_no_longer(network: Network, limit: int) -> None:
    full = network.measure("a" * limit)
    assert (full.length, full.limit) == (limit, limit)
    assert network.faults("a" * limit) == []
    (fault,) = network.faults("a" * (limit + 1))
    assert fault == f"is {limit + 1:,} long by its rules, and {limit:,} is the limit"


@pytest.mark.parametrize(
    ("network", "text", "fault"),
    [
        (Network.INSTAGRAM, "#ab " * 31, "has 31 hashtags, and 30 is the limit"),
        (Network.INSTAGRAM, "@ab " * 21, "has 21 mentions, and 20 is the limit"),
        (THREADS, "https://a.example " * 6, "has 6 links, and 5 is the limit"),
        (BLUESKY, FAMILY * 130, "has 3,250 bytes, and 3,000 is the limit"),
    ],
)
def test_what_else_a_network_limits_is_counted(network: Network, text: str, fault: str) -> None:
    assert network.faults(text) == [fault]


def test_what_only_looks_like_a_hashtag_is_none() -> None:
    text = "#1 & C# a#b https://example.org/#part " * 8
    assert Network.INSTAGRAM.faults(text) == []


@given(WORDS, WORDS)
def test_no_count_shrinks_when_words_are_added(first: str, second: str) -> None:
    for network in Network:
        assert network.measure(f"{first} {second}").length > network.measure(first).length


@given(st.text(max_size=300))
def test_any_text_is_measured_without_a_fault_and_never_below_its_characters(text: str) -> None:
    graphemes = BLUESKY.measure(text).length
    assert graphemes <= len(text)
    for network in (THREADS, Network.FACEBOOK, Network.LINKEDIN):
        assert network.measure(text).length >= graphemes


@given(st.from_regex(r"[a-z]{1,200}", fullmatch=True))
def test_an_address_weighs_the_same_however_long_it_is(path: str) -> None:
    for network in (X, MASTODON):
        assert network.measure(f"https://example.org/{path}").length == 23
