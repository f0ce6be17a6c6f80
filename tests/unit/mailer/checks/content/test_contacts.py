"""Numbers that can be dialled, and domains that somebody mistyped."""

from __future__ import annotations

import pytest

from mailer.checks.content.contacts import meant_domain, telephone_fault


@pytest.mark.parametrize(
    "number",
    [
        "020 7946 0123", "01632 960123", "01632960123", "016977 3555", "0300 790 6234", "07700 900123",
        "0800 1111", "0808 157 0192", "+44 20 7946 0123", "+442079460123", "0044 20 7946 0123",
        "101", "111", "999", "116 123", "118500", "+353 1 679 9000", "+1 212 555 0100", "(020) 7946 0123",
        "01632-960-123",
    ],
)  # fmt: skip
def test_a_number_that_can_be_dialled_is_left_alone(number: str) -> None:
    assert telephone_fault(number) is None


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("020 7946 012", "has 10 digits"),
        ("020 7946 01234", "has 12 digits"),
        ("01632 9601", "has 9 digits"),
        ("7946 0123", "has no area code"),
        ("021 7946 0123", "begins with 021"),
        ("0612 345 678", "begins with 06"),
        ("+44 (0)20 7946 0123", "has a (0)"),
        ("+44 7946 0123", "has 9 digits"),
        ("+353 1", "has 4 digits"),
        ("07700 90012", "has 10 digits"),
    ],
)
def test_a_number_that_nobody_has_is_told_with_the_reason(number: str, told: str) -> None:
    fault = telephone_fault(number)
    assert fault is not None
    assert told in fault[0]


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
