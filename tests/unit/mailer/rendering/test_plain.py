from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from mailer.rendering.wrapping import WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailer.content.edition import Article
    from mailer.rendering.brand import Brand

    Mail = Any
    MailOf = Callable[..., Mail]


def test_an_article_is_set_as_an_editor_would(
    mail_of: MailOf, full_article: Callable[..., Article]
) -> None:
    text = mail_of("", full_article(title="A record year")).text
    assert text[text.index("\nNews\n=") : text.index("You get this")] == (
        "\nNews\n" + "=" * 72 + "\n\n"
        "A record year\n-------------\n\n"
        "Picture: Coins on one side.\n\n"
        "A report on scales [1].\n\n"
        "Part\n~~~~\n\n"
        "- one\n- two\n\n"
        "Cohort  Count\n------  -----\nPolice  200\n\n"
        "[1] https://example.org/scales\n\n"
        "    “It works.”\n    – Policy adviser, Example Service\n\n"
        "Read the library:\nhttps://example.org/library\n"
        "Send in a case:\nhttps://example.org/send\n\n"
        "Contact:\n  Press desk\n  Duty officer\n  Example Force\n  press@force.example\n  01632 960101\n"
        "\n\n" + "=" * 72 + "\n\n"
    )


def test_it_begins_with_who_sends_what_and_greets(mail_of: MailOf) -> None:
    assert mail_of().text.startswith(
        "Local Partnerships Team\nPartnerships Bulletin\nWorking together\nIssue 4 · October 2026\n"
        + "=" * 72
        + "\n\nRead this issue in your browser:\nhttps://bulletin.example.org/view/1\n\nDear Siân,\n\n"
    )


def test_the_footer_names_the_reason_the_ways_out_and_the_sender(mail_of: MailOf) -> None:
    footer = mail_of().text.partition("You get this")[2]
    assert footer == (
        " because this address is subscribed to the Partnerships\nBulletin:\nsian@council.example\n\n"
        "It comes quarterly.\n\n"
        "Change what you get:\nhttps://bulletin.example.org/preferences/1\n\n"
        "Unsubscribe:\nhttps://bulletin.example.org/unsubscribe/1\n\n"
        "Read this issue in your browser:\nhttps://bulletin.example.org/view/1\n\n"
        "Local Partnerships Team\n1 Example Street, Exampleton EX1 1EX\nhttps://partnerships.example.org\n\n"
        "Write to us at bulletin@partnerships.example, or just reply: a person\nreads it.\n"
    )


def test_a_footer_note_is_there_when_there_is_one(mail_of: MailOf, brand: Brand) -> None:
    noted = dataclasses.replace(brand, website=None, footer_note="Send it on.")
    text = mail_of(brand=noted).text
    assert "\n\nSend it on.\n\n" in text
    assert "partnerships.example.org" not in text


def test_every_link_of_the_html_is_in_the_text(full_mail: Mail) -> None:
    for target in full_mail.all("//a/@href[not(starts-with(., '#'))]"):
        shown = target.removeprefix("mailto:").removeprefix("tel:")
        assert shown in full_mail.text.replace("01632 960101", "01632960101"), target


def test_no_line_is_wider_than_72_columns_but_for_addresses(
    mail_of: MailOf, full_article: Callable[..., Article]
) -> None:
    body = "Wordy " * 40 + "\n\n- " + "x" * 200 + "\n\n> " + "quoted " * 30
    text = mail_of("", full_article(title="Title " * 50, body=body)).text
    assert [line for line in text.split("\n") if len(line) > WIDTH and "://" not in line] == []


def test_it_has_no_stray_white_space_or_markup(full_mail: Mail) -> None:
    assert not [line for line in full_mail.text.split("\n") if line != line.rstrip()]
    assert full_mail.text.endswith("reads it.\n")
    assert "<" not in full_mail.text
    assert "\n\n\n\n\n" not in full_mail.text
