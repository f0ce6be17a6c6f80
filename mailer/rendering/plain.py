"""An edition as plain text, edited for reading rather than stripped from the HTML.

Pure. Knows the order and the headings; `prose` knows how running text is set.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mailer.rendering import wording
from mailer.rendering.contents import contents
from mailer.rendering.prose import render_prose
from mailer.rendering.slots import Slot, marker
from mailer.rendering.wrapping import WIDTH, underline, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailer.content.edition import Article, Contact, Edition, Link, Quote, Section
    from mailer.rendering.contents import Group
    from mailer.rendering.stationery import Masthead, Stationery

_RULE = "=" * WIDTH
_REMEMBERED_ARTICLES = 256


class PlainRenderer:
    """Writes on one stationery. Articles that variants share are written once."""

    def __init__(self, stationery: Stationery) -> None:
        self._stationery = stationery
        self._brand = stationery.brand
        self._article = lru_cache(_REMEMBERED_ARTICLES)(render_article)

    def render(self, edition: Edition, masthead: Masthead) -> str:
        """The whole text, with markers where it becomes personal. It ends with a line break."""
        parts = [
            f"Dear {marker(Slot.NAME)},",
            render_prose(edition.welcome),
            _contents(edition),
            *(self._section(section) for section in edition.sections),
        ]
        return self.enclose(masthead, parts)

    def enclose(self, masthead: Masthead, parts: Iterable[str]) -> str:
        """What is said between masthead and footer."""
        top = _masthead(masthead, self._brand.organisation)
        whole = [top, *parts, self._footer(masthead.view_online)]
        return "\n\n".join(part for part in whole if part) + "\n"

    def _section(self, section: Section) -> str:
        articles = "\n\n\n".join(self._article(article) for article in section.articles)
        return f"{band(section.title)}\n\n{articles}"

    def _footer(self, view_online: str) -> str:
        because = f"You get this because this address is subscribed to {self._stationery.publication_name}:"
        choices = (
            (wording.PREFERENCES, Slot.PREFERENCES_URL),
            (wording.UNSUBSCRIBE, Slot.UNSUBSCRIBE_URL),
            (view_online, Slot.VIEW_URL),
        )
        notes = (self._stationery.publication_description, self._brand.footer_note)
        sender = (self._brand.organisation, self._brand.postal_address, self._brand.website or "")
        parts = [
            f"\n{_RULE}",
            f"{wrap(because)}\n{marker(Slot.ADDRESS)}",
            *(wrap(note) for note in notes if note),
            *(f"{words}:\n{marker(slot)}" for words, slot in choices),
            "\n".join(wrap(line) for line in sender if line),
            wrap(wording.write_to_us(self._brand.reply_address)),
        ]
        return "\n\n".join(parts)


def render_article(article: Article) -> str:
    """One article: title, text, quotation, links and contacts."""
    return "\n\n".join(_article_parts(article))


def _article_parts(article: Article) -> Iterator[str]:
    yield underline(article.title, "-")
    if article.image and article.image.caption:
        yield wrap(f"Picture: {article.image.caption}")
    yield render_prose(article.body)
    if article.quote:
        yield _quote(article.quote)
    if article.links:
        yield "\n".join(write_link(link) for link in article.links)
    if article.contacts:
        contacts = "\n\n".join(write_contact(contact) for contact in article.contacts)
        yield f"{wording.CONTACT}:\n{contacts}"


def band(title: str) -> str:
    """What divides the text: the name of what follows, between two rules."""
    return f"\n{_RULE}\n{wrap(title)}\n{_RULE}"


def _masthead(masthead: Masthead, organisation: str) -> str:
    lines = (organisation, masthead.title, masthead.strapline, masthead.line)
    words = "\n".join(wrap(line) for line in lines if line)
    return f"{words}\n{_RULE}\n\n{masthead.view_online}:\n{marker(Slot.VIEW_URL)}"


def _contents(edition: Edition) -> str:
    groups = "\n\n".join(_group(group) for group in contents(edition))
    return f"{underline(wording.CONTENTS, '-')}\n\n{groups}"


def _group(group: Group) -> str:
    titles = (wrap(article.title, "- ") for article in group.articles)
    return "\n".join([wrap(group.title), *titles])


def _quote(quote: Quote) -> str:
    said_by = f"{quote.name}, {quote.role}" if quote.role else quote.name
    return f"{wrap(f'“{quote.text}”', '    ')}\n{wrap(f'– {said_by}', '    ', '      ')}"


def write_link(link: Link) -> str:
    """Where to read on, on two lines."""
    return f"{wrap(f'{link.text}:')}\n{link.url}"


def write_contact(contact: Contact) -> str:
    """Whom to ask, a line for each thing that is known."""
    lines = (contact.name, contact.role, contact.organisation, contact.email, contact.telephone)
    return "\n".join(wrap(line, "  ") for line in lines if line)
