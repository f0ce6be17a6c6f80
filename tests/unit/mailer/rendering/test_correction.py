from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import html as lxml_html

from mailer.rendering.correction import render_correction
from mailer.rendering.slots import SlotTemplate
from mailer.rendering.stationery import Stationery

from .conftest import BRAND, VALUES, make_article, make_edition

if TYPE_CHECKING:
    from mailer.rendering.rendered import RenderedEmail

FRAME = Stationery(BRAND, "The Bulletin", "Every quarter.", "https://b.example.org/media/")
ONLINE = "https://b.example.org/archive/bulletin/issue-04/"
TEXT = "It is on **4 May**: see the [programme](https://example.org/programme)."


def rendered(online: str | None = ONLINE) -> RenderedEmail:
    return render_correction(FRAME, make_edition(make_article()), "Correction: x", TEXT, online)


def test_a_correction_says_what_it_is_about_what_is_right_and_where_to_read_it() -> None:
    mail = rendered()
    page = lxml_html.fromstring(SlotTemplate.parse(mail.html, html=True).fill(VALUES))
    said = " ".join(page.text_content().split())
    for words in ("Correction", "Dear Siân", "which we sent you", "It is on 4 May", "Unsubscribe"):
        assert words in said
    assert [h.tag for h in page.iter("h1", "h2", "h3")] == ["h1", "h2"]
    links = [a.get("href") for a in page.iter("a")]
    assert ONLINE in links
    assert "https://bulletin.example.org/unsubscribe/1" in links
    assert page.get("lang") == "en-GB"
    assert (mail.subject, mail.preheader) == ("Correction: x", "What was wrong, and what is right")


def test_its_text_says_the_same_with_every_link() -> None:
    mail = rendered()
    text = SlotTemplate.parse(mail.text, html=False).fill(VALUES)
    html = SlotTemplate.parse(mail.html, html=True).fill(VALUES)
    for url in re.findall(r'href="(https?://[^"]+)"', html):
        assert url in text
    assert "It is on 4 May: see the programme [1]." in text
    assert [line for line in text.splitlines() if len(line) > 78 and "://" not in line] == []


def test_what_is_not_in_the_archive_is_not_linked() -> None:
    mail = rendered(None)
    assert "with its corrections" not in mail.html
    assert "with its corrections" not in mail.text
