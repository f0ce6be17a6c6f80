"""Numbers that can be dialled, and what is meant as one in a text."""

from __future__ import annotations

import pytest

from mailer.checks.content.telephone import find_wrong_numbers, telephone_fault


@pytest.mark.parametrize(
    "number",
    [
        "020 7946 0123", "01632 960123", "01632960123", "016977 3555", "0300 790 6234", "07700 900123",
        "0800 1111", "0808 157 0192", "+44 20 7946 0123", "+442079460123", "0044 20 7946 0123",
        "101", "111", "999", "116 123", "118500", "+353 1 679 9000", "+1 212 555 0100", "(020) 7946 0123",
        "01632-960-123", "18001 020 7946 0123", "18001 101", "61016", "105", "0300 123 4567", "01204 96012",
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
        ("01632 96012", "has 10 digits"),
        ("0161 496 012", "has 10 digits"),
    ],
)
def test_a_number_that_nobody_has_is_told_with_the_reason(number: str, told: str) -> None:
    fault = telephone_fault(number)
    assert fault is not None
    assert told in fault[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Call 020 7946 095.", "020 7946 095"),
        ("Ask on 07700 90012 until October.", "07700 90012"),
        ("Ask on (020) 7946 095", "(020) 7946 095"),
        ("Ask on 020-7946-095, please", "020-7946-095"),
        ("Tel: 020 7946 09581", "020 7946 09581"),
        ("Ask on 020\n7946 095", "020 7946 095"),
        ("Ask on +44 7700 90012", "+44 7700 90012"),
        ("Ask on +44 (0)20 7946 0123", "+44 (0)20 7946 0123"),
        ("Text 0770090012", "0770090012"),
        ("Ring us on 7946 0123", "7946 0123"),
        ("Ffôn: 029 2018 012", "029 2018 012"),
        ("Ask on 0161 496 012 9am to 5pm", "0161 496 012"),
    ],
)
def test_a_wrong_number_is_found_in_a_text(text: str, told: str) -> None:
    assert [found.number for found in find_wrong_numbers(text)] == [told]


@pytest.mark.parametrize(
    "text",
    [
        "Call 101, text 61016 or ring 0800 1111, and in an emergency 999.",
        "Call 01632 960123 24 hours a day, or 0300 123 4567 365 days a year.",
        "Call 01632 960123 9am to 5pm, 01632 960123/4 or 07700 900123 (24 hours).",
        "Call +44 20 7946 0123 7 days a week.",
        "ISBN 0-306-40615-2, ISBN 0 306 40615 2, ISBN 0306406152, ISBN 978-0-306-40615-7",
        "On 01 02 2026, 01-02-2026, 01/02/2026 and 2026-10-13",
        "Open 0900-1700, or 0930 - 1630; the conference call 0930-1030; 0900 1300 1700",
        "The Horizon call 2026-2027 and the text 2019 0001",
        "Reference 012 345 6789, case number 0345 678 901, URN: 0161 234 567, ID 0345 678 901",
        "Charity number 0215199, company 01234567, 0345 6789 0123, meter 0 12345 67890 5",
        "We phone 12 000 homes and call 1 200 000 people; £0161 496 01, 0.161 496 0123",
        "https://example.org/0161-496-012 and https://example.org/?tel=0161-496-012",
        "From abroad 06 12 34 56 78, 0211 123 456, 087 123 4567",
    ],
)
def test_figures_that_may_be_anything_else_are_left_alone(text: str) -> None:
    assert list(find_wrong_numbers(text)) == []
