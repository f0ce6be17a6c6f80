"""Contacts under their keys and in links, and whether they can be written so."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from mailer.content.contact_details import check_contact_link, dialled, is_telephone, mailboxes
from mailer.content.problem import Findings


@pytest.mark.parametrize(
    "number",
    [
        "101", "999", "111", "112", "116 123", "0300 123 4567", "0800 1111", "01632 960123",
        "(020) 7946 0958", "(+44) 20 7946 0958", "+44 (0)20 7946 0958", "020\u00a07946\u00a00958",
        "01632-960-123",
    ],
)  # fmt: skip
def test_what_can_be_dialled_is_a_telephone_number(number: str) -> None:
    assert is_telephone(number)


@pytest.mark.parametrize("words", ["", "12", "ask the desk", "020 7946 0958 or 101", "-", "()"])
def test_what_cannot_be_dialled_is_none(words: str) -> None:
    assert not is_telephone(words)


@pytest.mark.parametrize(
    "url",
    [
        "mailto:jane@example.org", "mailto:jane@example.org?subject=A%20place",
        "mailto:jane@example.org,joe@falcon.example", "mailto:jane@example.org;",
        "mailto:%20jane%2Bpress@example.org", "MAILTO:Jane@Example.org", "mailto:?subject=Worth%20reading",
        "tel:101", "tel:+44-20-7946-0958;ext=12", "tel:020.7946.0958", "tel:(020)%207946%200958",
        "https://example.org/",
    ],
)  # fmt: skip
def test_a_link_that_reaches_somebody_is_left_alone(url: str) -> None:
    assert told_of(url) == []


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("mailto:", "contact-email"),
        ("mailto:jane@partners", "contact-email"),
        ("mailto:jane@@police.example", "contact-email"),
        ("mailto:jane.partners.example", "contact-email"),
        ("mailto:jane@nhs,net", "contact-email"),
        ("mailto:jane@police.example,joe@police", "contact-email"),
        ("tel:", "contact-telephone"),
        ("tel:the-desk", "contact-telephone"),
    ],
)
def test_a_link_that_reaches_nobody_is_told_once(url: str, rule: str) -> None:
    assert told_of(url) == [rule]


def told_of(url: str) -> list[str]:
    findings = Findings(PurePath("article.md"))
    check_contact_link(url, 3, findings)
    assert all(problem.line == 3 for problem in findings.problems)
    return [problem.rule.name for problem in findings.problems]


def test_whom_a_link_reaches_is_read_without_what_else_it_says() -> None:
    assert mailboxes("mailto:a@example.org,%20b@example.org?cc=c@example.org") == [
        "a@example.org", "b@example.org",
    ]  # fmt: skip
    assert dialled("tel:+44-20-7946-0958;phone-context=+44") == "+44-20-7946-0958"
