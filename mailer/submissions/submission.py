"""An article that somebody offered, as a value, and what may become of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mailer.content.edition import Contact, Link
from mailer.submissions.draft import Draft, DraftPicture

if TYPE_CHECKING:
    from datetime import datetime

    from subscribers.address import Address


class State(StrEnum):
    """Where a submission stands."""

    OPEN = "open"
    """Its submitter has yet to confirm that it was them, and that it may be shared."""
    CONFIRMED = "confirmed"
    """The team decides."""
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Channel(StrEnum):
    """How a submission came in."""

    FORM = "form"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a partner offers. `agreed` is what they agreed to, `edition` the one that they meant it for."""

    channel: Channel
    address: Address | None
    name: str
    organisation: str
    title: str
    body: str
    agreed: str
    contact: Contact | None = None
    link: Link | None = None
    picture: bytes | None = None
    picture_alt: str = ""
    edition: str = ""
    language: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """An offer as it was kept, and what became of it."""

    id: int
    channel: Channel
    state: State
    address: str
    name: str
    organisation: str
    title: str
    body: str
    contact_name: str
    contact_email: str
    contact_telephone: str
    link_text: str
    link_url: str
    picture: bytes | None
    picture_alt: str
    agreed: str
    language: str
    network: str
    edition: str
    article: str
    submitted_at: datetime
    confirmed_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    reason: str

    @property
    def number(self) -> str:
        """How it is named where no address may stand."""
        return f"article {self.id}"

    @property
    def whose(self) -> str:
        """Who offered it, as a list shows it."""
        return ", ".join(filter(None, (self.name, self.organisation))) or self.address

    def draft(self, owner: str) -> Draft:
        """The draft of an article that it makes; its submitter is the owner unless another is named."""
        return Draft(
            title=self.title,
            body=self.body,
            owner=owner or self.address,
            picture=DraftPicture(self.picture, self.picture_alt) if self.picture else None,
            contacts=self._contacts(),
            links=(Link(self.link_text, self.link_url),) if self.link_url else (),
        )

    def _contacts(self) -> tuple[Contact, ...]:
        if not self.contact_name:
            return ()
        ways = self.contact_email or None, self.contact_telephone or None
        return (Contact(self.contact_name, None, self.organisation or None, *ways),)
