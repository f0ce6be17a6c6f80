"""What the inbox refuses, told to a person."""

from __future__ import annotations

from subscribers.errors import BulletinError


class InboxError(BulletinError):
    """The inbox can't do what it was asked to do."""


class MailNotFoundError(InboxError):
    """No mail of that id lies in the inbox."""

    def __init__(self, mail_id: str) -> None:
        super().__init__(
            "mail-unknown",
            f'mail "{mail_id[:60]}"',
            "is not in the inbox",
            "choose one from the list; the inbox may have been emptied since",
        )
