"""What was left to be filled in."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from mailer.checks.content.placeholders import find_placeholders, sentences_of_drafts
from mailer.content.passages import read_passages
from mailer.content.source_text import Source

PATTERNS = Path(__file__).parents[5] / "templates" / "workspace"


@pytest.mark.parametrize(
    "text",
    [
        "TODO", "ToDo: ask Jane", "TO DO: ask Jane", "FIXME", "The venue is TBC.", "The venue is tbc",
        "Speaker: TBA", "TBC/TBD", "(tbc)", "Tbc", "Date to be confirmed", "Venue: to be announced",
        "The venue is still to be confirmed.", "A workshop in spring (date to be confirmed)",
        "To be confirmed", "Lleoliad: i'w gadarnhau", "Dyddiad i’w gadarnhau", "Text to follow.",
        "(photo to follow)", "Your text here", "Insert link here", "Lorem ipsum dolor sit amet",
        "consectetur adipiscing elit", "Placeholder text", "Dear [first name],", "[name]",
        "[date of event]", "[Your organisation]", "[check with legal]", "[photo]", "[Pic of team]",
        "[link to form]", "We meet in [X] places", "(insert quote)", "[insert name (in full)]", "1??/2026",
        "(insert name of the speaker)", "Dear {name},", "Dear {{ name }},", "{first name}",
        "{% if health %}", "Dear *|FNAME|*,", "Dear |FNAME|,", "Dear «First_Name»", "<insert date>",
        "It costs £x million", "It costs £XX a year", "£x.xm", "xx%", "on XX March", "about XX people",
        "xx people", "01632 XXXXXX", "the end of 20XX", "XX", "the total is XX.", "dd/mm/yyyy",
        "The date is ??", "On ?? people", "Venue ???", "??/??/2026", "£??", "Name: ___", "Three ____ words",
    ],
)  # fmt: skip
def test_a_gap_is_found(text: str) -> None:
    assert len(find_placeholders(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Super Bowl XX was held in 1986", "King Louis XX", "The XX Commonwealth Games",
        "the XX chromosomes", "Part XX of it", "Kiss kiss, xx", "See you there xx", "Malcolm X", "3 x 4",
        "XXL", "TBC Bank", "tba.example.org", "a todo list", "https://host.example/tbc", "#TBC",
        "THINGS TO DO: swim", "To do: a list", "Microsoft To Do",
        "The winners are to be announced in June.", "The appointment is to be confirmed.",
        "The venue is to be confirmed by the host.", "The venue is to be confirmed by\nthe host.",
        "The board is yet\nto be confirmed.", "i'w gadarnhau gan y bwrdd", "Title: to be a good neighbour",
        "Here is a link to follow.", "Details to follow.", "The text: to follow the rules",
        "Text HELP to 60066", "Sign your name here", "Write the text in here",
        "“It was [the council] that [sic] said so [...] and […]”", "“Thank [the police] for it”",
        "[name withheld] told us", "[emphasis added]", "[their name]", "[confirm]ed", "[1]",
        "[2026] EWCA Crim 12", "[x] done", "the [select committee]", "[your] team",
        "https://host.example/xx/", "Plans for 2026??", "https://host.example/?q=x%20y", "[time-limited]",
        "(enter the number on the back)", "(insert the battery)", "a set {1, 2}", "«Bonjour»",
        "NHS|POLICE|CPS", "5 | 6", "write to <name@example.org>", "Really??", "What???",
        "Did you know?? We did", "snake__case", "_______", "one\n________\ntwo", "",
        '"People should [check the website] before they travel," said PC Smith',
        "“Look after [your mates]”",
        'Scam letters begin "Dear [name]"',
        "A number such as 07700 xxxxxx",
        "Give dates of birth as DD/MM/YYYY",
        "Tick [x] if you agree",
        "XXX syndrome",
    ],
)  # fmt: skip
def test_sane_text_has_no_gap(text: str) -> None:
    assert find_placeholders(text) == []


def test_each_gap_is_told_at_its_line_and_the_same_on_one_line_once() -> None:
    text = "One TODO here\nand TBC there, TBC again\nand [insert\ndate] or [insert date] too, TODO."
    assert find_placeholders(text) == [
        (0, "TODO"),
        (1, "TBC"),
        (2, "[insert date]"),
        (3, "[insert date]"),
        (3, "TODO"),
    ]


def test_a_sentence_of_a_draft_is_told_beside_other_gaps() -> None:
    text = "TODO\nWrite the article here. Dear {name}"
    found = find_placeholders(text, {"Write the article here", "Not in it"})
    assert found == [(0, "TODO"), (1, "Write the article here"), (1, "{name}")]


def test_every_sentence_of_the_patterns_is_known_as_a_draft() -> None:
    sources = [Source(path, path.read_text()) for path in sorted(PATTERNS.rglob("*.md"))]
    drafts = sentences_of_drafts(sources)
    said = [
        passage
        for passage in read_passages(sources).words
        if passage.key != "sections" and "$" not in passage.text
    ]
    assert said
    assert [each.text for each in said if not any(part in each.text for part in drafts)] == []


def test_the_names_of_sections_are_no_draft() -> None:
    source = Source(
        PurePath("edition.md"), "---\nsections:\n  - News from partners\n---\n\nHello.\n"
    )
    assert sentences_of_drafts([source]) == frozenset()
