"""Every block of every mail in each of its states, made by the real renderers of `templates/gallery`.

Knows which states there are. Must not know how they are shown, or whose settings the brand comes from.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mailer.content.edition import Image
from mailer.content.pack_reader import read_pack
from mailer.content.picture import Picture, examine
from mailer.content.reader import read_edition
from mailer.content.variant import variant_for, whole
from mailer.letters.notice import Notice, NoticeKind
from mailer.letters.rendering import render_letter, render_notice
from mailer.packs.tiles import offers_of, tile_pictures
from mailer.rendering.bulletin import Renderer
from mailer.rendering.correction import render_correction
from mailer.rendering.pack import PackRenderer
from mailer.rendering.slots import Slot, SlotTemplate
from mailer.rendering.stationery import Stationery
from mailer.template_files import templates_folder
from mailer.translations import load_catalogue
from subscribers.facets import DEFAULT_REGIONS, DEFAULT_SECTORS, Facet, FacetSet, Vocabulary
from subscribers.letters import LetterKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.content.edition import Edition
    from mailer.content.pack import Pack
    from mailer.rendering.brand import Brand
    from mailer.rendering.rendered import RenderedEmail

MEDIA: Final = "media/"
"""Where a mail of the gallery believes its pictures to be, beside itself."""

_SITE: Final = "https://bulletin.example.org"
_ZONE: Final = ZoneInfo("Europe/London")
_MOMENT: Final = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
_FACES: Final = {
    "bulletin": ("Local Partnerships Bulletin", "It comes four times a year."),
    "campaign": ("#quickupdates", "A pack comes with each wave of the campaign."),
}
_READER: Final = {
    Slot.NAME: "Siân Example",
    Slot.ADDRESS: "reader@council.example",
    Slot.VIEW_URL: f"{_SITE}/view/reader",
    Slot.PREFERENCES_URL: f"{_SITE}/preferences/reader",
    Slot.UNSUBSCRIBE_URL: f"{_SITE}/unsubscribe/reader",
    Slot.LINK_URL: f"{_SITE}/confirm/reader",
    Slot.DETAIL: "Local Partnerships Bulletin",
}
_SLIP: Final = """\
The date of the conference in “Words alone” is **12 November 2026**, not 11 November.

