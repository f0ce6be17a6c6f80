"""The form for an article: each answer that can't be taken is told beside its field."""

from __future__ import annotations

import time
from typing import Any

import pytest

from mailer.content.picture import PictureFault
from mailer.submissions.form import MAX_TEXT, Answers, find_faults, read_answers
from mailer.translations import load_catalogue
from subscribers.admission import DomainRules

TONGUE = load_catalogue().tongues[0]
RULES = DomainRules(blocked=frozenset({"throwaway.example"}))
FILLED = {
    "address": "ann@council.example",
    "name": "Ann Example",
    "organisation": "A council",
    "title": "Winter checks",
    "text": "We looked.\n\nAnd **found**.",
    "contact_name": "Roads team",
    "contact_email": "roads@council.example",
    "link_text": "Read the guide",
    "link_url": "https://council.example/guide",
    "share": "yes",
}


def faults(
    picture: bytes = b"", seen: PictureFault | None = None, **changes: str
) -> list[tuple[str, str]]:
    """Field and sentence of each fault of a form that differs from a sound one."""
    fields = {name: [value] for name, value in (FILLED | changes).items()}
    found = find_faults(read_answers(fields, picture), (), RULES, seen)
    return [(fault.field, fault.told(TONGUE)) for fault in found]


def test_a_sound_form_becomes_an_offer() -> None:
    assert faults() == []
    answers = read_answers({name: [value] for name, value in FILLED.items()}, b"")
    offer = answers.offer("I agree.", "en-GB", "192.0.2.0/24")
    assert offer.address is not None
    assert (offer.address.key, offer.title) == ("ann@council.example", "Winter checks")
    assert offer.contact is not None
    assert (offer.contact.organisation, offer.contact.telephone) == ("A council", None)
    assert (offer.agreed, offer.picture) == ("I agree.", None)


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"address": ""}, "address", "Type your e-mail address."),
        ({"address": "ann"}, "address", "like name@example.org"),
        ({"address": "a@throwaway.example"}, "address", "addresses of this kind"),
        ({"name": " "}, "name", "Type your name."),
        ({"organisation": ""}, "organisation", "name of your organisation"),
        ({"title": "\x00"}, "title", "Type a title."),
        ({"title": "x" * 121}, "title", "121 characters long, and 120"),
        ({"text": ""}, "text", "Type the text"),
        ({"text": "x" * (MAX_TEXT + 1)}, "text", "12,001 characters long, and 12,000"),
        ({"text": "Fine.\n\n<script>alert(1)</script>"}, "text", 'Change line 3 of your text: raw HTML "'),
        ({"text": "# Big"}, "text", "Change line 1 of your text: heading of level 1"),
        ({"text": "![x](https://example.org/x.png)"}, "text", "an image inside the text"),
        ({"text": "See [the list](ftp://example.org/x)"}, "text", "Change line 1"),
        ({"picture_alt": "A harbour"}, "picture", "Choose the picture"),
        ({"contact_name": ""}, "contact_name", "whom readers may ask"),
        ({"contact_email": ""}, "contact_email", "or a telephone number"),
        ({"contact_email": "roads"}, "contact_email", "like name@example.org"),
        ({"contact_telephone": "call us"}, "contact_telephone", "01632 960123"),
        ({"link_text": ""}, "link_text", "Say what readers find"),
        ({"link_text": "Click here"}, "link_text", "could stand for any page"),
        ({"link_url": ""}, "link_url", "beginning with https://"),
        ({"link_url": "www.example.org"}, "link_url", "beginning with https://"),
        ({"link_url": "mailto:a@example.org"}, "link_url", "beginning with https://"),
        ({"link_url": "http://["}, "link_url", "beginning with https://"),
        ({"share": ""}, "share", "Tick the box"),
    ],
)  # fmt: skip
def test_each_fault_is_told_at_its_field(changes: dict[str, Any], field: str, told: str) -> None:
    ((found, sentence),) = faults(**changes)
    assert found == field
    assert told in sentence


def test_a_text_that_is_too_long_is_told_so_and_not_gone_through() -> None:
    began = time.process_time()
    ((field, told),) = faults(text="[" * 1_000_000)
    assert (field, "1,000,000 characters long" in told) == ("text", True)
    assert time.process_time() - began < 2


def test_a_picture_needs_to_be_one_and_to_be_described() -> None:
    assert faults(b"x", PictureFault("is 3.4 MB", "save it with at most 1 MB")) == [
        ("picture", "This picture cannot be used. It is 3.4 MB: save it with at most 1 MB."),
        ("picture_alt", "Say what the picture shows."),
    ]
    assert faults(b"x", picture_alt="A harbour") == []


def test_an_edition_is_chosen_from_those_that_are_open() -> None:
    fields = {name: [value] for name, value in FILLED.items()}
    (fault,) = find_faults(read_answers(fields, b""), {"issue-05"}, RULES, None)
    assert fault.told(TONGUE) == "Choose an issue."
    chosen = read_answers(fields | {"edition": ["issue-05"]}, b"")
    assert find_faults(chosen, {"issue-05"}, RULES, None) == []


def test_an_empty_form_is_told_in_the_order_of_the_page() -> None:
    found = find_faults(Answers(), (), RULES, None)
    assert [fault.field for fault in found] == [
        "name", "organisation", "address", "title", "text", "share",
    ]  # fmt: skip
