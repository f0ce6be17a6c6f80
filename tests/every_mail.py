"""Every mail that is ever sent, made of the samples: editions, a correction, packs, letters and notices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING

from mailer.app import Workspace
from mailer.content.readership import readerships
from mailer.delivery.dkim import Algorithm, SigningKey
from mailer.delivery.message import Composer, Recipient, personal_values
from mailer.letters.composing import LetterComposer, letter_values
from mailer.letters.notice import Notice, NoticeKind
from mailer.letters.payload import Payload
from mailer.letters.rendering import render_letter, render_notice
from mailer.packs.tiles import every_offer, tile_pictures
from mailer.rendering.correction import render_correction
from mailer.rendering.pack import PackRenderer
from mailer.rendering.slots import SlotTemplate
from mailer.translations import load_catalogue
from mailer.workspace import add_sample_edition, add_sample_packs, lay_down
from subscribers.letters import LetterKind, SignedLink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mailer.content.edition import Image
    from mailer.rendering.rendered import RenderedEmail
    from mailer.rendering.slots import Slot

NOW = dt.datetime(2026, 10, 13, 9, 30, tzinfo=dt.UTC)
KEY = SigningKey.generate("partnerships.example.org", "rsa", Algorithm.RSA)
_SLIP = "The date of the conference is 12 November 2026, not 11 November.\n"


@dataclass(frozen=True)
class Sent:
    """One mail as somebody gets it, with the pictures that it shows. A letter is not `of_list`."""

    name: str
    subject: str
    html: str
    text: str
    message: bytes
    pictures: tuple[Image, ...]
    of_list: bool


def every_mail(folder: Path) -> list[Sent]:
    """All of them, from a new workspace with the samples in `folder`."""
    return list(_Post(folder).mails())


class _Post:
    def __init__(self, folder: Path) -> None:
        lay_down(folder)
        add_sample_packs(folder)
        self._opened = Workspace.open(folder)
        self._edition_folder = folder / "editions" / add_sample_edition(folder)

    def mails(self) -> Iterator[Sent]:
        yield from self._editions()
        yield from self._packs()
        yield from self._letters()

    def _editions(self) -> Iterator[Sent]:
        edition = self._opened.editions.read(self._edition_folder).edition
        assert edition
        renderer = self._opened.renderer(edition.publication)
        for number, (variant, _) in enumerate(readerships(edition, self._opened.vocabulary)):
            name = f"edition-{number}"
            yield self._of_list(name, edition.publication, renderer.render(variant), edition.images)
        stationery = self._opened.stationery(edition.publication)
        online = "https://bulletin.example.org/archive/bulletin/4"
        correction = render_correction(stationery, edition, "Correction: a date", _SLIP, online)
        yield self._of_list("correction", edition.publication, correction, ())

    def _packs(self) -> Iterator[Sent]:
        for folder in self._opened.packs.folders():
            pack = self._opened.packs.read(folder).pack
            assert pack
            renderer = PackRenderer(
                self._opened.stationery(pack.publication),
                "https://bulletin.example.org/packs/",
                self._opened.packs.zone,
            )
            pictures = tile_pictures(pack)
            rendered = renderer.render(pack, every_offer(pack, pictures))
            shown = tuple(pictures.values())
            yield self._of_list(f"pack-{pack.slug}", pack.publication, rendered, shown)

    def _of_list(
        self, name: str, publication: str, rendered: RenderedEmail, pictures: tuple[Image, ...]
    ) -> Sent:
        opened, recipient = self._opened, Recipient(42, "reader@council.example", "Siân Example")
        head = opened.letterhead(publication, 7)
        composer = Composer(head, rendered, opened.signer, opened.return_paths, (KEY,))
        message = composer.compose(recipient, NOW).message
        values = personal_values(head, opened.signer, recipient)
        return _sent(name, rendered, values, message, pictures, of_list=True)

    def _letters(self) -> Iterator[Sent]:
        for tongue in load_catalogue().tongues:
            for kind in LetterKind:
                if f"letter-{kind}" in tongue.tables:
                    rendered = render_letter(kind, tongue, self._opened.brand)
                    yield self._letter(f"letter-{kind}-{tongue.tag}", rendered)
        english = load_catalogue().tongues[0]
        for notice in NoticeKind:
            texts = "".join(english.tables[f"notice-{notice}"].values())
            places = {place for _, place, _, _ in Formatter().parse(texts) if place}
            told = Notice(notice, dict.fromkeys(places, "issue-04"), ("bulletin check issue-04",))
            rendered = render_notice(told, english, self._opened.brand)
            yield self._letter(f"notice-{notice}", rendered)

    def _letter(self, name: str, rendered: RenderedEmail) -> Sent:
        opened, head = self._opened, self._opened.letterhead("", 7)
        link = SignedLink("confirm", "17", NOW)
        payload = Payload(5, link, "Local Partnerships Bulletin").written()
        recipient = Recipient(42, "reader@council.example", "Siân Example", payload)
        composer = LetterComposer(head, rendered, opened.signer, opened.return_paths, (KEY,))
        message = composer.compose(recipient, NOW).message
        values = letter_values(head, opened.signer, recipient)
        return _sent(name, rendered, values, message, (), of_list=False)


def _sent(
    name: str,
    rendered: RenderedEmail,
    values: dict[Slot, str],
    message: bytes,
    pictures: tuple[Image, ...],
    *,
    of_list: bool,
) -> Sent:
    html = SlotTemplate.parse(rendered.html, html=True).fill(values)
    text = SlotTemplate.parse(rendered.text, html=False).fill(values)
    return Sent(name, rendered.subject, html, text, message, pictures, of_list)
