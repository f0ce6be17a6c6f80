"""Addresses in the text that can't be one, and domains that somebody mistyped."""

from __future__ import annotations

import pytest

from mailer.checks.content.contacts import find_slips, meant_domain


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("hotmial.co.uk", "hotmail.co.uk"),
        ("outlok.com", "outlook.com"),
        ("yaho.co.uk", "yahoo.co.uk"),
        ("exampleton.gov.ku", "exampleton.gov.uk"),
        ("exampleton.gov.co.uk", "exampleton.gov.uk"),
        ("northmoor.police.co.uk", "northmoor.police.uk"),
        ("charity.orguk", "charity.org.uk"),
        ("trust.nhs.co.uk", "trust.nhs.uk"),
    ],
)
def test_a_mistyped_domain_is_told_with_the_one_that_was_meant(domain: str, meant: str) -> None:
    assert meant_domain(domain) == meant


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com", "mail.com", "ymail.com", "live.com", "nhs.net", "exampleton.gov.uk", "example.org",
        "northmoor.police.uk", "charity.org.uk", "llyw.cymru", "gov.wales", "parliament.scot", "example.co",
        "mail.example.com", "falcon.example",
    ],
)  # fmt: skip
def test_a_domain_that_may_be_right_is_left_alone(domain: str) -> None:
    assert meant_domain(domain) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ask jane@@example.org for it.", "jane@@example.org"),
        ("Ask jane.@example.org for it.", "jane.@example.org"),
        ("Ask jane@example..org, please", "jane@example..org"),
        ("Ask jane@our_trust.example", "jane@our_trust.example"),
        ("(jane@nhs,net)", "jane@nhs,net"),
        ("Ask jane@exampleton,gov.uk.", "jane@exampleton,gov.uk"),
        ("Write to jane@partners for a place.", "jane@partners"),
        ("E-mail us at\njane@partners.", "jane@partners"),
        ("E-bost: tim@partneriaid", "tim@partneriaid"),
    ],
)
def test_an_address_that_cannot_be_one_is_found_in_a_text(text: str, told: str) -> None:
    (found,) = find_slips(text)
    assert f'e-mail address "{told}" ' in found.what
    assert text.startswith(told[:5], found.start)


@pytest.mark.parametrize(
    "text",
    [
        "Ask jane@example.org, joe@example.org or o'neil@falcon.example.",
        "Ask jane@example.org,joe@example.org.",
        "Ask jane@exampleton.gov.uk,net of holidays.",
        "Follow @CyberStreetwise, @jane@mastodon.example and https://social.example/@jane.",
        "Contact Hospital@Home or the team of Safe@Home.",
        "Meet @ 5pm, doors@7.30pm, ten apples@1.50; be there by noon@latest.",
        "Everybody at @example.org has one. The stay@home scheme goes on.",
    ],
)
def test_what_is_an_address_or_none_is_left_alone_in_a_text(text: str) -> None:
    assert list(find_slips(text)) == []