We are sorry for the trouble. [The programme](https://partnerships.example.org/programme) was right.
"""
_TOLD: Final = {
    "publication": _FACES["bulletin"][0],
    "name": "issue-12",
    "segment": "everyone",
    "actor": "ann",
    "when": "Tue 13 Oct 2026 09:30 BST",
    "planned": "Mon 12 Oct 2026 09:30 BST",
    "left": "in 7 days",
    "state": "nothing-to-send",
    "missing": "no edition of bulletin is dated 13 Oct 2026",
    "notes": "held by a week of tests until Monday 12 October 2026",
}
_NOTE: Final = "This note stands in every footer, where the settings have one."


@dataclass(frozen=True, slots=True)
class Plate:
    """One mail of the gallery. `states` are what to look at in it; `html` has its personal places filled."""

    name: str
    title: str
    states: tuple[str, ...]
    html: str = field(repr=False)
    pictures: tuple[Image, ...] = field(default=(), repr=False)


def make_plates(brand: Brand) -> tuple[Plate, ...]:
    """All mails of the gallery, in the looks of `brand`."""
    return tuple(_Gallery(brand).plates())


class _Gallery:
    def __init__(self, brand: Brand) -> None:
        self._folder = templates_folder() / "gallery"
        self._bare = dataclasses.replace(brand, logo=None, footer_note="")
        self._full = dataclasses.replace(
            brand, logo=brand.logo or self._logo(), footer_note=brand.footer_note or _NOTE
        )
        publications = tuple(Facet(slug, name) for slug, (name, _) in _FACES.items())
        self._vocabulary = Vocabulary(DEFAULT_SECTORS, DEFAULT_REGIONS, publications)

    def plates(self) -> Iterator[Plate]:
        yield from self._editions()
        yield from self._packs()
        yield from self._corrections()
        yield from self._letters()

    def _logo(self) -> Image:
        data = (self._folder / "logo.png").read_bytes()
        picture = examine(data)
        assert isinstance(picture, Picture)  # noqa: S101 - it is ours, and a test looks at it
        size = picture.width, picture.height
        return Image("logo.png", "Three rings", None, *size, picture.media_name, picture.data)

    @cached_property
    def _edition(self) -> Edition:
        reading = read_edition(self._folder / "edition", self._vocabulary)
        assert reading.edition, reading.problems  # noqa: S101 - it is ours, and a test reads it
        return reading.edition

    def _editions(self) -> Iterator[Plate]:
        edition = self._edition
        first, second, *_ = edition.sections
        titles = (article.title for section in edition.sections for article in section.articles)
        states = ("Masthead without a logo", "Welcome", "Contents", *titles, "Footer")
        yield self._edition_plate("edition", "Edition", states, edition, self._bare)

        elsewhere = FacetSet("education", frozenset({"north-east"}))
        short = dataclasses.replace(second, articles=(second.articles[0], second.articles[-1]))
        few = dataclasses.replace(edition, strapline="", preheader="", sections=(first, short))
        seen = variant_for(few, elsewhere).edition
        states = (
            "Masthead with a logo",
            "No strapline",
            "Nothing that is aimed elsewhere",
            "Footer with a note",
        )
        yield self._edition_plate("edition-logo", "Edition, otherwise", states, seen, self._full)

        (third,) = (
            section for section in edition.sections if section.slug == "what-its-text-can-have"
        )
        rtl = tuple(article for article in third.articles if article.slug == "rtl")
        arabic = dataclasses.replace(
            edition,
            language="ar",
            welcome=rtl[0].body,
            sections=(dataclasses.replace(third, articles=rtl),),
        )
        states = ("Every block begins at the right",)
        title = "Edition in a language that is written from right to left"
        yield self._edition_plate("edition-rtl", title, states, arabic, self._bare)

    def _edition_plate(
        self, name: str, title: str, states: tuple[str, ...], edition: Edition, brand: Brand
    ) -> Plate:
        renderer = Renderer(Stationery(brand, *_FACES["bulletin"], MEDIA))
        html = _filled(renderer.render(whole(edition)))
        logo = (brand.logo,) if brand.logo else ()
        return Plate(name, title, states, html, (*edition.images, *logo))

    def _packs(self) -> Iterator[Plate]:
        states = (
            "Message", "Button", "More messages", "Dates, this one marked", "Copy boxes",
            "Tiles: picture, poster, film, and one under embargo", "Facts with sources", "Credit", "Contact",
        )  # fmt: skip
        yield self._pack_plate("pack", "Campaign pack", states, "full")
        least = ("One message", "No copy, no assets, no facts")
        yield self._pack_plate("pack-least", "Campaign pack, the least of one", least, "least")

    def _pack_plate(self, name: str, title: str, states: tuple[str, ...], folder: str) -> Plate:
        pack = self._pack(folder)
        pictures = tile_pictures(pack)
        stationery = Stationery(self._bare, *_FACES["campaign"], MEDIA)
        renderer = PackRenderer(stationery, f"{_SITE}/packs/", _ZONE)
        html = _filled(renderer.render(pack, offers_of(pack, pictures, _MOMENT)))
        return Plate(name, title, states, html, tuple(pictures.values()))

    def _pack(self, folder: str) -> Pack:
        place = self._folder / "campaign" / folder
        reading = read_pack(place, self._vocabulary, _ZONE)
        assert reading.pack, reading.problems  # noqa: S101 - the same
        return reading.pack

    def _corrections(self) -> Iterator[Plate]:
        stationery = Stationery(self._bare, *_FACES["bulletin"], MEDIA)
        online = f"{_SITE}/archive/bulletin/12"
        for name, title, state, address in (
            ("correction", "Correction", "With a button to the edition", online),
            ("correction-offline", "Correction, nothing online", "Without a button", None),
        ):
            subject = "Correction: the date of the conference"
            rendered = render_correction(stationery, self._edition, subject, _SLIP, address)
            yield Plate(name, title, (state,), _filled(rendered))

    def _letters(self) -> Iterator[Plate]:
        english = load_catalogue().tongues[0]
        for kind in LetterKind:
            button = english.say(f"letter-{kind}.button", organisation=self._bare.organisation)
            rendered = render_letter(kind, english, self._bare)
            states = ("With a button" if button else "Without a button",)
            yield Plate(f"letter-{kind}", f"Letter: {rendered.subject}", states, _filled(rendered))
        for notice in NoticeKind:
            told = Notice(notice, _TOLD, ("bulletin check issue-12",))
            rendered = render_notice(told, english, self._bare)
            states = ("With a command to type",)
            yield Plate(
                f"notice-{notice}", f"To the team: {rendered.subject}", states, _filled(rendered)
            )


def _filled(rendered: RenderedEmail) -> str:
    return SlotTemplate.parse(rendered.html, html=True).fill(_READER)
