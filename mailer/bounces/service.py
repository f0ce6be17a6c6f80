"""What a partnership does with mail that came back; each verb is one transaction.

Commits. Is given the moment; must not know where a mail came from, nor print what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from mailer.bounces import mailroom
from mailer.bounces.classify import classify
from mailer.bounces.consequence import release
from mailer.bounces.finding import Finding, FoundBy, Told
from mailer.bounces.identity import Identifier, Unidentified, said_of, says_nothing
from mailer.bounces.mailroom import Fate
from mailer.bounces.reason import BounceClass, Reason
from subscribers.address import parse_address
from subscribers.erasures import record_deed
from subscribers.errors import BulletinError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from mailer.bounces.consequence import Consequences, Ruling
    from mailer.bounces.mailroom import Unmatched
    from mailer.bounces.notice import Notice
    from mailer.bounces.result import Classified
    from mailer.bounces.return_path import ReturnPaths
    from mailer.bounces.sent import SentMail
    from subscribers.database import Database

_REASONS = {
    BounceClass.HARD: Reason.USER_UNKNOWN,
    BounceClass.SOFT: Reason.UNKNOWN,
    BounceClass.COMPLAINT: Reason.COMPLAINT,
}


class BounceError(BulletinError):
    """Something was asked about a mail that came back which is not so."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of one mail; `is_repeat` when that was so before, and nothing was done now."""

    digest: str
    fate: Fate
    why: str = ""
    rulings: tuple[Ruling, ...] = ()
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What is to be handled: its digest, what is kept of it for a person, and how it is read.

    `is_vouched` when a provider told it that has proved who it is.
    """

    digest: str
    data: bytes
    read: Callable[[], Classified]
    envelope: tuple[str, ...] = ()
    is_vouched: bool = False


@dataclass(frozen=True)
class Bounces:
    """The use cases, with what they need."""

    database: Database
    consequences: Consequences
    paths: ReturnPaths

    def handle(self, data: bytes, now: dt.datetime, envelope: Sequence[str] = ()) -> Handled:
        """Read one mail, find whose it is, and do what follows; a mail that was handled is left alone.

        `envelope` are addresses that it came to, where the one who brings it knows them.
        """
        digest = mailroom.digest_of(data)
        return self._take(Taken(digest, data, lambda: classify(data), tuple(envelope)), now)

    def handle_notice(self, notice: Notice, now: dt.datetime) -> Handled:
        """Do the same for what a mail provider tells; a notice that was handled is left alone."""
        digest = mailroom.digest_of(notice.key.encode())
        taken = Taken(digest, notice.told, lambda: notice.classified, is_vouched=True)
        return self._take(taken, now)

    def assign(
        self,
        number: int,
        address: str,
        chosen: BounceClass | None,
        *,
        now: dt.datetime,
        actor: str,
    ) -> Ruling:
        """Tie a kept mail to the last mail to `address`; what it says is read from it, or is `chosen`.

        Raises `BounceError` when there is no such mail, or none was sent to the address.
        """
        key = parse_address(address).key
        with self.database.write() as connection:
            kept = _require(connection, number)
            mail = self._latest_to(connection, key, now)
            told = _told(kept, mail, chosen)
            digest = mailroom.digest_of(kept.data)
            ruling = self.consequences.follow(
                connection, Finding(mail, told, FoundBy.HAND, digest), now
            )
            settlement = f"delivery {mail.delivery_id}: {told.bounce_class}"
            _settle(connection, number, settlement, actor, now)
            return ruling

    def dismiss(self, number: int, *, now: dt.datetime, actor: str) -> None:
        """Put a kept mail away: nothing follows from it. Raises `BounceError` when there is none."""
        with self.database.write() as connection:
            _require(connection, number)
            _settle(connection, number, "dismissed", actor, now)

    def release(self, domain: str, reason: str, *, now: dt.datetime, actor: str) -> None:
        """Write to a held domain again; raises `BounceError` when it is not held."""
        with self.database.write() as connection:
            if not release(connection, domain.lower(), reason, now):
                raise BounceError(
                    "domain-not-held", domain, "is not held", "see `bulletin domains list`"
                )
            record_deed(connection, actor, "release domain", domain.lower(), reason, now)

    def _take(self, taken: Taken, now: dt.datetime) -> Handled:
        digest = taken.digest
        with self.database.read() as connection:
            known = mailroom.fate_of(connection, digest)
        if known is not None:
            return Handled(digest, known, is_repeat=True)
        classified = taken.read()
        with self.database.write() as connection:
            if not mailroom.take(connection, digest, Fate.IGNORED, now):
                return Handled(digest, Fate.IGNORED, is_repeat=True)
            if says_nothing(classified):
                return Handled(digest, Fate.IGNORED, "nothing failed")
            found = self._identifier.identify(
                connection, classified, taken.envelope, now, is_vouched=taken.is_vouched
            )
            if isinstance(found, Unidentified):
                mailroom.keep(connection, digest, taken.data, found.why, now)
                mailroom.set_fate(connection, digest, Fate.UNMATCHED)
                return Handled(digest, Fate.UNMATCHED, found.why)
            return self._follow(connection, digest, found, now)

    @property
    def _identifier(self) -> Identifier:
        return Identifier(self.paths, self.consequences.sent)

    def _follow(
        self, connection: Connection, digest: str, findings: Sequence[Finding], now: dt.datetime
    ) -> Handled:
        rulings = tuple(
            self.consequences.follow(connection, replace(finding, digest=digest), now)
            for finding in findings
        )
        if not rulings:
            return Handled(digest, Fate.IGNORED, "nothing failed")
        mailroom.set_fate(connection, digest, Fate.RECORDED)
        return Handled(digest, Fate.RECORDED, rulings=rulings)

    def _latest_to(self, connection: Connection, key: str, now: dt.datetime) -> SentMail:
        mail = self.consequences.sent.latest_to(connection, key, now - self.paths.lasts)
        if mail is None:
            raise BounceError(
                "mail-missing",
                key,
                f"was sent nothing in the last {self.paths.lasts.days} days",
                "check the address, or suppress it by `bulletin suppressions add`",
            )
        return mail


def no_such(number: int, what: str = "unmatched mail") -> NoReturn:
    """Raise that there is none of that number."""
    option = "" if what == "bounce" else " --unmatched"
    raise BounceError(
        f"{what.partition(' ')[0]}-missing",
        f"{what} {number}",
        "there is none of that number",
        f"see `bulletin bounces list{option}`",
    )


def _told(kept: Unmatched, mail: SentMail, chosen: BounceClass | None) -> Told:
    told = said_of(mail, classify(kept.data))
    if chosen is None:
        if told is None:
            raise BounceError(
                "class-missing",
                f"mail {kept.id}",
                "does not say what became of the mail",
                "say so yourself: --as hard, soft or complaint",
            )
        return told
    if told is not None and told.bounce_class is chosen:
        return told
    text = told.text if told else kept.subject
    return Told(mail.address, chosen, _REASONS[chosen], None, None, text)


def _require(connection: Connection, number: int) -> Unmatched:
    kept = mailroom.find(connection, number) or no_such(number)
    if kept.settled_at is not None:
        raise BounceError(
            "unmatched-settled",
            f"unmatched mail {number}",
            f"is settled: {kept.settlement}",
            "see `bulletin bounces list --unmatched`",
        )
    return kept


def _settle(
    connection: Connection, number: int, settlement: str, actor: str, now: dt.datetime
) -> None:
    mailroom.settle(connection, number, settlement, actor, now)
    record_deed(connection, actor, "settle bounce", f"mail {number}", settlement, now)
