from __future__ import annotations

import pytest

from subscribers.admission import DomainRules, Verdict
from subscribers.networks import UNKNOWN, shorten

RULES = DomainRules(
    allowed=frozenset({"partner.example"}),
    blocked=frozenset({"bad.partner.example", "throwaway.example"}),
    of_sector={"law-enforcement": frozenset({"police.example"})},
)


@pytest.mark.parametrize(
    ("address", "sector", "verdict"),
    [
        ("a@police.example", "law-enforcement", Verdict.OPEN),
        ("a@north.police.example", "law-enforcement", Verdict.OPEN),
        ("a@NORTH.Police.Example", "law-enforcement", Verdict.OPEN),
        ("a@notpolice.example", "law-enforcement", Verdict.HELD),
        ("a@police.example.evil.example", "law-enforcement", Verdict.HELD),
        ("a@partner.example", "law-enforcement", Verdict.OPEN),
        ("a@elsewhere.example", "health", Verdict.HELD),
        ("a@bad.partner.example", "health", Verdict.BLOCKED),
        ("a@mx.throwaway.example", "law-enforcement", Verdict.BLOCKED),
    ],
)
def test_a_domain_and_a_sector_decide_who_is_let_in(
    address: str, sector: str, verdict: Verdict
) -> None:
    assert RULES.judge(address, sector) is verdict


def test_without_rules_everybody_is_let_in() -> None:
    assert DomainRules().judge("a@anywhere.example", "") is Verdict.OPEN


def test_a_rule_for_one_sector_says_nothing_about_another() -> None:
    rules = DomainRules(of_sector={"health": frozenset({"nhs.example"})})
    assert rules.judge("a@anywhere.example", "education") is Verdict.OPEN


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("", UNKNOWN),
        ("testclient", UNKNOWN),
    ],
)
def test_a_network_address_is_shortened_to_nobodys_own(address: str, network: str) -> None:
    assert shorten(address) == network
