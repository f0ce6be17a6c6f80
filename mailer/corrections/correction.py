"""A correction as a value, and the name that its campaign goes by. Pure."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - part of the public values
import re
from dataclasses import dataclass

from subscribers.errors import BulletinError

_NAME = re.compile(r"(?P<edition>[^/]+)/correction-(?P<number>[1-9]\d*)")


class CorrectionError(BulletinError):
    """A correction that can't be made, or that is not there."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is said of an edition that was wrong. `text` is Markdown; moments are UTC.

    The archive shows it from `published_at` on; None is not yet, or not at all.
    """

    publication: str
    edition: str
    number: int
    subject: str
    text: str
    language: str
    published_at: dt.datetime | None = None

    @property
    def name(self) -> str:
        """What its campaign is called: `issue-04/correction-1`."""
        return f"{self.edition}/correction-{self.number}"

    def says_the_same(self, other: Correction) -> bool:
        """Whether both are one correction, given twice."""
        return (self.subject, self.text) == (other.subject, other.text)


def split_name(name: str) -> tuple[str, int] | None:
    """The edition and the number in the name of a correction; None for any other name."""
    found = _NAME.fullmatch(name)
    return (found["edition"], int(found["number"])) if found else None
