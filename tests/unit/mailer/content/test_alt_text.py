"""Which words for a picture are the name of its file, or no more than one."""

from __future__ import annotations

import pytest

from mailer.content.alt_text import is_file_name


@pytest.mark.parametrize(
    "alt",
    [
        "trial.png", "my banner final.jpg", "banner.jpg (1)", "IMG_1234", "DSC00123", "IMG-20260102-WA0003",
        "20260105_101112", "ledger-final-v2", "poster-2026", "hero_banner", "Screenshot 2026-05-05 at 10.00",
        "Screen Shot 2026-05-05 at 10.00.12 PM", "WhatsApp Image 2026-01-02 at 10.11.12", "Screenshot (12)",
        "image001", "Picture 3", "Untitled-1", "a8f3c9d2e1b04f6c99", "untitled", "image", "Photo.", "logo",
        "alt text", "“alt text”", "llun",
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_known(alt: str) -> None:
    assert is_file_name(alt)


@pytest.mark.parametrize(
    "alt",
    [
        "Four people.", "A poster.", "Stoke-on-Trent", "COVID-19", "Semi-final", "state-of-the-art", "2026",
        "A screenshot of the dashboard", "Photo 12 shows the new station", "Scan to pay", "Euro 2024", "999",
        "Image of four groups", "Logo of the National Crime Agency", "A sign beside the road says map.jpg",
        "@police_uk", "GOV.UK", "HMRC",
    ],
)  # fmt: skip
def test_words_about_a_picture_are_left_alone(alt: str) -> None:
    assert not is_file_name(alt)
