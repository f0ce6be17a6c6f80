"""What is asked of the DNS, and how it answers. Declared here; an adapter asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class RecordError(ValueError):
    """A record or policy that is not written as its RFC asks; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of one name, each as text; none when there are none."""

    records: tuple[str, ...] = ()
    unknown: str = ""
    """Why nobody could say whether there are any; empty when the DNS answered."""

    def starting(self, version: str) -> Answer:
        """Those that begin as a kind of record does, whatever else is published at the name."""
        head = version.lower()
        mine = (one for one in self.records if one.lower().split(";")[0].split(" ")[0] == head)
        return Answer(tuple(mine), self.unknown)


class Names(Protocol):
    """Asks the DNS, and never raises: who can't be asked answers with `unknown`."""

    def txt(self, name: str) -> Answer:
        """The texts of a name, each put together from its strings."""

    def addresses(self, name: str) -> Answer:
        """Its addresses, IPv4 and IPv6."""

    def mail_servers(self, name: str) -> Answer:
        """The hosts that take its mail, first choice first; an empty host says that none does (RFC 7505)."""

    def pointers(self, address: str) -> Answer:
        """The names that an address has of its own."""
