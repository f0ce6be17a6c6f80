"""What the words of a link are judged by in a finished mail."""

from __future__ import annotations

from mailer.checks.html.access import find_faults
from mailer.content.rules import LINK_TEXT_VAGUE


def vague(link: str) -> bool:
    return LINK_TEXT_VAGUE in {fault.rule for fault in find_faults(link)}


def test_vague_words_of_a_link_are_found_in_a_mail_too() -> None:
    assert vague('<a href="https://example.org/plan">Read the full story »</a>')
    assert not vague('<a href="https://example.org/plan">Read the full plan</a>')


def test_an_entry_of_the_contents_may_have_any_title() -> None:
    assert not vague('<a href="#story">The full story</a>')
