"""Phrases are found whatever their dress, and only as words."""

from __future__ import annotations

import pytest

from mailer.bounces.catalogue import Finding, Weight, reasons_in, words_of
from mailer.bounces.phrases import english_mail, english_recipient, other_languages, outright
from mailer.bounces.reason import Reason

SOURCES = {
    "outright": outright.PHRASES,
    "english_mail": english_mail.PHRASES,
    "english_recipient": english_recipient.PHRASES,
    "other_languages": other_languages.PHRASES,
}


def found(text: str) -> set[Reason]:
    return {finding.reason for finding in reasons_in(text)}


@pytest.mark.parametrize("source", SOURCES)
def test_every_phrase_is_found_in_a_sentence(source: str) -> None:
    for reason, listed in SOURCES[source].items():
        for phrase in " ".join(listed.split()).split("|"):
            sentence = f"Sorry: {phrase.replace('*', '').replace('…', 'one two')}!"
            assert reason in found(sentence), phrase


@pytest.mark.parametrize("source", SOURCES)
def test_no_phrase_is_there_twice(source: str) -> None:
    for reason, listed in SOURCES[source].items():
        phrases = [words_of(phrase.replace("…", " ")) for phrase in listed.split("|")]
        assert sorted(phrases) == sorted(set(phrases)), reason


@pytest.mark.parametrize(
    "text",
    [
        "User unknown", "USER UNKNOWN", "user-unknown", "user_unknown", "user  \n unknown", "(User unknown.)",
        "550-5.1.1 User 550 5.1.1 unknown",
    ],
)  # fmt: skip
def test_case_punctuation_and_line_breaks_do_not_matter(text: str) -> None:
    assert found(text) == {Reason.USER_UNKNOWN}


@pytest.mark.parametrize(
    "text", ["doesn't exist", "doesn’t exist", "does not exist", "doesnt exist"]
)
def test_an_apostrophe_does_not_matter(text: str) -> None:
    assert Reason.USER_UNKNOWN in found(f"The mailbox {text}")


def test_accents_do_not_matter() -> None:
    assert found("Boîte pleine") == found("Boite pleine") == {Reason.MAILBOX_FULL}


def test_a_phrase_begins_where_a_word_does() -> None:
    assert found("superuser unknowing") == set()


@pytest.mark.parametrize(
    "text",
    [
        "access denied: hosts not found in the list at host mx1",
        "unknown user; mailing list subscription expired, mail not delivered",
        "senders not verified; sender ok",
    ],
)
def test_a_phrase_with_a_gap_begins_with_a_whole_word(text: str) -> None:
    usual = {finding.reason for finding in reasons_in(text)}
    assert not usual & {Reason.HOST_UNKNOWN, Reason.EXPIRED, Reason.SENDER_REFUSED}


def test_a_gap_is_a_few_words_and_no_more() -> None:
    assert Reason.MAILBOX_FULL in found("the mailbox of this good person is full")
    assert Reason.MAILBOX_FULL not in found("the mailbox " + "of somebody " * 8 + "is full")


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/user-unknown",
        "www.example.org/mailbox-full",
        "<mailbox.full@example.org>",
        "550 5.2.2",
    ],
)
def test_links_addresses_and_codes_are_no_words(text: str) -> None:
    assert reasons_in(text) == frozenset()


def test_an_idiom_weighs_more() -> None:
    assert Finding(Weight.OUTRIGHT, Reason.NO_MAIL_HOST) in reasons_in("Domain has null MX")
