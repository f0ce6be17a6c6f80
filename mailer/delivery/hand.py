"""The batches that a process has in hand, and how many mails of each have not ended. Knows no mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    import datetime as dt
    from collections.abc import Callable, Iterable

    from mailer.delivery.batches import Claim

MOST_BATCHES = 8


@dataclass(slots=True, eq=False)
class Held:
    """A batch in hand. `open` counts its mails that were read and have not ended."""

    claim: Claim
    last_id: int = 0
    open: int = 0
    is_exhausted: bool = False
    is_dropped: bool = False
    not_before: dt.datetime | None = None


class Hand:
    """Batches from their claim until they are put down: `finish` writes that, `on_change` hears of it."""

    def __init__(
        self,
        finish: Callable[[Claim, dt.datetime | None], asyncio.Future[None]],
        on_change: Callable[[], None],
    ) -> None:
        self._finish = finish
        self._on_change = on_change
        self._held: list[Held] = []
        self._put_down: set[asyncio.Future[None]] = set()

    @property
    def is_empty(self) -> bool:
        """Whether there is no batch in hand."""
        return not self._held

    @property
    def is_busy(self) -> bool:
        """Whether a batch is in hand, or not yet written down as put down."""
        return bool(self._held or self._put_down)

    @property
    def is_full(self) -> bool:
        """Whether no further batch should be claimed."""
        return len(self._held) >= MOST_BATCHES

    @property
    def latest(self) -> Held:
        """The batch that was claimed last."""
        return self._held[-1]

    def campaigns(self) -> set[int]:
        """The campaigns of which a batch is in hand."""
        return {held.claim.campaign_id for held in self._held}

    def batches(self) -> set[int]:
        """The batches in hand."""
        return {held.claim.batch_id for held in self._held}

    def take(self, claim: Claim) -> Held:
        """A batch more."""
        held = Held(claim)
        self._held.append(held)
        return held

    def unread(self) -> Held | None:
        """A batch of which there may be more to read."""
        return next((each for each in self._held if not each.is_exhausted), None)

    def drop(self, campaigns: Iterable[int]) -> None:
        """Read no further in the batches of some campaigns."""
        chosen = set(campaigns)
        for held in self._held:
            if held.claim.campaign_id in chosen:
                held.is_dropped = held.is_exhausted = True

    def count_off(self, ended: Iterable[Held] = ()) -> None:
        """Count a mail off for each of these, and put down every batch that is done with."""
        for held in ended:
            held.open -= 1
        for held in [each for each in self._held if each.is_exhausted and not each.open]:
            self._held.remove(held)
            written = self._finish(held.claim, held.not_before)
            self._put_down.add(written)
            written.add_done_callback(self._note_put_down)

    def _note_put_down(self, written: asyncio.Future[None]) -> None:
        self._put_down.discard(written)
        self._on_change()
