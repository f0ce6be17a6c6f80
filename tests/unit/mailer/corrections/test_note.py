from __future__ import annotations

from pathlib import PurePath

import pytest

from mailer.corrections.correction import Correction, split_name
from mailer.corrections.note import read_note
from mailer.corrections.store import number_of

NOTE = PurePath("note.md")


def correction(number: int, text: str, subject: str = "Correction") -> Correction:
    return Correction("bulletin", "issue-04", number, subject, text, "en-GB")


def test_a_note_is_its_markdown_without_the_space_around_it() -> None:
    text, problems = read_note("\ufeff\r\nIt is **4 May**.\r\n\r\n".encode(), NOTE)
    assert (text, problems) == ("It is **4 May**.", [])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b" \n", "note.md: there is no text"),
        (b"Fine.\n\n### No", "note.md:3: a heading in a correction"),
        (b"Fine.\n<b>No</b>", "note.md:2: raw HTML"),
        (b"[here](https://example.org)", 'note.md:1: link text "here"'),
        (b"Fine\n\xff", "note.md:2: the text is not UTF-8"),
        ("Dear \ue000name\ue001".encode(), "note.md:1: character U+E000"),
    ],
)
def test_what_can_not_stand_in_a_note_is_told_with_its_line(data: bytes, told: str) -> None:
    _, problems = read_note(data, NOTE)
    assert any(str(problem).startswith(told) for problem in problems)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("issue-04/correction-1", ("issue-04", 1)),
        ("issue-04/correction-12", ("issue-04", 12)),
        ("issue-04", None),
        ("quickupdates/software-updates", None),
        ("issue-04/correction-0", None),
        ("a/b/correction-1", None),
    ],
)
def test_a_correction_is_known_by_its_name(name: str, parts: tuple[str, int] | None) -> None:
    assert split_name(name) == parts


def test_the_same_words_are_the_same_correction_and_others_the_next() -> None:
    known = [correction(1, "One."), correction(2, "Two.")]
    assert number_of([], correction(9, "One.")) == 1
    assert number_of(known, correction(9, "One.")) == 1
    assert number_of(known, correction(9, "Three.")) == 3
    assert number_of(known, correction(9, "One.", "Another subject")) == 3
    assert correction(2, "Two.").name == "issue-04/correction-2"
