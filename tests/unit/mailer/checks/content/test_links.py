"""Hosts that mean something inside one network alone, and hosts that hide where a link leads."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from mailer.checks.content.links import is_private, is_shortener, judge_bare
from mailer.content.passages import Passage


@pytest.mark.parametrize(
    "host",
    ["localhost", "intranet.local", "wiki.corp", "10.0.0.7", "192.168.4.20", "127.0.0.1", "::1"],
)
def test_a_private_host_is_known(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize("host", ["example.org", "1.1.1.1", "local.example", "localhost.example"])
def test_a_public_host_is_left_alone(host: str) -> None:
    assert not is_private(host)


@pytest.mark.parametrize("host", ["bit.ly", "bitly.com", "qrco.de", "forms.gle", "maps.app.goo.gl"])
def test_a_shortener_is_known(host: str) -> None:
    assert is_shortener(host)


@pytest.mark.parametrize("host", ["rabbit.ly", "bit.ly.example", "docs.google.com", ""])
def test_a_host_with_a_like_name_is_left_alone(host: str) -> None:
    assert not is_shortener(host)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The result is at bit.ly/3xYz for all", ['"bit.ly/3xYz" hides where it leads']),
        ("People like you can read it at bit.ly/3xYz", ['"bit.ly/3xYz" hides where it leads']),
        ("Scam texts carry a link such as bit.ly/free-parcel", []),
    ],
)
def test_a_shortened_address_in_the_text_is_told_unless_it_is_warned_of(
    text: str, told: list[str]
) -> None:
    passage = Passage(PurePath("a.md"), 1, "", text)
    assert [each.what for each in judge_bare(passage, ())] == told
