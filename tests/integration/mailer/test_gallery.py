"""The gallery holds every block in every state, and the command writes it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from mailer.checks.html import access, clients, contrast, limits
from mailer.cli.main import app
from mailer.content.pack import AssetKind
from mailer.content.pack_reader import read_pack
from mailer.content.reader import read_edition
from mailer.gallery import make_plates
from mailer.letters.notice import NoticeKind
from mailer.rendering.brand import Brand
from mailer.template_files import templates_folder
from mailer.workspace import lay_down
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, Vocabulary
from subscribers.letters import LetterKind

if TYPE_CHECKING:
    from pathlib import Path

GALLERY = templates_folder() / "gallery"
VOCABULARY = Vocabulary(
    DEFAULT_SECTORS, DEFAULT_REGIONS, (Facet("bulletin", "B"), Facet("campaign", "C"))
)
BRAND = Brand("Local Partnerships Team", "1 Example Street", "bulletin@partnerships.example")


def test_whatever_an_article_can_have_stands_there_with_and_without_it() -> None:
    reading = read_edition(GALLERY / "edition", VOCABULARY)
    assert reading.problems == []
    assert reading.edition
    articles = reading.edition.articles
    for key in ("image", "quote", "contacts", "links", "aimed"):
        assert {bool(getattr(article, key)) for article in articles} == {True, False}
    assert {bool(each.image.caption) for each in articles if each.image} == {True, False}
    assert {bool(each.quote.role) for each in articles if each.quote} == {True, False}
    assert {len(each.contacts) > 1 for each in articles if each.contacts} == {True, False}
    assert {len(each.links) > 1 for each in articles if each.links} == {True, False}


def test_whatever_a_pack_can_have_stands_there_with_and_without_it() -> None:
    folders = (GALLERY / "campaign" / name for name in ("full", "least"))
    readings = [read_pack(folder, VOCABULARY, ZoneInfo("Europe/London")) for folder in folders]
    assert [reading.problems for reading in readings] == [[], []]
    full, least = (reading.pack for reading in readings)
    assert full
    assert least
    assert {asset.kind for asset in full.assets} == set(AssetKind)
    assert {bool(asset.embargo) for asset in full.assets} == {True, False}
    assert full.posts
    assert full.facts
    assert (least.posts, least.facts, least.assets) == ((), (), ())


def test_every_letter_and_notice_stands_there_and_every_picture_is_at_hand() -> None:
    plates = {plate.name: plate for plate in make_plates(BRAND)}
    kinds = {f"letter-{kind}" for kind in LetterKind} | {f"notice-{kind}" for kind in NoticeKind}
    assert kinds < set(plates)
    buttons = {'class="btn"' in plates[f"letter-{kind}"].html for kind in LetterKind}
    assert buttons == {True, False}
    for plate in plates.values():
        shown = set(re.findall(r'src="media/([^"]+)"', plate.html))
        assert shown <= {picture.media_name for picture in plate.pictures}


@pytest.mark.parametrize("check", [access.find_faults, limits.find_excess,
                                   clients.find_gaps, contrast.find_faint])  # fmt: skip
def test_nothing_is_wrong_with_any_mail_of_it(check: object) -> None:
    assert callable(check)
    found = {plate.name: [each.what for each in check(plate.html)] for plate in make_plates(BRAND)}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_command_writes_a_folder_whose_links_all_lead_somewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay_down(tmp_path / "workspace")
    out = tmp_path / "out"
    words = ["gallery", "--out", str(out), "--json", "-w", str(tmp_path / "workspace")]
    app(words, standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert told["page"] == str(out / "index.html")
    page = (out / "index.html").read_text()
    linked = set(re.findall(r'(?:src|href)="([\w-]+\.(?:html|css))"', page))
    assert len(linked) == 1 + 2 * len(told["mails"])
    assert [name for name in linked if not (out / name).is_file()] == []
