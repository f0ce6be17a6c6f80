"""One handful of mails after the other: filled where the sessions run, and signed in a thread.

OpenSSL leaves Python free while it signs, and signs faster than the sessions send. Filling is Python's own
work: in a thread it would only take turns with the sessions, at some milliseconds a turn. Must not know which
mails are next, nor what becomes of them.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from mailer.delivery.message import Recipient
from mailer.delivery.smtp import Envelope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailer.delivery.desk import Desk
    from mailer.delivery.hand import Held
    from mailer.delivery.ledger import Queued
    from mailer.delivery.message import Composer, Draft


class WaitingMail(NamedTuple):
    """A mail that is due; `scope` is the limit that it counts for."""

    held: Held
    queued: Queued
    scope: str


class ReadyMail(NamedTuple):
    """A mail as it goes over the wire, and the delivery that it is."""

    held: Held
    delivery_id: int
    scope: str
    envelope: Envelope
    message: bytes


class SpoiltMail(NamedTuple):
    """A mail that could not be made."""

    waiting: WaitingMail
    error: Exception


class _Drafted(NamedTuple):
    waiting: WaitingMail
    composer: Composer
    draft: Draft


class Maker:
    """Makes mails with the composers of a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._thread = ThreadPoolExecutor(1, "signer")

    def close(self) -> None:
        """Take no more; what is being made is made."""
        self._thread.shutdown(wait=False)

    def make(self, handful: Sequence[WaitingMail]) -> asyncio.Future[list[ReadyMail | SpoiltMail]]:
        """The mails in their order, as soon as they are signed."""
        drafted = [self._draft(each) for each in handful]
        loop = asyncio.get_running_loop()
        if any(isinstance(each, _Drafted) and each.composer.signs for each in drafted):
            return loop.run_in_executor(self._thread, _finish, drafted)
        made: asyncio.Future[list[ReadyMail | SpoiltMail]] = loop.create_future()
        made.set_result(_finish(drafted))
        return made

    def _draft(self, waiting: WaitingMail) -> _Drafted | SpoiltMail:
        queued = waiting.queued
        try:
            composer = self._desk.composer(waiting.held.claim, queued.variant_id)
            recipient = Recipient(queued.id, queued.address, queued.name, queued.payload)
            return _Drafted(waiting, composer, composer.draft(recipient, self._desk.clock()))
        except Exception as error:  # noqa: BLE001 - one mail's fault must not keep the others
            return SpoiltMail(waiting, error)


def _finish(drafted: Sequence[_Drafted | SpoiltMail]) -> list[ReadyMail | SpoiltMail]:
    return [each if isinstance(each, SpoiltMail) else _finish_one(each) for each in drafted]


def _finish_one(drafted: _Drafted) -> ReadyMail | SpoiltMail:
    held, queued, scope = drafted.waiting
    try:
        mail = drafted.composer.finish(drafted.draft)
    except Exception as error:  # noqa: BLE001 - as above
        return SpoiltMail(drafted.waiting, error)
    envelope = Envelope(mail.sender, mail.recipient, len(mail.message))
    return ReadyMail(held, queued.id, scope, envelope, mail.message)
