"""What a publication has ready for somebody who begins to get it. What that is, is known upstairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection


class Newcomers(Protocol):
    """Sees to those who join by themselves between two mailings."""

    def greet(
        self,
        connection: Connection,
        subscriber_id: int,
        publications: Collection[str],
        now: datetime,
    ) -> None:
        """Keep what these publications have for the person with whatever else this transaction keeps.

        Nobody gets a thing twice by it.
        """


class NoGreeting:
    """No publication has anything for newcomers."""

    def greet(
        self,
        connection: Connection,
        subscriber_id: int,
        publications: Collection[str],
        now: datetime,
    ) -> None:
        """Do nothing."""
