"""The draft of an article as the text of its file: front matter and Markdown. Pure.

Knows how to write what `mailer.content.reader` reads. What a stranger typed is quoted, so that it can't end
the front matter or add a key to it; the Markdown is left to the reader's checks, as any other's.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailer.content.reader import slugify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailer.content.edition import Contact, Link

_LONGEST_SLUG = 50

# Control characters, and what rendering marks personal places by. Neither has a place in a mail.
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff]"
)
_LINE_ENDS = re.compile(r"\r\n|[\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class DraftPicture:
    """The picture of a draft. An empty `alt` is for the team to fill in: the check asks for it."""

    data: bytes = field(repr=False)
    alt: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before it has a place; `body` is Markdown, `owner` whoever must sign it off."""

    title: str
    body: str
    owner: str
    picture: DraftPicture | None = None
    contacts: tuple[Contact, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def slug(self) -> str:
        """A name for its files, in plain letters whatever the title is written in."""
        plain = unicodedata.normalize("NFKD", self.title).encode("ascii", "ignore").decode()
        return slugify(plain)[:_LONGEST_SLUG].strip("-")


def write_article(draft: Draft, section: str, image: str = "") -> str:
    """The text of the article's file; `image` is the name of its picture in `images/`."""
    lines = ["---", *_front_matter(draft, section, image), "---", "", clean_text(draft.body)]
    return "\n".join(lines) + "\n"


def _front_matter(draft: Draft, section: str, image: str) -> Iterator[str]:
    yield _pair("title", draft.title)
    yield _pair("section", section)
    if draft.picture and image:
        yield _pair("image", image)
        yield _pair("image_alt", draft.picture.alt)
    if draft.contacts:
        yield "contact:"
        for contact in draft.contacts:
            yield from _entry(
                name=contact.name,
                role=contact.role,
                organisation=contact.organisation,
                email=contact.email,
                telephone=contact.telephone,
            )
    if draft.links:
        yield "links:"
        for link in draft.links:
            yield from _entry(text=link.text, url=link.url)
    yield _pair("owner", draft.owner)


def _entry(**values: str | None) -> Iterator[str]:
    """One mapping of a list, its empty values left out."""
    said = [_pair(key, value) for key, value in values.items() if value]
    yield from (f"{'    ' if n else '  - '}{pair}" for n, pair in enumerate(said))


def _pair(key: str, value: str) -> str:
    # Text in JSON's quotation marks is a scalar of YAML 1.2 (chapter 1.3), and never more than one line.
    return f"{key}: {json.dumps(clean_line(value), ensure_ascii=False)}"


def clean_line(words: str) -> str:
    """One line of text, without characters that can't be mailed."""
    return " ".join(_FORBIDDEN.sub("", _LINE_ENDS.sub(" ", words)).split())


def clean_text(words: str) -> str:
    """Text of several lines, without characters that can't be mailed, and without empty ones around it."""
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", words)).strip("\n").rstrip()
