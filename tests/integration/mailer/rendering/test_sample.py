from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import html as lxml_html

from mailer.content.variant import variant_for
from subscribers.facets import FacetSet

if TYPE_CHECKING:
    from mailer.content.edition import Edition

    Mail = Any  # what conftest gives: `html` and `text`, filled


def test_the_whole_sample_stays_well_below_where_gmail_clips(sample_mail: Mail) -> None:
    assert len(sample_mail.html.encode()) <= 85_000


def test_every_link_of_the_sample_is_in_its_text(sample_mail: Mail) -> None:
    digits = re.sub(r"(?<=\d) (?=\d)", "", sample_mail.text)
    links = lxml_html.document_fromstring(sample_mail.html).xpath("//a/@href")
    targets = [
        link.removeprefix("mailto:").removeprefix("tel:") for link in links if link[0] != "#"
    ]
    assert [target for target in targets if target not in sample_mail.text + digits] == []


def test_the_text_of_the_sample_keeps_to_72_columns(sample_mail: Mail) -> None:
    assert not [
        line for line in sample_mail.text.split("\n") if len(line) > 72 and "://" not in line
    ]


def test_every_reader_gets_their_articles_and_no_others(edition: Edition) -> None:
    kept = {
        region: {article.slug for article in variant_for(edition, held).edition.articles}
        for region in ("wales", "south-west", "national")
        for held in [FacetSet("law-enforcement", frozenset({region}))]
    }
    assert kept["wales"] < kept["south-west"] < kept["national"]
