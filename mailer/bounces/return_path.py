"""Names a delivery in its mail, so that whatever comes back says itself which it was.

The stamp stands in the return path (`bounces+STAMP@domain`), in the header `X-Bulletin-Delivery`, and
another one in the Message-ID. Knows stamps and addresses; must not know a table.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from subscribers.stamps import Stamper

_PURPOSE: Final = "delivery"
_MESSAGE: Final = "message"
_OURS: Final = re.compile(r"[a-z2-7]{21,32}", re.IGNORECASE)


@dataclass(frozen=True)
class ReturnPaths:
    """Makes and reads the marks of deliveries.

    `mailbox` is the local part before the plus sign, `domain` the one whose mail comes to us, and `lasts`
    how long after it was sent a mail may come back.
    """

    stamper: Stamper
    mailbox: str
    domain: str
    lasts: dt.timedelta = dt.timedelta(days=90)

    def mark(self, delivery_id: int, now: dt.datetime) -> str:
        """What stands in the return path and in the header."""
        return self.stamper.stamp(_PURPOSE, delivery_id, now)

    def address(self, mark: str) -> str:
        """The return path with a mark in it: the sender of the envelope."""
        return f"{self.mailbox}+{mark}@{self.domain}"

    def message_id(self, delivery_id: int, domain: str) -> str:
        """A Message-ID, brackets included, that is the same for every attempt of a delivery."""
        return f"<{self.stamper.stamp(_MESSAGE, delivery_id)}@{domain}>"

    def read_mark(self, mark: str, now: dt.datetime) -> int:
        """The delivery of a mark; raises `TokenError` when it is forged or has expired."""
        return self.stamper.read(_PURPOSE, mark.strip(), max_age=self.lasts, now=now)

    def read_message_id(self, message_id: str) -> int:
        """The delivery of a Message-ID without brackets; raises `TokenError` when it isn't one of ours."""
        return self.stamper.read(_MESSAGE, message_id.partition("@")[0].strip())

    def marks_in(self, address: str) -> list[str]:
        """The mark in one of our return paths, also in one that a forwarder wrapped (SRS, BATV)."""
        is_ours = bool(self.domain) and self.domain.lower() in address.lower()
        return self._pattern.findall(address) if is_ours else []

    def may_be_ours(self, message_id: str) -> bool:
        """Whether a Message-ID has the form of ours; a report quotes those of others, too."""
        return _OURS.fullmatch(message_id.partition("@")[0].strip()) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.-]){re.escape(self.mailbox)}\+([^@=+\s]+)", re.IGNORECASE)
