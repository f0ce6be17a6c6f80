"""Which words of a link say nothing on their own, in English and in Welsh."""

from __future__ import annotations

import pytest

from mailer.content.link_text import is_vague


@pytest.mark.parametrize(
    "text",
    [
        "here", "click here", "Read more »", "read more…", "Read More >", "here →", "right here", "see here",
        "Learn more here", "Download here", "Press here for details", "Continue reading", "read on",
        "our website", "the website", "info", "more info", "Full details", "View", "PDF", "Follow this link",
        "this", "this article", "Read the full story", "“Find out more”", "Read\nmore",
        "Download (PDF, 2 MB)",
        "Visit our website for more information", "Want to know more?", "→", "Further reading",
        "yma", "cliciwch yma", "darllenwch fwy", "Darllenwch ragor", "mwy", "rhagor", "mwy o wybodaeth",
        "gwefan", "ein gwefan", "dolen", "Ewch i’n gwefan", "I gael rhagor o wybodaeth",
    ],
)  # fmt: skip
def test_words_that_could_stand_for_any_page_are_vague(text: str) -> None:
    assert is_vague(text)


@pytest.mark.parametrize(
    "text",
    [
        "Read the full story of the Bristol trial", "View the dashboard of burglaries", "Unsubscribe",
        "Download the guidance (PDF, 2 MB)", "Our website for volunteers", "Action Fraud website", "Find us",
        "Read the report", "Register here", "Visit Reading", "Get this right", "Here for you", "On tap", "1",
        "Open University", "Out and about", "Gwefan Llywodraeth Cymru", "Darllenwch y canllaw",
    ],
)  # fmt: skip
def test_words_that_name_something_are_left_alone(text: str) -> None:
    assert not is_vague(text)
