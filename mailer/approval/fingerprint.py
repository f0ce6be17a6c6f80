"""What an approval is bound to: digests of what is said, how it looks, whose it is and whom it goes to. Pure.

Each part is digested by itself, so that it can be told later what changed. Must not know who approves.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from mailer.content.edition import Edition, Image
    from mailer.rendering.rendered import RenderedEmail
    from subscribers.segment import Segment


class Part(StrEnum):
    """What can change. `look` is the whole of the HTML: it changes with all that is seen."""

    SENDER = "sender"
    SUBJECT = "subject"
    TEXT = "text"
    PICTURES = "pictures"
    LOOK = "look"
    DATE = "date"
    AIMS = "aims"
    AUDIENCE = "audience"


_SHOWN_IN_THE_LOOK = frozenset({Part.SUBJECT, Part.TEXT, Part.PICTURES})


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """SHA-256 digests in hexadecimal, by part. Equal for what is equal, on every machine."""

    parts: Mapping[str, str]

    @property
    def digest(self) -> str:
        """One digest of them all."""
        return _digest(dict(self.parts))

    def changed_since(self, earlier: Fingerprint) -> tuple[Part, ...]:
        """Which parts differ; the look is told only where nothing else explains it."""
        found = [part for part in Part if self.parts.get(part) != earlier.parts.get(part)]
        if _SHOWN_IN_THE_LOOK.intersection(found):
            return tuple(part for part in found if part is not Part.LOOK)
        return tuple(found)


def fingerprint_of(
    rendered: RenderedEmail,
    pictures: Iterable[str],
    aims: Mapping[str, Iterable[Iterable[str]]],
    publication: str,
    segment: Segment,
    date: dt.date | None = None,
    *,
    sender: Iterable[str] = (),
) -> Fingerprint:
    """The fingerprint of a mail in its largest form.

    `pictures` holds a digest of each, with whatever is said of it beside the mail; `aims` the sectors and
    the regions at which each piece of it is aimed, by the piece's name. By its `date`, if it has one, a
    schedule finds it. `sender` is whatever the mail says of who sends it.
    """
    rule = (segment.sectors, segment.regions, segment.except_sectors, segment.except_regions)
    return Fingerprint(
        {
            Part.SENDER: _digest(list(sender)),
            Part.SUBJECT: _digest([rendered.subject, rendered.preheader]),
            Part.TEXT: _digest(rendered.text),
            Part.PICTURES: _digest(list(pictures)),
            Part.LOOK: _digest([rendered.language, rendered.html]),
            Part.DATE: _digest(date.isoformat() if date else None),
            Part.AIMS: _digest({name: list(map(sorted, aim)) for name, aim in aims.items()}),
            Part.AUDIENCE: _digest([publication, *map(sorted, rule)]),
        }
    )


def edition_fingerprint(
    edition: Edition, rendered: RenderedEmail, segment: Segment, sender: Iterable[str] = ()
) -> Fingerprint:
    """The fingerprint of an edition; `rendered` is it with all its articles."""
    return fingerprint_of(
        rendered,
        [_picture(each.slug, each.image) for each in edition.articles if each.image],
        {article.slug: (article.sectors, article.regions) for article in edition.articles},
        edition.publication,
        segment,
        edition.date,
        sender=sender,
    )


def _picture(article: str, image: Image) -> str:
    return _digest([article, image.media_name, image.alt, image.caption])


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
