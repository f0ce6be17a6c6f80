"""What a letter's delivery carries beside its address: where its button leads, and words of its own. Pure."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from subscribers.letters import Letter, SignedLink


@dataclass(frozen=True, slots=True)
class Payload:
    """The link and the words; `subscriber_id` is whose preferences a link to them opens."""

    subscriber_id: int | None = None
    link: SignedLink | None = None
    detail: str = ""

    @classmethod
    def of(cls, letter: Letter) -> Payload:
        """What this letter's delivery has to carry."""
        return cls(letter.subscriber_id, letter.link, letter.detail)

    def written(self) -> str:
        """As text, for the ledger."""
        link = self.link
        return json.dumps(
            {
                "subscriber": self.subscriber_id,
                "purpose": link.purpose if link else None,
                "names": link.names if link else None,
                "at": link.at.isoformat() if link and link.at else None,
                "detail": self.detail,
            }
        )


def opening(subscriber_id: int) -> str:
    """What the text of a letter's payload begins with when it is about this subscriber."""
    return f'{{"subscriber": {subscriber_id},'


def read_payload(text: str) -> Payload:
    """The other way round."""
    held = json.loads(text)
    at = dt.datetime.fromisoformat(held["at"]) if held["at"] else None
    link = SignedLink(held["purpose"], held["names"], at) if held["purpose"] else None
    return Payload(held["subscriber"], link, held["detail"])
