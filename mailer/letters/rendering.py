"""A letter's texts become a mail, with its personal places still open. Knows the brand and the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mailer.rendering.mjml import render_mjml
from mailer.rendering.rendered import RenderedEmail
from mailer.rendering.slots import Slot, marker
from mailer.rendering.stationery import mail_template, values_of_language
from mailer.rendering.templates import Markup
from mailer.rendering.wrapping import underline, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mailer.letters.notice import Notice
    from mailer.rendering.brand import Brand
    from subscribers.catalogue import Tongue
    from subscribers.letters import LetterKind

_SLOTS = {
    "name": Slot.NAME,
    "address": Slot.ADDRESS,
    "detail": Slot.DETAIL,
    "link": Slot.LINK_URL,
}


_LINK = Markup('<a href="mailto:{0}" style="color:{1}">{0}</a>')
_USUAL_LENGTH = 34
"""Letters that an address or the words of a case usually have."""


def render_letter(kind: LetterKind, tongue: Tongue, brand: Brand) -> RenderedEmail:
    """One kind of letter in one language."""
    values = {name: marker(slot) for name, slot in _SLOTS.items()}
    return _render(_Texts(f"letter-{kind}", tongue, brand, values), tongue, brand)


def render_notice(notice: Notice, tongue: Tongue, brand: Brand) -> RenderedEmail:
    """A letter to the team, with its words in place."""
    texts = _Texts(f"notice-{notice.kind}", tongue, brand, notice.values, notice.commands)
    return _render(texts, tongue, brand)


def _render(texts: _Texts, tongue: Tongue, brand: Brand) -> RenderedEmail:
    return RenderedEmail(
        subject=texts.plain("subject"),
        preheader=texts.plain("preheader"),
        html=render_mjml(_mjml(texts, tongue, brand)),
        text=_plain(texts, brand),
        language=tongue.tag,
    )


class _Texts:
    """The texts of one letter, by the catalogue's table, with words or markers in their places."""

    def __init__(
        self,
        table: str,
        tongue: Tongue,
        brand: Brand,
        values: Mapping[str, str],
        commands: Sequence[str] = (),
    ) -> None:
        self._table = table
        self._tongue = tongue
        self._values = {**values, "organisation": brand.organisation}
        self.commands = commands
        self.write = tongue.say("frame.write", address=brand.reply_address)
        self.write_by_link = Markup(tongue.text("frame.write")).format(
            address=_LINK.format(brand.reply_address, brand.light.accent)
        )

    def plain(self, part: str) -> str:
        """One text."""
        return self._tongue.say(f"{self._table}.{part}", **self._values)

    def paragraphs(self, part: str) -> list[str]:
        """One text of several paragraphs, which stand apart by an empty line."""
        return [" ".join(each.split()) for each in self.plain(part).split("\n\n") if each.strip()]


def _mjml(texts: _Texts, tongue: Tongue, brand: Brand) -> str:
    return mail_template("letters/letter.mjml").render(
        **values_of_language(tongue.tag),
        brand=brand,
        light=brand.light,
        dark=brand.dark,
        title=texts.plain("subject"),
        texts=texts,
        link=Markup(marker(Slot.LINK_URL)),
        host=urlsplit(brand.website or "").netloc,
    )


def _plain(texts: _Texts, brand: Brand) -> str:
    return "\n\n".join(_plain_parts(texts, brand)) + "\n"


def _plain_parts(texts: _Texts, brand: Brand) -> Iterator[str]:
    yield brand.organisation
    yield underline(texts.plain("heading"), "=")
    yield from (_wrap(each) for each in texts.paragraphs("before"))
    if texts.commands:
        yield "\n".join(f"    {each}" for each in texts.commands)
    if texts.plain("button"):
        yield f"{wrap(texts.plain('button') + ':')}\n{marker(Slot.LINK_URL)}"
    yield from (_wrap(each) for each in texts.paragraphs("after"))
    yield "-- "
    yield _wrap(texts.plain("why"))
    yield "\n".join(filter(None, (brand.organisation, brand.postal_address, brand.website)))
    yield wrap(texts.write)


def _wrap(text: str) -> str:
    """The text in lines that stay short once its places are filled."""
    stand_ins = {marker(slot): chr(0xF800 + n) * _USUAL_LENGTH for n, slot in enumerate(Slot)}
    for mark, stand_in in stand_ins.items():
        text = text.replace(mark, stand_in)
    lines = wrap(text)
    for mark, stand_in in stand_ins.items():
        lines = lines.replace(stand_in, mark)
    return lines
