"""Which delivery a returned mail is about: by the return path, the header, the Message-ID, or the recipient.

A mark that is forged or has expired is refused, and with it whatever in the mail is not signed: who made up
a mark may have made up the rest. The recipient alone names a delivery only where a provider, who has proved
who it is, vouches for the report. Takes a connection and never commits; must not know what follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailer.bounces.finding import Finding, FoundBy, Told, told_by
from mailer.bounces.reason import BounceClass, Reason
from mailer.bounces.result import MailKind
from subscribers.tokens import TokenError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

    from mailer.bounces.result import Classified, FailedRecipient
    from mailer.bounces.return_path import ReturnPaths
    from mailer.bounces.sent import Sent, SentMail

    Reading = tuple[FoundBy, str, Callable[[str], int]]

_UNVOUCHED = "it has no mark of ours, so anybody may have written it: look whom it names"
_MILDEST_FIRST = (BounceClass.IGNORE, BounceClass.SOFT, BounceClass.HARD, BounceClass.COMPLAINT)


@dataclass(frozen=True, slots=True)
class Unidentified:
    """Nobody can be named; `why` is told to the person who looks at the mail."""

    why: str


def says_nothing(classified: Classified) -> bool:
    """Whether nothing failed yet: an automatic answer, a report of success or of a delay, and the like."""
    if classified.kind is MailKind.AUTO_REPLY:
        return True
    told = classified.recipients
    return bool(told) and not any(map(_has_failed, told))


def _has_failed(told: FailedRecipient | Told) -> bool:
    return told.bounce_class is not BounceClass.IGNORE and told.reason is not Reason.DELAYED


@dataclass(frozen=True, slots=True)
class Identifier:
    """Finds the deliveries of returned mails, with the marks of one workspace and its ledger."""

    paths: ReturnPaths
    sent: Sent

    def identify(
        self,
        connection: Connection,
        classified: Classified,
        envelope: Sequence[str],
        now: dt.datetime,
        *,
        is_vouched: bool = False,
    ) -> list[Finding] | Unidentified:
        """What failed, each tied to its delivery; `envelope` are addresses that the mail came to.

        Without a mark of ours the recipient is believed only when the report `is_vouched` for.
        """
        if classified.kind is MailKind.OTHER:
            return Unidentified("this is no report about a mail of ours")
        refused = ""
        for found_by, mark, read in self._readings(classified, envelope, now):
            try:
                mails = self.sent.by_numbers(connection, [read(mark)])
            except TokenError as error:
                refused = refused or f"its {found_by} {error.what}"
                continue
            if not mails:
                refused = refused or f"its {found_by} names a delivery that is not on record"
            elif now - mails[0].sent_at > self.paths.lasts:
                # A Message-ID says not itself when it was made.
                refused = refused or f"its {found_by} is too old"
            else:
                return _about(mails[0], classified, found_by)
        if refused:
            return Unidentified(refused)
        findings = self._by_addresses(connection, classified, now)
        if findings and not is_vouched:
            return Unidentified(_UNVOUCHED)
        return findings or Unidentified("it names nobody to whom mail was sent of late")

    def _readings(
        self, classified: Classified, envelope: Sequence[str], now: dt.datetime
    ) -> Iterator[Reading]:
        def read_mark(mark: str) -> int:
            return self.paths.read_mark(mark, now)

        traces = classified.traces
        for address in (*envelope, *traces.return_paths):
            yield from (
                (FoundBy.RETURN_PATH, mark, read_mark) for mark in self.paths.marks_in(address)
            )
        yield from ((FoundBy.HEADER, mark, read_mark) for mark in traces.delivery_headers)
        yield from (
            (FoundBy.MESSAGE_ID, each, self.paths.read_message_id)
            for each in traces.message_ids
            if self.paths.may_be_ours(each)
        )

    def _by_addresses(
        self, connection: Connection, classified: Classified, now: dt.datetime
    ) -> list[Finding]:
        since = now - self.paths.lasts
        findings = []
        for failed in classified.recipients:
            named = (each.lower() for each in (failed.original, failed.address) if each)
            mails = (self.sent.latest_to(connection, key, since) for key in named)
            mail = next(filter(None, mails), None)
            if mail is not None and _has_failed(failed):
                findings.append(Finding(mail, told_by(failed), FoundBy.ADDRESS))
        return findings


def _about(
    mail: SentMail, classified: Classified, found_by: FoundBy
) -> list[Finding] | Unidentified:
    told = said_of(mail, classified)
    if told is None:
        return Unidentified("it does not say what became of the mail")
    return [Finding(mail, told, found_by)] if _has_failed(told) else []


def said_of(mail: SentMail, classified: Classified) -> Told | None:
    """What a mail says of one recipient, who may be named by an alias, among others, or not at all."""
    key = mail.address.lower()
    own = [each for each in classified.recipients if key in _names(each)]
    # One of several to whom an alias leads: that one of them fails is not yet a failure of all.
    named = own[:1] or sorted(classified.recipients, key=_mildness)[:1]
    if named:
        return told_by(named[0])
    verdict = classified.verdict
    if verdict is None:
        return None
    return Told(
        mail.address, verdict.bounce_class, verdict.reason, verdict.status, None, verdict.text
    )


def _names(failed: FailedRecipient) -> set[str]:
    return {each.lower() for each in (failed.address, failed.original) if each}


def _mildness(failed: FailedRecipient) -> int:
    return _MILDEST_FIRST.index(failed.bounce_class)
