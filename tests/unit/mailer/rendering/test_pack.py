"""The mail of a campaign pack, as text and as a tree."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from lxml import html as lxml_html

from mailer.content.social import Network
from mailer.packs.tiles import every_offer, offers_of, tile_pictures
from mailer.rendering.pack import PackRenderer
from mailer.rendering.slots import Slot, marker
from mailer.rendering.stationery import Stationery
from tests.packs import NOON, asset, film, leaflet, pack, theme

if TYPE_CHECKING:
    from mailer.content.pack import Pack
    from mailer.rendering.brand import Brand
    from mailer.rendering.rendered import RenderedEmail

PAGE = "https://bulletin.example.org/packs/quickupdates/software-updates"


class Mail:
    """A rendered pack, read back."""

    def __init__(self, rendered: RenderedEmail) -> None:
        self.rendered = rendered
        self.tree = lxml_html.document_fromstring(
            rendered.html.replace("\ue000", "").replace("\ue001", "")
        )

    def all(self, path: str) -> list[Any]:
        found = self.tree.xpath(path)
        assert isinstance(found, list)
        return found

    def words(self, path: str) -> list[str]:
        return [" ".join(element.text_content().split()) for element in self.all(path)]


@pytest.fixture
def renderer(brand: Brand) -> PackRenderer:
    stationery = Stationery(brand, "#quickupdates campaign", "Messages for all.", "media/")
    zone = ZoneInfo("Europe/London")
    return PackRenderer(stationery, "https://bulletin.example.org/packs/", zone)


def render(renderer: PackRenderer, chosen: Pack, now: dt.datetime = NOON) -> Mail:
    pictures = tile_pictures(chosen)
    return Mail(renderer.render(chosen, offers_of(chosen, pictures, now)))


def test_the_first_screen_has_the_message_the_dates_and_the_way_to_the_page(
    renderer: PackRenderer,
) -> None:
    mail = render(renderer, pack())
    assert mail.words("//h1") == ["Update when it asks"]
    assert "Install the update on the day your phone offers it." in mail.words("//td/p")
    (button,) = mail.words(f"//td[@class='btn']/a[@href='{PAGE}']")
    assert button == "See and download the whole pack"
    text = mail.rendered.text
    assert "7 July 2026: Software updates (this pack)" in text
    assert "6 October 2026: Three random words\n" in text
    assert text.index(PAGE) < text.index("Ready to post")


def test_each_text_stands_alone_in_its_box_with_its_network_and_its_length(
    renderer: PackRenderer,
) -> None:
    mail = render(renderer, pack())
    assert mail.words("//h3")[:3] == ["X", "LinkedIn, text 1", "LinkedIn, text 2"]
    boxes = mail.all("//td[contains(@style, 'padding:16px 20px') and contains(@class, 'rule')]")
    assert [box.text_content() for box in boxes] == [
        "Update & restart. <b> #quickupdates", "First line.Last line.", "Another text.",
    ]  # fmt: skip
    assert len(boxes[1].xpath("br")) == 2, "an empty line of the text is kept"
    post = pack().posts[0]
    assert post.network is Network.X
    assert f"{post.network.measure(post.text).length} of 280 characters" in mail.words("//p")


def test_a_tile_tells_format_and_size_and_leads_to_the_file(renderer: PackRenderer) -> None:
    mail = render(renderer, pack(asset(), leaflet(), film()))
    links = {" ".join(a.text_content().split()): a.get("href") for a in mail.all("//a")}
    assert links["Download “About poster”"] == f"{PAGE}/assets/poster.png"
    assert links["Download “About leaflet”"] == f"{PAGE}/assets/leaflet.pdf"
    assert links["Watch “About film”"] == "https://video.example.org/1"
    for url in links.values():
        assert url.startswith(("mailto:", "tel:")) or url in mail.rendered.text
    assert "PNG picture, 1080 × 1080 pixels, 6 KB" in mail.words("//p")
    (picture,) = mail.all("//img")
    assert (picture.get("alt"), picture.get("width")) == ("What poster.png shows.", "276")


def test_what_is_under_embargo_says_when_and_nothing_of_it_can_be_reached(
    renderer: PackRenderer,
) -> None:
    later = asset("later.png", embargo=NOON + dt.timedelta(minutes=1))
    mail = render(renderer, pack(later))
    assert "You can have it from 7 July 2026, 12:01 BST." in mail.words("//p")
    assert "You can have it from 7 July 2026, 12:01 BST." in mail.rendered.text
    assert mail.all("//img") == []
    for form in (mail.rendered.html, mail.rendered.text):
        assert "later.png" not in form
    after = render(renderer, pack(later), NOON + dt.timedelta(minutes=1))
    assert f"{PAGE}/assets/later.png" in after.rendered.text


def test_what_expired_or_was_withdrawn_is_not_offered(renderer: PackRenderer) -> None:
    mail = render(renderer, pack(asset("old.png", expires=NOON), asset("bad.png", withdrawn="No.")))
    assert "Pictures and files" not in mail.rendered.html
    assert "About" not in mail.rendered.text


def test_credits_are_told_once_each_and_what_they_are_for_where_they_differ(
    renderer: PackRenderer,
) -> None:
    mail = render(renderer, pack(asset(), asset("two.png"), leaflet()))
    told = mail.words("//li")
    assert "Put #quickupdates and @cyberaware into what you post." in told
    assert (
        "Credit “The Partnership” for “About poster”, “About two”. Licence: Open Government Licence v3.0."
        in told
    )
    alone = render(renderer, pack(asset())).words("//li")
    assert "Credit “The Partnership”. Licence: Open Government Licence v3.0." in alone


def test_it_is_built_as_every_mail_is(renderer: PackRenderer) -> None:
    mail = render(renderer, pack(asset(), asset("b.png"), asset("c.png"), leaflet(), film()))
    levels = [int(each.tag[1]) for each in mail.all("//h1|//h2|//h3|//h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert mail.all("//table[not(@role)]") == []
    for each in mail.all("/html | //body/div"):
        assert (each.get("lang"), each.get("dir")) == ("en-GB", "ltr")
    assert mail.all("//img[not(@alt) or not(@width)]") == []
    assert [
        line for line in mail.rendered.text.splitlines() if len(line) > 78 and "://" not in line
    ] == []
    for slot in (
        Slot.NAME,
        Slot.ADDRESS,
        Slot.UNSUBSCRIBE_URL,
        Slot.PREFERENCES_URL,
        Slot.VIEW_URL,
    ):
        assert marker(slot) in mail.rendered.html
        assert marker(slot) in mail.rendered.text


def test_a_large_pack_is_not_cut_off_by_gmail(renderer: PackRenderer) -> None:
    posts = tuple(pack().posts[0] for _ in range(12))
    many = pack(*(asset(f"picture-{n}.png") for n in range(16)), posts=posts)
    assert len(render(renderer, many).rendered.html.encode()) <= 85_000


def test_a_bare_pack_has_no_empty_parts(renderer: PackRenderer) -> None:
    bare = pack(
        posts=(), facts=(), messages=("One thing.",), theme=theme(waves=(), hashtag="", handle="")
    )
    mail = Mail(renderer.render(bare, []))
    assert mail.words("//h2") == ["How to credit"]
    assert mail.all("//ul") == []


def test_the_largest_form_knows_no_time(renderer: PackRenderer) -> None:
    later = pack(
        asset(
            "later.png", embargo=NOON + dt.timedelta(days=9), expires=NOON + dt.timedelta(days=99)
        )
    )
    pictures = tile_pictures(later)
    rendered = renderer.render(later, every_offer(later, pictures))
    assert f"{PAGE}/assets/later.png" in rendered.text
